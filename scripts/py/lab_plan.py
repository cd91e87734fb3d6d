# SPDX-License-Identifier: GPL-2.0
"""What the lab runs, as tables; and what of it is to run next.

A boot is one guest: a pair (who breaks memory up, who asks for large blocks),
a condition (kernel settings) and the number of a run, which is the seed. What
has run lies in files, so the plan is worked out anew from them before each
boot: that is how an interrupted lab goes on, and how mainline's best setting
gets into the plan once its grid has run.
"""
import argparse
import itertools
import shutil
import sys
from pathlib import Path

from lab_data import Boot, best_setting, ranked

# ---- who breaks memory up, and who asks ------------------------------------
#
# Keys of scripts/guest/lab-boot. "rounds" and "seconds" are those of a full
# run; a boot of the grid and one of QUICK=1 have fewer rounds.

FRAGMENTERS = {
    'holes': 'half of all memory free, in single movable pages: compaction '
             'can undo all of it',
    'pins': 'the same, and slab objects pinned in most pageblocks: compaction '
            'can undo part of it',
    'churn': 'files of 130 % of memory read at random, some made anew, beside '
             '300 MiB of idle memory: nothing is free, reclaim is at work',
}

CONSUMERS = {
    'thp-burst': 'huge pages asked for by madvise, all at once, as a database '
                 'or a JVM does when it starts',
    'thp-steady': 'huge pages not asked for (enabled=always), 16 MiB every '
                  '100 ms, as a program that grows',
    'optional': 'kernel requests of orders 3 to 9 that can do without',
    'mandatory': 'kernel requests of orders 1 to 9 that cannot',
    'net': 'socket buffers over loopback, TCP and UDP, up to 600 MiB unread',
    'vmalloc': 'lib/test_vmalloc, which asks for blocks up to order 10 first',
}


class Pair:
    """`guest` are keys of lab-boot, `rounds` of them in a run, `few` in a boot
    of the grid or of QUICK=1; `start` and `each` guess at a boot's seconds, until
    one has run: at its start and in each round. `append` are kernel parameters."""

    def __init__(self, name, rounds, few, start, each, why='', memory='3G', append='-',
                 conditions=None, grid_of=None, **guest):
        self.name, self.rounds, self.few = name, rounds, few
        self.start, self.each, self.why = start, each, why
        self.memory, self.append = memory, append
        self.conditions, self.grid_of = conditions, grid_of
        self.guest = {k.replace('_', '-'): v for k, v in guest.items()}

    @property
    def consumer(self):
        return self.guest['consumer']

    @property
    def fragmenter(self):
        return self.guest['fragmenter']

    @property
    def huge(self):
        return self.consumer.startswith('thp')


ROUNDS = {                      # consumer: rounds, few, seconds of each
    'thp-burst': (5, 2, 8), 'thp-steady': (2, 1, 14), 'optional': (3, 1, 9),
    'mandatory': (4, 2, 5), 'net': (2, 1, 12), 'vmalloc': (1, 1, 30),
}
EXTRA = {                       # keys that a consumer or a pair has of its own
    'optional': {'requests': 192}, 'net': {'mib': 600},
    'churn-thp-burst': {'mib': 400},
    # denser pins than usual and little time to tidy up: order 7 can be made,
    # 8 and 9 hardly
    'pins-optional': {'spacing': 32, 'pause': 0.5},
}
WHY = {
    'holes-thp-burst':
        'The plainest case, and the hardest demand: nearly all that is free '
        'is wanted as huge pages, at once. 15 rounds, to see whether it decays; '
        'who goes by history has none in the first.',
    'holes-thp-steady':
        'Demand that a governor can foresee and that mainline’s proactive '
        'compaction can keep up with: what is made beyond it is waste.',
    'churn-thp-burst':
        'What months of uptime do: memory is full of page cache, reclaim and '
        'compaction meet. 15 rounds, to see whether it decays.',
    'pins-optional':
        'Requests that can do without, where compaction is often in vain: '
        'what is refused, what is stolen from movable blocks.',
    'churn-mandatory':
        'Requests that cannot do without, near the watermarks: nobody may be '
        'turned away, and nobody fare worse.',
}


def crossed(fragmenter, consumer):
    name = '%s-%s' % (fragmenter, consumer)
    rounds, few, each = ROUNDS[consumer]
    if name == 'churn-thp-burst':
        rounds, few, each = 15, 4, 4
    elif name == 'holes-thp-burst':
        rounds = 15
    return Pair(name, rounds, few, 20, each, WHY.get(name, ''),
                fragmenter=fragmenter, consumer=consumer,
                **EXTRA.get(consumer, {}), **EXTRA.get(name, {}))


CROSS = [crossed(f, c) for f in FRAGMENTERS for c in CONSUMERS]
CORE = [p for p in CROSS if p.name in WHY]

# Steals need a case where the free lists have no large blocks left for them.
NET = [p for p in CROSS if p.name == 'churn-net']

# The default CPU budget is a second in ten, and the burst before has used some of it: 15 s of
# pause do not suffice. As many rounds as without, for nothing foretells the first: of three it
# would be a third of all.
PACED = Pair(
    'holes-thp-burst-paced', 15, 1, 20, 37,
    'holes-thp-burst with a pause of 30 s between fragmenting and burst, for '
    'the default CPU budget.', grid_of='holes-thp-burst', pause=30,
    conditions=('off', 'best', 'guard-default'),
    fragmenter='holes', consumer='thp-burst')
BIG = Pair(
    'holes-thp-burst-8g', 3, 1, 30, 18, 'The same in a guest of 8 GiB.', '8G',
    grid_of='holes-thp-burst', fragmenter='holes', consumer='thp-burst',
    mib=3200)
SMALL = Pair(
    'churn-optional-768m', 3, 1, 20, 9, 'A small device: 768 MiB, one zone, page cache in most '
    'of it; drivers that ask for large blocks and can do without.', '768M',
    conditions=('off', 'best', 'guard', 'guard-decline'), fragmenter='churn',
    consumer='optional', requests=48, churn_anon=50, churn_rate=100)
# Slabs of one page each: larger ones, asked for while the pins are made, would
# wake kcompactd, which would tidy up before they stand.
PINNED = Pair(
    'pinned', 1, 1, 20, 235, 'Slab pins in every pageblock, and huge pages '
    'wanted all the same; after three minutes the pins go.',
    conditions=('off-defer', 'guard-default'), fragmenter='pins', consumer='pinned',
    spacing=16, pause=0, seconds=180, after=45, append='slub_max_order=0')
IDLE = Pair(
    'idle', 1, 1, 20, 25, 'Fragmented memory and nobody who asks: proactive '
    'compaction is off, so that all work is ours.',
    conditions=('off-p0', 'guard-p0'), fragmenter='holes', consumer='idle',
    pause=0, seconds=20)
ABLATED = [Pair('holes-thp-burst-short', 5, 2, 20, 8, 'holes-thp-burst, five rounds of it.',
                fragmenter='holes', consumer='thp-burst')] + [
    p for p in CORE if p.name == 'pins-optional']
# What a lever that is off by default has to show for itself: the pairs that take
# from movable pageblocks, and the one whose requests have a right to the reserve.
OPTED_IN = {'pins-optional': ('observe', 'guard-clean'),
            'churn-net': ('observe', 'guard-clean'),
            'churn-mandatory': ('off', 'guard-gate')}

PARTS = {
    'core': (CORE, 'five telling pairs'),
    'more': (NET + [PACED], 'two pairs that single limits ask for'),
    'cases': ([PINNED, IDLE], 'memory that cannot be compacted; no demand'),
    'ablation': (ABLATED,
                 'each lever alone, and each removed from guard or added to it'),
    'opt-in': ([p for p in CORE + NET if p.name in OPTED_IN],
               'levers that are off by default, where they should tell'),
    'big': ([BIG], 'one pair in 8 GiB'),
    'small': ([SMALL], 'one pair in 768 MiB'),
    'control': ([p for p in CORE if p.name == 'holes-thp-burst'],
                'the unpatched kernel beside the patched one in mode off'),
    'cross': ([p for p in CROSS if p not in CORE and p not in NET],
              'every other fragmenter with every other consumer'),
}
USUAL = ('core', 'more', 'cases', 'ablation', 'opt-in', 'big', 'small')
QUICK = ('holes-thp-burst', 'churn-thp-burst', 'pins-optional')
LEVERS = {1: 'decline', 2: 'protect', 4: 'supply', 8: 'keep clean',
          16: 'reserve gate'}

# ---- conditions ------------------------------------------------------------
#
# Name: settings, in lab-boot's words. "?" may be missing (the unpatched kernel,
# or one in which that part is not built).

DEFAULTS = ('compaction_proactiveness=20', 'thp_defrag=madvise')
OFF = ('?buddy_adaptive_mode=0',)
GUARD = ('buddy_adaptive_mode=2',) + DEFAULTS
FULL_CPU = ('?buddy_adaptive_cpu_percent=100',)

CONDITIONS = {
    'off': (OFF + DEFAULTS, 'mode off, everything else as the kernel comes'),
    'best': (None, 'mode off, mainline’s best setting for the pair'),
    'guard': (GUARD + FULL_CPU,
              'mode guard, cpu_percent 100, everything else as the kernel comes'),
    'guard-default': (GUARD, 'the same, cpu_percent as it comes'),
    'guard-dm': (GUARD + FULL_CPU + ('defrag_mode=1',),
                 'guard with the kernel’s own defrag_mode'),
    'guard-clean': (GUARD + FULL_CPU + ('buddy_adaptive_levers=13',),
                    'guard, and lever keep clean'),
    'guard-gate': (GUARD + FULL_CPU + ('buddy_adaptive_levers=21',),
                   'guard, and lever reserve gate'),
    'guard-decline': (GUARD + ('buddy_adaptive_levers=1',),
                      'guard with lever decline alone'),
    'observe': (('buddy_adaptive_mode=1',) + DEFAULTS,
                'mode observe, everything else as the kernel comes'),
    'vanilla': (DEFAULTS, 'the unpatched kernel, as it comes'),
    'off-defer': (OFF + ('compaction_proactiveness=20', 'thp_defrag=defer+madvise'),
                  'mode off, huge pages got by kcompactd'),
    'off-p0': (OFF + ('compaction_proactiveness=0', 'thp_defrag=madvise'),
               'mode off, no proactive compaction'),
    'guard-p0': (GUARD[:1] + ('compaction_proactiveness=0', 'thp_defrag=madvise'),
                 'mode guard, no proactive compaction'),
}


def grid(pair, has, quick):
    """{condition name: settings} of mainline's grid for a pair. Of two settings
    of THP defrag that take the same path through vma_thp_gfp_mask() only one
    is run: for memory with madvise all but defer are one, for other memory
    defer+madvise is defer; who asks for no huge pages has no use for any."""
    defrag = {'thp-burst': ('madvise', 'defer'),
              'thp-steady': ('madvise', 'defer', 'always')}.get(
                  pair.consumer, ('madvise',))
    proactive = (0, 20, 100)
    if quick:
        defrag, proactive = defrag[:1], (20, 100)
    modes = (0, 1) if has('defrag_mode') else (None,)
    made = {}
    for p, d, m in itertools.product(proactive, defrag, modes):
        name = 'grid-p%d-%s' % (p, d)
        settings = OFF + ('compaction_proactiveness=%d' % p,
                          'thp_defrag=%s' % d)
        if m is not None:
            name += '-m%d' % m
            settings += ('defrag_mode=%d' % m,)
        made[name] = settings
    return made


def comes_with_kernel(settings):
    """Are these settings of mode off what a kernel has that nobody sets?"""
    return set(settings) - {'defrag_mode=0'} == set(CONDITIONS['off'][0])


def source_of(pair):
    """The pair whose grid says what is best for this one."""
    return next((p for p in CROSS if p.name == pair.grid_of), pair)


# ---- the plan --------------------------------------------------------------

class Job:
    def __init__(self, lab, pair, condition, run, settings, few=False):
        self.pair, self.condition, self.run = pair, condition, run
        self.few = few
        rounds = pair.few if few or lab.quick else pair.rounds
        keys = dict(pair.guest, rounds=rounds, seed=100 * run)
        self.settings = settings or ()
        self.known = settings is not None
        self.command = 'lab-boot %s -- %s' % (
            ' '.join('%s=%s' % i for i in sorted(keys.items())),
            ' '.join(self.settings))
        self.guess = pair.start + rounds * pair.each
        self.vanilla = condition == 'vanilla'

    @property
    def name(self):
        return '%s.%s.%d' % (self.pair.name, self.condition, self.run)


class Lab:
    """A folder with the boots of one kernel, and what is asked of it."""

    def __init__(self, folder, parts=USUAL, runs=5, quick=False, only=()):
        self.folder, self.parts = folder, parts
        self.runs, self.quick, self.only = runs, quick, only
        self.boots = {p.stem: Boot(p) for p in sorted(folder.glob('*.csv'))
                      if not p.name.endswith('.series.csv')}
        self.probe = self.boots.pop('probe', None)

    def has(self, setting):
        return bool(self.probe) and 'has.' + setting in self.probe.metrics

    def done(self, job):
        """The boot of a job, if it ran, be it in vain."""
        boot = self.boots.get(job.name)
        if boot is None or boot.command != job.command:
            return None
        same = boot.metrics.get('parameters', '-') == job.pair.append and \
            boot.metrics.get('memory', job.pair.memory) == job.pair.memory
        return boot if same else None

    def finished(self, job):
        """The boot of a job, if it ran and there are results of it."""
        boot = self.done(job)
        return boot if boot and not boot.failed else None

    def skipped(self, pair):
        """Why this kernel cannot run a pair, or nothing."""
        if pair.consumer == 'vmalloc' and \
                not (self.probe and self.probe.number('test_vmalloc')):
            return 'lib/test_vmalloc is not built for this kernel'
        return ''

    def pairs(self, part):
        made = [p for p in PARTS[part][0] if not self.skipped(p)]
        if self.quick:
            made = [p for p in made if p.name in QUICK]
        return [p for p in made if not self.only or p.name in self.only]

    def grid_jobs(self, pair):
        """The grid: each setting once, the three best once more; with QUICK=1
        once is enough."""
        settings = grid(pair, self.has, self.quick)
        jobs = [Job(self, pair, name, 1, s, few=True)
                for name, s in settings.items()]
        if self.quick:
            return jobs
        again = [None] * 3
        if all(self.done(j) for j in jobs):
            first = [b for b in map(self.finished, jobs) if b]
            again = [b.condition for b in ranked(first, pair.consumer)][:3]
        return jobs + [Job(self, pair, name or 'grid-again-%d' % n, 2,
                           settings.get(name), few=True)
                       for n, name in enumerate(again)]

    def best(self, pair):
        """(condition of the grid, its settings), or None until it has run."""
        source = source_of(pair)
        jobs = self.grid_jobs(source)
        if not all(self.done(j) for j in jobs):
            return None
        boots = [b for b in map(self.finished, jobs) if b]
        if not boots:
            return None
        name = best_setting(boots, source.consumer)
        return name, grid(source, self.has, self.quick)[name]

    def default_levers(self):
        return int(self.probe.number('has.buddy_adaptive_levers')) if self.probe else 5

    def levers_in_words(self):
        """What the names of an ablation's conditions mean."""
        return 'Of the levers guard has %d, and levers-N has N, a sum of %s.' % (
            self.default_levers(), ', '.join('%d %s' % lever for lever in LEVERS.items()))

    def conditions(self, part, pair):
        """{name: settings}; None for what the grid has yet to tell."""
        if part == 'ablation':
            built = int(self.probe.number('levers')) if self.probe else 31
            default = self.default_levers()
            bits = [b for b in LEVERS if built & b]
            masks = bits + [default ^ b for b in bits if default ^ b not in bits]
            made = {c: CONDITIONS[c][0] for c in ('off', 'guard')}
            made.update(('levers-%d' % m,
                         made['guard'] + ('buddy_adaptive_levers=%d' % m,))
                        for m in masks if m and m != default)
            return made
        if part == 'control':
            names = ['off', 'vanilla']
        elif part == 'opt-in':
            names = OPTED_IN[pair.name]
        else:
            names = list(pair.conditions or ('off', 'best', 'guard'))
            if self.has('defrag_mode') and 'guard' in names and not self.quick:
                names.append('guard-dm')
        made = {n: CONDITIONS[n][0] for n in names}
        if 'best' in made:
            best = self.best(pair)
            made['best'] = best and best[1]
            # ten minutes a boot: what is the same is run once
            if pair is PACED and best and comes_with_kernel(best[1]):
                del made['off']
        return made

    def jobs(self):
        """All boots in the order in which they run, each once."""
        made = {}
        for part in self.parts:
            for run in range(1, self.runs + 1):
                for pair in self.pairs(part):
                    conditions = self.conditions(part, pair)
                    if 'best' in conditions:
                        for job in self.grid_jobs(source_of(pair)):
                            made.setdefault(job.name, job)
                    for name, settings in conditions.items():
                        job = Job(self, pair, name, run, settings)
                        made.setdefault(job.name, job)
        return list(made.values())

    def seconds(self, job):
        """How long a boot takes: what its like took, or a guess."""
        like = sorted(b.number('seconds') for b in self.boots.values()
                      if b.pair == job.pair.name and
                      b.rounds == job.command.split('rounds=')[1].split()[0])
        return like[len(like) // 2] if like else job.guess


def adopt(folder, mainline):
    """A folder that has no fingerprint of mainline yet is given this one, and the boots of
    the grid of a folder beside it that has the same: whatever differs between the two, the
    grid would say the same. Returns how many boots that were."""
    mark = folder / 'mainline'
    if mark.exists():
        return 0
    boots = 0
    for path in sorted(folder.parent.glob('*/mainline')):
        if path.read_text(encoding='utf-8').strip() != mainline:
            continue
        for boot in path.parent.glob('*.grid-*.csv'):
            shutil.copy2(boot, folder)
            boots += not boot.name.endswith('.series.csv')
    mark.write_text(mainline + '\n', encoding='utf-8')
    return boots


def main():
    """Prints the next boot for scripts/lab, fields apart by tabs: name, vanilla
    or linux, memory, kernel parameters or "-", its seconds, boots done and in
    all, seconds left, command. Nothing when all is done."""
    parser = argparse.ArgumentParser(prog='lab_plan')
    parser.add_argument('folder', type=Path)
    parser.add_argument('--parts', default=','.join(USUAL))
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--pairs', default='', help='only these, of the parts')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--adopt', metavar='FINGERPRINT',
                        help='no plan: take over the grid of a folder of the same mainline')
    options = parser.parse_args()
    if options.adopt:
        boots = adopt(options.folder, options.adopt)
        if boots:
            print('lab: %d boots of mainline’s grid are those of the kernel before' % boots,
                  file=sys.stderr)
        return
    only = options.pairs.replace(',', ' ').split()
    lab = Lab(options.folder, options.parts.split(','), options.runs,
              options.quick, only)
    there = [p.name for part in lab.parts for p in PARTS[part][0]]
    for name in only:
        if name not in there:
            parser.exit(1, "there is no pair '%s' in %s: there are %s.\n" % (
                name, options.parts, ' '.join(dict.fromkeys(there))))
    jobs = lab.jobs()
    left = [j for j in jobs if not lab.done(j)]
    for job in left if options.list else left[:1]:
        print('\t'.join(str(x) for x in (
            job.name, 'vanilla' if job.vanilla else 'linux', job.pair.memory,
            job.pair.append, int(lab.seconds(job)), len(jobs) - len(left), len(jobs),
            int(sum(lab.seconds(j) for j in left)), job.command)))


if __name__ == '__main__':
    main()
