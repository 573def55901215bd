#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
names.py MEMMAPSIM SOURCE_ROOT: what documents name is there: files, functions and macros, options,
and what links lead to. And docs/architecture.md names every folder of the library.
"""
import pathlib
import re
import sys

from documents import documents, options, subcommands
from harness import report

CODE = re.compile(r'`([^`\n]+)`')
FOLDER = re.compile(r'(bench|docs|include|lib|LICENSES|scripts|tests|tools)(/[\w.*/-]*)?')
IDENTIFIER = re.compile(r'\b(?:mms|MMS)_\w+')
LONG_OPTION = re.compile(r'--[\w-]+')
LINK = re.compile(r'\]\(([^)#:]+)(?:#[^)]*)?\)')


def identifiers(root):
    """Every identifier of ours in the sources."""
    return {name for folder in ('include', 'lib', 'bench', 'tools', 'tests')
            for path in (root / folder).rglob('*') if path.suffix in ('.c', '.h', '.py')
            for name in IDENTIFIER.findall(path.read_text())}


def check(root, path, known, known_options):
    text = path.read_text()
    problems = []
    for code in CODE.findall(text):
        if FOLDER.fullmatch(code) and not any(root.glob(code)):
            problems.append(f'there is no {code}')
        if code.startswith('--') and (option := LONG_OPTION.match(code)[0]) not in known_options:
            problems.append(f'no subcommand has the option {option}')
    problems += [f'there is no {name}' for name in sorted(set(IDENTIFIER.findall(text)) - known)]
    problems += [f'{link} leads nowhere' for link in LINK.findall(text)
                 if not (path.parent / link).exists()]
    return problems


def main():
    command, root = sys.argv[1], pathlib.Path(sys.argv[2])
    known = identifiers(root)
    lists = '\n'.join(option for calls in subcommands(command).values()
                      for option in options(command, calls))
    known_options = set(LONG_OPTION.findall(lists))
    architecture = (root / 'docs/architecture.md').read_text()
    tests = [('architecture.md names every layer', [
        f'it lacks lib/{folder.name}/' for folder in (root / 'lib').iterdir()
        if folder.is_dir() and f'`lib/{folder.name}/`' not in architecture])]
    for path in [*documents(root), *(root / 'tests').rglob('*.md')]:
        if path.suffix == '.md':
            tests.append((f'{path.relative_to(root)} names what is there',
                          check(root, path, known, known_options)))
    return report(tests)


sys.exit(main())
