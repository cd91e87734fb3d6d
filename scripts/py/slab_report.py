# SPDX-License-Identifier: GPL-2.0
"""slab_report.py OUT: what the boots of the slab lab amount to.

Reads the boots in the folders that OUT/last names, writes OUT/results.csv
(every figure of every boot), OUT/table.txt, which it also prints, and
OUT/figures/*.svg and *.png. With --summary DIR the tables go to
DIR/results/slab-lab.md and the figures to DIR/pictures, to be kept. Fails when
two runs under -icount differ in what should be exact.
"""
import argparse
import csv
import sys
from pathlib import Path
from statistics import median

sys.dont_write_bytecode = True
from slab_data import (  # noqa: E402
    APIS, BASE, PATTERNS, SIZES, Boots, findings)
from slab_figures import figures  # noqa: E402
from draw import write_alone  # noqa: E402


def aligned(head, rows):
    """A table in columns, the first to the left."""
    rows = [head] + rows
    wide = [max(len(r[i]) for r in rows) for i in range(len(head))]
    return ''.join('  '.join(
        c.ljust(w) if i == 0 else c.rjust(w)
        for i, (c, w) in enumerate(zip(r, wide))).rstrip() + '\n' for r in rows)


def markdown(head, rows):
    return ''.join('| %s |\n' % ' | '.join(r)
                   for r in [head, ['---'] * len(head)] + rows)


def told(value, digits=0):
    return '-' if value is None else '%.*f' % (digits, value)


def ratio(value, base):
    return '' if not base or value is None else ' ×%.2f' % (value / base)


def apart(values):
    """By what factor runs differ."""
    numbers = [float(v) for v in values]
    return max(numbers) / min(numbers) if min(numbers) else 1


# By what factor two runs may differ. Most are alike to the digit. But from 6.7 on slabs of
# more than a page, freed in a row, go back to the free lists however long the lists of the
# processors may be (free_unref_page_commit()), and these no two boots have alike.
ALIKE = 1.02


def counted(values, base):
    """Of boots that should agree: one figure, or the range if they do not."""
    if not values:
        return '-'
    if apart(values) > ALIKE:
        return '%.0f–%.0f' % (values[0], values[-1])
    return told(median(values), 1) + ratio(median(values), base)


def spread(values, digits=2):
    """Median [range], of at least two."""
    if not values:
        return '-'
    text = '%.*f' % (digits, median(values))
    if len(values) > 1:
        text += ' [%.*f–%.*f]' % (digits, min(values), digits, max(values))
    return text


# ---- the tables: (title, sentence, head, rows) each ------------------------------


def instructions(boots, kernel):
    names = boots.allocators(kernel)
    rows = []
    for api in APIS:
        for pattern in PATTERNS:
            for size in (64, 512, 4096):
                values = [boots.counts(kernel, a, api, pattern, size) for a in names]
                if any(values):
                    rows.append(['%s %s %d' % (api, pattern, size)] + [
                        counted(v, None if a == BASE or not values[0] else values[0][0])
                        for a, v in zip(names, values)])
    if not rows:
        return None
    return ('Linux %s: instructions per pair of alloc and free' % kernel,
            'Under -icount, one processor; × is the ratio to SLUB. Both boots where they are '
            'more than 2 % apart.',
            ['api, pattern, bytes'] + names, rows)


def times(boots, kernel):
    names = [a for a in boots.allocators(kernel) if a != BASE]
    rows = []
    for api in APIS:
        for pattern in PATTERNS:
            for size in (64, 512, 4096):
                made = [boots.ratios(kernel, a, api, pattern, size, 'ticks') for a in names]
                if any(made):
                    rows.append(['%s %s %d' % (api, pattern, size)] + [spread(m) for m in made])
    if not rows:
        return None
    return ('Linux %s: time as a ratio to SLUB' % kernel,
            'Median and range of the boots, each by the SLUB boot of the same round; two '
            'processors. An emulated processor is no hardware: see the instructions.',
            ['api, pattern, bytes'] + names, rows)


def held(boots, kernel):
    names = boots.allocators(kernel)
    rows = []
    for api in APIS:
        for size in SIZES:
            cells = []
            for a in names:
                peak, thin = (boots.value(kernel, a, 'memory', api, 'hold', size,
                                          stage + '.held_per_byte') for stage in ('peak', 'thin'))
                cells.append('-' if peak is None else '%.2f / %.2f' % (peak, thin))
            if set(cells) != {'-'}:
                rows.append(['%s %d' % (api, size)] + cells)
    if not rows:
        return None
    return ('Linux %s: bytes held per byte asked for' % kernel,
            'At the peak / after 90 % of the objects were freed at random, per byte of those '
            'that stay. Pages that the allocator holds, by nr_slab_unreclaimable.',
            ['api, bytes'] + names, rows)


def buddy(boots, kernel):
    names = boots.allocators(kernel)
    rows = []
    for size in (64, 512, 4096):
        def row(text, metric, unit=1):
            values = [boots.value(kernel, a, 'memory', 'kmem_cache', 'buddy', size, metric)
                      for a in names]
            if any(v is not None for v in values):
                rows.append(['%d: %s' % (size, text)] + [
                    told(None if v is None else v / unit) for v in values])
        for order in range(11):
            if any(boots.value(kernel, a, 'memory', 'kmem_cache', 'buddy', size,
                               'module_requests.order%d' % order) for a in names):
                row('requests of order %d, seen by the module' % order,
                    'module_requests.order%d' % order)
                if order >= 3:
                    row('requests of order %d, our counter' % order, 'requests.order%d' % order)
        for stage in ('before', 'peak', 'thin'):
            row('order-4 blocks that free memory has, ' + stage, stage + '.pages4up', 16)
        for order in (4, 9):
            for stage in ('before', 'peak', 'thin'):
                row('fragmentation of order %d, %s, %%' % (order, stage),
                    '%s.fragmentation%d' % (stage, order))
        row('slab pages held, peak', 'peak.pages')
        row('slab pages held, thin', 'thin.pages')
    if not rows:
        return None
    return ('Linux %s: what it does to the buddy system' % kernel,
            'kmem_cache; objects for 40 % of a guest of 640 MiB; “thin” is after 90 % of them '
            'were freed at random. A free block of order 10 has 64 of order 4. The orders of our '
            'counters begin at 3.',
            ['bytes'] + names, rows)


def growth(boots, kernel):
    names = boots.allocators(kernel)
    pages = sorted({int(m.rsplit('pages', 1)[1]) for m in boots.metrics(kernel, 'holes')
                    if m.startswith('alloc_instructions.pages')})
    if not pages:
        return None
    rows = [['%d pages with holes' % p] + [
        told(boots.value(kernel, a, 'count', 'kmem_cache', 'holes', 64,
                         'alloc_instructions.pages%d' % p), 1) for a in names] for p in pages]
    return ('Linux %s: an allocation beside pages with holes too small for it' % kernel,
            'Instructions of an allocation of 128 bytes, when so many pages have every other '
            'object of 64 bytes freed.', ['partial pages'] + names, rows)


def study(boots, kernel):
    names = boots.allocators(kernel)
    rows = []
    for size in (64, 512, 4096):
        made = {a: [boots.value(kernel, a, kind, 'malloc', 'study', size, metric)
                    for kind, metric in (('count', 'instructions'), ('count', 'faults'),
                                         ('count', 'slab_pages'), ('count', 'blocks'))]
                for a in names}
        if not any(m[0] for m in made.values()):
            continue
        blocks = next(m[3] for m in made.values() if m[3])
        base = made.get(BASE, [None])[0]
        rows.append(['malloc, %d × %d bytes: instructions' % (blocks, size)] + [
            told(made[a][0], 1) + ('' if a == BASE else ratio(made[a][0], base)) for a in names])
        rows.append(['… page faults'] + [told(made[a][1]) for a in names])
        rows.append(['… pages that the slab allocator grew by'] + [told(made[a][2]) for a in names])
        times = {a: boots.ratios(kernel, a, 'malloc', 'study', size, 'ns') for a in names}
        if any(times.values()):
            rows.append(['… time, ratio to SLUB'] + [
                '1' if a == BASE else spread(times[a]) for a in names])
        rows.append(['in the kernel, %d bytes: kmem_cache random, instructions' % size] + [
            told(v, 1) + ('' if a == BASE else ratio(v, values[0]))
            for values in [[boots.value(kernel, a, 'count', 'kmem_cache', 'random', size,
                                        'instructions') for a in names]]
            for a, v in zip(names, values)])
    if not rows:
        return None
    return ('Linux %s: the study’s row, and the allocator’s own' % kernel,
            'The malloc loop measures glibc, and the page faults by which the kernel hands it '
            'zeroed pages of the buddy system; no block of it ever comes from SLAB, SLUB or SLOB.',
            ['per block, or per pair'] + names, rows)


def load(boots, kernel):
    names = boots.allocators(kernel)
    rows = [['stress-ng --%s' % p] + [
        '1' if a == BASE else spread(boots.ratios(kernel, a, 'stress-ng', p, 0, 'ops_per_second'))
        for a in names] for p in ('dentry', 'pipe', 'sock', 'fork')
        if boots.runs(kernel, BASE, 'stress-ng', p, 0, 'ops_per_second')]
    if not rows:
        return None
    return ('Linux %s: a load from user space that reaches the slab' % kernel,
            'Operations a second, as a ratio to SLUB (more is faster): median and range.',
            ['two of each'] + names, rows)


def across(boots):
    """The same from kernel to kernel: what became of SLUB, and of SLAB's queues."""
    columns = [(k, a) for k in boots.kernels() for a in boots.allocators(k) if a != 'slob']
    if len(boots.kernels()) < 2:
        return None
    rows = []
    for api, pattern in [(a, p) for a in ('kmem_cache', 'kmalloc') for p in PATTERNS]:
        for size in (64, 512, 4096):
            values = [boots.value(k, a, 'count', api, pattern, size, 'instructions')
                      for k, a in columns]
            if any(v is not None for v in values):
                rows.append(['%s %s %d' % (api, pattern, size)] + [told(v) for v in values])
    return ('From kernel to kernel: instructions per pair of alloc and free',
            'The same module, the same patterns. SLOB is left out: see Linux 6.1.',
            ['api, pattern, bytes'] + ['%s %s' % c for c in columns], rows)


def scaled(boots):
    """What was skipped, and what was made smaller than asked."""
    skipped = {}
    for row in boots.rows:
        if row['metric'] == 'skipped':
            key = (row['pattern'], row['value'])
            skipped.setdefault(key, set()).add('%s %s' % (row['kernel'], row['allocator']))
    return ['skipped: %s, %s (%s)' % (p, why, ', '.join(sorted(where)))
            for (p, why), where in sorted(skipped.items())]


# ---- all of it -----------------------------------------------------------------------


def tables(boots):
    made = []
    for kernel in boots.kernels():
        made += [t(boots, kernel) for t in
                 (instructions, times, held, buddy, growth, study, load)]
    return [t for t in made + [across(boots)] if t]


def write_results(boots, path):
    with open(path, 'w', newline='', encoding='utf-8') as out:
        table = csv.writer(out, lineterminator='\n')
        table.writerow(('kernel', 'allocator', 'api', 'pattern', 'size', 'metric', 'value', 'run'))
        for row in boots.rows:
            table.writerow([row[c] for c in ('kernel', 'allocator', 'api', 'pattern', 'size',
                                             'metric', 'value', 'run')])


def agreement(boots):
    """(sentence, differences): do the runs under -icount agree as they should?"""
    told, differ = [], []
    twice = boots.counted()
    for kernel in boots.kernels():
        made = {k: v for k, v in twice.items() if k[0] == kernel}
        if not made:
            continue
        most = max(apart(v) for v in made.values())
        other = sum(len(set(v)) > 1 for v in made.values())
        told.append('Linux %s: %d of %d figures that were counted twice agree to the digit%s.' % (
            kernel, len(made) - other, len(made),
            ', the others to %.1f %%' % (100 * (most - 1)) if other else ''))
        differ += ['%s: %s' % (' '.join(str(k) for k in key), ', '.join(v))
                   for key, v in made.items() if len(set(v)) > 1 and
                   apart(v) > ALIKE]
    if not told:
        return 'No figure was counted twice.', []
    slob = [apart(v) for v in boots.counted(slob=True).values()]
    if slob:
        told.append('Those of SLOB, whose pages all caches share, are apart by a factor of '
                    '%.2f in the median and %.2f at most.' % (median(slob), max(slob)))
    return ' '.join(told), differ


def main():
    parser = argparse.ArgumentParser(prog='slab_report')
    parser.add_argument('out', type=Path)
    parser.add_argument('--summary', type=Path)
    options = parser.parse_args()
    boots = Boots([Path(line) for line in
                   (options.out / 'last').read_text(encoding='utf-8').split()])
    if not boots.rows:
        sys.exit('bench-slab: nothing has run yet.')

    write_results(boots, options.out / 'results.csv')
    sentence, differ = agreement(boots)
    text = [sentence + '\n'] + ['  %s\n' % d for d in differ[:40]]
    for title, how, head, rows in tables(boots):
        text.append('\n%s\n%s\n\n%s' % (title, how, aligned(head, rows)))
    found = findings(boots)
    text.append('\nHeld against what is known\n\n')
    text += ['%s\n  known: %s\n  here:  %s\n  %s\n' % f for f in found]
    left_out = scaled(boots)
    if left_out:
        text.append('\n' + ''.join('%s\n' % s for s in left_out))
    (options.out / 'table.txt').write_text(''.join(text), encoding='utf-8')
    print(''.join(text))

    folder = options.out / 'figures'
    folder.mkdir(exist_ok=True)
    drawn = figures(boots)
    for figure in drawn:
        for suffix in ('png', 'svg'):
            write_alone(figure, folder / ('%s.%s' % (figure.key, suffix)))
    if options.summary:
        write_summary(boots, options.summary, drawn, sentence, found, left_out)
    print('%s, figures in %s' % (options.out / 'results.csv', folder))
    if differ:
        sys.exit('bench-slab: two runs under -icount differ by more than they should, see above.')


def write_summary(boots, folder, drawn, sentence, found, left_out):
    for figure in drawn:
        write_alone(figure, folder / 'pictures' / ('slab-%s.svg' % figure.key))
    lines = ['<!-- SPDX-License-Identifier: GPL-2.0 -->\n# The slab lab: tables\n\n'
             'Made by `make bench-slab` and `scripts/bench-slab summary`; %s. %s\n'
             % (boots.described(), sentence)]
    for title, how, head, rows in tables(boots):
        lines.append('\n## %s\n\n%s\n\n%s' % (title, how, markdown(head, rows)))
    lines.append('\n## Held against what is known\n\n')
    lines.append(markdown(['what', 'known', 'here', 'verdict'], [list(f) for f in found]))
    lines += ['\n' + ''.join('- %s\n' % s for s in left_out)] if left_out else []
    (folder / 'results').mkdir(exist_ok=True)
    (folder / 'results' / 'slab-lab.md').write_text(''.join(lines), encoding='utf-8')


if __name__ == '__main__':
    main()
