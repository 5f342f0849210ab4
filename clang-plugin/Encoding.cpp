// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - bytes of code of a domain
//
// Immediates are hidden in the IR.  What is left depends on registers and on
// the next instruction, so it is the assembler's: its encoder is wrapped.
// Distances between parts of one domain cannot spell anything as long as it is
// smaller than 512 KiB; `undertow verify` looks at the result.

#include "Encoding.h"
#include "Names.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include <undertow/opcode.h>

using namespace llvm;

namespace undertow {

//===----------------------------------------------------------------------===//
// Immediates
//===----------------------------------------------------------------------===//

using Bytes = SmallVector<__u8, 32>;

constexpr __u8 Nop = 0x90;

static bool isForbidden(ArrayRef<__u8> Code) {
  return ut_opcode_forbidden(Code.data(), Code.size());
}

/// The same, with NOPs behind the end.
static bool isForbiddenAlone(ArrayRef<__u8> Code) {
  Bytes Padded(Code.begin(), Code.end());
  Padded.append(UT_OPCODE_LONGEST, Nop);
  return isForbidden(Padded);
}

/// Is there a forbidden instruction anywhere?
static bool spells(ArrayRef<__u8> Code) {
  for (; !Code.empty(); Code = Code.drop_front())
    if (isForbiddenAlone(Code))
      return true;
  return false;
}

/// Could what comes behind complete one, unless it is a NOP?  No instruction
/// begins with what completes a prefix.
static bool isOpen(ArrayRef<__u8> Code) {
  for (; !Code.empty(); Code = Code.drop_front())
    if (Code[0] == 0x0f && isForbidden(Code) && !isForbiddenAlone(Code))
      return true;
  return false;
}

/// Does an instruction with this immediate spell one, or end one that the byte
/// in front of it begins?  The backend splits what is wider than a register.
static bool isSuspect(const APInt &Value) {
  for (unsigned From = 0; From < Value.getBitWidth(); From += 32) {
    Bytes Code{0x0f};
    for (unsigned I = From; I < Value.getBitWidth(); I += 8)
      Code.push_back(Value.extractBitsAsZExtValue(8, I));
    if (spells(Code))
      return true;
  }
  return false;
}

/// What the backend makes of an integer: registers.
static unsigned registerBits(unsigned Bits) {
  return Bits > 64 ? alignTo(Bits, 64) : PowerOf2Ceil(Bits);
}

static bool isSuspect(const Value &V) {
  auto *C = dyn_cast<ConstantInt>(&V);
  if (!C || C->getBitWidth() <= 8)
    return false;
  unsigned Bits = registerBits(C->getBitWidth());
  return isSuspect(C->getValue().zextOrTrunc(Bits)) ||
         isSuspect(C->getValue().sextOrTrunc(Bits));
}

/// The content of a register as the exclusive or of two harmless constants.
/// The assembler, which is empty, keeps the backend from computing it.
static Value *hide(const APInt &Value, IRBuilder<> &B) {
  Type *T = B.getIntNTy(Value.getBitWidth());
  APInt Mask(Value.getBitWidth(), 0);
  do
    Mask += APInt::getSplat(Value.getBitWidth(), APInt(8, 0x11));
  while (isSuspect(Mask) || isSuspect(Value ^ Mask));
  InlineAsm *Asm =
      InlineAsm::get(FunctionType::get(T, {T}, false), "", "=r,0", false);
  CallInst *Half = B.CreateCall(Asm, {ConstantInt::get(T, Value ^ Mask)});
  Half->setDoesNotAccessMemory();
  Half->setDoesNotThrow();
  return B.CreateXor(Half, ConstantInt::get(T, Mask));
}

/// The same for a constant of any width.
static Value *hide(ConstantInt &C, Instruction &Before) {
  unsigned Bits = registerBits(C.getBitWidth());
  APInt Rest = C.getValue().zextOrTrunc(Bits);
  IRBuilder<> B(&Before);
  if (Bits <= 64)
    return B.CreateTrunc(hide(Rest, B), C.getType());
  Type *T = B.getIntNTy(Bits);
  Value *Whole = ConstantInt::get(T, 0);
  for (unsigned I = 0; I < Bits; I += 64) {
    APInt Word = Rest.extractBits(64, I);
    Value *Part = isSuspect(Word) ? hide(Word, B) : B.getInt(Word);
    Whole = B.CreateOr(Whole, B.CreateShl(B.CreateZExt(Part, T), I));
  }
  return B.CreateTrunc(Whole, C.getType());
}

static void hideOperand(Use &U, Instruction &Before) {
  if (isSuspect(*U) && isReplaceable(U))
    U.set(hide(*cast<ConstantInt>(U), Before));
}

/// A block that comes in twice brings the same value.
static void hideIncoming(PHINode &Phi) {
  for (unsigned I = 0; I < Phi.getNumIncomingValues(); ++I) {
    BasicBlock *From = Phi.getIncomingBlock(I);
    hideOperand(Phi.getOperandUse(I), *From->getTerminator());
    Phi.setIncomingValueForBlock(From, Phi.getIncomingValue(I));
  }
}

static ConstantInt *suspectCase(SwitchInst &Switch) {
  for (auto &Case : Switch.cases())
    if (isSuspect(*Case.getCaseValue()))
      return Case.getCaseValue();
  return nullptr;
}

/// Compare with a case of a switch in front of it.
static void hideCase(SwitchInst &Switch, ConstantInt &Suspect) {
  BasicBlock *Front = Switch.getParent();
  BasicBlock *Rest = SplitBlock(Front, &Switch);
  Instruction &Jump = *Front->getTerminator();
  auto Case = Switch.findCaseValue(&Suspect);
  BasicBlock *Target = Case->getCaseSuccessor();
  IRBuilder<> B(&Jump);
  Value *IsCase = B.CreateICmpEQ(Switch.getCondition(), hide(Suspect, Jump));
  B.CreateCondBr(IsCase, Target, Rest);
  Jump.eraseFromParent();
  for (PHINode &Phi : Target->phis()) {
    int Edge = Phi.getBasicBlockIndex(Rest);
    Phi.addIncoming(Phi.getIncomingValue(Edge), Front);
    Phi.removeIncomingValue(Edge, false);
  }
  Switch.removeCase(Case);
}

static void hideConstants(Function &F) {
  SmallVector<SwitchInst *> Switches;
  for (BasicBlock &BB : F)
    if (auto *Switch = dyn_cast<SwitchInst>(BB.getTerminator()))
      Switches.push_back(Switch);
  for (SwitchInst *Switch : Switches)
    while (ConstantInt *Value = suspectCase(*Switch))
      hideCase(*Switch, *Value);
  for (BasicBlock &BB : F)
    for (Instruction &I : make_early_inc_range(BB)) {
      if (auto *Phi = dyn_cast<PHINode>(&I))
        hideIncoming(*Phi);
      else
        for (Use &U : I.operands())
          hideOperand(U, I);
    }
}

void hideConstants(Module &M) {
  for (Function &F : M)
    if (!F.isDeclaration() && !codeDomain(F).empty())
      hideConstants(F);
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

namespace {

/// Encodes as the encoder that it wraps, and repairs what spells a forbidden
/// instruction.  It cannot know whose code it encodes; in trusted code the
/// difference is a NOP here and there.
class GuardedEncoder : public MCCodeEmitter {
public:
  GuardedEncoder(std::unique_ptr<MCCodeEmitter> Inner, const MCInstrInfo &Info,
                 MCContext &Ctx)
      : Inner(std::move(Inner)), Info(Info), Ctx(Ctx) {}

  void reset() override { Inner->reset(); }
  void encodeInstruction(const MCInst &Inst, SmallVectorImpl<char> &Code,
                         SmallVectorImpl<MCFixup> &Fixups,
                         const MCSubtargetInfo &STI) const override;

private:
  bool encode(const MCInst &Inst, SmallVectorImpl<char> &Code,
              SmallVectorImpl<MCFixup> &Fixups,
              const MCSubtargetInfo &STI) const;
  bool swapAddress(MCInst &Inst) const;

  std::unique_ptr<MCCodeEmitter> Inner;
  const MCInstrInfo &Info;
  MCContext &Ctx;
};

/// [base + index] is [index + base]: another SIB byte.
bool GuardedEncoder::swapAddress(MCInst &Inst) const {
  constexpr unsigned StackPointer = 4; // as an index: none
  const MCInstrDesc &Desc = Info.get(Inst.getOpcode());
  const MCRegisterInfo &Registers = *Ctx.getRegisterInfo();
  // Base, scale, index, displacement, segment.
  for (unsigned I = 0; I + 4 < Inst.getNumOperands(); ++I) {
    if (I + 4 >= Desc.getNumOperands() ||
        Desc.operands()[I].OperandType != MCOI::OPERAND_MEMORY)
      continue;
    MCOperand &Base = Inst.getOperand(I);
    MCOperand &Scale = Inst.getOperand(I + 1);
    MCOperand &Index = Inst.getOperand(I + 2);
    if (!Base.isReg() || !Scale.isImm() || Scale.getImm() != 1 ||
        !Index.isReg() || !Base.getReg() || !Index.getReg() ||
        Registers.getEncodingValue(Base.getReg()) == StackPointer)
      return false;
    std::swap(Base, Index);
    return true;
  }
  return false;
}

/// Encode, and close what is open.
bool GuardedEncoder::encode(const MCInst &Inst, SmallVectorImpl<char> &Code,
                            SmallVectorImpl<MCFixup> &Fixups,
                            const MCSubtargetInfo &STI) const {
  size_t Start = Code.size();
  Inner->encodeInstruction(Inst, Code, Fixups, STI);
  Bytes Encoded(Code.begin() + Start, Code.end());
  if (isOpen(Encoded))
    Code.push_back(static_cast<char>(Nop));
  return !spells(Encoded);
}

void GuardedEncoder::encodeInstruction(const MCInst &Inst,
                                       SmallVectorImpl<char> &Code,
                                       SmallVectorImpl<MCFixup> &Fixups,
                                       const MCSubtargetInfo &STI) const {
  size_t Start = Code.size(), FirstFixup = Fixups.size();
  MCInst Other = Inst;
  if (encode(Inst, Code, Fixups, STI) || !swapAddress(Other))
    return;
  Code.truncate(Start);
  Fixups.truncate(FirstFixup);
  encode(Other, Code, Fixups, STI);
}

/// As the target was before guardEncoder().
Target *Unguarded;

MCCodeEmitter *createEncoder(const MCInstrInfo &Info, MCContext &Ctx) {
  std::unique_ptr<MCCodeEmitter> Inner(
      Unguarded->createMCCodeEmitter(Info, Ctx));
  return new GuardedEncoder(std::move(Inner), Info, Ctx);
}

} // namespace

void guardEncoder() {
  std::string Error;
  Triple Linux("x86_64-linux-gnu");
  auto *T =
      const_cast<Target *>(TargetRegistry::lookupTarget("", Linux, Error));
  if (!T || Unguarded)
    return;
  static Target Original = *T;
  Unguarded = &Original;
  TargetRegistry::RegisterMCCodeEmitter(*T, createEncoder);
}

} // namespace undertow
