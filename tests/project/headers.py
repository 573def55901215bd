#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""headers.py INCLUDE_DIRECTORY HEADER...: each public header compiles alone, in C and in C++."""
import pathlib
import shutil
import sys

from harness import report, run

WARNINGS = ['-Wall', '-Wextra', '-Werror', '-Wundef']
C = ['-x', 'c', *WARNINGS, '-pedantic', '-Wstrict-prototypes']
# Anonymous structs in unions are C11 but in no C++ standard, so nothing pedantic here.
CXX = ['-x', 'c++', *WARNINGS]
LANGUAGES = [
    *((compiler, C + [f'-std={standard}']) for compiler in ('gcc', 'clang')
      for standard in ('c11', 'gnu11', 'gnu17')),
    *((compiler, CXX + [f'-std={standard}']) for compiler in ('g++', 'clang++')
      for standard in ('c++11', 'c++20')),
]


def compiles(compiler, flags, directory, header):
    if not shutil.which(compiler):
        return f'there is no {compiler}'
    # Twice, for the guard; and something of its own, since pedantic C wants more than nothing.
    source = f'#include <{header}>\n#include <{header}>\nextern int own;\n'
    return run(compiler, *flags, '-I', directory, '-fsyntax-only', '-', stdin=source)[1]


def main():
    directory, *paths = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    headers = {str(path.relative_to(directory)) for path in paths}
    present = {str(path.relative_to(directory)) for path in directory.rglob('*.h')}
    all_of_them = (directory / 'memmapsim/memmapsim.h').read_text()

    tests = [
        ('every header is installed', [f'{name} is not' for name in sorted(present - headers)]),
        ('memmapsim.h includes every other', [
            f'not {name}' for name in sorted(headers - {'memmapsim/memmapsim.h'})
            if f'#include <{name}>' not in all_of_them]),
    ]
    for header in sorted(headers):
        for compiler, flags in LANGUAGES:
            tests.append((f'{header} alone, {compiler} {flags[-1]}',
                          compiles(compiler, flags, directory, header)))
    return report(tests)


sys.exit(main())
