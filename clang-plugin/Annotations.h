// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - annotations
//
// Carries what the author wrote from the AST to the pass.  Clang drops unknown
// attributes, and `annotate` on declarations, so the names are collected when
// the translation unit is complete and applied to the IR as attributes.

#ifndef UNDERTOW_ANNOTATIONS_H
#define UNDERTOW_ANNOTATIONS_H

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>

namespace clang {
class ASTConsumer;
class ASTContext;
class CompilerInstance;
class Decl;
class FunctionDecl;
} // namespace clang

namespace llvm {
class Module;
}

namespace undertow {

/// Attributes in the IR.  On definitions and declarations.
constexpr char AttrUntrusted[] = "undertow-untrusted"; // value: the domain
constexpr char AttrCritical[] = "undertow-critical";
/// A trusted function that a domain may call through a pointer: the domain.
constexpr char AttrCallback[] = "undertow-callback";
/// A function that may be copied into a domain: declared inline.
constexpr char AttrInline[] = "undertow-inline";

struct Annotation {
  bool Critical = false;
  std::string Domain; // of untrusted objects
  clang::SourceLocation Loc;
};

/// Remember that the author annotated D.
void recordAnnotation(const clang::Decl *D, Annotation A);

/// Remember that D is a callback of a domain.
void recordCallback(const clang::Decl *D, Annotation A);

/// The consumer that completes the table at the end of the translation unit.
std::unique_ptr<clang::ASTConsumer>
createAnnotationConsumer(clang::CompilerInstance &CI);

/// What the author wrote about this function or variable, or null.
const Annotation *findAnnotation(const clang::Decl *D);

/// Put the annotations on the functions and variables of M.
void applyAnnotations(llvm::Module &M);

/// Declaration of the function with this name in the IR, or null (opt).
const clang::FunctionDecl *findFunctionDecl(llvm::StringRef Name);

/// Where the function or variable of this name was declared, if known.
clang::SourceLocation findLocation(llvm::StringRef Name);

/// The translation unit, or null (opt).
const clang::ASTContext *getContext();

/// Is the object of this name declared in a header of the kernel?  Yes, if
/// nothing is known about it.
bool isDeclaredByKernel(llvm::StringRef Name);

} // namespace undertow

#endif // UNDERTOW_ANNOTATIONS_H
