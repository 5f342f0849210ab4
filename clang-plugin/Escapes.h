// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - escapes
//
// A view lacks the memory of trusted code, so an address of it is of no use to
// a domain: what was meant as an argument is a violation at run time.  Where
// the source shows that trusted code hands over such an address, warn.

#ifndef UNDERTOW_ESCAPES_H
#define UNDERTOW_ESCAPES_H

namespace clang {
class ASTContext;
}

namespace undertow {

/// Check all calls, assignments and initializers of the translation unit.
void checkEscapes(clang::ASTContext &Ctx);

} // namespace undertow

#endif // UNDERTOW_ESCAPES_H
