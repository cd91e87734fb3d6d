# SPDX-License-Identifier: GPL-2.0
"""What the boots of the slab lab left behind, read back, and held against what
is known about the three allocators.
"""
import csv
from statistics import median

APIS = ('kmem_cache', 'kmalloc', 'bulk')
PATTERNS = ('pair', 'fifo', 'lifo', 'random', 'set', 'remote', 'all')
SIZES = tuple(2 ** n for n in range(3, 14))
BASE = 'slub'                   # what the others are held against
ORDER = ('slub', 'slab', 'slob', 'slub_tiny')
COLUMNS = ('kernel', 'allocator', 'api', 'pattern', 'size', 'metric', 'value', 'run')

# A pair of kmem_cache_alloc() and kmem_cache_free(), cycles on an i7-4790K, as
# published by J. D. Brouer with his slab_bulk_test modules.
PUBLISHED = {'slub': (42, 47), 'slab': (87, 87)}


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


class Boots:
    """Figures by kernel, allocator, kind of boot, api, pattern, size, metric."""

    def __init__(self, folders):
        self.rows, self.info, self.by_key = [], [], {}
        for folder in folders:
            kernel, allocator, _ = folder.name.split('-')
            for path in sorted(folder.glob('*.csv')):
                self.read(path, kernel, allocator)

    def read(self, path, kernel, allocator):
        kind, run = path.stem.split('.')
        with open(path, newline='', encoding='utf-8') as lines:
            for row in csv.DictReader(lines):
                row.update(kernel=kernel, allocator=allocator, run=path.stem)
                if row['api'] == 'boot':
                    self.info.append(row)
                    continue
                if 'instructions' in row['metric']:
                    # to a tenth: of 2048 operations one may take 2 more or less
                    row['value'] = '%.1f' % float(row['value'])
                self.rows.append(row)
                key = (kernel, allocator, kind, row['api'], row['pattern'],
                       int(row['size']), row['metric'])
                self.by_key.setdefault(key, {})[int(run)] = row['value']

    def kernels(self):
        return list(dict.fromkeys(sorted(
            (r['kernel'] for r in self.rows),
            key=lambda k: [int(n) for n in k.split('.')])))

    def allocators(self, kernel):
        have = {r['allocator'] for r in self.rows if r['kernel'] == kernel}
        return [a for a in ORDER if a in have]

    def metrics(self, kernel, pattern):
        return {r['metric'] for r in self.rows
                if r['kernel'] == kernel and r['pattern'] == pattern}

    def value(self, kernel, allocator, kind, api, pattern, size, metric):
        """The median of the runs: in kind count all are the same."""
        runs = self.by_key.get((kernel, allocator, kind, api, pattern, size, metric), {})
        values = [number(v) for v in runs.values() if number(v) is not None]
        return median(values) if values else None

    def counts(self, kernel, allocator, api, pattern, size):
        """Instructions of a pair, a figure for each boot."""
        runs = self.by_key.get((kernel, allocator, 'count', api, pattern, size,
                                'instructions'), {})
        return sorted(number(v) for v in runs.values() if number(v) is not None)

    def runs(self, kernel, allocator, api, pattern, size, metric):
        """{run: figure} of the boots that take turns."""
        found = self.by_key.get((kernel, allocator, 'time', api, pattern, size, metric), {})
        return {r: number(v) for r, v in found.items() if number(v) is not None}

    def ratios(self, kernel, allocator, api, pattern, size, metric):
        """To SLUB, round by round of boots."""
        ours = self.runs(kernel, allocator, api, pattern, size, metric)
        base = self.runs(kernel, BASE, api, pattern, size, metric)
        return [ours[r] / base[r] for r in sorted(ours) if base.get(r)]

    def counted(self, slob=False):
        """{key: [value of each run]} of the instructions that were counted by the
        module. Those of the malloc loop are a whole machine's, timer and all. SLOB
        has the objects of all caches in the same pages, so what it takes depends on
        what every other part of the kernel has done: of it no two boots are alike."""
        return {k: [v for _, v in sorted(runs.items())] for k, runs in self.by_key.items()
                if k[2] == 'count' and k[3] != 'malloc' and 'instructions' in k[6] and
                (k[1] == 'slob') == slob and len(runs) > 1}

    def described(self):
        boots = {(r['kernel'], r['allocator'], r['run']) for r in self.info}
        accel = sorted({r['value'] for r in self.info if r['metric'] == 'accel'})
        return '%d boots, accelerator %s' % (len(boots), ' and '.join(accel))


def findings(boots):
    """[(what, known, here, verdict)]"""
    made = []
    if '6.1' in boots.kernels():
        made += [f for f in (pair_costs(boots), linear_search(boots), footprint(boots),
                             malloc_loop(boots)) if f]
    return made + [f for k in boots.kernels() for f in [higher_orders(boots, k)] if f]


def pair_costs(boots):
    counted = [boots.value('6.1', a, 'count', 'kmem_cache', 'pair', 64, 'instructions')
               for a in ('slab', 'slub')]
    if None in counted or not counted[1]:
        return None
    low, high = (PUBLISHED['slab'][0] / c for c in reversed(PUBLISHED['slub']))
    here = counted[0] / counted[1]
    timed = boots.ratios('6.1', 'slab', 'kmem_cache', 'pair', 64, 'ticks')
    text = '%.0f and %.0f instructions, ratio %.2f' % (counted[0], counted[1], here)
    if timed:
        text += '; emulated time, ratio %.2f [%.2f–%.2f]' % (
            median(timed), min(timed), max(timed))
    return ('SLAB against SLUB, a hot pair of kmem_cache_alloc and kmem_cache_free, 64 bytes',
            '87 and 42 to 47 cycles on an i7-4790K, ratio %.2f to %.2f' % (low, high), text,
            verdict(low <= here <= high, here > 1))


def verdict(agrees, direction):
    if agrees:
        return 'agrees'
    return 'agrees in direction, not in size' if direction else 'disagrees'


def linear_search(boots):
    found = {}
    for metric in boots.metrics('6.1', 'holes'):
        if metric.startswith('alloc_instructions.pages'):
            found[int(metric.rsplit('pages', 1)[1])] = [
                boots.value('6.1', a, 'count', 'kmem_cache', 'holes', 64, metric)
                for a in ('slob', 'slub', 'slab')]
    pages = sorted(n for n, values in found.items() if None not in values)
    cost = [found[n] for n in pages]
    if len(pages) < 2:
        return None
    slope = (cost[-1][0] - cost[0][0]) / (pages[-1] - pages[0])
    flat = max(c[i] for c in cost for i in (1, 2)) / min(c[i] for c in cost for i in (1, 2))
    # linear: what each page adds does not depend on how many there are
    steps = [(b[0] - a[0]) / (m - n)
             for a, b, n, m in zip(cost, cost[1:], pages, pages[1:])]
    linear = min(steps) > 0 and max(steps) <= 2 * min(steps)
    return ('SLOB’s search, from %d to %d partial pages' % (pages[0], pages[-1]),
            'linear in the number of partial pages',
            'from %.0f to %.0f instructions an allocation, %.1f for each page more '
            '(%.1f to %.1f from step to step); SLUB and SLAB within a factor of %.2f' % (
                cost[0][0], cost[-1][0], slope, min(steps), max(steps), flat),
            verdict(linear and flat < 1.5, slope > 0))


def footprint(boots):
    pages = {a: boots.value('6.1', a, 'memory', 'kernel', 'boot', 0, 'slab_pages')
             for a in boots.allocators('6.1')}
    if None in pages.values() or set(pages) < {'slub', 'slab', 'slob'}:
        return None
    small = [boots.value('6.1', a, 'memory', 'kmem_cache', 'hold', 64, 'peak.held_per_byte')
             for a in ('slob', 'slub', 'slab')]
    return ('SLOB’s memory', 'its one advantage, says its Kconfig text: it is more space efficient',
            'the kernel’s own objects after boot: %s; in objects of 64 bytes alone, bytes held '
            'per byte: SLOB %.2f, SLUB %.2f, SLAB %.2f' % tuple([', '.join(
                '%s %.1f MiB' % (a.upper(), p / 256) for a, p in pages.items())] + small),
            verdict(pages['slob'] < min(pages['slub'], pages['slab']), False))


def malloc_loop(boots):
    made, grown = [], []
    for size in (64, 512, 4096):
        counted = [boots.value('6.1', a, 'count', 'malloc', 'study', size, 'instructions')
                   for a in ('slub', 'slab', 'slob')]
        if None in counted:
            return None
        made.append(max(counted) / min(counted))
        grown += [boots.value('6.1', a, 'count', 'malloc', 'study', size, 'slab_pages')
                  for a in ('slub', 'slab', 'slob')]
    return ('The study’s malloc loop on SLAB, SLUB and SLOB',
            'it measures glibc and page faults, not the slab allocator',
            'the dearest of the three takes %s times the instructions of the cheapest (64, 512, '
            '4096 bytes); the slab allocator grew by %d pages at most' % (
                ', '.join('%.3f' % m for m in made), max(grown)),
            verdict(max(made) < 1.02, max(made) < 1.1))


def higher_orders(boots, kernel):
    sizes, agree = [], True
    for size in (64, 512, 4096):
        asked = {a: [boots.value(kernel, a, 'memory', 'kmem_cache', 'buddy', size,
                                 'module_requests.order%d' % o) or 0 for o in range(11)]
                 for a in boots.allocators(kernel)}
        if BASE not in asked or not any(asked[BASE]):
            return None
        text = '; '.join('%s %s' % (a, ', '.join(
            '%d of order %d' % (n, o) for o, n in enumerate(asked[a]) if n >= 16))
            for a in asked)
        sizes.append('%d bytes: %s' % (size, text))
        if size == 4096:
            ours = boots.value(kernel, BASE, 'memory', 'kmem_cache', 'buddy', size,
                               'requests.order3')
            sizes.append('our counter of order 3: %d' % (ours or 0))
            others = [a for a in asked if a != BASE]
            agree = asked[BASE][3] > 0 and ours >= asked[BASE][3] and \
                all(asked[a][3] < asked[BASE][3] for a in others)
    return ('Linux %s: orders that a slab is asked for in' % kernel,
            'SLUB takes slabs of up to order 3, the others the least that will do',
            '. '.join(sizes), verdict(agree, False))
