// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - options
//
// What the command line says, and the rules for names of domains.  One
// compiler process compiles one file, so there is one set of options.

#ifndef UNDERTOW_OPTIONS_H
#define UNDERTOW_OPTIONS_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace undertow {

struct Options {
  /// Default domain: -fplugin-arg-undertow-module= or KBUILD_MODNAME.
  std::string Module;
  /// Domain of everything in the file: -fplugin-arg-undertow-domain=.
  std::string FileDomain;
  /// Domains the module's linker script knows, empty when nobody said:
  /// -fplugin-arg-undertow-domains=a,b.
  std::vector<std::string> Domains;

  /// Allow-lists, all of which a call out of a domain must be on:
  /// -fplugin-arg-undertow-allow=FILE.
  std::vector<std::string> AllowFiles;
  /// Print the calls out of the domains: -fplugin-arg-undertow-print-allow.
  bool PrintAllow = false;
  /// Remark on each declaration without the attribute that another has:
  /// -fplugin-arg-undertow-remarks.
  bool Remarks = false;
  /// What an escape is: ignored, warning, error, "" for Clang's choice:
  /// -fplugin-arg-undertow-escape=.
  std::string Escape;

  /// Number unwind hints as Linux before 6.4: -fplugin-arg-undertow-old-hints.
  bool OldHints = false;

  /// Give each instruction of a gate its reason: there is a reader, because the
  /// output is text.
  bool Reasons = true;

  /// Is the file part of a module that was linked for domains?
  bool isModule() const { return !Domains.empty(); }
  bool knowsDomain(llvm::StringRef Name) const;
};

Options &options();

/// Take one argument "name=value".  Return what is wrong with it, or "".
std::string parseOption(llvm::StringRef Arg);

/// Say why Name cannot name a domain, or "".
std::string checkDomainName(llvm::StringRef Name);

/// Value of KBUILD_MODNAME as a domain name: without quotes, '-' is '_'.
std::string moduleNameFromMacro(llvm::StringRef Value);

} // namespace undertow

#endif // UNDERTOW_OPTIONS_H
