#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
statistics.py STATISTICS_TOOL: what bench/ works out of samples, against scipy; and that intervals hold
what they should as often as they should, also where samples depend on those before them. The seed is
printed, and taken from MMS_TEST_SEED.
"""
import json
import os
import subprocess
import sys
import time

from harness import report

try:
    import numpy
    import scipy.optimize
    import scipy.stats
except ImportError:
    scipy = None


class Tool:
    def __init__(self, path):
        self.path = path

    def ask(self, questions):
        """An answer to each line of (word, numbers…, or lists of them)."""
        lines = [word + ' ' + ' / '.join(' '.join(map(repr, part.tolist())) for part in parts) + '\n'
                 for word, *parts in questions]
        done = subprocess.run([self.path], input=''.join(lines), text=True, stdout=subprocess.PIPE,
                              check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def unequal(name, found, expected):
    close = numpy.allclose(found, expected, rtol=1e-9, atol=1e-9)
    return [] if close else [f'{name}: {found} instead of {expected}']


def times(random, count):
    """Samples as experiments have them: skewed, some far out, some equal."""
    values = random.gamma(2, 1000, count) + 100000
    values[random.random(count) < 0.05] *= 3
    return values.astype(int) // random.integers(1, 200)


def summaries(tool, random):
    cases = [times(random, count) for count in [1, 2, 3, 4, 5, 9, 10, 31, 100, 1001] * 3]
    problems = []
    for values, found in zip(cases, tool.ask(('summary', values) for values in cases)):
        median, mad = numpy.median(values), scipy.stats.median_abs_deviation(values)
        quantiles = numpy.quantile(values, [0, 0.25, 0.5, 0.75, 0.95, 0.99, 1])
        keys = ['min_ns', 'q1_ns', 'median_ns', 'q3_ns', 'p95_ns', 'p99_ns', 'max_ns']
        deviation = values.std(ddof=1) if len(values) > 1 else 0
        scaled = scipy.stats.median_abs_deviation(values, scale=1 / 1.4826)
        outliers = int((abs(values - median) > 3.5 * scaled).sum())
        for key, expected in [*zip(keys, quantiles), ('mean_ns', values.mean()), ('mad_ns', mad),
                              ('standard_deviation_ns', deviation), ('outliers', outliers)]:
            problems += unequal(f'{key} of {values[:12]}…', found[key], expected)
        if not found['min_ns'] <= found['median_interval_ns'][0] <= median <= \
                found['median_interval_ns'][1] <= found['max_ns']:
            problems.append(f'the interval is {found["median_interval_ns"]}')
    return problems


def trends(tool, random):
    """With as many windows as samples, the drift is Kendall's, and Theil and Sen's."""
    cases = [times(random, count) + slope * numpy.arange(count)
             for count in (10, 20, 32) for slope in (0, 20, 3000)]
    problems = []
    for values, found in zip(cases, tool.ask(('summary', values) for values in cases)):
        n, time_of = len(values), numpy.arange(len(values))
        score = sum(numpy.sign(values[i + 1:] - values[i]).sum() for i in range(n))
        z = (score - numpy.sign(score)) / numpy.sqrt(n * (n - 1) * (2 * n + 5) / 18)
        slope = scipy.stats.theilslopes(values, time_of)[0]
        tau = scipy.stats.kendalltau(time_of, values, variant='c')[0]
        problems += unequal('z', found['drift']['z'], z)
        problems += unequal('change', found['drift']['change'], slope * (n - 1) / numpy.median(values))
        if numpy.sign(tau) != numpy.sign(round(score)):
            problems.append(f'the score is {score}, tau {tau}')
    return problems


def nearest_single_heap(values):
    """The dip, by linear programs: for each mode, the distribution with one heap that is nearest."""
    count, best = len(values), 1
    steps = numpy.arange(count + 1) / count
    for mode in range(count):
        nr = count + 2  # heights left of the mode and at it, at it and right of it, the distance
        at = list(range(mode + 1)), list(range(mode + 1, count + 1))
        points = values[:mode + 1], values[mode:]
        rows, limits = [], []

        def add(terms, limit):
            row = numpy.zeros(nr)
            for index, factor in terms:
                row[index] += factor
            rows.append(row)
            limits.append(limit)

        for side, (indices, start) in enumerate(zip(at, (0, mode))):
            for offset, index in enumerate(indices):
                value = start + offset
                reached = {value, value + 1} if value != mode else {value + side}
                for step in reached:
                    add([(index, 1), (nr - 1, -1)], steps[step])
                    add([(index, -1), (nr - 1, -1)], -steps[step])
            gaps = numpy.diff(points[side])
            sign = 1 if side == 0 else -1
            for i in range(1, len(indices) - 1):
                add([(indices[i], sign * (1 / gaps[i - 1] + 1 / gaps[i])),
                     (indices[i - 1], -sign / gaps[i - 1]), (indices[i + 1], -sign / gaps[i])], 0)
        for index in range(count):
            add([(index, 1), (index + 1, -1)], 0)
        goal = numpy.zeros(nr)
        goal[-1] = 1
        best = min(best, scipy.optimize.linprog(goal, A_ub=numpy.array(rows), b_ub=limits,
                                                bounds=[(0, 1)] * nr, method='highs').fun)
    return best


def dips(tool, random):
    cases = []
    for count in range(2, 12):
        half = count // 2
        cases.append(numpy.sort(random.random(count)))
        cases.append(numpy.sort(numpy.concatenate([random.normal(0, 0.1, half),
                                                   random.normal(1, 0.1, count - half)])))
    problems = []
    for values, found in zip(cases, tool.ask(('dip', values) for values in cases)):
        problems += unequal(f'dip of {values}', found, nearest_single_heap(values))
    return problems


def modes(tool, random):
    """One heap, however broad or skewed, is seldom taken for two; two that are apart are found."""
    single = [make(count) for count in (30, 100, 1000) for make in (
        lambda count: random.uniform(1e6, 2e6, count), lambda count: random.normal(1e6, 5e4, count),
        lambda count: 1e6 + random.exponential(1e5, count)) for _ in range(60)]
    double = [numpy.where(random.random(count) < 0.4, 1.3e6, 1e6) + random.normal(0, 2e4, count)
              for count in (100, 300, 1000) for _ in range(20)]
    found = [answer['modes']['found'] for answer in
             tool.ask(('summary', values.astype(int)) for values in single + double)]
    wrong, right = sum(found[:len(single)]), sum(found[len(single):])
    # One of 1000 at most is expected, and nearly all.
    return ([f'{wrong} of {len(single)} single heaps are taken for two'] if wrong > 4 else []) + (
        [f'{right} of {len(double)} pairs of heaps are found'] if right < 0.9 * len(double) else [])


def dependent(random, runs, count, dependence):
    """Normally distributed rounds, each of which has a share of the one before it."""
    values = random.standard_normal((runs, count + 50))
    for i in range(1, count + 50):
        values[:, i] += dependence * values[:, i - 1]
    return values[:, 50:] * numpy.sqrt(1 - dependence ** 2)


def samples(random, runs, count, dependence):
    return (1e6 * numpy.exp(0.05 * dependent(random, runs, count, dependence))).astype(int)


def blocks(tool, random):
    """They are the longer the more rounds depend on each other."""
    means = [numpy.mean(tool.ask(('block', values) for values in samples(random, 100, 500, dependence)))
             for dependence in (0, 0.7, 0.95)]
    return [] if means[0] < means[1] < means[2] else [f'their mean lengths are {means}']


def intervals_of_scipy(tool, random):
    """Where rounds don't depend on each other, the interval is as wide as scipy's bootstrap's."""
    problems = []
    for values in samples(random, 10, 200, 0):
        low, high = tool.ask([('summary', values)])[0]['median_interval_ns']
        other = scipy.stats.bootstrap((values,), numpy.median, n_resamples=2000, method='percentile',
                                      random_state=random).confidence_interval
        share = (high - low) / (other.high - other.low)
        if not 0.5 < share < 2:
            problems.append(f'{low}–{high}, but {other.low}–{other.high} by scipy')
    return problems


def coverage(tool, random):
    """
    How often intervals hold the true ratio, which is 1: 95 of 100 times, or nearly. Of 200 it may be
    some fewer by chance, so what is asked for is less.
    """
    runs, problems = 200, []
    for dependence, count, least in [(0, 6, 0.89), (0, 30, 0.89), (0, 100, 0.88), (0.3, 60, 0.85),
                                     (0.6, 100, 0.8)]:
        one, other = (samples(random, runs, count, dependence) for _ in range(2))
        same = numpy.full(count, 1000000)
        for word, answers in (
                ('paired', tool.ask(('paired', values, same) for values in one)),
                ('unpaired', tool.ask(('unpaired', *both) for both in zip(one, other)))):
            held = numpy.mean([low <= 1 <= high for _, low, high in answers])
            print(f'# {word}, {count} rounds, dependence {dependence}: {held:.3f} hold it')
            if held < least:
                problems.append(f'{word}, {count} rounds, dependence {dependence}: {held} hold it')
    return problems


def main():
    tool = Tool(sys.argv[1])
    names = [summaries, trends, dips, modes, blocks, intervals_of_scipy, coverage]
    if not scipy:
        return report([(name.__name__, 'there is no python3-scipy') for name in names])
    seed = int(os.environ.get('MMS_TEST_SEED', time.time_ns() % 1000000))
    print(f'# MMS_TEST_SEED={seed}')
    random = numpy.random.default_rng(seed)
    return report([(name.__name__.replace('_', ' '), name(tool, random)) for name in names])


sys.exit(main())
