# SPDX-License-Identifier: GPL-2.0
"""What was shown of each limit, on which kernel, where it was missed and what has not been
measured: README.md beside the summaries, made of what stands in them."""
import csv
import re

from lab_limits import LIMITS, together
from lab_plan import CONDITIONS, LEVERS, OPTED_IN, PARTS

HEAD = '''<!-- SPDX-License-Identifier: GPL-2.0 -->
# What the lab has shown

Of each limit that mode guard is held to, the pairs of a fragmenter and a consumer that met it and
those that **missed** it, by the medians of the runs; each leads to its figures. Below is what
each limit asks for, and what has not been measured yet.
`scripts/lab K summary` makes the files and this page.
'''


class Summary:
    """One file: {limit: [(where, met)]}, and how it was made."""

    def __init__(self, path):
        self.path, self.limits, self.number = path, {}, 0
        text = path.read_text(encoding='utf-8')
        self.kernel = re.search(r'scripts/lab (\S+) summary', text).group(1)
        self.made = re.search(r'^Made by `(.*?)` and', text, re.M).group(1)
        self.tree = (re.search(r'; tree (.*)\.$', text, re.M) or (None, 'not noted'))[1]
        self.boots = re.search(r'(\d+) boots', text).group(1)
        with open(path.with_suffix('.csv'), newline='', encoding='utf-8') as rows:
            rows = list(csv.DictReader(rows))
        runs = [int(row['runs']) for row in rows]
        self.runs = ' to '.join(str(n) for n in sorted({min(runs), max(runs)}))
        self.measured = list(dict.fromkeys((row['part'], row['pair']) for row in rows))
        limit = None
        for line in text.partition('\n## The limits')[2].splitlines():
            head = re.match(r'\*\*(\d\w?), ', line)
            limit = head.group(1) if head else limit
            case = re.match(r'- ([\w -]+): ', line)
            if case and limit:
                self.limits.setdefault(limit, []).append((
                    case.group(1), False if line.endswith('(**not met**)') else
                    None if line.endswith('(**not measured**)') else True))


def version(kernel):
    return [int(n) for n in kernel.split('.')]


def listed(words):
    """'a, b and c'."""
    return ' and '.join(x for x in (', '.join(words[:-1]), words[-1]) if x)


def only_once(summaries):
    """Of two files that have the same pair of the same part, the page cannot tell which counts."""
    there = {}
    for summary in summaries:
        for part, pair in summary.measured:
            other = there.setdefault((summary.kernel, part, pair), summary)
            if other is not summary:
                raise SystemExit(
                    'lab: %s and %s both have %s of part %s on %s: delete the older, and run '
                    'scripts/lab %s summary again.' % (other.path.name, summary.path.name, pair,
                                                       part, summary.kernel, summary.kernel))


def cell(summaries, limit):
    """Where it was met and where not, in the order of the plan."""
    order = list(dict.fromkeys(pair.name for pairs, _ in PARTS.values() for pair in pairs))
    cases = {}
    for summary in summaries:
        for where, met in summary.limits.get(limit, ()):
            cases.setdefault((where, summary.number), []).append(met)
    places = sorted(cases, key=lambda c: order.index(c[0]) if c[0] in order else len(order))
    parts = []
    for wanted, words in ((True, ''), (False, '**missed:** '), (None, 'not measured: ')):
        there = ', '.join('[%s][%d]' % c for c in places if together(cases[c]) is wanted)
        if there:
            parts.append(words + there)
    return '; '.join(parts) or 'not measured'


def in_words(part, pair):
    """A pair, and the lever that is tried with it, if one is."""
    conditions = OPTED_IN.get(pair, ()) if part == 'opt-in' else ()
    levers = [name for name in LEVERS.values() for c in conditions
              if 'lever ' + name in CONDITIONS[c][1]]
    return '%s (%s)' % (pair, ' and '.join(levers)) if levers else pair


def not_measured(summaries, kernels):
    """Of the plan, a line for each part: the pairs that no file has, and of which kernels."""
    lines = []
    for part, (pairs, about) in PARTS.items():
        lacking = {}
        for pair in pairs:
            where = tuple(k for k in kernels if not any(
                s.kernel == k and (part, pair.name) in s.measured for s in summaries))
            if where:
                lacking.setdefault(where, []).append(in_words(part, pair.name))
        if lacking:
            lines.append('- %s (%s): %s' % (part, about, '; '.join(
                '%s on %s' % (', '.join(names), listed(where))
                for where, names in lacking.items())))
    return lines or ['- nothing']


def index(folder):
    """The page, of the summaries in a folder."""
    summaries = [Summary(path) for path in folder.glob('lab-*.md')]
    summaries.sort(key=lambda s: (version(s.kernel), s.path.name))
    only_once(summaries)
    for number, summary in enumerate(summaries, 1):
        summary.number = number
    kernels = list(dict.fromkeys(s.kernel for s in summaries))
    lines = [HEAD, '| limit |' + ''.join(' %s |' % k for k in kernels),
             '|---|' + '---|' * len(kernels)]
    for limit, (name, _) in LIMITS.items():
        lines.append('| %s, %s |' % (limit, name) + ''.join(
            ' %s |' % cell([s for s in summaries if s.kernel == k], limit) for k in kernels))
    lines += ['', '## What each limit asks for', '']
    lines += ['- %s, %s: %s' % (limit, *words) for limit, words in LIMITS.items()]
    lines += ['', '## What has not been measured yet', '', 'Of the plan no file has:', '',
              *not_measured(summaries, kernels)]
    lines += ['', '## The files', '', '| figures | of | boots | runs | tree |',
              '|---|---|---|---|---|']
    for summary in summaries:
        lines.append('| [%d] | `%s` | %s | %s | %s |' % (
            summary.number, summary.made, summary.boots, summary.runs, summary.tree))
    free = ['[%d] (%s)' % (s.number, ', '.join(dict.fromkeys(pair for _, pair in s.measured)))
            for s in summaries if not s.limits]
    if free:
        lines += ['', 'Held to no limit: %s.' % ', '.join(free)]
    lines += [''] + ['[%d]: %s' % (s.number, s.path.name) for s in summaries]
    return '\n'.join(lines) + '\n'
