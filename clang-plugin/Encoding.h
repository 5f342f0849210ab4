// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - bytes of code of a domain
//
// Code of a domain is executable at any byte offset, so it must not spell a
// forbidden instruction (<undertow/opcode.h>) anywhere: in an immediate, in an
// address, or across two instructions.

#ifndef UNDERTOW_ENCODING_H
#define UNDERTOW_ENCODING_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Module;
class Use;
} // namespace llvm

namespace undertow {

/// Addresses.cpp: let code of a domain take addresses from a table.
void tabulateAddresses(llvm::Module &M, llvm::StringRef Domain);

/// Compute immediates that would spell a forbidden instruction.
void hideConstants(llvm::Module &M);

/// Let the assembler of this process keep them out of what it encodes.
void guardEncoder();

/// May the operand, a constant, become a value that is computed?
bool isReplaceable(const llvm::Use &U);

} // namespace undertow

#endif // UNDERTOW_ENCODING_H
