// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - checks
//
// What is not supported is an error that names the function and the reason.

#include "Names.h"
#include "Passes.h"
#include "Report.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Regex.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace undertow {

//===----------------------------------------------------------------------===//
// Before the split
//===----------------------------------------------------------------------===//

static std::string checkFunction(const Function &F) {
  if (F.hasFnAttribute(Attribute::Naked))
    return "naked function cannot be untrusted";
  if (F.hasSection())
    return ("untrusted function has a section of its own, '" + F.getSection() +
            "'")
        .str();
  if (F.doesNotReturn())
    return "untrusted function cannot be noreturn, a violation returns";
  if (F.getCallingConv() != CallingConv::C)
    return "untrusted function has a calling convention of its own";
  if (F.hasFnAttribute(Attribute::ReturnsTwice))
    return "untrusted function cannot return twice";
  if (F.hasPrefixData() || F.hasPrologueData())
    return "untrusted function has prefix data";
  return "";
}

/// Computed goto keeps addresses of labels, jump tables made by hand.
static bool hasLabelAddress(const Function &F) {
  return any_of(F, [](const BasicBlock &BB) { return BB.hasAddressTaken(); });
}

static std::string checkVariable(const GlobalVariable &V) {
  bool Critical = isCritical(V);
  const char *What = Critical ? "critical" : "untrusted";
  if (V.isThreadLocal())
    return (Twine(What) + " variable cannot be thread-local").str();
  if (V.hasSection())
    return (Twine(What) + " variable has a section of its own, '" +
            V.getSection() + "'")
        .str();
  return "";
}

static void checkResolvers(Module &M) {
  for (GlobalIFunc &I : M.ifuncs())
    if (Function *F = I.getResolverFunction(); F && !declaredDomain(*F).empty())
      reportError(M, F->getName(),
                  "untrusted function resolves the ifunc '" + I.getName() +
                      "'");
}

static void checkConstructors(Module &M) {
  for (const char *Name : {"llvm.global_ctors", "llvm.global_dtors"}) {
    auto *List = M.getNamedGlobal(Name);
    auto *Array = List && List->hasInitializer()
                      ? dyn_cast<ConstantArray>(List->getInitializer())
                      : nullptr;
    if (!Array)
      continue;
    for (Use &Op : Array->operands()) {
      auto *F = dyn_cast<Function>(
          cast<Constant>(Op)->getOperand(1)->stripPointerCasts());
      if (F && !declaredDomain(*F).empty())
        reportError(M, F->getName(),
                    "untrusted function cannot be a constructor or destructor");
    }
  }
}

void checkDefinitions(Module &M) {
  bool HasContent = !listDomains(M).empty();
  if (HasContent && M.getModuleFlag("kcfi"))
    reportError(M, M.getSourceFileName(),
                "gates have no kCFI types, compile without -fsanitize=kcfi");
  for (Function &F : M) {
    if (declaredDomain(F).empty() || F.isDeclarationForLinker())
      continue;
    std::string Problem = checkFunction(F);
    if (Problem.empty() && hasLabelAddress(F))
      Problem = "computed goto is not supported in an untrusted function";
    if (!Problem.empty())
      reportError(M, F.getName(), Problem);
  }
  for (GlobalVariable &V : M.globals()) {
    if ((declaredDomain(V).empty() && !isCritical(V)) ||
        V.isDeclarationForLinker())
      continue;
    std::string Problem = checkVariable(V);
    if (!Problem.empty())
      reportError(M, V.getName(), Problem);
  }
  checkResolvers(M);
  checkConstructors(M);
}

//===----------------------------------------------------------------------===//
// After optimization
//===----------------------------------------------------------------------===//

/// Symbols that only the text of the assembler names are out of reach of the
/// pass, and calls to them would leave the view without a gate.
static std::string checkAsm(const InlineAsm &Asm) {
  static const Regex DirectCall("(^|[^a-zA-Z0-9_.])call[a-z]?[ \t]+[a-zA-Z_]");
  static const Regex JumpTable("__jump_table");
  StringRef Text = Asm.getAsmString();
  if (DirectCall.match(Text))
    return "inline assembler calls a function by name";
  if (JumpTable.match(Text))
    return "static key, the kernel would patch untrusted code";
  return "";
}

static bool isWide(const Type *T) {
  return T->isIntegerTy() && T->getIntegerBitWidth() > 64;
}

/// Operations that the backend turns into a call of a library of its own.
static std::string checkLibcall(const Instruction &I) {
  switch (I.getOpcode()) {
  case Instruction::UDiv:
  case Instruction::SDiv:
  case Instruction::URem:
  case Instruction::SRem:
    return isWide(I.getType()) ? "division of 128-bit integers" : "";
  default:
    break;
  }
  auto *Intr = dyn_cast<IntrinsicInst>(&I);
  if (!Intr)
    return "";
  switch (Intr->getIntrinsicID()) {
  case Intrinsic::smul_with_overflow:
  case Intrinsic::umul_with_overflow:
    return isWide(Intr->getArgOperand(0)->getType())
               ? "overflow check of a 128-bit multiplication"
               : "";
  case Intrinsic::eh_sjlj_setjmp:
  case Intrinsic::eh_sjlj_longjmp:
    return "non-local jump";
  case Intrinsic::thread_pointer:
    return "thread pointer";
  default:
    return "";
  }
}

static bool isFloat(const Type *T) { return T->isFPOrFPVectorTy(); }

static std::string checkInstruction(const Instruction &I) {
  if (isa<IndirectBrInst>(I))
    return "computed goto is not supported in an untrusted function";
  if (isFloat(I.getType()) ||
      any_of(I.operands(), [](const Use &U) { return isFloat(U->getType()); }))
    return "floating point is not supported in an untrusted function";
  if (I.getType()->isVectorTy())
    return "vectors are not supported in an untrusted function";
  if (auto *Call = dyn_cast<CallBase>(&I))
    if (auto *Asm = dyn_cast<InlineAsm>(Call->getCalledOperand()))
      if (std::string Problem = checkAsm(*Asm); !Problem.empty())
        return Problem + ", not supported in an untrusted function";
  std::string Problem = checkLibcall(I);
  return Problem.empty()
             ? ""
             : Problem + " is not supported in an untrusted function";
}

void checkCode(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration() || codeDomain(F).empty())
      continue;
    for (BasicBlock &BB : F)
      for (Instruction &I : BB)
        if (std::string Problem = checkInstruction(I); !Problem.empty())
          reportError(I, Problem);
  }
}

} // namespace undertow
