// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - isolation
//
// After optimization: in-view copies of library functions, whatever references
// the optimizer made, the exit gates that are left, and the final checks.

#include "AllowList.h"
#include "GateAsm.h"
#include "Library.h"
#include "Names.h"
#include "Partition.h"
#include "Passes.h"
#include "Report.h"

#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace undertow {

static void reportExit(Function &Gate, StringRef Target, StringRef Problem) {
  std::string Reason =
      ("call of '" + Target + "' out of the domain: " + Problem).str();
  bool Reported = false;
  for (User *U : Gate.users())
    if (auto *I = dyn_cast<Instruction>(U)) {
      reportError(*I, Reason, Target);
      Reported = true;
    }
  if (!Reported) // an address in a table
    reportError(*Gate.getParent(), Target, Reason);
}

static void emitExit(Function &Gate) {
  Module &M = *Gate.getParent();
  std::string Target = sourceName(Gate);
  ExitGate G;
  G.Name = Gate.getName().str();
  G.Target = symbolName(Target).str();
  G.Domain = Gate.getFnAttribute(AttrExit).getValueAsString().str();
  G.Endbr = needsEndbr(M);
  G.Sig = describeSignature(Gate, Target);
  // A gate is never null, so a test for null would be no protection.
  if (Gate.hasFnAttribute(AttrWeak))
    G.Sig.Problem = "weak function, may be missing";
  if (!G.Sig.Problem.empty()) {
    reportExit(Gate, Target, G.Sig.Problem);
    return;
  }
  M.appendModuleInlineAsm(emitExitGate(G));
}

/// BUILD_BUG_ON() failed: let Clang say so when it sees the call, in its own
/// words.  The optimizer may have dropped the declaration.
static void callDirectly(Function &Gate) {
  Module &M = *Gate.getParent();
  FunctionCallee Target =
      M.getOrInsertFunction(sourceName(Gate), Gate.getFunctionType());
  if (auto *F = dyn_cast<Function>(Target.getCallee())) {
    F->copyAttributesFrom(&Gate);
    F->removeFnAttr(AttrExit);
    F->removeFnAttr(AttrSource);
  }
  Gate.replaceAllUsesWith(Target.getCallee());
  Gate.eraseFromParent();
}

/// The exit gates that survived optimization are the allow-list (INV-7).
static void emitExits(Module &M) {
  for (Function &F : make_early_inc_range(M)) {
    if (!F.hasFnAttribute(AttrExit))
      continue;
    F.removeDeadConstantUsers();
    if (F.use_empty()) {
      F.eraseFromParent();
    } else if (F.hasFnAttribute("dontcall-error")) {
      callDirectly(F);
    } else {
      emitExit(F);
    }
  }
}

/// The optimizer marks constants as mergeable again.
static void settleConstants(Module &M) {
  for (GlobalVariable &V : M.globals())
    if (V.getSection().starts_with(".undertow."))
      V.setUnnamedAddr(GlobalValue::UnnamedAddr::None);
}

/// objtool wants a landing pad wherever data points into code, and the region
/// map points at the domain's first function, whichever that will be.
static void addLandingPads(Module &M) {
  SmallVector<GlobalValue *> Local;
  for (Function &F : M)
    if (!F.isDeclaration() && F.hasLocalLinkage() && !codeDomain(F).empty())
      Local.push_back(&F);
  if (needsEndbr(M))
    appendToCompilerUsed(M, Local);
}

PreservedAnalyses IsolatePass::run(Module &M, ModuleAnalysisManager &) {
  std::vector<std::string> Domains = listDomains(M);
  if (Domains.empty() || hasErrors())
    return PreservedAnalyses::all();
  expandLibrary(M);
  for (const std::string &Domain : Domains) {
    Partition P(M, Domain);
    P.copyInlines();
    P.redirect();
  }
  eraseTemplates(M);
  eraseDeadOriginals(M);
  settleConstants(M);
  addLandingPads(M);
  checkAllowLists(M);
  emitExits(M);
  checkCode(M);
  return PreservedAnalyses::none();
}

} // namespace undertow
