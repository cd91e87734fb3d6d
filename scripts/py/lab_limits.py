# SPDX-License-Identifier: GPL-2.0
"""The limits that guard is held to, computed; and what guard is better and
worse at than mainline's best. Nothing here is rounded in anyone's favour: a
limit is met where the medians meet it, to the digit."""
from statistics import median

from lab_data import PUBLISHED, ROWS, STALLS
from lab_plan import LEVERS

FEWEST = 5                  # runs of each condition, to speak of met, of better and worse
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
          'off’s; scanned at most 2.5 × off’s; kcompactd within cpu_percent over any 10 s, to '
          'the tick of its clock (10 ms); swap-out and refaults at most off’s + the larger of '
          '10 % and 1,000; nothing without demand.'),
    '4': ('who cannot do without', 'Mandatory requests: turned away 0; served at least as often as '
          'in mainline’s best at every order; atomic orders 1 to 3 unchanged.'),
    '5': ('keep clean', 'Steals of part of a movable pageblock by requests that the lever covers: '
          'at most 10 % of what observe counts, where it counts any.'),
    '6': ('memory that cannot be compacted', 'After a minute kcompactd takes under 1 % of a '
          'processor, and a counter says so; huge pages are served again within 10 s once it '
          'can.'),
    '7': ('ablation', 'Each lever that is on by default contributes, with ranges of the runs that '
          'do not overlap.'),
}


def together(verdicts):
    """Of several: one miss is a miss, and all must have been measured to be met."""
    verdicts = list(verdicts)
    return False if False in verdicts else None if None in verdicts or not verdicts else True


def case(where, said, met, *groups):
    """A case of a limit: too few runs tell nothing, whatever they say."""
    runs = min(len(group.boots) for group in groups)
    if runs < FEWEST:
        return where, '%s; %d of %d runs' % (said, runs, FEWEST), None
    return where, said, met


class Limit:
    """`cases` are (where, figures, met); met is None where it was not measured."""

    def __init__(self, number, cases):
        self.number, self.cases = number, cases
        self.name, self.text = LIMITS[number]

    @property
    def met(self):
        return together(met for _, _, met in self.cases)


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
        cases.append(case(pair, '; '.join(said), met, guard, best))
    return cases


def shares(results, pairs):
    cases = []
    for pair in pairs:
        guard, best, _ = against_best(results, pair)
        if guard and best and guard.values('huge_share') and best.values('huge_share'):
            mine, theirs = guard.median('huge_share'), best.median('huge_share')
            cases.append(case(pair, '%.2f %%, best %.2f %%' % (mine, theirs), mine >= theirs,
                              guard, best))
        if guard and guard.values('decay'):
            lost = guard.median('decay')
            cases.append(case(pair, 'last third of the rounds %.1f points %s the first%s' % (
                abs(lost), 'below' if lost > 0 else 'above',
                ' (best: %.1f %s)' % (abs(best.median('decay')),
                                      'below' if best.median('decay') > 0 else 'above')
                if best and best.values('decay') else ''), lost <= 1, guard))
    return cases


def cpu(results, group):
    """(words, met): the busiest 10 s of kcompactd in any run, and the budget that it had."""
    peaks = group.values('kcompactd_peak')
    if not peaks:
        return '', True
    said = 'busiest 10 s of kcompactd %.1f %%' % max(peaks)
    budget = group.boots[0].value('setting.buddy_adaptive_cpu_percent')
    if budget is None and results.lab.probe:
        budget = results.lab.probe.value('has.buddy_adaptive_cpu_percent')
    if budget is None:
        return said, True
    met = max(peaks) <= budget
    return '%s of at most %.0f%s' % (said, budget, '' if met else ' (too much)'), met


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
        words, within = cpu(results, guard)
        cases.append(case(pair, '; '.join(said + [words] * bool(words)), met and within,
                          guard, off))
    group = results.groups('pinned').get('guard-default')
    if group and group.values('kcompactd_peak'):
        cases.append(case('pinned', *cpu(results, group), group))
    idle = results.groups('idle')
    if 'guard-p0' in idle and 'off-p0' in idle:
        cases.append(without_demand(idle['guard-p0'], idle['off-p0']))
    return cases


def without_demand(guard, off):
    """By the figures of the time in which nobody asks: those of all of the boot have the
    fragmenting in them."""
    said, met = [], []
    for name, words in (('kcompactd_ms', 'kcompactd takes %s ms, in off %s'),
                        ('pgmigrate_success', 'migrated %s, in off %s'),
                        ('compact_migrate_scanned', 'scanned for pages %s, in off %s'),
                        ('compact_free_scanned', 'scanned for room %s, in off %s')):
        mine, theirs = guard.median(name), off.median(name)
        said.append(words % (whole(mine), whole(theirs)))
        met.append(None if None in (mine, theirs) else mine <= theirs)
    return case('idle', 'without demand ' + '; '.join(said), together(met), guard, off)


def rate(group, kind, orders):
    """Percent of such requests that were served: the median of the runs that have any."""
    made = []
    for boot in group.boots:
        asked, got = (sum(boot.number('%s.order%d.%s' % (kind, order, what)) for order in orders)
                      for what in ('asked', 'got'))
        if asked:
            made.append(100 * got / asked)
    return median(made) if made else None


def mandatory(results, pairs):
    cases = []
    for pair in pairs:
        guard, best, off = against_best(results, pair)
        if not guard or not guard.values('mandatory.asked'):
            continue
        turned, asked = (sum(guard.values('mandatory.' + n)) for n in ('turned_away', 'asked'))
        cases.append(case(pair, 'turned away %s of %s' % (whole(turned), whole(asked)),
                          turned == 0 if asked else None, guard))
        if best:
            rates = [(order, rate(guard, 'mandatory', (order,)), rate(best, 'mandatory', (order,)))
                     for order in range(1, 10)]
            rates = [r for r in rates if None not in r]
            lower = ['order %d: %.2f %%, best %.2f %%' % r for r in rates if r[1] < r[2]]
            cases.append(case(
                pair, 'served less often than in best: ' + '; '.join(lower) if lower else
                'no order is served less often than in best' if rates else
                'no order was asked for in both', not lower if rates else None, guard, best))
        if off:
            cases.append(atomic(pair, guard, off, ''))
    gated = results.groups('churn-mandatory', 'opt-in')
    if 'guard-gate' in gated and 'off' in gated:
        cases.append(atomic('churn-mandatory', gated['guard-gate'], gated['off'],
                            'with the gate '))
    return cases


def atomic(pair, ours, off, when):
    """Are atomic requests of orders 1 to 3 served as often as in off?"""
    rates = [rate(group, 'atomic', (1, 2, 3)) for group in (ours, off)]
    if None in rates:
        return pair, 'atomic orders 1 to 3: %snone was asked for' % when, None
    return case(pair, 'atomic orders 1 to 3: %s%.2f %%, off %.2f %%' % (when, *rates),
                rates[0] >= rates[1], ours, off)


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
            cases.append(case(pair, '%s, observe %s' % (whole(mine), whole(base)),
                              mine <= 0.1 * base, groups['guard-clean'], groups['observe']))
    return cases


def pinned(results):
    group = results.groups('pinned').get('guard-default')
    if not group or not group.values('pinned_cpu'):
        return []

    def lacking(told, words):
        """What it needs to mean anything, if some of the runs do not have it."""
        runs = sum(not told(boot) for boot in group.boots)
        return '; in %d of %d runs %s' % (runs, len(group.boots), words) if runs else ''

    def judged(said, lack, met):
        return case('pinned', said + lack, None if lack else met, group)

    used, after = group.median('pinned_cpu'), group.median('pinned_recovery')
    # who does nothing and whom nobody asks takes no CPU either, and has no time to wait for
    fell = lacking(lambda b: b.value('pinned_fell'),
                   'no huge page fell back while the pins stood')
    served = fell or lacking(
        lambda b: b.value('pinned_served') or b.value('pinned_recovery') == float('inf'),
        'no huge page was got after the pins')
    cases = [judged('kcompactd at %.2f %% of a processor after a minute (%.2f to %.2f)' % (
        used, *group.range('pinned_cpu')), fell, used < 1)]
    counters = [n for n in ('supply_paused', 'supply_fruitless') if group.values(n)]
    if counters:
        said = ', '.join('%s %s' % (n, span(group, n, '')) for n in counters)
        cases.append(judged('counters: ' + said, fell, any(group.median(n) for n in counters)))
    cases.append(judged('huge pages are %s' % (
        'not all served until the end, though the pins are gone' if after == float('inf')
        else 'all served from %.0f s after the pins are gone' % after), served, after <= 10))
    return cases


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
