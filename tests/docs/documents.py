# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What the scripts here share: documents, and what the command says of itself."""
import re
import subprocess

FENCE = re.compile(r'^\s*```\w*\n(.*?)^\s*```', re.DOTALL | re.MULTILINE)
SUBCOMMAND = re.compile(r'^  (\w[\w-]*) +\S', re.MULTILINE)
# argp's lists: "  -b, --btf[=FILE]           Compare …"; what goes on from above is further right.
OPTION = re.compile(r'^ {2,6}(-\S.*?)(?:  .*)?$', re.MULTILINE)


def documents(root):
    """Markdown and sources of manual pages."""
    return [path for path in [root / 'README.md', *sorted((root / 'docs').glob('*.md')),
                              *sorted((root / 'docs').glob('*.scd'))] if path.exists()]


def blocks(text):
    """What stands between ``` and ```."""
    return FENCE.findall(text)


def section(page, name):
    """A section of a manual page's source."""
    match = re.search(rf'^# {name}\n(.*?)(?=^# |\Z)', page, re.DOTALL | re.MULTILINE)
    return match[1] if match else ''


def help_text(command, *subcommand):
    return subprocess.run([command, *subcommand, '--help'], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def listed(text):
    """Names in the list that comes before any example."""
    return SUBCOMMAND.findall(text.partition('\nExample')[0])


def subcommands(command):
    """Each subcommand, and what follows it on the command line: nothing, or each experiment."""
    found = {}
    for name in listed(help_text(command)):
        text = help_text(command, name)
        found[name] = [[name]] if OPTION.search(text) else [
            [name, experiment] for experiment in listed(text)]
    return found


def options(command, calls):
    """The options that --help lists, as it writes them: "-b, --btf[=FILE]"."""
    return {option for call in calls for option in OPTION.findall(help_text(command, *call))}
