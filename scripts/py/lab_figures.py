# SPDX-License-Identifier: GPL-2.0
"""The figures of the lab's page: one function each, which returns a Figure or
None when nothing of it has run. Every run is a dot, the median a bar, so that
nobody has to trust a mean; what is compared shares an axis.
"""
from statistics import median

from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from lab_data import PUBLISHED, STALLS, rounds_of
from report_data import short
from draw import INK, MUTED, Figure, Panel, colour, grid, unit

INKS = {'off': 'off', 'best': 'observe', 'guard': 'guard',
        'guard-default': 'order5', 'guard-dm': 'order9',
        'vanilla': 'ink', 'off-defer': 'off', 'off-p0': 'off', 'guard-p0': 'guard'}


def ink(condition):
    return INKS.get(condition, 'order7')


def key(conditions):
    return [(c, ink(c)) for c in conditions]


def told(value):
    """A figure that fits beside a row: 0, 0.6, 31, 98.9, 2.4k. What falls short of
    100 does not become it."""
    if not value or value >= 1000:
        return short(value)
    if value < 10:
        return '%.2g' % value
    return ('%.1f' % (99.9 if 99.9 < value < 100 else value)).replace('.0', '')


def zero_log(ax, axis, most):
    """A log axis that has a place for zero: stalls are none, or thousands."""
    (ax.set_xscale if axis == 'x' else ax.set_yscale)('symlog', linthresh=1,
                                                      linscale=0.5)
    (ax.set_xlim if axis == 'x' else ax.set_ylim)(-0.35, max(most, 10) * 1.8)
    which = ax.xaxis if axis == 'x' else ax.yaxis
    ticks = [0] + [10 ** n for n in range(0, 9) if 10 ** n <= max(most, 10) * 1.8]
    which.set_ticks(ticks if len(ticks) < 7 else ticks[:1] + ticks[1::2])
    which.set_major_formatter(FuncFormatter(lambda v, _: short(v)))
    which.set_minor_locator(NullLocator())


def dots(title, groups, name, label, log=False, limit=None):
    """A row per condition, a dot per run; the median as a bar and in figures."""
    rows = [(c, g.values(name)) for c, g in groups.items() if g.values(name)]
    most = max((max(v) for _, v in rows), default=0)

    def draw(ax):
        grid(ax, 'x')
        if log:
            zero_log(ax, 'x', most)
        else:
            ax.set_xlim(-0.03 * max(most, limit or 0, 1e-9),
                        1.12 * max(most, limit or 0, 1e-9))
            ax.xaxis.set_major_locator(MaxNLocator(4))
            ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: told(v)))
        if limit is not None:
            ax.axvline(limit, color=INK, linewidth=0.9, dashes=(4, 3))
        for at, (condition, values) in enumerate(rows):
            middle = median(values)
            ax.plot(values, [at] * len(values), 'o', markersize=5, alpha=0.55,
                    color=colour(ink(condition)), markeredgewidth=0, clip_on=False)
            ax.plot([middle] * 2, [at - 0.32, at + 0.32], linewidth=2.4,
                    color=colour(ink(condition)), clip_on=False)
            ax.text(1.03, at, told(middle), transform=ax.get_yaxis_transform(),
                    va='center', color=INK, fontsize=10)
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.set_yticks(range(len(rows)), [c for c, _ in rows])
        ax.set_xlabel(label)
        ax.ba_left, ax.ba_right = 0.30, 0.88
    return Panel(title, draw)


def fewer(results, pairs, name, noun):
    """A sentence per pair: guard against best, in figures."""
    see = []
    for pair in pairs:
        groups = results.groups(pair)
        guard, best = groups.get('guard'), groups.get('best')
        if not guard or not best or not guard.values(name) or not best.values(name):
            continue
        see.append('<b>%s</b>: %s %s in guard, %s in mainline’s best, %s in off' % (
            pair, told(guard.median(name)), noun, told(best.median(name)),
            told(groups['off'].median(name)) if 'off' in groups else '?'))
    return '; '.join(see) + '.' if see else ''


def stalls(results):
    pairs = results.judged()
    panels = [dots(p, results.groups(p), STALLS, 'direct compactions', True)
              for p in pairs]
    if not panels:
        return None
    return Figure(
        'stalls', 'Requests that had to compact memory themselves', panels,
        fewer(results, pairs, STALLS, 'direct compactions'),
        'Zones that a task other than kcompactd began to compact '
        '(tracepoint <code>mm_compaction_begin</code>), summed over the rounds '
        'of a boot, on a log axis with a place for zero. A dot is a boot, a '
        'bar the median of its row, the figure at its right.')


def published(results):
    pairs = [p for p in results.judged()
             if any(g.median(PUBLISHED) for g in results.groups(p).values())]
    if not pairs:
        return None
    return Figure(
        'compact-stall', 'The same, as /proc/vmstat counts it',
        [dots(p, results.groups(p), PUBLISHED, 'compact_stall', True)
         for p in pairs], '',
        '<code>compact_stall</code> is what everyone quotes: attempts, of which '
        'one may compact several zones, each counted above. On 6.1 and 6.12 it '
        'also counts attempts that found compaction deferred and did nothing; '
        'on 7.3 it does not.')


def shares(results):
    pairs = [p for p in results.judged()
             if any(rounds_of(b) and len(rounds_of(b)) > 1
                    for g in results.groups(p).values() for b in g.boots)]
    if not pairs:
        return None

    def panel(pair):
        groups = results.groups(pair)

        def draw(ax):
            grid(ax)
            last = 1
            for condition, group in groups.items():
                runs = [r for r in map(rounds_of, group.boots) if r]
                if not runs:
                    continue
                n = min(map(len, runs))
                at = list(range(1, n + 1))
                columns = [[r[i] for r in runs] for i in range(n)]
                tint = colour(ink(condition))
                ax.fill_between(at, [min(c) for c in columns], [max(c) for c in columns],
                                color=tint, alpha=0.15, linewidth=0)
                ax.plot(at, [median(c) for c in columns], color=tint, marker='o',
                        markersize=3.5)
                last = max(last, n)
            ax.set_ylim(-3, 104)
            ax.set_yticks(range(0, 101, 25))
            ax.set_xlim(0.8, last + 0.2)
            ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            ax.set_xlabel('round')
            unit(ax, 'huge pages got, %')
        return Panel(pair, draw)

    see = []
    for pair in pairs:
        groups = results.groups(pair)
        see.append('<b>%s</b>: %s' % (pair, ', '.join(
            '%s %.1f %%' % (c, g.median('huge_share'))
            for c, g in groups.items() if g.values('huge_share'))))
    return Figure(
        'shares', 'Huge pages got, round by round', [panel(p) for p in pairs],
        '; '.join(see) + '.',
        'Of the faults of a round, how many became huge pages '
        '(<code>thp_fault_alloc</code>): the median of the runs as a line, '
        'their range as a band. A line that falls is memory wearing out.',
        key(results.conditions(pairs)))


WORK = (('migrated', 'pages migrated'), ('scanned', 'pages scanned'),
        ('all.kcompactd_ms', 'kcompactd CPU'), ('swapped_out', 'swapped out'),
        ('refaults', 'refaults'), ('all.extfrag_into_movable', 'into movable blocks'))


def work(results):
    pairs = [p for p in results.judged() if 'off' in results.groups(p)]
    if not pairs:
        return None

    def panel(pair):
        groups = results.groups(pair)

        def draw(ax):
            grid(ax, 'x')
            ax.set_xscale('log')
            ax.axvline(1, color=MUTED, linewidth=0.9)
            shown = [c for c in groups if c != 'off']
            for at, (name, _) in enumerate(WORK):
                base = groups['off'].median(name)
                for n, condition in enumerate(shown):
                    values = groups[condition].values(name)
                    y = at + (n - (len(shown) - 1) / 2) * 0.26
                    if not values or base is None:
                        continue
                    if not base:
                        if n == 0:
                            ax.text(1, at, ' off has none', fontsize=9, color=MUTED,
                                    va='center')
                        continue
                    ratios = [min(max(v / base, 0.011), 90) for v in values]
                    ax.plot(ratios, [y] * len(ratios), 'o', markersize=4,
                            alpha=0.55, color=colour(ink(condition)),
                            markeredgewidth=0)
                    ax.plot([median(ratios)] * 2, [y - 0.12, y + 0.12],
                            color=colour(ink(condition)), linewidth=2.2)
            ax.set_xlim(0.01, 100)
            ax.set_xticks([0.01, 0.1, 1, 10, 100],
                          ['≤0.01', '0.1', '1', '10', '≥100'])
            ax.xaxis.set_minor_locator(NullLocator())
            ax.set_ylim(len(WORK) - 0.4, -0.6)
            ax.set_yticks(range(len(WORK)), [w for _, w in WORK])
            ax.set_xlabel('times off’s median, log scale')
            ax.ba_left = 0.37
        return Panel(pair, draw)
    return Figure(
        'work', 'What it cost, as a ratio to mode off', [panel(p) for p in pairs], '',
        'Counted from before the first fragmenting to the end, pauses and '
        'all. Left of 1 is less work than off did. Pages that could not be '
        'had were not worked for either: read it with the shares above.',
        key([c for c in results.conditions(pairs) if c != 'off']))


def cpu(results):
    pairs = [p for p in results.judged()
             if any(g.values('kcompactd_peak') for g in results.groups(p).values())]
    if not pairs:
        return None
    return Figure(
        'cpu', 'The busiest ten seconds of kcompactd',
        [dots(p, results.groups(p), 'kcompactd_peak', '% of one processor',
              limit=10 if p.endswith('-paced') else None) for p in pairs], '',
        'The most CPU time that kcompactd took in any ten seconds in a row, '
        'sampled each second from <code>/proc/PID/stat</code>. Emulated '
        'processors are slow ones: shares compare, seconds do not. Dashed: '
        'the limit where a condition has one.')


def orders(results):
    made = []
    for pair in results.judged():
        kind = pair.split('-')[-1]
        if kind in ('optional', 'mandatory'):
            made.append((pair, kind))
    if not made:
        return None

    def panel(pair, kind, what, text):
        groups = results.groups(pair)

        def draw(ax):
            grid(ax)
            top = 1
            for condition, group in groups.items():
                at, values = [], []
                for order in range(1, 10):
                    asked = group.median('%s.order%d.asked' % (kind, order))
                    got = group.median('%s.order%d.%s' % (kind, order, what))
                    if asked:
                        at.append(order)
                        values.append(100 * (got or 0) / asked)
                top = max(top, *values) if values else top
                ax.plot(at, values, color=colour(ink(condition)), marker='o', markersize=3.5)
            ax.set_ylim(-0.03 * top, 1.04 * top)
            ax.set_xticks(range(1 if kind == 'mandatory' else 3, 10))
            ax.set_xlabel('order')
            unit(ax, text)
        return Panel(pair, draw)

    panels = []
    for pair, kind in made:
        panels.append(panel(pair, kind, 'got', '%s requests got, %%' % kind))
        panels.append(panel(pair, kind, 'stalled', 'that compacted memory, %'))
    see = []
    for pair, kind in made:
        see.append('<b>%s</b>: %s' % (pair, ', '.join(
            '%s %.1f %%' % (c, g.median(kind + '_share'))
            for c, g in results.groups(pair).items() if g.values(kind + '_share'))))
    return Figure('orders', 'Kernel requests, order by order', panels,
                  '; '.join(see) + '.',
                  'All classes of the load module of that kind together, medians '
                  'of the runs. Right: the requests whose task compacted memory itself.',
                  key(results.conditions([p for p, _ in made])))


def pinned(results):
    groups = results.groups('pinned')
    if not groups:
        return None

    def panel(title, value, text, log=False):
        def draw(ax):
            grid(ax)
            most = 1
            for condition, group in groups.items():
                for boot in group.boots:
                    drop = boot.number('pinned.drop')
                    at = [r['s'] - drop for r in boot.series]
                    values = value(boot.series)
                    inside = [(a, v) for a, v in zip(at, values)
                              if a >= boot.number('pinned.from') - drop and v is not None]
                    most = max([most] + [v for _, v in inside])
                    ax.plot([a for a, _ in inside], [v for _, v in inside],
                            color=colour(ink(condition)), linewidth=1.1, alpha=0.8)
            ax.axvline(0, color=INK, linewidth=0.9, dashes=(4, 3))
            if log:
                zero_log(ax, 'y', most)
            ax.set_xlabel('seconds from the end of the pins')
            unit(ax, text)
        return Panel(title, draw)

    def used(rows):
        made = [None] * len(rows)
        for i in range(5, len(rows)):
            span = rows[i]['s'] - rows[i - 5]['s']
            made[i] = (rows[i]['kcompactd_ms'] - rows[i - 5]['kcompactd_ms']) / span / 10
        return made
    see = ', '.join(
        '%s: kcompactd at %.2f %% of a processor from a minute on, %s' % (
            c, g.median('pinned_cpu') or 0,
            'and huge pages that fall back until the end'
            if g.median('pinned_recovery') in (None, float('inf')) else
            'and every huge page served from %.0f s after' % g.median('pinned_recovery'))
        for c, g in groups.items())
    return Figure(
        'pinned', 'Memory that cannot be compacted, until it can',
        [panel('kcompactd', used, '% of one processor, mean of 5 s', True),
         panel('stock', lambda rows: [r['huge_blocks'] for r in rows],
               'free blocks of order 9', True)],
        see[0].upper() + see[1:] + '.',
        'Slab pins in every pageblock and four huge pages wanted every half '
        'second. At 0 (dashed) the pins are freed; the demand goes on.', key(groups))


def ablation(results):
    pairs = results.pairs('ablation')
    if not pairs:
        return None
    panels = []
    for pair in pairs:
        groups = results.groups(pair, 'ablation')
        if len(groups) < 3:
            continue
        share = 'huge_share' if 'thp' in pair else '%s_share' % pair.split('-')[-1]
        panels.append(dots(pair, groups, STALLS, 'direct compactions', True))
        panels.append(dots(pair, groups, share, 'got, %'))
    if not panels:
        return None
    return Figure(
        'ablation', 'Each lever alone, and each removed or added', panels, '',
        '%s A lever whose range overlaps that of its absence in both columns has '
        'shown nothing here.' % results.lab.levers_in_words())


def figures(results):
    made = (stalls(results), published(results), shares(results), work(results),
            cpu(results), orders(results), pinned(results), ablation(results))
    return [f for f in made if f]
