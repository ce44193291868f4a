/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * ptree: shows processes as a tree, and what they have open once per descriptor table.
 *
 * The way through: options.c and what.c read the command line, scan.c asks the library, once
 * privileges.c has given up what that does not need, select.c finds what matched, and print.c writes
 * it: as a picture (tree.c, rows.c, picture.c), as JSON, or as process ids; graph.c, for Graphviz.
 * watch.c does so again and again. This file is the order of it, and the exit status.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "graph.h"
#include "message.h"
#include "print.h"
#include "privileges.h"
#include "report.h"
#include "sort.h"
#include "watch.h"

enum {
	EXIT_MATCHED = 0,
	EXIT_NOTHING_MATCHED = 1,
	EXIT_USAGE = 2,
	EXIT_FAILED = 3,
};

/* A closed descriptor 0 to 2 would be given to the next file that is opened, and what is meant for
 * the user would be written into that. These can only fail; there may be no /dev. */
static void
hold_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
			open("/", O_PATH);
	}
}

static void
prepare(void)
{
	hold_standard_descriptors();
	/*
	 * Characters and decimal points are the user's. The other categories stay those of C, each a
	 * file less to read: nothing is collated, and all that ptree says is English, since half of
	 * a sentence in another language helps nobody.
	 */
	setlocale(LC_CTYPE, "");
	setlocale(LC_NUMERIC, "");
	signal(SIGPIPE, SIG_IGN);
}

static gboolean
print_json_to_stdout(const struct scan *scan, const struct options *options)
{
	g_autoptr(GOutputStream) out = print_new_stream(options);

	return print_json(out, scan, options);
}

static gboolean
print_scan(const struct scan *scan, const struct options *options, GPtrArray *columns)
{
	if (options->pids)
		return print_pids(scan, options, columns);
	if (options->graph) {
		graph_print(scan, options);
		return TRUE;
	}
	if (options->json)
		return print_json_to_stdout(scan, options);
	return print_picture(stdout, scan, options, columns, NULL);
}

/* From here on, what other processes chose is read and printed: by then power has been given up. */
static gboolean
open_scanner(struct scan *scan, const struct options *options, GPtrArray *columns,
	     const GArray *whats, GError **error)
{
	gboolean lent = privileges_are_lent();
	gboolean looks_again = options->watches && whats_have_paths(whats);

	if (!scan_open(scan, options, columns, whats, lent, error))
		return FALSE;
	if (privileges_drop(procview_rights_get_uses(scan->rights), looks_again) || !lent)
		return TRUE;
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_PERM, "too much power is left");
	return FALSE;
}

static gboolean
show_once(struct scan *scan, const struct options *options, GPtrArray *columns, GArray *whats)
{
	g_autoptr(GError) error = NULL;
	gboolean scanned = scan_run(scan, options, columns, whats, &error);

	/* What was kept to open more than there was at first has no use any more, nor has the rest. */
	if (scan->once)
		privileges_end();
	if (!scanned) {
		message_print("cannot scan: %s", error->message);
		return FALSE;
	}
	if (!print_scan(scan, options, columns) || !print_end())
		return FALSE;
	if (!options->pids || scan->selection->n_matched == 0) {
		whats_tell_unmatched(whats, scan->selection->n_matched);
		whats_tell_notes(whats);
	}
	report_unseen(scan);
	return TRUE;
}

static int
choose_status(const struct scan *scan, const GArray *whats)
{
	if (scan->selection->n_matched > 0)
		return EXIT_MATCHED;
	/* It was not looked for, or not in a way that would have found it for sure. */
	if (whats_have(whats, WHAT_NOTHING) || whats_have(whats, WHAT_LOST))
		return EXIT_FAILED;
	return EXIT_NOTHING_MATCHED;
}

static int
show(const struct options *options, GPtrArray *columns, GArray **whats)
{
	g_autoptr(GError) error = NULL;
	struct scan scan = {0};
	gboolean shown = FALSE;
	int status = EXIT_FAILED;

	if (!open_scanner(&scan, options, columns, *whats, &error))
		message_print("cannot scan: %s", error->message);
	else if (options->watches)
		shown = watch_run(&scan, options, columns, whats);
	else
		shown = show_once(&scan, options, columns, *whats);
	if (shown) {
		status = choose_status(&scan, *whats);
		if (options->stats)
			report_stats(&scan);
	}
	scan_clear(&scan);
	return status;
}

static int
refuse(const GError *error)
{
	message_print("%s", error->message);
	return EXIT_USAGE;
}

static int
run(struct options *options, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) columns = NULL;
	g_autoptr(GArray) whats = NULL;

	if (!options_parse(options, argv, &error))
		return refuse(error);
	switch (options->action) {
	case ACTION_HELP:
		options_print_help();
		return print_end() ? EXIT_MATCHED : EXIT_FAILED;
	case ACTION_VERSION:
		printf("ptree %s\n", procview_get_version_string());
		return print_end() ? EXIT_MATCHED : EXIT_FAILED;
	case ACTION_COLUMNS:
		columns_print_list();
		return print_end() ? EXIT_MATCHED : EXIT_FAILED;
	case ACTION_SHOW:
		break;
	}
	columns = columns_choose(options, &error);
	if (columns == NULL)
		return refuse(error);
	whats = whats_parse(options->words, &error);
	if (whats == NULL)
		return refuse(error);
	if (!sort_check(options, whats, &error))
		return refuse(error);
	return show(options, columns, &whats);
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	int status;

	prepare();
	if (!privileges_begin())
		return EXIT_FAILED;
	status = run(&options, argv);
	options_clear(&options);
	return status;
}
