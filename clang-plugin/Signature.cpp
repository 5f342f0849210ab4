// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - signatures

#include "Signature.h"
#include "Annotations.h"
#include "Compat.h"

#include "clang/AST/Decl.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace undertow {

namespace {

/// Assigns registers and stack slots in the order of the arguments.
class Layout {
public:
  Layout(const DataLayout &DL, Signature &Sig) : DL(DL), Sig(Sig) {}

  void addArgument(Type *T, AttributeSet Attrs, const Twine &What);
  void setResult(Type *T, AttributeSet Attrs);

private:
  Scalar classify(Type *T, AttributeSet Attrs, const Twine &What);
  void addWide();
  void addMemory(Type *T, AttributeSet Attrs);
  void pad(Align A);

  const DataLayout &DL;
  Signature &Sig;
  unsigned RegsLeft = NumArgRegs;
};

Scalar Layout::classify(Type *T, AttributeSet Attrs, const Twine &What) {
  if (T->isPointerTy())
    return {Scalar::Int64};
  const char *Problem = nullptr;
  if (T->isVectorTy())
    Problem = "is a vector";
  else if (T->isFloatingPointTy())
    Problem = "is a floating-point number";
  else if (!T->isIntegerTy())
    Problem = "is neither an integer nor a pointer";
  else if (T->getIntegerBitWidth() > 64)
    Problem = "is an integer of no size that C has";
  if (Problem) {
    Sig.Problem = (What + " " + Problem).str();
    return {Scalar::Int64};
  }
  bool Signed = Attrs.hasAttribute(Attribute::SExt);
  bool Extended = Signed || Attrs.hasAttribute(Attribute::ZExt);
  unsigned Bits = T->getIntegerBitWidth();
  // Only integers of the source are extended, pieces of structures are not.
  if (Extended && Bits == 1)
    return {Scalar::Bool};
  if (Extended && Bits <= 8)
    return {Signed ? Scalar::S8 : Scalar::U8};
  if (Extended && Bits <= 16)
    return {Signed ? Scalar::S16 : Scalar::U16};
  return {Bits <= 32 ? Scalar::Int32 : Scalar::Int64};
}

void Layout::pad(Align A) {
  while (Sig.Stack.size() * 8 % A.value())
    Sig.Stack.push_back({Scalar::Void});
}

/// Two registers, or 16 aligned bytes.
void Layout::addWide() {
  if (RegsLeft >= 2) {
    Sig.Regs.append(2, {Scalar::Int64});
    RegsLeft -= 2;
    return;
  }
  pad(Align(16));
  Sig.Stack.append(2, {Scalar::Int64});
  if (WideOnStackEndsRegisters)
    RegsLeft = 0;
}

void Layout::addMemory(Type *T, AttributeSet Attrs) {
  MaybeAlign A = Attrs.getAlignment();
  pad(std::max(A.valueOrOne(), Align(8)));
  uint64_t Size = DL.getTypeAllocSize(T).getFixedValue();
  Sig.Stack.append(std::min<uint64_t>(divideCeil(Size, 8), MaxStackBytes),
                   {Scalar::Int64});
}

/// Not in the registers, or not in the place, of the C convention.
static bool isSpecial(AttributeSet Attrs) {
  for (Attribute::AttrKind Kind :
       {Attribute::Nest, Attribute::InAlloca, Attribute::Preallocated,
        Attribute::SwiftSelf, Attribute::SwiftError, Attribute::SwiftAsync})
    if (Attrs.hasAttribute(Kind))
      return true;
  return false;
}

void Layout::addArgument(Type *T, AttributeSet Attrs, const Twine &What) {
  if (isSpecial(Attrs))
    Sig.Problem = (What + " is passed in a way of its own").str();
  if (Attrs.hasAttribute(Attribute::ByVal))
    return addMemory(Attrs.getByValType(), Attrs);
  if (T->isIntegerTy(128))
    return addWide();
  Scalar S = classify(T, Attrs, What);
  if (!RegsLeft) {
    Sig.Stack.push_back(S);
    return;
  }
  Sig.Regs.push_back(S);
  --RegsLeft;
}

void Layout::setResult(Type *T, AttributeSet Attrs) {
  if (T->isVoidTy())
    return;
  auto *Struct = dyn_cast<StructType>(T);
  Sig.HasRdx = T->isIntegerTy(128) || (Struct && Struct->getNumElements() == 2);
  if (T->isIntegerTy(128)) {
    Sig.Result = {Scalar::Int64};
    return;
  }
  if (!Struct) {
    Sig.Result = classify(T, Attrs, "the result");
    return;
  }
  // RAX has the first, RDX the second.
  for (Type *Element : reverse(Struct->elements()))
    Sig.Result = classify(Element, AttributeSet(), "the result");
  if (Struct->getNumElements() > 2)
    Sig.Problem = "the result is neither an integer nor a pointer";
}

/// Only what the source calls an integer can hold an error.
int64_t errorValue(const Function &F, const Signature &Sig, StringRef Source) {
  Type *T = F.getReturnType();
  bool IsInteger = T->isIntegerTy() && Sig.Result.Kind != Scalar::Bool;
  if (const clang::FunctionDecl *FD = findFunctionDecl(Source))
    IsInteger = FD->getReturnType()->isIntegralOrEnumerationType() &&
                !FD->getReturnType()->isBooleanType();
  if (!IsInteger)
    return 0;
  switch (Sig.Result.Kind) {
  case Scalar::S8:
  case Scalar::S16:
  case Scalar::Int32:
    return static_cast<uint32_t>(DefaultError);
  case Scalar::U8:
    return static_cast<uint8_t>(DefaultError);
  case Scalar::U16:
    return static_cast<uint16_t>(DefaultError);
  default:
    return DefaultError;
  }
}

} // namespace

static Signature describe(const DataLayout &DL, Type *Result,
                          ArrayRef<Type *> Params, AttributeList Attrs) {
  Signature Sig;
  Layout L(DL, Sig);
  L.setResult(Result, Attrs.getRetAttrs());
  for (unsigned I = 0; I < Params.size(); ++I) {
    AttributeSet Set = Attrs.getParamAttrs(I);
    L.addArgument(Params[I], Set, "argument " + Twine(I + 1));
    if (Type *T = Set.getStructRetType())
      Sig.ResultBytes = std::min<uint64_t>(
          DL.getTypeAllocSize(T).getFixedValue(), MaxStackBytes + 1);
  }
  return Sig;
}

Signature describeSignature(const Function &F, StringRef Source) {
  Signature Sig = describe(F.getDataLayout(), F.getReturnType(),
                           F.getFunctionType()->params(), F.getAttributes());
  if (Sig.stackBytes() + Sig.ResultBytes > MaxStackBytes)
    Sig.Problem = ("more than " + Twine(MaxStackBytes) +
                   " bytes of arguments and result in memory")
                      .str();
  if (F.isVarArg())
    Sig.Problem = "variadic function";
  if (F.getCallingConv() != CallingConv::C ||
      F.hasFnAttribute("no_caller_saved_registers"))
    Sig.Problem = "a calling convention of its own";
  Sig.Error = errorValue(F, Sig, Source);
  return Sig;
}

bool carriesCall(const Signature &Gate, const CallBase &Call) {
  SmallVector<Type *> Params;
  for (const Value *Arg : Call.args())
    Params.push_back(Arg->getType());
  Signature Sig = describe(Call.getDataLayout(), Call.getType(), Params,
                           Call.getAttributes());
  return Sig.Regs.size() <= Gate.Regs.size() &&
         Sig.Stack.size() <= Gate.Stack.size() &&
         Sig.ResultBytes == Gate.ResultBytes && Sig.HasRdx <= Gate.HasRdx &&
         (Sig.Result.Kind == Scalar::Void || Gate.Result.Kind != Scalar::Void);
}

} // namespace undertow
