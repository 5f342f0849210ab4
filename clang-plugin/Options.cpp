// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - options

#include "Options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <undertow/map.h>

using namespace llvm;

namespace undertow {

Options &options() {
  static Options TheOptions;
  return TheOptions;
}

bool Options::knowsDomain(StringRef Name) const {
  return Domains.empty() || is_contained(Domains, Name.str());
}

std::string checkDomainName(StringRef Name) {
  if (Name.empty())
    return "is empty";
  if (Name.size() >= UT_NAME_SIZE)
    return ("is longer than " + Twine(UT_NAME_SIZE - 1) + " characters").str();
  if (isDigit(Name[0]) ||
      !all_of(Name, [](char C) { return isAlnum(C) || C == '_'; }))
    return "is not a C identifier";
  return "";
}

std::string moduleNameFromMacro(StringRef Value) {
  std::string Name = Value.trim("\"").str();
  for (char &C : Name)
    if (C == '-')
      C = '_';
  return Name;
}

static std::string parseDomainList(StringRef Value) {
  SmallVector<StringRef> Names;
  Value.split(Names, ',', -1, false);
  for (StringRef Name : Names) {
    std::string Problem = checkDomainName(Name);
    if (!Problem.empty())
      return ("domain name '" + Name + "' " + Problem).str();
    options().Domains.push_back(Name.str());
  }
  return "";
}

static std::string parseEscape(StringRef Value) {
  options().Escape = Value.str();
  if (Value == "ignored" || Value == "warning" || Value == "error")
    return "";
  return ("value is '" + Value + "', not ignored, warning or error").str();
}

static std::string parseAllow(StringRef Value) {
  options().AllowFiles.push_back(Value.str());
  return Value.empty() ? "value is empty, not a file name" : "";
}

static std::string parseSwitch(bool &Switch, StringRef Value) {
  Switch = true;
  return Value.empty() ? "" : "takes no value";
}

static std::string parseDomain(std::string &Domain, StringRef Value) {
  std::string Problem = checkDomainName(Value);
  if (!Problem.empty())
    return ("domain name '" + Value + "' " + Problem).str();
  Domain = Value.str();
  return "";
}

std::string parseOption(StringRef Arg) {
  auto [Name, Value] = Arg.split('=');
  if (Name == "module")
    return parseDomain(options().Module, Value);
  if (Name == "domain")
    return parseDomain(options().FileDomain, Value);
  if (Name == "domains")
    return parseDomainList(Value);
  if (Name == "allow")
    return parseAllow(Value);
  if (Name == "print-allow")
    return parseSwitch(options().PrintAllow, Value);
  if (Name == "escape")
    return parseEscape(Value);
  if (Name == "remarks")
    return parseSwitch(options().Remarks, Value);
  if (Name == "old-hints")
    return parseSwitch(options().OldHints, Value);
  // Makes commands differ, for caches of compilations.
  if (Name == "stamp")
    return "";
  return "unknown option, there are module, domain, domains, allow, "
         "print-allow, escape, remarks, old-hints, stamp";
}

} // namespace undertow
