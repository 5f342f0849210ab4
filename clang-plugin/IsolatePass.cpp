// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - isolation
//
// After optimization: in-view copies of library functions, whatever references
// the optimizer made, the exit gates that are left, and the final checks.

#include "AllowList.h"
#include "Encoding.h"
#include "Gates.h"
#include "Library.h"
#include "Names.h"
#include "Outline.h"
#include "Partition.h"
#include "Passes.h"
#include "Report.h"

#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace undertow {

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
  settleExitResults(M);
  outlineLate(M);
  checkCopies(M);
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
  eraseUnusedOutlines(M);
  emitGates(M);
  checkCode(M);
  for (const std::string &Domain : Domains)
    tabulateAddresses(M, Domain);
  hideConstants(M);
  guardEncoder();
  if (hasErrors())
    discardCode(M);
  return PreservedAnalyses::none();
}

} // namespace undertow
