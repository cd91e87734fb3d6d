# SPDX-License-Identifier: GPL-2.0
"""The figures of the slab lab: one function each, which returns a Figure or None
when nothing of it has run.
"""
from statistics import median

from matplotlib.ticker import FuncFormatter, NullLocator

from report_data import short
from draw import INK, MUTED, Figure, Panel, colour, grid, unit
from slab_data import BASE, PATTERNS, SIZES

INKS = {'slub': 'guard', 'slab': 'observe', 'slob': 'refuse', 'slub_tiny': 'declined'}


def ink(allocator):
    return colour(INKS[allocator])


def key(allocators):
    return [(a.upper(), INKS[a]) for a in allocators]


def sizes_axis(ax, sizes=SIZES):
    ax.set_xscale('log', base=2)
    ax.set_xlim(sizes[0] / 1.2, sizes[-1] * 1.2)
    ax.set_xticks(sizes[::2], [short(s) for s in sizes[::2]])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel('bytes of an object')


def log_axis(ax, values, low=None):
    """A log axis with room for all values, labelled by what people read."""
    low, high = low or min(values) / 1.3, max(values) * 1.3
    ax.set_yscale('log')
    ax.set_ylim(low, high)
    steps = [m * 10 ** e for e in range(-2, 9) for m in (1, 2, 5)]
    inside = [s for s in steps if low <= s <= high]
    if len(inside) > 6:
        inside = [s for s in inside if '%g' % s == '1' or ('%e' % s)[0] == '1'] or inside[::2]
    ax.yaxis.set_ticks(inside)
    ax.yaxis.set_major_formatter(FuncFormatter(
        lambda v, _: short(v) if v >= 10 else '%g' % v))
    ax.yaxis.set_minor_locator(NullLocator())


def by_size(boots, title, kernel, names, value, text):
    """Lines over the object's size: value(allocator, size)."""
    lines = {a: [(s, v) for s in SIZES for v in [value(a, s)] if v] for a in names}
    if not any(lines.values()):
        return None

    def draw(ax):
        grid(ax)
        sizes_axis(ax)
        log_axis(ax, [v for line in lines.values() for _, v in line])
        for a, line in lines.items():
            ax.plot([s for s, _ in line], [v for _, v in line], color=ink(a), marker='o',
                    markersize=3.5)
        unit(ax, text)
    return Panel(title, draw)


def per_size(boots):
    panels = []
    names = []
    for kernel in boots.kernels():
        for pattern in ('pair', 'random'):
            panel = by_size(
                boots, '%s: %s' % (kernel, pattern), kernel, boots.allocators(kernel),
                lambda a, s, k=kernel, p=pattern: boots.value(
                    k, a, 'count', 'kmem_cache', p, s, 'instructions'),
                'instructions per pair')
            if panel:
                panels.append(panel)
                names += [a for a in boots.allocators(kernel) if a not in names]
    if not panels:
        return None
    return Figure('sizes', 'What a pair of alloc and free takes, by size', panels, '', '',
                  key(names))


def per_pattern(boots):
    """Ratios to SLUB: instructions as a bar, time by boot as dots."""
    kernels = [k for k in boots.kernels() if len(boots.allocators(k)) > 1]

    def panel(kernel, size):
        names = [a for a in boots.allocators(kernel) if a != BASE]
        shown = [p for p in PATTERNS if any(
            boots.ratios(kernel, a, 'kmem_cache', p, size, 'ticks') or
            boots.value(kernel, a, 'count', 'kmem_cache', p, size, 'instructions')
            for a in names)]

        def draw(ax):
            grid(ax, 'x')
            ax.set_xscale('log')
            ax.axvline(1, color=MUTED, linewidth=0.9)
            seen = [1]
            for at, pattern in enumerate(shown):
                base = boots.value(kernel, BASE, 'count', 'kmem_cache', pattern, size,
                                   'instructions')
                for n, a in enumerate(names):
                    y = at + (n - (len(names) - 1) / 2) * 0.34
                    made = boots.ratios(kernel, a, 'kmem_cache', pattern, size, 'ticks')
                    ax.plot(made, [y] * len(made), 'o', markersize=4.5, alpha=0.5,
                            color=ink(a), markeredgewidth=0)
                    ours = boots.value(kernel, a, 'count', 'kmem_cache', pattern, size,
                                       'instructions')
                    seen += made
                    if base and ours:
                        seen.append(ours / base)
                        ax.plot([ours / base] * 2, [y - 0.17, y + 0.17], linewidth=2.4,
                                color=ink(a))
            low, high = min(seen) / 1.25, max(seen) * 1.25
            ax.set_xlim(low, high)
            ticks = [t for t in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
                     if low <= t <= high]
            ax.set_xticks(ticks, ['%g' % t for t in ticks])
            ax.xaxis.set_minor_locator(NullLocator())
            ax.set_ylim(len(shown) - 0.4, -0.6)
            ax.set_yticks(range(len(shown)), shown)
            ax.set_xlabel('times SLUB, log scale')
            ax.ba_left = 0.2
        return Panel('%s: %d bytes' % (kernel, size), draw)

    made = [panel(k, s) for k in kernels for s in (64, 512, 4096)]
    return Figure('patterns', 'Patterns, as a ratio to SLUB', made, '', '',
                  key([a for a in INKS if a != BASE and any(
                      a in boots.allocators(k) for k in kernels)])) if made else None


def memory(boots):
    panels, names = [], []
    for kernel in boots.kernels():
        for stage, text in (('peak', 'at the peak'), ('thin', '90 % freed')):
            if kernel != '6.1' and stage == 'peak':
                continue
            panel = by_size(
                boots, '%s: %s' % (kernel, text), kernel, boots.allocators(kernel),
                lambda a, s, k=kernel, t=stage: boots.value(
                    k, a, 'memory', 'kmem_cache', 'hold', s, t + '.held_per_byte'),
                'bytes held per byte asked for')
            if panel:
                panels.append(panel)
                names += [a for a in boots.allocators(kernel) if a not in names]
    return Figure('memory', 'Memory held', panels, '', '', key(names)) if panels else None


def bars(title, kernel, names, groups, text):
    """groups: [(label, {allocator: value})]"""
    def draw(ax):
        grid(ax)
        wide = 0.8 / len(names)
        most = max([v or 0 for _, values in groups for v in values.values()] + [1])
        for at, (_, values) in enumerate(groups):
            for n, a in enumerate(names):
                x = at + (n - (len(names) - 1) / 2) * wide
                value = values.get(a) or 0
                ax.bar(x, value, wide * 0.92, color=ink(a))
                if value:
                    ax.text(x, value + most * 0.015, short(value), ha='center', va='bottom',
                            fontsize=8.5, color=INK)
        ax.set_xticks(range(len(groups)), [g for g, _ in groups])
        ax.set_ylim(0, most * 1.12)
        ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: short(v)))
        ax.ba_left = 0.15
        unit(ax, text)
    return Panel(title, draw)


def buddy_value(boots, kernel, allocator, size, metric):
    return boots.value(kernel, allocator, 'memory', 'kmem_cache', 'buddy', size, metric)


def buddy(boots):
    kernel = boots.kernels()[0]
    names = boots.allocators(kernel)
    panels = []
    for size in (64, 512, 4096):
        groups = [(str(o), {a: buddy_value(boots, kernel, a, size, 'module_requests.order%d' % o)
                            for a in names}) for o in range(4)]
        if any(v for _, values in groups for v in values.values()):
            panel = bars('%d bytes: requests' % size, kernel, names, groups, 'page requests')
            inner = panel.draw

            def draw(ax, inner=inner):
                inner(ax)
                ax.set_xlabel('order')
            panels.append(Panel(panel.title, draw))
    for size in (64, 512, 4096):
        groups = [(text, {a: (buddy_value(boots, kernel, a, size, stage + '.pages4up') or 0) / 16
                          for a in names})
                  for stage, text in (('before', 'before'), ('peak', 'peak'),
                                      ('thin', '90 % freed'))]
        if any(v for _, values in groups for v in values.values()):
            panels.append(bars('%d bytes: large blocks' % size, kernel, names, groups,
                               'free, in blocks of order ≥ 4, as order 4'))
    for size in (64, 512, 4096):
        panel = fragmentation(boots, kernel, names, size)
        if panel:
            panels.append(panel)
    return Figure('buddy', 'What it does to the buddy system, Linux %s' % kernel, panels, '', '',
                  key(names)) if panels else None


def fragmentation(boots, kernel, names, size):
    orders = range(3, 11)
    lines = {a: [buddy_value(boots, kernel, a, size, 'thin.fragmentation%d' % o)
                 for o in orders] for a in names}
    lines = {a: v for a, v in lines.items() if None not in v}
    if not lines:
        return None

    def draw(ax):
        grid(ax)
        for a, values in lines.items():
            ax.plot(list(orders), values, color=ink(a), marker='o', markersize=3.5)
        ax.set_ylim(-3, 104)
        ax.set_yticks(range(0, 101, 25))
        ax.set_xticks(list(orders))
        ax.set_xlabel('order')
        unit(ax, 'fragmentation, %, 90 % freed')
    return Panel('%d bytes: fragmentation' % size, draw)


def growth(boots):
    panels = []
    for kernel in boots.kernels():
        if 'slob' not in boots.allocators(kernel):
            continue
        pages = sorted({int(m.rsplit('pages', 1)[1]) for m in boots.metrics(kernel, 'holes')
                        if m.startswith('alloc_instructions.pages')})
        if len(pages) < 2:
            continue
        lines = {a: [boots.value(kernel, a, 'count', 'kmem_cache', 'holes', 64,
                                 'alloc_instructions.pages%d' % p) for p in pages]
                 for a in boots.allocators(kernel)}

        def draw(ax, lines=lines, pages=pages):
            grid(ax)
            ax.set_xscale('log', base=2)
            for a, values in lines.items():
                ax.plot([p for p, v in zip(pages, values) if v], [v for v in values if v],
                        color=ink(a), marker='o', markersize=3.5)
            log_axis(ax, [v for values in lines.values() for v in values if v])
            ax.set_xticks(pages, [short(p) for p in pages])
            ax.set_xlabel('pages with holes too small')
            unit(ax, 'instructions per allocation')
        panels.append(Panel('%s: SLOB’s search' % kernel, draw))
        panels += load_panels(boots, kernel)
    return Figure('growth', 'SLOB’s linear search, and a load from user space', panels, '', '',
                  key(boots.allocators('6.1'))) if panels else None


def load_panels(boots, kernel):
    names = [a for a in boots.allocators(kernel) if a != BASE]
    rows = [(p, a, boots.ratios(kernel, a, 'stress-ng', p, 0, 'ops_per_second'))
            for p in ('dentry', 'pipe', 'sock', 'fork') for a in names]
    rows = [r for r in rows if r[2]]
    if not rows:
        return []

    def draw(ax):
        grid(ax, 'x')
        ax.axvline(1, color=MUTED, linewidth=0.9)
        for at, (_, a, made) in enumerate(rows):
            ax.plot(made, [at] * len(made), 'o', markersize=4.5, alpha=0.5, color=ink(a),
                    markeredgewidth=0)
            ax.plot([median(made)] * 2, [at - 0.3, at + 0.3], linewidth=2.4, color=ink(a))
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.set_yticks(range(len(rows)), ['%s' % p for p, _, _ in rows])
        ax.set_xlabel('operations a second, times SLUB')
        ax.ba_left = 0.2
    return [Panel('%s: stress-ng' % kernel, draw)]


def figures(boots):
    return [f for f in (per_size(boots), per_pattern(boots), memory(boots), buddy(boots),
                        growth(boots)) if f]
