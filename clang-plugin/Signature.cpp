// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - signatures

#include "Signature.h"
#include "Annotations.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "llvm/IR/Function.h"

using namespace llvm;

namespace undertow {

constexpr unsigned MaxArgs = 6;

int64_t Scalar::errorValue(int64_t Error) const {
  switch (Kind) {
  case Void:
  case Bool:
  case Pointer:
    return 0;
  case S8:
  case S16:
  case Int32:
    return static_cast<uint32_t>(Error);
  case U8:
    return static_cast<uint8_t>(Error);
  case U16:
    return static_cast<uint16_t>(Error);
  case Int64:
    return Error;
  }
  llvm_unreachable("kind of scalar");
}

/// Why values of a source type do not fit, or "".  What is "argument 2" or
/// "the result".
static std::string checkType(clang::ASTContext &Ctx, clang::QualType Type,
                             const Twine &What) {
  Type = Type.getCanonicalType();
  auto Say = [&](const char *Reason) { return (What + " " + Reason).str(); };
  if (Type->isVoidType() || Type->isPointerType())
    return "";
  if (Type->isRecordType())
    return Say("is a structure or union by value");
  if (Type->isVectorType())
    return Say("is a vector");
  if (Type->isAnyComplexType() || Type->isFloatingType())
    return Say("is a floating-point number");
  if (Type->isIntegerType() || Type->isEnumeralType())
    return Ctx.getTypeSize(Type) > 64 ? Say("is wider than 64 bits") : "";
  return Say("is neither an integer nor a pointer");
}

static std::string checkDecl(const clang::FunctionDecl &FD) {
  clang::ASTContext &Ctx = FD.getASTContext();
  if (FD.isVariadic())
    return "variadic function";
  if (FD.getNumParams() > MaxArgs)
    return (Twine(FD.getNumParams()) + " arguments, registers carry " +
            Twine(MaxArgs))
        .str();
  std::string Problem = checkType(Ctx, FD.getReturnType(), "the result");
  for (unsigned I = 0; I < FD.getNumParams() && Problem.empty(); ++I)
    Problem = checkType(Ctx, FD.getParamDecl(I)->getType(),
                        "argument " + Twine(I + 1));
  return Problem;
}

/// Kind of an IR type with its parameter attributes; Problem when none fits.
static Scalar describeType(Type *T, AttributeSet Attrs, const Twine &What,
                           std::string &Problem) {
  if (T->isVoidTy())
    return {Scalar::Void};
  bool InMemory = Attrs.hasAttribute(Attribute::ByVal) ||
                  Attrs.hasAttribute(Attribute::StructRet);
  if (T->isPointerTy() && !InMemory)
    return {Scalar::Pointer};
  if (InMemory || T->isAggregateType())
    Problem = (What + " is a structure or union by value").str();
  else if (T->isVectorTy())
    Problem = (What + " is a vector").str();
  else if (T->isFloatingPointTy())
    Problem = (What + " is a floating-point number").str();
  else if (!T->isIntegerTy())
    Problem = (What + " is neither an integer nor a pointer").str();
  else if (T->getIntegerBitWidth() > 64)
    Problem = (What + " is wider than 64 bits").str();
  if (!T->isIntegerTy())
    return {Scalar::Int64};
  bool Signed = Attrs.hasAttribute(Attribute::SExt);
  unsigned Bits = T->getIntegerBitWidth();
  if (Bits == 1)
    return {Scalar::Bool};
  if (Bits <= 8)
    return {Signed ? Scalar::S8 : Scalar::U8};
  if (Bits <= 16)
    return {Signed ? Scalar::S16 : Scalar::U16};
  return {Bits <= 32 ? Scalar::Int32 : Scalar::Int64};
}

Signature describeSignature(const Function &F, StringRef Source) {
  Signature Sig;
  AttributeList Attrs = F.getAttributes();
  Sig.Result = describeType(F.getReturnType(), Attrs.getRetAttrs(),
                            "the result", Sig.Problem);
  for (const Argument &A : F.args()) {
    unsigned No = A.getArgNo();
    Scalar S = describeType(A.getType(), Attrs.getParamAttrs(No),
                            "argument " + Twine(No + 1), Sig.Problem);
    Sig.Args.push_back(S);
  }
  if (Sig.Args.size() > MaxArgs)
    Sig.Problem = (Twine(Sig.Args.size()) + " arguments, registers carry " +
                   Twine(MaxArgs))
                      .str();
  if (F.isVarArg())
    Sig.Problem = "variadic function";
  // The source knows more: a small structure is an integer in the IR.
  if (const clang::FunctionDecl *FD = findFunctionDecl(Source)) {
    std::string Problem = checkDecl(*FD);
    if (!Problem.empty())
      Sig.Problem = Problem;
  }
  return Sig;
}

Signature describeSignature(const Function &F) {
  return describeSignature(F, F.getName());
}

} // namespace undertow
