# SPDX-License-Identifier: GPL-2.0
"""What the boots of a lab left behind, read back and summed up.

The definitions that the results rest on are here: what was asked for and got,
what a stall is, which of two settings is the better one.
"""
import csv
from statistics import median

# What a pair is about: (asked, got) in the metrics of a boot.
WANTED = {
    'thp-burst': ('huge_asked', 'huge_got'),
    'thp-steady': ('huge_asked', 'huge_got'),
    'optional': ('optional.asked', 'optional.got'),
    'mandatory': ('mandatory.asked', 'mandatory.got'),
    'net': (None, 'net.sent_mib'),
}

# Requests that had to compact memory themselves. compact_stall is the figure
# that everyone quotes, but up to 6.12 the kernel also counts in it attempts
# that did nothing because compaction was deferred (__alloc_pages_direct_compact
# returns early for COMPACT_SKIPPED only; 7.3 does so for COMPACT_DEFERRED, too).
# direct_compactions are zones that a task which is not kcompactd really began
# to compact (tracepoint mm_compaction_begin): the same thing on all kernels.
STALLS = 'direct_compactions'
PUBLISHED = 'compact_stall'

# (metric, what it is, which consumers have it, unit). Latencies of an emulated
# machine are shown as a ratio to best, never as a time.
ROWS = (
    ('huge_share', 'huge pages got, %', 'thp', '%'),
    ('optional_share', 'optional requests got, %', 'optional', '%'),
    ('mandatory_share', 'mandatory requests got, %', 'mandatory', '%'),
    ('mandatory.turned_away', 'mandatory requests turned away', 'mandatory', ''),
    ('net.sent_mib', 'MiB sent', 'net', ''),
    (STALLS, 'direct compactions', '', ''),
    (PUBLISHED, 'compact_stall', '', ''),
    ('compact_fail', 'compact_fail', '', ''),
    ('migrated', 'pages migrated', '', ''),
    ('scanned', 'pages scanned', '', ''),
    ('all.kcompactd_ms', 'kcompactd CPU, ms', '', ''),
    ('kcompactd_peak', 'its busiest 10 s, %', '', '%'),
    ('pinned_cpu', 'its CPU once pins stand a minute, %', 'pinned', '%'),
    ('pinned_recovery', 'served again after, s', 'pinned', 's'),
    ('all.extfrag_into_movable', 'allocations from movable blocks', '', ''),
    ('all.steals_from_movable', 'steals from them, order 1 and up', '', ''),
    ('swapped_out', 'pages swapped out', '', ''),
    ('refaults', 'refaults', '', ''),
    ('all.psi_some_us', 'memory pressure (PSI some)', '', 'ratio'),
    ('fault_ns_p99', 'time of a fault, p99', 'thp', 'ratio'),
    ('fault_ns_max', 'time of a fault, longest', 'thp', 'ratio'),
)


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


class Boot:
    """One guest: metrics by name, and the machine second by second."""

    def __init__(self, path):
        self.path = path
        self.pair, self.condition, self.run = path.stem, '', 0
        if path.stem.count('.') >= 2:
            self.pair, self.condition, run = path.stem.rsplit('.', 2)
            self.run = int(run)
        with open(path, newline='', encoding='utf-8') as lines:
            self.metrics = {r['metric']: r['value']
                            for r in csv.DictReader(lines)}
        self.command = self.metrics.get('command', '')
        self.failed = 'failed' in self.metrics
        self._series = None

    def number(self, name, default=0.0):
        value = number(self.metrics.get(name))
        return default if value is None else value

    def key(self, name):
        """A key of the command: 'rounds' of lab-boot … rounds=5 …"""
        for word in self.command.split():
            if word.startswith(name + '='):
                return word.split('=', 1)[1]
        return ''

    @property
    def rounds(self):
        return self.key('rounds')

    @property
    def series(self):
        if self._series is None:
            path = self.path.with_suffix('.series.csv')
            self._series = []
            if path.exists():
                with open(path, newline='', encoding='utf-8') as lines:
                    self._series = [
                        {k: float(v) for k, v in row.items()}
                        for row in csv.DictReader(lines)
                        if None not in row.values()]
        return self._series

    def value(self, name):
        """A metric, or one that is made of metrics; None if there is none."""
        if name in DERIVED:
            return DERIVED[name](self)
        return number(self.metrics.get(name))


def share(boot, asked, got):
    asked = boot.value(asked)
    return None if not asked else 100 * boot.value(got) / asked


def scanned(boot):
    return (boot.number('all.compact_migrate_scanned') +
            boot.number('all.compact_free_scanned'))


def refaults(boot):
    return (boot.number('all.workingset_refault_anon') +
            boot.number('all.workingset_refault_file'))


def cpu_peak(boot, span=10, after=None, until=None):
    """Most CPU of kcompactd in any window of span seconds, in percent of one
    processor; what is shorter than that counts as that long."""
    rows = [r for r in boot.series
            if (after is None or r['s'] >= after) and
            (until is None or r['s'] <= until)]
    peak = None
    for i, row in enumerate(rows):
        ends = next((r for r in rows[i + 1:]
                     if r['s'] - row['s'] >= span - 0.5), None)
        if ends is None and i:
            break
        ends = ends or rows[-1]
        used = (ends['kcompactd_ms'] - row['kcompactd_ms']) / \
            max(ends['s'] - row['s'], span) / 10
        peak = used if peak is None else max(peak, used)
    return peak


def rounds_of(boot):
    """Share of huge pages got, round by round."""
    made = []
    for n in range(1, 1 + int(boot.rounds or 0)):
        asked = boot.value('round.%d.huge_asked' % n)
        if not asked:
            return []
        made.append(100 * boot.value('round.%d.huge_got' % n) / asked)
    return made


def decay(boot):
    """Points by which the last third of the rounds is below the first."""
    values = rounds_of(boot)
    third = len(values) // 3
    if third < 2:
        return None
    return (sum(values[:third]) - sum(values[-third:])) / third


def pinned_cpu(boot):
    """CPU of kcompactd from a minute after the pins stand until they go, percent:
    two minutes of it, which hold two tries in vain at most, a minute apart."""
    drop = boot.value('pinned.drop')
    if drop is None:
        return None
    rows = [r for r in boot.series if boot.number('pinned.from') + 60 <= r['s'] <= drop]
    if len(rows) < 2:
        return None
    used = rows[-1]['kcompactd_ms'] - rows[0]['kcompactd_ms']
    return used / (rows[-1]['s'] - rows[0]['s']) / 10


def pinned_recovery(boot):
    """Seconds from the end of the pins until every huge page is served; infinite
    if some fell back to the last."""
    drop = boot.value('pinned.drop')
    if drop is None:
        return None
    rows = [r for r in boot.series if r['s'] >= drop - 1]
    fell = [i for i in range(1, len(rows)) if rows[i]['fallback'] > rows[i - 1]['fallback']]
    if not fell:
        return 0
    return float('inf') if fell[-1] >= len(rows) - 2 else max(0, rows[fell[-1]]['s'] - drop)


def grown(boot, column, begin, end):
    """By how much a column of the series grows from one second to another."""
    rows = [r for r in boot.series if begin <= r['s'] <= end]
    return rows[-1][column] - rows[0][column] if rows else 0


def pinned_fell(boot):
    """Huge pages that could not be had while the pins stood."""
    drop = boot.value('pinned.drop')
    return None if drop is None else grown(boot, 'fallback', boot.number('pinned.from'), drop)


def pinned_served(boot):
    """Huge pages got once they are gone."""
    drop = boot.value('pinned.drop')
    return None if drop is None else grown(boot, 'thp', drop, float('inf'))


def of_nodes(boot, name):
    """A counter of the tree's nodes, over the requests' own time: that of `pinned` is from the
    pins to the end, of which all but the last 45 s are before they go."""
    made = [float(v) for n, v in boot.metrics.items()
            if n.startswith('tree.node') and n.endswith('.' + name)]
    return sum(made) if made else None


DERIVED = {
    'huge_share': lambda b: share(b, 'huge_asked', 'huge_got'),
    'optional_share': lambda b: share(b, 'optional.asked', 'optional.got'),
    'mandatory_share': lambda b: share(b, 'mandatory.asked', 'mandatory.got'),
    'migrated': lambda b: b.value('all.pgmigrate_success'),
    'scanned': scanned,
    'refaults': refaults,
    'swapped_out': lambda b: b.value('all.pswpout'),
    'kcompactd_peak': cpu_peak,
    'decay': decay,
    'pinned_cpu': pinned_cpu,
    'pinned_recovery': pinned_recovery,
    'pinned_fell': pinned_fell,
    'pinned_served': pinned_served,
    'supply_paused': lambda b: of_nodes(b, 'supply_paused'),
    'supply_fruitless': lambda b: of_nodes(b, 'supply_fruitless'),
}


def got(boot, consumer):
    """How much a boot got of what it asked for: percent where it can be told."""
    asked, served = WANTED.get(consumer, (None, None))
    if not served:
        return 0.0
    return share(boot, asked, served) if asked else boot.number(served)


def ranked(boots, consumer):
    """Boots of a grid, the best first: fewest stalls among those that get 95 %
    of the most; the others after them, by what they get."""
    most = max(got(b, consumer) for b in boots)
    enough = [b for b in boots if got(b, consumer) >= 0.95 * most]
    rest = [b for b in boots if b not in enough]
    return sorted(enough, key=lambda b: (b.number(STALLS),
                                         b.number('all.pgmigrate_success'))) + \
        sorted(rest, key=lambda b: -got(b, consumer))


class Mean:
    """The boots of one setting of a grid, taken together."""

    def __init__(self, boots, consumer):
        self.condition = boots[0].condition
        self.share = sum(got(b, consumer) for b in boots) / len(boots)
        self.stalls = sum(b.number(STALLS) for b in boots) / len(boots)
        self.migrated = sum(b.number('all.pgmigrate_success')
                            for b in boots) / len(boots)
        self.runs = len(boots)


def grid_means(boots, consumer):
    by_name = {}
    for boot in boots:
        by_name.setdefault(boot.condition, []).append(boot)
    return [Mean(b, consumer) for b in by_name.values()]


def best_setting(boots, consumer):
    """The name of mainline's best: the rule of ranked(), over those settings
    that ran most often."""
    means = grid_means(boots, consumer)
    runs = max(m.runs for m in means)
    means = [m for m in means if m.runs == runs]
    most = max(m.share for m in means)
    return min((m for m in means if m.share >= 0.95 * most),
               key=lambda m: (m.stalls, m.migrated)).condition


class Group:
    """The boots of one pair under one condition."""

    def __init__(self, boots):
        self.boots = boots

    def values(self, name):
        made = [b.value(name) for b in self.boots]
        return [v for v in made if v is not None]

    def median(self, name):
        values = self.values(name)
        return median(values) if values else None

    def range(self, name):
        values = self.values(name)
        return (min(values), max(values)) if values else None
