# SPDX-License-Identifier: GPL-2.0
#
# The corpus of `make fuzz`, each input and every cut of it, under the sanitizers. What
# AFL++ finds is added there, a line each: fuzz PARSER pack FILE… >>test/corpus/PARSER

load helper

@test "corpus: each parser has one" {
	diff <("$CHECK/fuzz" list | sort) <(ls "$here/corpus")
}

@test "corpus: every input is survived, and what was taken holds" {
	for parser in $("$CHECK/fuzz" list); do
		echo "$parser"
		"$CHECK/fuzz" "$parser" replay "$here/corpus/$parser"
	done
}

@test "corpus: packed and unpacked it is the same" {
	for parser in $("$CHECK/fuzz" list); do
		mkdir "$parser"
		"$CHECK/fuzz" "$parser" unpack "$here/corpus/$parser" "$parser"
		(echo '# again'; "$CHECK/fuzz" "$parser" pack "$parser"/*) >packed
		mkdir "$parser.2"
		"$CHECK/fuzz" "$parser" unpack packed "$parser.2"
		diff -r "$parser" "$parser.2"
		"$CHECK/fuzz" "$parser" <"$parser/001"
	done
}
