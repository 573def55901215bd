#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
subproject.py SOURCE_ROOT EXAMPLE: a Meson project that has memmapsim as a subproject builds the
example of the documentation and runs it.
"""
import pathlib
import shutil
import sys
import tempfile

from harness import report, run

PROJECT = '''
project('user', 'c', default_options: ['c_std=gnu11', 'werror=true', 'warning_level=3'])
memmapsim_dep = dependency('memmapsim', fallback: 'memmapsim',
  default_options: ['tests=false', 'tools=false', 'docs=disabled'])
test('example', executable('example', 'example.c', dependencies: memmapsim_dep))
'''


def main():
    source, example = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        (root / 'meson.build').write_text(PROJECT)
        shutil.copy(example, root / 'example.c')
        (root / 'subprojects').mkdir()
        (root / 'subprojects/memmapsim').symlink_to(source)
        tests = []
        for step in (['meson', 'setup', '--wrap-mode=forcefallback', root / 'build', root],
                     ['ninja', '-C', root / 'build'],
                     ['meson', 'test', '-C', root / 'build', '--no-rebuild', 'example']):
            tests.append((' '.join(map(str, step[:2])), run(*step)[1]))
            if tests[-1][1]:
                break
        return report(tests)


sys.exit(main())
