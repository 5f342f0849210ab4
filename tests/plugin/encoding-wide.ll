; SPDX-License-Identifier: GPL-2.0-only
; Constants of widths that no register has, as bit-fields have them: the backend
; extends or splits them, and the value stays.
; RUN: clang %kernel -target x86_64-linux-gnu -O0 -Wno-override-module -fpass-plugin=%plugin -c %s -o %t.o
; RUN: %undertow_dir/bin/undertow verify %t.o
; RUN: clang %kernel -target x86_64-linux-gnu -O2 -Wno-override-module -fpass-plugin=%plugin -c %s -o %t.o
; RUN: %undertow_dir/bin/undertow verify %t.o
; RUN: llvm-objdump -d --no-leading-addr --no-show-raw-insn %t.o | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: <bitfield.untrusted>:
; CHECK: movabsq $0x1111111111cd331e,
; CHECK: movabsq $0x1111111111111111,
; CHECK: xorq
define void @bitfield(ptr %p) #0 {
  %old = load i96, ptr %p
  %kept = and i96 %old, -33554432
  %new = or i96 %kept, 14426639
  store i96 %new, ptr %p
  ret void
}

define i128 @whole(i128 %a) #0 {
  %r = xor i128 %a, 320255973458265935
  %s = add i128 %r, 5907679993404107183443886080
  ret i128 %s
}

define void @narrow(ptr %p) #0 {
  %old = load i24, ptr %p
  %new = xor i24 %old, 14426639
  store i24 %new, ptr %p
  ret void
}

define void @middle(ptr %p) #0 {
  %old = load i40, ptr %p
  %new = xor i40 %old, 3693219599
  store i40 %new, ptr %p
  ret void
}

; 01 f8 by the sign, behind the byte 0f of an address.
define void @sign(ptr %p) #0 {
  %old = load i12, ptr %p
  %new = xor i12 %old, -2047
  store i12 %new, ptr %p
  ret void
}

define i32 @cases(ptr %p) #0 {
  %a = load i96, ptr %p
  switch i96 %a, label %other [
    i96 14426639, label %found
    i96 1, label %found
  ]
found:
  ret i32 5
other:
  ret i32 6
}

attributes #0 = { "undertow-untrusted"="dom" }
