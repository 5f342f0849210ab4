// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - signatures
//
// Which functions a gate can carry, and how narrow values look in registers.

#ifndef UNDERTOW_SIGNATURE_H
#define UNDERTOW_SIGNATURE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace llvm {
class Function;
}

namespace undertow {

/// A scalar in a register.  The psABI leaves the upper bits to the caller, but
/// Clang relies on extension to 32 bits: across views it must be made.
struct Scalar {
  enum KindTy { Void, Bool, S8, U8, S16, U16, Int32, Int64, Pointer } Kind;

  /// The error code in the register, as the type wants it.
  int64_t errorValue(int64_t Error) const;
};

struct Signature {
  Scalar Result{Scalar::Void};
  llvm::SmallVector<Scalar, 6> Args;
  /// Why no gate can carry the function, or "".
  std::string Problem;
};

/// Describe F, from its declaration in the source if there is one.
Signature describeSignature(const llvm::Function &F);

/// The same for a function that only shares the type of the one named Source.
Signature describeSignature(const llvm::Function &F, llvm::StringRef Source);

} // namespace undertow

#endif // UNDERTOW_SIGNATURE_H
