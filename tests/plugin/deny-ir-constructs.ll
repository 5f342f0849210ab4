; SPDX-License-Identifier: GPL-2.0-only
; What no source spells, but an IR file can.
; RUN: not clang -fpass-plugin=%plugin -c -o /dev/null %s 2>&1 | FileCheck %s
; CHECK-DAG: error: prefixed: untrusted function has prefix data
target triple = "x86_64-pc-linux-gnu"

define i32 @prefixed(i32 %a) #0 prefix i32 5 {
  ret i32 %a
}

attributes #0 = { "undertow-untrusted"="dom" }
