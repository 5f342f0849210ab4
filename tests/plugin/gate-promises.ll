; SPDX-License-Identifier: GPL-2.0-only
; No promise about an untrusted function reaches its callers, whichever version
; of LLVM invented it; how values travel does, and what restricts the optimizer.
; Loads keep no promise about the value.
; RUN: rm -rf %t && split-file %s %t
; RUN: clang -fpass-plugin=%plugin -O0 -S -emit-llvm -o - %t/both.ll | FileCheck %s
; RUN: %if llvm-22 %{ clang -fpass-plugin=%plugin -O0 -S -emit-llvm -o - %t/new.ll | FileCheck --check-prefix=NEW %s %}

; CHECK-LABEL: define {{.*}} @user(
; CHECK: call signext i8 @promise(ptr %p, i16 zeroext 3){{( #[0-9]+)?$}}
; CHECK: call ptr @allocate(i64 8){{( #[0-9]+)?$}}
; CHECK: call i32 @restrict(i32 1) #[[RESTRICT:[0-9]+]]
; CHECK-LABEL: define {{.*}} @loads(
; CHECK: load i8, ptr %p, align 1{{$}}
; CHECK: load ptr, ptr %q, align 8, !tbaa {{![0-9]+$}}
; CHECK-NOT: attributes {{.*}} memory(
; CHECK-NOT: attributes {{.*}} {{nofree|nosync|norecurse|willreturn|speculatable|mustprogress|allockind}}
; CHECK: attributes #[[RESTRICT]] = { convergent noduplicate }

;--- both.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare signext range(i8 0, 2) noundef i8 @promise(ptr nocapture readonly nonnull noundef align 8 dereferenceable(4) noalias nofree initializes((0, 4)), i16 zeroext range(i16 1, 5)) #0
declare noalias nonnull ptr @allocate(i64) #1
declare i32 @restrict(i32 returned) #0
define i32 @own(i32 %a) #2 { ret i32 %a }

define i8 @user(ptr %p) {
  %r = call signext range(i8 0, 2) noundef i8 @promise(ptr nocapture readonly nonnull noundef align 8 %p, i16 zeroext range(i16 1, 5) 3) #3, !range !0
  %m = call noalias nonnull dereferenceable(8) ptr @allocate(i64 8) #3
  %s = call i32 @restrict(i32 returned 1) #4
  ret i8 %r
}

define ptr @loads(ptr %p, ptr %q) {
  %a = load i8, ptr %p, align 1, !range !0, !noundef !1
  %b = load ptr, ptr %q, align 8, !nonnull !1, !align !2, !dereferenceable !2, !invariant.load !1, !invariant.group !1, !tbaa !3
  ret ptr %b
}

attributes #0 = { memory(none) nofree nosync norecurse willreturn nocallback speculatable mustprogress "undertow-untrusted"="dom" }
attributes #1 = { allocsize(0) allockind("alloc") "alloc-family"="malloc" "undertow-untrusted"="dom" }
attributes #2 = { "undertow-untrusted"="dom" }
attributes #3 = { memory(none) nofree nosync norecurse willreturn nocallback mustprogress }
attributes #4 = { noduplicate convergent memory(read) willreturn }
!0 = !{i8 0, i8 2}
!1 = !{}
!2 = !{i64 8}
!3 = !{!4, !4, i64 0}
!4 = !{!"any pointer", !5, i64 0}
!5 = !{!"root"}

; NEW-LABEL: define {{.*}} @user(
; NEW: call ptr @promise(ptr %p){{( #[0-9]+)?$}}
; NEW-LABEL: define {{.*}} @loads(
; NEW: load ptr, ptr %p, align 8{{$}}
; NEW-NOT: attributes {{.*}} {{nocreateundeforpoison|nodivergencesource}}

;--- new.ll
target triple = "x86_64-pc-linux-gnu"

declare ptr @promise(ptr captures(none) dead_on_return) #0
define i32 @own(i32 %a) #1 { ret i32 %a }

define void @user(ptr %p) {
  %r = call ptr @promise(ptr captures(ret: address, provenance) dead_on_return %p) #2
  ret void
}

define ptr @loads(ptr %p) {
  %a = load ptr, ptr %p, align 8, !invariant.load !0
  ret ptr %a
}

attributes #0 = { nocreateundeforpoison nodivergencesource "undertow-untrusted"="dom" }
attributes #1 = { "undertow-untrusted"="dom" }
attributes #2 = { nocreateundeforpoison nodivergencesource memory(none) }
!0 = !{}
