; SPDX-License-Identifier: GPL-2.0-only
; Odd but valid IR, a case behind each mark, for fuzz_ir.py; #0 and #1 are
; untrusted.  Several once crashed the compiler.
;--- declaration-only
declare i32 @f(i32) #0
@v = external global i32 #0
;--- attribute-without-value
define i32 @f(i32 %a) #2 {
  ret i32 %a
}
;--- unnamed
define i32 @0(i32 %a) #0 {
  ret i32 %a
}
@1 = global i32 1 #0
;--- odd-symbol
define i32 @"a b\22\0A"(i32 %a) #0 {
  ret i32 %a
}
;--- symbol-with-mark
define i32 @"\01f"(i32 %a) #0 {
  ret i32 %a
}
;--- taken-body-name
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
define i32 @f.untrusted(i32 %a) {
  ret i32 %a
}
;--- taken-exit-name
define i32 @f(i32 %a) #0 {
  %r = call i32 @take(i32 %a)
  ret i32 %r
}
define i32 @take.exit.dom(i32 %a) {
  ret i32 %a
}
;--- taken-exit-variable
define i32 @f(i32 %a) #0 {
  %r = call i32 @take(i32 %a)
  ret i32 %r
}
@take.exit.dom = global i32 1
;--- taken-body-variable
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
@f.untrusted = global i32 1
;--- recursion
define i32 @f(i32 %a) #0 {
  %r = call i32 @f(i32 %a)
  ret i32 %r
}
;--- mutual
define i32 @f(i32 %a) #0 {
  %r = call i32 @g(i32 %a)
  ret i32 %r
}
define i32 @g(i32 %a) #0 {
  %r = call i32 @f(i32 %a)
  ret i32 %r
}
;--- mutual-domains
define i32 @f(i32 %a) #0 {
  %r = call i32 @g(i32 %a)
  ret i32 %r
}
define i32 @g(i32 %a) #1 {
  %r = call i32 @f(i32 %a)
  ret i32 %r
}
;--- recursive-copy
define internal i32 @h(i32 %a) inlinehint {
  %r = call i32 @h(i32 %a)
  ret i32 %r
}
define i32 @f(i32 %a) #0 {
  %r = call i32 @h(i32 %a)
  ret i32 %r
}
;--- unreachable-block
define i32 @f(i32 %a) #0 {
  ret i32 %a
x:
  %r = call i32 @take(i32 %y)
  %y = add i32 %r, 1
  br label %x
}
;--- only-unreachable
define i32 @f(i32 %a) #0 {
  unreachable
}
;--- endless
define void @f() #0 {
  br label %x
x:
  br label %x
}
;--- wide-switch
define i32 @f(i128 %a, i128 %b) {
  ret i32 0
}
define i32 @g(ptr %p) #0 {
  %a = load i128, ptr %p
  switch i128 %a, label %d [ i128 5, label %d ]
d:
  ret i32 1
}
;--- invoke
declare i32 @person(...)
define i32 @f(i32 %a) #0 personality ptr @person {
  %r = invoke i32 @take(i32 %a) to label %ok unwind label %bad
ok:
  ret i32 %r
bad:
  %l = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %l
}
;--- invoke-of-untrusted
declare i32 @person(...)
declare i32 @f(i32) #0
define i32 @u(i32 %a) personality ptr @person {
  %r = invoke i32 @f(i32 %a) to label %ok unwind label %bad
ok:
  ret i32 %r
bad:
  %l = landingpad { ptr, i32 } catch ptr null
  ret i32 0
}
;--- personality-only
declare i32 @person(...)
define i32 @f(i32 %a) #0 personality ptr @person {
  ret i32 %a
}
;--- callbr
define i32 @f(i32 %a) #0 {
  callbr void asm "", "r,!i"(i32 %a) to label %x [label %y]
x:
  ret i32 1
y:
  ret i32 2
}
;--- musttail-out
define i32 @f(i32 %a) #0 {
  %r = musttail call i32 @take(i32 %a)
  ret i32 %r
}
;--- musttail-in
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
define i32 @u(i32 %a) {
  %r = musttail call i32 @f(i32 %a)
  ret i32 %r
}
;--- musttail-own
define i32 @f(i32 %a) #0 {
  %r = musttail call i32 @g(i32 %a)
  ret i32 %r
}
define i32 @g(i32 %a) #0 {
  ret i32 %a
}
;--- blockaddress-own
define ptr @f(i32 %a) #0 {
  br label %x
x:
  ret ptr blockaddress(@f, %x)
}
;--- blockaddress-foreign
define void @u() {
  br label %x
x:
  ret void
}
define ptr @f() #0 {
  ret ptr blockaddress(@u, %x)
}
;--- blockaddress-outside
define void @f() #0 {
  br label %x
x:
  ret void
}
@v = global ptr blockaddress(@f, %x)
;--- indirectbr
define void @f(ptr %p) #0 {
  indirectbr ptr %p, [label %x, label %y]
x:
  ret void
y:
  ret void
}
;--- ifunc-resolver
@i = ifunc i32 (i32), ptr @f
define ptr @f() #0 {
  ret ptr null
}
;--- ifunc-called
@i = ifunc i32 (i32), ptr @resolve
define ptr @resolve() {
  ret ptr @take
}
define i32 @f(i32 %a) #0 {
  %r = call i32 @i(i32 %a)
  ret i32 %r
}
;--- ifunc-address
@i = ifunc i32 (i32), ptr @resolve
define ptr @resolve() {
  ret ptr @take
}
define ptr @f() #0 {
  ret ptr @i
}
;--- alias-own
@b = alias i32 (i32), ptr @f
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- alias-called
@b = alias i32 (i32), ptr @t
define i32 @t(i32 %a) {
  ret i32 %a
}
define i32 @f(i32 %a) #0 {
  %r = call i32 @b(i32 %a)
  ret i32 %r
}
;--- alias-expression
@v = global [4 x i32] zeroinitializer #0
@b = alias i32, getelementptr ([4 x i32], ptr @v, i64 0, i64 2)
define i32 @f() #0 {
  %r = load i32, ptr @b
  ret i32 %r
}
;--- alias-of-alias
@b = alias i32 (i32), ptr @c
@c = alias i32 (i32), ptr @f
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- alias-null
@b = alias i32, inttoptr (i64 4096 to ptr)
define i32 @f() #0 {
  %r = load i32, ptr @b
  ret i32 %r
}
;--- thread-local
@v = thread_local global i32 1
define i32 @f() #0 {
  %r = load i32, ptr @v
  ret i32 %r
}
;--- thread-local-own
@v = thread_local global i32 1 #0
;--- thread-local-intrinsic
@v = thread_local global i32 1
declare ptr @llvm.threadlocal.address.p0(ptr)
define ptr @f() #0 {
  %p = call ptr @llvm.threadlocal.address.p0(ptr @v)
  ret ptr %p
}
;--- comdat
$f = comdat any
define linkonce_odr i32 @f(i32 %a) #0 comdat {
  ret i32 %a
}
;--- comdat-data
$v = comdat any
@v = weak_odr global i32 1, comdat #0
define i32 @f() #0 {
  %r = load i32, ptr @v
  ret i32 %r
}
;--- comdat-group
$g = comdat nodeduplicate
@g = global i32 1, comdat
define i32 @f(i32 %a) #0 comdat($g) {
  ret i32 %a
}
;--- comdat-constant
$c = comdat any
@c = linkonce_odr constant i32 5, comdat
define i32 @f() #0 {
  %r = load volatile i32, ptr @c
  ret i32 %r
}
;--- appending
@llvm.used = appending global [1 x ptr] [ptr @f], section "llvm.metadata"
define internal i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- appending-reference
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 1, ptr @f, ptr null }]
define void @f() #0 {
  ret void
}
;--- constructors-zero
@llvm.global_ctors = appending global [0 x { i32, ptr, ptr }] zeroinitializer
define void @f() #0 {
  ret void
}
;--- constructors-odd
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] zeroinitializer
define void @f() #0 {
  ret void
}
;--- annotations-zero
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] zeroinitializer, section "llvm.metadata"
define void @f() #0 {
  ret void
}
;--- annotations-odd
@s = private constant i32 5
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @f, ptr @s, ptr @s, i32 1, ptr null }], section "llvm.metadata"
define void @f() #0 {
  ret void
}
;--- annotations-unterminated
@s = private constant [2 x i8] c"ab"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @f, ptr @s, ptr @s, i32 1, ptr null }], section "llvm.metadata"
define void @f() #0 {
  ret void
}
;--- annotations-short
@llvm.global.annotations = appending global [1 x { ptr }] [{ ptr } { ptr @f }], section "llvm.metadata"
define void @f() #0 {
  ret void
}
;--- annotations-domain
@v = global i32 1
@s = private constant [23 x i8] c"undertow-untrusted=a b\00"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @v, ptr @s, ptr @s, i32 1, ptr null }], section "llvm.metadata"
;--- vararg-own
define i32 @f(i32 %a, ...) #0 {
  ret i32 %a
}
;--- vararg-callee
declare i32 @p(ptr, ...)
define i32 @f() #0 {
  %r = call i32 (ptr, ...) @p(ptr null, i32 5)
  ret i32 %r
}
;--- vararg-only
declare i32 @p(...)
define i32 @f() #0 {
  %r = call i32 (...) @p(i32 5, i64 6)
  ret i32 %r
}
;--- vararg-address
declare i32 @p(ptr, ...)
define ptr @f() #0 {
  ret ptr @p
}
;--- type-mismatch
declare void @g(i64)
define i32 @f(i32 %a) #0 {
  %r = call i32 @g(i32 %a)
  ret i32 %r
}
;--- type-mismatch-in
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
define void @u() {
  call void @f(i64 1, i64 2)
  ret void
}
;--- type-mismatch-own
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
define void @g() #0 {
  call void @f(i64 1, i64 2)
  ret void
}
;--- indirect-call
define i32 @f(ptr %p) #0 {
  %r = call i32 %p(i32 1)
  ret i32 %r
}
;--- null-call
define i32 @f() #0 {
  %r = call i32 null(i32 1)
  ret i32 %r
}
;--- undef-call
define i32 @f() #0 {
  %r = call i32 undef(i32 1)
  ret i32 %r
}
;--- constant-call
define i32 @f() #0 {
  %r = call i32 inttoptr (i64 4096 to ptr)(i32 1)
  ret i32 %r
}
;--- variable-call
@v = global i32 1
define i32 @f() #0 {
  %r = call i32 @v(i32 1)
  ret i32 %r
}
;--- self-reference
@v = global ptr @v #0
@c = constant { ptr, ptr } { ptr @c, ptr @v }
define ptr @f() #0 {
  ret ptr @c
}
;--- reference-cycle
@a = constant ptr @b
@b = constant ptr @a
define ptr @f() #0 {
  ret ptr @a
}
;--- constant-section
@c = constant i32 1, section ".mine"
define i32 @f() #0 {
  %r = load volatile i32, ptr @c
  ret i32 %r
}
;--- external-constant
@c = external constant i32
define i32 @f() #0 {
  %r = load i32, ptr @c
  ret i32 %r
}
;--- extern-weak-variable
@c = extern_weak global i32
define ptr @f() #0 {
  ret ptr @c
}
;--- extern-weak-function
declare extern_weak void @g()
define ptr @f() #0 {
  ret ptr @g
}
;--- address-space
@v = addrspace(256) global i32 1
define i32 @f() #0 {
  %r = load i32, ptr addrspace(256) @v
  ret i32 %r
}
;--- segment-access
define i32 @f() #0 {
  %r = load i32, ptr addrspace(257) null
  ret i32 %r
}
;--- opaque-variable
%t = type opaque
@v = external global %t #0
define ptr @f() #0 {
  ret ptr @v
}
;--- zero-size
@v = global [0 x i8] zeroinitializer #0
@w = global {} zeroinitializer #0
define ptr @f() #0 {
  ret ptr @v
}
;--- huge-variable
@v = global [1073741824 x i8] zeroinitializer #0
;--- alignment
@v = global i32 1, align 1048576 #0
define i32 @f() #0 align 8192 {
  %r = load i32, ptr @v
  ret i32 %r
}
;--- undef-initializer
@v = global i32 undef #0
@w = global [4 x i32] poison #0
@c = constant i32 undef #0
;--- dead-users
@v = internal constant ptr @take
@w = internal constant ptr getelementptr (i8, ptr @v, i64 1)
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- attribute-flood
define i32 @f(i32 %a) noinline optnone nounwind memory(none) willreturn "undertow-untrusted"="dom" "undertow-domain"="x" "undertow-source"="y" "undertow-exit"="z" "undertow-inline" {
  ret i32 %a
}
;--- exit-attribute-forged
declare i32 @f(i32) "undertow-exit"="dom" "undertow-source"="take"
define i32 @g(i32 %a) #0 {
  %r = call i32 @f(i32 %a)
  ret i32 %r
}
;--- domain-attribute-forged
define i32 @f(i32 %a) "undertow-domain"="a b" {
  ret i32 %a
}
;--- critical-function
define i32 @f(i32 %a) "undertow-critical" {
  ret i32 %a
}
;--- both-attributes
@v = global i32 1 #9
attributes #9 = { "undertow-untrusted"="dom" "undertow-critical" }
;--- critical-reference
@v = global i32 1 #9
define ptr @f() #0 {
  ret ptr @v
}
attributes #9 = { "undertow-critical" }
;--- section
define i32 @f(i32 %a) #0 section ".init.text" {
  ret i32 %a
}
;--- undertow-section
define i32 @f(i32 %a) #0 section ".undertow.text.x" {
  ret i32 %a
}
;--- gc
define i32 @f(i32 %a) #0 gc "statepoint-example" {
  ret i32 %a
}
;--- prologue
define i32 @f(i32 %a) #0 prologue i32 5 {
  ret i32 %a
}
;--- naked
define i32 @f(i32 %a) naked "undertow-untrusted"="dom" {
  call void asm sideeffect "ret", ""()
  unreachable
}
;--- convention
define fastcc i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- convention-interrupt
define x86_intrcc void @f(ptr byval(i64) %a) #0 {
  ret void
}
;--- byval
%s = type { i64, i64 }
define i64 @f(ptr byval(%s) %a) #0 {
  %r = load i64, ptr %a
  ret i64 %r
}
;--- sret
%s = type { i64, i64, i64 }
define void @f(ptr sret(%s) %a) #0 {
  ret void
}
;--- inalloca
define void @f(ptr inalloca(i64) %a) #0 {
  ret void
}
;--- nest
define i32 @f(ptr nest %a) #0 {
  ret i32 0
}
;--- swifterror
define i32 @f(ptr swifterror %a) #0 {
  ret i32 0
}
;--- module-entry
define i32 @init_module() {
  ret i32 0
}
define void @cleanup_module() {
  ret void
}
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- module-entry-untrusted
define i32 @init_module() #0 {
  ret i32 0
}
;--- module-entry-variable
@init_module = global i32 1
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- module-entry-typed
define i64 @init_module(i32 %a) {
  ret i64 0
}
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- module-entry-alias
@init_module = alias i32 (), getelementptr (i8, ptr @v, i64 4)
@v = global [2 x i32] zeroinitializer
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- register-taken
@ut_module_register = global i32 1
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- maps-taken
define void @__ut_maps_start() {
  ret void
}
@__this_module = alias i32, ptr @x
@x = global i32 1
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- memcpy-odd
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define void @f(ptr %a, i64 %n) #0 {
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %a, i64 %n, i1 true)
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %a, i64 -1, i1 false)
  ret void
}
;--- memcpy-space
declare void @llvm.memcpy.p256.p0.i32(ptr addrspace(256), ptr, i32, i1)
define void @f(ptr %a, i32 %n) #0 {
  call void @llvm.memcpy.p256.p0.i32(ptr addrspace(256) null, ptr %a, i32 %n, i1 false)
  ret void
}
;--- memcpy-declared-oddly
declare i32 @memcpy(i32)
define i32 @f(i32 %a) #0 {
  %r = call i32 @memcpy(i32 %a)
  ret i32 %r
}
;--- memcpy-variable
@memcpy = external global i32
define i32 @f() #0 {
  %r = load i32, ptr @memcpy
  ret i32 %r
}
;--- memcpy-defined
define ptr @memcpy(ptr %d, ptr %s, i64 %n) #0 {
  ret ptr %d
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define void @f(ptr %a, i64 %n) #0 {
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %a, i64 %n, i1 false)
  ret void
}
;--- strlen-address
declare i64 @strlen(ptr)
define ptr @f() #0 {
  ret ptr @strlen
}
@v = global ptr @strlen #0
;--- element-atomic
declare void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr, ptr, i64, i32)
define void @f(ptr %a) #0 {
  call void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr align 4 %a, ptr align 4 %a, i64 64, i32 4)
  ret void
}
;--- asm-odd
define void @f() #0 {
  call void asm sideeffect "call\0A", ""()
  call void asm sideeffect "${:uid} $$", ""()
  ret void
}
;--- module-asm
module asm ".text"
module asm "  # f"
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- module-flags
!llvm.module.flags = !{!0, !1}
!0 = !{i32 1, !"cf-protection-branch", !2}
!2 = !{}
!1 = !{i32 1, !"kcfi", i32 1}
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- debug-info
define i32 @f(i32 %a) #0 !dbg !4 {
  %r = call i32 @take(i32 %a), !dbg !7
  ret i32 %r, !dbg !7
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!3}
!0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "", directory: "")
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = distinct !DISubprogram(name: "f", file: !1, line: 4000000000, type: !5, unit: !0, spFlags: DISPFlagDefinition)
!5 = !DISubroutineType(types: !6)
!6 = !{null}
!7 = !DILocation(line: 0, column: 65535, scope: !4)
;--- atomic-wide
define i128 @g(ptr %p) {
  %r = load atomic i128, ptr %p seq_cst, align 16
  ret i128 %r
}
define void @f(ptr %p) #0 {
  %r = load atomic i128, ptr %p seq_cst, align 16
  store i128 %r, ptr %p
  ret void
}
;--- wide-arithmetic
define void @f(ptr %p) #0 {
  %a = load i256, ptr %p
  %b = mul i256 %a, %a
  %c = udiv i256 %b, 5
  store i256 %c, ptr %p
  ret void
}
;--- large-frame
define void @f(i64 %n) #0 {
  %a = alloca [100000 x i8]
  %b = alloca i8, i64 %n
  call void @trusted(ptr %a)
  call void @trusted(ptr %b)
  ret void
}
;--- stack-save
declare ptr @llvm.stacksave.p0()
declare ptr @llvm.frameaddress.p0(i32)
declare ptr @llvm.returnaddress(i32)
define ptr @f() #0 {
  %a = call ptr @llvm.stacksave.p0()
  %b = call ptr @llvm.frameaddress.p0(i32 0)
  %c = call ptr @llvm.returnaddress(i32 0)
  ret ptr %c
}
;--- intrinsics
declare void @llvm.trap()
declare void @llvm.debugtrap()
declare i64 @llvm.readcyclecounter()
declare void @llvm.clear_cache(ptr, ptr)
define i64 @f(ptr %p) #0 {
  call void @llvm.clear_cache(ptr %p, ptr %p)
  call void @llvm.debugtrap()
  %r = call i64 @llvm.readcyclecounter()
  ret i64 %r
}
;--- frem-libcall
define void @f(ptr %p) #0 {
  %a = load double, ptr %p
  %b = frem double %a, 3.0
  store double %b, ptr %p
  ret void
}
;--- select-function
declare i32 @one(i32)
define i32 @f(i1 %c) #0 {
  %p = select i1 %c, ptr @one, ptr @take
  %r = call i32 %p(i32 1)
  ret i32 %r
}
;--- operand-bundle
define i32 @f(i32 %a) #0 {
  %r = call i32 @take(i32 %a) ["deopt"(i32 %a, ptr @trusted)]
  ret i32 %r
}
;--- metadata-function
define i32 @f(i32 %a) #0 !x !0 {
  ret i32 %a
}
!0 = !{ptr @f, ptr @take}
!named = !{!0}
;--- no-triple-user
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
define available_externally i32 @u(i32 %a) {
  %r = call i32 @f(i32 %a)
  ret i32 %r
}
;--- partition
define i32 @f(i32 %a) #0 partition "p" {
  ret i32 %a
}
;--- dso-equivalent
@v = global i64 ptrtoint (ptr dso_local_equivalent @f to i64)
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
;--- no-cfi
@v = global ptr no_cfi @f
define i32 @f(i32 %a) #0 {
  ret i32 %a
}
