// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - in-view library

#include "Library.h"
#include "Names.h"
#include "Partition.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Object/IRSymtab.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

// inview.bc, embedded by the build.
extern "C" const unsigned char ut_inview_start[];
extern "C" const unsigned char ut_inview_end[];

namespace undertow {

static constexpr char Prefix[] = "__ut_inview_";

/// Up to here a copy is a few moves; the backend would call beyond its limit.
static constexpr uint64_t MaxInlineBytes = 128;

static MemoryBufferRef templates() {
  StringRef Bytes(reinterpret_cast<const char *>(ut_inview_start),
                  ut_inview_end - ut_inview_start);
  return MemoryBufferRef(Bytes, "inview");
}

/// From the symbol table, which is quicker to read than declarations.
static StringSet<> readNames() {
  StringSet<> Names;
  auto Contents = cantFail(getBitcodeFileContents(templates()));
  auto Symbols = cantFail(irsymtab::readBitcode(Contents));
  for (const irsymtab::Reader::SymbolRef &S : Symbols.TheReader.symbols())
    if (StringRef Name = S.getIRName(); Name.consume_front(Prefix))
      Names.insert(Name);
  return Names;
}

bool isLibraryFunction(StringRef Name) {
  static const StringSet<> Names = readNames();
  return Names.contains(symbolName(Name));
}

bool isTemplate(const Function &F) {
  return F.getName().starts_with(Prefix) && codeDomain(F).empty();
}

static FunctionCallee declareTemplate(Module &M, StringRef Name,
                                      FunctionType *Type) {
  return M.getOrInsertFunction((Prefix + Name).str(), Type);
}

/// Does the backend move this many bytes without a call, at any -O?
static bool isMoveable(uint64_t Bytes) {
  return Bytes <= 4 || Bytes == 8 || Bytes == 16 || Bytes == 24 || Bytes == 32;
}

/// Make an intrinsic that the backend must expand in place.
static bool expandInline(MemIntrinsic &I) {
  auto *Len = dyn_cast<ConstantInt>(I.getLength());
  if (!Len || Len->getZExtValue() > MaxInlineBytes)
    return false;
  IRBuilder<> B(&I);
  if (auto *Copy = dyn_cast<MemCpyInst>(&I))
    B.CreateMemCpyInline(Copy->getDest(), Copy->getDestAlign(),
                         Copy->getSource(), Copy->getSourceAlign(), Len,
                         Copy->isVolatile());
  else if (auto *Set = dyn_cast<MemSetInst>(&I))
    B.CreateMemSetInline(Set->getDest(), Set->getDestAlign(), Set->getValue(),
                         Len, Set->isVolatile());
  else // memmove has no such form
    return isMoveable(Len->getZExtValue());
  I.eraseFromParent();
  return true;
}

static void expandCall(MemIntrinsic &I) {
  Module &M = *I.getModule();
  IRBuilder<> B(&I);
  Type *Ptr = B.getPtrTy();
  Value *Len = B.CreateZExtOrTrunc(I.getLength(), B.getInt64Ty());
  if (auto *Set = dyn_cast<MemSetInst>(&I)) {
    auto *Type =
        FunctionType::get(Ptr, {Ptr, B.getInt32Ty(), B.getInt64Ty()}, false);
    B.CreateCall(
        declareTemplate(M, "memset", Type),
        {Set->getDest(), B.CreateZExt(Set->getValue(), B.getInt32Ty()), Len});
  } else {
    auto &Copy = cast<MemTransferInst>(I);
    auto *Type = FunctionType::get(Ptr, {Ptr, Ptr, B.getInt64Ty()}, false);
    StringRef Name = isa<MemMoveInst>(I) ? "memmove" : "memcpy";
    B.CreateCall(declareTemplate(M, Name, Type),
                 {Copy.getDest(), Copy.getSource(), Len});
  }
  I.eraseFromParent();
}

/// Expanded in place by definition.
static bool isForcedInline(const MemIntrinsic &I) {
  return I.getIntrinsicID() == Intrinsic::memcpy_inline ||
         I.getIntrinsicID() == Intrinsic::memset_inline;
}

static void expandIntrinsics(Function &F) {
  SmallVector<MemIntrinsic *> List;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      if (auto *Mem = dyn_cast<MemIntrinsic>(&I))
        if (!isForcedInline(*Mem))
          List.push_back(Mem);
  for (MemIntrinsic *Mem : List)
    if (!expandInline(*Mem))
      expandCall(*Mem);
}

/// Calls and addresses of library functions by name.
static void expandReferences(Module &M, Function &Library) {
  SmallVector<Use *> Uses;
  for (Use &U : Library.uses())
    if (auto *I = dyn_cast<Instruction>(U.getUser()))
      if (!codeDomain(*I->getFunction()).empty())
        Uses.push_back(&U);
  if (Uses.empty())
    return;
  FunctionCallee Template = declareTemplate(M, symbolName(Library.getName()),
                                            Library.getFunctionType());
  for (Use *U : Uses)
    U->set(Template.getCallee());
}

static const Function *anyCode(const Module &M) {
  for (const Function &F : M)
    if (!F.isDeclaration() && !codeDomain(F).empty())
      return &F;
  return nullptr;
}

GlobalVariable *getLibraryConstant(GlobalVariable &V) {
  if (!V.isDeclaration())
    return nullptr;
  auto *Template = V.getParent()->getNamedGlobal((Prefix + V.getName()).str());
  return Template && Template->hasInitializer() ? Template : nullptr;
}

/// Ask the linker for the templates of constants that the file declares.
static void declareConstants(Module &M) {
  SmallVector<GlobalVariable *> Declared;
  for (GlobalVariable &V : M.globals())
    if (V.isDeclaration() && isLibraryFunction(V.getName()))
      Declared.push_back(&V);
  for (GlobalVariable *V : Declared)
    M.getOrInsertGlobal((Prefix + V->getName()).str(), V->getValueType());
}

static bool isMissing(const GlobalValue &GV) {
  return GV.isDeclaration() && GV.getName().starts_with(Prefix);
}

/// Link the templates that are used, and make them look like inline functions
/// compiled with the flags of the file.
static void linkTemplates(Module &M) {
  if (none_of(M.global_objects(), isMissing))
    return;
  // The linker reads the bodies of those that are used.
  std::unique_ptr<Module> Templates =
      cantFail(getLazyBitcodeModule(templates(), M.getContext()));
  Templates->setDataLayout(M.getDataLayout());
  Templates->setTargetTriple(M.getTargetTriple());
  for (NamedMDNode &Node : make_early_inc_range(Templates->named_metadata()))
    Templates->eraseNamedMetadata(&Node);
  Linker::linkModules(M, std::move(Templates), Linker::LinkOnlyNeeded);
  for (GlobalVariable &V : M.globals())
    if (V.getName().starts_with(Prefix) && !V.isDeclaration())
      V.setLinkage(GlobalValue::InternalLinkage);
  const Function *Model = anyCode(M);
  for (Function &F : M) {
    StringRef Name = F.getName();
    if (!Name.consume_front(Prefix) || F.isDeclaration() ||
        !codeDomain(F).empty())
      continue;
    F.setLinkage(GlobalValue::InternalLinkage);
    F.addFnAttr(AttrInline);
    F.addFnAttr(AttrSource, Name);
    copyTarget(F, *Model);
  }
}

void expandLibrary(Module &M) {
  if (!anyCode(M))
    return;
  for (Function &F : M)
    if (!F.isDeclaration() && !codeDomain(F).empty())
      expandIntrinsics(F);
  for (Function &F : make_early_inc_range(M))
    if (isLibraryFunction(F.getName()) && codeDomain(F).empty() &&
        declaredDomain(F).empty())
      expandReferences(M, F);
  declareConstants(M);
  linkTemplates(M);
}

void eraseTemplates(Module &M) {
  bool Changed = true;
  while (Changed) {
    Changed = false;
    for (Function &F : make_early_inc_range(M)) {
      if (!isTemplate(F) || !F.use_empty())
        continue;
      F.eraseFromParent();
      Changed = true;
    }
  }
}

} // namespace undertow
