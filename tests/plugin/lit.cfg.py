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

config.available_features.add(f"llvm-{version}")
config.available_features.update(name for name in ("ccache", "gdb") if shutil.which(name))
if os.path.exists(os.path.join(llvm, "..", "lib", "undertow")):
    config.available_features.add("installed")
if os.path.exists(os.path.join(build, ".config")):
    config.available_features.add("kernel")
    config.substitutions.append(("%kbuild-clang", kernel_compiler(build, plugin)))
