# SPDX-License-Identifier: GPL-2.0
"""What was shown of each limit, on which kernel, where it was missed and where it has not been
measured: README.md beside the summaries, made of what stands in them."""
import csv
import re

from lab_limits import LIMITS

HEAD = '''<!-- SPDX-License-Identifier: GPL-2.0 -->
# What the lab has shown

Of each limit that mode guard is held to, the pairs of a fragmenter and a consumer that met it and
those that **missed** it, by the medians of the runs; each leads to its figures.
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
            self.runs = max(int(row['runs']) for row in csv.DictReader(rows))
        self.pairs = re.findall(r'^## (\S+?)(?:,.*)?$', text.partition('\n## The limits')[0], re.M)
        limit = None
        for line in text.partition('\n## The limits')[2].splitlines():
            head = re.match(r'\*\*(\d\w?), ', line)
            limit = head.group(1) if head else limit
            case = re.match(r'- ([\w -]+): ', line)
            if case and limit:
                self.limits.setdefault(limit, []).append((case.group(1), '**not met**' not in line))


def version(kernel):
    return [int(n) for n in kernel.split('.')]


def cell(summaries, limit):
    """Where it was met and where not. A pair that has a file with fewer others was run again
    for it, later."""
    cases = {}
    for summary in sorted(summaries, key=lambda s: -len(s.pairs)):
        new = {}
        for where, met in summary.limits.get(limit, ()):
            new[where] = (new.get(where, (True,))[0] and met, summary.number)
        cases.update(new)
    parts = []
    for wanted, words in ((True, ''), (False, '**missed:** ')):
        there = ', '.join('[%s][%s]' % (where, name) for where, (met, name) in cases.items()
                          if met == wanted)
        if there:
            parts.append(words + there)
    return '; '.join(parts) or 'not measured'


def index(folder):
    """The page, of the summaries in a folder."""
    summaries = [Summary(path) for path in folder.glob('lab-*.md')]
    summaries.sort(key=lambda s: (version(s.kernel), s.path.name))
    for number, summary in enumerate(summaries, 1):
        summary.number = number
    kernels = list(dict.fromkeys(s.kernel for s in summaries))
    lines = [HEAD, '| limit |' + ''.join(' %s |' % k for k in kernels),
             '|---|' + '---|' * len(kernels)]
    for limit, (name, _) in LIMITS.items():
        lines.append('| %s, %s |' % (limit, name) + ''.join(
            ' %s |' % cell([s for s in summaries if s.kernel == k], limit) for k in kernels))
    lines += ['', '| figures | of | boots | runs | tree |', '|---|---|---|---|---|']
    for summary in summaries:
        lines.append('| [%d] | `%s` | %s | %d | %s |' % (
            summary.number, summary.made, summary.boots, summary.runs, summary.tree))
    lines += [''] + ['[%d]: %s' % (s.number, s.path.name) for s in summaries]
    return '\n'.join(lines) + '\n'
