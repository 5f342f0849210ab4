// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - gates
//
// During optimization a gate is a declaration: nothing can be concluded from
// it.  Afterwards it becomes a naked function, so that linkage, aliases and
// debug information are those of any other.

#ifndef UNDERTOW_GATES_H
#define UNDERTOW_GATES_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class CallBase;
class Function;
class Module;
} // namespace llvm

namespace undertow {

/// Turn F into the body of an untrusted function; its name, and whatever
/// referred to it, becomes an entry gate.
void splitFunction(llvm::Function &F);

/// Let the name of a trusted function be the exit gate of the domain that may
/// call it through pointers.
void splitCallback(llvm::Function &F);

/// The exit gate of a domain to Target, to be made when it is still used after
/// optimization.
llvm::Function *getExitGate(llvm::Function &Target, llvm::StringRef Domain);

/// The same for the arguments of one call of a variadic function.
llvm::Function *getExitGate(llvm::CallBase &Call, llvm::StringRef Domain);

/// After optimization: let exit gates return structures by the domain's stack.
void settleExitResults(llvm::Module &M);

/// Give the gates that are left their code.
void emitGates(llvm::Module &M);

} // namespace undertow

#endif // UNDERTOW_GATES_H
