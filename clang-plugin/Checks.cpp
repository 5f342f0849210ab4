// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - checks
//
// What is not supported is an error that names the function and the reason.

#include "Names.h"
#include "Options.h"
#include "Outline.h"
#include "Passes.h"
#include "Report.h"

#include "llvm/ADT/StringExtras.h"
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
  if (F.getCallingConv() != CallingConv::C ||
      F.hasFnAttribute("no_caller_saved_registers"))
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

/// The kernel aligns a module to pages, whatever its sections say.
static constexpr uint64_t PageSize = 4096;

static std::string checkVariable(const GlobalVariable &V) {
  bool Critical = isCritical(V);
  const char *What = Critical ? "critical" : "untrusted";
  if (V.isThreadLocal())
    return (Twine(What) + " variable cannot be thread-local").str();
  if (V.getSection().starts_with(".data..percpu"))
    return (Twine(What) + " variable cannot be per-CPU").str();
  if (!isDataSection(V.getSection()) ||
      (Critical && V.getSection() == ".data..ro_after_init"))
    return (Twine(What) + " variable has a section of its own, '" +
            V.getSection() + "'")
        .str();
  if (!Critical && isPatchingKey(V))
    return "untrusted variable cannot be a static key, the kernel patches code "
           "where it says";
  if (V.getAlign().valueOrOne() > PageSize)
    return (Twine(What) + " variable is aligned to " +
            Twine(V.getAlign()->value()) + " bytes, the most is a page")
        .str();
  return "";
}

/// What is left of a line of assembler behind its labels.
static StringRef skipLabels(StringRef Line) {
  static const Regex Label("^[ \t]*[a-zA-Z0-9_.$]+:");
  SmallVector<StringRef, 1> Match;
  while (Label.match(Line, &Match))
    Line = Line.drop_front(Match[0].size());
  return Line.trim();
}

/// The first instruction of assembler at file scope, or "".  Directives,
/// assignments and definitions of macros are none.
static StringRef findInstruction(StringRef Text) {
  static const Regex Quoted("\"([^\"\\\n]|\\\\.)*\"");
  bool InMacro = false;
  while (!Text.empty()) {
    StringRef Line = Text.take_front(Text.find_first_of("\n;#\""));
    SmallVector<StringRef, 2> Match;
    Text = Text.drop_front(Line.size());
    if (Text.starts_with("#"))
      Text = Text.drop_until([](char C) { return C == '\n'; });
    else if (Text.starts_with("\"") && Quoted.match(Text, &Match))
      Text = Text.drop_front(Match[0].size());
    else
      Text = Text.drop_front(!Text.empty());
    Line = skipLabels(Line);
    if (Line.starts_with(".macro") || Line.starts_with(".endm"))
      InMacro = Line.starts_with(".macro");
    else if (!InMacro && !Line.empty() && isAlpha(Line[0]) &&
             !Line.contains('='))
      return Line;
  }
  return "";
}

/// Nothing puts assembler at file scope into a domain.
static void checkFileAsm(Module &M) {
  StringRef Code = findInstruction(M.getModuleInlineAsm());
  if (!options().FileDomain.empty() && !Code.empty())
    reportError(M, M.getSourceFileName(),
                "assembler outside of functions would be trusted code, '" +
                    Code + "'");
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
  checkFileAsm(M);
  checkResolvers(M);
  checkConstructors(M);
}

//===----------------------------------------------------------------------===//
// After optimization
//===----------------------------------------------------------------------===//

namespace {
/// What is wrong, and what to write instead.
struct Finding {
  std::string What;
  std::string Hint;
};
} // namespace

static constexpr char WriteFunction[] =
    "write a trusted function that does this, and call it";

/// What inline assembler in a domain may not have.  Symbols that only its text
/// names are out of reach of the pass, and calls of them would leave the view
/// without a gate.  The first that matches speaks.
static Finding checkAsmText(StringRef Text) {
  static const struct {
    Regex Pattern;
    const char *What;
    const char *Hint;
  } Rules[] = {
      {Regex("__[gp]et_user_"), "inline assembler accesses user memory",
       "use copy_from_user() or copy_to_user()"},
      {Regex("__ex_table"),
       "inline assembler continues after a fault, but a fault in a domain ends "
       "the call",
       "write a trusted function that does the access, and call it"},
      {Regex("__jump_table"), "static key that is not a constant",
       "use the key itself, or write a trusted function that tests it"},
      {Regex("(^|[^a-zA-Z0-9_.])call[a-z]?[ \t]+[a-zA-Z_$]"),
       "inline assembler calls a function by name", WriteFunction},
      {Regex("(^|[^a-zA-Z0-9_.])j[a-z]+[ \t]+[a-zA-Z_]"),
       "inline assembler jumps to a function by name", WriteFunction},
      {Regex("%[fg]s:"), "inline assembler changes a per-CPU variable",
       WriteFunction},
      {Regex("(^|[^a-zA-Z0-9_.])sti([^a-zA-Z0-9_]|$)"),
       "interrupts cannot be enabled, a domain runs with them as its caller",
       WriteFunction},
  };
  for (const auto &Rule : Rules)
    if (Rule.Pattern.match(Text))
      return {Rule.What, Rule.Hint};
  return {};
}

static Finding denyVariable(const GlobalVariable &V, const char *What) {
  return {(Twine(What) + " the trusted variable '" + V.getName() + "'").str(),
          WriteFunction};
}

/// Operands that are memory: of a domain, or in a variable of nobody.
static Finding checkAsm(const CallBase &Call, const InlineAsm &Asm) {
  Finding Found = checkAsmText(Asm.getAsmString());
  if (!Found.What.empty())
    return Found;
  for (unsigned Arg = 0; Arg < Call.arg_size(); ++Arg)
    if (Call.getParamElementType(Arg))
      if (GlobalVariable *V = findTrustedVariable(Call.getArgOperand(Arg)))
        return denyVariable(*V, "inline assembler accesses");
  return {};
}

/// A constant that another file of a domain of whole files may define, in
/// whatever header it is declared.
static bool mayBeOfFiles(const GlobalVariable &V) {
  return V.isDeclaration() && V.isConstant() && !options().FileDomain.empty();
}

/// Reads that did not become exit gates, and all writes.
static Finding checkMemory(const Instruction &I) {
  auto Check = [](const Value *Address, const char *What) -> Finding {
    GlobalVariable *V = findTrustedVariable(const_cast<Value *>(Address));
    return V && !mayBeOfFiles(*V) ? denyVariable(*V, What) : Finding();
  };
  auto Segment = [](unsigned AddressSpace, const char *What) -> Finding {
    if (AddressSpace != 256 && AddressSpace != 257)
      return {};
    return {What, WriteFunction};
  };
  if (auto *Load = dyn_cast<LoadInst>(&I)) {
    Finding Found = Segment(Load->getPointerAddressSpace(),
                            "read of a per-CPU variable at a variable address");
    return Found.What.empty()
               ? Check(Load->getPointerOperand(),
                       "read of more than a register, or at a variable index, "
                       "of")
               : Found;
  }
  if (auto *Store = dyn_cast<StoreInst>(&I)) {
    Finding Found = Segment(Store->getPointerAddressSpace(),
                            "change of a per-CPU variable");
    return Found.What.empty() ? Check(Store->getPointerOperand(), "write to")
                              : Found;
  }
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return Check(RMW->getPointerOperand(), "write to");
  if (auto *Swap = dyn_cast<AtomicCmpXchgInst>(&I))
    return Check(Swap->getPointerOperand(), "write to");
  return {};
}

/// Functions that leave the interrupt flag changed: an exit gate gives it back
/// as it was when the domain was entered, while the lock is held.
static bool changesInterrupts(StringRef Name) {
  static const Regex Lock(
      "^_raw_(spin|read|write)_(try)?(un)?lock_irq(save|restore)?(_nested)?$");
  return Lock.match(Name);
}

static Finding checkCall(const CallBase &Call) {
  if (auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand()))
    return checkAsm(Call, *Asm);
  const Function *Gate = Call.getCalledFunction();
  if (!Gate)
    return {};
  std::string Target = sourceName(*Gate);
  if (changesInterrupts(Target))
    return {"call of '" + Target +
                "', a domain cannot mask interrupts for a lock",
            "write a trusted function that takes the lock and does the work"};
  if (StringRef(Target).starts_with("__ubsan_handle_") && !Call.arg_empty())
    return {"check for undefined behaviour of a wide integer",
            "compile the function without it, or with -fsanitize-trap"};
  return {};
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
  case Instruction::Load:
  case Instruction::Store:
  case Instruction::AtomicRMW:
  case Instruction::AtomicCmpXchg:
    return I.isAtomic() &&
                   (isWide(I.getType()) ||
                    any_of(I.operands(),
                           [](const Use &U) { return isWide(U->getType()); }))
               ? "atomic access to a 128-bit integer"
               : "";
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

/// What no part of a domain can have.
static std::string checkLanguage(const Instruction &I) {
  if (isa<IndirectBrInst>(I))
    return "computed goto";
  if (isFloat(I.getType()) ||
      any_of(I.operands(), [](const Use &U) { return isFloat(U->getType()); }))
    return "floating point";
  return checkLibcall(I);
}

static Finding checkInstruction(const Instruction &I) {
  if (I.getType()->isVectorTy())
    return {"vectors are not supported in an untrusted function", ""};
  if (std::string What = checkLanguage(I); !What.empty())
    return {What + " is not supported in an untrusted function", ""};
  auto *Call = dyn_cast<CallBase>(&I);
  Finding Found = Call ? checkCall(*Call) : checkMemory(I);
  if (!Found.What.empty())
    Found.What += ", not supported in an untrusted function";
  return Found;
}

/// The object that I is about, as the source names it.
static std::string mentioned(const Instruction &I) {
  for (Value *Op : I.operands())
    if (GlobalVariable *V = findTrustedVariable(Op))
      return V->getName().str();
  auto *Call = dyn_cast<CallBase>(&I);
  const Function *F = Call ? Call->getCalledFunction() : nullptr;
  return F && !F->isIntrinsic() ? sourceName(*F) : "";
}

static void checkAll(Module &M, Finding (*Check)(const Instruction &)) {
  for (Function &F : M) {
    if (F.isDeclaration() || codeDomain(F).empty())
      continue;
    for (BasicBlock &BB : F)
      for (Instruction &I : BB)
        if (Finding Found = Check(I); !Found.What.empty()) {
          reportError(I, Found.What, mentioned(I));
          if (!Found.Hint.empty())
            reportHint(I, Found.Hint, mentioned(I));
        }
  }
}

static Finding checkCopy(const Instruction &I) {
  Finding Found;
  if (auto *Mem = dyn_cast<MemIntrinsic>(&I))
    if (GlobalVariable *V = findTrustedVariable(Mem->getDest()))
      Found = denyVariable(*V, "write to");
  if (auto *Copy = dyn_cast<MemTransferInst>(&I))
    if (GlobalVariable *V = findTrustedVariable(Copy->getSource()))
      Found = denyVariable(*V, "copy of");
  if (!Found.What.empty())
    Found.What += ", not supported in an untrusted function";
  return Found;
}

void checkCopies(Module &M) { checkAll(M, checkCopy); }

void checkCode(Module &M) { checkAll(M, checkInstruction); }

} // namespace undertow
