#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
install.py BUILD_DIRECTORY EXAMPLE TREE: what gets installed is enough to build the example of the
documentation with pkg-config and to run it.
"""
import pathlib
import shlex
import sys
import tempfile

from harness import report, run


def build_and_run(root, example, *static):
    """
    Build the example with the flags that pkg-config gives, and run it. Static means memmapsim's own
    library: Debian has no static Zydis, so no program is wholly static.
    """
    libraries = next(root.rglob('memmapsim.pc')).parents[1]
    default_path = run('pkg-config', '--variable=pc_path', 'pkg-config')[0].strip()
    flags, problems = run('pkg-config', *static, '--cflags', '--libs', 'memmapsim',
                          PKG_CONFIG_LIBDIR=f'{libraries}/pkgconfig:{default_path}',
                          PKG_CONFIG_SYSROOT_DIR=str(root))
    if static:
        for library in list(root.rglob('libmemmapsim.so*')):
            library.unlink()
    if not problems:
        problems = run('gcc', '-std=gnu11', '-Wall', '-Werror', example, '-o', root / 'example',
                       *shlex.split(flags))[1]
    return problems or run(root / 'example', LD_LIBRARY_PATH=str(libraries))[1]


def main():
    build, example, tree = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        problems = run('meson', 'install', '-C', build, '--no-rebuild', '--destdir', directory)[1]
        tests = [('meson install', problems)]
        if not problems:
            tests += [('the example, shared', build_and_run(root, example)),
                      ('the example, static', build_and_run(root, example, '--static'))]
        completion = next(root.rglob('share/bash-completion/completions/memmapsim'), None)
        tests.append(('completion for bash', ['it is not installed'] if completion is None else
                      run('bash', '-c', f'. {shlex.quote(str(completion))} && complete -p memmapsim')[1]))
        for command in root.rglob('bin/memmapsim'):
            tests.append(('memmapsim list', run(command, 'list')[1]))
            # With the headers that were installed beside it.
            tests.append(('memmapsim import-kernel', run(
                command, 'import-kernel', tree, '-o', root / 'small.so')[1]))
        return report(tests)


sys.exit(main())
