#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
figures.py [--check] MEMMAPSIM

Make what README.md and docs/ show of measurements from the results in docs/results, which
"memmapsim bench --json" wrote: docs/rebind.svg, with MEMMAPSIM's "report", and the tables between
<!-- figures: … --> and <!-- end of figures -->. --check changes nothing and ends with status 1 if
something isn't up to date.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARK = re.compile(r'(<!-- figures: ([\w.-]+)((?: [\w.-]+)+) -->\n)(.*?)(<!-- end of figures -->)', re.S)


def result(name):
    return json.loads((ROOT / 'docs/results' / f'{name}.json').read_text())


def milliseconds(row):
    return row['rebind']['median_ns'] / 1e6


def ratio(value, interval=None):
    if value is None:
        return '–'
    return f'{value:.3f}' + (f' ({interval[0]:.3f}–{interval[1]:.3f})' if interval else '')


def table(head, rows):
    lines = [head, ['---'] + ['---:'] * (len(head) - 1)] + rows
    return '\n' + ''.join('| ' + ' | '.join(line) + ' |\n' for line in lines) + '\n'


def rebinds(data):
    """All initializers, and the fill limit."""
    limit = data['fill_limit']
    rows = [[f'`{row["name"]}`', f'{milliseconds(row):.2f}', f'{row["ns_per_page"]:.3f}',
             ratio(row['ratio_to_naive'], row['ratio_to_naive_interval']),
             ratio(row['ratio_to_fill_limit']), ratio(row['published_ratio'])]
            for row in data['results']]
    fill = next(fill for fill in data['fills'] if fill['name'] == limit)
    rows.append([f'fill limit (`{limit}`)', f'{milliseconds(fill):.2f}',
                 f'{fill["ns_per_page"]:.3f}',
                 ratio(fill['ratio_to_naive'], fill['ratio_to_naive_interval']), '1.000', '–'])
    return table(['initializer', 'median, ms', 'ns per page', 'to naive (95 %)', 'to limit',
                  'published'], rows)


def steps(here, zen5):
    """By this machine's processor, and by one of the next generation."""
    rows = []
    for step, there in zip(here['steps'], zen5['steps'], strict=True):
        assert (step['step'], step['base']) == (there['step'], there['base'])
        rows.append([step['step'], f'`{step["initializer"]}`', f'`{step["base"]}`',
                     ratio(step['ratio'], step['ratio_interval']),
                     ratio(there['ratio'], there['ratio_interval']), ratio(step['published_ratio'])])
    return table(['step', 'initializer', 'to', 'ratio on Zen 4 (95 %)', 'on Zen 5 (95 %)', 'published'],
                 rows)


def imports(*results):
    """Kernels' own code beside naive, both presets of each release in turn."""
    rows = []
    for fsdax, devdax in zip(results[::2], results[1::2]):
        naive = [milliseconds(data['results'][0]) for data in (fsdax, devdax)]
        for one, other in zip(fsdax['results'][1:], devdax['results'][1:]):
            row = [one['name'], fsdax['kernel']['name']]
            for time, there in zip(naive, (one, other)):
                row += [f'{time:.1f}', f'{milliseconds(there):.1f}',
                        ratio(there['ratio_to_naive'], there['ratio_to_naive_interval'])]
            rows.append(row)
    return table(['source', 'rules', 'fsdax: `naive`, ms', 'imported', 'ratio (95 %)',
                  'devdax: `naive`, ms', 'imported', 'ratio (95 %)'], rows)


def stores(data):
    """What the store tracer counted of each initializer, per page; of fsdax, then of devdax."""
    rows = []
    for kinds in zip(*(job['initializers'] for job in data['stores'][:2])):
        row = [f'`{kinds[0]["name"]}`']
        for one in kinds:
            row += [f'{one["instructions"] / one["lines_written"]:.1f}'] + [
                f'{one[key] / one["lines_written"]:.0f}'
                for key in ('stores', 'bytes_written', 'bytes_read')]
        rows.append(row)
    what = ['instructions', 'stores', 'written B', 'read B']
    return table(['per page', 'fsdax: instructions', *what[1:], 'devdax: instructions', *what[1:]], rows)


def pools(data):
    """What threads bring, and what a pool costs."""
    rows = []
    for crew in data['threads']:
        for row in crew['results']:
            rows.append([f'`{row["name"]}`', str(crew['threads']), f'{milliseconds(row):.2f}',
                         ratio(row['speed_up'], row['speed_up_interval']),
                         ratio(row['ratio_to_direct'], row['ratio_to_direct_interval']),
                         f'{crew["dispatch_ns_per_chunk"] / 1e3:.2f}'])
    return table(['initializer', 'threads', 'median, ms', 'speed-up (95 %)', 'to a direct call (95 %)',
                  'dispatch of a chunk, us'], sorted(rows))


def machine(data):
    cpu, system = data['environment']['cpu'], data['environment']['system']
    virtual = ', a virtual machine' if system['hypervisor'] else ''
    config = data['config']
    often = next(f'{config[key]} {key} of each' if key != 'rounds' else f'{config[key]} rounds'
                 for key in ('rebinds', 'binds', 'boots', 'rounds') if key in config)
    load = system['load_average'][0]
    busy = f' On a busy machine, with a load average of {load:.0f}.' if load > 4 * cpu['threads_online'] else ''
    return (f'\n{cpu["model"]}, {cpu["cores_online"]} cores{virtual}; {often}; struct pages in '
            f'{data["backing"]["huge_bytes"] >> 20} MiB of huge pages ({data["backing"]["obtained"]}); '
            f'{data["kernel"]["name"]} rules.{busy}\n\n')


def place(data):
    """Where what comes after an init was measured."""
    cpu, places = data['environment']['cpu'], data['places']
    virtual = ', a virtual machine' if data['environment']['system']['hypervisor'] else ''
    other = ' and another one with the same last-level cache' if places['shares_last_level'] else \
        ' and another one' if places['other_cpu'] is not None else ''
    misses = f'; cache misses not counted: {places["misses_not_counted"]}' \
        if places['misses_not_counted'] else ''
    return (f'\n{cpu["model"]}{virtual}, on one core{other}; L2 {places["l2_bytes"] >> 10} KiB, LLC '
            f'{places["last_level_bytes"] >> 20} MiB; {data["config"]["rounds"]} rounds; struct pages in '
            f'{data["backing"]["huge_bytes"] >> 20} MiB of huge pages ({data["backing"]["obtained"]}); '
            f'{data["kernel"]["name"]} rules{misses}.\n\n')


def time_to_none(row, step):
    if step['ns_per_unit'] is None:
        return '–'
    to_none = ratio(step['ratio_to_none'], step['ratio_to_none_interval'])
    return f'{step["ns_per_unit"]:.2f}' + (f': {to_none}' if row['name'] != 'none' else '')


def time_and_back(row, step):
    if step['ns_per_unit'] is None:
        return '–'
    back = step['back_ns_per_unit']
    return f'{step["ns_per_unit"]:.1f}' + (f': {back:.1f}' if back and row['name'] != 'none' else '')


def aftermath(part, unit, cell):
    """A table of a part: a row for each step, a column for none and for each initializer."""
    def made(data):
        rows, lines = data['results'], []
        for i, step in enumerate(rows[0]['steps']):
            if step['part'] != part:
                continue
            lines.append([step['step'], *(cell(row, row['steps'][i]) for row in rows)])
            if step['ratio_to_back_to_all']:
                lines.append(['the same / back to all', *(
                    ratio(row['steps'][i]['ratio_to_back_to_all'],
                          row['steps'][i]['ratio_to_back_to_all_interval']) for row in rows)])
        return table([f'ns per {unit}', 'none', *(f'`{row["name"]}`' for row in rows[1:])], lines)
    return made


def chunk_name(size):
    return f'{size >> 30} GiB' if size and size % (1 << 30) == 0 else f'{size >> 20} MiB' if size else 'all'


def rows_of(data, size, threads=None):
    """Rows of one size of chunks, and so many threads."""
    return [row for row in data['results'] if (row['chunk_bytes'], row['threads']) == (size, threads)]


def first_touches(data):
    size = data['config']['chunks_bytes'][0]
    return table(['initializer', 'init, ms', 'free, ms', 'total, ms'],
                 [[f'`{row["name"]}`', *(f'{row["first_touch"][part]["median_ns"] / 1e6:.1f}'
                                         for part in ('init', 'free', 'total'))]
                  for row in rows_of(data, size)])


def steady(data, size):
    pages = data['zone']['free_pages']
    rows = []
    for row in rows_of(data, size):
        times, ratios = row['steady'], row['to_naive']
        rows.append([f'`{row["name"]}`', f'{times["init"]["median_ns"] / pages:.3f}',
                     f'{times["free"]["median_ns"] / pages:.3f}',
                     f'{times["total"]["median_ns"] / 1e6:.1f}', ratio(ratios['init']),
                     ratio(ratios['free']), ratio(ratios['total'], ratios['total_interval'])])
    return table(['initializer', 'init, ns per page', 'free, ns per page', 'total, ms',
                  'init to naive', 'free', 'total (95 %)'], rows)


def kernel_chunks(data):
    return steady(data, data['config']['chunks_bytes'][0])


def whole_zone(data):
    return steady(data, data['config']['chunks_bytes'][-1])


def normal_steps(data):
    rows = []
    for row in rows_of(data, data['config']['chunks_bytes'][0]):
        base = 'naive' if row['name'] in ('naive', 'template') else 'template'
        ratios = row[f'to_{base}']
        if row['name'] != base:
            rows.append([f'`{row["name"]}`', f'`{base}`', ratio(ratios['init']), ratio(ratios['free']),
                         ratio(ratios['total'], ratios['total_interval'])])
    return table(['initializer', 'to', 'init', 'free', 'total (95 %)'], rows)


def traffic(data):
    """What the store tracer counted, per page."""
    rows = []
    for one in data['traffic']:
        init, both, pages = one['init'], one['init_and_free'], one['pages']
        freeing = {key: both[key] - init[key] for key in init}
        rows.append([f'`{one["name"]}`'] + [f'{value / pages:.1f}' for value in (
            init['instructions'], init['bytes_written'], init['bytes_nontemporal'], init['bytes_read'],
            freeing['instructions'], freeing['bytes_written'], freeing['bytes_read'])])
    return table(['initializer', 'init: instructions', 'bytes written', 'streamed', 'read',
                  'free: instructions', 'bytes written', 'read'], rows)


def chunks(data):
    sizes = data['config']['chunks_bytes']
    names = [row['name'] for row in rows_of(data, sizes[0])]
    rows = [[chunk_name(size)] + [
        f'{row["steady"]["total"]["median_ns"] / 1e6:.1f} ({ratio(row["to_naive"]["total"])})'
        for row in rows_of(data, size)] for size in sizes]
    return table(['chunk'] + [f'`{name}`' for name in names], rows)


def threads(data):
    size = data['config']['chunks_bytes'][0]
    numbers = data['config']['crew']['threads']
    names = [row['name'] for row in rows_of(data, size)]
    rows = [[str(number)] + [f'{row["steady"]["total"]["median_ns"] / 1e6:.1f}'
                             for row in rows_of(data, size, number)] for number in numbers]
    return table(['threads'] + [f'`{name}`, ms' for name in names], rows)


def way(row):
    return {
        'direct': 'one thread',
        'pool': f'{row["threads"]} threads',
        'background': f'background, `{row["policy"]}`',
    }[row['by']]


def boots(data):
    """How soon all namespaces of a machine are there."""
    rows = [[f'`{row["name"]}`', way(row)] +
            [f'{row[until]["median_ns"] / 1e6:.2f}' for until in ('bound', 'usable', 'done')] +
            [ratio(row['usable_ratio_to_direct'], row['usable_ratio_to_direct_interval'])]
            for row in data['results']]
    return table(['initializer', 'bound', 'all bound, ms', 'all usable, ms', 'all done, ms',
                  'usable, to one thread (95 %)'], rows)


def usable(data):
    """How soon one namespace is."""
    rows = [[f'`{row["name"]}`', way(row)] +
            [f'{row[what][quantile] / 1e3:.1f}' for what in ('returns', 'first_fault')
             for quantile in ('median_ns', 'p99_ns')] +
            [f'{row["done"]["median_ns"] / 1e6:.2f}',
             ratio(row['done_ratio_to_pool'], row['done_ratio_to_pool_interval'])]
            for row in data['results'] if row['threads'] in (None, max(data['config']['crew']['threads']))]
    return table(['initializer', 'bound', 'returns, us', 'p99', 'first fault, us', 'p99', 'all done, ms',
                  'to as many threads (95 %)'], rows)


def sizes(data):
    """Cost per page against size."""
    runs = data['runs']
    head = ['initializer'] + [f'{run["geometries"][0]["nr_initialised"]:,} pages' for run in runs]
    rows = [[f'`{rows[0]["name"]}`'] +
            [f'{row["ns_per_page"]:.3f} ({ratio(row["cost_ratio_to_largest"])})' for row in rows]
            for rows in zip(*(run['results'] for run in runs))]
    return table(head, rows)


def chart(memmapsim, name):
    """Bars of the median rebind for both presets."""
    results = [f'docs/results/{preset}-{name}.json' for preset in ('fsdax-100g', 'devdax-100g')]
    return subprocess.run([memmapsim, 'report', '--format', 'svg', *results], cwd=ROOT, check=True,
                          text=True, stdout=subprocess.PIPE).stdout


def filled(text):
    """The text with all its tables made anew."""
    kinds = {
        'rebinds': rebinds, 'steps': steps, 'machine': machine, 'place': place,
        'readers': aftermath('read', 'page', time_to_none),
        'faults': aftermath('fault', 'fault', time_to_none),
        'bystanders': aftermath('bystander', 'line', time_to_none),
        'writers': aftermath('writer', 'compound', time_and_back),
        'first-touches': first_touches, 'kernel-chunks': kernel_chunks, 'whole-zone': whole_zone,
        'normal-steps': normal_steps, 'traffic': traffic, 'chunks': chunks, 'threads': threads,
        'boots': boots, 'usable': usable, 'sizes': sizes, 'stores': stores, 'pools': pools,
        'imports': imports,
    }
    return MARK.sub(lambda match: match[1] + kinds[match[2]](*map(result, match[3].split())) + match[5],
                    text)


def main():
    memmapsim = pathlib.Path(sys.argv[-1]).resolve()
    made = {ROOT / 'docs/rebind.svg': chart(memmapsim, 'v7.2')}
    for path in [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md'))]:
        made[path] = filled(path.read_text())
    stale = [path for path, text in made.items()
             if not path.exists() or path.read_text() != text]
    if '--check' in sys.argv[1:]:
        for path in stale:
            print(f'{path.relative_to(ROOT)} is not what scripts/figures.py makes of docs/results')
        return bool(stale)
    for path in stale:
        path.write_text(made[path])
    return 0


sys.exit(main())
