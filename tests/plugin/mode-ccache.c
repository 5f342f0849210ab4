// SPDX-License-Identifier: GPL-2.0-only
// Through ccache: a miss and a hit give the object of a direct compilation; the
// plugin, its options and the domain's name are part of what is looked up.  ccache
// looks at the file of -fplugin=, so it must be a path, as module.mk has it.
// REQUIRES: ccache
// DEFINE: %{ccache} = env CCACHE_DIR=%t/cache CCACHE_CONFIGPATH=%t/none ccache
// DEFINE: %{flags} = -fplugin=%t/plugin.so -fpass-plugin=%t/plugin.so %kernel -I%top/include -O2 -fplugin-arg-undertow-module=dom
// RUN: rm -rf %t && mkdir %t && cp %plugin %t/plugin.so
// RUN: %{ccache} --zero-stats > %t/log
// RUN: clang %{flags} -c %s -o %t/direct.o
// RUN: %{ccache} clang %{flags} -c %s -o %t/miss.o && %{ccache} clang %{flags} -c %s -o %t/hit.o
// RUN: cmp %t/direct.o %t/miss.o && cmp %t/direct.o %t/hit.o
// RUN: %{ccache} --print-stats | FileCheck --check-prefix=FIRST %s
// FIRST: cache_miss{{[[:space:]]+}}1{{$}}
// FIRST: direct_cache_hit{{[[:space:]]+}}1{{$}}
//
// Each of these is a miss.
// RUN: %{ccache} clang %{flags} -fplugin-arg-undertow-domain=dom -c %s -o %t/file.o && not cmp %t/file.o %t/direct.o
// RUN: %{ccache} clang %{flags} -fplugin-arg-undertow-module=other -c %s -o %t/other.o && not cmp %t/other.o %t/direct.o
// RUN: echo changed >> %t/plugin.so && %{ccache} clang %{flags} -c %s -o %t/changed.o
// RUN: %{ccache} --print-stats | FileCheck --check-prefix=SECOND %s
// SECOND: cache_miss{{[[:space:]]+}}4{{$}}
// SECOND: direct_cache_hit{{[[:space:]]+}}1{{$}}
#include <undertow/annotate.h>
int __untrusted parse(int a);
int parse(int a) { return a + 1; }
int helper(int a);
int helper(int a) { return parse(a) * 2; }
