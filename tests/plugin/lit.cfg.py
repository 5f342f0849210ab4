# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - lit configuration of the plugin tier.

Parameter: undertow_dir, the UNDERTOW directory of a build.  Environment:
UNDERTOW_KERNEL_BUILD, a kernel build tree, enables the Kbuild tests.
"""

import os
import re
import shutil

import lit.formats


def kernel_compiler(build, plugin):
    """What the kernel's build compiles its files with, for a module, and this clang."""
    with open(os.path.join(build, "lib", ".bsearch.o.cmd"), encoding="utf-8") as file:
        words = file.readline().split(" := ", 1)[1].split()
    flags = [word for word in words[1:words.index("-c")] if not word.startswith(
        ("-Wp,", "-DKBUILD_", "-D__KBUILD_"))]
    flags = [re.sub(r"^-I(?!/)(\./)?", f"-I{build}/", word) for word in flags]
    return (f"clang {' '.join(flags)} -fplugin={plugin} -I{top}/include "
            """-DMODULE -DKBUILD_MODFILE='"dom"' -DKBUILD_BASENAME='"dom"' """
            """-DKBUILD_MODNAME='"dom"' -D__KBUILD_MODNAME=kmod_dom""")


def wrap_compiler(directory, runtime):
    """Let tests find a clang that has the runtime of the sanitizers in front."""
    os.makedirs(directory, exist_ok=True)
    runtime = os.path.realpath(runtime)
    for name in ("clang", f"clang-{version}"):
        script = os.path.join(directory, name)
        with open(script, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\nLD_PRELOAD={runtime} exec {llvm}/clang \"$@\"\n")
        os.chmod(script, 0o755)
    config.environment["PATH"] = directory + os.pathsep + config.environment["PATH"]


config.name = "plugin"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".c", ".ll", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)

undertow = lit_config.params["undertow_dir"]
config.test_exec_root = os.path.join(os.path.dirname(undertow), "tests", "plugin")
plugin = os.path.join(undertow, "lib", "undertow.so")
top = os.path.dirname(os.path.dirname(config.test_source_root))
with open(os.path.join(undertow, "llvm"), encoding="ascii") as built_for:
    version, llvm = built_for.read().split()
config.environment["PATH"] = llvm + os.pathsep + config.environment["PATH"]

build = os.environ.get("UNDERTOW_KERNEL_BUILD", "")
source = os.path.realpath(os.path.join(build, "source"))

# The code generation of a kernel module.
kernel = ("-std=gnu11 -fno-pic -mcmodel=kernel -mno-red-zone -mgeneral-regs-only "
          "-fno-asynchronous-unwind-tables -Wall -Werror")
module = """-DKBUILD_MODNAME='"dom"'"""
for name, value in (
        ("%undertow_dir", undertow),
        ("%plugin", plugin),
        ("%top", top),
        ("%llvm", version),
        ("%other", {"19": "22", "22": "19"}[version]),
        ("%python", shutil.which("python3")),
        ("%ut-clang", f"clang -fplugin={plugin} -I{top}/include {kernel} {module}"),
        ("%ut-plain", f"clang -fplugin={plugin} -I{top}/include {kernel}"),
        ("%ut-cc1", f"clang -cc1 -load {plugin} -triple x86_64-linux-gnu -I{top}/include "
                    f"-I/usr/include -I/usr/include/x86_64-linux-gnu {module}"),
        ("%kernel_build", build),
        ("%kernel_source", source if os.path.exists(source) else build),
        ("%kernel", kernel),
        ("%module", module),
        ("%inputs", f"{config.test_source_root}/Inputs"),
        ("%cc", "clang -static -fno-pic -no-pie"),
        ("%relocs", f"{config.test_source_root}/Inputs/relocations.py"),
        ("%count", f"{config.test_source_root}/Inputs/count.py"),
):
    config.substitutions.append((name, value))

sanitizer = os.path.join(undertow, "sanitizer")
if os.path.exists(sanitizer):
    # Reports go to files, which judge.py looks for: a test that expects an error
    # would take a report for one.
    tests = os.path.join(os.path.dirname(undertow), "tests")
    with open(sanitizer, encoding="ascii") as runtime:
        wrap_compiler(os.path.join(tests, "bin"), runtime.read().strip())
    config.environment["ASAN_OPTIONS"] = f"detect_leaks=0:log_path={tests}/reports/report"
    config.environment["UBSAN_OPTIONS"] = f"print_stacktrace=1:log_path={tests}/reports/report"
    config.available_features.add("sanitizer")
config.available_features.add(f"llvm-{version}")
config.available_features.update(name for name in ("ccache", "gdb") if shutil.which(name))
# A preloaded runtime looks for short names in its own library path.
if os.path.exists(os.path.join(llvm, "..", "lib", "undertow")) and not os.path.exists(sanitizer):
    config.available_features.add("installed")
if os.path.exists(os.path.join(build, ".config")):
    config.available_features.add("kernel")
    config.substitutions.append(("%kbuild-clang", kernel_compiler(build, plugin)))
