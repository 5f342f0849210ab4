// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - gate code
//
// The instructions of gates, specialised for a signature.  The security of
// the whole rests on them; GateAsm.cpp gives each its reason.

#ifndef UNDERTOW_GATEASM_H
#define UNDERTOW_GATEASM_H

#include "Signature.h"

#include "llvm/ADT/StringRef.h"
#include <string>

namespace undertow {

struct Gate {
  std::string Name;   // the symbol that callers use
  std::string Target; // entry gate: the body; exit gate: the trusted function
  std::string Domain;
  bool Endbr = false;  // indirect branches need a landing pad
  bool IsWeak = false; // another file may have the name
  Signature Sig;
};

/// Does the entry gate need a caller of its own in the full view, for what the
/// exit from any gate of the domain must not skip?
bool needsOuter(const Gate &G);

/// Name of the gate proper behind such a caller.
std::string innerName(const Gate &G);

/// Assembler text of functions, and of their records.
std::string emitEntryGate(const Gate &G);
std::string emitOuterGate(const Gate &G);
std::string emitExitGate(const Gate &G);
std::string emitEntryRecord(const Gate &G);
std::string emitExitRecord(const Gate &G);

/// The same of the gate behind interrupts, one for each file and domain.
std::string emitReentryGate(const Gate &G);
std::string emitReentryRecord(const Gate &G);

/// Name as the assembler reads it.
std::string asmSymbol(llvm::StringRef Name);

} // namespace undertow

#endif // UNDERTOW_GATEASM_H
