// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - allow-lists
//
// The exit gates of a file are what its domains can call (INV-7).  A file of
// the author can restrict them: one callee a line, for all domains, or behind
// "<domain>:" for one.

#ifndef UNDERTOW_ALLOWLIST_H
#define UNDERTOW_ALLOWLIST_H

namespace clang {
class SourceManager;
}

namespace llvm {
class Module;
}

namespace undertow {

/// Read the files of -fplugin-arg-undertow-allow=.
void readAllowLists(clang::SourceManager &SM);

/// After optimization: report the calls that no list allows, and print all of
/// them if the options say so.
void checkAllowLists(llvm::Module &M);

} // namespace undertow

#endif // UNDERTOW_ALLOWLIST_H
