; SPDX-License-Identifier: GPL-2.0-only
; A constant, and an address, that a block hands on twice: the same value.
; RUN: clang %kernel -target x86_64-linux-gnu -O0 -Wno-override-module -fpass-plugin=%plugin -c %s -o %t.o
; RUN: %undertow_dir/bin/undertow verify %t.o
; RUN: clang %kernel -target x86_64-linux-gnu -O2 -Wno-override-module -fpass-plugin=%plugin -c %s -o %t.o
; RUN: %undertow_dir/bin/undertow verify %t.o
target triple = "x86_64-unknown-linux-gnu"

@counter = global i32 1 #0

define i32 @pick(i32 %a) #0 {
entry:
  switch i32 %a, label %other [
    i32 1, label %both
    i32 2, label %both
    i32 735191311, label %both
    i32 300023055, label %both
  ]
other:
  br label %both
both:
  %v = phi i32 [ 584589839, %entry ], [ 584589839, %entry ], [ 584589839, %entry ], [ 584589839, %entry ], [ %a, %other ]
  %p = phi ptr [ @counter, %entry ], [ @counter, %entry ], [ @counter, %entry ], [ @counter, %entry ], [ null, %other ]
  store i32 %v, ptr %p
  ret i32 %v
}

attributes #0 = { "undertow-untrusted"="dom" }
