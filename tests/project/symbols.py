#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
symbols.py SHARED_LIBRARY STATIC_LIBRARY HEADER...: what the libraries define for others.
"""
import pathlib
import re
import subprocess
import sys

from harness import report

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|^\s*#[^\n]*', re.DOTALL | re.MULTILINE)
DECLARATION = re.compile(r'\bMMS_API\b[^;{]*?\b(\w+)\s*\(')


def declared(headers):
    return {name for header in headers
            for name in DECLARATION.findall(COMMENT.sub('', pathlib.Path(header).read_text()))}


def defined(library, *options):
    """Global symbols; not the absolute ones that stand for versions."""
    lines = subprocess.run(['nm', '--defined-only', '--extern-only', '-P', *options, library],
                           check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
    rows = [line.split() for line in lines if not line.endswith(':')]
    return {row[0].split('@')[0] for row in rows if row[1] != 'A'}


def main():
    shared, static, *headers = sys.argv[1:]
    exported, promised = defined(shared, '-D'), declared(headers)
    return report([
        ('there are declarations', [] if promised else ['no MMS_API in any header']),
        ('what is declared is exported', [f'{name} is not' for name in sorted(promised - exported)]),
        ('what is exported is declared', [f'{name} is not' for name in sorted(exported - promised)]),
        ('names begin with mms_, also in the static library',
         [f'{name} does not' for name in sorted(exported | defined(static))
          if not name.startswith('mms_')]),
    ])


sys.exit(main())
