// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - outlining
//
// What kernel headers put inline, and only works in the full view, becomes a
// trusted function that the domain calls through an exit gate: it shows in the
// allow-list by a name that tells what it does.  Such a function does what the
// source names, at constant addresses, and nothing with a pointer from the
// domain (INV-7).  docs/constructs.md has the table.

#ifndef UNDERTOW_OUTLINE_H
#define UNDERTOW_OUTLINE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace llvm {
class CallBase;
class Function;
class GlobalVariable;
class Instruction;
class Module;
class Value;
} // namespace llvm

namespace undertow {

/// A variable that views do not show, and that a domain gets no copy of.
bool isTrustedVariable(const llvm::GlobalVariable &V);

/// The trusted variable that Address is in, and where if Offset is not null
/// and the place is constant; null for anything else.
llvm::GlobalVariable *findTrustedVariable(llvm::Value *Address);

/// An object that the kernel changes code by: never in a domain.
bool isPatchingKey(const llvm::GlobalVariable &V);

/// Is F, though inline, called through an exit gate instead of copied?
/// Tracepoints are.
bool isRouted(llvm::Function &F);

/// Before the optimizer: what is complete in the source as Clang emits it.
void outlineEarly(llvm::Module &M);

/// After it: what is only complete when inline functions have dissolved.
void outlineLate(llvm::Module &M);

/// Erase trusted functions of the plugin whose exit gates nobody needs.
void eraseUnusedOutlines(llvm::Module &M);

} // namespace undertow

#endif // UNDERTOW_OUTLINE_H
