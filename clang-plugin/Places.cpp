// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - places

#include "Places.h"
#include "Annotations.h"
#include "Names.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Mangle.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"

using namespace clang;

namespace undertow {

namespace {

/// Says whether a statement is the one.
using Matcher = llvm::function_ref<bool(const Stmt *)>;

std::string irName(const Decl *D) {
  return symbolName(ASTNameGenerator(D->getASTContext()).getName(D)).str();
}

const Stmt *findStmt(const Stmt *S, Matcher Matches) {
  if (!S || Matches(S))
    return S;
  for (const Stmt *Child : S->children())
    if (const Stmt *Found = findStmt(Child, Matches))
      return Found;
  return nullptr;
}

/// Also in functions that FD calls: the optimizer may have inlined them.
class BodySearch {
public:
  explicit BodySearch(Matcher Matches) : Matches(Matches) {}

  const Stmt *search(const FunctionDecl *FD) {
    if (!FD || !FD->hasBody(FD) || !Seen.insert(FD).second)
      return nullptr;
    const Stmt *Found = findStmt(FD->getBody(), Matches);
    return Found ? Found : searchCallees(FD->getBody());
  }

private:
  const Stmt *searchCallees(const Stmt *S) {
    if (!S)
      return nullptr;
    if (const auto *Call = dyn_cast<CallExpr>(S))
      if (const Stmt *Found = search(Call->getDirectCallee()))
        return Found;
    for (const Stmt *Child : S->children())
      if (const Stmt *Found = searchCallees(Child))
        return Found;
    return nullptr;
  }

  Matcher Matches;
  llvm::SmallPtrSet<const FunctionDecl *, 8> Seen;
};

SourceLocation placeOf(const Stmt *S) {
  if (const auto *E = dyn_cast_or_null<Expr>(S))
    return E->getExprLoc();
  return S ? S->getBeginLoc() : SourceLocation();
}

SourceLocation findInBody(llvm::StringRef Function, Matcher Matches) {
  return placeOf(BodySearch(Matches).search(findFunctionDecl(Function)));
}

bool mentions(const Stmt *S, llvm::StringRef Object) {
  const auto *Ref = dyn_cast<DeclRefExpr>(S);
  const auto *VD = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  bool Global =
      Ref && (isa<FunctionDecl>(Ref->getDecl()) || (VD && VD->isFileVarDecl()));
  return Global && irName(Ref->getDecl()) == Object;
}

/// The variable with this name in the IR; static locals are "function.name".
const VarDecl *findVariable(llvm::StringRef Name) {
  auto [Function, Local] = Name.split('.');
  const VarDecl *Found = nullptr;
  auto IsLocal = [&Found, Want = Local](const Stmt *S) {
    if (const auto *Decls = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Decls->decls())
        if (const auto *VD = dyn_cast<VarDecl>(D);
            VD && VD->isStaticLocal() && VD->getName() == Want)
          Found = VD;
    return Found != nullptr;
  };
  if (!Local.empty())
    findInBody(Function, IsLocal);
  const ASTContext *Ctx = getContext();
  if (Found || !Ctx)
    return Found;
  for (const Decl *D : Ctx->getTranslationUnitDecl()->decls())
    if (const auto *VD = dyn_cast<VarDecl>(D);
        VD && VD->hasInit() && irName(VD) == Name)
      return VD;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Statements that instructions come from
//===----------------------------------------------------------------------===//

bool isWide(const Expr *E) {
  QualType T = E->getType();
  return T->isIntegerType() && !T->isDependentType() &&
         getContext()->getTypeSize(T) > 64;
}

bool isWideBuiltin(const Stmt *S) {
  const auto *Call = dyn_cast<CallExpr>(S);
  return Call && Call->getBuiltinCallee() &&
         llvm::any_of(Call->arguments(), isWide);
}

bool isWideDivision(const Stmt *S) {
  const auto *Op = dyn_cast<BinaryOperator>(S);
  return Op && isWide(Op) &&
         (Op->getOpcode() == BO_Div || Op->getOpcode() == BO_Rem ||
          Op->getOpcode() == BO_DivAssign || Op->getOpcode() == BO_RemAssign);
}

bool isFloating(const Stmt *S) {
  const auto *E = dyn_cast<Expr>(S);
  return E && (E->getType()->isRealFloatingType() ||
               E->getType()->isAnyComplexType());
}

bool isVector(const Stmt *S) {
  const auto *E = dyn_cast<Expr>(S);
  return E && E->getType()->isVectorType();
}

bool isIndirectCall(const Stmt *S) {
  const auto *Call = dyn_cast<CallExpr>(S);
  return Call && !Call->getDirectCallee();
}

SourceLocation findAsm(llvm::StringRef Function, const llvm::InlineAsm &Asm) {
  return findInBody(Function, [&](const Stmt *S) {
    const auto *Gcc = dyn_cast<GCCAsmStmt>(S);
    return Gcc && Gcc->generateAsmString(*getContext()) == Asm.getAsmString();
  });
}

SourceLocation findCall(llvm::StringRef Function, const llvm::CallBase &Call) {
  if (auto *Asm = dyn_cast<llvm::InlineAsm>(Call.getCalledOperand()))
    return findAsm(Function, *Asm);
  if (auto *Callee = Call.getCalledFunction())
    return Callee->isIntrinsic() ? SourceLocation()
                                 : findReference(Function, sourceName(*Callee));
  return findInBody(Function, isIndirectCall);
}

SourceLocation findByKind(llvm::StringRef Function,
                          const llvm::Instruction &I) {
  if (isa<llvm::IndirectBrInst>(I))
    return findInBody(Function,
                      [](const Stmt *S) { return isa<IndirectGotoStmt>(S); });
  auto HasType = [&I](auto Is) {
    return Is(I.getType()) || llvm::any_of(I.operands(), [&](const auto &U) {
             return Is(U->getType());
           });
  };
  if (HasType([](llvm::Type *T) { return T->isFloatingPointTy(); }))
    return findInBody(Function, isFloating);
  if (HasType([](llvm::Type *T) { return T->isVectorTy(); }))
    return findInBody(Function, isVector);
  if (isa<llvm::CallBase>(I))
    return findInBody(Function, isWideBuiltin);
  if (I.isIntDivRem())
    return findInBody(Function, isWideDivision);
  return {};
}

} // namespace

SourceLocation findReference(llvm::StringRef User, llvm::StringRef Object) {
  if (!getContext())
    return {};
  Object = symbolName(Object);
  auto Matches = [&](const Stmt *S) { return mentions(S, Object); };
  SourceLocation Loc = findInBody(User, Matches);
  if (Loc.isValid())
    return Loc;
  const VarDecl *VD = findVariable(symbolName(User));
  return VD ? placeOf(findStmt(VD->getInit(), Matches)) : SourceLocation();
}

SourceLocation findPlace(const llvm::Instruction &I, llvm::StringRef Name,
                         llvm::StringRef Mention) {
  if (!getContext())
    return {};
  if (!Mention.empty())
    return findReference(Name, Mention);
  if (auto *Call = dyn_cast<llvm::CallBase>(&I))
    if (SourceLocation Loc = findCall(Name, *Call); Loc.isValid())
      return Loc;
  return findByKind(Name, I);
}

} // namespace undertow
