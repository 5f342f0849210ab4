// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - gates
//
// The public symbol of an untrusted function is its gate; the body becomes
// <function>.untrusted.  So every reference from anywhere, assembler and other
// files included, goes through the gate by construction.

#include "Gates.h"
#include "GateAsm.h"
#include "Names.h"
#include "Partition.h"
#include "Passes.h"
#include "Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"
#include <map>
#include <undertow/map.h>

using namespace llvm;

namespace undertow {

//===----------------------------------------------------------------------===//
// Entry gates: before optimization
//===----------------------------------------------------------------------===//

static void setLinkageInTheEnd(Function &Gate, const GlobalValue &Original) {
  Gate.addFnAttr(AttrLinkage, utostr(Original.getLinkage()));
}

/// Exit gates have none of their own: they are internal.
static GlobalValue::LinkageTypes takeLinkage(Function &F) {
  unsigned Linkage = GlobalValue::InternalLinkage;
  if (F.hasFnAttribute(AttrLinkage))
    F.getFnAttribute(AttrLinkage).getValueAsString().getAsInteger(10, Linkage);
  F.removeFnAttr(AttrLinkage);
  return static_cast<GlobalValue::LinkageTypes>(Linkage);
}

/// A declaration that stands for a symbol of F until the end.
static Function *declareGate(const Function &F, const Twine &Name) {
  Function *Gate =
      Function::Create(F.getFunctionType(), GlobalValue::ExternalLinkage, Name,
                       const_cast<Module *>(F.getParent()));
  Gate->copyAttributesFrom(&F);
  Gate->setSection("");
  Gate->setComdat(nullptr);
  Gate->setVisibility(GlobalValue::DefaultVisibility);
  Gate->setDSOLocal(true);
  Gate->removeFnAttr(AttrDomain);
  Gate->removeFnAttr(AttrInline);
  return Gate;
}

/// Module entries stay functions of the trusted side, which call the gate.
static void wrapModuleEntry(GlobalAlias &A, Function &Gate) {
  Module &M = *A.getParent();
  Function *F = Function::Create(Gate.getFunctionType(),
                                 GlobalValue::ExternalLinkage, "", M);
  F->takeName(&A);
  F->addFnAttr(Attribute::NoInline);
  IRBuilder<> B(BasicBlock::Create(M.getContext(), "", F));
  Value *Result = B.CreateCall(&Gate);
  if (F->getReturnType()->isVoidTy())
    B.CreateRetVoid();
  else
    B.CreateRet(Result);
  A.replaceAllUsesWith(F);
  A.eraseFromParent();
}

/// Other names of an untrusted function are other names of its gate.
static void splitAlias(GlobalAlias &A, Function &Body, Function &Gate) {
  std::string Name = A.getName().str();
  GlobalAlias::create(Body.getValueType(), 0, A.getLinkage(), bodyName(Name),
                      &Body, Body.getParent());
  Function *Other = declareGate(Gate, "");
  Other->removeFnAttr(AttrGate);
  Other->addFnAttr(AttrAlias, Gate.getName());
  setLinkageInTheEnd(*Other, A);
  A.replaceAllUsesWith(Other);
  Other->takeName(&A);
  A.eraseFromParent();
  appendToCompilerUsed(*Gate.getParent(), {Other});
}

static SmallVector<GlobalAlias *> aliasesOf(const Function &F) {
  SmallVector<GlobalAlias *> List;
  for (GlobalAlias &A : const_cast<Module *>(F.getParent())->aliases())
    if (A.getAliaseeObject() == &F)
      List.push_back(&A);
  return List;
}

void splitFunction(Function &F) {
  Module &M = *F.getParent();
  std::string Name = F.getName().str();
  std::string Problem = describeSignature(F, Name).Problem;
  if (!Problem.empty()) {
    reportError(M, symbolName(Name),
                Problem + ", not supported in an untrusted function");
    return;
  }
  SmallVector<GlobalAlias *> Aliases = aliasesOf(F);
  F.setName(bodyName(Name));
  Function *Gate = declareGate(F, Name);
  Gate->addFnAttr(AttrGate, F.getName());
  setLinkageInTheEnd(*Gate, F);
  for (GlobalAlias *A : Aliases)
    if (A->getName() == "init_module" || A->getName() == "cleanup_module")
      wrapModuleEntry(*A, *Gate);
    else
      splitAlias(*A, F, *Gate);
  F.replaceUsesWithIf(
      Gate, [](const Use &U) { return !isa<GlobalAlias>(U.getUser()); });
  F.addFnAttr(AttrSource, symbolName(Name));
  F.removeFnAttr(AttrUntrusted);
  appendToCompilerUsed(M, {Gate, &F});
}

//===----------------------------------------------------------------------===//
// Exit gates: before and after optimization
//===----------------------------------------------------------------------===//

/// Attributes that only make sense for the target itself.
static void removeTargetAttributes(Function &Gate) {
  for (Attribute::AttrKind Kind :
       {Attribute::AlwaysInline, Attribute::OptimizeNone, Attribute::NoInline,
        Attribute::Naked})
    Gate.removeFnAttr(Kind);
  for (const char *Name : {AttrInline, AttrUntrusted, AttrCallback, AttrGate,
                           AttrLinkage, AttrAlias})
    Gate.removeFnAttr(Name);
}

static Function *declareExit(Function &Target, FunctionType *Type,
                             const Twine &Name, StringRef Domain) {
  Module &M = *Target.getParent();
  Function *Gate =
      Function::Create(Type, GlobalValue::ExternalLinkage, Name, M);
  Gate->copyAttributesFrom(&Target);
  Gate->setSection("");
  Gate->setComdat(nullptr);
  Gate->setVisibility(GlobalValue::DefaultVisibility);
  Gate->setDSOLocal(true);
  removeTargetAttributes(*Gate);
  Gate->addFnAttr(AttrExit, Domain);
  Gate->addFnAttr(AttrSource, Target.getName());
  if (Target.hasExternalWeakLinkage())
    Gate->addFnAttr(AttrWeak);
  // Untrusted code may call with any arguments, whatever the source says:
  // nothing may be concluded about the target from its callers.
  if (Target.hasLocalLinkage() && !Target.isDeclaration())
    appendToCompilerUsed(M, {&Target});
  return Gate;
}

void splitCallback(Function &F) {
  std::string Name = F.getName().str();
  StringRef Domain = F.getFnAttribute(AttrCallback).getValueAsString();
  F.setName(symbolName(Name) + ".trusted");
  Function *Gate = declareExit(F, F.getFunctionType(), Name, Domain);
  setLinkageInTheEnd(*Gate, F);
  F.replaceUsesWithIf(Gate, [](const Use &U) {
    auto *Call = dyn_cast<CallBase>(U.getUser());
    return !(Call && Call->isCallee(&U));
  });
  appendToCompilerUsed(*F.getParent(), {Gate, &F});
}

Function *getExitGate(Function &Target, StringRef Domain) {
  if (Target.getFnAttribute(AttrCallback).getValueAsString() == Domain &&
      !Domain.empty())
    if (StringRef Name = Target.getName(); Name.consume_back(".trusted"))
      return Target.getParent()->getFunction(Name);
  std::string Name = exitName(Target.getName(), Domain);
  if (Function *Gate = Target.getParent()->getFunction(Name))
    return Gate;
  return declareExit(Target, Target.getFunctionType(), Name, Domain);
}

/// A letter for each argument: what the gate does depends on nothing else.
static std::string encodeArguments(const CallBase &Call) {
  std::string Code;
  for (unsigned I = 0; I < Call.arg_size(); ++I) {
    Type *T = Call.getArgOperand(I)->getType();
    if (Type *Memory = Call.getParamByValType(I))
      Code +=
          "s" +
          utostr(
              Call.getDataLayout().getTypeAllocSize(Memory).getFixedValue()) +
          (Call.getParamAlign(I).valueOrOne() > Align(8) ? "a" : "");
    else if (T->isPointerTy())
      Code += 'p';
    else if (T->isIntegerTy())
      Code += "i" + utostr(T->getIntegerBitWidth());
    else
      Code += 'x';
  }
  return Code;
}

Function *getExitGate(CallBase &Call, StringRef Domain) {
  auto &Target = *cast<Function>(Call.getCalledOperand());
  std::string Name =
      exitName(Target.getName(), Domain) + "." + encodeArguments(Call);
  SmallVector<Type *> Types;
  for (Value *Arg : Call.args())
    Types.push_back(Arg->getType());
  auto *Type = FunctionType::get(Call.getType(), Types, false);
  Function *Gate = Target.getParent()->getFunction(Name);
  if (Gate && Gate->getFunctionType() == Type)
    return Gate;
  Gate = declareExit(Target, Type, Name, Domain);
  Gate->addFnAttr(AttrVariadic);
  for (unsigned I = 0; I < Call.arg_size(); ++I)
    Gate->addParamAttrs(I, AttrBuilder(Call.getContext(),
                                       Call.getAttributes().getParamAttrs(I)));
  return Gate;
}

static void reportExit(Function &Gate, StringRef Target, StringRef Problem) {
  std::string Reason =
      ("call of '" + Target + "' out of the domain: " + Problem).str();
  bool Reported = false;
  for (User *U : Gate.users())
    if (auto *I = dyn_cast<Instruction>(U)) {
      reportError(*I, Reason, Target);
      Reported = true;
    }
  if (!Reported) // an address in a table
    reportError(*Gate.getParent(), Target, Reason);
}

/// A gate is made for its function's type: what a call by another one passes
/// or takes besides would get lost.
static void checkCalls(Function &F, const Gate &G) {
  for (User *U : F.users()) {
    auto *Call = dyn_cast<CallBase>(U);
    if (!Call || Call->getCalledOperand() != &F ||
        Call->getFunctionType() == F.getFunctionType() ||
        carriesCall(G.Sig, *Call))
      continue;
    std::string Target = symbolName(sourceName(F)).str();
    reportError(*Call,
                "call of '" + Target +
                    "' passes or takes more than its gate carries",
                Target);
    reportHint(*Call, "call it without a cast to another type", Target);
  }
}

/// BUILD_BUG_ON() failed: let Clang say so when it sees the call, in its own
/// words.  The optimizer may have dropped the declaration.
static void callDirectly(Function &Gate) {
  Module &M = *Gate.getParent();
  FunctionCallee Target =
      M.getOrInsertFunction(sourceName(Gate), Gate.getFunctionType());
  if (auto *F = dyn_cast<Function>(Target.getCallee())) {
    F->copyAttributesFrom(&Gate);
    F->removeFnAttr(AttrExit);
    F->removeFnAttr(AttrSource);
  }
  Gate.replaceAllUsesWith(Target.getCallee());
  Gate.eraseFromParent();
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// Debug information like that of Model, for another symbol.
static void copySubprogram(Function &F, const DISubprogram *Model,
                           unsigned Line) {
  if (!Model)
    return;
  F.setSubprogram(DISubprogram::getDistinct(
      F.getContext(), Model->getScope(), F.getName(), F.getName(),
      Model->getFile(), Line, Model->getType(), Line, nullptr, 0, 0,
      Model->getFlags(), Model->getSPFlags(), Model->getUnit()));
}

/// Fill a declaration with assembler.  All operands are in the text, where
/// inline assembler takes a dollar for one of its own.
static void define(Function &F, StringRef Text, StringRef Domain,
                   GlobalValue::LinkageTypes Linkage) {
  SmallVector<StringRef> Pieces;
  Text.split(Pieces, '$');
  LLVMContext &Ctx = F.getContext();
  F.setLinkage(Linkage);
  F.setSection(sectionName("gate", Domain));
  F.setAlignment(Align(16));
  removeInstrumentation(F);
  if (const Function *Model = anyFunction(*F.getParent()))
    copyTarget(F, *Model);
  AttributeMask Old;
  AttrBuilder New(Ctx);
  for (Attribute::AttrKind Kind :
       {Attribute::AlwaysInline, Attribute::OptimizeNone, Attribute::Cold})
    Old.addAttribute(Kind);
  New.addAttribute(Attribute::Naked);
  New.addAttribute(Attribute::NoCfCheck); // the text has its own landing pad
  New.addAttribute(Attribute::NoInline);
  F.removeFnAttrs(Old);
  F.addFnAttrs(New);
  IRBuilder<> B(BasicBlock::Create(Ctx, "", &F));
  if (DISubprogram *SP = F.getSubprogram())
    B.SetCurrentDebugLocation(DILocation::get(Ctx, SP->getLine(), 0, SP));
  auto *Type = FunctionType::get(B.getVoidTy(), false);
  B.CreateCall(InlineAsm::get(Type, join(Pieces, "$$"), "", true), {});
  B.CreateUnreachable();
}

namespace {

/// Gives gates their code, and collects their records.
class GateEmitter {
public:
  explicit GateEmitter(Module &M) : M(M) {}

  void emitEntry(Function &F);
  void emitExit(Function &F);
  void emitReentries();
  void emitRecords();

private:
  struct Records {
    std::string Text;
    unsigned Count = 0;
  };

  void addRecord(StringRef Domain, StringRef Text);

  Module &M;
  std::map<std::string, Records> Lists;
};

/// No record behind UT_REACH in its page: each file's start on a page.
void GateEmitter::addRecord(StringRef Domain, StringRef Text) {
  constexpr unsigned PerPage = 4096 / sizeof(ut_record);
  constexpr unsigned Used = UT_REACH / sizeof(ut_record);
  Records &R = Lists[Domain.str()];
  if (R.Count && R.Count % Used == 0)
    R.Text +=
        ("\t.zero " + Twine((PerPage - Used) * sizeof(ut_record)) + "\n").str();
  R.Text += Text;
  ++R.Count;
}

void GateEmitter::emitEntry(Function &F) {
  Gate G;
  G.Name = symbolName(F.getName()).str();
  G.Target = F.getFnAttribute(AttrGate).getValueAsString().str();
  G.Domain = declaredDomain(F).str();
  G.Endbr = needsEndbr(M);
  G.Sig = describeSignature(F, G.Name);
  checkCalls(F, G);
  F.removeFnAttr(AttrGate);
  GlobalValue::LinkageTypes Linkage = takeLinkage(F);
  G.IsWeak = GlobalValue::isWeakForLinker(Linkage);
  Function &Body = *M.getFunction(G.Target);
  F.setVisibility(Body.getVisibility());
  if (DISubprogram *SP = Body.getSubprogram()) {
    copySubprogram(F, SP, SP->getLine());
    SP->replaceLinkageName(MDString::get(M.getContext(), G.Target));
  }
  if (needsOuter(G)) {
    Function *Inner = Function::Create(
        FunctionType::get(Type::getVoidTy(M.getContext()), false),
        GlobalValue::InternalLinkage, innerName(G));
    // Next to it: the call between them must not depend on other gates.
    M.getFunctionList().insertAfter(F.getIterator(), Inner);
    Inner->setAttributes(AttributeList::get(
        M.getContext(), AttributeList::FunctionIndex,
        AttrBuilder(M.getContext(), F.getAttributes().getFnAttrs())));
    Inner->removeFnAttr(AttrUntrusted);
    if (F.getSubprogram())
      copySubprogram(*Inner, F.getSubprogram(), F.getSubprogram()->getLine());
    define(*Inner, emitEntryGate(G), G.Domain, GlobalValue::InternalLinkage);
    appendToCompilerUsed(M, {Inner});
  }
  define(F, needsOuter(G) ? emitOuterGate(G) : emitEntryGate(G), G.Domain,
         Linkage);
  addRecord(G.Domain, emitEntryRecord(G));
}

/// Where the domain first uses the gate is where a debugger shows it.
static void describeExit(Function &F) {
  for (User *U : F.users()) {
    auto *I = dyn_cast<Instruction>(U);
    const DILocation *Loc = I ? I->getDebugLoc().get() : nullptr;
    DISubprogram *SP = I ? I->getFunction()->getSubprogram() : nullptr;
    if (!Loc || !SP)
      continue;
    copySubprogram(F, SP, SP->getLine());
    return;
  }
}

void GateEmitter::emitExit(Function &F) {
  Gate G;
  std::string Target = sourceName(F);
  G.Name = F.getName().str();
  G.Target = symbolName(Target).str();
  G.Domain = F.getFnAttribute(AttrExit).getValueAsString().str();
  G.Endbr = needsEndbr(M);
  G.Sig = describeSignature(F, Target);
  G.Sig.IsVariadic = F.hasFnAttribute(AttrVariadic);
  // A gate is never null, so a test for null would be no protection.
  if (F.hasFnAttribute(AttrWeak))
    G.Sig.Problem = "weak function, may be missing";
  if (!G.Sig.Problem.empty()) {
    reportExit(F, Target, G.Sig.Problem);
    return;
  }
  checkCalls(F, G);
  F.removeFnAttr(AttrExit);
  describeExit(F);
  define(F, emitExitGate(G), G.Domain, takeLinkage(F));
  appendToCompilerUsed(M, {&F});
  addRecord(G.Domain, emitExitRecord(G));
}

/// Code without a symbol, which the kernel would show in place of a function's.
void GateEmitter::emitReentries() {
  for (auto &[Domain, R] : Lists) {
    Gate G;
    G.Name = ".reentry"; // no name of C
    G.Domain = Domain;
    M.appendModuleInlineAsm(
        "\t.pushsection " + asmSymbol(sectionName("gate", Domain)) +
        ", \"ax\", @progbits\n" + emitReentryGate(G) + "\t.popsection\n");
    addRecord(Domain, emitReentryRecord(G));
  }
}

void GateEmitter::emitRecords() {
  for (auto &[Domain, R] : Lists)
    M.appendModuleInlineAsm(
        "\t.pushsection " + asmSymbol(sectionName("records", Domain)) +
        ", \"a\", @progbits\n\t.p2align 12\n" + R.Text + "\t.popsection\n");
}

/// A result in memory must be in the domain's stack, where the exit gate can
/// tell that it is the domain's.
void keepResultsOnStack(Function &Gate) {
  for (User *U : make_early_inc_range(Gate.users())) {
    auto *Call = dyn_cast<CallBase>(U);
    if (!Call || Call->getCalledOperand() != &Gate || !Call->hasStructRetAttr())
      continue;
    Value *Place = Call->getArgOperand(0);
    if (isa<AllocaInst>(Place))
      continue;
    Type *T = Call->getParamStructRetType(0);
    Align A = Call->getParamAlign(0).valueOrOne();
    IRBuilder<> Entry(&*Call->getFunction()->getEntryBlock().begin());
    AllocaInst *Copy = Entry.CreateAlloca(T);
    Copy->setAlignment(A);
    Call->setArgOperand(0, Copy);
    IRBuilder<> B(Call->getNextNode());
    B.CreateMemCpy(Place, A, Copy, A,
                   Call->getDataLayout().getTypeAllocSize(T));
  }
}

void emitAliases(Module &M) {
  for (Function &F : make_early_inc_range(M)) {
    if (!F.hasFnAttribute(AttrAlias))
      continue;
    auto *Gate = M.getFunction(F.getFnAttribute(AttrAlias).getValueAsString());
    auto *A =
        GlobalAlias::create(F.getValueType(), 0, takeLinkage(F), "", Gate, &M);
    F.replaceAllUsesWith(A);
    A->takeName(&F);
    F.eraseFromParent();
  }
}

} // namespace

void settleExitResults(Module &M) {
  for (Function &F : M)
    if (F.hasFnAttribute(AttrExit))
      keepResultsOnStack(F);
}

void emitGates(Module &M) {
  GateEmitter Emitter(M);
  SmallVector<Function *> Entries, Exits;
  for (Function &F : M) {
    if (F.hasFnAttribute(AttrGate))
      Entries.push_back(&F);
    if (F.hasFnAttribute(AttrExit))
      Exits.push_back(&F);
  }
  for (Function *F : Entries)
    Emitter.emitEntry(*F);
  // Those that survived optimization are the allow-list (INV-7).
  for (Function *F : Exits) {
    F->removeDeadConstantUsers();
    if (F->use_empty())
      F->eraseFromParent();
    else if (F->hasFnAttribute("dontcall-error"))
      callDirectly(*F);
    else
      Emitter.emitExit(*F);
  }
  Emitter.emitReentries();
  Emitter.emitRecords();
  emitAliases(M);
}

} // namespace undertow
