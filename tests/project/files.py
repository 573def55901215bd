#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
files.py SOURCE_ROOT: what holds for each file: its licence, scripts that shellcheck finds nothing in,
and a package for each thing that the build looks for.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

from harness import report, run

SPDX = 'SPDX-License-Identifier: GPL-2.0-only OR MIT'
# Data, documents and settings can't carry the line, or would be the worse for it.
WITHOUT_SPDX = {'.json', '.md', '.txt', '.zst'}
LOOKED_FOR = re.compile(r"(?<!\w)(dependency|find_program)\(\s*'([^']+)'")
KIND = {'dependency': 'library', 'find_program': 'command'}
# What every C compiler comes with, and what is made here.
BUILT_IN = {'threads', 'memmapsim'}


def files(root):
    """Files under version control; where git can't tell, all but those of builds."""
    if shutil.which('git'):
        git = subprocess.run(['git', '-C', root, 'ls-files', '-z'], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        paths = [root / name for name in git.stdout.split('\0') if name]
        if paths:
            return sorted(path for path in paths if path.is_file())
    paths = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != '.git' and not name.startswith('build')]
        paths += [pathlib.Path(folder) / name for name in names]
    return sorted(paths)


def first_lines(path):
    with path.open(errors='replace') as file:
        return [file.readline() for _ in range(4)]


def needs_spdx(path):
    return (path.suffix not in WITHOUT_SPDX and not path.name.startswith('.') and
            path.name != 'COPYING')


def packages(root, paths):
    """What meson.build files look for and ./check would not install."""
    table = (root / 'scripts/packages.sh').read_text()
    return [f'{path.relative_to(root)} looks for {kind} {name}: no such line in scripts/packages.sh'
            for path in paths if path.name == 'meson.build'
            for function, name in LOOKED_FOR.findall(path.read_text())
            if name not in BUILT_IN and f'{(kind := KIND[function])}:{name}=' not in table]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    paths = files(root)
    scripts = [path for path in paths
               if path.suffix == '.sh' or re.match(r'#!.*\b(ba|da)?sh\b', first_lines(path)[0])]
    if shutil.which('shellcheck'):
        findings = run('shellcheck', '--external-sources', f'--source-path={root}', *scripts)[1]
    else:
        findings = 'there is no shellcheck'
    return report([
        ('SPDX lines', [f'{path.relative_to(root)} has none' for path in paths
                        if needs_spdx(path) and SPDX not in ''.join(first_lines(path))]),
        ('shellcheck', findings),
        ('packages', packages(root, paths)),
    ])


sys.exit(main())
