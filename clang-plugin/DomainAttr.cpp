// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - attributes
//
// Spelling of the attributes, where they may appear, and what is said when
// they appear elsewhere.

#include "Annotations.h"
#include "Options.h"
#include "Report.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Basic/AttrSubjectMatchRules.h"
#include "clang/Basic/ParsedAttrInfo.h"
#include "clang/Sema/ParsedAttr.h"
#include "clang/Sema/Sema.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using namespace undertow;

namespace {

/// What the author knows the annotated thing by.
std::string objectName(const Decl *D, const ParsedAttr &Attr) {
  const auto *ND = dyn_cast<NamedDecl>(D);
  std::string Name = ND ? ND->getNameAsString() : "";
  return Name.empty() ? Attr.getAttrName()->getName().str() : Name;
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

/// Where `#pragma clang attribute` may put an attribute.
using MatchRules =
    llvm::SmallVectorImpl<std::pair<attr::SubjectMatchRule, bool>>;

struct UntrustedAttrInfo : public ParsedAttrInfo {
  UntrustedAttrInfo() {
    static constexpr Spelling S[] = {
        {ParsedAttr::AS_GNU, "undertow_untrusted"},
        {ParsedAttr::AS_C23, "undertow::untrusted"},
        {ParsedAttr::AS_CXX11, "undertow::untrusted"}};
    Spellings = S;
    OptArgs = 1;
    IsSupportedByPragmaAttribute = 1;
  }

  void getPragmaAttributeMatchRules(MatchRules &Rules,
                                    const LangOptions &) const override {
    Rules.push_back({attr::SubjectMatchRule_function, true});
    Rules.push_back({attr::SubjectMatchRule_variable_is_global, true});
  }

  bool diagAppertainsToDecl(Sema &S, const ParsedAttr &Attr,
                            const Decl *D) const override {
    setReporter(S.getDiagnostics());
    if (isa<FunctionDecl>(D) || isStaticVariable(D))
      return true;
    reportError(Attr.getLoc(), objectName(D, Attr),
                "'undertow_untrusted' is only for functions and variables with "
                "static storage duration");
    return false;
  }

  static std::string getDefaultDomain(const ParsedAttr &Attr,
                                      StringRef Object) {
    if (!options().Module.empty())
      return options().Module;
    reportError(Attr.getLoc(), Object,
                "'" + Attr.getAttrName()->getName() +
                    "' without a domain, and no default domain");
    reportNote(Attr.getLoc(),
               "name the domain in the attribute, define KBUILD_MODNAME, or "
               "use -fplugin-arg-undertow-module=");
    return "";
  }

  /// The domain that the attribute names, or "" after a diagnostic.
  static std::string getDomain(const ParsedAttr &Attr, StringRef Object) {
    if (!Attr.getNumArgs())
      return getDefaultDomain(Attr, Object);
    const auto *Lit =
        Attr.isArgExpr(0)
            ? dyn_cast<StringLiteral>(Attr.getArgAsExpr(0)->IgnoreParenCasts())
            : nullptr;
    if (!Lit || !Lit->isOrdinary()) {
      reportError(Attr.getLoc(), Object,
                  "domain of '" + Attr.getAttrName()->getName() +
                      "' is not a string literal");
      return "";
    }
    std::string Problem = checkDomainName(Lit->getString());
    if (Problem.empty())
      return Lit->getString().str();
    reportError(Lit->getBeginLoc(), Object,
                "domain name '" + Lit->getString() + "' " + Problem);
    return "";
  }

  static void reportUnknownDomain(const ParsedAttr &Attr, StringRef Object,
                                  StringRef Domain) {
    reportError(Attr.getLoc(), Object,
                "domain '" + Domain + "' is not one of the module's domains");
    reportNote(Attr.getLoc(),
               "add it to undertow-domains-<module>, there are: " +
                   llvm::join(options().Domains, " "));
  }

  /// The domain, or "" after a diagnostic.
  static std::string getKnownDomain(const ParsedAttr &Attr, StringRef Object) {
    std::string Domain = getDomain(Attr, Object);
    if (Domain.empty() || options().knowsDomain(Domain))
      return Domain;
    reportUnknownDomain(Attr, Object, Domain);
    return "";
  }

  AttrHandling handleDeclAttribute(Sema &S, Decl *D,
                                   const ParsedAttr &Attr) const override {
    Annotation A{false, getKnownDomain(Attr, objectName(D, Attr)),
                 Attr.getLoc()};
    if (A.Domain.empty())
      return AttributeNotApplied;
    annotateStaticLocal(S, D, Attr, A);
    recordAnnotation(D, std::move(A));
    return AttributeApplied;
  }
};

struct CallbackAttrInfo : public ParsedAttrInfo {
  CallbackAttrInfo() {
    static constexpr Spelling S[] = {
        {ParsedAttr::AS_GNU, "undertow_callback"},
        {ParsedAttr::AS_C23, "undertow::callback"},
        {ParsedAttr::AS_CXX11, "undertow::callback"}};
    Spellings = S;
    OptArgs = 1;
  }

  bool diagAppertainsToDecl(Sema &S, const ParsedAttr &Attr,
                            const Decl *D) const override {
    setReporter(S.getDiagnostics());
    if (isa<FunctionDecl>(D))
      return true;
    reportError(Attr.getLoc(), objectName(D, Attr),
                "'undertow_callback' is only for functions");
    return false;
  }

  AttrHandling handleDeclAttribute(Sema &S, Decl *D,
                                   const ParsedAttr &Attr) const override {
    std::string Object = objectName(D, Attr);
    Annotation A{false, UntrustedAttrInfo::getKnownDomain(Attr, Object),
                 Attr.getLoc()};
    if (A.Domain.empty())
      return AttributeNotApplied;
    recordCallback(D, std::move(A));
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
    IsSupportedByPragmaAttribute = 1;
  }

  void getPragmaAttributeMatchRules(MatchRules &Rules,
                                    const LangOptions &) const override {
    Rules.push_back({attr::SubjectMatchRule_variable_is_global, true});
  }

  bool diagAppertainsToDecl(Sema &S, const ParsedAttr &Attr,
                            const Decl *D) const override {
    setReporter(S.getDiagnostics());
    if (isStaticVariable(D))
      return true;
    reportError(Attr.getLoc(), objectName(D, Attr),
                "'undertow_critical' is only for variables with static storage "
                "duration");
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
static ParsedAttrInfoRegistry::Add<CallbackAttrInfo>
    Callback("undertow_callback", "trusted function that a domain may call");
static ParsedAttrInfoRegistry::Add<CriticalAttrInfo>
    Critical("undertow_critical", "object that no restricted view shows");
