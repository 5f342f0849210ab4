// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - passes
//
// SplitPass runs before all optimizations and draws the line: bodies and gates,
// copies of inline functions and constants.  After it no optimization can
// conclude anything across the line.  IsolatePass runs after all of them,
// closes what they opened, and emits the exit gates that are still needed.

#ifndef UNDERTOW_PASSES_H
#define UNDERTOW_PASSES_H

#include "llvm/IR/PassManager.h"
#include <string>
#include <vector>

namespace undertow {

struct SplitPass : llvm::PassInfoMixin<SplitPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

struct IsolatePass : llvm::PassInfoMixin<IsolatePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// Domains that M defines code or data of, sorted.
std::vector<std::string> listDomains(llvm::Module &M);

/// Checks.cpp: what cannot be untrusted, before the split.
void checkDefinitions(llvm::Module &M);
/// Checks.cpp: what code of a domain may not contain, after optimization.
void checkCode(llvm::Module &M);

/// Sanity.cpp: what no source makes, before anything else.
void checkInput(llvm::Module &M);
/// Sanity.cpp: addresses of labels in code of a domain, before it is moved.
void checkLabels(llvm::Module &M);
/// Sanity.cpp: there was an error: give later passes nothing to stumble over.
void discardCode(llvm::Module &M);

/// Checks.cpp: copies from and to memory that views do not show, before they
/// become code.
void checkCopies(llvm::Module &M);

/// RegionMap.cpp: the map of a domain and its entry in the list of maps.
void emitMap(llvm::Module &M, llvm::StringRef Domain);

/// ModuleInit.cpp: register the maps when the module loads.
void wrapModuleInit(llvm::Module &M, bool HasContent);

/// Does the file ask for landing pads at targets of indirect branches?
bool needsEndbr(const llvm::Module &M);

} // namespace undertow

#endif // UNDERTOW_PASSES_H
