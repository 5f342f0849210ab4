// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - gate code
//
// INV-4: after each VMFUNC a gate proves which view it is in, then takes RSP
// and the GS base from trusted storage.  NOTHING between a VMFUNC and the
// reload of RSP touches a stack: no push, no call, no ret.
//
// The full view never runs on a stack that untrusted code chose, so RSP
// becomes the domain's only after the switch into its view, and is dead from
// the switch back until it is reloaded.  Interrupts are off from the first
// access to per-CPU storage until RSP is the domain's, where they become what
// the caller had, and again from before the switch back.
//
// Untrusted code can jump to any byte of a gate.  Every access to trusted data
// in the wrong view faults, and both VMFUNCs are followed by a test of ECX, so
// the worst such a jump does is to end the call as a violation.  No field that
// a relocation fills can spell an instruction that is not meant: see UT_REACH.
//
// The annotations are for objtool: the kernel's stack traces go through gates.

#include "GateAsm.h"
#include "Names.h"
#include "Options.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <undertow/map.h>

using namespace llvm;

namespace undertow {

namespace {

struct RegisterName {
  const char *Quad, *Long, *Word, *Byte;
};

/// Argument registers in order.  Number 3 is needed by VMFUNC itself.
constexpr RegisterName ArgRegs[NumArgRegs] = {
    {"%rdi", "%edi", "%di", "%dil"}, {"%rsi", "%esi", "%si", "%sil"},
    {"%rdx", "%edx", "%dx", "%dl"},  {"%rcx", "%ecx", "%cx", "%cl"},
    {"%r8", "%r8d", "%r8w", "%r8b"}, {"%r9", "%r9d", "%r9w", "%r9b"}};
constexpr unsigned RcxArg = 3;
constexpr RegisterName Rax = {"%rax", "%eax", "%ax", "%al"};
constexpr RegisterName R10 = {"%r10", "%r10d", "%r10w", "%r10b"};

enum UnwindHint { HintUndefined, HintCall, HintFunc, HintSave, HintRestore };

/// Numbers of the kernel's <linux/objtool_types.h>, and the last byte of the
/// hint: before Linux 6.4 an undefined stack is the end of one.
struct HintNumber {
  unsigned Type, Last;
};
constexpr HintNumber HintNumbers[] = {{0, 0}, {2, 0}, {5, 0}, {6, 0}, {7, 0}};
constexpr HintNumber OldHintNumbers[] = {
    {0, 1}, {0, 0}, {3, 0}, {5, 0}, {6, 0}};
/// Of <asm/orc_types.h>.
constexpr unsigned OrcRegSp = 5;

/// Bytes of the entry frame above UT_FRAME_RESUME, up to the caller's.
constexpr unsigned ResumeFrame = UT_FRAME_SIZE - UT_FRAME_FLAGS;

std::string gateLabel(const Gate &G, StringRef Name) {
  return asmSymbol((".Lut_" + G.Domain + "_" + G.Name + "_" + Name).str());
}

/// Writes the text of one gate.
class Writer {
public:
  explicit Writer(const Gate &G) : G(G), OS(Text) {}

  /// One instruction, with its reason.
  void op(const Twine &Code, const char *Why) {
    OS << '\t' << Code;
    if (options().Reasons)
      OS << "\t# " << Why;
    OS << '\n';
  }
  void line(const Twine &Code) { OS << Code << '\n'; }
  void label(StringRef Name) { OS << local(Name) << ":\n"; }
  void target(StringRef Name);
  void entry();
  void ownName();
  std::string local(StringRef Name) const { return gateLabel(G, Name); }

  std::string record(unsigned Field) const {
    return local("record") + "+" + utostr(Field);
  }
  static std::string state(unsigned Field) {
    return "ut_state+" + utostr(Field);
  }
  static std::string cpu(unsigned Field) {
    return "%gs:ut_cpu+" + utostr(Field);
  }
  static std::string stackSlot() { return cpu(UT_CPU_STACKS) + "(,%rcx,8)"; }

  void loadView() {
    op("movl " + asmSymbol(mapName(G.Domain)) + "+" + Twine(UT_MAP_VIEW) +
           ", %ecx",
       "the domain's view; 0 in that view, or before registration");
  }
  /// The map's number is gone when the domain was killed meanwhile.
  void frameView(unsigned Offset) {
    op("movl " + Twine(Offset + UT_FRAME_VIEW) + "(%rsp), %ecx",
       "the domain's view, from the entry frame");
  }
  void zero(StringRef Reg, const char *Why) {
    op("xorl " + Reg + ", " + Reg, Why);
  }

  void hint(UnwindHint Hint, unsigned CfaOffset = 0);
  void branch(const Twine &Code, const char *Why);
  void testCallerFlags();
  void allowInterrupts();
  void enterView(StringRef Abort);
  void abort(StringRef Name);
  void leaveView(StringRef Back);
  void restoreCpu();
  void extend(Scalar S, RegisterName To);
  void show(Scalar S, RegisterName To);
  void extendFromMemory(Scalar S, const Twine &From);

  std::string finish();

  const Gate &G;

private:
  /// An entry in one of objtool's sections.
  static void annotate(std::string &Section, const Twine &Where) {
    Section += ("\t.long " + Where + "\n").str();
  }

  std::string Text, Hints, Branches, Targets;
  raw_string_ostream OS;
  unsigned NextLabel = 0;
};

/// What the stack looks like here, where objtool cannot know: struct
/// unwind_hint.
void Writer::hint(UnwindHint Hint, unsigned CfaOffset) {
  HintNumber Number =
      options().OldHints ? OldHintNumbers[Hint] : HintNumbers[Hint];
  std::string Here = local("hint" + utostr(NextLabel++));
  line(Here + ":");
  unsigned Reg = Hint == HintCall ? OrcRegSp : 0;
  annotate(Hints, Here + " - .");
  Hints += ("\t.short " + Twine(CfaOffset) + "\n\t.byte " + Twine(Reg) + ", " +
            Twine(Number.Type) + ", " + Twine(Number.Last) + ", 0, 0, 0\n")
               .str();
}

/// A label that a record has, and no branch needs.
void Writer::target(StringRef Name) {
  label(Name);
  annotate(Targets, local(Name));
}

std::string section(StringRef Name, StringRef Content) {
  if (Content.empty())
    return "";
  return ("\t.pushsection .discard." + Name + ", \"\", @progbits\n" + Content +
          "\t.popsection\n")
      .str();
}

/// The gate's source line belongs to its code: what objtool needs in other
/// sections comes behind it.
std::string Writer::finish() {
  if (!G.Endbr)
    annotate(Targets, local("gate"));
  return Text + section("unwind_hints", Hints) +
         section("retpoline_safe", Branches) + section("noendbr", Targets);
}

/// The linker takes a weak symbol away when another file has a strong one, but
/// not the code, and objtool wants that to have a name.
void Writer::ownName() {
  std::string Name = asmSymbol(innerName(G));
  line("\t.type " + Name + ", @function");
  line("\t.size " + Name + ", " + local("end") + " - " + local("gate"));
  line(Name + ":");
}

/// Where the symbol is.
void Writer::entry() {
  label("gate");
  if (G.Endbr)
    op("endbr64", "where indirect branches may land");
}

/// An indirect branch through trusted memory, without a thunk.
void Writer::branch(const Twine &Code, const char *Why) {
  std::string Here = local("branch" + utostr(NextLabel++));
  line(Here + ":");
  annotate(Branches, Here);
  op(Code, Why);
}

/// Does the caller allow interrupts?  RSP is the entry frame; what follows up
/// to allowInterrupts() keeps ZF.
void Writer::testCallerFlags() {
  op("testb $2, " + Twine(UT_FRAME_FLAGS + 1) + "(%rsp)", "IF");
}

/// In the view, on its stack.
void Writer::allowInterrupts() {
  op("jz " + local("masked"), "the caller has interrupts off");
  op("sti", "from here on an interrupt finds the domain's stack");
  label("masked");
}

/// Switch to the view in ECX.  JECXZ: landing here with ECX=0 stays in the
/// full view, and RBX or R10 would become its stack.  EAX is 0.
void Writer::enterView(StringRef Abort) {
  op("vmfunc", "leaf 0: EPTP switching");
  op("jecxz " + local(Abort), "an attacker's ECX: the full view");
}

/// The view is not the one that the gate asked for: forged.
void Writer::abort(StringRef Name) {
  label(Name);
  hint(HintFunc);
  branch("jmpq *" + state(UT_STATE_ABORT), "the runtime ends the call");
}

/// Switch to the full view.  What follows is for all that goes wrong; the gate
/// goes on at label Back.
void Writer::leaveView(StringRef Back) {
  op("cli", "an interrupt behind the switch would be an attacker's");
  zero("%eax", "leaf 0: EPTP switching");
  zero("%ecx", "the full view");
  op("vmfunc", "switch");
  op("jecxz " + local(Back), "else an attacker's ECX: some other view");
  abort("abort");
}

/// In the full view, make it safe to run there: GS base and RSP.
void Writer::restoreCpu() {
  op("cli", "untrusted code can set IF and jump to the VMFUNC");
  op("lsll " + state(UT_STATE_CPUNODE) + ", %ecx", "CPU number, from the GDT");
  op("andl $0xfff, %ecx", "the rest is the node");
  op("movq ut_cpu_bases(,%rcx,8), %rcx", "per-CPU base of the kernel");
  op("wrgsbase %rcx", "untrusted code can load any GS base");
  op("movq " + cpu(UT_CPU_RSP) + ", %rsp", "the entry frame");
}

/// Extend the value in a register as Clang expects of a caller or callee.
void Writer::extend(Scalar S, RegisterName To) {
  switch (S.Kind) {
  case Scalar::Bool:
    op(Twine("andl $1, ") + To.Long, "a bool is 0 or 1");
    break;
  case Scalar::S8:
    op(Twine("movsbl ") + To.Byte + ", " + To.Long,
       "as Clang's callers expect");
    break;
  case Scalar::U8:
    op(Twine("movzbl ") + To.Byte + ", " + To.Long,
       "as Clang's callers expect");
    break;
  case Scalar::S16:
    op(Twine("movswl ") + To.Word + ", " + To.Long,
       "as Clang's callers expect");
    break;
  case Scalar::U16:
    op(Twine("movzwl ") + To.Word + ", " + To.Long,
       "as Clang's callers expect");
    break;
  default:
    break;
  }
}

/// The same for a value that goes into a view: without the bits above it, which
/// are what the trusted side had there before.
void Writer::show(Scalar S, RegisterName To) {
  if (S.Kind == Scalar::Int32)
    op(Twine("movl ") + To.Long + ", " + To.Long, "nothing above the value");
  else
    extend(S, To);
}

/// Copy an eightbyte to RAX, reading it once.
void Writer::extendFromMemory(Scalar S, const Twine &From) {
  if (S.Kind == Scalar::Void)
    return zero("%eax", "padding");
  op("movq " + From + ", %rax", "read once: it may change");
  extend(S, Rax);
}

//===----------------------------------------------------------------------===//
// Entry gates
//===----------------------------------------------------------------------===//

unsigned roundUp(unsigned Bytes) { return (Bytes + 15) & ~15U; }

bool isPlain(const Gate &G) {
  return G.Sig.Stack.empty() && !G.Sig.ResultBytes;
}

bool usesReg(const Gate &G, unsigned Reg) { return G.Sig.Regs.size() > Reg; }

/// Bytes between the gate's frame and the caller's arguments on the stack.
unsigned outerBytes(const Gate &G) {
  return !needsOuter(G) ? 0 : G.Sig.ResultBytes ? 16 : 8;
}

/// ECX = 0 tells the domain's own view, where the gate is a pointer to the
/// body, or that there is no view.
void emitWhere(Writer &W) {
  if (usesReg(W.G, RcxArg))
    W.op("movq %rcx, %r10", "VMFUNC needs ECX");
  W.loadView();
  W.op("testl %ecx, %ecx", "0: the domain itself, or no domain");
  W.op("jz " + W.local("inside"), "no switch");
}

/// Build the frame of UT_FRAME_*; interrupts off.
void emitFrame(Writer &W) {
  for (const char *Reg : {"%rbp", "%rbx", "%r12", "%r13", "%r14", "%r15"})
    W.op(Twine("pushq ") + Reg, "untrusted code preserves nothing");
  W.op("pushfq", "IF of the caller, and what untrusted code may set");
  W.op("cli", "from here on per-CPU storage is this call's");
  W.op("pushq " + W.record(UT_RECORD_RESUME), "tells the gate to a violation");
  W.op("pushq %rcx", "view");
}

/// Choose the stack; both checks fail only on the first call of a domain on
/// this CPU, or of a new address space.
void emitChooseStack(Writer &W) {
  W.op("movq " + W.record(UT_RECORD_TARGET) + ", %r11",
       "the body, not yet in the view");
  W.op("movq " + W.stackSlot() + ", %rbx", "the domain's stack of this CPU");
  W.op("testq %rbx, %rbx", "no stack for this CPU");
  W.op("jz " + W.local("slow"), "take one");
  W.op("movq %cr3, %rax", "the address space");
  W.op("subq " + W.cpu(UT_CPU_CR3) + ", %rax",
       "page tables that views cannot walk; else RAX = 0");
  W.op("jne " + W.local("slow"), "adopt it");
  W.label("ready");
  W.op("pushq %rbx", "in the frame: an exit gate needs it");
  W.op("movq %rsp, " + W.cpu(UT_CPU_RSP), "the only way back");
}

/// Room for the result, and the arguments on the stack, in the domain's.
void emitStackArgs(Writer &W) {
  if (isPlain(W.G))
    return;
  const Signature &Sig = W.G.Sig;
  unsigned From = UT_FRAME_SIZE + outerBytes(W.G);
  if (Sig.ResultBytes) {
    W.op("subq $" + Twine(roundUp(Sig.ResultBytes)) + ", %rbx",
         "room for the result");
    W.op("movq %rbx, %rdi", "the result's place");
  }
  if (!Sig.Stack.empty())
    W.op("subq $" + Twine(Sig.stackBytes()) + ", %rbx", "room for arguments");
  for (unsigned I = 0; I < Sig.Stack.size(); ++I) {
    W.extendFromMemory(Sig.Stack[I], Twine(From + I * 8) + "(%rsp)");
    if (Sig.Stack[I].Kind == Scalar::Int32)
      W.show(Sig.Stack[I], Rax);
    W.op("movq %rax, " + Twine(I * 8) + "(%rbx)", "argument");
  }
  W.zero("%eax", "leaf 0 of VMFUNC again");
}

/// Drop what the caller left in registers, in and beside the arguments: in the
/// view an interrupt may show them to the domain before the body does.  RBX
/// keeps the stack, R11 the body and ECX the view number, no secrets.
void emitClearRegisters(Writer &W) {
  for (unsigned I = 0; I < W.G.Sig.Regs.size(); ++I)
    W.show(W.G.Sig.Regs[I], I == RcxArg ? R10 : ArgRegs[I]);
  for (unsigned I = W.G.Sig.Regs.size(); I < NumArgRegs; ++I)
    if (I != RcxArg)
      W.zero(ArgRegs[I].Long, "no argument, so nothing of the caller's");
  if (!usesReg(W.G, RcxArg))
    W.zero("%r10d", "nothing of the caller's");
  for (const char *Reg : {"%ebp", "%r12d", "%r13d", "%r14d", "%r15d"})
    W.zero(Reg, "nothing of the caller's");
}

/// In the view: take its stack.  The instruction behind STI is not interrupted,
/// so the first one that can be is the body's.
void emitCallBody(Writer &W) {
  W.op("movq %rbx, %rsp", "the domain's stack");
  // A trace that comes from an exit gate's callee finds the frame from
  // UT_FRAME_RESUME on, as if this call had been made there.
  W.hint(HintCall, ResumeFrame);
  if (usesReg(W.G, RcxArg))
    W.op("movq %r10, %rcx", "the fourth argument again");
  W.allowInterrupts();
  W.branch("callq *%r11", "the body");
  W.target("resume");
}

/// In RCX: the result is where the caller wants it.  No stack has this address.
constexpr unsigned ResultCopied = 1;

/// A structure, while interrupts are off: the stack that it is in is this
/// CPU's, and a handler may call the domain, too.  Only if this gate began the
/// call: the domain may come here from that of another, which has no place for
/// it.
void emitStructureOut(Writer &W) {
  unsigned Bytes = W.G.Sig.ResultBytes;
  W.op("movq " + W.record(UT_RECORD_RESUME) + ", %rax", "this gate's");
  W.op("cmpq %rax, " + Twine(UT_FRAME_RESUME) + "(%rsp)", "and the call's");
  W.op("jne " + W.local("out"), "another call's");
  W.op("cld", "the domain may have set it");
  W.op("movq " + Twine(UT_FRAME_STACK) + "(%rsp), %rsi", "the stack's top");
  W.op("subq $" + Twine(roundUp(Bytes)) + ", %rsi", "the domain's place");
  W.op("movq " + Twine(UT_FRAME_SIZE) + "(%rsp), %rdi",
       "the caller's, from emitOuterGate()");
  W.op("movl $" + Twine(Bytes) + ", %ecx", "bytes of it");
  W.op("rep movsb", "copy");
  W.op("movq $" + Twine(ResultCopied) + ", " + Twine(UT_FRAME_STACK) + "(%rsp)",
       "says so");
}

/// Any gate of the domain may end the call, so all do it the same way.  RCX is
/// the stack that the call had, or ResultCopied, for emitOuterGate().
void emitReturn(Writer &W) {
  W.label("back");
  W.restoreCpu();
  W.op("movq $0, " + W.cpu(UT_CPU_RSP), "no domain runs now");
  if (W.G.Sig.ResultBytes)
    emitStructureOut(W);
  W.label("out");
  W.hint(HintRestore);
  W.op("popq %rcx", "stack");
  W.op("addq $16, %rsp", "view, resume");
  // RAX is 0 since the switch, and stays so when there is no result.
  if (W.G.Sig.Result.Kind != Scalar::Void)
    W.op("movq %rbx, %rax", "the result, or the error");
  W.op("popfq", "IF, and DF, AC, NT, TF that untrusted code may have set");
  for (const char *Reg : {"%r15", "%r14", "%r13", "%r12", "%rbx", "%rbp"})
    W.op(Twine("popq ") + Reg, "as the caller left it");
  W.op("retq", "to the caller");
}

/// Called by pointer from its own domain, or without a view.
void emitInside(Writer &W) {
  W.label("inside");
  W.op("cmpl $0, " + W.state(UT_STATE_VIEW), "0: the full view");
  W.op("je " + W.local("refused"), "so there is no domain");
  if (usesReg(W.G, RcxArg))
    W.op("movq %r10, %rcx", "the fourth argument again");
  W.branch("jmpq *" + W.record(UT_RECORD_TARGET),
           "the body, as any function of the domain");
  W.label("refused");
  W.op("movq " + W.record(UT_RECORD_ERROR) + ", %rax", "the error");
  W.op("cqto", "of a wide result");
  W.zero("%ecx", "no stack, so no result there");
  W.op("retq", "to the caller");
}

/// Out of the hot path: a stack, or adoption of CR3, from the runtime.
void emitEntrySlow(Writer &W) {
  W.label("slow");
  W.branch("callq *" + W.state(UT_STATE_ENTRY_SLOW),
           "RBX = stack, or 0 and RAX = error");
  W.op("testq %rbx, %rbx", "failed?");
  W.op("jnz " + W.local("ready"), "with RAX = 0");
  W.op("cqto", "of a wide result");
  W.op("pushq %rbx", "the frame's shape");
  W.op("movq %rax, %rbx", "the error is the result");
  W.op("jmp " + W.local("out"), "as after a call");
}

//===----------------------------------------------------------------------===//
// Exit gates
//===----------------------------------------------------------------------===//

/// What an exit gate keeps on the trusted stack: RBP and RSP of the domain.
constexpr unsigned SavedBytes = 16;

/// The domain's RSP, and its place for the result, are in its stack: what is
/// read and written there for it is its own.  RSP is the entry frame.
void emitCheckStack(Writer &W, StringRef Reg, unsigned Bytes) {
  W.op("movq " + Twine(UT_FRAME_STACK) + "(%rsp), %rax", "top of the stack");
  W.op("subq " + Reg + ", %rax", "distance of the place from it");
  W.op("cmpq $" + Twine(Bytes) + ", %rax", "room above it");
  W.op("jb " + W.local("abort"), "not below the top");
  W.op("cmpq $" + Twine(UT_STACK_SIZE) + ", %rax", "bytes of the stack");
  W.op("ja " + W.local("abort"), "below the stack");
}

void emitChecks(Writer &W) {
  const Signature &Sig = W.G.Sig;
  if (!Sig.Stack.empty())
    emitCheckStack(W, "%r11", 8 + Sig.Stack.size() * 8);
  if (Sig.ResultBytes)
    emitCheckStack(W, "%rdi", Sig.ResultBytes);
}

/// Run as the caller of the domain would.  The stack of the domain leaves the
/// CPU's slot, because the callee may sleep, wake up on another CPU, or enter
/// the domain again.
void emitLeave(Writer &W) {
  W.op("movq $0, " + W.cpu(UT_CPU_RSP), "no domain runs now");
  W.frameView(0);
  W.op("movq $0, " + W.stackSlot(), "it is in the entry frame");
  W.op("pushq %r11", "the domain's RSP, data only");
  W.op("pushq %rbp", "data only");
  W.op("movq " + Twine(SavedBytes + UT_FRAME_RBP) + "(%rsp), %rbp",
       "for stack traces");
}

/// A structure that the callee returns comes by the trusted stack.
void emitResultRoom(Writer &W) {
  unsigned Bytes = W.G.Sig.ResultBytes;
  if (!Bytes)
    return;
  W.op("pushq %rdi", "its place in the domain's stack");
  W.op("subq $" + Twine(roundUp(Bytes) + 8) + ", %rsp",
       "room for the structure");
  for (unsigned I = 0; I < roundUp(Bytes); I += 8)
    W.op("movq $0, " + Twine(I) + "(%rsp)", "padding");
  W.op("movq %rsp, %rdi", "the callee writes it there");
}

void emitCallOut(Writer &W) {
  const Signature &Sig = W.G.Sig;
  unsigned Room = Sig.ResultBytes ? roundUp(Sig.ResultBytes) + 16 : 0;
  if (!Sig.Stack.empty())
    W.op("subq $" + Twine(Sig.stackBytes()) + ", %rsp", "room for arguments");
  for (unsigned I = 0; I < Sig.Stack.size(); ++I) {
    W.extendFromMemory(Sig.Stack[I], Twine(8 + I * 8) + "(%r11)");
    W.op("movq %rax, " + Twine(I * 8) + "(%rsp)", "argument");
  }
  if (usesReg(W.G, RcxArg))
    W.op("movq %r10, %rcx", "the fourth argument again");
  for (unsigned I = 0; I < Sig.Regs.size(); ++I)
    W.extend(Sig.Regs[I], ArgRegs[I]);
  unsigned Frame = Sig.stackBytes() + Room + SavedBytes;
  W.op("pushq " + Twine(Frame + UT_FRAME_FLAGS) + "(%rsp)",
       "the caller's RFLAGS");
  W.op("popfq", "IF of the caller; clears DF, AC, NT, TF");
  if (Sig.IsVariadic)
    W.zero("%eax", "no vector registers");
  // The trace goes on in the entry gate, behind its call.
  W.hint(HintCall, Frame + UT_FRAME_FLAGS);
  W.branch("callq *" + W.record(UT_RECORD_TARGET), "the trusted function");
  W.op("cli", "per-CPU storage is this call's again");
  if (!Sig.Stack.empty())
    W.op("addq $" + Twine(Sig.stackBytes()) + ", %rsp", "drop the arguments");
}

/// Copy it to its checked place.
void emitResultCopy(Writer &W) {
  unsigned Bytes = W.G.Sig.ResultBytes;
  if (!Bytes)
    return;
  W.op("movq %rsp, %rsi", "from the trusted stack");
  W.op("movq " + Twine(roundUp(Bytes) + 8) + "(%rsp), %rdi",
       "to the checked place");
  W.op("movq %rdi, %rax", "what the callee returns");
  W.op("movl $" + Twine(Bytes) + ", %ecx", "bytes of it");
  W.op("rep movsb", "nothing behind the structure");
  W.op("addq $" + Twine(roundUp(Bytes) + 16) + ", %rsp", "drop it");
}

/// In R9, as VMFUNC needs EAX.  A callee without a result left something there.
void emitKeepResult(Writer &W) {
  Scalar Result = W.G.Sig.Result;
  if (Result.Kind == Scalar::Void && !W.G.Sig.ResultBytes)
    return W.zero("%r9d", "nothing of the callee's");
  if (Result.isNarrow())
    W.extend(Result, Rax);
  if (Result.isNarrow() || Result.Kind == Scalar::Int32)
    return W.op("movl %eax, %r9d", "nothing above the value");
  W.op("movq %rax, %r9", "VMFUNC needs EAX");
}

/// Back into the view, with nothing but the result and what the callee
/// preserved.
void emitReturnIn(Writer &W) {
  emitKeepResult(W);
  W.frameView(SavedBytes);
  W.op("movq %cr3, %rax", "the address space");
  W.op("cmpq %rax, " + W.cpu(UT_CPU_CR3), "is it known?");
  W.op("jne " + W.local("slow"), "adopt it");
  W.op("cmpq $0, " + W.stackSlot(), "another call left its stack here");
  W.op("jne " + W.local("slow"), "put that one back");
  W.label("ready");
  W.op("popq %rbp", "the domain's");
  W.op("popq %r10", "the domain's RSP");
  W.op("movq " + Twine(UT_FRAME_STACK) + "(%rsp), %rax", "the domain's stack");
  W.op("movq %rax, " + W.stackSlot(), "is this CPU's again");
  W.op("movq %rsp, " + W.cpu(UT_CPU_RSP), "the only way back");
  for (const char *Reg : {"%esi", "%edi", "%r8d", "%r11d", "%eax"})
    W.zero(Reg, "nothing of the callee's");
  if (!W.G.Sig.HasRdx)
    W.zero("%edx", "nothing of the callee's");
  W.testCallerFlags();
  W.enterView("lost");
  W.op("movq %r10, %rsp", "the domain's stack");
  W.hint(HintRestore);
  W.allowInterrupts();
  W.op("movq %r9, %rax", "the result");
  W.op("retq", "to the domain");
}

/// struct ut_record
std::string emitRecord(const Gate &G, const Twine &Resume, int64_t Error) {
  return (gateLabel(G, "record") + ":\n\t.quad " + gateLabel(G, "gate") + ", " +
          asmSymbol(G.Target) + ", " + Resume + ", " + Twine(Error) + "\n")
      .str();
}

} // namespace

std::string asmSymbol(StringRef Name) {
  if (all_of(Name, [](char C) { return isAlnum(C) || C == '_' || C == '.'; }))
    return Name.str();
  return ("\"" + Name + "\"").str();
}

/// A result that must be extended, or that is in memory, is the business of a
/// caller of the gate proper: untrusted code can leave through the tail of any
/// gate of its domain, and a violation through the runtime's.
bool needsOuter(const Gate &G) {
  return G.Sig.Result.isNarrow() || G.Sig.ResultBytes;
}

std::string innerName(const Gate &G) { return G.Name + ".gate"; }

std::string emitEntryGate(const Gate &G) {
  Writer W(G);
  if (!needsOuter(G)) {
    if (G.IsWeak)
      W.ownName();
    W.entry();
  }
  emitWhere(W);
  emitFrame(W);
  emitChooseStack(W);
  emitStackArgs(W);
  emitClearRegisters(W);
  W.hint(HintSave);
  W.testCallerFlags();
  W.enterView("abort");
  emitCallBody(W);
  if (G.Sig.Result.Kind != Scalar::Void)
    W.op("movq %rax, %rbx", "VMFUNC needs EAX");
  W.leaveView("back");
  emitInside(W);
  emitEntrySlow(W);
  emitReturn(W);
  W.label("end");
  return W.finish();
}

/// The public symbol in front of such a gate.  Its frame is on the trusted
/// stack, like that of any other caller.
std::string emitOuterGate(const Gate &G) {
  Writer W(G);
  unsigned Bytes = G.Sig.ResultBytes;
  W.entry();
  W.op("cmpl $0, " + W.state(UT_STATE_VIEW), "0: this is the full view");
  W.op("jne " + W.local("own"), "then it is a call of the domain's own");
  if (Bytes)
    W.op("pushq %rdi", "where the caller wants the result");
  W.op("callq " + asmSymbol(innerName(G)), "the gate proper");
  if (!Bytes) {
    W.extend(G.Sig.Result, Rax);
    W.op("retq", "to the caller");
  } else {
    W.op("popq %rdx", "the caller's place");
    W.op("cmpq $" + Twine(ResultCopied) + ", %rcx", "is the result there?");
    W.op("je " + W.local("done"), "that is all");
    // A violation, or an end by the tail of another gate.
    W.op("movq %rdx, %rdi", "no byte of it is left as it was");
    W.op("movl $" + Twine(Bytes) + ", %ecx", "bytes of it");
    W.zero("%eax", "zeros");
    W.op("rep stosb", "nothing of the domain's");
    W.label("done");
    W.op("movq %rdx, %rax", "as the psABI says");
    W.op("retq", "to the caller");
  }
  W.label("own");
  W.branch("jmpq *" + W.record(UT_RECORD_TARGET), "the body");
  return W.finish();
}

std::string emitExitGate(const Gate &G) {
  Writer W(G);
  W.entry();
  W.op("cmpl $0, " + W.state(UT_STATE_VIEW), "0: this is the full view");
  W.op("je " + W.local("trusted"), "no switch");
  if (usesReg(G, RcxArg))
    W.op("movq %rcx, %r10", "VMFUNC needs ECX");
  W.op("movq %rsp, %r11", "the domain's, for the way back");
  W.hint(HintSave);
  W.leaveView("back");
  W.label("back");
  W.restoreCpu();
  emitChecks(W);
  emitLeave(W);
  emitResultRoom(W);
  emitCallOut(W);
  emitResultCopy(W);
  emitReturnIn(W);
  W.label("slow");
  W.branch("callq *" + W.state(UT_STATE_EXIT_SLOW),
           "returns, or ends the domain's call");
  W.frameView(SavedBytes);
  W.op("jmp " + W.local("ready"), "go on");
  W.abort("lost");
  W.label("trusted");
  W.branch("jmpq *" + W.record(UT_RECORD_TARGET),
           "a callback, called by the kernel itself");
  return W.finish();
}

std::string emitEntryRecord(const Gate &G) {
  return emitRecord(G, gateLabel(G, "resume"), G.Sig.Error);
}

std::string emitExitRecord(const Gate &G) { return emitRecord(G, "0", 0); }

/// Behind an interrupt the runtime comes here with ECX = the view and RSI =
/// UT_REENTRY_* in its memory.  In pages of the domain's own: with another view
/// in ECX the next fetch is a violation.
std::string emitReentryGate(const Gate &G) {
  Writer W(G);
  W.line("\t.balign 16");
  W.label("gate");
  W.hint(HintUndefined);
  W.enterView("abort");
  W.op("movq %rsi, %rsp", "the domain's event page");
  for (const char *Reg : {"%rax", "%rcx", "%rsi", "%rdi"})
    W.op(Twine("popq ") + Reg, "what the stub clobbered");
  W.op("iretq", "to where the domain was");
  W.label("abort");
  W.hint(HintUndefined);
  W.branch("jmpq *" + Writer::state(UT_STATE_ABORT),
           "the runtime ends the call");
  return W.finish();
}

std::string emitReentryRecord(const Gate &G) {
  return ("\t.quad " + gateLabel(G, "gate") + ", 0, 0, 0\n");
}

} // namespace undertow
