# SPDX-License-Identifier: GPL-2.0
"""The limits that guard is held to, computed; and what guard is better and
worse at than mainline's best. Nothing here is rounded in anyone's favour: a
limit is met where the medians meet it, to the digit."""
from lab_data import PUBLISHED, ROWS, STALLS
from lab_plan import LEVERS

FEWEST = 3                  # runs of each condition, to speak of better and worse
TOLD_BY = (STALLS, 'huge_share', 'optional_share', 'migrated',
           'all.steals_from_movable')          # what a lever can show for itself
WORSE_IF_LESS = ('huge_share', 'optional_share', 'mandatory_share', 'net.sent_mib')


# Those of the issue that the lab can tell: a name, and what is to hold. The cost in instructions
# is make bench-overhead's, an hour of a mix on the debug kernel make check-debug's.
LIMITS = {
    '1': ('stalls', 'Direct compactions in guard, cpu_percent 100: at most 5 % of mainline’s best '
          'on the THP pairs, never more than it elsewhere.'),
    '1b': ('stalls at the default budget', 'The same at the default cpu_percent, with a pause of '
           '30 s before each burst.'),
    '2': ('huge pages', 'Got: at least mainline’s best share; over 15 rounds no decay.'),
    '3': ('work', 'Migrated at most the larger of 1.5 × off’s and 512 for each huge page beyond '
          'off’s; scanned at most 2.5 × off’s; kcompactd within cpu_percent over any 10 s; '
          'swap-out and refaults at most off’s + the larger of 10 % and 1,000; nothing without '
          'demand.'),
    '4': ('who cannot do without', 'Mandatory requests: turned away 0; served at least as often as '
          'in mainline’s best at every order; atomic orders 1 to 3 unchanged.'),
    '5': ('keep clean', 'Steals of part of a movable pageblock by requests that the lever covers: '
          'at most 10 % of what observe counts, where it counts any.'),
    '6': ('memory that cannot be compacted', 'After a minute kcompactd takes under 1 % of a '
          'processor; huge pages are served again within 10 s once it can.'),
    '7': ('ablation', 'Each lever that is on by default contributes, with ranges of the runs that '
          'do not overlap.'),
}


class Limit:
    """`cases` are (where, figures, met); met is None where it was not measured."""

    def __init__(self, number, cases):
        self.number, self.cases = number, cases
        self.name, self.text = LIMITS[number]

    @property
    def met(self):
        known = [met for _, _, met in self.cases if met is not None]
        return all(known) if known else None


def against_best(results, pair, ours='guard'):
    groups = results.groups(pair)
    off = groups.get('off') or (groups.get('best') if results.best_is_off(pair) else None)
    return groups.get(ours), groups.get('best'), off


def whole(value):
    return '–' if value is None else '{:,.0f}'.format(value)


def span(group, metric, unit):
    """A median and its range: '118 (99 to 171)'."""
    return '%s (%s to %s)' % tuple(
        '%.1f' % value if unit == '%' else whole(value)
        for value in (group.median(metric), *group.range(metric)))


def stalls(results, pairs, ours):
    cases = []
    for pair in pairs:
        guard, best, _ = against_best(results, pair, ours)
        if not guard or not best:
            continue
        said, met = [], True
        for name, words in ((STALLS, 'direct compactions'), (PUBLISHED, 'compact_stall')):
            mine, theirs = guard.median(name), best.median(name)
            met = met and mine <= (0.05 if 'thp' in pair else 1) * theirs
            said.append('%s %s, best %s' % (words, whole(mine), whole(theirs)))
        cases.append((pair, '; '.join(said), met))
    return cases


def shares(results, pairs):
    cases = []
    for pair in pairs:
        guard, best, _ = against_best(results, pair)
        if guard and best and guard.values('huge_share') and best.values('huge_share'):
            mine, theirs = guard.median('huge_share'), best.median('huge_share')
            cases.append((pair, '%.2f %%, best %.2f %%' % (mine, theirs), mine >= theirs))
        if guard and guard.values('decay'):
            lost = guard.median('decay')
            cases.append((pair, 'last third of the rounds %.1f points %s the first%s' % (
                abs(lost), 'below' if lost > 0 else 'above',
                ' (best: %.1f %s)' % (abs(best.median('decay')),
                                      'below' if best.median('decay') > 0 else 'above')
                if best and best.values('decay') else ''), lost <= 1))
    return cases


def work(results, pairs):
    cases = []
    for pair in pairs:
        ours = 'guard-default' if pair.endswith('-paced') else 'guard'
        guard, best, off = against_best(results, pair, ours)
        if not guard or not off:
            continue
        said, met = [], True

        def judge(name, words, limit):
            nonlocal met
            mine = guard.median(name) or 0
            met = met and mine <= limit
            said.append('%s %s of at most %s%s' % (
                words, whole(mine), whole(limit), '' if mine <= limit else ' (too many)'))

        more = sum((guard.median(n) or 0) - (off.median(n) or 0) for n in (
            'huge_got', 'optional.order9.got', 'mandatory.order9.got'))
        judge('migrated', 'migrated', max(1.5 * (off.median('migrated') or 0), 512 * more))
        judge('scanned', 'scanned', 2.5 * (off.median('scanned') or 0))
        for name, words in (('swapped_out', 'swapped out'), ('refaults', 'refaults')):
            base = off.median(name) or 0
            judge(name, words, base + max(0.1 * base, 1000))
        peak = guard.median('kcompactd_peak')
        budget = guard.boots[0].value('setting.buddy_adaptive_cpu_percent')
        if budget is None and results.lab.probe:
            budget = results.lab.probe.value('has.buddy_adaptive_cpu_percent')
        if peak is not None:
            said.append('busiest 10 s of kcompactd %.0f %%' % max(guard.values('kcompactd_peak')))
            if budget is not None:
                met = met and max(guard.values('kcompactd_peak')) <= budget
                said[-1] += ' of at most %.0f' % budget
        cases.append((pair, '; '.join(said), met))
    idle = results.groups('idle')
    if 'guard-p0' in idle and 'off-p0' in idle:
        mine, theirs = (idle[c].median('kcompactd_ms') for c in ('guard-p0', 'off-p0'))
        cases.append(('idle', 'without demand kcompactd takes %s ms, in off %s' % (
            whole(mine), whole(theirs)), mine <= theirs))
    return cases


def mandatory(results, pairs):
    cases = []
    for pair in pairs:
        guard, best, off = against_best(results, pair)
        if not guard or not guard.values('mandatory.asked'):
            continue
        turned = sum(guard.values('mandatory.turned_away'))
        cases.append((pair, 'turned away %s of %s' % (
            whole(turned), whole(sum(guard.values('mandatory.asked')))), turned == 0))
        lower = []
        for order in range(1, 10):
            rates = []
            for group in (guard, best):
                asked = sum(group.values('mandatory.order%d.asked' % order)) if group else 0
                rates.append(100 * sum(group.values('mandatory.order%d.got' % order)) / asked
                             if asked else None)
            if None not in rates and rates[0] < rates[1]:
                lower.append('order %d: %.1f %%, best %.1f %%' % (order, *rates))
        if best:
            cases.append((pair, 'served less often than in best: ' + '; '.join(lower)
                          if lower else 'no order is served less often than in best', not lower))
        if off:
            cases += atomic(pair, guard, off, '')
    gated = results.groups('churn-mandatory', 'opt-in')
    if 'guard-gate' in gated and 'off' in gated:
        cases += atomic('churn-mandatory', gated['guard-gate'], gated['off'], 'with the gate ')
    return cases


def atomic(pair, ours, off, when):
    """One case: are atomic requests of orders 1 to 3 served as often as in off?"""
    rates = []
    for group in (ours, off):
        asked, got = (sum(sum(group.values('atomic.order%d.%s' % (o, what)))
                          for o in (1, 2, 3)) for what in ('asked', 'got'))
        rates.append(100 * got / asked if asked else 100)
    return [(pair, 'atomic orders 1 to 3: %s%.1f %%, off %.1f %%' % (when, *rates),
             rates[0] >= rates[1])]


def steals(results):
    """By the counter of the requests that the lever covers, which stands still
    in mode off: observe changes nothing, so it is off with that counter."""
    probe = results.lab.probe
    if not probe or not int(probe.number('levers')) & 8:
        return [('everywhere', 'the lever is not built', None)]
    cases = []
    for pair in results.pairs('opt-in'):
        groups = results.groups(pair, 'opt-in')
        if not groups.get('guard-clean') or not groups.get('observe'):
            continue
        mine, base = (groups[c].median('all.covered_steals') for c in ('guard-clean', 'observe'))
        if base and base >= 10:
            cases.append((pair, '%s, observe %s' % (whole(mine), whole(base)), mine <= 0.1 * base))
    return cases


def pinned(results):
    group = results.groups('pinned').get('guard-default')
    if not group or not group.values('pinned_cpu'):
        return []
    used, after = group.median('pinned_cpu'), group.median('pinned_recovery')
    return [('pinned', 'kcompactd at %.2f %% of a processor after a minute (%.2f to %.2f)' % (
                used, *group.range('pinned_cpu')), used < 1),
            ('pinned', 'huge pages are %s' % (
                'not all served until the end, though the pins are gone'
                if after == float('inf')
                else 'all served from %.0f s after the pins are gone' % after), after <= 10)]


def ablation(results):
    cases, default = [], results.lab.default_levers()
    for lever, name in LEVERS.items():
        gains, costs, ran = [], [], False
        for pair in results.pairs('ablation'):
            groups = results.groups(pair, 'ablation')
            having, without = (groups.get(c) for c in (
                'guard', 'levers-%d' % (default ^ lever)))
            if not default & lever:
                having, without = without, having
            if not having or not without or \
                    min(len(having.boots), len(without.boots)) < FEWEST:
                continue
            ran = True
            for metric, words, _, unit in ROWS:
                if metric not in TOLD_BY:
                    continue
                a, b = having.range(metric), without.range(metric)
                if not a or not b or not (a[0] > b[1] or b[0] > a[1]):
                    continue
                less = having.median(metric) < without.median(metric)
                (costs if less == (metric in WORSE_IF_LESS) else gains).append(
                    '%s: %s %s, without it %s' % (
                        pair, words, span(having, metric, unit), span(without, metric, unit)))
        if ran:
            cases.append((name, '. '.join(x for x in (
                'It gains: ' + '; '.join(gains) if gains else
                'it gains nothing that these runs can tell',
                'It costs: ' + '; '.join(costs) if costs else '') if x) +
                ('. On by default' if default & lever else '. Off by default'),
                bool(gains) or not default & lever))
    return cases


def limits(results):
    core = [p for p in results.judged() if not p.endswith('-paced')]
    paced = [p for p in results.judged() if p.endswith('-paced')]
    thp = [p for p in core if 'thp' in p]
    cases = {
        '1': stalls(results, core, 'guard'),
        '1b': stalls(results, paced, 'guard-default'),
        '2': shares(results, thp),
        '3': work(results, core + paced),
        '4': mandatory(results, core),
        '5': steals(results),
        '6': pinned(results),
        '7': ablation(results),
    }
    return [Limit(number, cases[number]) for number in LIMITS]


def compared(results):
    """([worse], [better]): (pair, metric in words, ours, best's, unit) of what
    the runs tell apart: fewer than FEWEST cannot tell anything."""
    worse, better = [], []
    for pair in results.judged():
        ours = 'guard-default' if pair.endswith('-paced') else 'guard'
        guard, best, _ = against_best(results, pair, ours)
        if not guard or not best or min(len(guard.boots), len(best.boots)) < FEWEST:
            continue
        for name, text, who, unit in ROWS:
            if who and who not in pair:
                continue
            a, b = guard.range(name), best.range(name)
            if not a or not b or not (a[0] > b[1] or b[0] > a[1]):
                continue
            mine, theirs = guard.median(name), best.median(name)
            if abs(mine - theirs) <= 0.05 * max(mine, theirs):
                continue
            if unit == 'ratio':
                mine, theirs = mine / theirs if theirs else float('inf'), 1
            is_worse = (mine > theirs) != (name in WORSE_IF_LESS)
            (worse if is_worse else better).append((pair, text, mine, theirs, unit))
    return worse, better
