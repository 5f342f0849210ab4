// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - outlining

#include "Outline.h"
#include "Annotations.h"
#include "Library.h"
#include "Names.h"
#include "Options.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"
#include <functional>

using namespace llvm;

namespace undertow {

/// Mark of functions that are in the trusted text for domains only.
static constexpr char AttrOutlined[] = "undertow-outlined";

/// What fits into a register, and so through a gate.
static constexpr uint64_t MaxReadBytes = 8;

//===----------------------------------------------------------------------===//
// Trusted variables
//===----------------------------------------------------------------------===//

static StringRef structName(const GlobalVariable &V) {
  auto *Type = dyn_cast<StructType>(V.getValueType());
  return Type && Type->hasName() ? Type->getName() : "";
}

bool isPatchingKey(const GlobalVariable &V) {
  StringRef Name = structName(V);
  return Name.starts_with("struct.static_key") ||
         Name.starts_with("struct.static_call_key") ||
         Name.starts_with("struct.tracepoint");
}

/// Will Partition give the domain a copy?
static bool isCopiedConstant(const GlobalVariable &V) {
  return V.isConstant() && V.hasDefinitiveInitializer() &&
         (!V.hasSection() || V.getSection().starts_with(".rodata"));
}

bool isTrustedVariable(const GlobalVariable &V) {
  if (!declaredDomain(V).empty() || isCritical(V) || V.isThreadLocal() ||
      V.getName().starts_with("llvm.") || V.hasAppendingLinkage() ||
      V.getSection().starts_with(".undertow.") || isCopiedConstant(V) ||
      isLibraryFunction(V.getName()))
    return false;
  // A whole file is in the domain: so may be what its other files define.
  return !V.isDeclaration() || options().FileDomain.empty() ||
         isPatchingKey(V) || isDeclaredByKernel(V.getName());
}

GlobalVariable *findTrustedVariable(Value *Address) {
  while (true) {
    Address = Address->stripPointerCasts();
    auto *GEP = dyn_cast<GEPOperator>(Address);
    if (!GEP)
      break;
    Address = GEP->getPointerOperand();
  }
  auto *V = dyn_cast<GlobalVariable>(Address);
  return V && isTrustedVariable(*V) ? V : nullptr;
}

namespace {
/// A constant place in a variable.
struct Place {
  GlobalVariable *Var = nullptr;
  Constant *Address = nullptr;
  int64_t Offset = 0;
  explicit operator bool() const { return Var; }
};
} // namespace

/// The variable in a constant address, whatever the casts between.
static GlobalVariable *variableIn(Constant *C) {
  if (auto *V = dyn_cast<GlobalVariable>(C))
    return V;
  for (Value *Op : C->operands())
    if (auto *Inner = dyn_cast<Constant>(Op))
      if (GlobalVariable *V = variableIn(Inner))
        return V;
  return nullptr;
}

/// What an address that was a number for a while has added to its variable.
static int64_t addedIn(const Constant *C, const DataLayout &DL) {
  if (auto *Number = dyn_cast<ConstantInt>(C))
    return Number->getSExtValue();
  if (auto *GEP = dyn_cast<GEPOperator>(C)) {
    APInt Offset(DL.getIndexTypeSizeInBits(GEP->getType()), 0);
    const Value *Base =
        GEP->stripAndAccumulateConstantOffsets(DL, Offset, true);
    return Offset.getSExtValue() + addedIn(cast<Constant>(Base), DL);
  }
  auto *Expr = dyn_cast<ConstantExpr>(C);
  if (!Expr || (!Expr->isCast() && Expr->getOpcode() != Instruction::Add))
    return 0;
  int64_t Sum = 0;
  for (const Use &Op : Expr->operands())
    Sum += addedIn(cast<Constant>(Op), DL);
  return Sum;
}

static Place placeOf(Value *Address, const DataLayout &DL) {
  APInt Offset(DL.getIndexTypeSizeInBits(Address->getType()), 0);
  Value *Base = Address->stripAndAccumulateConstantOffsets(
      DL, Offset, /*AllowNonInbounds=*/true);
  Place P;
  P.Offset = Offset.getSExtValue();
  if (auto *V = dyn_cast<GlobalVariable>(Base)) {
    P.Var = V;
    P.Address = V;
    if (P.Offset)
      P.Address = ConstantExpr::getGetElementPtr(
          Type::getInt8Ty(V->getContext()), V,
          ConstantInt::getSigned(Type::getInt64Ty(V->getContext()), P.Offset));
  } else if (auto *C = dyn_cast<Constant>(Address)) { // cast by an integer
    P.Var = variableIn(C);
    P.Offset = addedIn(C, DL);
    P.Address = C;
  }
  return P;
}

//===----------------------------------------------------------------------===//
// Trusted functions
//===----------------------------------------------------------------------===//

/// Attributes of code in a domain that ordinary code must not have.
static AttributeMask domainOnly() {
  AttributeMask Mask;
  for (Attribute::AttrKind Kind :
       {Attribute::Memory, Attribute::NoSync, Attribute::NoFree,
        Attribute::WillReturn, Attribute::NoReturn, Attribute::AlwaysInline,
        Attribute::InlineHint, Attribute::OptimizeNone, Attribute::MinSize,
        Attribute::Cold, Attribute::NoRecurse, Attribute::NoImplicitFloat})
    Mask.addAttribute(Kind);
  for (const char *Name : {AttrDomain, AttrSource, AttrUntrusted, AttrInline,
                           AttrFeatures, AttrThunks, "no-jump-tables"})
    Mask.addAttribute(Name);
  return Mask;
}

/// An empty function in ordinary trusted text, compiled as the author asked
/// for: with the thunks that code of a domain goes without.
static Function *createTrusted(const Function &Caller, FunctionType *Type,
                               const Twine &Name) {
  Module &M = *const_cast<Module *>(Caller.getParent());
  Function *F = Function::Create(Type, GlobalValue::InternalLinkage, Name, M);
  AttrBuilder Attrs(M.getContext(), Caller.getAttributes().getFnAttrs());
  Attrs.remove(domainOnly());
  F->addFnAttrs(Attrs);
  if (Caller.hasFnAttribute(AttrFeatures))
    F->addFnAttr("target-features",
                 Caller.getFnAttribute(AttrFeatures).getValueAsString());
  if (Caller.hasFnAttribute(AttrThunks))
    F->addFnAttr(Attribute::FnRetThunkExtern);
  F->addFnAttr(Attribute::NoInline);
  F->addFnAttr(AttrOutlined);
  F->setDSOLocal(true);
  BasicBlock::Create(M.getContext(), "", F);
  return F;
}

/// One function for all that read the same.
static Function *findOutlined(Module &M, const Instruction &I) {
  for (Function &F : M)
    if (F.hasFnAttribute(AttrOutlined) && F.arg_empty() && !F.isDeclaration() &&
        F.getEntryBlock().front().isIdenticalTo(&I))
      return &F;
  return nullptr;
}

/// Let a trusted function do what I does, whose operands are constants but for
/// those in Params, and let the domain call it.
static CallInst *outline(Instruction &I, const Twine &Name,
                         ArrayRef<unsigned> Params = {}) {
  Module &M = *I.getModule();
  SmallVector<llvm::Type *> Types;
  SmallVector<Value *> Args;
  for (unsigned Op : Params) {
    Types.push_back(I.getOperand(Op)->getType());
    Args.push_back(I.getOperand(Op));
  }
  Function *F = Params.empty() ? findOutlined(M, I) : nullptr;
  if (!F) {
    F = createTrusted(*I.getFunction(),
                      FunctionType::get(I.getType(), Types, false), Name);
    IRBuilder<> B(&F->getEntryBlock());
    Instruction *New = B.Insert(I.clone());
    New->dropUnknownNonDebugMetadata();
    New->setDebugLoc({});
    for (auto [Number, Op] : enumerate(Params))
      New->setOperand(Op, F->getArg(Number));
    I.getType()->isVoidTy() ? B.CreateRetVoid() : B.CreateRet(New);
  }
  CallInst *Call = IRBuilder<>(&I).CreateCall(F, Args);
  Call->setDebugLoc(I.getDebugLoc());
  I.replaceAllUsesWith(Call);
  I.eraseFromParent();
  return Call;
}

//===----------------------------------------------------------------------===//
// Reads of trusted variables
//===----------------------------------------------------------------------===//

static bool isRegister(Type *T, const DataLayout &DL) {
  return T->isPointerTy() ||
         (T->isIntegerTy() && DL.getTypeStoreSize(T) <= MaxReadBytes &&
          isPowerOf2_64(T->getIntegerBitWidth()) &&
          T->getIntegerBitWidth() >= 8);
}

static std::string placeName(const Place &P) {
  std::string Name = symbolName(P.Var->getName()).str();
  // The running task has had several names.
  if (!P.Offset && (Name == "pcpu_hot" || Name == "const_pcpu_hot" ||
                    Name == "current_task" || Name == "const_current_task"))
    return "current";
  return P.Offset ? Name + "." + std::to_string(P.Offset) : Name;
}

/// Address spaces 256 and 257: %gs and %fs.
static bool isSegment(unsigned AddressSpace) {
  return AddressSpace == 256 || AddressSpace == 257;
}

static void outlineLoad(LoadInst &Load) {
  const DataLayout &DL = Load.getModule()->getDataLayout();
  bool Segment = isSegment(Load.getPointerAddressSpace());
  Place P = placeOf(Load.getPointerOperand(), DL);
  if (!P || !isRegister(Load.getType(), DL) ||
      !(Segment || isTrustedVariable(*P.Var)))
    return;
  bool Plain = Load.isUnordered() && !Load.isVolatile();
  Load.setOperand(0, P.Address);
  CallInst *Call = outline(Load, placeName(P) + ".read");
  // So that the optimizer makes as few of them as there would be loads.
  if (Plain && !Segment) {
    Function *F = Call->getCalledFunction();
    F->setOnlyReadsMemory();
    F->setDoesNotThrow();
    F->setWillReturn();
  }
}

/// A structure of the size of a register, copied as a whole.
static void splitCopy(MemCpyInst &Copy) {
  const DataLayout &DL = Copy.getModule()->getDataLayout();
  auto *Length = dyn_cast<ConstantInt>(Copy.getLength());
  Place P = placeOf(Copy.getSource(), DL);
  if (!P || !isTrustedVariable(*P.Var) || !Length || Length->isZero() ||
      Length->getZExtValue() > MaxReadBytes ||
      !isPowerOf2_64(Length->getZExtValue()))
    return;
  IRBuilder<> B(&Copy);
  Type *T = B.getIntNTy(Length->getZExtValue() * 8);
  LoadInst *Load = B.CreateAlignedLoad(T, Copy.getSource(),
                                       Copy.getSourceAlign().valueOrOne(),
                                       Copy.isVolatile());
  B.CreateAlignedStore(Load, Copy.getDest(), Copy.getDestAlign().valueOrOne(),
                       Copy.isVolatile());
  Copy.eraseFromParent();
  outlineLoad(*Load);
}

//===----------------------------------------------------------------------===//
// Calls that kernel headers and Clang put inline
//===----------------------------------------------------------------------===//

/// Checks of the kernel's sanitizers, written out in headers.  They know the
/// memory of the full view, and read what the pointer says.
static bool isSanitizerCheck(StringRef Name) {
  for (const char *Prefix :
       {"__kasan_check_", "__kcsan_", "kcsan_", "kmsan_", "__kmsan_", "__asan_",
        "__hwasan_", "__tsan_", "__msan_", "__sanitizer_cov_"})
    if (Name.starts_with(Prefix))
      return true;
  return false;
}

static void dropSanitizerCheck(CallInst &Call, StringRef Name) {
  Type *T = Call.getType();
  if (!T->isVoidTy())
    Call.replaceAllUsesWith(Name.starts_with("__kasan_check_") &&
                                    T->isIntegerTy()
                                ? ConstantInt::get(T, 1)
                                : Constant::getNullValue(T));
  Call.eraseFromParent();
}

/// refcount_warn_saturate() writes to the counter: do that in view, and warn
/// in the full one about a counter that is the trusted function's own.
static void splitRefcount(CallInst &Call) {
  if (Call.arg_size() != 2 || !Call.getArgOperand(1)->getType()->isIntegerTy())
    return;
  static constexpr uint32_t Saturated = 0xc0000000;
  IRBuilder<> B(&Call);
  B.CreateStore(B.getInt32(Saturated), Call.getArgOperand(0), true);
  Module &M = *Call.getModule();
  Function *F = M.getFunction("refcount.warn");
  if (!F) {
    F = createTrusted(*Call.getFunction(),
                      FunctionType::get(Call.getType(),
                                        Call.getArgOperand(1)->getType(),
                                        false),
                      "refcount.warn");
    IRBuilder<> Body(&F->getEntryBlock());
    Value *Dummy = Body.CreateAlloca(Body.getInt32Ty());
    Body.CreateStore(Body.getInt32(Saturated), Dummy);
    Body.CreateCall(Call.getFunctionType(), Call.getCalledOperand(),
                    {Dummy, F->getArg(0)});
    Body.CreateRetVoid();
  }
  CallInst *Warn = B.CreateCall(F, {Call.getArgOperand(1)});
  Warn->setDebugLoc(Call.getDebugLoc());
  Call.eraseFromParent();
}

/// Text of a constant string, "" if it is none.
static StringRef textOf(Value *Address) {
  auto *V = dyn_cast<GlobalVariable>(Address->stripPointerCasts());
  auto *Data = V && V->hasInitializer()
                   ? dyn_cast<ConstantDataArray>(V->getInitializer())
                   : nullptr;
  return Data && Data->isCString() ? Data->getAsCString() : "";
}

static std::string fileAndLine(Value *File, uint64_t Line) {
  StringRef Text = textOf(File);
  return (Text.empty() ? StringRef("unknown") : sys::path::filename(Text))
             .str() +
         "." + std::to_string(Line);
}

/// Does a check by the undefined-behaviour sanitizer have operands that the
/// handler reads through a pointer, as those wider than a register?
static bool hasWideOperand(Constant *Data) {
  for (Value *Op : Data->operands()) {
    auto *V = dyn_cast<GlobalVariable>(Op->stripPointerCasts());
    auto *Init = V && V->hasInitializer()
                     ? dyn_cast<ConstantStruct>(V->getInitializer())
                     : nullptr;
    // struct type_descriptor { u16 kind, info; char name[]; }
    if (!Init || Init->getNumOperands() != 3)
      continue;
    auto *Kind = dyn_cast<ConstantInt>(Init->getOperand(0));
    auto *Info = dyn_cast<ConstantInt>(Init->getOperand(1));
    if (Kind && Info && Kind->getBitWidth() == 16 && Kind->isZero() &&
        Info->getZExtValue() >> 1 > 6)
      return true;
  }
  return false;
}

/// Handlers write to what their first argument points to: only the trusted
/// function says where that is.
static void outlineUndefined(CallInst &Call, StringRef Handler) {
  auto *Data = Call.arg_empty()
                   ? nullptr
                   : dyn_cast<GlobalVariable>(
                         Call.getArgOperand(0)->stripPointerCasts());
  auto *Init = Data && Data->hasInitializer()
                   ? dyn_cast<ConstantStruct>(Data->getInitializer())
                   : nullptr;
  auto *Loc = Init ? dyn_cast<ConstantStruct>(Init->getOperand(0)) : nullptr;
  auto *Line = Loc && Loc->getNumOperands() == 3
                   ? dyn_cast<ConstantInt>(Loc->getOperand(1))
                   : nullptr;
  if (!Line || hasWideOperand(Init))
    return;
  SmallVector<unsigned> Params;
  for (unsigned Arg = 1; Arg < Call.arg_size(); ++Arg)
    Params.push_back(Arg);
  if (isa<UnreachableInst>(Call.getNextNode()))
    IRBuilder<>(Call.getNextNode())
        .CreateIntrinsic(Intrinsic::trap, ArrayRef<Type *>(),
                         ArrayRef<Value *>());
  Call.removeFnAttr(Attribute::NoReturn);
  outline(Call,
          "ubsan." + Handler + "." +
              fileAndLine(Loc->getOperand(0), Line->getZExtValue()),
          Params);
}

static void replaceCall(CallInst &Call) {
  Function *Callee = Call.getCalledFunction();
  if (!Callee || !Callee->isDeclaration())
    return;
  StringRef Name = symbolName(Callee->getName());
  if (isSanitizerCheck(Name))
    dropSanitizerCheck(Call, Name);
  else if (Name == "refcount_warn_saturate")
    splitRefcount(Call);
  else if (Name.consume_front("__ubsan_handle_"))
    outlineUndefined(Call, Name);
}

//===----------------------------------------------------------------------===//
// Inline assembler
//===----------------------------------------------------------------------===//

static StringRef asmText(const CallBase &Call) {
  auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand());
  return Asm ? StringRef(Asm->getAsmString()) : "";
}

/// Population count: an alternative between an instruction and a call.
static bool replaceHweight(CallInst &Call) {
  StringRef Text = asmText(Call);
  if (!Text.contains("__sw_hweight") || Call.arg_size() != 1 ||
      !Call.getType()->isIntegerTy())
    return false;
  IRBuilder<> B(&Call);
  Type *T = Text.contains("__sw_hweight64") ? B.getInt64Ty() : B.getInt32Ty();
  Value *Word = B.CreateZExtOrTrunc(Call.getArgOperand(0), T);
  Value *Count = B.CreateUnaryIntrinsic(Intrinsic::ctpop, Word);
  Call.replaceAllUsesWith(B.CreateZExtOrTrunc(Count, Call.getType()));
  Call.eraseFromParent();
  return true;
}

/// Make the operands constants that are so but for their form.
static bool settleOperands(CallInst &Call) {
  const DataLayout &DL = Call.getModule()->getDataLayout();
  for (Use &Arg : Call.args()) {
    if (isa<Constant>(Arg))
      continue;
    Place P = Arg->getType()->isPointerTy() ? placeOf(Arg, DL) : Place();
    if (!P || P.Address->getType() != Arg->getType())
      return false;
    Arg.set(P.Address);
  }
  return true;
}

/// Number of the operand behind each ".word" of the text.
static SmallVector<unsigned> wordOperands(StringRef Text) {
  static const Regex Word("[.]word \\$\\{?([0-9]+)");
  SmallVector<unsigned> Numbers;
  SmallVector<StringRef, 2> Match;
  while (Word.match(Text, &Match)) {
    unsigned Number = 0;
    Match[1].getAsInteger(10, Number);
    Numbers.push_back(Number);
    Text = Text.substr(Match[1].end() - Text.begin());
  }
  return Numbers;
}

static ConstantInt *constantOperand(const CallInst &Call, unsigned Number) {
  return Number < Call.arg_size()
             ? dyn_cast<ConstantInt>(Call.getArgOperand(Number))
             : nullptr;
}

/// WARN(): an instruction that the kernel knows by its address.  BUG() has the
/// same form, and stays: there is nothing behind it.
static bool outlineWarning(CallInst &Call) {
  static constexpr uint64_t FlagWarning = 1; // BUGFLAG_WARNING
  if (!asmText(Call).contains("__bug_table"))
    return false;
  SmallVector<unsigned> Words = wordOperands(asmText(Call));
  ConstantInt *Flags =
      Words.empty() ? nullptr : constantOperand(Call, Words.back());
  if (!Flags || !(Flags->getZExtValue() & FlagWarning) ||
      !Call.getType()->isVoidTy() || !settleOperands(Call))
    return false;
  // Without CONFIG_DEBUG_BUGVERBOSE there is no file and no line.
  ConstantInt *Line =
      Words.size() > 1 ? constantOperand(Call, Words.front()) : nullptr;
  outline(Call, Line ? "warn." + fileAndLine(Call.getArgOperand(0),
                                             Line->getZExtValue())
                     : std::string("warn"));
  return true;
}

/// One instruction that reads a per-CPU variable into a register.
static bool outlinePerCpu(CallInst &Call) {
  static const Regex Read(
      "^[ \t]*(mov[a-z]*|add[lq]?)[ \t]+%gs:[$]"
      "([0-9]+|[{][0-9]+(:[a-zA-Z])?[}])([(]%rip[)])?,"
      "[ \t]*[$]([0-9]+|[{][0-9]+(:[a-zA-Z])?[}])[ \t\n]*$");
  const DataLayout &DL = Call.getModule()->getDataLayout();
  if (!Read.match(asmText(Call)) || !isRegister(Call.getType(), DL))
    return false;
  SmallVector<unsigned> Params;
  Place P;
  for (unsigned Arg = 0; Arg < Call.arg_size(); ++Arg) {
    Value *V = Call.getArgOperand(Arg);
    // "add %gs:this_cpu_off, %0": a number in a register besides.
    if (V->getType()->isIntegerTy() && !isa<Constant>(V)) {
      Params.push_back(Arg);
      continue;
    }
    Place Here = V->getType()->isPointerTy() ? placeOf(V, DL) : Place();
    if (!Here)
      return false;
    P = P ? P : Here;
    Call.setArgOperand(Arg, Here.Address);
  }
  if (!P)
    return false;
  std::string Name = placeName(P);
  outline(Call,
          Name == "current" ? "current.read" : "this_cpu." + Name + ".read",
          Params);
  return true;
}

/// A jump label is a branch that the kernel patches.  Untrusted text is not
/// patched: read what the key says instead.
static bool replaceJumpLabel(CallBrInst &Br) {
  if (!asmText(Br).contains("__jump_table") || Br.arg_size() != 2 ||
      Br.getNumIndirectDests() != 1 || !Br.getType()->isVoidTy())
    return false;
  const DataLayout &DL = Br.getModule()->getDataLayout();
  Place Key = placeOf(Br.getArgOperand(0), DL);
  auto *Branch = dyn_cast<ConstantInt>(Br.getArgOperand(1));
  if (!Key || !Branch)
    return false;
  IRBuilder<> B(&Br);
  // struct static_key begins with the number of those who enabled it.
  LoadInst *Enabled = B.CreateAlignedLoad(B.getInt32Ty(), Key.Address, Align(4),
                                          /*isVolatile=*/true);
  Value *Cond = B.CreateICmpSGT(Enabled, B.getInt32(0));
  if (Branch->getZExtValue() & 1)
    Cond = B.CreateNot(Cond);
  B.CreateCondBr(Cond, Br.getIndirectDest(0), Br.getDefaultDest());
  Br.eraseFromParent();
  outlineLoad(*Enabled);
  return true;
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

static void forEachInstruction(Module &M,
                               const std::function<void(Instruction &)> &Do) {
  SmallVector<Function *> Code;
  for (Function &F : M)
    if (!F.isDeclaration() && !codeDomain(F).empty())
      Code.push_back(&F);
  for (Function *F : Code)
    for (BasicBlock &BB : *F)
      for (Instruction &I : make_early_inc_range(BB))
        Do(I);
}

static void outlineAny(Instruction &I) {
  if (auto *Load = dyn_cast<LoadInst>(&I))
    outlineLoad(*Load);
  else if (auto *Copy = dyn_cast<MemCpyInst>(&I))
    splitCopy(*Copy);
  else if (auto *Call = dyn_cast<CallInst>(&I)) {
    if (!Call->isInlineAsm())
      replaceCall(*Call);
    else if (!replaceHweight(*Call) && !outlineWarning(*Call))
      outlinePerCpu(*Call);
  } else if (auto *Br = dyn_cast<CallBrInst>(&I))
    replaceJumpLabel(*Br);
}

void outlineEarly(Module &M) { forEachInstruction(M, outlineAny); }

void outlineLate(Module &M) { forEachInstruction(M, outlineAny); }

bool isRouted(Function &F) {
  StringRef Name = symbolName(F.getName());
  if (!Name.consume_front("trace_") ||
      !F.getParent()->getNamedGlobal(("__tracepoint_" + Name).str()))
    return false;
  F.addFnAttr(AttrOutlined);
  return true;
}

/// Does only the list of what must be kept mention F?
static bool isOnlyKept(const Function &F) {
  return all_of(F.users(), [](const User *U) {
    auto *List =
        U->hasOneUse() ? dyn_cast<GlobalVariable>(*U->user_begin()) : nullptr;
    return isa<ConstantArray>(U) && List &&
           List->getName().starts_with("llvm.");
  });
}

void eraseUnusedOutlines(Module &M) {
  StringSet<> Targets;
  for (Function &F : M)
    if (F.hasFnAttribute(AttrExit)) {
      F.removeDeadConstantUsers();
      if (!F.use_empty())
        Targets.insert(sourceName(F));
    }
  SmallPtrSet<Constant *, 8> Unused;
  for (Function &F : M)
    if (F.hasFnAttribute(AttrOutlined) && F.hasLocalLinkage() &&
        !Targets.contains(F.getName()) && isOnlyKept(F))
      Unused.insert(&F);
  if (Unused.empty())
    return;
  removeFromUsedLists(M, [&](Constant *C) { return Unused.contains(C); });
  for (Constant *C : Unused)
    cast<Function>(C)->eraseFromParent();
}

} // namespace undertow
