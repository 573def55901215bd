#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
commands.py MEMMAPSIM SOURCE_ROOT

Run every command that README.md, docs/*.md (but the tutorial) and the manual show: lines that begin
with "$ memmapsim" (or with "$ MMS_CPU=… memmapsim") between ``` and ```; and the examples of --help. Each has to end
with status 0, or with the one that stands behind it: "# exits with 1". Those of one block run in one folder, with links
to what is in SOURCE_ROOT, so that names of files in it hold. A plug-in that they name is made for them: ./NAME.so of
docs/examples/plugins/NAME.c, or else of what "new-plugin NAME" writes.

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

from documents import blocks, documents, help_text, subcommands
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
PLUGIN = re.compile(r'(?<=\./)([\w-]+)\.so\b')
HELP_EXAMPLE = re.compile(r'^  (memmapsim .*)', re.MULTILINE)
# What stands for names of the reader's own files in examples of --help.
STAND_INS = {
    './my.so': './wrong.so',
    '/usr/lib/debug/boot/vmlinux-6.18.0': 'tests/data/btf/6.18.15.btf.zst',
    '~/linux': 'tests/data/tree',
    ' idea.c': ' tests/data/try/idea.c',
    ' before.json after.json': ' tests/data/results/rebind.json tests/data/results/rebind.json',
    ' rebind.json': ' tests/data/results/rebind.json',
}


def commands(path):
    """Of each block of a document: (command, status, lines below it) of each of its commands."""
    text = path.read_text()
    if path.suffix == '.scd':
        text = re.sub(r'\\(.)', r'\1', text)
    for block in blocks(text):
        found, below = [], []
        for line in block.replace('\\\n', ' ').splitlines():
            match = COMMAND.match(line)
            if match:
                below = []
                found.append((' '.join(match[1].split()), int(match[2] or 0), below))
            elif line.lstrip().startswith('$ '):
                below = []
            else:
                below.append(line)
        if found:
            yield found


def help_examples(memmapsim):
    """The examples of --help, with files that are there."""
    calls = [[]] + [call for name, calls in subcommands(memmapsim).items() for call in [[name]] + calls]
    texts = {help_text(memmapsim, *call).partition('\nExample')[2] for call in calls}
    for example in sorted(example for text in texts for example in HELP_EXAMPLE.findall(text)):
        for name, stand_in in STAND_INS.items():
            example = example.replace(name, stand_in)
        yield [(example, 0, [])]


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


def make_plugin(memmapsim, root, folder, name):
    source = root / 'docs/examples/plugins' / f'{name}.c'
    if not source.exists():
        source = folder / name / f'{name}.c'
    if not source.exists():
        subprocess.run([memmapsim, 'new-plugin', name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['cc', '-O2', '-fPIC', '-shared', f'-I{root}/include', source, '-o', folder / f'{name}.so'],
                   check=True)


def run(memmapsim, root, folder, command, status, below):
    scaled = scale(command)
    for name in PLUGIN.findall(command):
        if not (folder / f'{name}.so').exists():
            make_plugin(memmapsim, root, folder, name)
    done = subprocess.run(
        ['bash', '-c', scaled], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {'PATH': f'{memmapsim.parent}:{os.environ["PATH"]}'})
    if done.returncode == UNSUPPORTED != status:
        return done.stderr.strip()
    if done.returncode != status:
        return [f'{scaled} ended with status {done.returncode} instead of {status}: {done.stderr}']
    if below and PRINTS_THE_SAME.search(command) and not printed(below, done.stdout):
        return [f'it prints something else:\n{done.stdout}']
    return []


def run_block(memmapsim, root, block):
    """What became of each command."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path in root.iterdir():
            (folder / path.name).symlink_to(path)
        return [run(memmapsim, root, folder, *command) for command in block]


def main():
    memmapsim, root = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    tests, seen = [], set()
    found = {path.relative_to(root): list(commands(path)) for path in documents(root)}
    found['--help'] = list(help_examples(memmapsim))
    for name, blocks_of in found.items():
        if str(name) == 'docs/tutorial.md':
            continue  # tutorial.py does it as a whole
        for block in blocks_of:
            new = {command[:2] for command in block} - seen
            seen |= new
            if new or any(below for _, _, below in block):
                tests += zip([f'{name}: {command}' for command, _, _ in block],
                             run_block(memmapsim, root, block))
        if str(name).endswith(('.1.scd', '--help')):
            tests.append((f'{name} has examples', [] if blocks_of else ['there are none']))
    return report(tests)


if __name__ == '__main__':
    sys.exit(main())
