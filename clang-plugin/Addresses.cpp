// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - addresses in code of a domain
//
// Code of a domain holds no address and no distance that depends on where the
// module is loaded: such a field could spell a forbidden instruction on one
// boot in some thousands.  It takes addresses from a table in the domain's
// read-only data, whose own address is harmless wherever it is (UT_REACH).

#include "Encoding.h"
#include "Names.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ReplaceConstant.h"
#include <undertow/map.h>

using namespace llvm;

namespace undertow {

namespace {

/// Pointers, in blocks that begin at a multiple of twice their size: no page
/// offset in a block is UT_REACH or more.
class AddressTable {
public:
  AddressTable(Module &M, StringRef Domain);
  void add(Function &F);
  void finish();

private:
  static constexpr unsigned BlockBytes = 256;
  static_assert(2 * BlockBytes <= 4096 - UT_REACH + BlockBytes &&
                UT_REACH % (2 * BlockBytes) == BlockBytes);
  static constexpr unsigned PerBlock = BlockBytes / 8;

  Constant *slotOf(GlobalValue &GV);
  Value *load(GlobalValue &GV, Instruction &Before);
  void replace(Use &U, Instruction &Before);

  Module &M;
  std::string Domain;
  PointerType *Ptr;
  GlobalVariable *Table; // a declaration until all is known
  std::vector<Constant *> Slots;
  DenseMap<GlobalValue *, Constant *> Known;
  DenseMap<std::pair<BasicBlock *, GlobalValue *>, Value *> Loaded;
};

AddressTable::AddressTable(Module &M, StringRef Domain)
    : M(M), Domain(Domain), Ptr(PointerType::getUnqual(M.getContext())),
      Table(new GlobalVariable(M, ArrayType::get(Ptr, 0), true,
                               GlobalValue::ExternalLinkage, nullptr)) {}

Constant *AddressTable::slotOf(GlobalValue &GV) {
  Constant *&Slot = Known[&GV];
  if (Slot)
    return Slot;
  while (Slots.size() / PerBlock % 2)
    Slots.push_back(ConstantPointerNull::get(Ptr));
  Type *I64 = Type::getInt64Ty(M.getContext());
  Slot = ConstantExpr::getGetElementPtr(Ptr, Table,
                                        ConstantInt::get(I64, Slots.size()));
  Slots.push_back(&GV);
  return Slot;
}

/// In assembler: the backend would address the slot relative to the code.
Value *AddressTable::load(GlobalValue &GV, Instruction &Before) {
  Value *&Address = Loaded[{Before.getParent(), &GV}];
  if (Address)
    return Address;
  IRBuilder<> B(&Before);
  InlineAsm *Asm = InlineAsm::get(FunctionType::get(Ptr, {Ptr}, false),
                                  "movq ${1:c}, $0", "=r,i", false);
  CallInst *Call = B.CreateCall(Asm, {slotOf(GV)});
  Call->setDoesNotAccessMemory();
  Call->setDoesNotThrow();
  return Address = Call;
}

/// Operands of assembler that must be constants.
bool isImmediate(const CallBase &Call, unsigned Arg) {
  unsigned Next = 0;
  auto &Asm = *cast<InlineAsm>(Call.getCalledOperand());
  for (const InlineAsm::ConstraintInfo &Info : Asm.ParseConstraints()) {
    if (!Info.hasArg() || Next++ != Arg)
      continue;
    return none_of(Info.Codes, [](const std::string &Code) {
      return Code[0] == '{' || isDigit(Code[0]) ||
             StringRef("rmgqQoVabcdSDR").contains(Code[0]);
    });
  }
  return true;
}

} // namespace

bool isReplaceable(const Use &U) {
  auto *Call = dyn_cast<CallBase>(U.getUser());
  if (!Call)
    return !isa<AllocaInst, GetElementPtrInst, SwitchInst>(U.getUser()) ||
           U->getType()->isPointerTy();
  if (!Call->isArgOperand(&U))
    return false;
  unsigned Arg = Call->getArgOperandNo(&U);
  if (Call->isInlineAsm())
    return !isImmediate(*Call, Arg);
  return !Call->paramHasAttr(Arg, Attribute::ImmArg);
}

namespace {

void AddressTable::replace(Use &U, Instruction &Before) {
  auto *GV = dyn_cast<GlobalValue>(U);
  if (GV && isReplaceable(U))
    U.set(load(*GV, Before));
}

void AddressTable::add(Function &F) {
  Loaded.clear();
  for (BasicBlock &BB : F)
    for (Instruction &I : make_early_inc_range(BB))
      if (!isa<PHINode>(I))
        for (Use &U : I.operands())
          replace(U, I);
  // What a block hands on is loaded at its end, unless it is there already.
  for (BasicBlock &BB : F)
    for (PHINode &Phi : BB.phis())
      for (unsigned I = 0; I < Phi.getNumIncomingValues(); ++I)
        replace(Phi.getOperandUse(I),
                *Phi.getIncomingBlock(I)->getTerminator());
}

void AddressTable::finish() {
  if (!Slots.empty()) {
    auto *Type = ArrayType::get(Ptr, Slots.size());
    auto *Filled = new GlobalVariable(
        M, Type, true, GlobalValue::InternalLinkage,
        ConstantArray::get(Type, Slots), "__ut_addresses_" + Domain);
    Filled->setAlignment(Align(uint64_t{2} * BlockBytes));
    Filled->setSection(sectionName("rodata", Domain));
    Table->replaceAllUsesWith(Filled);
  }
  Table->eraseFromParent();
}

/// Addresses inside constant expressions and aggregates.
void collectAddresses(Constant &C, SmallPtrSetImpl<Constant *> &Seen,
                      SmallVectorImpl<Constant *> &Found) {
  for (Value *Op : C.operands()) {
    auto *Inner = dyn_cast<Constant>(Op);
    if (!Inner || !Seen.insert(Inner).second)
      continue;
    if (isa<GlobalValue>(Inner))
      Found.push_back(Inner);
    else
      collectAddresses(*Inner, Seen, Found);
  }
}

/// Let what is computed from addresses be instructions.
void expandConstants(Function &F) {
  SmallPtrSet<Constant *, 16> Seen;
  SmallVector<Constant *> Addresses;
  for (Instruction &I : instructions(F))
    for (Value *Op : I.operands())
      if (auto *C = dyn_cast<Constant>(Op); C && !isa<GlobalValue>(C))
        collectAddresses(*C, Seen, Addresses);
  convertUsersOfConstantsToInstructions(Addresses, &F);
}

} // namespace

void tabulateAddresses(Module &M, StringRef Domain) {
  AddressTable Table(M, Domain);
  for (Function &F : M)
    if (!F.isDeclaration() && codeDomain(F) == Domain) {
      expandConstants(F);
      Table.add(F);
    }
  Table.finish();
}

} // namespace undertow
