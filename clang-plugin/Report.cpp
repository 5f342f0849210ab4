// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - reports

#include "Report.h"
#include "Annotations.h"
#include "Names.h"
#include "Places.h"

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Basic/DiagnosticSema.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Instruction.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace undertow {

static clang::DiagnosticsEngine *Reporter;
static bool HadErrors;

void setReporter(clang::DiagnosticsEngine &Diags) { Reporter = &Diags; }

bool hasErrors() { return HadErrors; }

//===----------------------------------------------------------------------===//
// Front end
//===----------------------------------------------------------------------===//

/// A plugin cannot make a group of warnings in every version of Clang, so
/// escapes are in the one that exists for warnings of others.  It carries
/// -Werror, pragmas and system headers; -Wundertow-escape is another name.
static constexpr char EscapeGroup[] = "user-defined-warnings";

static void report(clang::DiagnosticsEngine::Level Level,
                   clang::SourceLocation Loc, const Twine &Text) {
  Reporter->Report(Loc, Reporter->getCustomDiagID(Level, "%0")) << Text.str();
}

void reportError(clang::SourceLocation Loc, StringRef Object,
                 const Twine &Reason) {
  HadErrors = true;
  report(clang::DiagnosticsEngine::Error, Loc, Object + ": " + Reason);
}

void reportEscape(clang::SourceLocation Loc, StringRef Object,
                  const Twine &Reason) {
  Reporter->Report(Loc, clang::diag::warn_diagnose_if_succeeded)
      << (Object + ": " + Reason).str();
}

void reportRemark(clang::SourceLocation Loc, StringRef Object,
                  const Twine &Reason) {
  report(clang::DiagnosticsEngine::Remark, Loc, Object + ": " + Reason);
}

void reportNote(clang::SourceLocation Loc, const Twine &Text) {
  report(clang::DiagnosticsEngine::Note, Loc, Text);
}

void reportNote(clang::SourceLocation Loc, const Twine &Text,
                const clang::FixItHint &Hint) {
  unsigned ID = Reporter->getCustomDiagID(clang::DiagnosticsEngine::Note, "%0");
  Reporter->Report(Loc, ID) << Text.str() << Hint;
}

void setEscapeSeverity(StringRef Severity) {
  auto Level = Severity == "ignored" ? clang::diag::Severity::Ignored
                                     : clang::diag::Severity::Warning;
  Reporter->setSeverityForGroup(clang::diag::Flavor::WarningOrError,
                                EscapeGroup, Level);
  if (Severity != "ignored")
    Reporter->setDiagnosticGroupWarningAsError(EscapeGroup,
                                               Severity == "error");
}

void setEscapeOptions(const clang::DiagnosticOptions &Opts) {
  for (const std::string &Option : Opts.Warnings) {
    StringRef Name = Option;
    bool No = Name.consume_front("no-"), Error = Name.consume_front("error=");
    if (Name != "undertow-escape")
      continue;
    if (Error)
      Reporter->setDiagnosticGroupWarningAsError(EscapeGroup, !No);
    else
      Reporter->setSeverityForGroup(
          clang::diag::Flavor::WarningOrError, EscapeGroup,
          No ? clang::diag::Severity::Ignored : clang::diag::Severity::Warning);
  }
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

void reportError(Module &M, StringRef Object, const Twine &Reason,
                 clang::SourceLocation Loc) {
  if (Reporter) {
    reportError(Loc.isValid() ? Loc : findLocation(Object), Object, Reason);
    return;
  }
  HadErrors = true;
  M.getContext().emitError(Object + ": " + Reason);
}

/// Place of an instruction in the file that is being compiled, from -g.
static clang::SourceLocation getDebugLocation(const Instruction &I) {
  const DILocation *Loc = I.getDebugLoc();
  if (!Loc || !Loc->getLine() || !Reporter || !Reporter->hasSourceManager())
    return {};
  clang::SourceManager &SM = Reporter->getSourceManager();
  auto File = SM.getFileManager().getFileRef(Loc->getFilename());
  if (!File) {
    consumeError(File.takeError());
    return {};
  }
  return SM.translateFileLineCol(*File, Loc->getLine(),
                                 std::max(Loc->getColumn(), 1u));
}

static clang::SourceLocation locate(const Instruction &I, StringRef Mention) {
  std::string Name = sourceName(*I.getFunction());
  clang::SourceLocation Loc = getDebugLocation(I);
  if (Loc.isInvalid())
    Loc = findPlace(I, Name, Mention);
  return Loc.isValid() ? Loc : findLocation(Name);
}

void reportError(const Instruction &I, const Twine &Reason, StringRef Mention) {
  reportError(*const_cast<Module *>(I.getModule()),
              sourceName(*I.getFunction()), Reason, locate(I, Mention));
}

void reportHint(const Instruction &I, const Twine &Text, StringRef Mention) {
  if (Reporter)
    reportNote(locate(I, Mention), Text);
}

} // namespace undertow
