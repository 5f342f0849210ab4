; SPDX-License-Identifier: GPL-2.0-only
; Types that no C source has.
; RUN: not clang -fpass-plugin=%plugin -c -o /dev/null %s 2>&1 | FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-DAG: error: three: the result is neither an integer nor a pointer, not supported in an untrusted function
define { i64, i64, i64 } @three(i64 %a) #0 {
  ret { i64, i64, i64 } zeroinitializer
}

; CHECK-DAG: error: aggregate: argument 1 is neither an integer nor a pointer, not supported in an untrusted function
define i64 @aggregate([2 x i64] %a) #0 {
  ret i64 0
}

; CHECK-DAG: error: huge: argument 2 is an integer of no size that C has, not supported in an untrusted function
define i64 @huge(i64 %a, i256 %b) #0 {
  ret i64 0
}

; CHECK-DAG: error: nested: argument 1 is passed in a way of its own, not supported in an untrusted function
define i64 @nested(ptr nest %a) #0 {
  ret i64 0
}

attributes #0 = { "undertow-untrusted"="dom" }
