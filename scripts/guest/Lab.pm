# SPDX-License-Identifier: GPL-2.0
#
# Lab - what the tests of the levers and of the classes share: TAP, settings, counters, the
# load module, the fragmenter, and the state of the zones as the stock kernel shows it.
package Lab;
use strict;
use warnings;
use Exporter 'import';
use Time::HiRes qw(sleep time);

our @EXPORT = qw(ok say_of within finish get put set count counts minus thp_quiet fragment
		 unfragment load_module classes run soak zones share_unusable @ORDERS);

our $SYS = '/sys/kernel/mm/buddy_adaptive';
our $LOAD = '/sys/kernel/debug/buddy_adaptive_load';
our $MODULE = '/payload/modules/buddy_adaptive_load.ko';
our $PIDFILE = '/run/fragment.pid';
our @ORDERS = 3 .. 9;

my @counters = qw(requests slowpath failed compact_stalls passed exempt declined
		  would_decline refused would_refuse wakes wakes_suppressed
		  gated would_gate steals kept_clean would_keep_clean);
my ($tests, $failed, $fragmented) = (0, 0, 0);

# ---- TAP -------------------------------------------------------------------

sub ok
{
	my ($good, $text, @why) = @_;

	$tests++;
	print $good ? "ok - $text\n" : "not ok - $text\n";
	return 1 if $good;
	$failed++;
	print "# $_\n" for @why;
	return 0;
}

sub say_of { print "# $_\n" for @_; }

# Waits for it, up to so many seconds; returns how long, or undef: one value in any case, or
# the words beside it would be taken for the verdict.
sub within
{
	my ($seconds, $true) = @_;
	my $begun = time;

	do {
		return sprintf('%.1f', time - $begun) if $true->();
		sleep 0.02;
	} while time < $begun + $seconds;
	return undef;
}

sub finish
{
	unfragment();
	print "# $tests tests, $failed failed\n";
	exit($failed || !$tests ? 1 : 0);
}

# ---- files -----------------------------------------------------------------

sub get
{
	my ($file) = @_;

	open(my $f, '<', $file) or die "$file: $!\n";
	local $/;
	my $text = <$f>;
	return $text;
}

sub put
{
	my ($file, $text) = @_;

	open(my $f, '>', $file) or die "$file: $!\n";
	defined syswrite($f, $text) or die "cannot write '$text' to $file: $!\n";
}

# set NAME => VALUE, …: sysctls below vm.
sub set
{
	my (@pairs) = @_;

	while (my ($name, $value) = splice(@pairs, 0, 2)) {
		put("/proc/sys/vm/$name", $value);
	}
}

sub count { my ($name, $order) = @_; return get("$SYS/order$order/$name") + 0; }

# All counters, {name}{order}; minus() is how much they grew from one to another.
sub counts
{
	my %all;

	for my $name (@counters) {
		$all{$name}{$_} = count($name, $_) for @ORDERS;
	}
	return \%all;
}

sub minus
{
	my ($after, $before) = @_;
	my %grown;

	for my $name (@counters) {
		for (@ORDERS) {
			$grown{$name}{$_} = $after->{$name}{$_} - $before->{$name}{$_};
			$grown{$name}{all} += $grown{$name}{$_};
		}
	}
	return \%grown;
}

# ---- memory ----------------------------------------------------------------

# Nobody but the test shall ask for large blocks, and nobody make them unasked.
sub thp_quiet
{
	put('/sys/kernel/mm/transparent_hugepage/enabled', 'never');
	set(compaction_proactiveness => 0);
}

sub fragment
{
	my (@args) = @_;

	unfragment();
	my $said = `fragment @args --background --pidfile $PIDFILE`;
	die "the fragmenter did not come up\n" if $?;
	print "# fragment @args: $said";
	$fragmented = 1;
}

sub unfragment
{
	put("$LOAD/run", 'free') if -e $LOAD;
	return if !$fragmented;
	system('fragment', 'stop', '--pidfile', $PIDFILE) == 0 or die "the fragmenter did not end\n";
	$fragmented = 0;
}

# The zones that a GFP_KERNEL request may use: name, free pages, suitable pages per order
# (never more than what is free), and what must stay behind: min watermark and reserve.
sub zones
{
	my (@zones, %nr, @names);

	for (split /\n/, get('/proc/buddyinfo')) {
		my ($node, $name, @blocks) = /^Node (\d+), zone\s+(\S+)\s+(.*)$/
			? ($1, $2, split ' ', $3) : next;
		$nr{"$node $name"} = \@blocks;
	}
	for (split /^(?=Node )/m, get('/proc/zoneinfo')) {
		my ($node, $name) = /^Node (\d+), zone\s+(\S+)/ or next;

		push @names, $name if $node == 0;
		next if !$nr{"$node $name"} || $name eq 'Movable' || $name eq 'Device';
		my ($free) = /pages free\s+(\d+)/ or next;
		my ($min) = /^\s+min\s+(\d+)/m;
		my ($protection) = /protection: \(([^)]*)\)/;
		my $suitable = 0;
		my %zone = (name => "$node $name", free => $free, min => $min,
			    protection => [split /, /, $protection]);

		for my $order (reverse 0 .. $#{$nr{"$node $name"}}) {
			$suitable += $nr{"$node $name"}[$order] << $order;
			$zone{suitable}[$order] = $suitable < $free ? $suitable : $free;
		}
		push @zones, \%zone;
	}
	my ($normal) = grep { $names[$_] eq 'Normal' } 0 .. $#names;
	$_->{keep} = $_->{min} + $_->{protection}[$normal // 0] for @zones;
	return @zones;
}

# Percent of free memory, of these zones together, that an order cannot use.
sub share_unusable
{
	my ($order, @zones) = @_;
	my ($free, $suitable) = (0, 0);

	for (@zones) {
		$free += $_->{free};
		$suitable += $_->{suitable}[$order];
	}
	return $free ? 100 * (1 - $suitable / $free) : 0;
}

# ---- the load module -------------------------------------------------------

sub load_module
{
	return if -e $LOAD;
	system('insmod', $MODULE) == 0 or die "the load module did not load\n";
}

# A list of {class, kind, may_fail, movable, gfp}, in the module's own words.
sub classes
{
	my ($head, @lines) = split /\n/, get("$LOAD/classes");
	my @names = split /,/, $head;

	return map { my %class; @class{@names} = split /,/; \%class } @lines;
}

# run CLASS, ORDER, COUNT[, 'hold']: what came of these requests.
sub run
{
	my ($class, $order, $count, $hold) = @_;

	put("$LOAD/run", 'clear');
	put("$LOAD/run", join ' ', $class, $order, $count, $hold // ());
	my ($head, $line) = split /\n/, get("$LOAD/results");
	my %result;

	@result{split /,/, $head} = split /,/, $line // '';
	$result{$_} //= 0 for qw(requests got failed stalled);
	return \%result;
}

# Takes every free block of order 4 and more, and keeps it until unfragment(): the class
# "light" neither reclaims nor compacts. With the mode off, so that nobody stops it.
sub soak
{
	my $mode = get('/proc/sys/vm/buddy_adaptive_mode');

	set(buddy_adaptive_mode => 0);
	for my $order (reverse 4 .. 10) {
		1 while run('light', $order, 200, 'hold')->{got} == 200;
	}
	set(buddy_adaptive_mode => $mode);
}

1;
