// SPDX-License-Identifier: GPL-2.0-only
// Contents of the region map: header, boundary symbols, kinds.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -x .data %t.o | FileCheck --check-prefix=BYTES %s
// RUN: llvm-readelf -Wr %t.o | FileCheck %s
#include <undertow/annotate.h>
int __untrusted f(int a) { return a; }
// Magic, revision 1, 464 bytes, 6 regions, view 0, name.
// BYTES: 0x00000000 55544d50 0100d001 06000000 00000000
// CHECK: '.rela.data'
// CHECK-NEXT: Offset
// CHECK-NEXT: {{^}}0000000000000030 {{.*}} __ut_dom_gates_start + 0
// CHECK-NEXT: {{^}}0000000000000038 {{.*}} __ut_dom_gates_end + 0
// CHECK-NEXT: {{^}}0000000000000040 {{.*}} __ut_dom_callees_start + 0
// CHECK-NEXT: {{^}}0000000000000048 {{.*}} __ut_dom_callees_end + 0
// CHECK-NEXT: {{^}}0000000000000050 {{.*}} __ut_dom_text_start + 0
// CHECK-NEXT: {{^}}0000000000000058 {{.*}} __ut_dom_text_end + 0
// CHECK-NEXT: {{^}}0000000000000068 {{.*}} __ut_dom_gate_start + 0
// CHECK-NEXT: {{^}}0000000000000070 {{.*}} __ut_dom_gate_end + 0
// CHECK-NEXT: {{^}}0000000000000080 {{.*}} __ut_dom_rodata_start + 0
// CHECK-NEXT: {{^}}0000000000000088 {{.*}} __ut_dom_rodata_end + 0
// CHECK-NEXT: {{^}}0000000000000098 {{.*}} __ut_dom_data_start + 0
// CHECK-NEXT: {{^}}00000000000000a0 {{.*}} __ut_dom_data_end + 0
// CHECK-NEXT: {{^}}00000000000000b0 {{.*}} __ut_dom_bss_start + 0
// CHECK-NEXT: {{^}}00000000000000b8 {{.*}} __ut_dom_bss_end + 0
// CHECK-NEXT: {{^}}00000000000000c8 {{.*}} __ut_critical_start + 0
// CHECK-NEXT: {{^}}00000000000000d0 {{.*}} __ut_critical_end + 0
// CHECK: '.rela.undertow.maps'
// CHECK: __ut_map_dom + 0
