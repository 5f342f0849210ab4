# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - command line
"""The commands of undertow-lab."""

import argparse
import os
import sys

from . import cache, debian_host, images, kernels, run
from .ui import LabError, say
from .verdict import STATUS_ERROR

EPILOG = """exit status of 'run': that of the command, and
  77   the command asked to be skipped (verdict SKIP)
  123  the host kernel reported a WARNING, BUG or oops
  124  the guest was lost: panic, hang, timeout, no result line (verdict CRASH)
  125  the lab itself failed (verdict ERROR or an error message)
"""
PACKAGES = ("bc", "bison", "bochs", "bochs-term", "bochsbios", "busybox-static", "clang-19",
            "dkms", "e2fsprogs", "flex", "gcc-12", "isolinux", "kmod", "libelf-dev",
            "linux-source-6.12", "lld-19", "llvm-19", "lz4", "make", "pahole", "patch", "python3",
            "qemu-system-x86", "syslinux-common", "vgabios", "xorriso", "xz-utils", "zstd")
PATHS = {
    "source": kernels.source,
    "host-build": kernels.host_build,
    "guest-build": images.guest_build,
    "kvm-modules": lambda: kernels.kvm_modules("patched"),
    "debug-kvm-modules": lambda: kernels.kvm_modules("debug"),
    "dkms-headers": debian_host.headers,
    "dkms-modules": debian_host.kvm_modules,
    "kvm-selftests": kernels.kvm_selftests,
    "kvm-own-selftests": kernels.kvm_own_selftests,
    "hypercall-fuzz": kernels.hypercall_fuzz,
    "guest-image": images.guest_image,
    "guest-kernel": images.guest_kernel,
    "host-disk": images.host_disk,
    "boot-medium": images.boot_medium,
    "cache": cache.cache_root,
}


# Built only when it is named: only a long run needs it.
ON_DEMAND = ("kvm-own-selftests",)
# What differs from guest to guest.
OF_GUEST = ("guest-build", "guest-kernel")


def path_of(what, guest):
    return PATHS[what](guest) if what in OF_GUEST else PATHS[what]()


def add_guest_option(parser, more=""):
    parser.add_argument("--guest", default=kernels.versions()["GUEST"], metavar="KERNEL",
                        help=f"guest kernel: {', '.join(images.guests())}{more} (default "
                        "%(default)s)")


def add_machine_options(parser):
    parser.add_argument("--cpus", type=int, default=1, metavar="N",
                        help="CPUs of host and guest (default 1)")
    add_guest_option(parser, ", or a file: bzImage, vmlinux with PVH")
    parser.add_argument("--bzimage", action="store_true",
                        help="let a stock guest unpack itself: slow, and its addresses are random")
    parser.add_argument("--append", default="", metavar="TEXT",
                        help="add to the guest kernel's command line, such as preempt=full")
    parser.add_argument("--host", choices=("patched", "stock", "debug", "debian"),
                        default="patched",
                        help="KVM modules of the host; 'debug' is 'patched' on a kernel with "
                        "KASAN and lock checks, 'debian' on Debian's own kernel "
                        "(default %(default)s)")
    parser.add_argument("--add", action="append", default=[], metavar="FILE[:PATH]",
                        help="put a file or directory into the guest (default path: /root/)")
    parser.add_argument("--accel", choices=("bochs", "kvm"), default="bochs",
                        help="emulated CPU or this machine's (default %(default)s)")
    parser.add_argument("--log", metavar="DIR", help="where to leave the logs")
    parser.add_argument("--dry-run", action="store_true",
                        help="print command line and files, start nothing")
    parser.add_argument("-v", "--verbose", action="store_true", help="report every stage")
    parser.add_argument("--kvm-args", default="", help=argparse.SUPPRESS)
    parser.add_argument("--kvm-params", default="", help=argparse.SUPPRESS)
    parser.add_argument("--host-memory", type=int, default=1024, help=argparse.SUPPRESS)
    parser.add_argument("--guest-memory", type=int, default=256, help=argparse.SUPPRESS)


class Parser(argparse.ArgumentParser):
    """A usage error is an error of the lab, not a status of the command."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(STATUS_ERROR, f"{self.prog}: error: {message}\n")


def parser():
    top = Parser(
        prog="undertow-lab", description="Boot a patched KVM host, an unmodified QEMU and a guest "
        "on an emulated VT-x CPU.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    one = commands.add_parser("run", help="run a command in the guest or on the host",
                              epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_machine_options(one)
    one.add_argument("--on", choices=("guest", "host"), default="guest",
                     help="where CMD runs; on the host, PATH of --add is below /run "
                     "(default %(default)s)")
    one.add_argument("--move", action="store_true",
                     help="when the guest writes '# undertow-lab: move' to /dev/hvc0, save it "
                     "and go on with it in another QEMU")
    one.add_argument("--leaks", action="store_true",
                     help="with --host debug: when the command has ended, search the host's "
                     "memory for what KVM has lost; takes minutes")
    one.add_argument("--timeout", type=float, default=300, metavar="S",
                     help="end the run after S seconds (default %(default)s)")
    one.add_argument("command", nargs="+", metavar="-- CMD",
                     help="one word: a script for sh; several: an argument vector")
    shell = commands.add_parser("shell", help="interactive shell in the guest",
                                description="Leave with 'exit' (or Ctrl-]).")
    add_machine_options(shell)
    shell.set_defaults(on="guest", move=False, leaks=False)
    demo = commands.add_parser("demo", help="run the demonstration (run-demo)")
    demo.add_argument("arguments", nargs=argparse.REMAINDER)
    build = commands.add_parser("build", help="build what the lab needs, into the cache")
    build.add_argument("what", nargs="*", metavar="WHAT",
                       help=f"{' '.join(PATHS)} (default: all but "
                       f"{' '.join(ON_DEMAND)})")
    add_guest_option(build)
    path = commands.add_parser("path", help="print a path, building what it names if needed")
    path.add_argument("what", choices=PATHS, metavar="WHAT", help=" ".join(PATHS))
    add_guest_option(path)
    commands.add_parser("guests", help="list what --guest knows, the usual one first")
    commands.add_parser("packages", help="list the Debian packages that the lab needs")
    commands.add_parser("clean", help="remove the cache")
    helping = commands.add_parser("help", help="show this text")
    helping.add_argument("topic", nargs="?", choices=list(commands.choices))
    return top, commands


def do_run(options):
    if options.move and (options.accel == "kvm" or options.on == "host"):
        raise LabError("--move", "only a guest on the emulated host is moved",
                       "leave out --accel kvm and --on host")
    if options.leaks and options.host != "debug":
        raise LabError("--leaks", "only a debug host knows what is lost", "add --host debug")
    return run.execute(options)


def do_shell(options):
    from . import shell
    return shell.execute(options)


def do_demo(options):
    script = kernels.TOP / "run-demo"
    if not script.exists():
        raise LabError(script, "no such file")
    os.execv(script, [str(script), *options.arguments])


def do_build(options):
    unknown = [what for what in options.what if what not in PATHS]
    if unknown:
        raise LabError(unknown[0], "not something the lab builds", f"choose from {' '.join(PATHS)}")
    for what in options.what or [what for what in PATHS if what not in ON_DEMAND]:
        say(f"{what}: {path_of(what, options.guest)}")
    return 0


def do_path(options):
    print(path_of(options.what, options.guest))
    return 0


def do_guests(_):
    print("\n".join(images.guests()))
    return 0


def do_packages(_):
    print("\n".join(PACKAGES))
    return 0


def do_clean(_):
    say(f"removed {cache.clean()}")
    return 0


def main(arguments=None):
    arguments = sys.argv[1:] if arguments is None else arguments
    top, commands = parser()
    options = top.parse_args(arguments)
    options.original = arguments
    if options.verb == "help":
        (commands.choices[options.topic] if options.topic else top).print_help()
        return 0
    try:
        return globals()[f"do_{options.verb}"](options)
    except LabError as error:
        say(error.render())
        return STATUS_ERROR
    except OSError as error:
        say(f"{error.filename or 'undertow-lab'}: error: {error.strerror or error}")
        return STATUS_ERROR
    except KeyboardInterrupt:
        say("undertow-lab: error: interrupted")
        return 130
