// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - annotations

#include "Annotations.h"
#include "AllowList.h"
#include "Escapes.h"
#include "Names.h"
#include "Options.h"
#include "Report.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Mangle.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace clang;

namespace undertow {

namespace {

/// Everything the pass needs from the AST, by names of the IR.
struct Table {
  /// In source order: diagnostics shall not depend on addresses.
  llvm::MapVector<const Decl *, llvm::SmallVector<Annotation, 1>> Recorded;
  llvm::StringMap<Annotation> Annotations;
  llvm::MapVector<const Decl *, Annotation> RecordedCallbacks;
  llvm::StringMap<Annotation> Callbacks;
  /// By the canonical declaration.
  llvm::DenseMap<const Decl *, Annotation> Declared;
  /// Definitions, or first declarations: by identifier, which is nearly all of
  /// what the headers declare, or by the name in the IR if that differs.
  llvm::DenseMap<const IdentifierInfo *, const NamedDecl *> Plain;
  llvm::StringMap<const NamedDecl *> Mangled;
  ASTContext *Context = nullptr;
};

Table &table() {
  static Table TheTable;
  return TheTable;
}

/// Does the name in the IR differ from the identifier?
bool isMangled(const NamedDecl *D) {
  const auto *FD = dyn_cast<FunctionDecl>(D);
  return !D->getIdentifier() || D->getASTContext().getLangOpts().CPlusPlus ||
         D->hasAttr<AsmLabelAttr>() || D->hasAttr<OverloadableAttr>() ||
         (FD && (FD->isMultiVersion() ||
                 FD->getType()->castAs<FunctionType>()->getCallConv() != CC_C));
}

std::string irName(ASTNameGenerator &Names, const Decl *D) {
  std::string Name = Names.getName(D);
  return Name.rfind('\01', 0) == 0 ? Name.substr(1) : Name;
}

const NamedDecl *findDecl(llvm::StringRef Name) {
  if (const NamedDecl *D = table().Mangled.lookup(Name))
    return D;
  if (!table().Context)
    return nullptr;
  const IdentifierTable &Known = table().Context->Idents;
  auto It = Known.find(Name);
  return It == Known.end() ? nullptr : table().Plain.lookup(It->second);
}

/// Fills the table; reports objects whose declarations disagree.
class AnnotationConsumer : public ASTConsumer {
public:
  explicit AnnotationConsumer(CompilerInstance &CI) : CI(CI) {}

  void HandleTranslationUnit(ASTContext &Ctx) override {
    table().Context = &Ctx;
    ASTNameGenerator Names(Ctx);
    for (const Decl *D : Ctx.getTranslationUnitDecl()->decls())
      addDecl(Names, D);
    for (const auto &[D, List] : table().Recorded)
      for (const Annotation &A : List)
        addAnnotation(Names, D, A);
    for (const auto &[D, A] : table().RecordedCallbacks)
      addCallback(Names, D, A);
    for (const auto &[D, List] : table().Recorded)
      remarkBareDeclarations(D, List.front().Loc);
    readAllowLists(CI.getSourceManager());
    if (!table().Recorded.empty() || !options().FileDomain.empty())
      checkEscapes(Ctx);
  }

private:
  static void addDecl(ASTNameGenerator &Names, const Decl *D) {
    const auto *FD = dyn_cast<FunctionDecl>(D);
    if (!FD && !isa<VarDecl>(D))
      return;
    const auto *ND = cast<NamedDecl>(D);
    const NamedDecl *&Entry = isMangled(ND)
                                  ? table().Mangled[irName(Names, D)]
                                  : table().Plain[ND->getIdentifier()];
    if (!Entry || (FD && FD->isThisDeclarationADefinition()))
      Entry = ND;
  }

  void addAnnotation(ASTNameGenerator &Names, const Decl *D,
                     const Annotation &A) {
    const auto *VD = dyn_cast<VarDecl>(D);
    // Static locals have no name yet, but they have only one declaration.
    std::string Name =
        VD && VD->isStaticLocal()
            ? "." + std::to_string(D->getLocation().getHashValue())
            : irName(Names, D);
    table().Declared.try_emplace(D->getCanonicalDecl(), A);
    if (const auto *FD = dyn_cast<FunctionDecl>(D); FD && FD->isMultiVersion())
      reportError(A.Loc, FD->getNameAsString(),
                  "function of several versions cannot be untrusted");
    auto [It, New] = table().Annotations.try_emplace(Name, A);
    const Annotation &Old = It->second;
    if (New || (Old.Critical == A.Critical && Old.Domain == A.Domain))
      return;
    std::string Object = cast<NamedDecl>(D)->getNameAsString();
    if (Old.Critical != A.Critical)
      reportError(A.Loc, Object, "cannot be both untrusted and critical");
    else
      reportError(A.Loc, Object,
                  "in domain '" + A.Domain + "' and in domain '" + Old.Domain +
                      "'");
    reportNote(Old.Loc, "previous annotation is here");
  }

  void addCallback(ASTNameGenerator &Names, const Decl *D,
                   const Annotation &A) {
    std::string Name = irName(Names, D);
    std::string Object = cast<NamedDecl>(D)->getNameAsString();
    auto [It, New] = table().Callbacks.try_emplace(Name, A);
    if (It->second.Domain != A.Domain) {
      reportError(A.Loc, Object,
                  "callback of domain '" + A.Domain + "' and of domain '" +
                      It->second.Domain + "'");
      reportNote(It->second.Loc, "previous annotation is here");
    }
    auto Untrusted = table().Annotations.find(Name);
    if (Untrusted == table().Annotations.end())
      return;
    reportError(A.Loc, Object, "cannot be both untrusted and a callback");
    reportNote(Untrusted->second.Loc, "previous annotation is here");
  }

  /// Is D, without the attribute, worth a remark?  The usual way is to annotate
  /// the declaration in the header only.  A header without says nothing to
  /// other files: those call through the gate, also inside the domain.
  static bool isRemarkable(const Decl *D, SourceLocation Annotated) {
    const SourceManager &SM = D->getASTContext().getSourceManager();
    return options().Remarks ||
           (!cast<FunctionDecl>(D)->isThisDeclarationADefinition() &&
            SM.getFileID(SM.getExpansionLoc(D->getLocation())) !=
                SM.getFileID(SM.getExpansionLoc(Annotated)));
  }

  static void remarkBareDeclarations(const Decl *D, SourceLocation Annotated) {
    if (!isa<FunctionDecl>(D))
      return;
    for (const Decl *Other : D->redecls()) {
      if (table().Recorded.count(Other) || !isRemarkable(Other, Annotated))
        continue;
      reportRemark(Other->getLocation(), cast<NamedDecl>(D)->getNameAsString(),
                   "declaration without 'undertow_untrusted'");
      reportNote(Annotated, "annotated here; every reference is to the gate, "
                            "whatever its declaration says");
    }
  }

  CompilerInstance &CI;
};

/// With an asm label the name starts with a mark.
llvm::GlobalValue *findSymbol(llvm::Module &M, llvm::StringRef Name) {
  if (llvm::GlobalValue *GV = M.getNamedValue(Name))
    return GV;
  return M.getNamedValue(("\01" + Name).str());
}

template <typename T> void applyTo(T &GV, const Annotation &A);

template <> void applyTo(llvm::Function &F, const Annotation &A) {
  F.addFnAttr(AttrUntrusted, A.Domain);
}

template <> void applyTo(llvm::GlobalVariable &V, const Annotation &A) {
  if (A.Critical)
    V.addAttribute(AttrCritical);
  else
    V.addAttribute(AttrUntrusted, A.Domain);
}

/// Another name has no domain of its own: what it names must be in it.  There
/// is nothing to apply then, and an annotation that did nothing would be a lie.
void checkOtherName(const llvm::GlobalValue &GV, const Annotation &A) {
  const auto *Alias = dyn_cast<llvm::GlobalAlias>(&GV); // an ifunc is anything
  const llvm::GlobalObject *Object =
      Alias ? Alias->getAliaseeObject() : nullptr;
  auto It = Object ? table().Annotations.find(symbolName(Object->getName()))
                   : table().Annotations.end();
  if (It != table().Annotations.end() && It->second.Critical == A.Critical &&
      It->second.Domain == A.Domain)
    return;
  if (Object && !A.Critical && A.Domain == options().FileDomain)
    return;
  reportError(A.Loc, GV.getName(),
              "other name of an object without the same annotation");
}

/// Variable in a field of an entry of llvm.global.annotations, or null.
llvm::GlobalVariable *getEntryVariable(llvm::Constant &Entry, unsigned Field) {
  llvm::Constant *C = Entry.getAggregateElement(Field);
  return C ? dyn_cast<llvm::GlobalVariable>(C->stripPointerCasts()) : nullptr;
}

llvm::StringRef getText(const llvm::GlobalVariable *V) {
  auto *Data = V && V->hasInitializer()
                   ? dyn_cast<llvm::ConstantDataArray>(V->getInitializer())
                   : nullptr;
  return Data && Data->isCString() ? Data->getAsCString() : "";
}

/// Static locals: entries of llvm.global.annotations that the attribute made.
void applyStaticLocals(llvm::Module &M) {
  auto *List = M.getNamedGlobal("llvm.global.annotations");
  if (!List || !List->hasInitializer())
    return;
  auto *Array = dyn_cast<llvm::ConstantArray>(List->getInitializer());
  if (!Array)
    return;
  llvm::SmallVector<llvm::Constant *> Rest;
  for (llvm::Use &Op : Array->operands()) {
    auto *Entry = cast<llvm::Constant>(Op);
    llvm::GlobalVariable *Var = getEntryVariable(*Entry, 0);
    llvm::StringRef Text = getText(getEntryVariable(*Entry, 1));
    if (Var && Text == AttrCritical)
      applyTo(*Var, Annotation{true, "", {}});
    else if (Var && Text.consume_front(AttrUntrusted) &&
             Text.consume_front("="))
      applyTo(*Var, Annotation{false, Text.str(), {}});
    else
      Rest.push_back(Entry);
  }
  if (Rest.size() == Array->getNumOperands())
    return;
  // The list has its length in its type: make it again.
  std::string Section = List->getSection().str();
  List->eraseFromParent();
  if (Rest.empty())
    return;
  auto *Type = llvm::ArrayType::get(Rest[0]->getType(), Rest.size());
  auto *New = new llvm::GlobalVariable(
      M, Type, false, llvm::GlobalValue::AppendingLinkage,
      llvm::ConstantArray::get(Type, Rest), "llvm.global.annotations");
  New->setSection(Section);
}

} // namespace

void recordCallback(const Decl *D, Annotation A) {
  table().RecordedCallbacks.insert({D, std::move(A)});
}

void recordAnnotation(const Decl *D, Annotation A) {
  table().Recorded[D].push_back(std::move(A));
}

std::unique_ptr<ASTConsumer> createAnnotationConsumer(CompilerInstance &CI) {
  return std::make_unique<AnnotationConsumer>(CI);
}

void applyAnnotations(llvm::Module &M) {
  for (const auto &Entry : table().Annotations) {
    llvm::GlobalValue *GV = findSymbol(M, Entry.getKey());
    if (auto *F = dyn_cast_or_null<llvm::Function>(GV))
      applyTo(*F, Entry.getValue());
    else if (auto *V = dyn_cast_or_null<llvm::GlobalVariable>(GV))
      applyTo(*V, Entry.getValue());
    else if (GV)
      checkOtherName(*GV, Entry.getValue());
  }
  for (const auto &Entry : table().Callbacks)
    if (auto *F =
            dyn_cast_or_null<llvm::Function>(findSymbol(M, Entry.getKey())))
      F->addFnAttr(AttrCallback, Entry.getValue().Domain);
  applyStaticLocals(M);
  for (llvm::Function &F : M) {
    const FunctionDecl *FD = findFunctionDecl(F.getName());
    if (FD ? FD->isInlined()
           : F.hasFnAttribute(llvm::Attribute::InlineHint) ||
                 F.hasFnAttribute(llvm::Attribute::AlwaysInline))
      F.addFnAttr(AttrInline);
  }
}

const Annotation *findAnnotation(const Decl *D) {
  auto It = table().Declared.find(D->getCanonicalDecl());
  return It == table().Declared.end() ? nullptr : &It->second;
}

const FunctionDecl *findFunctionDecl(llvm::StringRef Name) {
  return dyn_cast_or_null<FunctionDecl>(findDecl(symbolName(Name)));
}

SourceLocation findLocation(llvm::StringRef Name) {
  const NamedDecl *D = findDecl(symbolName(Name));
  return D ? D->getLocation() : SourceLocation();
}

const ASTContext *getContext() { return table().Context; }

bool isDeclaredByKernel(llvm::StringRef Name) {
  SourceLocation Loc = findLocation(Name);
  if (Loc.isInvalid())
    return true;
  const SourceManager &SM = table().Context->getSourceManager();
  return SM.getFilename(SM.getExpansionLoc(Loc)).contains("include/");
}

} // namespace undertow
