# SPDX-License-Identifier: GPL-2.0
"""The figures of the report: one function each, which returns a Figure, its
panels and the sentence that says what to see. The sentences are worked out
from the numbers, so they are true of every run, also of one that went badly
for us.
"""
import matplotlib
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FuncFormatter, MultipleLocator

from report_data import (
    ASKED, HUGE, ORDERS, THRESHOLD, WANT, against, count, fragmented, listing,
    percent, short, spans, stalls_of)
from draw import (
    Figure, GRID, INK, MUTED, PAPER, Panel, colour, grid, label_ends,
    mode_panel, order_colour, unit)

VERDICTS = ('passed', 'exempt', 'would_decline', 'declined', 'would_refuse',
            'refused')


def requests(demo, length):
    """The study's Figures 9 and 12: how often each order is asked for."""
    top = max(m.stress[length].counted('requests', (o,))
              for m in demo.modes for o in ORDERS)

    def panel(mode):
        counts = [mode.stress[length].counted('requests', (o,))
                  for o in ORDERS]

        def draw(ax):
            grid(ax)
            ax.bar(ORDERS, counts, width=0.72, color=colour(mode.name))
            ax.set_yscale('log')
            ax.set_ylim(0.7, max(top, 10) * 2.6)
            ax.yaxis.set_major_formatter(
                FuncFormatter(lambda y, _: short(y)))
            ax.yaxis.set_minor_locator(matplotlib.ticker.NullLocator())
            ax.set_xticks(ORDERS)
            ax.set_xlabel('order')
            ax.tick_params(axis='x', length=0)
            unit(ax, 'requests, log scale')
            for order, n in zip(ORDERS, counts):
                ax.annotate(short(n), (order, max(n, 0.7)), xytext=(0, 2),
                            textcoords='offset points', ha='center',
                            va='bottom', color=INK, fontsize=10)
        return mode_panel(mode, draw)

    modes = [m for m in demo.modes if m.stress[length].counted('requests')]
    see = []
    for m in modes[:1]:
        rec = m.stress[length]
        total = rec.counted('requests')
        if not total:
            continue
        per = {o: rec.counted('requests', (o,)) for o in ORDERS}
        most = max(per, key=per.get)
        none = [str(o) for o in ORDERS if not per[o]]
        see.append(
            'In %d s the load asked mode %s %s times for more than four '
            'pages in a row; %s of that was order %d, and %s order %d, '
            'the size of a huge page' % (
                length, m.name, count(total), percent(per[most], total),
                most, count(per[HUGE]), HUGE))
        see[-1] += ('; nobody asked for %s %s.' % (
            'orders' if len(none) > 1 else 'order', listing(none))
            if none else '.')
    threes = [(m, m.stress[length].counted('requests', (3,))) for m in modes]
    if len(threes) > 1:
        low = min(threes, key=lambda x: x[1])
        high = max(threes, key=lambda x: x[1])
        if low[1]:
            see.append(
                'Order 3 alone varies by a factor of %.1f between the modes '
                '(%s in %s, %s in %s), though no rule ever touches it: '
                'the study’s drop from 2,392 to 1,826 is of that kind and '
                'says nothing about a policy.' % (
                    high[1] / low[1], count(low[1]), low[0].name,
                    count(high[1]), high[0].name))
    return Figure(
        'requests' if length == demo.lengths[0] else 'requests-%d' % length,
        'Requests per order, %d s of memory pressure' % length,
        [panel(m) for m in modes], ' '.join(see) or 'Nothing was counted.',
        'Growth of <code>order*/requests</code> while stress-ng runs, the '
        'failed ones included; counted in the kernel, not read from its log. '
        'The study’s Figures 9 and 12.')


def fragmentation_lines(rec, phases):
    """A panel's draw(): one line per order, the threshold, the phases."""
    def draw(ax):
        grid(ax)
        ends = []
        for order in ORDERS:
            at, value = rec.fragmentation(order)
            if at:
                ax.plot(at, value, color=order_colour(order), linewidth=1.3)
                ends.append((value[-1], '%d' % order, order_colour(order)))
        left, right = -0.02 * rec.seconds, max(at[-1], rec.seconds)
        ax.set_xlim(left, right)
        ax.set_ylim(-2, 102)
        ax.set_yticks(range(0, 101, 20))
        ax.axhline(THRESHOLD, color=INK, linewidth=0.9, dashes=(4, 3))
        ax.set_xlabel('seconds')
        unit(ax, 'free memory too small for an order, %')
        label_ends(ax, right, ends, 10.5, 2, 99)
        ax.ba_right = 0.90
        if phases:
            draw_phases(ax, rec)
    return draw


def draw_phases(ax, rec, top=103):
    """Grey where memory is being fragmented, a letter over each burst."""
    ax.ba_lift = 9
    for n, (ms, what) in enumerate(rec.marks[:-1]):
        at = (ms - rec.start) / 1000
        ends = (rec.marks[n + 1][0] - rec.start) / 1000
        if what == 'fragment':
            ax.axvspan(at, ends, color=GRID, linewidth=0, alpha=0.8,
                       zorder=0)
        else:
            ax.text((at + ends) / 2, top, PHASES.get(what, ('?',))[0],
                    ha='center', va='bottom', fontsize=10, color=MUTED,
                    clip_on=False)


PHASES = {
    'thp': ('a', 'huge pages, not asked for'),
    'again': ('b', 'the same again'),
    'madvise': ('c', 'huge pages, madvised'),
    'optional': ('d', 'optional requests'),
    'mandatory': ('e', 'mandatory requests'),
}


def over(rec, order):
    """Share of the recording in which an order was over the threshold."""
    values = rec.fragmentation(order)[1]
    return sum(v > THRESHOLD for v in values), len(values)


def fragmentation(demo, length):
    """The study's Figures 14 and 15, one line per order, in every mode."""
    see = []
    for m in demo.modes:
        values = m.stress[length].fragmentation(HUGE)[1]
        small = m.stress[length].fragmentation(3)[1]
        see.append('<b>%s</b>: order %d at %s (mean %.0f %%, %s of the time '
                   'over the threshold), order 3 at %s' % (
                       m.name, HUGE, spans(values),
                       sum(values) / len(values),
                       percent(*over(m.stress[length], HUGE)), spans(small)))
    means = {}
    for m in demo.modes:
        values = m.stress[length].fragmentation(HUGE)[1]
        means[m.name] = sum(values) / len(values)
    best = min(means, key=means.get)
    worst = max(means, key=means.get)
    tail = ('The modes differ by %.0f points at order %d; one run cannot tell '
            'that from chance.' % (means[worst] - means[best], HUGE)
            if means[worst] - means[best] < 10 else
            'Order %d is least fragmented in %s and most in %s, %.0f points '
            'apart, in this one run.' % (HUGE, best, worst,
                                         means[worst] - means[best]))
    apart = [x for x in (m.stress[length].kernel_differs()
                         for m in demo.modes) if x is not None]
    same = ''
    if apart:
        same = (' The kernel’s own <code>node0/order*/fragmentation</code>, '
                'read a moment later, is %.1f points away in the median.'
                % max(apart))
    return Figure(
        'fragmentation' if length == demo.lengths[0]
        else 'fragmentation-%d' % length,
        'External fragmentation per order, %d s of memory pressure' % length,
        [mode_panel(m, fragmentation_lines(m.stress[length], False))
         for m in demo.modes],
        '; '.join(see) + '. ' + tail,
        'One line per order (its number at the right end): the share of free '
        'memory that lies in blocks too small for it, all zones together, '
        'from <code>/proc/buddyinfo</code>. Dashed: '
        '<code>vm.buddy_frag_threshold</code> = %d. The study’s Figure %s '
        'showed one line and no order.%s' % (
            THRESHOLD, '14' if length < 60 else '15', same))


def burst_fragmentation(demo):
    """The same picture for workload (b), with its phases."""
    see = []
    for m in demo.modes:
        marks = m.burst.marks
        at, values = m.burst.fragmentation(HUGE)
        parts = []
        for n, (ms, what) in enumerate(marks[:-1]):
            if what not in dict(WANT) or not at:
                continue

            def nearest(t):
                return values[min(range(len(at)), key=lambda i: abs(
                    at[i] - (t - m.burst.start) / 1000))]
            parts.append('from %.0f to %.0f %% (%s)' % (
                nearest(ms), nearest(marks[n + 1][0]), PHASES[what][0]))
        if parts:
            see.append('<b>%s</b>: %s' % (m.name, listing(parts)))
    key = ', '.join('%s %s' % p for p in PHASES.values())
    return Figure(
        'burst-fragmentation',
        'External fragmentation per order, fragment then burst',
        [mode_panel(m, fragmentation_lines(m.burst, True))
         for m in demo.modes],
        'What the bursts do to order %d: ' % HUGE + '; '.join(see) +
        '. A fall is compaction at work, a rise is large blocks used up.',
        'As above, for workload (b). Grey: memory is filled, then most of it '
        'freed page by page around slab objects and pages that stay. '
        'Then the bursts: %s.' % key)


def supply(demo):
    """What is ready before it is asked for: stock and target of huge blocks."""
    modes = [m for m in demo.modes if m.burst.supply('stock')[0]]
    top = 1.25 * max(max(m.burst.supply('target')[1]) for m in modes) or \
        max(max(m.burst.supply('stock')[1]) for m in modes) or 1

    def panel(mode):
        def draw(ax):
            grid(ax)
            at, stock = mode.burst.supply('stock')
            ax.fill_between(at, stock, step='post', color=colour(mode.name),
                            alpha=0.25, linewidth=0)
            ax.step(at, stock, where='post', color=colour(mode.name), linewidth=1.3)
            ax.step(*mode.burst.supply('target'), where='post', color=INK,
                    linewidth=0.9, dashes=(4, 3))
            ax.set_xlim(-0.02 * mode.burst.seconds, max(at[-1], mode.burst.seconds))
            ax.set_ylim(0, top)
            ax.set_xlabel('seconds')
            unit(ax, 'free blocks of order %d; dashed: target' % HUGE)
            draw_phases(ax, mode.burst, 1.01 * top)
        return mode_panel(mode, draw)

    see = []
    for m in modes:
        ready = []
        for ms, what in m.burst.marks:
            if what not in m.huge:
                continue
            at, stock = m.burst.supply('stock')
            before = [n for s, n in zip(at, stock) if s <= (ms - m.burst.start) / 1000]
            ready.append('%s of the %s (%s)' % (
                count(before[-1] if before else 0), count(m.huge[what]['wanted']),
                PHASES[what][0]))
        if ready:
            see.append('<b>%s</b> %s' % (m.name, listing(ready)))
    return Figure(
        'supply', 'Huge blocks ready before they are asked for',
        [panel(m) for m in modes],
        'When a burst of huge pages began there were ready: ' + '; '.join(see) + '.',
        'Workload (b) again, grey and letters as above. The target follows '
        'demand in observe, too, but is worked for in guard alone, within '
        '<code>vm.buddy_adaptive_cpu_percent</code>. Stock is what a movable '
        'request could have: <code>node0/order%d/stock</code>; it leaves the '
        'picture where memory was given back whole, to be fragmented afresh.'
        % HUGE)


def got(demo):
    """Huge pages, optional and mandatory requests: what was got."""
    def huge(ax):
        rows = [(m, what, words) for what, words in WANT for m in demo.modes
                if what in m.huge]
        y = 0
        last = None
        for m, what, words in rows:
            if what != last:
                y += 1.1 if last else 0.5
                ax.text(0, y - 0.55, words, color=MUTED, va='center',
                        fontsize=10.5)
                y += 0.25
                last = what
            r = m.huge[what]
            share = 100 * r['got'] / max(r['wanted'], 1)
            ax.barh(y, share, height=0.7, color=colour(m.name))
            text = '%s %s of %s' % (m.name, count(r['got']),
                                    count(r['wanted']))
            inside = share > 55
            ax.text(share - 2 if inside else share + 2, y, text, va='center',
                    ha='right' if inside else 'left', fontsize=10,
                    color=PAPER if inside else INK)
            y += 0.85
        ax.set_ylim(y - 0.2, -0.4)
        ax.set_yticks([])
        ax.set_xlim(0, 101)
        ax.set_xlabel('got, % of wanted')
        ax.ba_left = 0.03

    def kind(name):
        def draw(ax):
            grid(ax)
            ends = []
            for n, m in enumerate(demo.modes):
                share = [100 * m.asked('got', name, (o,)) /
                         max(m.asked('requests', name, (o,)), 1)
                         for o in ASKED]
                ax.plot(ASKED, share, color=colour(m.name), marker='o',
                        markersize=3 + 2.6 * (len(demo.modes) - n),
                        linewidth=1.4)
                ends.append((share[-1], m.name, colour(m.name)))
            ax.set_ylim(-4, 104)
            ax.set_xlim(2.7, 9.2)
            ax.set_xticks(ASKED)
            ax.set_xlabel('order')
            unit(ax, 'got, % of asked for')
            label_ends(ax, 9.2, ends, 9, 0, 100)
            ax.ba_right = 0.82
        return draw

    base = demo.mode('observe')
    see = []
    for m in demo.modes:
        if m is base or not base:
            continue
        parts = []
        for what, words in WANT:
            if what in m.huge and what in base.huge:
                mine, theirs = m.huge[what]['got'], base.huge[what]['got']
                parts.append('huge pages %s %s of %s (%s)' % (
                    words, count(mine), count(m.huge[what]['wanted']),
                    'as many as observe' if mine == theirs else
                    '%s %s than observe' % (
                        count(abs(mine - theirs)),
                        'fewer' if mine < theirs else 'more')))
        for name in ('optional', 'mandatory'):
            parts.append('%s requests %s (observe %s)' % (name, *(
                percent(x.asked('got', name), x.asked('requests', name))
                for x in (m, base))))
        see.append('<b>%s</b> got: %s' % (m.name, listing(parts)))
    guard = demo.mode('guard')
    if guard and guard.movable:
        parts = []
        for words, wanted in (('movable ones', True),
                              ('others', False)):
            rows = [r for r in guard.requests if r['kind'] == 'optional' and
                    r['order'] > 3 and
                    (r['class'] in guard.movable) == wanted]
            parts.append('%s of the %s' % (percent(
                sum(r['got'] for r in rows),
                sum(r['requests'] for r in rows)), words))
        see.append('of the optional requests from order 4 up guard served ' +
                   listing(parts))
    see.append('mandatory requests turned away: ' + listing(
        '%s in %s' % (count(m.turned_away('mandatory')), m.name)
        for m in demo.modes if m.name != 'off'))
    return Figure(
        'got', 'What was got in fragmented memory',
        [Panel('huge pages', huge),
         Panel('optional requests', kind('optional')),
         Panel('mandatory requests', kind('mandatory'))],
        '. '.join(s[0].upper() + s[1:] for s in see) + '.',
        'Workload (b), each burst into freshly fragmented memory, transparent '
        'huge pages with enabled=always, defrag=always, and proactive '
        'compaction off, so that nothing of mainline tidies up before the '
        'burst. The same burst of huge pages comes twice: what is known of '
        'the first is used for the second. Kernel '
        'requests are made and counted by the load module, whose own list '
        'says which may be turned away (optional) and which may not.')


def stalls(demo):
    """Direct compaction in the task that asks, per mode."""
    per = {m.name: stalls_of(m) for m in demo.modes}
    top = max([n for s in per.values() for _, n in s] + [1])

    def panel(groups):
        def draw(ax):
            y = 0
            for group in groups:
                ax.text(0, y, per[demo.modes[0].name][group][0], color=MUTED,
                        va='center', fontsize=10.5)
                y += 0.8
                for m in demo.modes:
                    n = per[m.name][group][1]
                    ax.barh(y, n, height=0.7, color=colour(m.name))
                    ax.annotate('%s %s' % (m.name, count(n)), (n, y),
                                xytext=(4, 0), textcoords='offset points',
                                va='center', fontsize=10)
                    y += 0.85
                y += 0.35
            ax.set_ylim(y - 0.5, -0.6)
            ax.set_xlim(0, top * 1.33)
            ax.set_yticks([])
            ax.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(
                5, integer=True))
            ax.set_xlabel('direct compaction stalls')
            ax.ba_left = 0.03
        return draw

    base = demo.mode('observe')
    see = []
    for m in demo.modes:
        if m is base or not base:
            continue
        n = sum(x for _, x in per[m.name])
        see.append('<b>%s</b>: %s' % (m.name, against(
            n, sum(x for _, x in per['observe']), 'stall', 'observe')))
        if m.name == 'guard':
            mine, theirs = (dict(per[x])['optional requests']
                            for x in ('guard', 'observe'))
            if theirs:
                see[-1] += '; those of optional requests %s by %s' % (
                    'fell' if mine <= theirs else 'rose',
                    percent(abs(mine - theirs), theirs))
            else:
                see[-1] += '; optional requests stalled nobody in observe'
    return Figure(
        'stalls', 'Stalls: compaction in the task that asked',
        [Panel('huge pages', panel(range(len(WANT)))),
         Panel('kernel requests', panel(range(len(WANT), len(WANT) + 2)))],
        '. '.join(see) + '. A stall saved is worth little if the request '
        'failed: read it beside the figure above.',
        'The same bursts. Huge pages: growth of <code>compact_stall</code>; '
        'kernel requests: those during which the load module saw direct '
        'compaction begin in its own task.')


def verdicts(demo):
    """What the judge said, per order, in every mode."""
    def panel(mode):
        rec = mode.burst

        def draw(ax):
            for order in ORDERS:
                given = [rec.counted(v, (order,)) for v in VERDICTS]
                asked = rec.counted('requests', (order,))
                total, left = sum(given), 0
                for verdict, n in zip(VERDICTS, given):
                    if n:
                        ax.barh(order, 100 * n / total, left=left, height=0.74,
                                color=colour(verdict))
                        left += 100 * n / total
                ax.text(103, order, '%s / %s' % (short(total), short(asked)),
                        va='center', fontsize=10, clip_on=False,
                        color=INK if total else MUTED)
            ax.set_ylim(10.6, 2.4)
            ax.set_yticks(ORDERS)
            ax.set_xlim(0, 100)
            ax.set_xticks((0, 50, 100))
            ax.set_xlabel('share of verdicts, %')
            ax.ba_right, ax.ba_left = 0.72, 0.09
            unit(ax, 'order')
            ax.text(103, 2.25, 'verdicts /\nrequests', fontsize=10,
                    color=MUTED, va='bottom', linespacing=1)
        return mode_panel(mode, draw)

    see = []
    modes = [m for m in demo.modes if m.burst.counted('slowpath') or
             m.burst.counted('refused')]
    for m in modes:
        given = {v: m.burst.counted(v) for v in VERDICTS}
        heavy = max(given, key=given.get)
        see.append('<b>%s</b> gave %s verdicts on %s requests, most often '
                   '“%s” (%s), and turned away %s' % (
                       m.name, count(sum(given.values())),
                       count(m.burst.counted('requests')),
                       heavy.replace('_', ' '), count(given[heavy]),
                       count(given['declined'] + given['refused'])))
    sums = [(m, m.burst.counted('slowpath'),
             sum(m.burst.counted(v) for v in
                 ('passed', 'exempt', 'declined', 'would_decline')))
            for m in modes]
    wrong = [m.name for m, a, b in sums if a != b]
    see.append('passed + exempt + declined + would decline = slowpath, to '
               'the last request, in every mode' if not wrong else
               'the verdicts do not add up to slowpath in %s' % listing(wrong))
    return Figure(
        'verdicts', 'Verdicts per order', [panel(m) for m in modes],
        '. '.join(s[0].upper() + s[1:] if s[0] != '<' else s
                  for s in see) + '.',
        'All of workload (b), its filling included. A request that the free '
        'lists served at once has no verdict. Passed, exempt and declined are '
        'given after a miss, refused before trying; “would” is what guard '
        'would have done, and “would refuse” in guard what it does with lever '
        '2, which is off by default: such a request goes on, and may get a '
        'second verdict.',
        [(v.replace('_', ' '), v) for v in VERDICTS])


def sweep_turned(row):
    """Requests of a row of sweep.csv that were turned away."""
    return min(row['refused'] + row['declined'], row['failed'])


def sweep_cells(demo):
    """{(threshold, order): (share turned away, predicted)} of the requests
    that protect looks at: optional and not movable."""
    when = {w: (ms + demo.sweep_recording.marks[i + 1][0]) / 2
            for i, (ms, w) in enumerate(demo.sweep_recording.marks[:-1])}
    cells = {}
    for r in demo.sweep:
        if not r['requests']:
            continue
        zones = demo.sweep_recording.free_at(
            when.get(str(r['threshold']), demo.sweep_recording.end))
        levels = [fragmented(b, r['order']) for b in zones.values()]
        levels = [x for x in levels if x is not None]
        cells[r['threshold'], r['order']] = (
            100 * sweep_turned(r) / r['requests'],
            min(levels) if levels else None)
    return cells


def sweep(demo):
    """The threshold from 50 to 100 in guard with lever protect, on the same memory."""
    cells = sweep_cells(demo)
    thresholds = sorted({t for t, _ in cells})
    orders = sorted({o for _, o in cells})
    step = thresholds[1] - thresholds[0] if len(thresholds) > 1 else 5
    levels = {}
    for o in orders:
        known = [cells[t, o][1] for t in thresholds if cells[t, o][1]]
        levels[o] = sorted(known)[len(known) // 2] if known else None

    def total(t, value):
        return sum(value(r) for r in demo.sweep if r['threshold'] == t)
    asked = total(thresholds[0], lambda r: r['requests'])

    def heat(ax):
        tint = LinearSegmentedColormap.from_list(
            'away', [GRID, colour('refused')])
        for (t, o), (share, _) in cells.items():
            ax.barh(o, step * 0.92, left=t - step * 0.46, height=0.86,
                    color=tint(share / 100))
        for o in orders:
            if levels[o] is not None and levels[o] >= thresholds[0] - step / 2:
                ax.plot([levels[o]] * 2, [o - 0.5, o + 0.5], color=INK,
                        linewidth=2)
        ax.set_ylim(orders[-1] + 0.6, orders[0] - 0.6)
        ax.set_yticks(orders)
        ax.set_xlim(thresholds[0] - step * 0.6, thresholds[-1] + step * 0.6)
        ax.xaxis.set_major_locator(MultipleLocator(10))
        ax.set_xlabel('vm.buddy_frag_threshold, %')
        unit(ax, 'order')
        ax.ba_left = 0.09

    def outcome(ax):
        grid(ax)
        ends = []
        for value, ink, text in ((sweep_turned, 'refused', 'turned away'),
                                 (lambda r: r['stalled'], 'declined',
                                  'stalled'),
                                 (lambda r: r['got'], 'observe', 'got')):
            values = [total(t, value) for t in thresholds]
            ax.plot(thresholds, values, color=colour(ink), marker='o',
                    markersize=3.5)
            ends.append((values[-1], text, colour(ink)))
        ax.set_xlim(thresholds[0] - 1, thresholds[-1] + 1)
        ax.set_ylim(-0.03 * asked, asked * 1.03)
        ax.xaxis.set_major_locator(MultipleLocator(10))
        ax.set_xlabel('vm.buddy_frag_threshold, %')
        unit(ax, 'of %d requests' % asked)
        label_ends(ax, thresholds[-1] + 1, ends, 0.1 * asked, 0, asked)
        ax.ba_right = 0.72

    agree = sum((share > 50) == (level > t)
                for (t, _), (share, level) in cells.items()
                if level is not None)
    low, high = thresholds[0], thresholds[-1]

    def turned(t):
        return total(t, sweep_turned)
    see = ['Of %s optional, not movable requests guard turned away %s at '
           'threshold %d and %s at %d' % (
               count(asked), count(turned(low)), low,
               count(turned(high)), high),
           'the measured fragmentation foretells %d of the %d cells' % (
               agree, sum(v[1] is not None for v in cells.values()))]
    fall = [t for t in thresholds if turned(t) < turned(low)]
    if fall:
        see.insert(1, 'the first to be spared are at threshold %d' % fall[0])
    waited = sum(r['stalled'] for r in demo.sweep)
    see.append('%s of all %s stalled' % (
        count(waited) if waited else 'none',
        count(sum(r['requests'] for r in demo.sweep))))
    return Figure(
        'sweep', 'The threshold, from %d to %d, in guard with lever 2' % (low, high),
        [Panel('turned away, per order', heat),
         Panel('all orders', outcome)],
        '. '.join(s[0].upper() + s[1:] for s in see) + '.',
        'The same fragmented memory at every threshold, the same optional, '
        'not movable requests, the coarse rule off, and of the levers only '
        '2, protect, which judges before trying. Left: how many were '
        'turned away, from none (grey) to all (red); the bar is the measured '
        'fragmentation of the order, in the zone that has least of it. Left '
        'of it everything should be turned away, right of it nothing; a tint '
        'in between means that the requests themselves, which hold their '
        'blocks, carried the fragmentation over the threshold.')


def figures(demo):
    made = []
    for length in demo.lengths:
        if any(m.stress[length].counters for m in demo.modes):
            made.append(requests(demo, length))
        made.append(fragmentation(demo, length))
    made.append(burst_fragmentation(demo))
    if any(m.burst.supply('stock')[0] for m in demo.modes):
        made.append(supply(demo))
    made.append(got(demo))
    made.append(stalls(demo))
    if any(m.burst.counters for m in demo.modes):
        made.append(verdicts(demo))
    if demo.sweep:
        made.append(sweep(demo))
    return made
