#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Undertow KVM series - check the patches
#
# Purpose: the series applies to the packaged source with git am, gives the
# tree that regen.sh recorded, passes checkpatch, and each step builds, selftests too.
#
# Usage: check.sh [-v] [--no-build] [--cache DIR] SOURCE [BUILD]
#   SOURCE  unpacked linux-source-6.12, not written to
#   BUILD   a finished build of SOURCE with KVM as modules (its .config and
#           vmlinux.o are used); not needed with --no-build
#   DIR     remembers which steps have built: a step is known by its source,
#           .config, compiler and all patches up to it
# Prints a line per check.  Exit codes: 0 all passed, 1 a check failed, 2 usage
set -euo pipefail

top=$(cd "$(dirname "$0")" && pwd)
dir=$top/linux-6.12
max_lines=299

usage() {
	sed -n 's/^# Usage: /usage: /p' "$0" >&2
	exit 2
}

build=yes cache=
while [ $# -gt 0 ]; do
	case $1 in
	-v) set -x ;;
	--no-build) build=no ;;
	--cache) [ $# -ge 2 ] || usage; cache=$2; shift ;;
	-*) usage ;;
	*) break ;;
	esac
	shift
done
[ $# -ge 1 ] && [ $# -le 2 ] || usage
source=$(realpath "$1")
[ $build = no ] || [ -f "${2:-}/.config" ] || usage

# Next to SOURCE, if that is in DIR: hard links do not lead to another file system.
work=$(mktemp -d "${cache:-${TMPDIR:-/tmp}}/undertow-check.XXXXXX")
trap 'rm -rf "$work"' EXIT
mapfile -t patches < <(sed 's/#.*//;/^ *$/d' "$dir/series")
failed=0

# verdict NAME STATUS [WHY]
verdict() {
	if [ "$2" = 0 ]; then
		echo "ok $1"
	else
		echo "FAIL $1${3:+: $3}"
		failed=1
	fi
}

check_series() {
	local listed found
	listed=$(printf '%s\n' "${patches[@]}")
	found=$(cd "$dir" && ls [0-9]*.patch)
	[ "$listed" = "$found" ]
	verdict series_is_complete $? "series and the patches in $dir differ"
}

# A git tree of the files that the series changes is enough for git am.
check_apply() {
	local tree=$work/git hash
	git init -q "$tree"
	(cd "$source" && sed -n 's,^--- a/,,p' "$dir"/[0-9]*.patch | sort -u |
		while read -r f; do [ ! -f "$f" ] || echo "$f"; done |
		xargs cp --parents -t "$tree")
	git -C "$tree" add -f .
	git -C "$tree" -c user.name=check -c user.email=check@localhost commit -qm base
	(cd "$tree" && git -c user.name=check -c user.email=check@localhost \
		am -q --keep-cr "${patches[@]/#/$dir/}" > "$work/am.log" 2>&1)
	verdict series_applies $? "git am: $(tail -n 1 "$work/am.log")"
	hash=$(git -C "$tree" ls-tree -r HEAD | sha256sum | cut -d' ' -f1)
	[ "$hash" = "$(sed -n 's/^# tree: //p' "$dir/series")" ]
	verdict tree_is_recorded $? "the patches were edited by hand: run regen.sh"
	cmp "$tree/arch/x86/kvm/undertow_abi.h" "$top/../include/undertow/abi.h" >"$work/cmp.log" 2>&1
	verdict abi_is_identical $? "$(cat "$work/cmp.log")"
}

# The cover letter has what a reader looks for first, and counts the patches.
check_cover() {
	local title missing=
	for title in Goal 'Threat model' ABI Tests Limits; do
		grep -qx "$title" "$dir/0000-cover-letter.txt" || missing+=" '$title'"
	done
	[ -z "$missing" ]
	verdict cover_letter_has_all_parts $? "no heading$missing"
	head -n 1 "$dir/0000-cover-letter.txt" | grep -q "00/${#patches[@]}\]"
	verdict cover_letter_counts_patches $? "there are ${#patches[@]}"
}

check_patch() {
	local patch=$1 lines log=$work/checkpatch.log
	lines=$(git -C "$work/git" apply --numstat "$dir/$patch" | awk '{ n += $1 + $2 } END { print n }')
	[ "$lines" -le $max_lines ]
	verdict "size_of_$patch" $? "$lines lines changed, more than $max_lines"
	# FILE_PATH_CHANGES, NO_AUTHOR_SIGN_OFF: not posted.  LINE_SPACING: an assert
	# stands right below its structure.  CAMELCASE: _Static_assert is C.
	local ignored=FILE_PATH_CHANGES,NO_AUTHOR_SIGN_OFF,LINE_SPACING,CAMELCASE
	case $patch in
	# TRACE_EVENT() is written like this everywhere.
	*-Trace-*) ignored+=,COMPLEX_MACRO,OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT ;;
	# A table of instructions, which must be immediates of asm.
	*-Test-the-exits-*) ignored+=,COMPLEX_MACRO,MACRO_ARG_REUSE,TRAILING_SEMICOLON
		ignored+=,MULTISTATEMENT_MACRO_USE_DO_WHILE ;;
	# DEFINE_STATIC_KEY_DEFERRED_FALSE() is not known to define anything.
	*-Patch-Undertow-in-*) ignored+=,EXPORT_SYMBOL ;;
	# BITS_PER_TYPE(u32) is taken for a cast.
	*-Let-user-space-save-the-views-*) ignored+=,SPACING ;;
	# Each change that is tried is text of its message, too.
	*-Refuse-wrong-states-*) ignored+=,MACRO_ARG_REUSE ;;
	# The kernel's own names, in user space.
	*-Describe-a-VM-* | *-Describe-the-rest-*) ignored+=,NEW_TYPEDEFS,UNCOMMENTED_DEFINITION,MACRO_ARG_REUSE
		ignored+=,MACRO_ARG_UNUSED ;;
	# A condition to wait for.
	*-Let-KVM-serve-*) ignored+=,MACRO_ARG_REUSE ;;
	*-Lend-*) ignored+=,EMBEDDED_FILENAME ;;
	esac
	"$source/scripts/checkpatch.pl" --strict --no-tree --quiet --no-summary \
		--ignore "$ignored" "$dir/$patch" > "$log" 2>&1
	verdict "checkpatch_$patch" $? "$(grep -c '^[EWC][A-Z]*:' "$log") findings"
	cat "$log"
}

# Hard links: patch replaces a file, it does not write into it.
build_prepare() {
	cp -al "$source" "$work/source"
	mkdir "$work/obj"
	cp "$1/.config" "$work/obj"
	ln -s "$(realpath "$1/vmlinux.o")" "$work/obj/vmlinux.o"
}

# Name of everything that the build of a step depends on.
step_key() {
	{
		sha256sum < "$work/obj/.config"
		cat "$(realpath "$0")" <(clang-19 --version) <(basename "$source")
		(cd "$dir" && cat "$@")
	} | sha256sum | cut -c1-16
}

# The modules, if the patch changes what they are made of.
build_kvm() {
	sed -n 's,^+++ b/,,p' "$dir/$1" | grep -qv -e ^Documentation/ -e ^tools/ || return 0
	nice make -C "$work/source" O="$work/obj" LLVM=-19 LOCALVERSION= -j"$(nproc)" \
		virt/lib/irqbypass.ko arch/x86/kvm/kvm.ko arch/x86/kvm/kvm-intel.ko
}

# The selftests that a patch changes; all of the series' if it changes what they share.
# Their own headers define __BITS_PER_LONG twice, with and without the series.
build_selftests() {
	local kvm=tools/testing/selftests/kvm names
	names=$(sed -n "s,^+++ b/$kvm/\(.*\)\.[ch]\$,\1,p" "$dir/$1")
	[ -n "$names" ] || return 0
	if grep -qv '_test$' <<<"$names"; then
		names=$(cd "$work/source/$kvm" && ls x86_64/undertow_*_test.c 2>/dev/null)
		names=${names//.c/}
	fi
	# shellcheck disable=SC2086 # names have no spaces
	set -- ${names//x86_64/$work/selftests/x86_64}
	[ $# -gt 0 ] || return 0
	make -C "$work/source" O="$work/obj" LLVM=-19 headers &&
		nice make -C "$work/source/$kvm" LLVM=-19 -j"$(nproc)" LDFLAGS=-static \
			OUTPUT="$work/selftests" INSTALL_HDR_PATH="$work/obj/usr" \
			LINUX_HDR_PATH="$work/obj/usr/include" "$@"
}

build_step() {
	local stamp=$cache/patch-built-$2
	patch -p1 -s --no-backup-if-mismatch -d "$work/source" -i "$dir/$1"
	if [ -n "$cache" ] && [ -f "$stamp" ]; then
		verdict "builds_$1" 0
		return
	fi
	{ build_kvm "$1" && build_selftests "$1"; } > "$work/build.log" 2>&1 &&
		! grep -v __BITS_PER_LONG "$work/build.log" | grep -q 'warning:'
	local status=$?
	verdict "builds_$1" $status "$(grep -m 1 -E 'warning:|error:|\*\*\*' "$work/build.log")"
	[ $status != 0 ] || [ -z "$cache" ] || touch "$stamp"
}

set +e
check_series
check_apply
check_cover
for patch in "${patches[@]}"; do
	check_patch "$patch"
done
if [ $build = yes ]; then
	build_prepare "$2"
	for ((i = 0; i < ${#patches[@]}; i++)); do
		build_step "${patches[i]}" "$(step_key "${patches[@]:0:i+1}")"
	done
fi
exit $failed
