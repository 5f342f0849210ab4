# SPDX-License-Identifier: GPL-2.0-only
#
# Undertow build - kernel modules through Kbuild
#
# ut_add_module(<name> <source directory> [ALL_GUESTS] [MAKE <argument>...] [DEPENDS <target>...])
#   Target module-<name>: Kbuild builds a copy of the directory, and its .ko
#   files appear in <build>/modules.  Kbuild decides what is out of date.
#   Every module but the runtime is built with the plugin and after the runtime.
#   ALL_GUESTS: for each other guest of the lab there is module-<name>-<guest>
#   too, in <build>/<guest>/modules, which only modules-<guest> builds.

execute_process(COMMAND ${PROJECT_SOURCE_DIR}/lab/undertow-lab guests
  OUTPUT_VARIABLE guests OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" UNDERTOW_GUESTS "${guests}")
# The first one has no name in targets and paths.
list(POP_FRONT UNDERTOW_GUESTS)

add_custom_target(modules ALL)
foreach(guest IN LISTS UNDERTOW_GUESTS)
  add_custom_target(modules-${guest})
endforeach()

# ut_module_target(<name> <directory> <guest or ""> <make arguments> <dependencies>)
function(ut_module_target name directory guest arguments dependencies)
  set(of "")
  set(options "")
  if(guest)
    set(of -${guest})
    set(options --guest ${guest})
  endif()
  add_custom_target(module-${name}${of}
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/build-module ${options}
            ${PROJECT_BINARY_DIR} ${name} ${directory} ${arguments}
    COMMENT "Kbuild: module ${name}${of}"
    VERBATIM)
  add_dependencies(module-${name}${of} undertow-plugin ${dependencies})
  if(NOT name STREQUAL "runtime")
    add_dependencies(module-${name}${of} module-runtime${of})
  endif()
  add_dependencies(modules${of} module-${name}${of})
endfunction()

function(ut_add_module name directory)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "ALL_GUESTS" "" "MAKE;DEPENDS")
  ut_module_target(${name} ${directory} "" "${ARG_MAKE}" "${ARG_DEPENDS}")
  if(ARG_ALL_GUESTS)
    foreach(guest IN LISTS UNDERTOW_GUESTS)
      ut_module_target(${name} ${directory} ${guest} "${ARG_MAKE}" "${ARG_DEPENDS}")
    endforeach()
  endif()
endfunction()
