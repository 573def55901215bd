#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
tutorial.py MEMMAPSIM SOURCE_ROOT

Do what docs/tutorial.md says, from start to end, in one folder: run its commands, make its edits (in
the C file of the folder that new-plugin made), and compare what is printed with what is shown there,
where … is anything. Presets are of 1 GiB, with few rounds.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from commands import COMMAND, printed
from harness import report

BLOCK = re.compile(r'^```(\w*)\n(.*?)^```', re.DOTALL | re.MULTILINE)


def edit(path, diff):
    """Make a change that is shown as a diff without line numbers."""
    lines = diff.splitlines(keepends=True)
    old = ''.join(line[1:] for line in lines if line[0] in ' -')
    new = ''.join(line[1:] for line in lines if line[0] in ' +')
    text = path.read_text()
    if text.count(old) != 1:
        return [f'{path.name} has this {text.count(old)} times:\n{old}']
    path.write_text(text.replace(old, new))
    return []


def run(memmapsim, folder, block):
    first, *shown = block.splitlines()
    match = COMMAND.match(first)
    if not match:
        return [f'{first} is no command']
    command, status = match[1], int(match[2] or 0)
    if ' try ' in command:
        command = command.replace(' try ', ' try --rounds 2 ' + ('' if '--quick' in command
                                                                 else '--quick '))
    done = subprocess.run(['bash', '-c', command], cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          env=os.environ | {'PATH': f'{memmapsim.parent}:{os.environ["PATH"]}'})
    if done.returncode != status:
        return [f'{command} ended with status {done.returncode}: {done.stdout}{done.stderr}']
    if shown and not printed(shown, done.stdout):
        return [f'it prints something else:\n{done.stdout}']
    return []


def main():
    memmapsim, root = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    tests = []
    with tempfile.TemporaryDirectory() as folder:
        for language, block in BLOCK.findall((root / 'docs/tutorial.md').read_text()):
            if language == 'diff':
                sources = list(pathlib.Path(folder).glob('*/*.c'))
                problems = edit(sources[0], block) if len(sources) == 1 else ['which file?']
                tests.append(('edit ' + block.splitlines()[0], problems))
            else:
                tests.append((block.splitlines()[0], run(memmapsim, folder, block)))
    return report(tests)


sys.exit(main())
