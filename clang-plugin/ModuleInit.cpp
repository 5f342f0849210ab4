// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - module init
//
// The maps are registered before the module's own init runs and unregistered
// after its exit, or when its init fails.  A file with untrusted code but
// without init defines weak ones, for modules that have no init at all.

#include "Names.h"
#include "Options.h"
#include "Partition.h"
#include "Passes.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace undertow {

namespace {

class Wrapper {
public:
  explicit Wrapper(Module &M) : M(M), B(M.getContext()) {}

  void wrapInit(bool Weak);
  void wrapExit(bool Weak);

private:
  Function *takeOriginal(StringRef Name);
  Function *create(StringRef Name, Type *Result, StringRef Section, bool Weak);
  Value *callRegister();
  void callUnregister();
  Constant *external(StringRef Name);
  FunctionCallee runtime(StringRef Name, FunctionType *Type);

  Module &M;
  IRBuilder<> B;
};

/// The author's function of that name, or null.  module_init() makes the name
/// an alias.  The name is free afterwards.
Function *Wrapper::takeOriginal(StringRef Name) {
  GlobalValue *GV = M.getNamedValue(Name);
  if (!GV || GV->isDeclaration())
    return nullptr;
  std::string Own = (Name + ".module").str();
  if (auto *F = dyn_cast<Function>(GV)) {
    F->setName(Own);
    F->setLinkage(GlobalValue::InternalLinkage);
    return F;
  }
  auto *A = cast<GlobalAlias>(GV);
  A->setName(Own);
  return cast<Function>(A->getAliaseeObject());
}

Function *Wrapper::create(StringRef Name, Type *Result, StringRef Section,
                          bool Weak) {
  auto *F = Function::Create(FunctionType::get(Result, false),
                             GlobalValue::ExternalLinkage,
                             Weak ? Name + ".undertow" : Name, M);
  F->setSection(Section);
  F->addFnAttr(Attribute::NoInline);
  if (const Function *Model = anyFunction(M)) {
    copyTarget(*F, *Model);
    if (Model->hasFnAttribute(Attribute::FnRetThunkExtern) ||
        Model->hasFnAttribute(AttrThunks))
      F->addFnAttr(Attribute::FnRetThunkExtern);
  }
  B.SetInsertPoint(BasicBlock::Create(M.getContext(), "", F));
  if (Weak) {
    // Code that another file's function replaces keeps a symbol of its own,
    // or objtool would not know what it is.
    F->setLinkage(GlobalValue::InternalLinkage);
    GlobalAlias::create(F->getValueType(), 0, GlobalValue::WeakAnyLinkage, Name,
                        F, &M);
  }
  // Whoever referred to the author's symbol means the wrapper.
  GlobalValue *Old = M.getNamedValue((Name + ".module").str());
  if (!Old)
    return F;
  Old->replaceAllUsesWith(F);
  if (auto *A = dyn_cast<GlobalAlias>(Old))
    A->eraseFromParent();
  return F;
}

/// Modules have no GOT: every symbol is within reach.
Constant *Wrapper::external(StringRef Name) {
  Constant *C = M.getOrInsertGlobal(Name, B.getInt8Ty());
  cast<GlobalValue>(C)->setDSOLocal(true);
  return C;
}

FunctionCallee Wrapper::runtime(StringRef Name, FunctionType *Type) {
  FunctionCallee Callee = M.getOrInsertFunction(Name, Type);
  cast<GlobalValue>(Callee.getCallee())->setDSOLocal(true);
  return Callee;
}

Value *Wrapper::callRegister() {
  Type *Ptr = B.getPtrTy();
  auto *Type = FunctionType::get(B.getInt32Ty(), {Ptr, Ptr, Ptr}, false);
  return B.CreateCall(runtime("ut_module_register", Type),
                      {external("__this_module"), external("__ut_maps_start"),
                       external("__ut_maps_end")});
}

void Wrapper::callUnregister() {
  auto *Type = FunctionType::get(B.getVoidTy(), {B.getPtrTy()}, false);
  B.CreateCall(runtime("ut_module_unregister", Type),
               {external("__this_module")});
}

void Wrapper::wrapInit(bool Weak) {
  Function *Original = takeOriginal("init_module");
  Function *F = create("init_module", B.getInt32Ty(), ".init.text", Weak);
  Value *Error = callRegister();
  if (!Original) {
    B.CreateRet(Error);
    return;
  }
  LLVMContext &Ctx = M.getContext();
  auto *Run = BasicBlock::Create(Ctx, "run", F);
  auto *Undo = BasicBlock::Create(Ctx, "undo", F);
  auto *Out = BasicBlock::Create(Ctx, "out", F);
  BasicBlock *Entry = B.GetInsertBlock();
  B.CreateCondBr(B.CreateIsNull(Error), Run, Out);
  B.SetInsertPoint(Run);
  Value *Result = B.CreateCall(Original);
  // The kernel loads a module whose init returns a positive number.
  B.CreateCondBr(B.CreateICmpSLT(Result, B.getInt32(0)), Undo, Out);
  B.SetInsertPoint(Undo);
  callUnregister();
  B.CreateBr(Out);
  B.SetInsertPoint(Out);
  PHINode *Phi = B.CreatePHI(B.getInt32Ty(), 3);
  Phi->addIncoming(Error, Entry);
  Phi->addIncoming(Result, Run);
  Phi->addIncoming(Result, Undo);
  B.CreateRet(Phi);
}

void Wrapper::wrapExit(bool Weak) {
  Function *Original = takeOriginal("cleanup_module");
  create("cleanup_module", B.getVoidTy(), ".exit.text", Weak);
  if (Original)
    B.CreateCall(Original);
  callUnregister();
  B.CreateRetVoid();
}

bool defines(const Module &M, StringRef Name) {
  const GlobalValue *GV = M.getNamedValue(Name);
  return GV && !GV->isDeclaration();
}

} // namespace

void wrapModuleInit(Module &M, bool HasContent) {
  if (!HasContent && !options().isModule())
    return;
  bool HasInit = defines(M, "init_module");
  bool HasExit = defines(M, "cleanup_module");
  Wrapper W(M);
  // A module with init and without exit is permanent: leave it so.
  if (HasExit || (HasContent && !HasInit))
    W.wrapExit(!HasExit);
  if (HasInit || HasContent)
    W.wrapInit(!HasInit);
}

} // namespace undertow
