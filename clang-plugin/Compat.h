// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - versions of LLVM
//
// Everything that differs between the supported versions, and nothing else
// tests a version.  Attributes and metadata that only one version knows are
// not named at all: the passes list what they keep, never what they drop.

#ifndef UNDERTOW_COMPAT_H
#define UNDERTOW_COMPAT_H

#include "llvm/Config/llvm-config.h"
#include "llvm/Passes/PassBuilder.h"

#if LLVM_VERSION_MAJOR == 19
#include "llvm/Passes/PassPlugin.h"
#elif LLVM_VERSION_MAJOR == 22
#include "llvm/Plugins/PassPlugin.h"
#else
#error "Undertow supports LLVM 19 and 22"
#endif

namespace undertow {

/// A 128-bit integer that needs two registers and finds one goes to the stack.
/// The psABI keeps that one for later arguments, LLVM 19 does not.
constexpr bool WideOnStackEndsRegisters = LLVM_VERSION_MAJOR == 19;

/// Let Add(MPM) append passes behind all optimizations.
template <typename FunctionT>
void registerOptimizerLast(llvm::PassBuilder &PB, FunctionT Add) {
#if LLVM_VERSION_MAJOR == 19
  PB.registerOptimizerLastEPCallback(
      [Add](llvm::ModulePassManager &MPM, llvm::OptimizationLevel) {
        Add(MPM);
      });
#else
  PB.registerOptimizerLastEPCallback(
      [Add](llvm::ModulePassManager &MPM, llvm::OptimizationLevel,
            llvm::ThinOrFullLTOPhase) { Add(MPM); });
#endif
}

/// What llvmGetPassPluginInfo() returns: later versions have more callbacks.
inline llvm::PassPluginLibraryInfo
makePluginInfo(const char *Name, void (*Register)(llvm::PassBuilder &)) {
  llvm::PassPluginLibraryInfo Info = {};
  Info.APIVersion = LLVM_PLUGIN_API_VERSION;
  Info.PluginName = Name;
  Info.PluginVersion = LLVM_VERSION_STRING;
  Info.RegisterPassBuilderCallbacks = Register;
  return Info;
}

} // namespace undertow

#endif // UNDERTOW_COMPAT_H
