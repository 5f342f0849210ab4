// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - split
//
// Draws the line: domains become self-contained, and everything that crosses it
// goes through a gate.

#include "Gates.h"
#include "Names.h"
#include "Options.h"
#include "Outline.h"
#include "Partition.h"
#include "Passes.h"
#include "Report.h"

#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include <set>
#include <undertow/map.h>

using namespace llvm;

namespace undertow {

/// Named metadata of a module that is split.
static constexpr char SplitMark[] = "undertow.split";

bool needsEndbr(const Module &M) {
  auto *Flag = mdconst::extract_or_null<ConstantInt>(
      M.getModuleFlag("cf-protection-branch"));
  return Flag && !Flag->isZero();
}

std::vector<std::string> listDomains(Module &M) {
  std::set<std::string> Names;
  for (GlobalObject &GO : M.global_objects()) {
    auto *F = dyn_cast<Function>(&GO);
    StringRef Name =
        F && !codeDomain(*F).empty() ? codeDomain(*F) : declaredDomain(GO);
    if (F && Name.empty())
      Name = F->getFnAttribute(AttrCallback).getValueAsString();
    if (!Name.empty() && !GO.isDeclarationForLinker())
      Names.insert(Name.str());
  }
  return {Names.begin(), Names.end()};
}

//===----------------------------------------------------------------------===//
// Objects that get a domain without an attribute
//===----------------------------------------------------------------------===//

static bool isModuleEntry(const Function &F) {
  if (F.getName() == "init_module" || F.getName() == "cleanup_module")
    return true;
  for (const GlobalAlias &A : F.getParent()->aliases())
    if (A.getAliaseeObject() == &F &&
        (A.getName() == "init_module" || A.getName() == "cleanup_module"))
      return true;
  return false;
}

static bool holdsFunction(const Constant *C,
                          SmallPtrSetImpl<const Constant *> &Seen) {
  if (!Seen.insert(C).second)
    return false;
  if (isa<Function>(C))
    return true;
  return !isa<GlobalValue>(C) && any_of(C->operands(), [&](const Use &U) {
    return holdsFunction(cast<Constant>(U), Seen);
  });
}

/// Whether only trusted functions, and objects with a section of their own,
/// refer to C.
static bool isTrustedOnly(const Constant *C,
                          SmallPtrSetImpl<const Constant *> &Seen) {
  if (!Seen.insert(C).second)
    return true;
  return all_of(C->users(), [&](const User *U) {
    if (auto *I = dyn_cast<Instruction>(U))
      return declaredDomain(*I->getFunction()).empty() &&
             !I->getFunction()->hasFnAttribute(AttrInline);
    auto *V = dyn_cast<GlobalVariable>(U);
    if (V && (V->hasSection() || V->hasAppendingLinkage()))
      return true;
    return isTrustedOnly(cast<Constant>(U), Seen);
  });
}

/// A table of operations that the module's init gives to the kernel, which
/// then calls what is in it: the domain must not be able to change it.
static bool isTrustedTable(const GlobalVariable &V) {
  SmallPtrSet<const Constant *, 16> Held, Users;
  return !V.isConstant() && V.hasLocalLinkage() &&
         holdsFunction(V.getInitializer(), Held) && isTrustedOnly(&V, Users);
}

/// Per-file mode.  Objects with a section of their own are part of the kernel's
/// machinery (.init.text, .modinfo, __ksymtab_strings...) and stay.
static void annotateFile(Module &M, StringRef Domain) {
  for (Function &F : M)
    if (!F.isDeclarationForLinker() && !F.hasSection() &&
        !F.hasFnAttribute(AttrInline) && !isModuleEntry(F) &&
        declaredDomain(F).empty())
      F.addFnAttr(AttrUntrusted, Domain);
  for (GlobalVariable &V : M.globals()) {
    bool Anonymous = V.hasPrivateLinkage() || V.getName().starts_with("llvm.");
    if (!V.isDeclarationForLinker() && isDataSection(V.getSection()) &&
        !Anonymous && !V.isThreadLocal() && declaredDomain(V).empty() &&
        !isCritical(V) && !isPatchingKey(V) && !isTrustedTable(V))
      V.addAttribute(AttrUntrusted, Domain);
  }
}

/// Static variables inside an untrusted function belong to its domain.
static void annotateStaticLocals(Module &M) {
  for (GlobalVariable &V : M.globals()) {
    StringRef Owner = V.getName().split('.').first;
    Function *F = Owner == V.getName() ? nullptr : M.getFunction(Owner);
    if (!F || F->isDeclaration() || !V.hasLocalLinkage() ||
        !isDataSection(V.getSection()) || V.isDeclaration() || isCritical(V) ||
        !declaredDomain(V).empty() || isPatchingKey(V))
      continue;
    if (!declaredDomain(*F).empty())
      V.addAttribute(AttrUntrusted, declaredDomain(*F));
  }
}

/// C99's and GNU's inline: the function is defined in another file, and what is
/// here is for the inliner, which would put untrusted code among trusted.
static void dropInlineDefinitions(Module &M) {
  for (Function &F : M)
    if (F.hasAvailableExternallyLinkage() && !declaredDomain(F).empty())
      F.deleteBody();
}

static void placeCritical(Module &M) {
  for (GlobalVariable &V : M.globals()) {
    if (!isCritical(V) || V.isDeclaration())
      continue;
    if (V.hasCommonLinkage())
      V.setLinkage(GlobalValue::ExternalLinkage);
    V.setSection(".undertow.critical");
  }
}

//===----------------------------------------------------------------------===//
// Gates
//===----------------------------------------------------------------------===//

static bool isOwnCall(const Use &U, StringRef Domain) {
  auto *Call = dyn_cast<CallBase>(U.getUser());
  return Call && Call->isCallee(&U) &&
         codeDomain(*Call->getFunction()) == Domain;
}

/// A static function that only its own domain calls needs no gate.
static bool needsGate(const Function &F) {
  return !F.hasLocalLinkage() || any_of(F.uses(), [&](const Use &U) {
    return !isOwnCall(U, codeDomain(F));
  });
}

/// Nothing that the source, or an analysis, promises about an untrusted
/// function may be relied upon: not a non-null result, not freedom from side
/// effects. Each version of LLVM knows more promises, so these are lists of
/// what stays: how values travel, what restricts the optimizer, and hints.
constexpr Attribute::AttrKind ReliableValue[] = {
    Attribute::ZExt,      Attribute::SExt,  Attribute::InReg,
    Attribute::StructRet, Attribute::ByVal, Attribute::StackAlignment};

constexpr Attribute::AttrKind ReliableFunction[] = {
    Attribute::NoUnwind,
    Attribute::NoReturn,
    Attribute::ReturnsTwice,
    Attribute::NoDuplicate,
    Attribute::NoMerge,
    Attribute::Convergent,
    Attribute::NoBuiltin,
    Attribute::StrictFP,
    Attribute::Cold,
    Attribute::Hot,
    Attribute::NonLazyBind,
    Attribute::NoCfCheck,
    Attribute::NoRedZone,
    Attribute::UWTable,
    Attribute::Naked,
    Attribute::NoProfile,
    Attribute::SkipProfile,
    Attribute::OptimizeForSize,
    Attribute::MinSize,
    Attribute::StackProtect,
    Attribute::FnRetThunkExtern,
    Attribute::StackProtectStrong,
    Attribute::StackProtectReq,
    Attribute::NoImplicitFloat,
    Attribute::NullPointerIsValid};

static AttributeMask allBut(ArrayRef<Attribute::AttrKind> Kept) {
  AttributeMask Mask;
  for (unsigned I = Attribute::None + 1; I < Attribute::EndAttrKinds; ++I) {
    auto Kind = static_cast<Attribute::AttrKind>(I);
    if (!is_contained(Kept, Kind))
      Mask.addAttribute(Kind);
  }
  return Mask;
}

static AttributeMask unreliableValue(AttributeSet Attrs) {
  SmallVector<Attribute::AttrKind, 8> Kept(
      ArrayRef<Attribute::AttrKind>{ReliableValue});
  // Of an argument in memory it is the place on the stack.
  if (Attrs.hasAttribute(Attribute::ByVal))
    Kept.push_back(Attribute::Alignment);
  return allBut(Kept);
}

static AttributeMask unreliableFunction() {
  AttributeMask Mask = allBut(ReliableFunction);
  Mask.addAttribute("alloc-family");
  Mask.addAttribute(AttrInline);
  Mask.addAttribute(AttrDomain);
  return Mask;
}

static AttributeList distrust(LLVMContext &Ctx, AttributeList Attrs,
                              unsigned NumParams) {
  Attrs = Attrs.removeRetAttributes(Ctx, unreliableValue(Attrs.getRetAttrs()));
  Attrs = Attrs.removeFnAttributes(Ctx, unreliableFunction());
  for (unsigned I = 0; I < NumParams; ++I)
    Attrs = Attrs.removeParamAttributes(
        Ctx, I, unreliableValue(Attrs.getParamAttrs(I)));
  return Attrs;
}

static void distrust(Function &Gate) {
  LLVMContext &Ctx = Gate.getContext();
  Gate.setAttributes(distrust(Ctx, Gate.getAttributes(), Gate.arg_size()));
  for (User *U : Gate.users()) {
    auto *Call = dyn_cast<CallBase>(U);
    if (!Call || Call->getCalledOperand() != &Gate)
      continue;
    Call->setAttributes(distrust(Ctx, Call->getAttributes(), Call->arg_size()));
    Call->setMetadata(LLVMContext::MD_range, nullptr);
  }
}

/// Memory that a domain can write holds any bytes: not only 0 or 1 in a bool,
/// not only aligned pointers.  A pointer does not say whose memory it is, so
/// no load of the module promises anything about its value.
constexpr unsigned ReliableMetadata[] = {
    LLVMContext::MD_tbaa, LLVMContext::MD_nontemporal,
    LLVMContext::MD_nosanitize, LLVMContext::MD_annotation};

static void distrustLoads(Module &M) {
  for (Function &F : M)
    for (BasicBlock &BB : F)
      for (Instruction &I : BB)
        if (isa<LoadInst>(I))
          I.dropUnknownNonDebugMetadata(ReliableMetadata);
}

static SmallVector<Function *> listRoots(Module &M) {
  SmallVector<Function *> Roots;
  for (Function &F : M)
    if (!F.isDeclarationForLinker() && !declaredDomain(F).empty())
      Roots.push_back(&F);
  return Roots;
}

static void splitCallbacks(Module &M) {
  SmallVector<Function *> List;
  for (Function &F : M)
    if (!F.isDeclarationForLinker() && F.hasFnAttribute(AttrCallback))
      List.push_back(&F);
  for (Function *F : List)
    splitCallback(*F);
}

static void splitFunctions(ArrayRef<Function *> Roots) {
  for (Function *F : Roots) {
    if (needsGate(*F)) {
      splitFunction(*F);
      continue;
    }
    F->addFnAttr(AttrSource, F->getName());
    F->removeFnAttr(AttrUntrusted);
  }
}

static void isolateDomains(Module &M, ArrayRef<std::string> Domains) {
  std::vector<std::unique_ptr<Partition>> Parts;
  for (const std::string &Domain : Domains)
    Parts.push_back(std::make_unique<Partition>(M, Domain));
  SmallVector<Function *> Roots = listRoots(M);
  for (auto &P : Parts)
    for (Function *F : Roots)
      if (declaredDomain(*F) == P->domain())
        P->adopt(*F);
  for (auto &P : Parts)
    P->copyInlines();
  eraseDeadOriginals(M);
  checkLabels(M);
  splitCallbacks(M);
  splitFunctions(Roots);
  if (hasErrors())
    return;
  outlineEarly(M);
  for (auto &P : Parts)
    P->redirect();
  for (Function &F : M)
    if (F.isDeclaration() && !declaredDomain(F).empty())
      distrust(F);
  eraseDeadOriginals(M);
}

static void splitModule(Module &M) {
  // Another process did it, see splitBeforeWriting().
  if (M.getNamedMetadata(SplitMark))
    return;
  applyAnnotations(M);
  checkInput(M);
  if (!options().FileDomain.empty())
    annotateFile(M, options().FileDomain);
  annotateStaticLocals(M);
  dropInlineDefinitions(M);
  std::vector<std::string> Domains = listDomains(M);
  checkDefinitions(M);
  if (hasErrors())
    return;
  if (!Domains.empty() || options().isModule())
    distrustLoads(M);
  if (!Domains.empty())
    M.getOrInsertNamedMetadata(SplitMark);
  placeCritical(M);
  isolateDomains(M, Domains);
  for (const std::string &Domain : Domains)
    emitMap(M, Domain);
  wrapModuleInit(M, !Domains.empty());
}

PreservedAnalyses SplitPass::run(Module &M, ModuleAnalysisManager &) {
  splitModule(M);
  if (hasErrors())
    discardCode(M);
  return PreservedAnalyses::none();
}

} // namespace undertow
