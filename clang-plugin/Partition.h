// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - partition
//
// Makes the code and data of one domain self-contained.  A function of the
// domain may afterwards refer to: functions, constants and variables of its
// domain, gates, trusted variables (which its view does not show), and, until
// the optimizer has run, library functions that get in-view copies.

#ifndef UNDERTOW_PARTITION_H
#define UNDERTOW_PARTITION_H

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Transforms/Utils/ValueMapper.h"
#include <string>

namespace llvm {
class CallBase;
class Constant;
class Function;
class GlobalVariable;
class Module;
class Use;
} // namespace llvm

namespace undertow {

class Partition {
public:
  Partition(llvm::Module &M, llvm::StringRef Domain) : M(M), Domain(Domain) {}

  /// Copy the inline functions that code of the domain calls, transitively.
  void copyInlines();

  /// Point all references at gates and copies.
  void redirect();

  /// Make F code of the domain: section and attributes.
  void adopt(llvm::Function &F);

  /// Move a variable of the domain into its section.
  void place(llvm::GlobalVariable &V);

  llvm::StringRef domain() const { return Domain; }

private:
  llvm::SmallVector<llvm::Function *> codeFunctions();
  llvm::Function *getInlineCopy(llvm::Function &F);
  llvm::Function *copyUse(llvm::Use &U);
  void redirectCalls(llvm::Function &F);
  void redirectCall(llvm::CallBase &Call);
  void mapReferences(llvm::Function &F);
  void mapReference(llvm::GlobalValue &GV, llvm::StringRef User);
  llvm::Constant *copyConstant(llvm::GlobalVariable &V);
  void mapInitializer(llvm::GlobalVariable &V);

  llvm::Module &M;
  std::string Domain;
  llvm::StringMap<llvm::Function *> Copies;
  llvm::ValueToValueMapTy Map;
};

/// Drop what the compiler would add that only works in the full view.
void removeInstrumentation(llvm::Function &F);

/// Give F the target of Model.  The backend sets itself up for each target that
/// a file has, which takes longer than a small function.
void copyTarget(llvm::Function &F, const llvm::Function &Model);

/// A function of the file, or null.
const llvm::Function *anyFunction(const llvm::Module &M);

/// Erase functions and constants that only copies used.
void eraseDeadOriginals(llvm::Module &M);

} // namespace undertow

#endif // UNDERTOW_PARTITION_H
