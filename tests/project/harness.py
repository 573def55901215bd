# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What the scripts here share."""
import os
import shlex
import subprocess


def report(tests):
    """
    Print a TAP line for each of tests, so that ./check counts it: (name, problems), a list of
    sentences that is empty if all is well, or (name, reason), a string, if it can't run here.
    Returns the exit status.
    """
    status = 0
    for number, (name, outcome) in enumerate(tests, 1):
        if isinstance(outcome, str):
            print(f'# reason: {outcome}\nok {number} # SKIP {name}')
            continue
        for problem in outcome:
            print('# ' + problem.rstrip().replace('\n', '\n# '))
            status = 1
        print(f'{"not ok" if outcome else "ok"} {number} - {name}', flush=True)
    return status


def run(*command, stdin=None, **environment):
    """What a command printed, and the problems with it as report() wants them."""
    done = subprocess.run(command, input=stdin, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=os.environ | environment)
    problem = f'{shlex.join(map(str, command))} ended with status {done.returncode}: {done.stdout}'
    return done.stdout, [problem] if done.returncode else []
