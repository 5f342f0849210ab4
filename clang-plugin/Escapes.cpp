// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - escapes

#include "Escapes.h"
#include "Annotations.h"
#include "Options.h"
#include "Report.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Diagnostic.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;
using llvm::StringRef;
using llvm::Twine;

namespace undertow {

namespace {

//===----------------------------------------------------------------------===//
// Domains of declarations
//===----------------------------------------------------------------------===//

class Owners {
public:
  explicit Owners(ASTContext &Ctx);
  /// Domain of the function or variable, "" if it is trusted.
  StringRef domainOf(const FunctionDecl *FD) const;
  StringRef domainOf(const VarDecl *VD) const;

private:
  bool isModuleEntry(const FunctionDecl *FD) const;
  /// module_init() makes the entry an alias.
  llvm::DenseSet<StringRef> EntryAliases;
};

bool isEntryName(StringRef Name) {
  return Name == "init_module" || Name == "cleanup_module";
}

Owners::Owners(ASTContext &Ctx) {
  for (const Decl *D : Ctx.getTranslationUnitDecl()->decls())
    if (const auto *FD = dyn_cast<FunctionDecl>(D))
      if (const auto *Alias = FD->getAttr<AliasAttr>())
        if (FD->getIdentifier() && isEntryName(FD->getName()))
          EntryAliases.insert(Alias->getAliasee());
}

bool Owners::isModuleEntry(const FunctionDecl *FD) const {
  return FD->getIdentifier() &&
         (isEntryName(FD->getName()) || EntryAliases.contains(FD->getName()));
}

/// As annotateFile() does in the pass.
StringRef Owners::domainOf(const FunctionDecl *FD) const {
  if (const Annotation *A = findAnnotation(FD))
    return A->Domain;
  bool InFile = FD->isDefined() && !FD->isInlined() &&
                !FD->hasAttr<SectionAttr>() && !isModuleEntry(FD);
  return InFile ? StringRef(options().FileDomain) : "";
}

StringRef Owners::domainOf(const VarDecl *VD) const {
  if (const Annotation *A = findAnnotation(VD))
    return A->Domain;
  if (VD->isStaticLocal())
    if (const auto *FD = dyn_cast<FunctionDecl>(VD->getDeclContext()))
      return domainOf(FD);
  bool InFile = VD->hasGlobalStorage() &&
                VD->hasDefinition() != VarDecl::DeclarationOnly &&
                !VD->hasAttr<SectionAttr>() && !VD->getTLSKind();
  return InFile ? StringRef(options().FileDomain) : "";
}

//===----------------------------------------------------------------------===//
// What an expression is the address of
//===----------------------------------------------------------------------===//

/// A variable, or a literal.
struct Object {
  const VarDecl *Var = nullptr;
  const Expr *Literal = nullptr;

  explicit operator bool() const { return Var || Literal; }
};

/// Does code below S change V, or let others do it?
bool changes(const Stmt *S, const VarDecl *V) {
  auto Is = [V](const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParens());
    return Ref && Ref->getDecl() == V;
  };
  if (!S)
    return false;
  if (const auto *Op = dyn_cast<BinaryOperator>(S);
      Op && Op->isAssignmentOp() && Is(Op->getLHS()))
    return true;
  if (const auto *Op = dyn_cast<UnaryOperator>(S);
      Op && (Op->isIncrementDecrementOp() || Op->getOpcode() == UO_AddrOf) &&
      Is(Op->getSubExpr()))
    return true;
  if (const auto *Asm = dyn_cast<GCCAsmStmt>(S))
    for (unsigned I = 0; I < Asm->getNumOutputs(); ++I)
      if (Is(Asm->getOutputExpr(I)))
        return true;
  return llvm::any_of(S->children(),
                      [V](const Stmt *Child) { return changes(Child, V); });
}

/// Finds the object that a pointer was made from, as far as one function shows
/// without a doubt.
class AddressFinder {
public:
  explicit AddressFinder(const Stmt *Body) : Body(Body) {}

  Object fromPointer(const Expr *E, unsigned Depth = 0) const;
  Object fromLvalue(const Expr *E, unsigned Depth = 0) const;

private:
  Object fromCast(const CastExpr *E, unsigned Depth) const;
  Object fromOperator(const BinaryOperator *E, unsigned Depth) const;
  Object fromVariable(const Expr *E, unsigned Depth) const;

  const Stmt *Body;
};

Object AddressFinder::fromPointer(const Expr *E, unsigned Depth) const {
  E = E->IgnoreParens();
  if (const auto *Cast = dyn_cast<CastExpr>(E))
    return fromCast(Cast, Depth);
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return Op->getOpcode() == UO_AddrOf ? fromLvalue(Op->getSubExpr(), Depth)
                                        : Object();
  if (const auto *Op = dyn_cast<BinaryOperator>(E))
    return fromOperator(Op, Depth);
  if (const auto *Op = dyn_cast<AbstractConditionalOperator>(E)) {
    Object Found = fromPointer(Op->getTrueExpr(), Depth);
    return Found ? Found : fromPointer(Op->getFalseExpr(), Depth);
  }
  if (const auto *Opaque = dyn_cast<OpaqueValueExpr>(E);
      Opaque && Opaque->getSourceExpr())
    return fromPointer(Opaque->getSourceExpr(), Depth);
  if (const auto *Block = dyn_cast<StmtExpr>(E)) {
    const CompoundStmt *Body = Block->getSubStmt();
    const auto *Last =
        Body->body_empty() ? nullptr : dyn_cast<Expr>(Body->body_back());
    return Last ? fromPointer(Last, Depth) : Object();
  }
  return {};
}

Object AddressFinder::fromCast(const CastExpr *E, unsigned Depth) const {
  switch (E->getCastKind()) {
  case CK_ArrayToPointerDecay:
    return fromLvalue(E->getSubExpr(), Depth);
  case CK_NoOp:
  case CK_BitCast:
    return fromPointer(E->getSubExpr(), Depth);
  case CK_LValueToRValue:
    return fromVariable(E->getSubExpr(), Depth);
  default: // an integer is a value, not a pointer, for who casts to it
    return {};
  }
}

Object AddressFinder::fromOperator(const BinaryOperator *E,
                                   unsigned Depth) const {
  switch (E->getOpcode()) {
  case BO_Add:
    if (!E->getLHS()->getType()->isPointerType())
      return fromPointer(E->getRHS(), Depth);
    [[fallthrough]];
  case BO_Sub:
    return fromPointer(E->getLHS(), Depth);
  case BO_Comma:
  case BO_Assign:
    return fromPointer(E->getRHS(), Depth);
  default:
    return {};
  }
}

/// A local pointer that keeps the value of its initializer.
Object AddressFinder::fromVariable(const Expr *E, unsigned Depth) const {
  constexpr unsigned MaxDepth = 8;
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParens());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!V || !V->isLocalVarDecl() || !V->hasLocalStorage() || !V->getInit() ||
      !V->getType()->isPointerType() || Depth == MaxDepth || changes(Body, V))
    return {};
  return fromPointer(V->getInit(), Depth + 1);
}

Object AddressFinder::fromLvalue(const Expr *E, unsigned Depth) const {
  E = E->IgnoreParens();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    return {V && !V->getType()->isReferenceType() ? V : nullptr, nullptr};
  }
  if (isa<StringLiteral, PredefinedExpr, CompoundLiteralExpr>(E))
    return {nullptr, E};
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return Member->isArrow() ? fromPointer(Member->getBase(), Depth)
                             : fromLvalue(Member->getBase(), Depth);
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
    return fromPointer(Element->getBase(), Depth);
  if (const auto *Op = dyn_cast<UnaryOperator>(E);
      Op && Op->getOpcode() == UO_Deref)
    return fromPointer(Op->getSubExpr(), Depth);
  if (const auto *Cast = dyn_cast<CastExpr>(E);
      Cast && Cast->getCastKind() == CK_NoOp)
    return fromLvalue(Cast->getSubExpr(), Depth);
  return {};
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

class EscapeChecker {
public:
  explicit EscapeChecker(ASTContext &Ctx) : Ctx(Ctx), Owner(Ctx) {}

  void checkFunction(const FunctionDecl *FD);
  void checkInitializer(const VarDecl *VD);

private:
  void checkStmt(const Stmt *S, const AddressFinder &Finder);
  void checkCall(const CallExpr *Call, const AddressFinder &Finder);
  void checkCallee(const CallExpr *Call);
  void checkStore(const BinaryOperator *Op, const AddressFinder &Finder);
  void checkStored(const Expr *Value, const VarDecl *Where,
                   const AddressFinder &Finder, bool Constant);
  void report(const Expr *Place, const Object &What, StringRef Domain,
              const Twine &How);
  void noteDeclaration(const VarDecl *V, StringRef Domain);
  bool isTrusted(const Object &What, StringRef Domain) const;
  bool isConstant(const Object &What) const;
  std::string describe(const Object &What) const;

  ASTContext &Ctx;
  Owners Owner;
};

/// The function that an expression in the place of a callee names.
const FunctionDecl *namedFunction(const Expr *Callee) {
  Callee = Callee->IgnoreParenCasts();
  while (const auto *Op = dyn_cast<UnaryOperator>(Callee)) {
    if (Op->getOpcode() != UO_AddrOf && Op->getOpcode() != UO_Deref)
      return nullptr;
    Callee = Op->getSubExpr()->IgnoreParenCasts();
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(Callee);
  return Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
}

bool EscapeChecker::isTrusted(const Object &What, StringRef Domain) const {
  return What.Literal || (What.Var && Owner.domainOf(What.Var) != Domain);
}

/// Will a domain that refers to it get a copy?
bool EscapeChecker::isConstant(const Object &What) const {
  if (What.Var)
    return What.Var->getType().isConstant(Ctx);
  return !isa<CompoundLiteralExpr>(What.Literal) ||
         What.Literal->getType().isConstant(Ctx);
}

std::string EscapeChecker::describe(const Object &What) const {
  if (What.Literal)
    return isa<CompoundLiteralExpr>(What.Literal)
               ? "a compound literal of trusted code"
               : "a string literal of trusted code";
  if (const Annotation *A = findAnnotation(What.Var); A && A->Critical)
    return "a critical variable";
  if (StringRef Other = Owner.domainOf(What.Var); !Other.empty())
    return ("a variable of domain '" + Other + "'").str();
  return What.Var->hasLocalStorage() ? "a local variable of trusted code"
                                     : "a trusted variable";
}

void EscapeChecker::noteDeclaration(const VarDecl *V, StringRef Domain) {
  const VarDecl *Definition = V->getDefinition();
  if (!Definition)
    Definition = V->getActingDefinition();
  const Annotation *A = findAnnotation(V);
  if (!A && !Definition && !V->hasLocalStorage()) {
    reportNote(V->getLocation(),
               "'" + V->getName() +
                   "' is declared here; if the domain owns it, declare it "
                   "__untrusted here too");
    return;
  }
  if (A || V->hasLocalStorage()) {
    reportNote(V->getLocation(),
               "'" + V->getName() +
                   "' is declared here; copy what the domain needs to memory "
                   "of ut_alloc(), or to a variable declared __untrusted");
    return;
  }
  std::string Macro = Domain == options().Module
                          ? "__untrusted "
                          : ("__untrusted_in(\"" + Domain + "\") ").str();
  SourceLocation Begin = Definition->getBeginLoc();
  std::string Text = ("'" + V->getName() + "' is declared here; with " +
                      StringRef(Macro).rtrim() + " it is in the domain")
                         .str();
  if (Begin.isMacroID())
    reportNote(Definition->getLocation(), Text);
  else
    reportNote(Definition->getLocation(), Text,
               FixItHint::CreateInsertion(Begin, Macro));
}

void EscapeChecker::report(const Expr *Place, const Object &What,
                           StringRef Domain, const Twine &How) {
  std::string Name = What.Var ? What.Var->getNameAsString() : "literal";
  reportEscape(Place->getExprLoc(), Name,
               "address of " + Twine(describe(What)) + " is " + How +
                   ", which cannot access it");
  if (What.Var)
    noteDeclaration(What.Var, Domain);
  else
    reportNote(What.Literal->getExprLoc(),
               "copy it to memory of ut_alloc(), or use a variable declared "
               "__untrusted");
}

/// A gate is made for its function's type: other arguments get lost in it.
void EscapeChecker::checkCallee(const CallExpr *Call) {
  const FunctionDecl *FD = namedFunction(Call->getCallee());
  if (!FD || Owner.domainOf(FD).empty())
    return;
  QualType Called = Call->getCallee()->getType();
  if (Called->isPointerType())
    Called = Called->getPointeeType();
  if (!Called->isFunctionType() ||
      Ctx.typesAreCompatible(Called, FD->getType()))
    return;
  reportError(Call->getExprLoc(), FD->getNameAsString(),
              "called as '" + Called.getAsString() + "', its gate carries '" +
                  FD->getType().getAsString() + "'");
  reportNote(FD->getLocation(), "'" + FD->getName() +
                                    "' is declared here; call it without the "
                                    "cast");
}

void EscapeChecker::checkCall(const CallExpr *Call,
                              const AddressFinder &Finder) {
  const FunctionDecl *FD = namedFunction(Call->getCallee());
  StringRef Domain = FD ? Owner.domainOf(FD) : "";
  if (Domain.empty())
    return;
  for (const Expr *Arg : Call->arguments())
    if (Object What = Finder.fromPointer(Arg); What && isTrusted(What, Domain))
      report(Arg, What, Domain,
             "passed to '" + FD->getName() + "' in domain '" + Domain + "'");
}

/// Leaves of a value that may be an initializer list.
void EscapeChecker::checkStored(const Expr *Value, const VarDecl *Where,
                                const AddressFinder &Finder, bool Constant) {
  Value = Value->IgnoreParens();
  if (const auto *List = dyn_cast<InitListExpr>(Value)) {
    for (const Expr *Init : List->inits())
      checkStored(Init, Where, Finder, Constant);
    return;
  }
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Value);
      Cast && Cast->getCastKind() == CK_LValueToRValue)
    if (const auto *Literal =
            dyn_cast<CompoundLiteralExpr>(Cast->getSubExpr()->IgnoreParens()))
      return checkStored(Literal->getInitializer(), Where, Finder, Constant);
  StringRef Domain = Owner.domainOf(Where);
  Object What = Finder.fromPointer(Value);
  if (!What || !isTrusted(What, Domain))
    return;
  // Constants in initializers are copied into the domain, and objects of the
  // kernel are names for it (THIS_MODULE).
  if (Constant &&
      (isConstant(What) || (What.Var && !What.Var->hasDefinition())))
    return;
  report(Value, What, Domain,
         "stored in '" + Where->getName() + "' of domain '" + Domain + "'");
}

void EscapeChecker::checkStore(const BinaryOperator *Op,
                               const AddressFinder &Finder) {
  const VarDecl *Where = Finder.fromLvalue(Op->getLHS()).Var;
  if (Where && !Owner.domainOf(Where).empty())
    checkStored(Op->getRHS(), Where, Finder, /*Constant=*/false);
}

void EscapeChecker::checkStmt(const Stmt *S, const AddressFinder &Finder) {
  if (!S)
    return;
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    checkCallee(Call);
    checkCall(Call, Finder);
  } else if (const auto *Op = dyn_cast<BinaryOperator>(S)) {
    if (Op->getOpcode() == BO_Assign)
      checkStore(Op, Finder);
  }
  // sizeof and the like do nothing.
  if (isa<UnaryExprOrTypeTraitExpr>(S))
    return;
  for (const Stmt *Child : S->children())
    checkStmt(Child, Finder);
}

void EscapeChecker::checkFunction(const FunctionDecl *FD) {
  bool Copied = FD->isInlined() && !options().FileDomain.empty();
  if (Copied || !Owner.domainOf(FD).empty() || FD->isDependentContext())
    return;
  checkStmt(FD->getBody(), AddressFinder(FD->getBody()));
}

void EscapeChecker::checkInitializer(const VarDecl *VD) {
  // In a whole file nobody chose the variable.
  if (const Annotation *A = findAnnotation(VD); A && !A->Critical)
    if (const Expr *Init = VD->getInit(); Init && !Init->isValueDependent())
      checkStored(Init, VD, AddressFinder(nullptr), /*Constant=*/true);
}

} // namespace

void checkEscapes(ASTContext &Ctx) {
  EscapeChecker Checker(Ctx);
  for (const Decl *D : Ctx.getTranslationUnitDecl()->decls()) {
    if (const auto *FD = dyn_cast<FunctionDecl>(D);
        FD && FD->doesThisDeclarationHaveABody())
      Checker.checkFunction(FD);
    if (const auto *VD = dyn_cast<VarDecl>(D); VD && VD->hasInit())
      Checker.checkInitializer(VD);
  }
}

} // namespace undertow
