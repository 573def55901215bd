#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
manual.py MEMMAPSIM SOURCE_ROOT PAGE=ALIAS,…...

The manual: its pages are well made and refer to pages that exist; each subcommand has one that lists
the options of --help; each header has one with the prototypes of its functions, and the names of its
types, members and constants. The pages as installed are in docs, below the current directory.
"""
import json
import pathlib
import re
import shutil
import sys
import tempfile

from documents import FENCE, blocks, options, section, subcommands
from harness import report, run

# What scdoc makes of any page, or what is no matter of style here.
UNAVOIDABLE = (
    'lower case character in document title',  # names are written as they are
    'input text line longer than 80 bytes',    # .editorconfig says 120
)
SECTIONS = {
    '1': ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO'],
    '3': ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'THREAD SAFETY', 'SEE ALSO'],
    '5': ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'FORMAT', 'EXAMPLES', 'SEE ALSO'],
}
REFERENCE = re.compile(r'\*([\w\\-]+)\*\((\d)\)')
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.DOTALL)
FUNCTION = re.compile(r'^(?:MMS_API|static inline)\s+([^;{]*?\b(\w+)\s*\([^;{]*?\))\s*[;{]',
                      re.DOTALL | re.MULTILINE)
TYPE = re.compile(r'^(struct|enum) (\w+)\s*\{(.*?)^\}', re.DOTALL | re.MULTILINE)
MEMBER = re.compile(r'(\w+)\s*(?:\[\w*\]\s*)?[;,]|\(\*(\w+)\)')
ENUMERATOR = re.compile(r'^\s*(\w+)\s*(?:=[^,]*)?(?:,|$)', re.MULTILINE)
MACRO = re.compile(r'^#define (MMS_\w+)', re.MULTILINE)
INTERNAL_MACROS = {'MMS_API'}


def one_line(text):
    return re.sub(r'\s*([(),])\s*', r'\1', ' '.join(text.split())).replace('* ', '*')


def without_escapes(page):
    return page.replace('\\', '')


def lint(path, page):
    if not shutil.which('mandoc'):
        return 'there is no mandoc'
    output, problems = run('mandoc', '-T', 'utf8', path)
    output = re.sub('.\b', '', output)  # bold is a letter over itself
    findings = run('mandoc', '-T', 'lint', '-W', 'style', path)[0].splitlines()
    problems += [f'section {name} is not rendered'
                 for name in re.findall('^# (.*)', FENCE.sub('', page), re.MULTILINE) if f'\n{name}\n' not in output]
    return problems + [line for line in findings
                       if not any(reason in line for reason in UNAVOIDABLE)]


def references(page, known):
    pages = {f'{without_escapes(name)}.{number}' for name, number in REFERENCE.findall(page)}
    return [f'there is no {name}' for name in sorted(pages - known)
            if name.startswith(('memmapsim', 'mms_'))]


def page_options(page):
    """"*-b*, *--btf*[=_FILE_]" as --help has it."""
    return {re.sub(r'[*_]', '', line) for line in section(page, 'OPTIONS').splitlines()
            if line.startswith('*-')}


def with_parts(folder, page):
    return re.sub(r'^; include (\S+)$', lambda match: (folder / match[1]).read_text(), page,
                  flags=re.MULTILINE)


def difference(ours, others, theirs):
    return ([f'{name} is not in {theirs}' for name in sorted(ours - others)] +
            [f'{name} is only in {theirs}' for name in sorted(others - ours)])


def synopsis(page):
    """Prototypes by name."""
    code = '\n'.join(blocks(section(page, 'SYNOPSIS')))
    code = re.sub(r'^#.*', '', code, flags=re.MULTILINE)
    prototypes = [one_line(prototype) for prototype in code.split(';') if '(' in prototype]
    return {re.search(r'(\w+)\(', prototype)[1]: prototype for prototype in prototypes}


def functions(header):
    return {name: one_line(prototype) for prototype, name in FUNCTION.findall(header)}


def names(header):
    """Names of types, their members, enumerators and macros."""
    found = set(MACRO.findall(header)) - INTERNAL_MACROS
    for kind, name, body in TYPE.findall(header):
        found.add(name)
        if kind == 'enum':
            found.update(ENUMERATOR.findall(body))
        else:
            found.update(first or second for first, second in MEMBER.findall(body))
    return found


def check_header(header, page, page_name, aliases):
    text = COMMENT.sub('', header)
    promised, shown = functions(text), synopsis(page)
    problems = difference(set(promised), set(shown), 'the synopsis')
    problems += [f'{name} is declared as\n{promised[name]}\nand shown as\n{shown[name]}'
                 for name in sorted(set(promised) & set(shown)) if promised[name] != shown[name]]
    problems += difference(set(promised) - {page_name}, set(aliases), 'docs/meson.build')
    words = set(re.findall(r'\w+', without_escapes(page)))
    words |= {word[1:-1] for word in words if re.fullmatch('_.*_', word)}  # emphasis
    problems += [f'it says nothing of {name}' for name in sorted(names(text) - words)]
    heading = without_escapes(' '.join(section(page, 'NAME').split()))
    problems += [f'NAME lacks {name}' for name in promised if name not in heading]
    return problems


def json_of(command, *arguments):
    """What an experiment writes, quickly, and what is wrong with that."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / 'result.json'
        problems = run(command, 'bench', *arguments, '--backing', '4k', '--json', file)[1]
        return {} if problems else json.loads(file.read_text()), problems


def keys_of(*objects):
    return {key for part in objects for key in part}


def check_json(command, page):
    """The keys that a section JSON names are those of the file."""
    rebind = ['rebind', '-i', 'naive,template-heads', '--rebinds', '1', '--first-binds', '1']
    both, problems = json_of(command, *rebind, '--size', '64M,128M')
    one, more = json_of(command, *rebind, '--size', '64M', '--threads', '1')
    late, even_more = json_of(command, 'background', '-i', 'naive', '--binds', '1', '--streams',
                              '1', '--size', '64M', '--threads', '1')
    after, most = json_of(command, 'aftermath', '-i', 'naive', '--rounds', '1', '--parts', 'read',
                          '--size', '64M')
    boot, boot_problems = json_of(command, 'boot', '-i', 'naive', '--boots', '1', '--namespaces',
                                  '1x64M', '--threads', '1')
    freed, last = json_of(command, 'normal', '-i', 'naive', '--rounds', '1', '--first-touches', '1',
                          '--chunks', '4M', '--size', '64M')
    if problems or more or even_more or most or boot_problems or last:
        return problems + more + even_more + most + boot_problems + last
    row, crew = one['results'][0], one['threads'][0]
    keys = keys_of(both, one, one['run'], one['phases'], row, row['rebind'], one['fills'][0],
                   one['steps'][0], crew, crew['results'][0], crew['fills'][0])
    row = late['results'][-1]
    keys |= keys_of(after, after['places'], after['results'][0], after['results'][0]['steps'][0],
                    after['results'][0]['steps'][0]['misses'])
    keys |= keys_of(boot, boot['results'][-1], boot['published'])
    keys |= keys_of(late, row, row['stream'], row['stream']['ready'], row['stream']['curve'][0])
    row = freed['results'][0]
    keys |= keys_of(freed, freed['zone'], row, row['steady'], row['to_naive'], *freed['traffic'],
                    *(traffic['init'] for traffic in freed['traffic']))
    return difference(keys, set(re.findall(r'\b_(\w+)_(?!\w)', section(page, 'JSON'))), 'the manual')


def main():
    command, root = sys.argv[1], pathlib.Path(sys.argv[2])
    aliases = {page: [name for name in names.split(',') if name]
               for page, names in (argument.split('=') for argument in sys.argv[3:])}
    known = set(aliases) | {f'{name}.{page.rpartition(".")[2]}'
                            for page, all_names in aliases.items() for name in all_names}
    folder = root / 'docs'
    pages = {path.name.removesuffix('.scd'): with_parts(folder, path.read_text())
             for path in folder.glob('*.[0-9].scd')}
    tests = [('every page is installed', difference(set(pages), set(aliases), 'docs/meson.build'))]

    for name, page in sorted(pages.items()):
        made = pathlib.Path('docs') / name
        tests.append((f'{name} is well made', lint(made, page) if made.exists()
                      else 'there is no scdoc'))
        tests.append((f'{name} has all sections', [
            f'{heading} is missing' for heading in SECTIONS[name[-1]] if not section(page, heading)]))
        tests.append((f'{name} refers to what exists', references(page, known)))

    found = subcommands(command)
    tests.append(('every subcommand has a page, and every page a subcommand', difference(
        {f'memmapsim-{name}.1' for name in found},
        {name for name in pages if re.fullmatch(r'memmapsim-.*\.1', name)}, 'docs')))
    for name, calls in found.items():
        page = pages.get(f'memmapsim-{name}.1', '')
        tests.append((f'options of {name}', difference(
            options(command, calls), page_options(page), 'the manual')))
        tests.append((f'memmapsim.1 has {name}', [] if f'\n*{name}*\n' in pages['memmapsim.1']
                      else ['it has not']))

    tests.append(('keys of results', check_json(command, pages['memmapsim-bench.1'])))

    for path in sorted((root / 'include/memmapsim').glob('*.h')):
        if not functions(COMMENT.sub('', path.read_text())):
            continue
        page_name = f'mms_{path.stem}'
        if f'{page_name}.3' not in pages:
            tests.append((f'page of {path.name}', [f'there is no {page_name}.3.scd']))
        else:
            tests.append((f'page of {path.name}', check_header(
                path.read_text(), pages[f'{page_name}.3'], page_name, aliases[f'{page_name}.3'])))
    return report(tests)


sys.exit(main())
