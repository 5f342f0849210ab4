// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - sanity
//
// IR files can hold what no C source makes, and C can hold what no kernel
// module does: names that would break out of a section's name, labels of other
// functions, an init that takes arguments.  Refuse it before it does harm.

#include "Names.h"
#include "Options.h"
#include "Passes.h"
#include "Report.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace undertow {

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

static bool isAnnotated(const GlobalObject &GO) {
  if (auto *F = dyn_cast<Function>(&GO))
    return F->hasFnAttribute(AttrUntrusted);
  auto *V = dyn_cast<GlobalVariable>(&GO);
  return V && V->hasAttribute(AttrUntrusted);
}

/// A domain's name is part of names of sections, symbols and assembler.
static void checkDomainNames(Module &M) {
  for (GlobalObject &GO : M.global_objects()) {
    if (!isAnnotated(GO))
      continue;
    std::string Problem = checkDomainName(declaredDomain(GO));
    if (!Problem.empty())
      reportError(M, GO.getName(),
                  "domain name '" + declaredDomain(GO) + "' " + Problem);
    else if (GO.getName().empty())
      reportError(M, M.getSourceFileName(),
                  "untrusted object without a name, a gate needs one");
  }
}

/// A second run would make gates of gates.
static void checkFirstRun(Module &M) {
  for (Function &F : M)
    for (const char *Name : {AttrDomain, AttrExit})
      if (F.hasFnAttribute(Name))
        reportError(M, sourceName(F),
                    "has the attribute '" + Twine(Name) +
                        "' of the plugin already: is it loaded twice?");
}

/// The wrapper calls the author's function as the kernel would.
static void checkModuleEntry(Module &M, StringRef Name, bool HasResult) {
  GlobalValue *GV = M.getNamedValue(Name);
  if (!GV || GV->isDeclaration())
    return;
  auto *F = dyn_cast_or_null<Function>(GV->getAliaseeObject());
  bool Direct = F && (GV == F || cast<GlobalAlias>(GV)->getAliasee() == F);
  Type *Result = HasResult ? Type::getInt32Ty(M.getContext())
                           : Type::getVoidTy(M.getContext());
  if (!Direct || F->getFunctionType() != FunctionType::get(Result, false))
    reportError(M, Name,
                "is not a function of the type '" +
                    Twine(HasResult ? "int (void)" : "void (void)") +
                    "', as the entry of a module is");
}

void checkInput(Module &M) {
  checkDomainNames(M);
  checkFirstRun(M);
  if (options().isModule() || !listDomains(M).empty()) {
    checkModuleEntry(M, "init_module", true);
    checkModuleEntry(M, "cleanup_module", false);
  }
}

//===----------------------------------------------------------------------===//
// Labels
//===----------------------------------------------------------------------===//

static bool refersToLabel(const Value *V,
                          SmallPtrSetImpl<const Value *> &Seen) {
  if (isa<BlockAddress>(V))
    return true;
  auto *C = dyn_cast<Constant>(V);
  if (!C || isa<GlobalValue>(C) || !Seen.insert(C).second)
    return false;
  return any_of(C->operands(),
                [&](const Use &U) { return refersToLabel(U, Seen); });
}

void checkLabels(Module &M) {
  SmallPtrSet<const Value *, 32> Seen;
  for (Function &F : M) {
    if (F.isDeclaration() || codeDomain(F).empty())
      continue;
    for (BasicBlock &BB : F)
      for (Instruction &I : BB)
        if (any_of(I.operands(),
                   [&](const Use &U) { return refersToLabel(U, Seen); }))
          reportError(I, "address of a label is not supported in an untrusted "
                         "function");
  }
}

//===----------------------------------------------------------------------===//
// After errors
//===----------------------------------------------------------------------===//

void discardCode(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    auto Linkage = F.getLinkage();
    Comdat *Group = F.getComdat();
    F.deleteBody();
    F.setPersonalityFn(nullptr);
    new UnreachableInst(M.getContext(),
                        BasicBlock::Create(M.getContext(), "", &F));
    F.setLinkage(Linkage);
    F.setComdat(Group);
  }
  M.setModuleInlineAsm("");
}

} // namespace undertow
