/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tool - commands
 */
#ifndef UNDERTOW_TOOL_H
#define UNDERTOW_TOOL_H

/* Exit status of a command. */
enum status {
	STATUS_CLEAN,
	STATUS_FINDINGS,
	STATUS_ERROR,
};

/**
 * verify() - Look for forbidden instructions in the untrusted text of a file
 * @path: x86-64 relocatable ELF file: an object, or a module
 *
 * Findings go to stdout, a line each; errors to stderr.
 *
 * Return: STATUS_CLEAN, STATUS_FINDINGS; STATUS_ERROR: no such file, or not one
 * of that kind, or its tables contradict each other.
 */
int verify(const char *path);

#endif /* UNDERTOW_TOOL_H */
