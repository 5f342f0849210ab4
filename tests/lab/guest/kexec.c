// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - run a command in the next kernel
 *
 * ut-kexec COMMAND...: loads the runtime, calls a domain from all contexts on all
 * CPUs, and in the middle of that boots /tests/bzImage by kexec, with the files of
 * this guest.  There the lab's init runs the same command line again; the mark on
 * the kernel's own says that COMMAND is next.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MARK		"ut_next_kernel"
#define KERNEL		MODULES "/bzImage"
/* The root without what is mounted on it. */
#define ROOT		"/tmp/root"
#define INITRD		"/tmp/initrd"
#define PACK		"cd " ROOT " && find . ! -name bzImage | cpio -o -H newc >" INITRD " 2>/dev/null"

static void check(const char *what, int error)
{
	if (!error)
		return;
	printf("# %s: %s\n", what, strerror(error));
	exit(1);
}

static void busy_domain(void)
{
	static char report[REPORT_MAX];

	check("undertow.ko", -module_load("undertow", NULL));
	check("ut_functional.ko", -module_load("ut_functional", NULL));
	check("calls of the first kernel", -case_run("ut_functional", "allow_nested_calls", report));
	check("soak_start", -case_run("ut_functional", "soak_start", report));
}

static void load_kernel(const char *command_line)
{
	int kernel = open(KERNEL, O_RDONLY | O_CLOEXEC), initrd;

	check(KERNEL, kernel < 0 ? errno : 0);
	mkdir(ROOT, 0700);
	check(ROOT, mount("/", ROOT, NULL, MS_BIND, NULL) ? errno : 0);
	check(INITRD, system(PACK) ? EIO : 0);
	initrd = open(INITRD, O_RDONLY | O_CLOEXEC);
	check(INITRD, initrd < 0 ? errno : 0);
	check("kexec_file_load", syscall(SYS_kexec_file_load, kernel, initrd,
					 strlen(command_line) + 1, command_line, 0) ? errno : 0);
}

int main(int argc, char **argv)
{
	static char command_line[4096];

	guest_setup();
	if (argc < 2 || file_read("/proc/cmdline", command_line, 2048) < 0)
		return 2;
	if (strstr(command_line, MARK)) {
		execv(argv[1], argv + 1);
		return 2;
	}
	command_line[strcspn(command_line, "\n")] = 0;
	strcat(command_line, " " MARK);
	load_kernel(command_line);
	busy_domain();
	usleep(300000);
	printf("# kexec\n");
	fflush(stdout);
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	check("kexec", errno);
	return 1;
}
