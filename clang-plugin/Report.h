// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - reports
//
// One grammar for every diagnostic: "<object>: <reason>", lower case, with the
// values and without a period, at the most precise place of the source that is
// known; then notes that say what to write instead.  docs/messages.md lists
// them all.

#ifndef UNDERTOW_REPORT_H
#define UNDERTOW_REPORT_H

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/Twine.h"

namespace clang {
class DiagnosticOptions;
class DiagnosticsEngine;
class FixItHint;
} // namespace clang

namespace llvm {
class Instruction;
class Module;
} // namespace llvm

namespace undertow {

/// Report through Clang from now on.  Without, reports go to the LLVMContext.
void setReporter(clang::DiagnosticsEngine &Diags);

/// Report an error about Object, at a place of the source.
void reportError(clang::SourceLocation Loc, llvm::StringRef Object,
                 const llvm::Twine &Reason);

/// Warn that Object escapes into a domain (-Wundertow-escape).
void reportEscape(clang::SourceLocation Loc, llvm::StringRef Object,
                  const llvm::Twine &Reason);

/// Remark about Object: nothing is wrong.
void reportRemark(clang::SourceLocation Loc, llvm::StringRef Object,
                  const llvm::Twine &Reason);

/// Add a note to the last report.
void reportNote(clang::SourceLocation Loc, const llvm::Twine &Text);
void reportNote(clang::SourceLocation Loc, const llvm::Twine &Text,
                const clang::FixItHint &Hint);

/// Let -W[no-][error=]undertow-escape on the command line take effect.
void setEscapeOptions(const clang::DiagnosticOptions &Opts);

/// Set what an escape is: "ignored", "warning" or "error".
void setEscapeSeverity(llvm::StringRef Severity);

/// Report an error about the function or variable Object of M.
void reportError(llvm::Module &M, llvm::StringRef Object,
                 const llvm::Twine &Reason, clang::SourceLocation Loc = {});

/// Report an error about an instruction of untrusted code.  Mention is the
/// object that the instruction refers to, "" for none.
void reportError(const llvm::Instruction &I, const llvm::Twine &Reason,
                 llvm::StringRef Mention = "");

/// Say, behind an error about I, what to write instead.
void reportHint(const llvm::Instruction &I, const llvm::Twine &Text,
                llvm::StringRef Mention = "");

/// Was there any error?
bool hasErrors();

} // namespace undertow

#endif // UNDERTOW_REPORT_H
