// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - signatures
//
// Where the arguments and the result of a function travel (System V psABI), as
// the X86 backend lowers what Clang made of the source: a gate must carry them
// from one stack to the other without knowing more.

#ifndef UNDERTOW_SIGNATURE_H
#define UNDERTOW_SIGNATURE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace llvm {
class CallBase;
class Function;
} // namespace llvm

namespace undertow {

/// An eightbyte in a register or on the stack.  The psABI leaves the upper bits
/// of a narrow integer to the caller, but Clang relies on extension to 32 bits:
/// across views it must be made.
struct Scalar {
  enum KindTy { Void, Bool, S8, U8, S16, U16, Int32, Int64 } Kind;

  bool isNarrow() const { return Kind >= Bool && Kind <= U16; }
};

constexpr unsigned NumArgRegs = 6;

/// What the stack of a domain has room for beside its calls, in bytes.
constexpr unsigned MaxStackBytes = 2048;

struct Signature {
  /// In RAX; Void also for a structure in memory.
  Scalar Result{Scalar::Void};
  /// A second eightbyte of the result, in RDX.
  bool HasRdx = false;
  /// Bytes of a structure that the caller wants in memory, 0 for none.
  unsigned ResultBytes = 0;
  /// The argument registers in use.
  llvm::SmallVector<Scalar, NumArgRegs> Regs;
  /// Eightbytes on the stack, from the return address up; Void is padding.
  llvm::SmallVector<Scalar> Stack;
  /// RAX tells how many vector registers have arguments: none.
  bool IsVariadic = false;
  /// What the function returns after a violation.
  int64_t Error = 0;
  /// Why no gate can carry the function, or "".
  std::string Problem;

  /// Bytes of the arguments on the stack; the stack pointer stays aligned.
  unsigned stackBytes() const { return (Stack.size() * 8 + 15) & ~15U; }
};

/// Describe a function or, when Source is not its name, a gate for Source.
Signature describeSignature(const llvm::Function &F, llvm::StringRef Source);

/// Does the gate carry all that the call passes and takes?  A cast can make a
/// call of another type.
bool carriesCall(const Signature &Gate, const llvm::CallBase &Call);

/// The result of a call that a violation ended, unless it is a pointer, bool
/// or structure: those are zero.
constexpr int64_t DefaultError = -14; // -EFAULT

} // namespace undertow

#endif // UNDERTOW_SIGNATURE_H
