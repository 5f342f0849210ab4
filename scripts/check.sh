#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Undertow scripts - source style and file rules (the style tier)
#
# Prints a line per check and the totals.  A missing tool is a failure: the
# tools are in scripts/install-packages.
# Exit codes: 0 all checks passed, 1 a finding.
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0 failed=0
# verdict NAME FINDINGS: no findings is a pass.
verdict() {
	if [ -z "$2" ]; then
		echo "ok $1"
		passed=$((passed + 1))
	else
		printf '%s\n' "$2" | head -n 40
		echo "FAIL $1"
		failed=$((failed + 1))
	fi
}
files() { git ls-files -co --exclude-standard -- "$@"; }
is_shell() { head -c 64 "$1" | grep -q '^#!.*sh$\|^#!.*bash'; }

# Every source file names its licence in the first lines.
spdx() {
	files '*.c' '*.h' '*.S' '*.cpp' '*.py' '*.sh' '*.mk' '*.cmake' '*/Kbuild' \
		'*CMakeLists.txt' '*/run' 'run-*' 'scripts/*' | sort -u | while read -r f; do
		head -n 3 "$f" | grep -q SPDX-License-Identifier || echo "$f: no SPDX line"
	done
}

# No build output, no blobs, nothing large.
sizes() {
	files | while read -r f; do
		[ -f "$f" ] || continue
		[ "$(stat -c %s "$f")" -le 204800 ] || echo "$f: over 200 KB"
		[ ! -s "$f" ] || grep -Iq . "$f" || echo "$f: binary"
	done
}

shell() {
	local list=()
	while read -r f; do
		[ -f "$f" ] && is_shell "$f" && list+=("$f")
	done < <(files)
	shellcheck --severity=warning "${list[@]}" || true
}

# Kernel C: the kernel's own checker; errors and warnings count.  Ignored types:
#   FILE_PATH_CHANGES: about trees, not about code
#   SPDX_LICENSE_TAG: include/ and samples/ carry two licences
#   MACRO_ARG_UNUSED: annotate.h without the plugin expands to nothing
#   VOLATILE, AVOID_EXTERNS: hostile code that must access what it names
#   LINUX_VERSION_CODE: runtime/compat.h is for several kernels
checkpatch() {
	local pl list=()
	pl=$(lab/undertow-lab path source)/scripts/checkpatch.pl
	[ -f "$pl" ] || { echo "no checkpatch.pl in the kernel source"; return; }
	mapfile -t list < <(files 'runtime/*.[chS]' 'include/undertow/*.h' 'samples/*.[ch]' \
		| grep -v '^samples/demo/')
	perl "$pl" --no-tree --terse --quiet --no-summary --max-line-length=100 --ignore \
		FILE_PATH_CHANGES,SPDX_LICENSE_TAG,MACRO_ARG_UNUSED,VOLATILE,AVOID_EXTERNS,LINUX_VERSION_CODE \
		-f "${list[@]}" || true
}

format() {
	files 'clang-plugin/*.cpp' 'clang-plugin/*.h' | while read -r f; do
		clang-format-19 --style=file --dry-run --Werror "$f" 2>&1 | head -n 3
	done
}

# Half a minute a file that changed: with UNDERTOW_SOAK only.
tidy() { scripts/tidy || true; }

python() {
	local list=()
	while read -r f; do
		head -n 1 "$f" | grep -q python && list+=("$f")
	done < <(files)
	mapfile -t -O ${#list[@]} list < <(files '*.py')
	for f in "${list[@]}"; do
		python3 -c 'import ast,sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$f" 2>&1 || true
		awk -v f="$f" 'length > 100 { print f ":" NR ": over 100 columns" }' "$f"
	done
}

# Component READMEs are at most 60 lines, the first one 150.
readmes() {
	files 'README.md' '*/README.md' | while read -r f; do
		limit=60
		[ "$f" = README.md ] && limit=150
		n=$(wc -l <"$f")
		[ "$n" -le "$limit" ] || echo "$f: $n lines, limit $limit"
	done
}

# Links in documents point at files that exist.
links() {
	files '*.md' | while read -r f; do
		grep -oE '\]\([^)#: ]+' "$f" | sed 's/^](//' | while read -r target; do
			[ -e "$(dirname "$f")/$target" ] || echo "$f: dead link $target"
		done || true
	done
}

# Each invariant names a function that exists, and tests that exist or says pending.
invariants() { python3 scripts/check-invariants.py; }

# Each message of the runtime, the plugin and the scripts is documented, and tested.
messages() { python3 scripts/check-messages.py; }

open_ends() {
	files '*.c' '*.h' '*.S' '*.cpp' '*.py' '*.sh' '*.md' '*/run' 'run-*' \
		| grep -v '^scripts/check.sh$' \
		| xargs grep -nE '\b(TODO|FIXME|XXX)\b' || true
}

verdict spdx "$(spdx)"
verdict sizes "$(sizes)"
verdict shellcheck "$(shell)"
verdict checkpatch "$(checkpatch)"
verdict clang-format "$(format)"
[ -z "${UNDERTOW_SOAK:-}" ] || verdict clang-tidy "$(tidy)"
verdict python "$(python)"
verdict readmes "$(readmes)"
verdict links "$(links)"
verdict invariants "$(invariants)"
verdict messages "$(messages)"
verdict open-ends "$(open_ends)"
echo "# style: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
