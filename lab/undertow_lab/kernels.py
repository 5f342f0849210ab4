# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - kernels
"""Build the host kernel, its two sets of KVM modules and the guest kernel."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import cache
from .ui import LabError, say, stage

LAB = Path(__file__).resolve().parent.parent
TOP = LAB.parent
SERIES_DIR = TOP / "hv-support" / "linux-6.12"

# Raise when a recipe below changes in a way that its inputs do not show.
RECIPE = "1"
# Make the result independent of when and where it was built.
FIXED_ENV = {"KBUILD_BUILD_TIMESTAMP": "1970-01-01", "KBUILD_BUILD_USER": "undertow",
             "KBUILD_BUILD_HOST": "lab", "LC_ALL": "C"}


@functools.cache
def versions():
    """Read lab/versions.env, the only home of version pins."""
    pairs = re.findall(r"^(\w+)=(\S+)$", (LAB / "versions.env").read_text(), re.M)
    return dict(pairs)


def run_logged(command, log, cwd=None):
    """Run a build command; its output goes to a log that an error names."""
    with open(log, "ab") as output:
        output.write(("+ " + " ".join(map(str, command)) + "\n").encode())
        output.flush()
        try:
            code = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
                                  stderr=output, env=os.environ | FIXED_ENV).returncode
        except FileNotFoundError:
            raise LabError(command[0], "command not found",
                           "install what 'undertow-lab packages' lists") from None
    if code == 0:
        return
    kept = keep_log(log)
    for line in Path(log).read_text(errors="replace").splitlines()[-20:]:
        say(f"     | {line}")
    raise LabError(" ".join(map(str, command[:4])), f"exit status {code}", f"log: {kept}")


def keep_log(log):
    kept = cache.cache_root() / "failed-build.log"
    shutil.copy(log, kept)
    return kept


def make(objtree, *targets, source=None, log=None):
    command = ["make", "-C", source or objtree, f"O={objtree}", f"LLVM={versions()['LLVM']}",
               f"-j{os.cpu_count()}", *targets]
    run_logged(command, log or objtree / "build.log")


@functools.cache
def compiler():
    name = f"clang{versions()['LLVM']}"
    try:
        return subprocess.run([name, "--version"], capture_output=True, text=True,
                              check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        raise LabError(name, "compiler not found",
                       "install what 'undertow-lab packages' lists") from None


def source_key():
    return cache.key_of("source", cache.stamp_of(versions()["LINUX_TARBALL"]))


def source():
    """Unpack the distribution's kernel source."""
    def build(partial):
        with stage("kernel source"):
            run_logged(["tar", "-C", partial, "-xf", versions()["LINUX_TARBALL"],
                        "--strip-components=1"], cache.cache_root() / "source.log")
    return cache.entry("source", source_key(), build)


def kernel_version():
    head = (source() / "Makefile").read_text()[:400]
    return ".".join(re.search(rf"^{name} = (\d+)$", head, re.M).group(1)
                    for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))


def fragments(which):
    """Return the config fragments of a kernel; 'host-debug' is 'host' and more."""
    base = which.partition("-")[0]
    names = [base] if which == base else [base, which]
    return [LAB / "kernel" / f"{name}.config" for name in names]


def configure(objtree, which, tree):
    """tinyconfig + fragments, and insist that every line of them took effect."""
    make(objtree, "tinyconfig", source=tree)
    run_logged([tree / "scripts/kconfig/merge_config.sh", "-m", "-O", objtree,
                objtree / ".config", *fragments(which)], objtree / "build.log", cwd=tree)
    make(objtree, "olddefconfig", source=tree)
    for fragment in fragments(which):
        lost = lost_options(fragment.read_text(), (objtree / ".config").read_text())
        if lost:
            raise LabError(fragment.name, f"options without effect: {' '.join(lost)}",
                           "a dependency is missing or the option was renamed")


def lost_options(fragment, config):
    """Return the lines of a config fragment that the final .config contradicts."""
    lines = set(config.splitlines())
    lost = []
    for line in fragment.splitlines():
        off = re.fullmatch(r"# (CONFIG_\w+) is not set", line)
        if off and any(have.startswith(off.group(1) + "=") for have in lines):
            lost.append(line)
        elif re.match(r"CONFIG_\w+=", line) and line not in lines:
            lost.append(line)
    return lost


def build_key(which):
    return cache.key_of("build", RECIPE, which, source_key(), compiler(), *fragments(which))


def kernel_build(which, *targets):
    def build(partial):
        with stage(f"{which} kernel"):
            if not (partial / ".config.ok").exists():
                configure(partial, which, source())
                (partial / ".config.ok").touch()
            make(partial, *targets)
    return cache.entry(f"{which}-build", build_key(which), build, resume=True)


def host_kernel(host):
    """Name the kernel of a kind of host; only its modules tell 'stock' from 'patched'."""
    return "host-debug" if host == "debug" else "host"


def host_build(host="patched"):
    return kernel_build(host_kernel(host), "bzImage", "modules")


def guests():
    """Name the guests that the lab builds, the usual one first."""
    return [versions()["GUEST"], "debug"]


def guest_kernel(name):
    return "guest-debug" if name == "debug" else "guest"


def guest_build(name):
    return kernel_build(guest_kernel(name), "vmlinux", "modules")


def series():
    """Return the patches of the KVM series in order; empty if there is none."""
    listing = SERIES_DIR / "series"
    if not listing.exists():
        return []
    names = [line.split("#")[0].strip() for line in listing.read_text().splitlines()]
    return [SERIES_DIR / name for name in names if name]


def touched_files(patches):
    """Return the paths that a series adds, changes or removes."""
    text = "".join(patch.read_text() for patch in patches)
    names = re.findall(r"^(?:--- a|\+\+\+ b)/(\S+)", text, re.M)
    return sorted(set(names))


def replace_if_different(new, old):
    """Make OLD equal NEW, which may be absent; an equal file keeps its time stamp."""
    if new.exists() and old.exists() and new.read_bytes() == old.read_bytes():
        return
    old.unlink(missing_ok=True)
    if new.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(new, old)


def patch_tree(tree, stage_dir, log):
    """Bring the touched files of a tree to what the series makes of them.

    Patched aside and copied only where different, so that make recompiles no
    more than it must. The tree consists of hard links: never write in place.
    """
    record = tree / ".undertow-touched"
    before = record.read_text().split() if record.exists() else []
    names = sorted({*before, *touched_files(series())})
    shutil.rmtree(stage_dir, ignore_errors=True)
    for name in names:
        if (source() / name).exists():
            (stage_dir / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source() / name, stage_dir / name)
    for patch in series():
        run_logged(["patch", "-p1", "--no-backup-if-mismatch", "-d", stage_dir, "-i", patch], log)
    record.write_text("\n".join(names))
    for name in names:
        replace_if_different(stage_dir / name, tree / name)


def linked_source(partial, host):
    """Copy the source by hard links and prepare an object tree like the host's."""
    run_logged(["cp", "-al", source(), partial / "source"], partial / "build.log")
    objtree = partial / "obj"
    objtree.mkdir()
    shutil.copy(host_build(host) / ".config", objtree)
    # modpost resolves the modules' symbols against the kernel that runs.
    (objtree / "vmlinux.o").symlink_to(host_build(host) / "vmlinux.o")


def kvm_tree(host):
    """A patched tree that stays, so that a changed series builds incrementally."""
    return cache.entry("kvm-tree", cache.key_of(RECIPE, build_key(host_kernel(host))),
                       lambda partial: linked_source(partial, host))


def build_patched_modules(target, host):
    work = kvm_tree(host)
    with cache.locked(work / ".lock", "the patched modules"):
        log = work / "build.log"
        log.unlink(missing_ok=True)
        patch_tree(work / "source", work / "stage", log)
        make(work / "obj", "virt/lib/irqbypass.ko", "arch/x86/kvm/kvm.ko",
             "arch/x86/kvm/kvm-intel.ko", source=work / "source", log=log)
        for name in ("kvm.ko", "kvm-intel.ko"):
            shutil.copy(work / "obj/arch/x86/kvm" / name, target)


def selftest_names():
    """Name the programs that the series adds, relative to KVM's selftests."""
    found = (re.fullmatch(r"tools/testing/selftests/kvm/(\S+_test)\.c", name)
             for name in touched_files(series()))
    return [match.group(1) for match in found if match]


def make_selftests(tree, headers, output, log, *targets):
    """Build programs of KVM's selftests.  Static: the host has no libraries but QEMU's."""
    run_logged(["make", "-C", tree / "tools/testing/selftests/kvm", f"-j{os.cpu_count()}",
                f"LLVM={versions()['LLVM']}", f"OUTPUT={output}", f"INSTALL_HDR_PATH={headers}",
                f"LINUX_HDR_PATH={headers}/include", "LDFLAGS=-static", *targets], log)


def kvm_selftests():
    """Build the series' own selftests of KVM; return the directory that has them."""
    key = cache.key_of("selftests", RECIPE, build_key("host"), *series())

    def build(partial):
        with stage("KVM selftests"):
            work = kvm_tree("patched")
            with cache.locked(work / ".lock", "the patched modules"):
                log = partial / "build.log"
                patch_tree(work / "source", work / "stage", log)
                make(work / "obj", "headers", source=work / "source", log=log)
                make_selftests(work / "source", work / "obj/usr", partial, log,
                               *(partial / name for name in selftest_names()))
            for name in selftest_names():
                (partial / name).rename(partial / Path(name).name)
            for name in ("lib", "x86_64"):
                shutil.rmtree(partial / name)
    return cache.entry("kvm-selftests", key, build)


def kvm_own_selftests():
    """Build the selftests of KVM that the source has without the series."""
    key = cache.key_of("own-selftests", RECIPE, source_key(), compiler())

    def build(partial):
        with stage("KVM's own selftests"):
            work, log = partial / "work", partial / "build.log"
            (work / "obj").mkdir(parents=True)
            make(work / "obj", "headers", source=source(), log=log)
            make_selftests(source(), work / "obj/usr", work / "out", log)
            for program in [*work.glob("out/*"), *work.glob("out/x86_64/*")]:
                if program.is_file() and os.access(program, os.X_OK):
                    shutil.copy(program, partial)
            script = "x86_64/nx_huge_pages_test.sh"
            shutil.copy(source() / "tools/testing/selftests/kvm" / script, partial)
            shutil.rmtree(work)
    return cache.entry("kvm-own-selftests", key, build)


# What the hypercalls need to compile in user space.
FUZZ_TREES = ("arch/x86/kvm", "include", "lib", "tools/arch/x86", "tools/include", "tools/lib",
              "tools/testing/shared")


def hypercall_fuzz():
    """Build the series' hypercalls for libFuzzer; return the tree that has them."""
    key = cache.key_of("fuzz", RECIPE, source_key(), compiler(), *series())

    def build(partial):
        with stage("hypercalls for libFuzzer"):
            log = partial / "build.log"
            for name in FUZZ_TREES:
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                run_logged(["cp", "-al", source() / name, partial / name], log)
            patch_tree(partial, partial / "stage", log)
            run_logged(["make", "-C", partial / "tools/testing/undertow",
                        f"CC=clang{versions()['LLVM']}"], log)
    return cache.entry("hypercall-fuzz", key, build)


def kvm_module_files(host):
    """Return the modules of a host kind in the order in which they are loaded."""
    built = host_build(host)
    modules = kvm_modules(host)
    return [built / "virt/lib/irqbypass.ko", modules / "kvm.ko", modules / "kvm-intel.ko"]


def kvm_modules(host):
    """Return the directory with kvm.ko and kvm-intel.ko of a host kind."""
    if host == "stock" or not series():
        return host_build(host) / "arch/x86/kvm"
    key = cache.key_of("kvm", RECIPE, build_key(host_kernel(host)), *series())

    def build(partial):
        host_build(host)
        with stage("patched KVM modules"):
            build_patched_modules(partial, host)
    return cache.entry("kvm-modules", key, build)
