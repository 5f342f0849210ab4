// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - allow-lists

#include "AllowList.h"
#include "Names.h"
#include "Options.h"
#include "Places.h"
#include "Report.h"

#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instruction.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace llvm;

namespace undertow {

namespace {

/// A domain, "" for all of them, and a function.
using Entry = std::pair<std::string, std::string>;

struct AllowList {
  std::string File;
  std::set<Entry> Entries;

  bool contains(StringRef Domain, StringRef Callee) const {
    return Entries.count({Domain.str(), Callee.str()}) ||
           Entries.count({"", Callee.str()});
  }
};

std::vector<AllowList> &lists() {
  static std::vector<AllowList> TheLists;
  return TheLists;
}

bool isSymbol(StringRef Name) {
  return !Name.empty() && !isDigit(Name[0]) && all_of(Name, [](char C) {
    return isAlnum(C) || C == '_' || C == '.' || C == '$';
  });
}

/// What is wrong with the line, or "".
std::string parseLine(StringRef Line, AllowList &List) {
  Line = Line.split('#').first.trim();
  if (Line.empty())
    return "";
  StringRef Domain, Callee = Line;
  if (Line.contains(':')) {
    std::tie(Domain, Callee) = Line.split(':');
    Domain = Domain.trim();
    Callee = Callee.trim();
    if (std::string Problem = checkDomainName(Domain); !Problem.empty())
      return ("domain name '" + Domain + "' " + Problem).str();
  }
  if (!isSymbol(Callee))
    return "neither '<function>' nor '<domain>: <function>'";
  List.Entries.insert({Domain.str(), Callee.str()});
  return "";
}

std::string quote(StringRef Text) {
  std::string Quoted;
  raw_string_ostream OS(Quoted);
  OS << '\'';
  printEscapedString(Text.take_front(80), OS);
  OS << '\'';
  return Quoted;
}

void parseList(clang::SourceManager &SM, clang::FileID ID, AllowList &List) {
  StringRef Rest = SM.getBufferData(ID);
  for (unsigned Number = 1; !Rest.empty(); ++Number) {
    StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    std::string Problem = parseLine(Line, List);
    if (!Problem.empty())
      reportError(SM.translateLineCol(ID, Number, 1), quote(Line.trim()),
                  Problem);
  }
}

} // namespace

void readAllowLists(clang::SourceManager &SM) {
  for (const std::string &File : options().AllowFiles) {
    AllowList List{File, {}};
    auto Ref = SM.getFileManager().getFileRef(File, /*OpenFile=*/true);
    if (!Ref) {
      reportError(clang::SourceLocation(), File,
                  "allow-list cannot be read: " + toString(Ref.takeError()));
      continue;
    }
    parseList(SM, SM.getOrCreateFileID(*Ref, clang::SrcMgr::C_User), List);
    lists().push_back(std::move(List));
  }
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Instructions and variables that refer to V, through constants too.
static void collectUsers(const Value &V, SmallPtrSetImpl<const Value *> &Seen,
                         SmallVectorImpl<const Value *> &Users) {
  for (const User *U : V.users()) {
    if (!Seen.insert(U).second)
      continue;
    if (isa<Instruction>(U) || isa<GlobalVariable>(U))
      Users.push_back(U);
    else
      collectUsers(*U, Seen, Users);
  }
}

static void reportCall(Module &M, const Value &User, StringRef Domain,
                       StringRef Callee, StringRef File) {
  std::string Reason =
      ("call of '" + Callee + "' out of the domain: not in the allow-list '" +
       File + "'")
          .str();
  if (auto *I = dyn_cast<Instruction>(&User))
    reportError(*I, Reason, Callee);
  else
    reportError(M, User.getName(), Reason,
                findReference(User.getName(), Callee));
  reportNote({}, "add a line '" + Domain + ": " + Callee + "' to it");
}

static void checkExit(Module &M, const Function &Gate, StringRef Callee) {
  StringRef Domain = Gate.getFnAttribute(AttrExit).getValueAsString();
  for (const AllowList &List : lists()) {
    if (List.contains(Domain, Callee))
      continue;
    SmallPtrSet<const Value *, 8> Seen;
    SmallVector<const Value *> Users;
    collectUsers(Gate, Seen, Users);
    for (const Value *User : Users)
      reportCall(M, *User, Domain, Callee, List.File);
  }
}

void checkAllowLists(Module &M) {
  std::set<Entry> Calls;
  for (Function &F : M) {
    F.removeDeadConstantUsers();
    if (!F.hasFnAttribute(AttrExit) || F.use_empty() ||
        F.hasFnAttribute("dontcall-error"))
      continue;
    std::string Callee = symbolName(sourceName(F)).str();
    Calls.insert({F.getFnAttribute(AttrExit).getValueAsString().str(), Callee});
    checkExit(M, F, Callee);
  }
  if (options().PrintAllow)
    for (const auto &[Domain, Callee] : Calls)
      outs() << Domain << ": " << Callee << '\n';
}

} // namespace undertow
