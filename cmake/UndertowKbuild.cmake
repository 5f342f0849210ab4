# SPDX-License-Identifier: GPL-2.0-only
#
# Undertow build - kernel modules through Kbuild
#
# ut_add_module(<name> <source directory> [MAKE <argument>...] [DEPENDS <target>...])
#   Target module-<name>: Kbuild builds a copy of the directory, and its .ko
#   files appear in <build>/modules.  Kbuild decides what is out of date.
#   Every module but the runtime is built with the plugin and after the runtime.

add_custom_target(modules ALL)

function(ut_add_module name directory)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "MAKE;DEPENDS")
  add_custom_target(module-${name}
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/build-module ${PROJECT_BINARY_DIR}
            ${name} ${directory} ${ARG_MAKE}
    COMMENT "Kbuild: module ${name}"
    VERBATIM)
  if(ARG_DEPENDS)
    add_dependencies(module-${name} ${ARG_DEPENDS})
  endif()
  if(NOT name STREQUAL "runtime")
    add_dependencies(module-${name} module-runtime undertow-plugin)
  endif()
  add_dependencies(modules module-${name})
endfunction()
