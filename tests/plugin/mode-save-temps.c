// SPDX-License-Identifier: GPL-2.0-only
// A compilation in steps gives the same object as one in one go: preprocessed
// source, assembler, and -save-temps, which optimizes bitcode in a process
// without a source.  That one needs the passes alone; without them nothing would
// be isolated, so their absence is an error.  The name of the module is an
// option: later steps see no macros.  -mtune: the assembler alone pads differently.
// RUN: rm -rf %t && mkdir -p %t/one %t/two
// RUN: for o in -O1 -O2 -O3 -Os '-O2 -fplugin-arg-undertow-domain=dom'; do \
// RUN:   clang -fplugin=%plugin %kernel -mtune=x86-64 -fplugin-arg-undertow-module=dom -I%top/include $o -c %s -o %t/direct.o && \
// RUN:   clang -fplugin=%plugin -fpass-plugin=%plugin %kernel -mtune=x86-64 -fplugin-arg-undertow-module=dom -I%top/include $o -c %s -o %t/both.o && \
// RUN:   clang -fplugin=%plugin -fpass-plugin=%plugin %kernel -mtune=x86-64 -fplugin-arg-undertow-module=dom -I%top/include $o -save-temps=obj -c %s -o %t/one/direct.o && \
// RUN:   clang -fplugin=%plugin %kernel -mtune=x86-64 -fplugin-arg-undertow-module=dom -I%top/include $o -E %s -o %t/two/direct.i && \
// RUN:   clang -fplugin=%plugin %kernel -mtune=x86-64 -Wno-unused-command-line-argument -fplugin-arg-undertow-module=dom $o -S %t/two/direct.i -o %t/two/direct.s && \
// RUN:   clang -c %t/two/direct.s -o %t/two/direct.o && \
// RUN:   cmp %t/direct.o %t/both.o && cmp %t/direct.o %t/one/direct.o && cmp %t/direct.o %t/two/direct.o || { echo "level $o"; exit 1; }; done
// RUN: llvm-dis -o - %t/one/*.bc | FileCheck --check-prefix=SPLIT %s
// RUN: llvm-readelf -s %t/direct.o | FileCheck %s
// RUN: cd %t && not clang -fplugin=%plugin %kernel -mtune=x86-64 -fplugin-arg-undertow-module=dom -I%top/include -O2 -save-temps=obj -c %s -o %t/bad.o 2>&1 | FileCheck --check-prefix=ERROR %s
// RUN: not clang -fplugin=%plugin %kernel -I%top/include -DKBUILD_MODNAME='"dom"' -O2 -save-temps=obj -c %s -o %t/bad.o 2>&1 | FileCheck --check-prefix=NAME %s
// The bitcode between the steps is split but not yet optimized.
// RUN: echo kernel_call > %t/allow && not clang -fplugin=%plugin -fpass-plugin=%plugin %kernel -fplugin-arg-undertow-allow=%t/allow -fplugin-arg-undertow-module=dom -I%top/include -O2 -save-temps=obj -c %s -o %t/bad.o 2>&1 | FileCheck --check-prefix=ALLOW %s
// SPLIT: define {{.*}} @parse.untrusted(
// SPLIT: call {{.*}}memcpy
// CHECK-DAG: memcpy.dom
// CHECK-DAG: parse.untrusted
// ERROR: error: {{.*}}mode-save-temps.c: optimized in a process of its own (-save-temps), which needs -fpass-plugin= with the plugin too
// ALLOW: error: {{.*}}mode-save-temps.c: optimized in a process of its own (-save-temps), which has no allow-list
// NAME: error: {{.*}}: 'undertow_untrusted' without a domain, and no default domain
#include <undertow/annotate.h>
void *memcpy(void *to, const void *from, unsigned long len);
extern int kernel_call(const char *text);
static const int table[] = { 3, 1, 4, 1, 5, 9, 2, 6 };
static int total __untrusted;
int __untrusted parse(const unsigned char *data, unsigned long len);
int parse(const unsigned char *data, unsigned long len)
{
	unsigned char buffer[300];

	memcpy(buffer, data, len);
	total += table[buffer[0] & 7] + kernel_call("text");
	return total;
}
