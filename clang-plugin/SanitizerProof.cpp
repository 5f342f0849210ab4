// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Undertow plugin - proof of the sanitizers
//
// Only in a build with UNDERTOW_SANITIZE: does wrong what the environment asks
// for, so that a test can see that it would be found.

#include "llvm/ADT/StringRef.h"

#include <climits>
#include <cstdlib>

static struct SanitizerProof {
  SanitizerProof() {
    const char *Request = getenv("UNDERTOW_PROVE_SANITIZER");
    llvm::StringRef What = Request ? Request : "";
    if (What == "heap")
      readBehind(static_cast<unsigned char *>(malloc(What.size())),
                 What.size());
    if (What == "arithmetic")
      Sink = INT_MAX - static_cast<int>(What.size()) + 11;
  }

  void readBehind(volatile unsigned char *Block, size_t Size) {
    Sink = Block[Size];
  }

  volatile int Sink = 0;
} Proof;
