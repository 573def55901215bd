#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
out_of_tree.py BUILD_DIRECTORY SOURCE_ROOT: plug-ins are built against what gets installed, with make
and with Meson, and against a subproject. Right ones pass; wrong ones are caught for what is wrong.
"""
import os
import pathlib
import shutil
import sys
import tempfile

from harness import report, run

# Of docs/examples/plugins/wrong.c: what finds it, and the reason that is given.
WRONG = {
    'tail-refcount': (['verify', '--preset', 'devdax-1g'], [
        'WRONG', 'the first is pfn 0x10001264', 'tail 100', 'wrong in _refcount']),
    'one-too-many': (['verify', '--preset', 'devdax-1g'], [
        'was killed by SIGSEGV at pfn 0x10040000, 1 beyond the last of its job, 0x1003ffff']),
    'nothing': (['verify', '--preset', 'fsdax-1g'], [
        'WRONG', '257536 of 262142 pages are wrong, the first is pfn 0x10001200']),
    'missing-drain': (['verify', '--stores', '--mode', 'devdax', '--size', '10M', '--kernel', 'v7.2'], [
        'no drain before the metadata', 'no drain before pageblock marking', 'movnti']),
}
NO_MAKE = None if shutil.which('make') else 'there is no make'
CXX = '''
#include <memmapsim/plugin.h>

static int init(const struct mms_plugin_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++)
		job->init_page(job, pfn);
	return 0;
}

MMS_PLUGINS({.name = "plus-plus", .description = "in C++", .init = init});
'''


class Installed:
    """memmapsim as it gets installed, for those who build and run plug-ins."""

    def __init__(self, build, root):
        self.problems = run('meson', 'install', '-C', build, '--no-rebuild', '--destdir', root)[1]
        command, config = next(root.rglob('bin/memmapsim')), next(root.rglob('memmapsim.pc'))
        default_path = run('pkg-config', '--variable=pc_path', 'pkg-config')[0].strip()
        self.environment = {
            'PATH': f'{command.parent}:{os.environ["PATH"]}',
            'PKG_CONFIG_LIBDIR': f'{config.parent}:{default_path}',
            'PKG_CONFIG_SYSROOT_DIR': str(root),
            # Of whoever runs this test.
            'MAKEFLAGS': '', 'CC': 'cc',
        }

    def run(self, folder, *command):
        return run('env', '-C', folder, *command, **self.environment)


def steps(installed, folder, *commands):
    """The problems of the first command that has some."""
    for command in commands:
        if command[0] == 'make' and NO_MAKE:
            return NO_MAKE
        output, problems = installed.run(folder, *command)
        if 'may not trace its child' in output:
            return 'a process may not trace its child here'
        if problems:
            return problems
    return []


def is_caught(installed, folder, name):
    if NO_MAKE:
        return NO_MAKE
    arguments, words = WRONG[name]
    output, problems = installed.run(folder, 'memmapsim', *arguments, '-i', f'./wrong.so:{name}')
    if 'may not trace its child' in output:
        return 'a process may not trace its child here'
    if not problems or 'ended with status 1:' not in problems[0]:
        return [f'it ended well, or otherwise: {output}']
    return [f'there is no "{word}" in: {output}' for word in words if word not in output]


def has_right_bytes(installed, folder):
    """What a missing drain is: nothing that comparing could see."""
    return NO_MAKE or steps(
        installed, folder, ['memmapsim', 'verify', '-i', './wrong.so:missing-drain'])


def in_cxx(installed, folder):
    if not shutil.which('g++'):
        return 'there is no g++'
    (folder / 'plus.cc').write_text(CXX)
    flags = [word for options in (['--cflags'], ['--variable=plugin_flags'])
             for word in installed.run(folder, 'pkg-config', *options, 'memmapsim')[0].split()]
    return steps(installed, folder,
                 ['g++', '-std=c++20', '-Wall', '-Werror', *flags, 'plus.cc', '-o', 'plus.so'],
                 ['memmapsim', 'verify', '--size', '64M', '-i', './plus.so'])


def main():
    build, source = (pathlib.Path(argument) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        installed = Installed(build, root / 'installed')
        if installed.problems:
            return report([('meson install', installed.problems)])

        examples = root / 'examples'
        shutil.copytree(source / 'docs/examples/plugins', examples)
        tests = [('the examples, by make', steps(
            installed, examples, ['make', 'CFLAGS=-Wall -Wextra -Werror'], ['make', 'check']))]
        tests += [(f'{name} is caught', is_caught(installed, examples, name)) for name in WRONG]
        tests.append(('missing-drain has the right bytes', has_right_bytes(installed, examples)))
        tests.append(('a plug-in in C++', in_cxx(installed, root)))
        tests.append(('the examples, by Meson', steps(
            installed, examples, ['meson', 'setup', '--werror', 'build'], ['ninja', '-C', 'build'],
            ['meson', 'test', '-C', 'build', '--no-rebuild'])))

        (root / 'own').mkdir()
        own = root / 'own/my-idea.2'
        tests.append(('a new one, by make', steps(
            installed, own.parent, ['memmapsim', 'new-plugin', own.name],
            ['make', '-C', own.name, 'CFLAGS=-Wall -Wextra -Werror', 'check'])))
        tests.append(('a new one, by Meson', steps(
            installed, own, ['meson', 'setup', '--werror', 'build'], ['ninja', '-C', 'build'],
            ['meson', 'test', '-C', 'build', '--no-rebuild', 'verify'])))

        (own / 'subprojects').mkdir()
        (own / 'subprojects/memmapsim').symlink_to(source)
        tests.append(('a new one, memmapsim being a subproject', steps(
            installed, own, ['meson', 'setup', '--wrap-mode=forcefallback', 'build-subproject'],
            ['ninja', '-C', 'build-subproject'],
            ['meson', 'test', '-C', 'build-subproject', '--no-rebuild', 'verify'])))
        return report(tests)


sys.exit(main())
