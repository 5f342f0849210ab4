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
// access to per-CPU storage to the last.
//
// Untrusted code can jump to any byte of a gate.  Every access to trusted data
// in the wrong view faults, and both VMFUNCs are followed by a test of ECX, so
// the worst such a jump does is to end the call as a violation.

#include "GateAsm.h"
#include "Names.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <undertow/map.h>

using namespace llvm;

namespace undertow {

namespace {

/// GDT selector whose limit holds the number of the CPU (__CPUNODE_SEG).
constexpr unsigned CpuNodeSelector = 0x7b;
constexpr unsigned CpuNumberMask = 0xfff;

struct RegisterName {
  const char *Quad, *Long, *Word, *Byte;
};

/// Argument registers in order.  Number 3 is needed by VMFUNC itself.
constexpr RegisterName ArgRegs[] = {
    {"%rdi", "%edi", "%di", "%dil"}, {"%rsi", "%esi", "%si", "%sil"},
    {"%rdx", "%edx", "%dx", "%dl"},  {"%rcx", "%ecx", "%cx", "%cl"},
    {"%r8", "%r8d", "%r8w", "%r8b"}, {"%r9", "%r9d", "%r9w", "%r9b"}};
constexpr unsigned RcxArg = 3;
constexpr RegisterName Rax = {"%rax", "%eax", "%ax", "%al"};

/// Writes the text of one gate.
class Writer {
public:
  Writer(StringRef Domain, StringRef Name)
      : Map(asmSymbol(mapName(Domain))), Domain(Domain),
        Prefix((".Lut_" + Domain + "_" + Name).str()), OS(Text) {}

  /// One instruction, with its reason.
  void op(const Twine &Code, const char *Why = "") {
    OS << '\t' << Code;
    if (*Why)
      OS << "\t# " << Why;
    OS << '\n';
  }
  void line(const Twine &Code) { OS << Code << '\n'; }
  void label(StringRef Name) { OS << local(Name) << ":\n"; }

  /// A label of this gate only.
  std::string local(StringRef Name) const {
    return asmSymbol(Prefix + "_" + Name.str());
  }
  std::string stackSlot() const {
    return ("%gs:ut_cpu+" + Twine(UT_CPU_STACKS) + "(,%rcx,8)").str();
  }
  void loadView() {
    op("movl " + Map + "+" + Twine(UT_MAP_VIEW) + "(%rip), %ecx",
       "the domain's view, 0 before registration");
  }

  void openSection();
  void symbol(StringRef Name, bool Endbr);
  void stubs();
  void end(StringRef Name);
  void zero(StringRef Reg) { op("xorl " + Reg + ", " + Reg); }
  void enterView();
  void leaveView();
  void normalise(Scalar S, RegisterName From, RegisterName To);

  std::string finish() { return std::move(Text); }

  std::string Map;

private:
  StringRef Domain;
  std::string Prefix;
  std::string Text;
  raw_string_ostream OS;
};

void Writer::openSection() {
  line("\t.pushsection " + asmSymbol(sectionName("gate", Domain)) +
       ", \"ax\", @progbits");
  line("\t.p2align 4, 0xcc");
}

/// Where the gate is entered.
void Writer::symbol(StringRef Name, bool Endbr) {
  line("\t.type " + asmSymbol(Name) + ", @function");
  line(asmSymbol(Name) + ":");
  label("gate");
  if (Endbr)
    op("endbr64");
}

/// What short jumps and LSL of the gate must reach.
void Writer::stubs() {
  label("seg");
  line("\t.short " + Twine(CpuNodeSelector));
  label("abort"); // not in the view that the gate asked for: forged
  op("jmp ut_abort");
}

/// objtool cannot follow a stack that is switched: it shall not try.
void Writer::end(StringRef Name) {
  line("\t.size " + asmSymbol(Name) + ", .-" + asmSymbol(Name));
  line("\t.popsection");
  line("\t.pushsection .discard.func_stack_frame_non_standard, \"aw\"");
  line("\t.quad " + asmSymbol(Name));
  line("\t.popsection");
}

/// Switch to the view in ECX.  JECXZ: landing here with ECX=0 stays in the
/// full view, and RBX or R10 would become its stack.
void Writer::enterView() {
  zero("%eax");
  op("vmfunc", "leaf 0: EPTP switching");
  op("jecxz " + local("abort"), "an attacker's ECX: the full view");
}

/// Switch to the full view and make it safe to run there: GS base and RSP.
void Writer::leaveView() {
  zero("%eax");
  zero("%ecx");
  op("vmfunc");
  op("testl %ecx, %ecx", "an attacker's ECX: some other view");
  op("jnz " + local("abort"));
  op("cli", "untrusted code can set IF and jump to the VMFUNC");
  op("lsll " + local("seg") + "(%rip), %ecx", "CPU number, from the GDT");
  op("andl $" + Twine(CpuNumberMask) + ", %ecx");
  op("movq __per_cpu_offset(,%rcx,8), %rcx");
  op("wrgsbase %rcx", "untrusted code can load any GS base");
  op("movq %gs:ut_cpu+" + Twine(UT_CPU_RSP) + "(%rip), %rsp");
  op("movq $0, %gs:ut_cpu+" + Twine(UT_CPU_RSP) + "(%rip)",
     "no domain runs now");
}

/// Move a value and extend it as Clang expects of a caller or callee.
void Writer::normalise(Scalar S, RegisterName From, RegisterName To) {
  bool Same = From.Quad == To.Quad;
  switch (S.Kind) {
  case Scalar::Void:
    break;
  case Scalar::Bool:
    if (!Same)
      op(Twine("movl ") + From.Long + ", " + To.Long);
    op(Twine("andl $1, ") + To.Long, "a bool is 0 or 1");
    break;
  case Scalar::S8:
    op(Twine("movsbl ") + From.Byte + ", " + To.Long);
    break;
  case Scalar::U8:
    op(Twine("movzbl ") + From.Byte + ", " + To.Long);
    break;
  case Scalar::S16:
    op(Twine("movswl ") + From.Word + ", " + To.Long);
    break;
  case Scalar::U16:
    op(Twine("movzwl ") + From.Word + ", " + To.Long);
    break;
  case Scalar::Int32:
    if (!Same)
      op(Twine("movl ") + From.Long + ", " + To.Long);
    break;
  case Scalar::Int64:
  case Scalar::Pointer:
    if (!Same)
      op(Twine("movq ") + From.Quad + ", " + To.Quad);
    break;
  }
}

bool isNarrow(Scalar S) {
  return S.Kind == Scalar::Bool || S.Kind == Scalar::S8 ||
         S.Kind == Scalar::U8 || S.Kind == Scalar::S16 || S.Kind == Scalar::U16;
}

/// Clear the argument registers that carry nothing.  RCX is the caller's.
void zeroUnusedArgs(Writer &W, size_t NumArgs) {
  for (size_t I = NumArgs; I < std::size(ArgRegs); ++I)
    if (I != RcxArg)
      W.zero(ArgRegs[I].Long);
}

/// Build the frame of UT_FRAME_*; interrupts off.
void emitFrame(Writer &W) {
  for (const char *Reg : {"%rbp", "%rbx", "%r12", "%r13", "%r14", "%r15"})
    W.op(Twine("pushq ") + Reg);
  W.op("pushfq");
  W.op("cli", "from here on per-CPU storage is this call's");
  W.op("pushq $" + W.local("record"));
}

/// Choose the stack; both checks fail only on the first call of a domain on
/// this CPU, or of a new address space.
void emitChooseStack(Writer &W) {
  W.loadView();
  W.op("movq " + W.stackSlot() + ", %rbx");
  W.op("movq %cr3, %rax");
  W.op("testq %rbx, %rbx", "no stack for this CPU");
  W.op("jz " + W.local("slow"));
  W.op("cmpq %rax, %gs:ut_cpu+" + Twine(UT_CPU_CR3) + "(%rip)",
       "page tables that views cannot walk");
  W.op("jne " + W.local("slow"));
  W.label("ready");
  W.op("pushq %rbx");
  W.op("movq %rsp, %gs:ut_cpu+" + Twine(UT_CPU_RSP) + "(%rip)",
       "the only way back");
}

/// In the view: take its stack, then drop what the caller left in registers.
/// RBX keeps the top of the stack and ECX the view number, no secrets.
void emitEnterBody(Writer &W, const EntryGate &G) {
  size_t NumArgs = G.Sig.Args.size();
  W.op("movq %rbx, %rsp");
  if (NumArgs > RcxArg)
    W.op("movq %r12, %rcx");
  zeroUnusedArgs(W, NumArgs);
  for (const char *Reg :
       {"%r10d", "%r11d", "%ebp", "%r12d", "%r13d", "%r14d", "%r15d"})
    W.zero(Reg);
  W.op("callq " + asmSymbol(G.Body));
}

void emitReturn(Writer &W, const EntryGate &G) {
  if (G.Sig.Result.Kind != Scalar::Void)
    W.op("movq %rax, %rbx", "VMFUNC needs EAX");
  W.leaveView();
  W.label("out");
  W.op("addq $" + Twine(UT_FRAME_FLAGS) + ", %rsp", "stack and record");
  // RAX is 0 since the switch, and stays so when there is no result.
  if (G.Sig.Result.Kind != Scalar::Void)
    W.op("movq %rbx, %rax");
  W.op("popfq", "IF, and DF, AC, NT, TF that untrusted code may have set");
  for (const char *Reg : {"%r15", "%r14", "%r13", "%r12", "%rbx", "%rbp"})
    W.op(Twine("popq ") + Reg);
  W.op("retq");
}

/// Out of the hot path: a stack, or adoption of CR3, from the runtime.
void emitEntrySlow(Writer &W, const EntryGate &G) {
  W.label("slow");
  W.op("callq ut_gate_slow");
  W.op("testq %rbx, %rbx");
  W.op("jnz " + W.local("ready"));
  W.op("pushq %rbx", "the frame's shape");
  W.op("movq %rax, %rbx", "the error is the result");
  W.op("jmp " + W.local("out"));
}

/// Untrusted code can leave through the tail of any gate of its domain, and a
/// violation through the runtime's.  So a result that must be extended is
/// extended in a caller of the gate proper, whose frame is on the trusted
/// stack like any other.  Wider results need nothing.
void emitNarrowing(Writer &W, const EntryGate &G) {
  W.op("callq " + W.local("wide"));
  W.normalise(G.Sig.Result, Rax, Rax);
  W.op("retq");
  W.label("wide");
}

void emitBinding(Writer &W, const EntryGate &G) {
  if (G.Bind == Binding::Global)
    W.line("\t.globl " + asmSymbol(G.Name));
  else if (G.Bind == Binding::Weak)
    W.line("\t.weak " + asmSymbol(G.Name));
  if (G.Hidden)
    W.line("\t.hidden " + asmSymbol(G.Name));
}

/// struct ut_gate
void emitGateRecord(Writer &W, const EntryGate &G) {
  W.line("\t.pushsection " + asmSymbol(sectionName("gates", G.Domain)) +
         ", \"a\", @progbits");
  W.line("\t.p2align 3");
  W.label("record");
  W.line("\t.quad " + W.local("gate") + ", " + asmSymbol(G.Body) + ", " +
         Twine(G.Error) + ", " + W.Map);
  W.line("\t.popsection");
}

/// struct ut_callee
void emitCalleeRecord(Writer &W, const ExitGate &G) {
  W.line("\t.pushsection " + asmSymbol(sectionName("callees", G.Domain)) +
         ", \"a\", @progbits");
  W.line("\t.p2align 3");
  W.line("\t.quad " + W.local("gate") + ", " + asmSymbol(G.Target));
  W.line("\t.popsection");
}

/// Call the trusted function as its caller in the full view would: on the
/// trusted stack, with the interrupt flag the domain was entered with.  The
/// stack of the domain leaves the CPU's slot, because the callee may sleep,
/// wake up on another CPU, or enter the domain again.
void emitCallOut(Writer &W, const ExitGate &G) {
  W.loadView();
  W.op("movq $0, " + W.stackSlot());
  W.op("pushq %r11", "the domain's RSP, data only");
  if (G.Sig.Args.size() > RcxArg)
    W.op("movq %r10, %rcx");
  for (size_t I = 0; I < G.Sig.Args.size(); ++I)
    W.normalise(G.Sig.Args[I], ArgRegs[I], ArgRegs[I]);
  W.op("pushq " + Twine(8 + UT_FRAME_FLAGS) + "(%rsp)");
  W.op("popfq", "IF of the caller; clears DF, AC, NT, TF");
  W.op("callq " + asmSymbol(G.Target));
  W.op("cli");
}

/// Back into the view, with nothing but the result and what the callee
/// preserved.
void emitReturnIn(Writer &W) {
  W.op("movq %rax, %r9", "VMFUNC needs EAX");
  W.loadView();
  W.op("movq %cr3, %rax");
  W.op("cmpq %rax, %gs:ut_cpu+" + Twine(UT_CPU_CR3) + "(%rip)");
  W.op("jne " + W.local("slow"));
  W.op("cmpq $0, " + W.stackSlot(), "another call left its stack here");
  W.op("jne " + W.local("slow"));
  W.label("ready");
  W.op("popq %r10");
  W.op("movq " + Twine(UT_FRAME_STACK) + "(%rsp), %rax");
  W.op("movq %rax, " + W.stackSlot());
  W.op("movq %rsp, %gs:ut_cpu+" + Twine(UT_CPU_RSP) + "(%rip)");
  for (const char *Reg : {"%edx", "%esi", "%edi", "%r8d", "%r11d"})
    W.zero(Reg);
  W.enterView();
  W.op("movq %r10, %rsp");
  W.op("movq %r9, %rax");
  W.op("retq");
}

} // namespace

std::string asmSymbol(StringRef Name) {
  if (all_of(Name, [](char C) { return isAlnum(C) || C == '_' || C == '.'; }))
    return Name.str();
  return ("\"" + Name + "\"").str();
}

std::string emitEntryGate(const EntryGate &G) {
  Writer W(G.Domain, G.Name);
  emitGateRecord(W, G);
  emitBinding(W, G);
  W.openSection();
  W.symbol(G.Name, G.Endbr);
  if (isNarrow(G.Sig.Result))
    emitNarrowing(W, G);
  W.op("cmpl $0, ut_view_state(%rip)", "0: this is the full view");
  W.op("je " + W.local("full"));
  W.op("jmp " + asmSymbol(G.Body), "called by its own domain, by pointer");
  W.stubs();
  W.label("full");
  emitFrame(W);
  if (G.Sig.Args.size() > RcxArg)
    W.op("movq %rcx, %r12", "VMFUNC needs ECX");
  emitChooseStack(W);
  W.enterView();
  emitEnterBody(W, G);
  emitReturn(W, G);
  emitEntrySlow(W, G);
  W.end(G.Name);
  return W.finish();
}

std::string emitExitGate(const ExitGate &G) {
  Writer W(G.Domain, G.Name);
  emitCalleeRecord(W, G);
  W.openSection();
  W.symbol(G.Name, G.Endbr);
  W.op("cmpl $0, ut_view_state(%rip)", "0: this is the full view");
  W.op("je " + W.local("trusted"));
  if (G.Sig.Args.size() > RcxArg)
    W.op("movq %rcx, %r10", "VMFUNC needs ECX");
  W.op("movq %rsp, %r11");
  W.leaveView();
  emitCallOut(W, G);
  emitReturnIn(W);
  W.stubs();
  W.label("slow");
  W.op("callq ut_exit_slow");
  W.loadView();
  W.op("jmp " + W.local("ready"));
  W.label("trusted"); // a callback, called by the kernel itself
  W.op("jmp " + asmSymbol(G.Target));
  W.end(G.Name);
  return W.finish();
}

} // namespace undertow
