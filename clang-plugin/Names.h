// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - names
//
// Symbols and sections that the plugin makes, spelled in one place.

#ifndef UNDERTOW_NAMES_H
#define UNDERTOW_NAMES_H

#include "Annotations.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"
#include <string>

namespace undertow {

/// Symbol of an object: asm labels have a mark in the IR.
inline llvm::StringRef symbolName(llvm::StringRef Name) {
  return Name.ltrim('\01');
}

/// Attributes of functions that the plugin made.
constexpr char AttrDomain[] = "undertow-domain"; // code of the domain: domain
constexpr char AttrSource[] = "undertow-source"; // the function it comes from
constexpr char AttrExit[] = "undertow-exit";     // exit gate: its domain

// What code of a domain was compiled with before it got its section.
constexpr char AttrFeatures[] = "undertow-features"; // target features
constexpr char AttrThunks[] = "undertow-thunks";     // return thunks

constexpr char AttrWeak[] = "undertow-weak"; // exit gate: target may be missing
constexpr char AttrVariadic[] =
    "undertow-variadic";                     // exit gate for one kind of call
constexpr char AttrGate[] = "undertow-gate"; // entry gate: its body
constexpr char AttrLinkage[] = "undertow-linkage"; // its linkage in the end
constexpr char AttrAlias[] = "undertow-alias";     // alias of a gate: the gate

/// The body of the untrusted function F.
inline std::string bodyName(llvm::StringRef F) {
  return (symbolName(F) + ".untrusted").str();
}

/// The copy of an inline function, or of a constant, for a domain.
inline std::string copyName(llvm::StringRef Object, llvm::StringRef Domain) {
  return (symbolName(Object) + "." + Domain).str();
}

/// The exit gate of a domain to the trusted function F.
inline std::string exitName(llvm::StringRef F, llvm::StringRef Domain) {
  return (symbolName(F) + ".exit." + Domain).str();
}

/// Section of a kind: text, gate, rodata, data, bss, records, map.
inline std::string sectionName(llvm::StringRef Kind, llvm::StringRef Domain) {
  return (".undertow." + Kind + "." + Domain).str();
}

inline std::string mapName(llvm::StringRef Domain) {
  return ("__ut_map_" + Domain).str();
}

/// Domain whose code F is: a body or a copy.  "" for trusted code.
inline llvm::StringRef codeDomain(const llvm::Function &F) {
  return F.getFnAttribute(AttrDomain).getValueAsString();
}

/// Domain that the author gave to the object.  "" for trusted ones.
inline llvm::StringRef declaredDomain(const llvm::GlobalValue &GV) {
  if (auto *F = llvm::dyn_cast<llvm::Function>(&GV))
    return F->getFnAttribute(AttrUntrusted).getValueAsString();
  if (auto *V = llvm::dyn_cast<llvm::GlobalVariable>(&GV))
    return V->getAttribute(AttrUntrusted).getValueAsString();
  return "";
}

inline bool isCritical(const llvm::GlobalValue &GV) {
  auto *V = llvm::dyn_cast<llvm::GlobalVariable>(&GV);
  return V && V->hasAttribute(AttrCritical);
}

/// Sections that say how a variable is used, not who looks for it there: in a
/// domain it is data like any other.  "" is none.
inline bool isDataSection(llvm::StringRef Section) {
  for (llvm::StringRef Name :
       {"", ".data..read_mostly", ".data..ro_after_init", ".data.once",
        ".data..once", ".data..cacheline_aligned", ".data..page_aligned",
        ".bss..page_aligned", ".data.unlikely", ".data..shared_aligned",
        ".rodata", ".data", ".bss"})
    if (Section == Name)
      return true;
  return false;
}

/// Name that the author knows F by.
inline std::string sourceName(const llvm::Function &F) {
  if (F.hasFnAttribute(AttrSource))
    return F.getFnAttribute(AttrSource).getValueAsString().str();
  return F.getName().str();
}

} // namespace undertow

#endif // UNDERTOW_NAMES_H
