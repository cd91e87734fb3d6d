# SPDX-License-Identifier: GPL-2.0
#
# What is installed besides the program.

load helper

share=$BUILD/share
contrib=$here/../contrib

@test "man page: mandoc has nothing to say" {
	need mandoc
	mandoc -Tlint "$share/buddyctl.8" | grep -v 'outdated mandoc.db' >said || true
	cat said
	[ ! -s said ]
}

@test "man page: it has every verb, option, column, tunable and exit status" {
	"$buddyctl" tables | grep -vE '^(takes|version|event|counter)' >tables
	while IFS=$'\t' read -r kind name more _; do
		case $kind in
		verb)	grep -qE "^\.It Cm $name( |$)" "$share/buddyctl.8" ;;
		option)	grep -qE "^\.It Fl $more .*Fl Fl $name( |$)" "$share/buddyctl.8" ;;
		column)	grep -qxF ".It Cm $more" "$share/buddyctl.8" ;;
		node)	grep -qxF ".It Va $name" "$share/buddyctl.8" ;;
		tunable) grep -qxF ".It Va $name" "$share/buddyctl.8" ;;
		esac
	done <tables
	for name in node order; do
		grep -qxF ".It Va $name" "$share/buddyctl.8"
	done
	not grep -n '^@' "$share/buddyctl.8"
}

@test "man page: each verb but the two lists has an example, as text and as JSON" {
	"$buddyctl" tables >tables
	for verb in $(awk -F '\t' '$1 == "verb" && $2 != "help" && $2 != "tables" { print $2 }' tables); do
		grep -qE "^\\$ buddyctl( -[a-zA-Z]+)* $verb" "$share/buddyctl.8"
		case $verb in watch) continue ;; esac
		! grep -qP "^takes\t$verb\tjson" tables ||
			grep -qE "^\\$ buddyctl( -J)? $verb.* -J|^\\$ buddyctl -J $verb" "$share/buddyctl.8"
	done
}

# complete WORD…: what bash offers for the last word
complete_words()
{
	# shellcheck disable=SC1091	# made by the build
	. "$share/buddyctl.bash"
	COMP_WORDS=(buddyctl "$@") COMP_CWORD=$#
	_buddyctl
	printf '%s\n' "${COMPREPLY[@]}"
}

@test "completion: verbs, options, columns, tunables and values" {
	[ "$(complete_words sta | tr '\n' ' ')" = "status stats " ]
	complete_words '' | grep -qx diagnose
	complete_words check --cr | grep -qx -- --critical
	[ -z "$(complete_words frag --crit)" ]
	[ "$(complete_words frag -o ver)" = verdict ]
	[ "$(complete_words frag -o node,ver)" = node,verdict ]
	[ "$(complete_words stats -o nod)" = node ]
	[ "$(complete_words stats -o ord)" = order ]
	[ "$(complete_words frag --output = ver)" = verdict ]
	[ "$(complete_words get vm.buddy_f)" = vm.buddy_frag_threshold ]
	[ "$(complete_words set vm.buddy_f)" = vm.buddy_frag_threshold= ]
	[ "$(complete_words set vm.buddy_adaptive_mode = g)" = guard ]
	complete_words set vm.buddy_adaptive_mode = | grep -qx observe
	[ "$(complete_words help wa)" = watch ]
	complete_words frag -O a | grep -qx all
	complete_words -s / | grep -q .
	complete_words --file /proc/buddyi | grep -qx /proc/buddyinfo
}

@test "export: what promtool says is in order, of each recorded system" {
	need promtool
	for name in guard two-nodes supply huge stock no-node; do
		tree $name $name
		"$buddyctl" -q -s $name export >$name.prom
		promtool check metrics <$name.prom
	done
}

@test "alert rules: promtool takes them and their tests pass" {
	need promtool
	promtool check rules "$contrib/buddy_adaptive.rules.yml"
	promtool test rules "$contrib/buddy_adaptive.rules.test.yml"
}

@test "alert rules: where guard turns most away both of its rules are named" {
	grep -A12 'alert: GuardTurnsMostAway' "$contrib/buddy_adaptive.rules.yml" |
		grep 'description:.*buddy_frag_threshold.*ratio_threshold'
}

metrics_of_export()
{
	tree supply
	"$buddyctl" -s root export | sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' | sort -u
}

@test "alert rules: every metric in them is exported" {
	metrics_of_export >metrics
	for metric in $(grep -ohE 'buddy_adaptive_[a-z_]+[a-z]' "$contrib/buddy_adaptive.rules.yml" | grep -v rules | sort -u); do
		grep -qx "$metric" metrics
	done
}

@test "dashboard: it is JSON, and every metric in it is exported" {
	need jq
	metrics_of_export >metrics
	jq -r '.panels[].targets[]?.expr, .templating.list[].query' "$contrib/grafana.json" >queries
	[ -s queries ]
	for metric in $(grep -ohE 'buddy_adaptive_[a-z_]+[a-z]' queries | sort -u); do
		grep -qx "$metric" metrics
	done
	[ "$(jq '[.panels[].id] | length == (unique | length)' "$contrib/grafana.json")" = true ]
}

@test "systemd takes the service and the timer" {
	need systemd-analyze
	mkdir units
	sed "s|^ExecStart=[^ ]*|ExecStart=$BUILD/buddyctl|" "$share/buddyctl-export.service" >units/buddyctl-export.service
	cp "$contrib/buddyctl-export.timer" units
	systemd-analyze verify --man=no units/buddyctl-export.service units/buddyctl-export.timer >said 2>&1 || true
	cat said
	not grep buddyctl-export said
	[ "$(grep -c '^ExecStart=.* export --file .*\.prom$' "$share/buddyctl-export.service")" = 1 ]
}

@test "sysctl.d: only the mode is set, to observe, and every line may fail" {
	[ "$(grep -v '^#' "$share/60-buddy-adaptive.conf" | grep .)" = "-vm.buddy_adaptive_mode = 1" ]
	for name in $("$buddyctl" tables | awk -F '\t' '$1 == "tunable" && $3 != "read-only" { print $2 }'); do
		grep -qE "^#?-$name = " "$share/60-buddy-adaptive.conf"
	done
}

@test "install puts all of it at its place" {
	need make
	make -s -C "$here/.." O="$BUILD" install DESTDIR="$PWD/pkg" PREFIX=/usr >/dev/null
	(cd pkg && find . -type f | sort) >files
	cat files
	diff -u files - <<-END
	./usr/bin/buddyctl
	./usr/lib/sysctl.d/60-buddy-adaptive.conf
	./usr/lib/systemd/system/buddyctl-export.service
	./usr/lib/systemd/system/buddyctl-export.timer
	./usr/share/bash-completion/completions/buddyctl
	./usr/share/buddyctl/buddy_adaptive.rules.yml
	./usr/share/buddyctl/grafana.json
	./usr/share/man/man8/buddyctl.8
	END
	[ "$(stat -c %a pkg/usr/bin/buddyctl)" = 755 ]
}
