// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - reports

#include "Report.h"
#include "Annotations.h"
#include "Names.h"

#include "clang/Basic/Diagnostic.h"
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

void reportError(Module &M, StringRef Object, const Twine &Reason,
                 clang::SourceLocation Loc) {
  HadErrors = true;
  std::string Text = (Object + ": " + Reason).str();
  if (!Reporter) {
    M.getContext().emitError(Text);
    return;
  }
  unsigned ID =
      Reporter->getCustomDiagID(clang::DiagnosticsEngine::Error, "%0");
  Reporter->Report(Loc.isValid() ? Loc : findLocation(Object), ID) << Text;
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

void reportError(const Instruction &I, const Twine &Reason, StringRef Mention) {
  std::string Name = sourceName(*I.getFunction());
  clang::SourceLocation Loc = getDebugLocation(I);
  if (Loc.isInvalid() && !Mention.empty())
    Loc = findReference(Name, Mention);
  reportError(*const_cast<Module *>(I.getModule()), Name, Reason, Loc);
}

} // namespace undertow
