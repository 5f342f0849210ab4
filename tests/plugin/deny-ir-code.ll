; SPDX-License-Identifier: GPL-2.0-only
; Operations that the backend turns into something outside of the domain.
; RUN: not clang -fpass-plugin=%plugin -c -o /dev/null %s 2>&1 | FileCheck %s
; CHECK-DAG: error: jumps: non-local jump is not supported in an untrusted function
; CHECK-DAG: error: thread: thread pointer is not supported in an untrusted function
; CHECK-DAG: error: vector: vectors are not supported in an untrusted function
target triple = "x86_64-pc-linux-gnu"

define i32 @jumps(ptr %buf) #0 {
  %r = call i32 @llvm.eh.sjlj.setjmp(ptr %buf)
  ret i32 %r
}

define ptr @thread() #0 {
  %p = call ptr @llvm.thread.pointer()
  ret ptr %p
}

define void @vector(ptr %p) #0 {
  %v = load <4 x i32>, ptr %p
  store <4 x i32> %v, ptr %p
  ret void
}

declare i32 @llvm.eh.sjlj.setjmp(ptr)
declare ptr @llvm.thread.pointer()

attributes #0 = { "undertow-untrusted"="dom" }
