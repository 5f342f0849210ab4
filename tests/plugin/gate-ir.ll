; SPDX-License-Identifier: GPL-2.0-only
; The passes alone, by -fpass-plugin's entry: attributes in the IR.
; RUN: clang -fpass-plugin=%plugin -O0 -S -emit-llvm -o - %s | FileCheck %s
; RUN: clang -fpass-plugin=%plugin -O2 -S -emit-llvm -o - %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK: module asm {{.*}}.undertow.records.dom
; CHECK: define {{.*}} @f.untrusted({{.*}} section ".undertow.text.dom"
; CHECK: call i32 @kernel_call.exit.dom(
; CHECK: define {{.*}} @user
; CHECK: call i32 @f(
; CHECK-DAG: define {{.*}} @f(i32{{.*}} section ".undertow.gate.dom"
; CHECK-DAG: define internal {{.*}} @kernel_call.exit.dom({{.*}} section ".undertow.gate.dom"
; CHECK: attributes #{{[0-9]+}} = { {{.*}}naked {{.*}}noinline

define i32 @f(i32 %a) #0 {
  %r = call i32 @kernel_call(i32 %a)
  %s = add i32 %r, 1
  ret i32 %s
}

define i32 @user(i32 %a) {
  %r = call i32 @f(i32 %a)
  ret i32 %r
}

declare i32 @kernel_call(i32)

attributes #0 = { "undertow-untrusted"="dom" }
