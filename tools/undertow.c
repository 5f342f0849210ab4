// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tool - commands
 *
 * Looks at object files and modules that were compiled with the plugin.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "undertow.h"

const char *argp_program_version = "undertow " UT_VERSION;

static const char doc[] =
	"Look at kernel modules compiled with the Undertow plugin.\v"
	"Commands:\n"
	"  verify   untrusted text spells no forbidden instruction, at any byte offset\n"
	"\n"
	"Exit status: 0 nothing found, 1 findings, 2 bad usage or an unreadable file.";

struct arguments {
	char **words;
	int nr_words;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_ARGS:
		arguments->words = state->argv + state->next;
		arguments->nr_words = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no command");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = { .parser = parse, .args_doc = "verify FILE...", .doc = doc };
	struct arguments arguments = { 0 };
	int status = STATUS_CLEAN;
	int i;

	argp_err_exit_status = STATUS_ERROR;
	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments))
		return STATUS_ERROR;
	if (strcmp(arguments.words[0], "verify")) {
		fprintf(stderr, "undertow: error: unknown command '%s'\n  hint: undertow --help\n",
			arguments.words[0]);
		return STATUS_ERROR;
	}
	if (arguments.nr_words < 2) {
		fprintf(stderr, "undertow: error: verify: no file\n");
		return STATUS_ERROR;
	}
	for (i = 1; i < arguments.nr_words; i++) {
		int result = verify(arguments.words[i]);

		status = result > status ? result : status;
	}
	return status;
}
