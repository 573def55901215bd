#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""layers.py SOURCE_ROOT: includes go downwards only, along the arrows of the design."""
import pathlib
import re
import sys
import tempfile

from harness import report

# Each layer and those right below it; it may use all that can be reached.
BELOW = {
    'error': [],
    'cpu': ['error'],
    'page': ['cpu'],
    'namespace': ['page'],
    'memmap': ['namespace'],
    'init': ['memmap'],
    'plugin': ['init'],
    'verify': ['memmap'],
    'pool': ['init'],
    'buddy': ['pool'],
    'background': ['pool'],
    'device': ['background'],
    'memmapsim': ['device', 'buddy', 'plugin', 'verify'],
    'bench': ['memmapsim'],
    'tools': ['bench'],
}
# Public headers that are not called as their layer is.
HEADERS = {'kernel': 'page', 'zone': 'namespace'}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def reachable(layer):
    return {layer}.union(*(reachable(below) for below in BELOW[layer]))


def layer_of(path):
    """The layer of a path in the tree; None if it is in no known one."""
    top, *rest = path.parts
    if top == 'lib':
        layer = rest[0].split('.')[0]
    elif top == 'include':
        layer = HEADERS.get(path.stem, path.stem)
    else:
        layer = top
    return layer if layer in BELOW else None


def resolve(root, source, quote, name):
    """The file of the tree that an include means, or None for one from elsewhere."""
    folders = [root / 'include', root / 'lib', root / 'bench', root / 'tools', root]
    if quote == '"':
        folders.insert(0, source.parent)
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).resolve().relative_to(root)
    return None


def check(root):
    root = root.resolve()
    problems = []
    for source in sorted(path for top in ('include', 'lib', 'bench', 'tools')
                         for path in (root / top).rglob('*.[ch]')):
        path = source.relative_to(root)
        layer = layer_of(path)
        if layer is None:
            problems.append(f'{path} is in no layer: give its folder a line in BELOW')
            continue
        for quote, name in INCLUDE.findall(source.read_text()):
            target = resolve(root, source, quote, name)
            if target is None:
                if quote == '"' or name.startswith('memmapsim/'):
                    problems.append(f'{path} includes {name}, which is not in the tree')
            elif layer_of(target) not in reachable(layer):
                problems.append(f'{path} ({layer}) must not include {name} ({layer_of(target)})')
    return problems


def finds(path, include):
    """Whether check() objects to a file that includes this, in a tree that has a bit of all."""
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        for file in ('lib/error.h', 'lib/page/kernel.h', 'lib/memmap/memmap.h', 'lib/init/store.h',
                     'lib/pool/task.h', 'lib/buddy/free.h', 'lib/background/background.h', 'lib/verify/oracle.h',
                     'bench/rebind.h', 'tools/command.h',
                     *(f'include/memmapsim/{name}.h' for name in [*BELOW, *HEADERS])):
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).touch()
        (root / path).write_text(f'#include <stdio.h>\n#include {include}\n')
        return check(root) != []


WRONG = [
    ('lib/page/page.c', '<memmapsim/namespace.h>'),
    ('lib/error.c', '"page/kernel.h"'),
    ('lib/memmap/memmap.c', '<memmapsim/memmapsim.h>'),
    ('lib/memmap/memmap.c', '"../init/store.h"'),
    ('lib/init/naive.c', '<memmapsim/verify.h>'),
    ('lib/init/naive.c', '"verify/oracle.h"'),
    ('lib/verify/compare.c', '<memmapsim/init.h>'),
    ('lib/verify/compare.c', '"init/store.h"'),
    ('lib/init/naive.c', '"pool/task.h"'),
    ('lib/pool/pool.c', '<memmapsim/verify.h>'),
    ('lib/pool/pool.c', '"buddy/free.h"'),
    ('lib/buddy/free.c', '<memmapsim/background.h>'),
    ('lib/buddy/free.c', '<memmapsim/verify.h>'),
    ('lib/verify/compare.c', '<memmapsim/buddy.h>'),
    ('lib/pool/pool.c', '<memmapsim/background.h>'),
    ('lib/background/background.c', '<memmapsim/device.h>'),
    ('lib/verify/compare.c', '"bench/rebind.h"'),
    ('lib/verify/compare.c', '"no_such_file.h"'),
    ('include/memmapsim/page.h', '<memmapsim/memmap.h>'),
    ('include/memmapsim/memmap.h', '<memmapsim/verify.h>'),
    ('bench/rebind.c', '"tools/command.h"'),
]
RIGHT = [
    ('lib/page/page.c', '"page/kernel.h"'),
    ('lib/init/naive.c', '"store.h"'),
    ('lib/verify/compare.c', '<memmapsim/memmap.h>'),
    ('lib/verify/compare.c', '"error.h"'),
    ('lib/pool/pool.c', '"init/store.h"'),
    ('lib/buddy/deferred.c', '"pool/task.h"'),
    ('lib/background/background.c', '"pool/task.h"'),
    ('include/memmapsim/namespace.h', '<memmapsim/kernel.h>'),
    ('bench/rebind.c', '<memmapsim/memmapsim.h>'),
    ('tools/command.c', '"rebind.h"'),
]


def main():
    tests = [('includes go downwards', check(pathlib.Path(sys.argv[1])))]
    for path, include in WRONG:
        tests.append((f'{include} in {path} is found',
                      [] if finds(path, include) else ['it was not']))
    for path, include in RIGHT:
        tests.append((f'{include} in {path} is allowed',
                      ['it was objected to'] if finds(path, include) else []))
    return report(tests)


sys.exit(main())
