# SPDX-License-Identifier: GPL-2.0-only
#
# Undertow build - the LLVM to build for
#
# UNDERTOW_LLVM chooses the major version.  LLVM_DIR can point at an
# installation elsewhere, of that version.  One build directory, one version.

include_guard(DIRECTORY)

set(UNDERTOW_LLVM_VERSIONS 19 22)
string(REPLACE ";" ", " UNDERTOW_LLVM_LIST "${UNDERTOW_LLVM_VERSIONS}")
set(UNDERTOW_LLVM 19 CACHE STRING "Major version of LLVM: ${UNDERTOW_LLVM_LIST}")
set_property(CACHE UNDERTOW_LLVM PROPERTY STRINGS ${UNDERTOW_LLVM_VERSIONS})

if(NOT UNDERTOW_LLVM IN_LIST UNDERTOW_LLVM_VERSIONS)
  message(FATAL_ERROR "undertow: LLVM ${UNDERTOW_LLVM} is not supported, "
                      "there are: ${UNDERTOW_LLVM_LIST}")
endif()

# No version here: CMake's own message would not say which ones there are.
find_package(LLVM REQUIRED CONFIG
             HINTS /usr/lib/llvm-${UNDERTOW_LLVM}/lib/cmake/llvm)
if(NOT LLVM_VERSION_MAJOR EQUAL UNDERTOW_LLVM)
  message(FATAL_ERROR
    "undertow: LLVM_DIR is LLVM ${LLVM_PACKAGE_VERSION}, UNDERTOW_LLVM is "
    "${UNDERTOW_LLVM} (supported are: ${UNDERTOW_LLVM_LIST}): make them agree, "
    "in a build directory of its own for each version")
endif()
