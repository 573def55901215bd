#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""count.py COUNT_TESTS: ./check counts, and believes, what test programs print and how they end."""
import json
import pathlib
import subprocess
import sys
import tempfile

from harness import report

CMOCKA_1 = '1..3\nok 1 - one\n# reason: no hugepages\nnot ok 2 # SKIP two\nnot ok 3 - three\n'
CMOCKA_2 = '1..2\nok 1 - one\n# reason: no hugepages\nok 2 # SKIP two\n'

# name: programs as (result, stdout), last line, status
CASES = {
    'passed': ([('OK', 'ok 1 - one\nok 2 - two\n')], '2 passed, 0 failed, 0 skipped', 0),
    'failed': ([('FAIL', CMOCKA_1)], '1 passed, 1 failed, 1 skipped', 1),
    'skipped': ([('OK', CMOCKA_2)], '1 passed, 0 failed, 1 skipped', 0),
    'no TAP': ([('OK', ''), ('SKIP', ''), ('FAIL', '')], '1 passed, 1 failed, 1 skipped', 1),
    'crashed midway': ([('FAIL', 'ok 1 - one\n')], '1 passed, 1 failed, 0 skipped', 1),
    'timed out': ([('TIMEOUT', 'ok 1 - one\n')], '1 passed, 1 failed, 0 skipped', 1),
    'nothing passed': ([('SKIP', '')], '0 passed, 0 failed, 1 skipped', 1),
    'not built': (None, '0 passed, 1 failed, 0 skipped', 1),
    'cut off': ('{"name": "program", "resu', '0 passed, 1 failed, 0 skipped', 1),
}


def problems(count_tests, programs, line, status):
    with tempfile.TemporaryDirectory() as directory:
        log = pathlib.Path(directory) / 'meson-logs/testlog.json'
        log.parent.mkdir()
        if isinstance(programs, str):
            log.write_text(programs)
        elif programs is not None:
            log.write_text(''.join(
                json.dumps({'name': 'program', 'result': result, 'stdout': stdout}) + '\n'
                for result, stdout in programs))
        done = subprocess.run([count_tests, log], text=True, stdout=subprocess.PIPE)
    found = [f'status {done.returncode}, expected {status}'] if done.returncode != status else []
    if done.stdout.splitlines()[-1] != line:
        found.append(f'{done.stdout!r}, expected {line!r}')
    if 'two' in done.stdout and 'two: no hugepages' not in done.stdout:
        found.append(f'no reason for the skipped test in {done.stdout!r}')
    return found


sys.exit(report((name, problems(sys.argv[1], *case)) for name, case in CASES.items()))
