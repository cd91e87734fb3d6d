# SPDX-License-Identifier: GPL-2.0
"""lab_report.py BOOTS OUT --kernel K: what the boots of a lab amount to.

Writes OUT/runs.csv (every figure of every boot), OUT/pinned.csv (a time
series), OUT/lab.html (one file that needs no network) and prints a table.
With --summary DIR it also writes DIR/lab-K.csv and lab-K.md, small enough to
be kept.
"""
import argparse
import csv
import html
import os
import re
import sys
from datetime import datetime, timezone
from pathlib import Path

sys.dont_write_bytecode = True
from lab_data import (  # noqa: E402
    DERIVED, ROWS, STALLS, Group, grid_means)
from lab_figures import figures, ink  # noqa: E402
from lab_index import index  # noqa: E402
from lab_limits import FEWEST, WORSE_IF_LESS, compared, limits  # noqa: E402
from lab_plan import (  # noqa: E402
    CONDITIONS, CONSUMERS, FRAGMENTERS, PARTS, USUAL, Lab, comes_with_kernel)
from draw import embed, page_style, render  # noqa: E402

# ---- what ran --------------------------------------------------------------


def told(lab):
    """Of a lab of one part: has some pair been run in each of its conditions?"""
    ran = {(j.pair.name, j.condition) for j in lab.jobs() if lab.finished(j)}
    return any(all((pair.name, c) in ran for c in lab.conditions(part, pair))
               for part in lab.parts for pair in lab.pairs(part))


class Results:
    """All boots of a lab that belong to its plan, sorted by part and pair."""

    def __init__(self, lab, kernel):
        self.lab, self.kernel = lab, kernel
        self.parts, self.failed = {}, []
        seen = set()
        parts = [Lab(lab.folder, (part,), lab.runs, lab.quick) for part in PARTS]
        # Parts share boots, and one of them alone is not half of another. Before any has a pair
        # in all its conditions, all that is there is shown.
        for one in [p for p in parts if told(p)] or parts:
            part = one.parts[0]
            names = [p.name for p in PARTS[part][0]]
            jobs = [(j, b) for j in one.jobs()
                    for b in [lab.done(j)] if b and j.pair.name in names]
            # what is there only because another part needs it is not a part that ran
            if not any(b.path not in seen for _, b in jobs):
                continue
            for job, boot in jobs:
                if boot.failed and boot.path not in seen:
                    self.failed.append(boot)
                elif not boot.failed:
                    groups = self.parts.setdefault(part, {}).setdefault(job.pair.name, {})
                    groups.setdefault(job.condition, []).append(boot)
                seen.add(boot.path)
        # a grid that was taken over is no pair that ran
        self.parts = {part: ran for part, pairs in self.parts.items() for ran in [
            {p: groups for p, groups in pairs.items()
             if any(not c.startswith('grid-') for c in groups)}] if ran} or self.parts
        self.skipped = {p.name: why for part in self.parts for p in PARTS[part][0]
                        for why in [lab.skipped(p)] if why}

    def pairs(self, part):
        """Names of the pairs that ran, those of the plan's order first."""
        return list(self.parts.get(part, {}))

    def judged(self):
        """The pairs that the limits are about."""
        return self.pairs('core') + self.pairs('more')

    def part_of(self, pair):
        return next((p for p, pairs in self.parts.items() if pair in pairs), None)

    def groups(self, pair, part=None):
        """{condition: Group} of a pair, without its grid."""
        made = self.parts.get(part or self.part_of(pair), {}).get(pair, {})
        return {c: Group(b) for c, b in made.items() if not c.startswith('grid-')}

    def grid(self, pair):
        made = self.parts.get(self.part_of(pair), {}).get(pair, {})
        return [b for c, boots in made.items() if c.startswith('grid-') for b in boots]

    def conditions(self, pairs):
        seen = [c for p in pairs for c in self.groups(p)]
        return [c for c in CONDITIONS if c in seen]

    @property
    def boots(self):
        """Each boot once, though some parts share some."""
        return {b.path: b for pairs in self.parts.values() for groups in pairs.values()
                for boots in groups.values() for b in boots}.values()

    def best_is_off(self, pair):
        """Whether mainline's best setting is what the kernel comes with."""
        groups = self.groups(pair)
        return 'best' in groups and \
            comes_with_kernel(groups['best'].boots[0].command.split(' -- ')[1].split())

    def best_of(self, pair):
        """What "best" was: 'compaction_proactiveness=20 thp_defrag=madvise'."""
        for boot in self.groups(pair).get('best', Group([])).boots:
            return ' '.join(w for w in boot.command.split(' -- ')[1].split()
                            if 'buddy' not in w)
        return ''


# ---- figures in words ------------------------------------------------------

def rows_of(pair):
    return [r for r in ROWS if not r[2] or r[2] in pair]


def telling(pair, groups):
    """Those of its rows that say something of these groups: not all of them 0, and
    no ratio to best where that did not run."""
    return [r for r in rows_of(pair) if any(g.median(r[0]) for g in groups.values()) and
            (r[3] != 'ratio' or 'best' in groups)]


def figure(value, unit=''):
    if value is None:
        return '–'
    if value == float('inf'):
        return 'never'
    if unit in ('%', 's'):
        return '%.1f' % value
    if unit == 'ratio':
        return '×%.2f' % value
    return '{:,.0f}'.format(value)


def ratio(value, base):
    """'×0.05'; nothing to compare with nothing, and no division by zero."""
    if value is None or base is None:
        return ''
    if not base:
        return '' if not value else '×∞'
    times = value / base
    return '×%.2f' % times if times < 9.95 else '×{:,.0f}'.format(times)


def cell(groups, condition, row):
    """(median, range, ratio to best) as words."""
    name, _, _, unit = row
    group = groups[condition]
    middle = group.median(name)
    if middle is None:
        return '–', '', ''
    base = groups['best'].median(name) if 'best' in groups else None
    times = '' if condition == 'best' else ratio(middle, base)
    if unit == 'ratio':
        return ('1' if condition == 'best' else times or '–'), '', ''
    low, high = group.range(name)
    spread = '' if low == high else '%s–%s' % (figure(low, unit), figure(high, unit))
    return figure(middle, unit), spread, times


def text_table(results):
    lines = []
    for part in results.parts:
        for pair in results.pairs(part):
            groups = results.groups(pair, part)
            if not groups:
                continue
            runs = '/'.join(str(len(g.boots)) for g in groups.values())
            best = results.best_of(pair)
            lines += ['', '%s (%s; runs %s)%s' % (
                pair, part, runs, '; best: ' + best if best else '')]
            table = [('', *groups)]
            for row in telling(pair, groups):
                table.append((row[1], *(' '.join(x for x in (
                    m, '[%s]' % s if s else '', t) if x)
                    for m, s, t in (cell(groups, c, row) for c in groups))))
            first, *widths = (max(map(len, column)) for column in zip(*table))
            lines += ['%-*s' % (first, name) + ''.join(
                '  %*s' % sized for sized in zip(widths, cells)) for name, *cells in table]
    return '\n'.join(lines[1:]) + '\n'


def verdict(met):
    return {True: 'met', False: 'NOT MET', None: 'not measured'}[met]


def text_limits(results):
    lines = ['', 'The limits that guard is held to:']
    for limit in limits(results):
        lines.append('%2s  %-13s %s: %s' % (limit.number, verdict(limit.met), limit.name,
                                            limit.text))
        lines += ['      %-12s %s: %s' % (verdict(met) if met is not True else '', where, said)
                  for where, said, met in limit.cases]
    return '\n'.join(lines) + '\n'


# ---- files -----------------------------------------------------------------

def write_runs(results, path):
    with open(path, 'w', newline='', encoding='utf-8') as out:
        table = csv.writer(out)
        table.writerow(('kernel', 'pair', 'condition', 'run', 'seed', 'metric', 'value'))
        for boot in results.boots:
            head = (results.kernel, boot.pair, boot.condition, boot.run, boot.key('seed'))
            for name, value in boot.metrics.items():
                if 'tree.' not in name or value != '0':
                    table.writerow(head + (name, value))
            for name in DERIVED:
                value = boot.value(name)
                if value is not None:
                    table.writerow(head + (name, '%.6g' % value))


def write_pinned(results, path):
    groups = results.groups('pinned')
    if not groups:
        return
    with open(path, 'w', newline='', encoding='utf-8') as out:
        table = csv.writer(out)
        table.writerow(('kernel', 'condition', 'run', 'seconds_from_drop',
                        'kcompactd_ms', 'huge_blocks', 'free', 'thp', 'fallback'))
        for condition, group in groups.items():
            for boot in group.boots:
                for row in boot.series:
                    table.writerow((
                        results.kernel, condition, boot.run,
                        '%.2f' % (row['s'] - boot.number('pinned.drop')),
                        *('%.0f' % row[n] for n in (
                            'kcompactd_ms', 'huge_blocks', 'free', 'thp', 'fallback'))))


def some_of(results):
    """The pairs that ran, if others of their parts did not; those that cannot are none."""
    ran = [p for part in results.parts for p in results.pairs(part)]
    due = [p.name for part in results.parts for p in PARTS[part][0]
           if p.name not in results.skipped]
    return list(dict.fromkeys(ran)) if set(due) - set(ran) else []


def name_of(results):
    """Of the summary's files: a part without core, and pairs without the others of their part,
    do not take the place of all."""
    parts = [] if 'core' in results.parts else [p for p in PARTS if p in results.parts]
    return '-'.join(['lab', results.kernel, *parts, *some_of(results)])


def command_of(results):
    """What makes all that there is, and no more."""
    if all(part in results.parts for part in USUAL):
        return 'make lab K=%s' % results.kernel
    some = some_of(results)
    return '%sscripts/lab %s %s' % (
        'PAIRS="%s" ' % ' '.join(some) if some else '', results.kernel,
        ' '.join(p for p in PARTS if p in results.parts))


def write_summary(results, facts, folder):
    folder.mkdir(parents=True, exist_ok=True)
    name = name_of(results)
    with open(folder / (name + '.csv'), 'w', newline='', encoding='utf-8') as out:
        table = csv.writer(out, lineterminator='\n')
        table.writerow(('kernel', 'part', 'pair', 'condition', 'runs', 'metric',
                        'median', 'min', 'max', 'to_best'))
        for part in results.parts:
            for pair in results.pairs(part):
                groups = results.groups(pair, part)
                for condition, group in groups.items():
                    for row in rows_of(pair) + [('decay', '', '', '')]:
                        middle = group.median(row[0])
                        if middle is None:
                            continue
                        base = groups['best'].median(row[0]) if 'best' in groups else None
                        low, high = group.range(row[0])
                        if row[3] == 'ratio':
                            if base is None or base == middle == 0:
                                continue
                            middle = low = high = None
                        table.writerow([results.kernel, part, pair, condition,
                                        len(group.boots), row[0]] +
                                       ['' if v is None else '%.6g' % v
                                        for v in (middle, low, high)] +
                                       [cell(groups, condition, row)[0 if row[3] == 'ratio' else 2]
                                        .lstrip('×') if base is not None else ''])
    lines = ['<!-- SPDX-License-Identifier: GPL-2.0 -->',
             '# The lab on Linux %s' % facts['kernel'], '',
             'Made by `%s` and `scripts/lab %s summary`; %s; %s; %s; tree %s.' % (
                 command_of(results), results.kernel, facts['guest'], facts['accelerator'],
                 facts['boots'], facts['tree']), '',
             'Median [range] of the runs, and the ratio to mainline’s best setting.', '']
    for part in USUAL:
        for pair in results.pairs(part):
            groups = results.groups(pair, part)
            if not groups:
                continue
            best = results.best_of(pair)
            lines += ['## %s%s' % (pair, '' if part == 'core' else ', ' + part), '']
            if best:
                lines += ['Best: `%s`' % best, '']
            if part == 'ablation':
                lines += [results.lab.levers_in_words(), '']
            lines += ['| |' + ''.join(' %s |' % c for c in groups),
                      '|---|' + '---|' * len(groups)]
            for row in telling(pair, groups):
                lines.append('| %s |' % row[1] + ''.join(' %s |' % ' '.join(
                    x for x in (m, '[%s]' % s if s else '', t) if x)
                    for m, s, t in (cell(groups, c, row) for c in groups)))
            lines.append('')
    judged = [limit for limit in limits(results) if limit.cases]
    lines += ['## The limits that guard is held to', ''] * bool(judged)
    for limit in judged:
        lines += ['**%s, %s: %s** %s' % (limit.number, limit.name, verdict(limit.met), limit.text),
                  '']
        lines += ['- %s: %s%s' % (w, s, '' if m else ' (**%s**)' % verdict(m).lower())
                  for w, s, m in limit.cases] + ['']
    (folder / (name + '.md')).write_text('\n'.join(lines), encoding='utf-8')
    (folder / 'README.md').write_text(index(folder), encoding='utf-8')


# ---- the page --------------------------------------------------------------

STYLE = '''
.wide td small { color: var(--muted); font-size: .82em; margin-left: .35em }
.wide h3 { font-size: 1rem; margin: 1.6rem 0 .1rem }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem }
h2 { margin-top: 2.6rem }
figure h2 { margin-top: 0 }
td.met { color: var(--guard) } td.miss { color: var(--refused); font-weight: 600 }
td.none { color: var(--muted) }
table.limits td { text-align: left; white-space: normal; vertical-align: top }
table.limits td:nth-child(1) { min-width: 1.5rem }
table.limits td:nth-child(3) { white-space: nowrap }
table.limits ul { margin: 0; padding-left: 1rem; font-size: .88em }
a { color: inherit }
table.short { font-size: .84rem } table.short th { font-weight: 500 }
table.short thead tr:first-child th { border-bottom: 0; text-align: center }
table.short td { padding-left: .7rem } table.short th { padding-left: .7rem }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem }
.sides ul { padding-left: 1.1rem; font-size: .92em; margin: .2rem 0 }
@media (max-width: 680px) { .sides { grid-template-columns: 1fr } }
'''


def e(text):
    return html.escape(str(text))


def tree_of(results):
    """What was measured, and of which trees the boots of the grid are, if of others."""
    def trees(grid):
        return {b.metrics['tree'] for b in results.boots
                if b.condition.startswith('grid-') == grid and 'tree' in b.metrics}

    own = trees(False) or {'?'}
    others = trees(True) - own
    return ' and '.join(sorted(own)) + (
        ', mainline’s grid of %s' % ' and '.join(sorted(others)) if others else '')


def facts_of(results, command):
    probe = results.lab.probe
    accels = sorted({b.metrics.get('accel', '?') for b in results.boots})
    levers = int(probe.number('levers')) if probe else 0
    seconds = sum(b.number('seconds') for b in results.boots)
    newest = max((b.path.stat().st_mtime for b in results.boots), default=0)
    return {
        'kernel': probe.metrics.get('release', results.kernel) if probe else results.kernel,
        'accelerator': 'QEMU, %s' % ', '.join(
            'TCG (no KVM)' if a == 'tcg' else a for a in accels),
        'guest': '3 GiB (8 in “big”, ¾ in “small”), 2 processors, zones %s, 512 MiB of swap' % (
            probe.metrics.get('zones', '?').replace(' ', ' and ') if probe else '?'),
        'host': '%d processors, %s' % (os.cpu_count(), os.uname().machine),
        'configuration': 'scripts/config/guest.config over tinyconfig',
        'tree': tree_of(results),
        'levers built': '%d of 31' % levers,
        'boots': '%d boots, %d min of guests%s' % (
            len(results.boots), seconds / 60,
            ', %d failed and left out' % len(results.failed) if results.failed else ''),
        'seeds': '100 × run, counting up with the rounds; the same for all conditions',
        'fingerprint': results.lab.folder.name,
        'date': datetime.fromtimestamp(newest, timezone.utc).strftime('%Y-%m-%d %H:%M UTC'),
        'command': command,
    }


def page_table(results, pair, part):
    groups = results.groups(pair, part)
    best = results.best_of(pair)
    out = ['<h3 id="t-%s-%s">%s</h3>' % (part, e(pair), e(pair))]
    why = next((p.why for p in PARTS[part][0] if p.name == pair), '')
    note = ' '.join(x for x in (
        why, 'Best: <code>%s</code>.' % e(best) if best else '',
        '' if not results.best_is_off(pair) else
        'These are off’s settings: what the two differ by is chance.' if 'off' in groups else
        'That is what off has, which was not run beside it.') if x)
    out.append('<p class="how">%s Runs: %s.</p>' % (note, ', '.join(
        '%s %d' % (c, len(g.boots)) for c, g in groups.items())))
    out.append('<div class="wide"><table><thead><tr><th></th>%s</tr></thead><tbody>\n' % ''.join(
        '<th style="color:var(--%s)">%s</th>' % (ink(c).replace('_', '-'), e(c))
        for c in groups))
    for row in telling(pair, groups):
        out.append('<tr><td>%s</td>%s</tr>\n' % (e(row[1]), ''.join(
            '<td>%s%s</td>' % (m, ''.join('<small>%s</small>' % x for x in (s, t) if x))
            for m, s, t in (cell(groups, c, row) for c in groups))))
    out.append('</tbody></table></div>\n')
    return ''.join(out)


def page_limits(results):
    out = ['<div class="wide"><table class="limits"><tbody>\n']
    for limit in limits(results):
        cases = ''.join('<li>%s: %s%s</li>' % (
            e(where), e(said), '' if met is True else ' — <b>%s</b>' % verdict(met))
            for where, said, met in limit.cases)
        out.append('<tr><td>%s</td><td><b>%s</b> %s<ul>%s</ul></td><td class="%s">%s</td></tr>\n'
                   % (limit.number, e(limit.name.capitalize() + '.'), e(limit.text), cases,
                      {True: 'met', False: 'miss', None: 'none'}[limit.met], verdict(limit.met)))
    out.append('</tbody></table></div>\n')
    return ''.join(out)


def page_short(results):
    """Served, stalls and work of each pair on one line."""
    conditions = [c for c in ('off', 'best', 'guard', 'guard-dm')
                  if c in results.conditions(results.judged())]
    columns = (('got, %', '%'), ('direct compactions', ''), ('pages migrated', ''))
    heads = ''.join('<th colspan="%d">%s</th>' % (len(conditions), t) for t, _ in columns)
    out = ['<div class="wide"><table class="short"><thead><tr><th></th>%s</tr>'
           '<tr><th></th>' % heads]
    out += ['<th style="color:var(--%s)">%s</th>' % (ink(c).replace('_', '-'), e(c))
            for c in conditions] * len(columns)
    out.append('</tr></thead><tbody>\n')
    for pair in results.judged():
        groups = results.groups(pair)
        groups.setdefault('guard', groups.get('guard-default', Group([])))
        served = next((r[0] for r in rows_of(pair) if r[0] in WORSE_IF_LESS), None)
        out.append('<tr><td><a href="#t-core-%s">%s</a></td>' % (e(pair), e(pair)))
        for name, (_, unit) in zip((served, STALLS, 'migrated'), columns):
            out.append(''.join('<td>%s</td>' % figure(
                groups[c].median(name) if c in groups else None,
                '' if name == 'net.sent_mib' else unit) for c in conditions))
        out.append('</tr>\n')
    out.append('</tbody></table></div>\n<p class="how">Medians. “net” has no share: it is the MiB '
               'that were sent. “paced” has the CPU budget as it comes.</p>\n')
    return ''.join(out)


def page_sides(results):
    """What guard is worse at, and what better, side by side."""
    most = max((len(g.boots) for p in results.judged()
                for g in results.groups(p).values()), default=0)
    if most < FEWEST:
        return '<p>Fewer than %d runs of each condition tell nothing apart.</p>' % FEWEST
    worse, better = compared(results)

    def listed(items):
        return '<ul>%s</ul>' % ''.join(
            '<li><b>%s</b>, %s: %s against %s</li>' % (
                e(pair), e(text), e(figure(ours, unit)), e(figure(theirs, unit)))
            for pair, text, ours, theirs, unit in items) if items else '<p>Nothing.</p>'
    return ('<div class="sides"><div><h3>Guard is worse than mainline’s best</h3>%s</div>'
            '<div><h3>Guard is better</h3>%s</div></div>'
            '<p class="how">Medians that differ by more than 5 %% with ranges that do not '
            'overlap, of at least %d runs each. What is in neither list is not told apart by '
            'these runs.</p>' % (listed(worse), listed(better), FEWEST))


def page_grid(results):
    out = []
    for pair in results.judged():
        boots = results.grid(pair)
        if not boots:
            continue
        means = grid_means(boots, boots[0].key('consumer'))
        best = results.best_of(pair)
        out.append('<h3>%s</h3><div class="wide"><table><thead><tr><th>setting</th><th>got</th>'
                   '<th>direct compactions</th><th>pages migrated</th><th>boots</th></tr>'
                   '</thead><tbody>' % e(pair))
        for mean in sorted(means, key=lambda m: m.stalls):
            command = next(b.command for b in boots if b.condition == mean.condition)
            settings = ' '.join(w for w in command.split(' -- ')[1].split() if 'buddy' not in w)
            mark = ' <b>best</b>' if settings == best else ''
            out.append('<tr><td><code>%s</code>%s</td><td>%s</td><td>%s</td><td>%s</td>'
                       '<td>%d</td></tr>\n' % (
                           e(settings), mark, figure(mean.share, '%'), figure(mean.stalls),
                           figure(mean.migrated), mean.runs))
        out.append('</tbody></table></div>\n')
    return ''.join(out)


def page(results, facts):
    title = 'Linux %s: guard against mainline at its best' % facts['kernel']
    style = page_style() + STYLE
    out = ['<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
           '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
           '<title>buddy_adaptive lab: %s</title>\n<style>%s</style></head>\n'
           '<body><main>\n<h1>%s</h1>\n<p class="lede">%s</p>\n' % (
               e(facts['kernel']), style, e(title), e(' · '.join(
                   facts[k] for k in ('accelerator', 'boots', 'date'))))]
    missing = [str(n.number) for n in limits(results) if n.met is False]
    unknown = [str(n.number) for n in limits(results) if n.met is None]
    out.append('<p>%s%s</p>\n' % (
        'Limits not met: <b>%s</b>. ' % ', '.join(missing) if missing
        else 'No limit that was measured is missed. ',
        'Not measured: %s.' % ', '.join(unknown) if unknown else ''))
    out.append(page_short(results))
    out.append('<h2>The acceptance limits</h2>\n<p>Two more are not the lab’s: '
               '<code>make bench-overhead</code> counts instructions, <code>make check-debug'
               '</code> runs a mix on the debug kernel.</p>\n' +
               page_limits(results))
    out.append('<h2>Losses and gains</h2>\n' + page_sides(results))
    for drawn in figures(results):
        out.append('<figure id="%s"><h2>%s</h2>\n' % (drawn.key, e(drawn.title)))
        if drawn.legend:
            out.append('<ul class="key">%s</ul>\n' % ''.join(
                '<li><i style="background:var(--%s)"></i>%s</li>' % (
                    c.replace('_', '-'), e(t)) for t, c in drawn.legend))
        wide = len(drawn.panels) in (1, 2, 4)
        out.append('<div class="panels n%d">\n' % (2 if wide else 3))
        for n, panel in enumerate(drawn.panels):
            out.append('<div>%s</div>\n' % embed(
                render(panel, 400 if wide else 300),
                '%s%d' % (drawn.key, n), '%s: %s' % (drawn.title, panel.title)))
        out.append('</div>\n<figcaption>%s<p class="how">%s</p></figcaption></figure>\n' % (
            '<p>%s</p>' % drawn.see if drawn.see else '', drawn.how))
    out.append('<h2>Every figure</h2><p>Median, range of the runs and, small, the ratio to '
               'mainline’s best setting. Shares and stalls are those of the requests’ own time; '
               'work is counted over the whole boot.</p>\n')
    for part in results.parts:
        out.append('<h2>%s: %s</h2>\n' % (e(part), e(PARTS[part][1])))
        out.extend(page_table(results, pair, part) for pair in results.pairs(part)
                   if results.groups(pair, part))
    out.append('<h2>Mainline’s best setting</h2><p>Fewest direct compactions among the settings '
               'that get at least 95 % of the most; fewer rounds than above, each setting once, '
               'the three best twice.</p>\n' + page_grid(results))
    out.append('<h2>Who breaks memory up, who asks</h2><dl>%s</dl>\n' % ''.join(
        '<dt>%s</dt><dd>%s</dd>' % (e(k), e(v))
        for k, v in list(FRAGMENTERS.items()) + list(CONSUMERS.items())))
    out.append('<h2>Conditions</h2><dl>%s</dl>\n' % ''.join(
        '<dt>%s</dt><dd>%s: <code>%s</code></dd>' % (
            e(name), e(text), e(' '.join(settings or ('see above',)).replace('?', '')))
        for name, (settings, text) in CONDITIONS.items()
        if any(name == b.condition for b in results.boots)))
    out.append('<h2>What ran</h2><dl>%s</dl>\n' % ''.join(
        '<dt>%s</dt><dd>%s</dd>' % (e(k), e(v)) for k, v in facts.items()))
    left_out = ['%s failed (%s)' % (b.path.stem, b.metrics['failed']) for b in results.failed]
    left_out += ['%s: %s' % i for i in results.skipped.items()]
    if left_out:
        out.append('<h3>Left out</h3><ul>%s</ul>\n' % ''.join(
            '<li>%s</li>' % e(x) for x in left_out))
    out.append('<p class="how">Counts and ratios, not times: an emulated processor is no '
               'hardware. Synthetic workloads, one node, minutes: they tell settings of one '
               'kernel apart and foretell no machine’s gain. <code>runs.csv</code> beside this '
               'file has every figure of every boot.</p>\n</main></body></html>\n')
    return re.sub(r'(\d) %', '\\1\u00a0%', ''.join(out))


def main():
    parser = argparse.ArgumentParser(prog='lab_report')
    parser.add_argument('boots', type=Path)
    parser.add_argument('out', type=Path)
    parser.add_argument('--kernel', required=True)
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--command', default='make lab')
    parser.add_argument('--summary', type=Path)
    options = parser.parse_args()

    results = Results(Lab(options.boots, tuple(PARTS), options.runs, options.quick),
                      options.kernel)
    if not results.boots:
        sys.exit('lab: nothing has run yet.')
    facts = facts_of(results, options.command)
    write_runs(results, options.out / 'runs.csv')
    write_pinned(results, options.out / 'pinned.csv')
    draft = options.out / 'lab.html.part'
    draft.write_text(page(results, facts), encoding='utf-8')
    draft.rename(options.out / 'lab.html')
    if options.summary:
        write_summary(results, facts, options.summary)
    print(text_table(results) + text_limits(results))
    shown = os.path.relpath(options.out / 'lab.html', Path(__file__).resolve().parents[2])
    print('%s; the page: %s' % (facts['boots'], shown))


if __name__ == '__main__':
    main()
