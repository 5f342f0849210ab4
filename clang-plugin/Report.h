// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - reports
//
// One grammar for every error of the pass: "<object>: <reason>", at the most
// precise place of the source that is known.

#ifndef UNDERTOW_REPORT_H
#define UNDERTOW_REPORT_H

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/Twine.h"

namespace clang {
class DiagnosticsEngine;
}

namespace llvm {
class Instruction;
class Module;
} // namespace llvm

namespace undertow {

/// Report through Clang from now on.  Without, reports go to the LLVMContext.
void setReporter(clang::DiagnosticsEngine &Diags);

/// Report an error about the function or variable Object of M.
void reportError(llvm::Module &M, llvm::StringRef Object,
                 const llvm::Twine &Reason, clang::SourceLocation Loc = {});

/// Report an error about an instruction of untrusted code.  Mention is the
/// object that the instruction refers to, "" for none.
void reportError(const llvm::Instruction &I, const llvm::Twine &Reason,
                 llvm::StringRef Mention = "");

/// Was there any error?
bool hasErrors();

} // namespace undertow

#endif // UNDERTOW_REPORT_H
