// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - registration
//
// One file, loaded by clang -fplugin= (attributes and passes) and by
// -fpass-plugin= (passes only, for opt).

#include "Annotations.h"
#include "Compat.h"
#include "Options.h"
#include "Passes.h"
#include "Report.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/IR/Module.h"

using namespace clang;
using namespace undertow;

static void registerPasses(llvm::PassBuilder &PB) {
  PB.registerPipelineStartEPCallback(
      [](llvm::ModulePassManager &MPM, llvm::OptimizationLevel) {
        MPM.addPass(SplitPass());
      });
  registerOptimizerLast(
      PB, [](llvm::ModulePassManager &MPM) { MPM.addPass(IsolatePass()); });
}

/// Does the frontend of this process register the passes?
static bool InFrontend;

/// -save-temps optimizes in a second process, which reads bitcode and has no
/// source.  This one writes the bitcode and runs no passes, so split before the
/// first pass that is not for optimization: the verifier, or the writer.
static void splitBeforeWriting(llvm::PassBuilder &PB, bool HasPassPlugin) {
  PB.getPassInstrumentationCallbacks()->registerBeforeNonSkippedPassCallback(
      [HasPassPlugin, Done = false](llvm::StringRef, llvm::Any IR) mutable {
        auto *Const = llvm::any_cast<const llvm::Module *>(&IR);
        if (Done || !Const)
          return;
        Done = true;
        auto &M = const_cast<llvm::Module &>(**Const);
        llvm::ModuleAnalysisManager MAM;
        SplitPass().run(M, MAM);
        if (listDomains(M).empty())
          return;
        if (!HasPassPlugin)
          reportError(M, M.getSourceFileName(),
                      "optimized in a process of its own (-save-temps), which "
                      "needs -fpass-plugin= with the plugin too");
        if (!options().AllowFiles.empty() || options().PrintAllow)
          reportError(M, M.getSourceFileName(),
                      "optimized in a process of its own (-save-temps), which "
                      "has no allow-list");
      });
}

static bool parsePass(llvm::StringRef Name, llvm::ModulePassManager &MPM,
                      llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
  if (Name == "undertow-split")
    MPM.addPass(SplitPass());
  else if (Name == "undertow-isolate")
    MPM.addPass(IsolatePass());
  else
    return false;
  return true;
}

namespace {

class UndertowAction : public PluginASTAction {
  ActionType getActionType() override { return AddBeforeMainAction; }

  bool ParseArgs(const CompilerInstance &CI,
                 const std::vector<std::string> &Args) override {
    setReporter(CI.getDiagnostics());
    setEscapeOptions(CI.getDiagnosticOpts());
    takeModuleName(CI.getPreprocessorOpts());
    options().Reasons = CI.getFrontendOpts().ProgramAction != frontend::EmitObj;
    for (const std::string &Arg : Args)
      if (std::string Problem = parseOption(Arg); !Problem.empty()) {
        llvm::StringRef Name = llvm::StringRef(Arg).split('=').first;
        reportError(SourceLocation(), ("-fplugin-arg-undertow-" + Name).str(),
                    Problem);
        return false;
      }
    if (!options().Escape.empty())
      setEscapeSeverity(options().Escape);
    return true;
  }

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 llvm::StringRef) override {
    CodeGenOptions &CodeGen = CI.getCodeGenOpts();
    if (CodeGen.DisableLLVMPasses)
      CodeGen.PassBuilderCallbacks.push_back(
          [Loaded = !CodeGen.PassPlugins.empty()](llvm::PassBuilder &PB) {
            splitBeforeWriting(PB, Loaded);
          });
    else
      CodeGen.PassBuilderCallbacks.push_back(registerPasses);
    InFrontend = true;
    // The passes look up declarations for signatures and locations.
    CodeGen.ClearASTBeforeBackend = false;
    return createAnnotationConsumer(CI);
  }

  /// Kbuild names the module in a macro on the command line.
  static void takeModuleName(const PreprocessorOptions &Opts) {
    for (const auto &[Macro, IsUndef] : Opts.Macros) {
      auto [Name, Value] = llvm::StringRef(Macro).split('=');
      if (Name == "KBUILD_MODNAME")
        options().Module = IsUndef ? "" : moduleNameFromMacro(Value);
    }
  }
};

} // namespace

static FrontendPluginRegistry::Add<UndertowAction>
    Action("undertow", "isolate untrusted code in restricted views");

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT llvm::PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return makePluginInfo("undertow", [](llvm::PassBuilder &PB) {
    if (!InFrontend)
      registerPasses(PB);
    PB.registerPipelineParsingCallback(parsePass);
  });
}
