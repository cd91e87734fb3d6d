# SPDX-License-Identifier: GPL-2.0
"""What `make demo` left behind, read back: samples, marks, outcomes; and how
to put numbers into words."""
import csv
import sys

ORDERS = range(3, 11)
ASKED = range(3, 10)                # orders that the load module is asked for
HUGE = 9                            # the order of a huge page on x86_64
THRESHOLD = 80                      # vm.buddy_frag_threshold as it comes
MODES = ('off', 'observe', 'guard', 'refuse')
WANT = (('thp', 'not asked for'), ('again', 'the same again'),
        ('madvise', 'madvised'))


def die(text):
    sys.exit('report: ' + text)


def read(path):
    """The rows of a CSV file as dicts, numbers as int; [] without a file."""
    def value(text):
        try:
            return int(text)
        except ValueError:
            return text
    try:
        with open(path, newline='', encoding='utf-8') as lines:
            return [{k: value(v or '') for k, v in row.items() if k}
                    for row in csv.DictReader(lines)]
    except FileNotFoundError:
        return []


class Recording:
    """What `sample` wrote while one workload ran, and the marks it left."""

    def __init__(self, folder):
        self.marks = [(r['ms'], str(r['what']))
                      for r in read(folder / 'marks.csv')]
        if not self.marks:
            die('%s/marks.csv is missing or empty: run `make demo` again.'
                % folder)
        self.start = next((ms for ms, what in self.marks if what == 'load'),
                          self.marks[0][0])
        self.end = self.marks[-1][0]
        self.counters = {}
        for row in read(folder / 'counters.csv'):
            self.counters.setdefault(row['order'], []).append(row)
        self.vmstat = read(folder / 'vmstat.csv')
        self.buddyinfo = read(folder / 'buddyinfo.csv')
        self.by_kernel = read(folder / 'fragmentation.csv')
        self._supply = read(folder / 'supply.csv')

    @property
    def seconds(self):
        return (self.end - self.start) / 1000

    def counted(self, name, orders=ORDERS):
        """By how much a counter of ours grew, summed over orders."""
        return sum(self.counters[o][-1][name] - self.counters[o][0][name]
                   for o in orders if o in self.counters)

    def kernel_differs(self):
        """Points between the kernel's own fragmentation (of the one node)
        and ours from buddyinfo, the median over samples and orders."""
        ours = {o: dict(zip(*self.fragmentation(o))) for o in ORDERS}
        apart = sorted(
            abs(r['order%d' % o] - ours[o][at])
            for r in self.by_kernel if r['node'] == 0 for o in ORDERS
            for at in [(r['ms'] - self.start) / 1000] if at in ours[o])
        return apart[len(apart) // 2] if apart else None

    def event(self, name):
        """By how much a counter of /proc/vmstat grew."""
        if not self.vmstat or '' in (self.vmstat[0][name],):
            return 0
        return self.vmstat[-1][name] - self.vmstat[0][name]

    def free_at(self, ms):
        """Block counts per zone in the sample nearest to a time."""
        nearest = min((r['ms'] for r in self.buddyinfo),
                      key=lambda at: abs(at - ms))
        return {(r['node'], r['zone']): [r['order%d' % o] for o in range(11)]
                for r in self.buddyinfo if r['ms'] == nearest}

    def supply(self, name):
        """(seconds since the start, blocks): stock, target or demand of huge
        blocks, all nodes taken together; ([], []) where supply is not built."""
        blocks = {}
        for row in self._supply:
            if self.start <= row['ms'] <= self.end:
                at = (row['ms'] - self.start) / 1000
                blocks[at] = blocks.get(at, 0) + row[name]
        return list(blocks), list(blocks.values())

    def fragmentation(self, order):
        """(seconds since the start, percent) from /proc/buddyinfo, the way
        the study drew it: all zones of the machine taken together."""
        if not hasattr(self, '_pages'):
            self._pages = {}
            for row in self.buddyinfo:
                pages = self._pages.setdefault(row['ms'], [0] * 11)
                for o in range(11):
                    pages[o] += row['order%d' % o] << o
        at, percent = [], []
        for ms, pages in self._pages.items():
            if sum(pages) and self.start <= ms <= self.end:
                at.append((ms - self.start) / 1000)
                percent.append(100 * (1 - sum(pages[order:]) / sum(pages)))
        return at, percent


def fragmented(blocks, order):
    """Fragmentation of one zone in percent, None when nothing is free."""
    free = sum(n << o for o, n in enumerate(blocks))
    if not free:
        return None
    return 100 * (1 - sum(n << o for o, n in enumerate(blocks)
                          if o >= order) / free)


class Mode:
    """All that was measured in one mode."""

    def __init__(self, name, folder):
        self.name = name
        self.stress = {int(p.name.split('-')[1]): Recording(p)
                       for p in sorted(folder.glob('stress-*'))}
        self.burst = Recording(folder / 'burst')
        self.huge = {
            r['burst']:
            {'wanted': r['faults'], 'got': r['smaps_kib'] // 2048,
             'stalls': r['stalls']}
            for r in read(folder / 'burst/bursts.csv')}
        self.requests = read(folder / 'burst/requests.csv')
        self.movable = {r['class'] for r in read(folder / 'burst/classes.csv')
                        if r['movable']}
        self.turned = read(folder / 'burst/turned.csv')

    def asked(self, column, kind, orders=ASKED):
        """A column of what the load module counted, summed."""
        return sum(r[column] for r in self.requests
                   if r['kind'] == kind and r['order'] in orders)

    def turned_away(self, kind):
        """Refused and declined while only requests of that kind were made;
        no more of them than failed."""
        return sum(min(r['refused'] + r['declined'],
                       self.asked('failed', kind, (r['order'],)))
                   for r in self.turned if r['kind'] == kind)


class Demo:
    def __init__(self, folder):
        self.folder = folder
        self.run = {r['key']: str(r['value'])
                    for r in read(folder / 'run.csv')}
        self.modes = [Mode(m, folder / m) for m in MODES
                      if (folder / m / 'burst/marks.csv').exists()]
        if not self.modes:
            die('no samples in %s: run `make demo` first.' % folder)
        self.sweep = read(folder / 'sweep/sweep.csv')
        self.sweep_recording = None
        if self.sweep:
            self.sweep_recording = Recording(folder / 'sweep')
        self.lengths = sorted(set.intersection(
            *(set(m.stress) for m in self.modes)))

    def mode(self, name):
        return next((m for m in self.modes if m.name == name), None)


def stalls_of(mode):
    """What had to stop for direct compaction: [(what, stalls)]."""
    return [('huge pages, ' + words, mode.huge[what]['stalls']
             if what in mode.huge else 0) for what, words in WANT] + \
        [('%s requests' % kind, mode.asked('stalled', kind))
         for kind in ('optional', 'mandatory')]


def count(n):
    return '{:,}'.format(int(n))


def short(n):
    """A count that fits over a bar: 940, 2.4k, 31k, 1.2M."""
    for size, unit in ((1e6, 'M'), (1e3, 'k')):
        if n >= size:
            n /= size
            text = ('%.1f' if n < 9.95 else '%.0f') % n
            return text.replace('.0', '') + unit
    return '%d' % n


def percent(part, whole):
    """'97 %', never rounding a loss away: 99.96 is not 100."""
    if not whole:
        return 'none asked'
    share = 100 * part / whole
    if share in (0, 100) or 1 <= share <= 99:
        return '%.0f %%' % share
    return '%.1f %%' % min(max(share, 0.1), 99.9)


def plural(n, noun):
    return '%s %s' % (count(n) if n else 'no', noun + ('' if n == 1 else 's'))


def listing(words):
    words = list(words)
    if len(words) < 2:
        return ''.join(words)
    return ', '.join(words[:-1]) + ' and ' + words[-1]


def against(n, base, noun, base_name):
    """'12 stalls, 30 fewer than observe'."""
    if n == base:
        return '%s, as many as %s' % (plural(n, noun), base_name)
    return '%s, %s %s than %s (%s)' % (
        plural(n, noun), count(abs(n - base)),
        'fewer' if n < base else 'more', base_name, count(base))


def spans(values):
    low, high = min(values), max(values)
    if round(low) == round(high):
        return '%.0f %%' % low
    return '%.0f–%.0f %%' % (low, high)
