# SPDX-License-Identifier: GPL-2.0-only
#
# Undertow build - objects of the plugin, cached beside the lab's kernels
#
# A clean clone finds what another one compiled.  A launcher of the caller's own
# (CMAKE_CXX_COMPILER_LAUNCHER, also as an environment variable) is left alone.

include_guard(DIRECTORY)

find_program(UNDERTOW_CCACHE ccache)
if(UNDERTOW_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(cache $ENV{XDG_CACHE_HOME})
  if(NOT cache)
    set(cache $ENV{HOME}/.cache)
  endif()
  cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH top)
  # Neither the place of the clone nor of the build directory makes a difference.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_DIR=${cache}/undertow/ccache CCACHE_BASEDIR=${top}
      CCACHE_NOHASHDIR=yes CCACHE_MAXSIZE=500M ${UNDERTOW_CCACHE})
endif()
