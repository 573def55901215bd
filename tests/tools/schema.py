#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
schema.py MEMMAPSIM SOURCE_ROOT PLUGINS

Run the command with --json as a person types it, in every shape that its results have, and hold what
it writes against docs/memmapsim-result.schema.json; the schema itself against the rule that every
member is always there; and the results in docs/results against the schema, if they are not older.
PLUGINS is the folder of tests/plugin, with what fails in many ways.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    jsonschema = None

from harness import report

# Of every experiment: lines of arguments, between them all shapes that its result can have.
EXPERIMENTS = {
    'rebind': [
        '--size 64M -i naive,template --rebinds 3 --first-binds 1',
        '--mode devdax --map mem --align 2M --size 64M -i naive --rebinds 4 --cold',
        '--size 64M,128M -i naive --rebinds auto:2 --no-fills',
        '--size 64M -i naive --rebinds 3 --threads 1,2 --bind core --sanitize-kernel',
        '--preset fsdax-100g --kernel v7.1 -i naive,template,template-movnti --rebinds 1 --first-binds 1',
    ],
    'boot': [
        '--namespaces 3x64M -i naive --boots 3 --threads 1,2',
        '--namespaces 1x64M -i naive --policy item --boots auto:2 --mode devdax --async pages',
    ],
    'background': [
        '--size 64M -i naive --binds 3 --streams 1 --threads 2',
        '--size 64M -i naive --policy item --binds auto:2 --streams 0 --faults sequential --async pages',
    ],
    'aftermath': [
        '--size 64M -i naive,template-movnti --rounds 2',
        '--mode devdax --size 64M -i naive --rounds auto:2 --precision 5 --parts read,writer',
    ],
    'normal': [
        '--size 64M -i naive,template --chunks 4M,all --rounds 2 --threads 1',
        '--size 64M -i naive --chunks 8M --rounds auto:2 --first-touches 0 --no-trace --kernel v6.1',
    ],
}
COMMANDS = [
    'env',
    'plan --topology "numa:2 core:2 pu:1" --namespaces 3x1G',
    'plan --topology "core:1 pu:1" --split shares --size 1G --map mem --ranges',
    'bench boot --topology "numa:2 core:2 pu:1" --namespaces 3x1G --threads 3',
    'verify --preset devdax-1g -i all --rounds 1',
    'compare {root}/tests/data/results/rebind.json {root}/tests/data/results/rebind.json',
    'compare {root}/tests/data/results/rebind-v1.json -i template-movnti,naive --threshold 100',
    'verify --stores -i template-movnti --kernel v6.18',
    'try --quick --rounds 1 --geometries 3 {root}/tests/data/try/idea.c',
    'verify --capture {root}/tests/data/captures/7.2-fsdax_dev.json',
    'verify --type generic --range 0x10000000000-0x10003ffffff --shift 9 -i naive',
    'bench rebind --kernel {root}/docs/example.kernel --size 64M -i naive --rebinds 1 --first-binds 1 --no-fills',
    'compare {root}/docs/results/fsdax-100g-v7.2.json --dmesg {root}/tests/data/dmesg.txt',
]
# What ends with status 1: initializers that are wrong, or had to be left out.
FAILING = [
    'bench rebind --size 64M -i naive,{plugins}/later.so --rebinds 3 --first-binds 1 --no-fills',
    'bench rebind --size 64M -i naive,{plugins}/faults.so:crashes --rebinds 1 --first-binds 1 --no-fills',
    'bench rebind --size 64M,128M -i naive,{plugins}/faults.so:most --rebinds 1 --first-binds 1 --no-fills',
    'bench boot --namespaces 1x64M -i naive,{plugins}/faults.so:crashes --boots 1',
    'bench background --size 64M -i naive,{plugins}/faults.so:most --binds 1 --streams 0',
    'bench aftermath --size 64M -i naive,{plugins}/faults.so:exits --rounds 1 --parts read',
    'verify --preset devdax-1g -i {plugins}/faults.so:most,{plugins}/faults.so:crashes --rounds 1',
    'verify --stores --size 4M --mode raw -i {plugins}/faults.so:crashes',
    'try --quick --rounds 1 --geometries 3 {root}/docs/examples/plugins/wrong.c',
]


# Members that the first results of this version lack. What is written now has them.
LATER = {'captures_skipped', 'kernel_flags'}


def lines(memmapsim, root, plugins):
    """Every command line to run, with its status, and what is wrong with the list of them."""
    shown = subprocess.run([memmapsim, 'bench', '--help'], text=True, stdout=subprocess.PIPE, check=True)
    names = set(re.findall(r'^  (\w[\w-]*) ', shown.stdout.split('--help')[0], re.M))
    problems = [f'no command is run for bench {name}' for name in sorted(names - set(EXPERIMENTS))]
    found = [f'bench {name} {arguments}' for name in EXPERIMENTS for arguments in EXPERIMENTS[name]]
    return [(line.format(root=root, plugins=plugins), int(line in FAILING))
            for line in found + COMMANDS + FAILING], problems


def unique(pairs):
    """An object none of whose members is there twice, which readers take differently."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(f'a member of {sorted(members)} is there twice')
    return members


def invalid(validator, document):
    return [f'{"/".join(map(str, error.absolute_path))}: {error.message[:300]}'
            for error in validator.iter_errors(document)]


def run(memmapsim, validator, line, status):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(f'memmapsim {line} --json result.json', shell=True, cwd=folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=os.environ | {'PATH': f'{memmapsim.parent}:{os.environ["PATH"]}'})
        if done.returncode != status:
            return [f'it ended with status {done.returncode}: {done.stderr}']
        return invalid(validator, json.loads((pathlib.Path(folder) / 'result.json').read_text()))


def incomplete(schema, path=''):
    """Objects that may lack a member, or have one that the schema doesn't know."""
    found = []
    if isinstance(schema, dict):
        properties = schema.get('properties')
        # What a condition looks at is no description of an object.
        if schema.get('type') == 'object' and properties is not None and path:
            missing = sorted(set(properties) - set(schema.get('required', [])) - LATER)
            found += [f'{path}: {name} is not required' for name in missing]
        for key, value in schema.items():
            found += incomplete(value, f'{path}/{key}')
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            found += incomplete(value, f'{path}/{index}')
    return found


def with_all_required(schema):
    """The schema of what is written now."""
    if isinstance(schema, list):
        return [with_all_required(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: with_all_required(value) for key, value in schema.items()}
    properties = made.get('properties')
    later = LATER & set(properties) if isinstance(properties, dict) else set()
    return made | ({'required': made['required'] + sorted(later)} if later else {})


def main():
    memmapsim, root, plugins = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    schema = json.loads((root / 'docs/memmapsim-result.schema.json').read_text())
    commands, problems = lines(memmapsim, root, plugins)
    tests = [('every member is required', incomplete(schema)), ('every experiment is run', problems)]
    if not jsonschema:
        return report(tests + [('results are valid', 'there is no python3-jsonschema')])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    strict = jsonschema.Draft202012Validator(with_all_required(schema))
    for line, status in commands:
        tests.append((f'memmapsim {line}', run(memmapsim, strict, line, status)))
    current = 0
    for path in sorted((root / 'docs/results').glob('*.json')):
        document = json.loads(path.read_text(), object_pairs_hook=unique)
        if document['schema_version'] == schema['properties']['schema_version']['const']:
            tests.append((path.name, invalid(validator, document)))
            current += 1
    tests.append(('a committed result is of the current version', [] if current else ['none is']))
    broken = {'schema_version': 3, 'command': 'env', 'environment': {}}
    tests.append(('what lacks a member is found', [] if invalid(validator, broken) else ['it is not']))
    return report(tests)


sys.exit(main())
