// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - places
//
// Kernels are often built without -g, so the passes find the place of what they
// report in the syntax tree: the first one that fits, in the function itself or
// in those that it calls.

#ifndef UNDERTOW_PLACES_H
#define UNDERTOW_PLACES_H

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/StringRef.h"

namespace llvm {
class Instruction;
}

namespace undertow {

/// Where User, a function or a variable, mentions Object, if known.
clang::SourceLocation findReference(llvm::StringRef User,
                                    llvm::StringRef Object);

/// What I, an instruction of the function Name of the source, was made from.
/// Mention is an object that it refers to, "" for none.
clang::SourceLocation findPlace(const llvm::Instruction &I,
                                llvm::StringRef Name, llvm::StringRef Mention);

} // namespace undertow

#endif // UNDERTOW_PLACES_H
