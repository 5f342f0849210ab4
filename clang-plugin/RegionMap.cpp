// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - region map
//
// The map of a domain refers to boundary symbols that the module's linker
// script defines.  Every file of the module emits the same weak map; the
// linker keeps one.

#include "GateAsm.h"
#include "Names.h"
#include "Passes.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include <undertow/map.h>

using namespace llvm;

namespace undertow {

namespace {

struct Region {
  unsigned Kind;
  const char *Name;
};

constexpr Region Regions[] = {
    {UT_REGION_TEXT, "text"},     {UT_REGION_GATE, "gate"},
    {UT_REGION_RODATA, "rodata"}, {UT_REGION_DATA, "data"},
    {UT_REGION_BSS, "bss"},       {UT_REGION_RECORDS, "records"},
};

std::string boundary(StringRef Domain, StringRef Region, StringRef End) {
  return ("__ut_" + Domain + "_" + Region + "_" + End).str();
}

void emitBounds(raw_ostream &OS, StringRef Domain, StringRef Region) {
  OS << "\t.quad " << boundary(Domain, Region, "start") << ", "
     << boundary(Domain, Region, "end") << '\n';
}

void emitHeader(raw_ostream &OS, StringRef Domain) {
  OS << "\t.long " << UT_MAP_MAGIC << '\n';
  OS << "\t.short " << UT_MAP_REVISION << ", " << sizeof(ut_map) << '\n';
  OS << "\t.long " << std::size(Regions) + 1 << ", 0\n";
  OS << "\t.ascii \"" << Domain << "\"\n";
  OS << "\t.zero " << UT_NAME_SIZE - Domain.size() << '\n';
}

void emitRegions(raw_ostream &OS, StringRef Domain) {
  for (const Region &R : Regions) {
    emitBounds(OS, Domain, R.Name);
    OS << "\t.long " << R.Kind << ", 0\n";
  }
  OS << "\t.quad __ut_critical_start, __ut_critical_end\n";
  OS << "\t.long " << UT_REGION_CRITICAL << ", 0\n";
  OS << "\t.zero "
     << (UT_REGIONS_MAX - std::size(Regions) - 1) * sizeof(ut_region) << '\n';
}

} // namespace

void emitMap(Module &M, StringRef Domain) {
  std::string Text, Name = mapName(Domain);
  raw_string_ostream OS(Text);
  OS << "\t.pushsection " << sectionName("map", Domain)
     << ", \"aw\", @progbits\n\t.balign " << UT_MAP_ALIGN << '\n';
  OS << "\t.weak " << Name << "\n\t.type " << Name << ", @object\n";
  OS << Name << ":\n";
  emitHeader(OS, Domain);
  emitRegions(OS, Domain);
  OS << "\t.size " << Name << ", .-" << Name << "\n\t.popsection\n";
  // No branch goes to the start of a region.  Only with IBT does objtool look
  // at the linked module, where these symbols are.
  if (needsEndbr(M)) {
    OS << "\t.pushsection .discard.noendbr, \"\", @progbits\n";
    for (const char *Code : {"text", "gate"})
      OS << "\t.long " << boundary(Domain, Code, "start") << '\n';
    OS << "\t.popsection\n";
  }
  OS << "\t.pushsection .undertow.maps, \"a\", @progbits\n\t.p2align 3\n";
  OS << "\t.quad " << Name << "\n\t.popsection\n";
  M.appendModuleInlineAsm(Text);
}

} // namespace undertow
