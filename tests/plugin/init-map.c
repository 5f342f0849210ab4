// SPDX-License-Identifier: GPL-2.0-only
// Contents of the region map: header, boundary symbols, kinds.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -x .undertow.map.dom %t.o | FileCheck --check-prefix=BYTES %s
// RUN: llvm-readelf -Wr %t.o | FileCheck %s
#include <undertow/annotate.h>
int __untrusted f(int a) { return a; }
// Magic, revision 3, 432 bytes, 7 regions, view 0, name.
// BYTES: 0x00000000 55544d50 0300b001 07000000 00000000
// CHECK: '.rela.undertow.map.dom'
// CHECK-NEXT: Offset
// CHECK-NEXT: {{^}}0000000000000030 {{.*}} __ut_dom_text_start + 0
// CHECK-NEXT: {{^}}0000000000000038 {{.*}} __ut_dom_text_end + 0
// CHECK-NEXT: {{^}}0000000000000048 {{.*}} __ut_dom_gate_start + 0
// CHECK-NEXT: {{^}}0000000000000050 {{.*}} __ut_dom_gate_end + 0
// CHECK-NEXT: {{^}}0000000000000060 {{.*}} __ut_dom_rodata_start + 0
// CHECK-NEXT: {{^}}0000000000000068 {{.*}} __ut_dom_rodata_end + 0
// CHECK-NEXT: {{^}}0000000000000078 {{.*}} __ut_dom_data_start + 0
// CHECK-NEXT: {{^}}0000000000000080 {{.*}} __ut_dom_data_end + 0
// CHECK-NEXT: {{^}}0000000000000090 {{.*}} __ut_dom_bss_start + 0
// CHECK-NEXT: {{^}}0000000000000098 {{.*}} __ut_dom_bss_end + 0
// CHECK-NEXT: {{^}}00000000000000a8 {{.*}} __ut_dom_records_start + 0
// CHECK-NEXT: {{^}}00000000000000b0 {{.*}} __ut_dom_records_end + 0
// CHECK-NEXT: {{^}}00000000000000c0 {{.*}} __ut_critical_start + 0
// CHECK-NEXT: {{^}}00000000000000c8 {{.*}} __ut_critical_end + 0
// CHECK: '.rela.undertow.maps'
// CHECK: __ut_map_dom + 0
