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

enum class Binding { Local, Weak, Global };

struct EntryGate {
  std::string Name; // the public symbol
  std::string Body; // the untrusted code
  std::string Domain;
  Binding Bind = Binding::Global;
  bool Hidden = false;
  bool Endbr = false; // indirect branches need a landing pad
  int64_t Error = 0;  // result of the call after a violation
  Signature Sig;
};

struct ExitGate {
  std::string Name;   // local symbol
  std::string Target; // the trusted function
  std::string Domain;
  bool Endbr = false;
  Signature Sig;
};

/// Assembler text of the gate and its record.
std::string emitEntryGate(const EntryGate &G);
std::string emitExitGate(const ExitGate &G);

/// Name as the assembler reads it.
std::string asmSymbol(llvm::StringRef Name);

} // namespace undertow

#endif // UNDERTOW_GATEASM_H
