# SPDX-License-Identifier: GPL-2.0
"""How a figure is drawn, of the demo and of both labs: colours, panels, and their way into a
page (SVG that takes colours and fonts from it) or into a file of its own."""
import html
import io
import re

import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt             # noqa: E402

# Colours: name, on paper, on a dark screen. Okabe and Ito's for what is of a
# kind, steps of viridis for the orders, tints for "would have".
COLOURS = {
    'ink': ('#1b1b1f', '#e6e6ea'),
    'muted': ('#65656b', '#a2a2aa'),
    'grid': ('#e2e2e6', '#34343b'),
    'paper': ('#fffffd', '#17171b'),
    'off': ('#7a7a7c', '#9a9a9d'),
    'observe': ('#0072b2', '#4aa8e0'),
    'guard': ('#00876a', '#22b694'),
    'refuse': ('#cc5a00', '#f08336'),
    'passed': ('#57b4e9', '#57b4e8'),
    'exempt': ('#b9b9bd', '#6e6e75'),
    'declined': ('#e69f01', '#e69f02'),
    'would_decline': ('#f6dca3', '#7d6530'),
    'refused': ('#c2410d', '#d8602c'),
    'would_refuse': ('#f0bfa8', '#7c4a35'),
    'order3': ('#9bcf3b', '#7a80d0'),
    'order4': ('#5ebc5f', '#5f93cf'),
    'order5': ('#2faa77', '#45a5bd'),
    'order6': ('#1f9582', '#35b3a8'),
    'order7': ('#287d8d', '#45c48d'),
    'order8': ('#33648c', '#5cc863'),
    'order9': ('#414486', '#aadc32'),
    'order10': ('#44105a', '#fde725'),
}
INK, MUTED, GRID, PAPER = (COLOURS[c][0]
                           for c in ('ink', 'muted', 'grid', 'paper'))


def colour(name):
    return COLOURS[name][0]


def order_colour(order):
    return colour('order%d' % order)


plt.rcParams.update({
    'svg.fonttype': 'none', 'svg.hashsalt': 'buddy_adaptive',
    'font.size': 11, 'axes.titlesize': 12.5, 'axes.labelsize': 10.5,
    'xtick.labelsize': 10.5, 'ytick.labelsize': 10.5,
    'text.color': INK, 'axes.labelcolor': MUTED, 'axes.edgecolor': MUTED,
    'xtick.color': MUTED, 'ytick.color': MUTED,
    'xtick.major.size': 3, 'ytick.major.size': 0, 'ytick.major.pad': 3,
    'axes.linewidth': 0.7, 'xtick.major.width': 0.7,
    'axes.spines.top': False, 'axes.spines.right': False,
    'axes.spines.left': False,
    'axes.facecolor': 'none', 'figure.facecolor': 'none',
    'savefig.facecolor': 'none', 'lines.linewidth': 1.5,
    'axes.axisbelow': True, 'hatch.linewidth': 0.6,
})


class Panel:
    def __init__(self, title, draw, ink=INK):
        self.title, self.draw, self.ink = title, draw, ink


class Figure:
    """Panels that share a message. `see` is that message, `how` says what
    was done and how to read the axes, `legend` is [(label, colour name)]."""

    def __init__(self, key, title, panels, see, how, legend=()):
        self.key, self.title, self.panels = key, title, panels
        self.see, self.how, self.legend = see, how, legend


def mode_panel(mode, draw):
    return Panel(mode.name, draw, ink=colour(mode.name))


def grid(ax, axis='y'):
    ax.grid(axis=axis, color=GRID, linewidth=0.7)


def spread(wanted, gap, low, high):
    """Move label positions apart so that neighbours keep a gap."""
    at = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = []
    for i in at:
        placed.append(max(wanted[i], placed[-1] + gap if placed else low))
    over = placed[-1] - high if placed else 0
    if over > 0:
        placed[-1] = high
        for n in range(len(placed) - 2, -1, -1):
            placed[n] = min(placed[n], placed[n + 1] - gap)
    return {i: y for i, y in zip(at, placed)}


def label_ends(ax, x, ends, gap, low, high):
    """Write (value, text, colour) beside the ends of lines, never overlapping,
    each tied to its line by a hair."""
    left, right = ax.get_xlim()
    width = right - left
    places = spread([e[0] for e in ends], gap, low, high)
    for i, (y, text, ink) in enumerate(ends):
        ax.plot([x, x + width * 0.03], [y, places[i]], color=ink,
                linewidth=0.7, clip_on=False)
        ax.text(x + width * 0.04, places[i], text, color=ink, va='center',
                ha='left', fontsize=10.5, clip_on=False)


HEIGHT = 260                # of a panel, in points
HEAD, FOOT = 47, 36         # of it above and below the axes


def draw_into(ax, panel):
    """Draw a panel with its title; what it needs to the left and right of
    its axes, as shares of the panel, is left in ax.ba_left and ba_right."""
    ax.ba_left, ax.ba_right, ax.ba_unit, ax.ba_lift = 0.13, 0.97, '', 0
    panel.draw(ax)

    def above(y):
        return matplotlib.transforms.offset_copy(
            ax.transAxes, fig=ax.figure, y=y + ax.ba_lift, units='points')
    ax.text(0, 1, ax.ba_unit, transform=above(5), color=MUTED, fontsize=10.5,
            ha='left', va='bottom')
    ax.text(0, 1, panel.title, transform=above(20 if ax.ba_unit else 6),
            color=panel.ink, fontsize=12.5, fontweight='bold', ha='left',
            va='bottom')


def render(panel, width=300):
    """One panel as an SVG element that takes its colours from the page."""
    fig = plt.figure(figsize=(width / 72, HEIGHT / 72))
    ax = fig.add_subplot()
    draw_into(ax, panel)
    fig.subplots_adjust(left=ax.ba_left, right=ax.ba_right,
                        top=1 - HEAD / HEIGHT, bottom=FOOT / HEIGHT)
    out = io.StringIO()
    fig.savefig(out, format='svg', metadata={'Date': None, 'Creator': None})
    plt.close(fig)
    return out.getvalue()


def unit(ax, text):
    """The unit of the vertical axis, level, above the axis."""
    ax.ba_unit = text


def embed(svg, prefix, label):
    """Make ids unique, take fonts and colours from the page."""
    svg = svg[svg.index('<svg'):]
    svg = re.sub(r'<metadata>.*?</metadata>', '', svg, flags=re.S)
    svg = re.sub(r'<!--.*?-->', '', svg, flags=re.S)
    svg = re.sub(r'\bid="', 'id="%s-' % prefix, svg)
    svg = re.sub(r'(url\(#|href="#)', r'\g<1>%s-' % prefix, svg)
    svg = re.sub(r"font: (?:(bold|\d+) )?([\d.]+)px [^;\"]*", font, svg)
    for name, (paper, _) in COLOURS.items():
        svg = re.sub(paper, 'var(--%s)' % name.replace('_', '-'), svg,
                     flags=re.I)
    svg = re.sub(r'<svg [^>]*viewBox="([^"]*)"[^>]*>',
                 '<svg viewBox="\\1" role="img" aria-label="%s">'
                 % html.escape(label, quote=True), svg, count=1, flags=re.S)
    return re.sub(r'\n\s*', '\n', svg)


def font(match):
    weight, size = match.groups()
    return 'font-size:%spx' % size + (
        ';font-weight:%s' % weight if weight else '')


def write_alone(figure, path):
    """One picture by itself, for the README: panels in a row, on paper."""
    plt.rcParams['svg.fonttype'] = 'path'
    n = len(figure.panels)
    across = min(n, 3)
    down = -(-n // across)
    key = 26 if figure.legend else 0
    height = down * HEIGHT + key
    fig = plt.figure(figsize=(across * 300 / 72, height / 72))
    for i, panel in enumerate(figure.panels):
        ax = fig.add_subplot()
        draw_into(ax, panel)
        left, row = i % across, i // across
        bottom = height - (row + 1) * HEIGHT + FOOT
        ax.set_position([(left + ax.ba_left) / across, bottom / height,
                         (ax.ba_right - ax.ba_left) / across,
                         (HEIGHT - HEAD - FOOT) / height])
    if figure.legend:
        fig.legend(handles=[matplotlib.patches.Patch(color=colour(c), label=t)
                            for t, c in figure.legend],
                   loc='lower center', ncol=len(figure.legend),
                   frameon=False, fontsize=10.5)
    options = {'dpi': 110}
    if path.suffix == '.svg':
        options = {'metadata': {'Date': None, 'Creator': None}}
    fig.savefig(path, facecolor=PAPER, **options)
    plt.close(fig)


STYLE = '''
:root { %(light)s }
@media (prefers-color-scheme: dark) { :root { %(dark)s } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.5 Charter, "Bitstream Charter", "Source Serif 4", Georgia,
  serif; -webkit-text-size-adjust: 100%% }
main { max-width: 980px; margin: 0 auto; padding: 2.2rem 20px 4rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .4rem }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 0 .5rem }
p { margin: 0 0 .7rem; max-width: 46rem }
.lede { color: var(--muted) }
figure { margin: 2.6rem 0 0; padding-top: 1rem;
  border-top: 1px solid var(--grid) }
.panels { display: grid; gap: .4rem 1.2rem }
.n2, .n4 { grid-template-columns: 1fr 1fr }
.n3 { grid-template-columns: repeat(3, 1fr) }
svg { display: block; width: 100%%; height: auto; overflow: visible;
  font-family: "Helvetica Neue", Helvetica, Arial, "Liberation Sans",
  sans-serif }
figcaption { margin-top: .6rem }
.how { color: var(--muted); font-size: .86rem; line-height: 1.45 }
ul.key { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem;
  margin: 0 0 .5rem; padding: 0; font-size: .86rem; color: var(--muted) }
ul.key i { display: inline-block; width: .85em; height: .85em;
  margin-right: .4em; vertical-align: -.08em }
.wide { overflow-x: auto; margin: 1.6rem 0 }
table { border-collapse: collapse; font-size: .92rem;
  font-variant-numeric: tabular-nums; width: 100%% }
th, td { padding: .22rem 0 .22rem 1.2rem; text-align: right;
  white-space: nowrap }
th:first-child, td:first-child { text-align: left; padding-left: 0;
  white-space: normal; min-width: 9.5rem }
thead th { border-bottom: 1.5px solid var(--ink) }
tbody tr:last-child td { border-bottom: 1.5px solid var(--ink) }
dl { display: grid; grid-template-columns: max-content 1fr;
  gap: .1rem 1.1rem; font-size: .86rem; margin: .6rem 0 0 }
dt { color: var(--muted) } dd { margin: 0; overflow-wrap: anywhere }
code { font: .88em ui-monospace, "DejaVu Sans Mono", Menlo, monospace }
@media (max-width: 680px) { body { font-size: 16px }
  .panels { grid-template-columns: 1fr }
  table { font-size: .8rem }
  th, td { padding-left: .6rem; white-space: normal }
  th:first-child, td:first-child { min-width: 7rem } }
'''


def palette(which):
    return ' '.join('--%s: %s;' % (name.replace('_', '-'), both[which])
                    for name, both in COLOURS.items())


def page_style():
    """What goes between <style> and </style>."""
    return STYLE % {'light': palette(0), 'dark': palette(1)}
