; SPDX-License-Identifier: GPL-2.0-only
; Without a source the pass judges by the types of the IR.
; RUN: not clang -fpass-plugin=%plugin -c -o /dev/null %s 2>&1 | FileCheck %s
; CHECK: error: f: the result is an aggregate, not supported in an untrusted function
target triple = "x86_64-pc-linux-gnu"

define { i64, i64, i64 } @f(i64 %a) #0 {
  ret { i64, i64, i64 } zeroinitializer
}

attributes #0 = { "undertow-untrusted"="dom" }
