#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
count-tests.py TEST_LOG...

Count single tests over several runs of "meson test", by the logs that there should be: the TAP lines that programs print, or a whole
program as one test if it prints none. Lists what failed and what was skipped and why. The last line is
"N passed, N failed, N skipped"; status 1 if something failed or nothing passed.
"""
import json
import pathlib
import re
import sys

# cmocka before 2.0 says "not ok" of skipped tests.
TAP = re.compile(r'(?P<not>not )?ok \d+\s*(?:- )?(?P<skip># SKIP\b)?\s*(?P<name>.*)')
REASON = re.compile(r'# reason: (.*)')


def single_tests(program):
    """(name, 'passed' | 'failed' | 'skipped', note) of each test in one entry of a test log."""
    tests = []
    reason = ''
    for line in (program.get('stdout') or '').splitlines():
        if match := REASON.match(line):
            reason = match[1]
        elif match := TAP.match(line):
            result = 'skipped' if match['skip'] else 'failed' if match['not'] else 'passed'
            tests.append((f'{program["name"]}: {match["name"]}', result, reason))
            reason = ''
    result = {'OK': 'passed', 'SKIP': 'skipped'}.get(program['result'], 'failed')
    if not tests or (result == 'failed' and all(test[1] != 'failed' for test in tests)):
        tests.append((program['name'], result, reason or program['result']))
    return tests


def all_tests(logs):
    for log in map(pathlib.Path, logs):
        run = log.parent.parent.name.removeprefix('check-') + log.stem.removeprefix('testlog')
        if not log.exists():
            yield run, 'failed', 'was not built, or its tests did not start'
            continue
        try:
            programs = [json.loads(line) for line in log.read_text(errors='replace').splitlines()]
        except json.JSONDecodeError as error:
            yield run, 'failed', f'its log is damaged: {error}'
            continue
        for program in programs:
            for name, result, note in single_tests(program):
                yield f'{run}: {name}', result, note


def main():
    tests = list(all_tests(sys.argv[1:]))
    print()
    for wanted in ('skipped', 'failed'):
        for name, result, note in tests:
            if result == wanted:
                print(f'{wanted}: {name}' + (f': {note}' if note else ''))
    count = {wanted: sum(result == wanted for _, result, _ in tests)
             for wanted in ('passed', 'failed', 'skipped')}
    print('{passed} passed, {failed} failed, {skipped} skipped'.format_map(count))
    return count['failed'] > 0 or count['passed'] == 0


sys.exit(main())
