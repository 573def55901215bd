#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
commands.py MEMMAPSIM SOURCE_ROOT

Run every command that README.md, docs/*.md (but the tutorial) and the manual show: lines that begin
with "$ memmapsim" (or with "$ MMS_CPU=… memmapsim") between ``` and ```. Each has to end with status 0, or with the one
that stands behind it: "# exits with 1". They run in an empty folder that has links to what is in
SOURCE_ROOT, so that names of files in it hold.

Experiments and verifications are scaled down, by these rules: presets of 100 GiB become those of
1 GiB; a --size above 1G becomes 1G; an experiment without preset and size gets --preset fsdax-1g,
or, if it is on normal memory, --size 1G; --namespaces of "bench boot" become three of 256 MiB;
--rebinds become 3, --first-binds 1, --binds and --boots 3, --streams 1, --first-touches 1 and, of
bench, --rounds 2. Of "try", --rounds are 1 and --geometries 5.

What stands below a command of "dump" or "layout" is what it prints, where … is anything.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from documents import blocks, documents
from harness import report

COMMAND = re.compile(r'\s*\$ ((?:\w+=\S+ )*memmapsim .*?)(?:\s+# exits with (\d))?$')
UNITS = {'K': 1, 'M': 2, 'G': 3, 'T': 4}
PRINTS_THE_SAME = re.compile(r'\bmemmapsim (dump|layout|import-kernel)\b')
QUICK = {
    'rebind': '--rebinds 3 --first-binds 1',
    'background': '--binds 3 --streams 1',
    'boot': '--boots 3',
    'aftermath': '--rounds 2',
    'normal': '--rounds 2 --first-touches 1',
}
UNSUPPORTED = 4


def commands(path):
    """(command, status, lines below it) of each command in a document."""
    text = path.read_text()
    if path.suffix == '.scd':
        text = re.sub(r'\\(.)', r'\1', text)
    for block in blocks(text):
        current = None
        for line in block.replace('\\\n', ' ').splitlines():
            if line.lstrip().startswith('$ '):
                if current:
                    yield current
                match = COMMAND.match(line)
                current = (' '.join(match[1].split()), int(match[2] or 0), []) if match else None
            elif current:
                current[2].append(line)
        if current:
            yield current


def at_most_1g(size):
    number, unit = re.fullmatch(r'(\d+)([KMGT]?)', size).groups()
    return size if int(number) * 1024 ** UNITS.get(unit, 0) <= 1 << 30 else '1G'


def scale(command):
    """A command that takes seconds instead of minutes."""
    if re.search(r'\bmemmapsim try\b', command):
        return f'{command} --rounds 1 --geometries 5'
    if not re.search(r'\bmemmapsim (bench|verify)\b', command):
        return command
    command = re.sub(r'\b(fsdax|devdax)-100g\b', r'\1-1g', command)
    command = re.sub(r'(--size[ =])([\w,]+)', lambda match: match[1] + ','.join(
        at_most_1g(size) for size in match[2].split(',')), command)
    if not re.search(r'\bmemmapsim bench \w', command):
        return command
    command = re.sub(r' --(rebinds|first-binds|binds|boots|streams|rounds|first-touches)[ =]\d+', '', command)
    command, *redirection = re.split(r'( [|>] .*)', command, maxsplit=1)
    experiment = re.search(r'\bbench (\w+)', command)[1]
    if experiment == 'boot':
        if '--topology' in command:
            return command + ''.join(redirection)
        command = re.sub(r' --namespaces[ =]\S+', '', command) + ' --namespaces 3x256M'
    elif not re.search(r'--(preset|size|type)\b', command):
        command += ' --size 1G' if experiment == 'normal' else ' --preset fsdax-1g'
    return f'{command} {QUICK[experiment]}' + ''.join(redirection)


def printed(expected, output):
    """Whether a document shows what a command prints."""
    lines = [line.strip() for line in expected if line.strip()]
    pattern = '\n'.join(re.escape(line).replace('…', '.*') for line in lines)
    pattern = pattern.replace('\n.*\n', r'\n(?:.*\n)*?')
    return re.fullmatch(pattern + r'\n*', '\n'.join(
        line.strip() for line in output.splitlines() if line.strip()) + '\n')


def run(memmapsim, root, command, status, below):
    scaled = scale(command)
    with tempfile.TemporaryDirectory() as folder:
        for path in root.iterdir():
            (pathlib.Path(folder) / path.name).symlink_to(path)
        done = subprocess.run(
            ['bash', '-c', scaled], cwd=folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {'PATH': f'{memmapsim.parent}:{os.environ["PATH"]}'})
    if done.returncode == UNSUPPORTED != status:
        return done.stderr.strip()
    if done.returncode != status:
        return [f'{scaled} ended with status {done.returncode} instead of {status}: {done.stderr}']
    if below and PRINTS_THE_SAME.search(command) and not printed(below, done.stdout):
        return [f'it prints something else:\n{done.stdout}']
    return []


def main():
    memmapsim, root = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    tests, seen = [], set()
    for path in documents(root):
        name = path.relative_to(root)
        if name.name == 'tutorial.md':
            continue  # tutorial.py does it as a whole
        found = list(commands(path))
        for command, status, below in found:
            if below or (command, status) not in seen:
                tests.append((f'{name}: {command}', run(memmapsim, root, command, status, below)))
            seen.add((command, status))
        if path.name.endswith('.1.scd'):
            tests.append((f'{name} has examples', [] if found else ['there are none']))
    return report(tests)


if __name__ == '__main__':
    sys.exit(main())
