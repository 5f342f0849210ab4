// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - in-view library
//
// memcpy() and its like must not be exit gates: each would read and write for
// the domain wherever it wants.  A domain has copies of its own.

#ifndef UNDERTOW_LIBRARY_H
#define UNDERTOW_LIBRARY_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Function;
class GlobalVariable;
class Module;
} // namespace llvm

namespace undertow {

/// Is there an in-view copy of the function with this name?
bool isLibraryFunction(llvm::StringRef Name);

/// The template of a constant that V declares, once expandLibrary() has linked
/// it, or null.
llvm::GlobalVariable *getLibraryConstant(llvm::GlobalVariable &V);

/// Is F a template for in-view copies?
bool isTemplate(const llvm::Function &F);

/// Replace, in code of all domains of M, intrinsics by inline expansions or
/// calls, and calls of library functions by calls of templates that
/// Partition::copyInlines() copies.
void expandLibrary(llvm::Module &M);

/// Erase the templates.
void eraseTemplates(llvm::Module &M);

} // namespace undertow

#endif // UNDERTOW_LIBRARY_H
