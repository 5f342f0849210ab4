// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - attributes
//
// Spelling of the attributes, where they may appear, and what is said when
// they appear elsewhere.

#include "Annotations.h"
#include "Options.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Basic/ParsedAttrInfo.h"
#include "clang/Sema/ParsedAttr.h"
#include "clang/Sema/Sema.h"

using namespace clang;
using namespace undertow;

namespace {

template <unsigned N>
void diagnose(Sema &S, SourceLocation Loc, const char (&Text)[N],
              StringRef A = "", StringRef B = "") {
  DiagnosticsEngine &Diags = S.getDiagnostics();
  unsigned ID = Diags.getCustomDiagID(DiagnosticsEngine::Error, Text);
  Diags.Report(Loc, ID) << A << B;
}

bool isStaticVariable(const Decl *D) {
  const auto *VD = dyn_cast<VarDecl>(D);
  return VD && VD->hasGlobalStorage();
}

/// Static locals get names from CodeGen that nobody can predict.  Clang keeps
/// `annotate` on definitions of variables, so let that carry the attribute.
void annotateStaticLocal(Sema &S, Decl *D, const ParsedAttr &Attr,
                         const Annotation &A) {
  auto *VD = dyn_cast<VarDecl>(D);
  if (!VD || !VD->isStaticLocal())
    return;
  std::string Text =
      A.Critical ? AttrCritical : std::string(AttrUntrusted) + "=" + A.Domain;
  VD->addAttr(AnnotateAttr::Create(S.Context, Text, nullptr, 0, Attr));
}

struct UntrustedAttrInfo : public ParsedAttrInfo {
  UntrustedAttrInfo() {
    static constexpr Spelling S[] = {
        {ParsedAttr::AS_GNU, "undertow_untrusted"},
        {ParsedAttr::AS_C23, "undertow::untrusted"},
        {ParsedAttr::AS_CXX11, "undertow::untrusted"}};
    Spellings = S;
    OptArgs = 1;
  }

  bool diagAppertainsToDecl(Sema &S, const ParsedAttr &Attr,
                            const Decl *D) const override {
    if (isa<FunctionDecl>(D) || isStaticVariable(D))
      return true;
    diagnose(S, Attr.getLoc(),
             "'undertow_untrusted' attribute only applies to functions and "
             "variables with static storage duration");
    return false;
  }

  /// The domain that the attribute names, or "" after a diagnostic.
  static std::string getDomain(Sema &S, const ParsedAttr &Attr) {
    if (!Attr.getNumArgs()) {
      if (options().Module.empty())
        diagnose(S, Attr.getLoc(),
                 "'undertow_untrusted' attribute without a domain needs a "
                 "default: KBUILD_MODNAME or -fplugin-arg-undertow-module=");
      return options().Module;
    }
    const auto *Lit =
        Attr.isArgExpr(0)
            ? dyn_cast<StringLiteral>(Attr.getArgAsExpr(0)->IgnoreParenCasts())
            : nullptr;
    if (!Lit || !Lit->isOrdinary()) {
      diagnose(S, Attr.getLoc(),
               "'undertow_untrusted' attribute requires a string literal");
      return "";
    }
    std::string Problem = checkDomainName(Lit->getString());
    if (Problem.empty())
      return Lit->getString().str();
    diagnose(S, Lit->getBeginLoc(), "domain name '%0' %1", Lit->getString(),
             Problem);
    return "";
  }

  AttrHandling handleDeclAttribute(Sema &S, Decl *D,
                                   const ParsedAttr &Attr) const override {
    Annotation A{false, getDomain(S, Attr), Attr.getLoc()};
    if (A.Domain.empty())
      return AttributeNotApplied;
    if (!options().knowsDomain(A.Domain)) {
      diagnose(S, Attr.getLoc(),
               "domain '%0' is not one of the module's domains: add it to "
               "undertow-domains-<module>",
               A.Domain);
      return AttributeNotApplied;
    }
    annotateStaticLocal(S, D, Attr, A);
    recordAnnotation(D, std::move(A));
    return AttributeApplied;
  }
};

struct CriticalAttrInfo : public ParsedAttrInfo {
  CriticalAttrInfo() {
    static constexpr Spelling S[] = {
        {ParsedAttr::AS_GNU, "undertow_critical"},
        {ParsedAttr::AS_C23, "undertow::critical"},
        {ParsedAttr::AS_CXX11, "undertow::critical"}};
    Spellings = S;
  }

  bool diagAppertainsToDecl(Sema &S, const ParsedAttr &Attr,
                            const Decl *D) const override {
    if (isStaticVariable(D))
      return true;
    diagnose(S, Attr.getLoc(),
             "'undertow_critical' attribute only applies to variables with "
             "static storage duration");
    return false;
  }

  AttrHandling handleDeclAttribute(Sema &S, Decl *D,
                                   const ParsedAttr &Attr) const override {
    Annotation A{true, "", Attr.getLoc()};
    annotateStaticLocal(S, D, Attr, A);
    recordAnnotation(D, std::move(A));
    return AttributeApplied;
  }
};

} // namespace

static ParsedAttrInfoRegistry::Add<UntrustedAttrInfo>
    Untrusted("undertow_untrusted", "object of an isolated domain");
static ParsedAttrInfoRegistry::Add<CriticalAttrInfo>
    Critical("undertow_critical", "object that no restricted view shows");
