// SPDX-License-Identifier: GPL-2.0-only
// How escapes are silenced or made errors, and the hint to the fix.
// RUN: %ut-clang -fsyntax-only %s -Wno-error 2>&1 | FileCheck --check-prefix=WARN %s
// RUN: not %ut-clang -fsyntax-only %s 2>&1 | FileCheck --check-prefix=ERROR %s
// RUN: %ut-clang -fsyntax-only %s -Wno-user-defined-warnings 2>&1 | count 0
// RUN: %ut-clang -fsyntax-only %s -Wno-error=user-defined-warnings 2>&1 | FileCheck --check-prefix=WARN %s
// RUN: %ut-clang -fsyntax-only %s -fplugin-arg-undertow-escape=ignored 2>&1 | count 0
// RUN: %ut-clang -fsyntax-only %s -fplugin-arg-undertow-escape=warning 2>&1 | FileCheck --check-prefix=WARN %s
// RUN: not %ut-clang -fsyntax-only %s -Wno-error -fplugin-arg-undertow-escape=error 2>&1 | FileCheck --check-prefix=ERROR %s
// RUN: %ut-clang -fsyntax-only %s -Wno-unknown-warning-option -Wno-undertow-escape 2>&1 | count 0
// RUN: %ut-clang -fsyntax-only %s -Wno-unknown-warning-option -Wno-undertow-escape -Wundertow-escape -Wno-error=undertow-escape 2>&1 | FileCheck --check-prefix=WARN %s
// RUN: not %ut-clang -fsyntax-only %s -Wno-unknown-warning-option -Wno-error -Werror=undertow-escape 2>&1 | FileCheck --check-prefix=ERROR %s
// RUN: %ut-clang -fsyntax-only %s -w 2>&1 | count 0
// RUN: not %ut-clang -fsyntax-only %s -fplugin-arg-undertow-escape=no 2>&1 | FileCheck --check-prefix=VALUE %s
// RUN: %ut-clang -fsyntax-only %s -Wno-error -fdiagnostics-parseable-fixits 2>&1 | FileCheck --check-prefix=FIXIT %s
// VALUE: error: -fplugin-arg-undertow-escape: value is 'no', not ignored, warning or error
#include <undertow/annotate.h>
int __untrusted parse(const char *p);
// FIXIT: fix-it:"{{.*}}escape-options.c":{[[#@LINE+1]]:1-[[#@LINE+1]]:1}:"__untrusted "
static char table[16];
int trusted(void)
{
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wuser-defined-warnings"
	parse(table);
#pragma clang diagnostic pop
	// WARN: escape-options.c:[[#@LINE+2]]:15: warning: table: address of a trusted variable
	// ERROR: escape-options.c:[[#@LINE+1]]:15: error: table: address of a trusted variable
	return parse(table);
}
// WARN: 1 warning generated
// ERROR: 1 error generated
