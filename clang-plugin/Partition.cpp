// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - partition

#include "Partition.h"
#include "Gates.h"
#include "Library.h"
#include "Names.h"
#include "Outline.h"
#include "Places.h"
#include "Report.h"

#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Regex.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace undertow {

//===----------------------------------------------------------------------===//
// Attributes of code in a domain
//===----------------------------------------------------------------------===//

/// What the compiler would add to the function that only works in the full
/// view: tracing, canaries in per-CPU storage, sanitizer calls.
void removeInstrumentation(Function &F) {
  AttributeMask Old;
  for (const char *Name :
       {"fentry-call", "instrument-function-entry-inlined", "mnop-mcount",
        "mrecord-mcount", "patchable-function", "patchable-function-entry",
        "patchable-function-prefix", "function-instrument",
        "xray-instruction-threshold", "split-stack"})
    Old.addAttribute(Name);
  for (Attribute::AttrKind Kind :
       {Attribute::StackProtect, Attribute::StackProtectReq,
        Attribute::StackProtectStrong, Attribute::SanitizeAddress,
        Attribute::SanitizeHWAddress, Attribute::SanitizeMemory,
        Attribute::SanitizeThread, Attribute::SafeStack,
        Attribute::FnRetThunkExtern})
    Old.addAttribute(Kind);
  AttrBuilder New(F.getContext());
  if (F.hasFnAttribute(Attribute::FnRetThunkExtern))
    New.addAttribute(AttrThunks);
  New.addAttribute("nooutline"); // into functions that trusted code shares
  New.addAttribute(Attribute::NoSanitizeCoverage);
  New.addAttribute(Attribute::DisableSanitizerInstrumentation);
  F.removeFnAttrs(Old);
  F.addFnAttrs(New);
}

void copyTarget(Function &F, const Function &Model) {
  for (const char *Attr : {"target-cpu", "target-features", "tune-cpu",
                           "frame-pointer", "min-legal-vector-width"}) {
    F.removeFnAttr(Attr);
    if (Model.hasFnAttribute(Attr))
      F.addFnAttr(Model.getFnAttribute(Attr));
  }
  if (Model.hasFnAttribute(Attribute::NoRedZone))
    F.addFnAttr(Attribute::NoRedZone);
}

const Function *anyFunction(const Module &M) {
  for (const Function &F : M)
    if (!F.isDeclaration() && F.hasFnAttribute("target-cpu"))
      return &F;
  return nullptr;
}

/// Thunks are kernel text: branch and return directly.
static void removeThunks(Function &F) {
  static const Regex Retpoline(",?[+]retpoline[a-z-]*");
  std::string Features =
      F.getFnAttribute("target-features").getValueAsString().str();
  std::string Rest;
  while ((Rest = Retpoline.sub("", Features)) != Features)
    Features = Rest;
  StringRef Clean = StringRef(Features).ltrim(',');
  if (!F.hasFnAttribute("target-features"))
    return;
  if (!F.hasFnAttribute(AttrFeatures))
    F.addFnAttr(AttrFeatures,
                F.getFnAttribute("target-features").getValueAsString());
  F.addFnAttr("target-features", Clean);
}

void Partition::adopt(Function &F) {
  removeInstrumentation(F);
  removeThunks(F);
  // A jump table would be in rodata of the kernel, and vector code has no
  // place in a kernel function.
  F.addFnAttr("no-jump-tables", "true");
  F.addFnAttr(Attribute::NoImplicitFloat);
  F.addFnAttr(AttrDomain, Domain);
  F.setComdat(nullptr);
  F.setSection(sectionName("text", Domain));
}

void Partition::place(GlobalVariable &V) {
  if (V.hasCommonLinkage())
    V.setLinkage(GlobalValue::ExternalLinkage);
  const char *Kind = "data";
  if (V.isConstant())
    Kind = "rodata";
  else if (V.getInitializer()->isNullValue())
    Kind = "bss";
  V.setComdat(nullptr);
  // Mergeable strings would give the section one flag set per string width.
  V.setUnnamedAddr(GlobalValue::UnnamedAddr::None);
  V.setSection(sectionName(Kind, Domain));
  // No redzones around it, nothing but the domain knows of it.
  GlobalValue::SanitizerMetadata Sanitizers;
  Sanitizers.NoAddress = Sanitizers.NoHWAddress = true;
  V.setSanitizerMetadata(Sanitizers);
  mapInitializer(V);
  // Code of the domain can store any value, whatever the stores in the source.
  if (V.hasLocalLinkage() && !V.isConstant())
    appendToCompilerUsed(M, {&V});
}

//===----------------------------------------------------------------------===//
// Copies of inline functions
//===----------------------------------------------------------------------===//

SmallVector<Function *> Partition::codeFunctions() {
  SmallVector<Function *> List;
  for (Function &F : M)
    if (!F.isDeclaration() && codeDomain(F) == Domain)
      List.push_back(&F);
  return List;
}

static bool isCopyable(Function &F) {
  return F.hasFnAttribute(AttrInline) && !F.isDeclaration() &&
         declaredDomain(F).empty() && codeDomain(F).empty() && !isRouted(F);
}

/// A static variable of an inline function that was copied: the domain gets one
/// of its own, as each file has.
static GlobalVariable *copyStatic(GlobalVariable &V, StringRef Domain) {
  std::string Name = copyName(V.getName(), Domain);
  if (GlobalVariable *Copy = V.getParent()->getNamedGlobal(Name))
    return Copy;
  auto *Copy = new GlobalVariable(*V.getParent(), V.getValueType(), false,
                                  GlobalValue::InternalLinkage,
                                  V.getInitializer(), Name, &V);
  Copy->setAlignment(V.getAlign());
  Copy->setDSOLocal(true);
  Copy->addAttribute(AttrUntrusted, Domain);
  return Copy;
}

/// Not so what the kernel finds by its section or its address.
static bool isStaticOf(const GlobalVariable &V, StringRef Prefix) {
  return !V.isConstant() && V.hasLocalLinkage() && V.hasInitializer() &&
         !V.isThreadLocal() && V.getName().starts_with(Prefix) &&
         declaredDomain(V).empty() && !isCritical(V) &&
         isDataSection(V.getSection()) && !isPatchingKey(V);
}

Function *Partition::getInlineCopy(Function &F) {
  Function *&Copy = Copies[F.getName()];
  if (Copy)
    return Copy;
  ValueToValueMapTy Locals;
  SmallVector<GlobalVariable *> Statics;
  for (GlobalVariable &V : M.globals())
    if (isStaticOf(V, (F.getName() + ".").str()))
      Statics.push_back(&V);
  for (GlobalVariable *V : Statics)
    Locals[V] = copyStatic(*V, Domain);
  Copy = CloneFunction(&F, Locals);
  Copy->setName(copyName(sourceName(F), Domain));
  Copy->setLinkage(GlobalValue::InternalLinkage);
  Copy->setVisibility(GlobalValue::DefaultVisibility);
  Copy->setDSOLocal(true);
  Copy->addFnAttr(AttrSource, sourceName(F));
  adopt(*Copy);
  return Copy;
}

/// Let U refer to the domain's copy of an inline function.  Return the copy if
/// it is a new one.  An address other than of a library function is for the
/// other side too: it becomes an exit gate.
Function *Partition::copyUse(Use &U) {
  auto *F = dyn_cast<Function>(U);
  if (!F || !isCopyable(*F))
    return nullptr;
  auto *Call = dyn_cast<CallBase>(U.getUser());
  if (!(Call && Call->isCallee(&U)) && !isTemplate(*F))
    return nullptr;
  bool New = !Copies.count(F->getName());
  Function *Copy = getInlineCopy(*F);
  if (Copy)
    U.set(Copy);
  return New ? Copy : nullptr;
}

void Partition::copyInlines() {
  SmallVector<Function *> Work = codeFunctions();
  while (!Work.empty()) {
    Function *F = Work.pop_back_val();
    for (BasicBlock &BB : *F)
      for (Instruction &I : BB)
        for (Use &U : I.operands())
          if (Function *Copy = copyUse(U))
            Work.push_back(Copy);
  }
}

void eraseDeadOriginals(Module &M) {
  bool Changed = true;
  while (Changed) {
    Changed = false;
    for (Function &F : make_early_inc_range(M)) {
      F.removeDeadConstantUsers();
      bool Original = F.hasFnAttribute(AttrInline) && declaredDomain(F).empty();
      bool Dead = F.use_empty() && F.isDiscardableIfUnused();
      if (!Original || !Dead || F.isDeclaration() || F.hasComdat())
        continue;
      F.eraseFromParent();
      Changed = true;
    }
  }
  for (GlobalVariable &V : make_early_inc_range(M.globals())) {
    V.removeDeadConstantUsers();
    if (V.use_empty() && V.isConstant() && V.hasLocalLinkage() &&
        !V.hasComdat() && declaredDomain(V).empty())
      V.eraseFromParent();
  }
}

//===----------------------------------------------------------------------===//
// References
//===----------------------------------------------------------------------===//

/// A trusted function whose arguments only the call tells.
static bool isVariadicExit(const Function &Callee) {
  return Callee.isVarArg() && !Callee.isIntrinsic() &&
         declaredDomain(Callee).empty() && codeDomain(Callee).empty() &&
         !Callee.hasFnAttribute(AttrExit) &&
         !isLibraryFunction(Callee.getName());
}

void Partition::redirectCall(CallBase &Call) {
  auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  if (Callee && isVariadicExit(*Callee))
    Call.setCalledFunction(getExitGate(Call, Domain));
  if (!Callee || declaredDomain(*Callee) != Domain)
    return;
  // Defined in another file of the module: its body has a global symbol.
  FunctionCallee Body =
      M.getOrInsertFunction(bodyName(Callee->getName()),
                            Callee->getFunctionType(), Callee->getAttributes());
  auto *F = cast<Function>(Body.getCallee());
  if (F->isDeclaration()) {
    F->setDSOLocal(true);
    F->removeFnAttr(AttrUntrusted);
    F->addFnAttr(AttrDomain, Domain);
  }
  Call.setCalledOperand(F);
}

/// Collect the global values in a constant expression or aggregate.
static void collectGlobals(Value *V, SmallPtrSetImpl<Value *> &Seen,
                           SmallVectorImpl<GlobalValue *> &Found) {
  auto *C = dyn_cast<Constant>(V);
  if (!C || !Seen.insert(C).second)
    return;
  if (auto *GV = dyn_cast<GlobalValue>(C)) {
    Found.push_back(GV);
    return;
  }
  for (Value *Op : C->operands())
    collectGlobals(Op, Seen, Found);
}

Constant *Partition::copyConstant(GlobalVariable &V) {
  auto *Copy = new GlobalVariable(
      M, V.getValueType(), true, GlobalValue::InternalLinkage, nullptr,
      copyName(V.getName(), Domain), &V, V.getThreadLocalMode());
  Copy->setAlignment(V.getAlign());
  Copy->addAttribute(AttrUntrusted, Domain);
  Copy->setDSOLocal(true);
  Map[&V] = Copy; // before the initializer, which can refer to itself
  Copy->setInitializer(V.getInitializer());
  place(*Copy);
  return Copy;
}

/// Decide what the domain sees instead of GV.
void Partition::mapReference(GlobalValue &GV, StringRef User) {
  StringRef Owner = declaredDomain(GV);
  std::string Name = GV.getName().str();
  if (isCritical(GV))
    reportError(M, User, "reference to the critical variable '" + Name + "'",
                findReference(User, Name));
  else if (GV.isThreadLocal())
    reportError(M, User,
                "reference to the thread-local variable '" + Name + "'",
                findReference(User, Name));
  else if (!Owner.empty() && Owner != Domain && !isa<Function>(GV))
    reportError(M, User,
                "reference to '" + Name + "' in another domain, '" + Owner +
                    "'",
                findReference(User, Name));
  if (Owner == Domain || (!Owner.empty() && !isa<Function>(GV)) ||
      Map.count(&GV))
    return;
  if (auto *F = dyn_cast<Function>(&GV)) {
    if (codeDomain(*F).empty() && !F->hasFnAttribute(AttrExit) &&
        !F->isIntrinsic() && !isLibraryFunction(F->getName()))
      Map[F] = getExitGate(*F, Domain);
    return;
  }
  auto *V = dyn_cast<GlobalVariable>(&GV);
  if (GlobalVariable *Library = V ? getLibraryConstant(*V) : nullptr) {
    Map[V] = copyConstant(*Library);
    return;
  }
  if (V && V->isConstant() && V->hasDefinitiveInitializer() &&
      (!V->hasSection() || V->getSection().starts_with(".rodata")) &&
      !V->hasAppendingLinkage())
    copyConstant(*V);
}

void Partition::mapInitializer(GlobalVariable &V) {
  SmallPtrSet<Value *, 16> Seen;
  SmallVector<GlobalValue *> Found;
  collectGlobals(V.getInitializer(), Seen, Found);
  for (GlobalValue *GV : Found)
    mapReference(*GV, V.getName());
  ValueMapper Mapper(Map, RF_NoModuleLevelChanges | RF_IgnoreMissingLocals);
  V.setInitializer(Mapper.mapConstant(*V.getInitializer()));
}

void Partition::mapReferences(Function &F) {
  SmallPtrSet<Value *, 16> Seen;
  SmallVector<GlobalValue *> Found;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      for (Value *Op : I.operands())
        collectGlobals(Op, Seen, Found);
  std::string Name = sourceName(F);
  for (GlobalValue *GV : Found)
    mapReference(*GV, Name);
  ValueMapper Mapper(Map, RF_NoModuleLevelChanges | RF_IgnoreMissingLocals);
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      for (Use &Op : I.operands())
        if (auto *C = dyn_cast<Constant>(Op))
          Op = Mapper.mapConstant(*C);
}

void Partition::redirectCalls(Function &F) {
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      if (auto *Call = dyn_cast<CallBase>(&I))
        redirectCall(*Call);
}

void Partition::redirect() {
  for (Function *F : codeFunctions()) {
    redirectCalls(*F);
    mapReferences(*F);
  }
  for (GlobalVariable &V : M.globals())
    if (!V.isDeclaration() && declaredDomain(V) == Domain &&
        isDataSection(V.getSection()))
      place(V);
}

} // namespace undertow
