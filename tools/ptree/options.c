/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does the user want? The command line, read by GOption.
 *
 * GOption lacks two habits that an administrator's fingers have: a value that sticks to its letter
 * (-oPID,USER), and an option whose value may be left out without swallowing the word behind it
 * (-J 910). arguments_spell_out() writes both in the long way first.
 */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "arguments.h"

static gboolean
refuse(GError **error, const char *what, const char *value, const char *right)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s '%s'; it is one of %s",
		    what, value, right);
	return FALSE;
}

static gboolean
take_backend(const char *name, const char *value, gpointer data, GError **error)
{
	struct options *options = data;

	options->backend_named = TRUE;
	if (strcmp(value, "auto") == 0)
		options->backend = PROCVIEW_BACKEND_AUTO;
	else if (strcmp(value, "bpf") == 0)
		options->backend = PROCVIEW_BACKEND_BPF;
	else if (strcmp(value, "pidfd") == 0)
		options->backend = PROCVIEW_BACKEND_PIDFD;
	else if (strcmp(value, "procfs") == 0)
		options->backend = PROCVIEW_BACKEND_PROCFS;
	else
		return refuse(error, "no backend is called", value, "auto, bpf, pidfd, procfs");
	return TRUE;
}

static gboolean
take_color(const char *name, const char *value, gpointer data, GError **error)
{
	struct options *options = data;

	if (strcmp(value, "auto") == 0)
		options->color = COLOR_AUTO;
	else if (strcmp(value, "always") == 0)
		options->color = COLOR_ALWAYS;
	else if (strcmp(value, "never") == 0)
		options->color = COLOR_NEVER;
	else
		return refuse(error, "--color cannot be", value, "auto, always, never");
	return TRUE;
}

static gboolean
take_output(const char *name, const char *value, gpointer data, GError **error)
{
	struct options *options = data;

	if (options->output == NULL)
		options->output = g_string_new(value);
	else
		g_string_append_printf(options->output, ",%s", value);
	return TRUE;
}

static gboolean
take_action(const char *name, const char *value, gpointer data, GError **error)
{
	struct options *options = data;

	if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0)
		options->action = ACTION_HELP;
	else if (strcmp(name, "-V") == 0 || strcmp(name, "--version") == 0)
		options->action = ACTION_VERSION;
	else
		options->action = ACTION_COLUMNS;
	return TRUE;
}

#define FLAG   G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE
#define VALUE  G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK
#define ACTION G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, take_action

/* clang-format off */
static const GOptionEntry entries[] = {
	{"threads", 't', FLAG, NULL, "show threads, and which descriptor table each uses", NULL},
	{"files", 'f', FLAG, NULL, "show each descriptor table, once, under its owner", NULL},
	{"json", 'J', FLAG, NULL, "write JSON: one document, or one object a line", "[=lines]"},
	{"output", 'o', VALUE, take_output, "show these columns; +NAME adds to the default", "LIST"},
	{"list-columns", 'H', ACTION, "list the columns", NULL},
	{"numeric", 'n', FLAG, NULL, "show numbers of users, not names", NULL},
	{"raw", 'r', FLAG, NULL, "for programs: a blank between columns, no tree", NULL},
	{"no-headings", 0, FLAG, NULL, "leave out the line of headings", NULL},
	{"pids", 'q', FLAG, NULL, "show only the process ids of what matched, one a line", NULL},
	{"backend", 0, VALUE, take_backend, "take facts from: auto, bpf, pidfd, procfs", "NAME"},
	{"stats", 0, FLAG, NULL, "tell on stderr what the scan used and cost", NULL},
	{"color", 0, VALUE, take_color, "use colours: auto, always, never", "WHEN"},
	{"version", 'V', ACTION, "show the version", NULL},
	{"help", 'h', ACTION, "show this help", NULL},
	G_OPTION_ENTRY_NULL,
};
/* clang-format on */

static gpointer
find_flag(struct options *options, const char *name)
{
	const struct {
		const char *name;
		gboolean *flag;
	} flags[] = {
		{"threads", &options->threads}, {"files", &options->files},
		{"json", &options->json},	{"numeric", &options->numeric},
		{"raw", &options->raw},		{"no-headings", &options->no_headings},
		{"pids", &options->pids},	{"stats", &options->stats},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
		if (strcmp(flags[i].name, name) == 0)
			return flags[i].flag;
	}
	g_assert_not_reached();
}

/* The entries with the places that their values go to. */
static GOptionContext *
new_context(struct options *options)
{
	GOptionEntry bound[G_N_ELEMENTS(entries) + 1] = {0};
	GOptionGroup *group = g_option_group_new("ptree", "", "", options, NULL);
	GOptionContext *context = g_option_context_new(NULL);
	gsize n = 0;

	for (; entries[n].long_name != NULL; n++) {
		bound[n] = entries[n];
		if (bound[n].arg == G_OPTION_ARG_NONE)
			bound[n].arg_data = find_flag(options, bound[n].long_name);
	}
	bound[n] = (GOptionEntry){G_OPTION_REMAINING,
				  0,
				  G_OPTION_FLAG_NONE,
				  G_OPTION_ARG_FILENAME_ARRAY,
				  &options->words,
				  NULL,
				  NULL};
	g_option_group_add_entries(group, bound);
	g_option_context_set_main_group(context, group);
	g_option_context_set_help_enabled(context, FALSE);
	return context;
}

/* GOption's own words, made to say what would be right. */
static void
explain(GError *parse_error, GError **error)
{
	const char *text = parse_error->message;
	const char *name = strrchr(text, ' ');
	const char *takes = NULL;

	for (gsize i = 0; name != NULL && entries[i].long_name != NULL; i++) {
		gboolean is_it = g_str_has_prefix(name, " --")
					 ? strcmp(name + 3, entries[i].long_name) == 0
					 : name[1] == '-' && name[2] == entries[i].short_name;

		if (is_it && arguments_takes_value(&entries[i]))
			takes = entries[i].description;
	}
	if (g_str_has_prefix(text, "Missing argument") && takes != NULL)
		g_set_error(error, G_OPTION_ERROR, parse_error->code, "%s lacks its value (%s)",
			    name + 1, takes);
	else
		g_set_error(error, G_OPTION_ERROR, parse_error->code,
			    "%c%s; 'ptree --help' lists the options", g_ascii_tolower(*text),
			    *text != '\0' ? text + 1 : "");
}

/* Two forms of output exclude each other. Options of the picture are taken with either, and say
 * nothing there: an alias may hold them. */
static gboolean
check_forms(const struct options *options, GError **error)
{
	if (!options->json || !options->pids)
		return TRUE;
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--json and --pids exclude each other; give one of them");
	return FALSE;
}

gboolean
options_parse(struct options *options, char **argv, GError **error)
{
	g_auto(GStrv) arguments = arguments_spell_out(argv, entries, &options->json_lines, error);
	g_autoptr(GOptionContext) context = NULL;
	g_autoptr(GError) parse_error = NULL;

	if (arguments == NULL)
		return FALSE;
	context = new_context(options);
	if (!g_option_context_parse_strv(context, &arguments, &parse_error)) {
		if (parse_error->code == G_OPTION_ERROR_UNKNOWN_OPTION ||
		    g_str_has_prefix(parse_error->message, "Missing argument"))
			explain(parse_error, error);
		else
			g_propagate_error(error, g_steal_pointer(&parse_error));
		return FALSE;
	}
	return check_forms(options, error);
}

void
options_clear(struct options *options)
{
	if (options->output != NULL)
		g_string_free(options->output, TRUE);
	options->output = NULL;
	g_clear_pointer(&options->words, g_strfreev);
}

void
options_print_help(void)
{
	puts("Usage: ptree [OPTION]... [WHAT]...\n"
	     "Show processes as a tree, and what they have open once per descriptor table.\n"
	     "\n"
	     "WHAT is a process or thread id (910), a user (www-data), or a path, which has a /\n"
	     "(./log: who has it open). What matches is shown with its ancestors and descendants;\n"
	     "without WHAT, everything is.\n");
	for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++) {
		g_autofree char *name = NULL;
		const char *value = entry->arg_description;
		const char *link = value == NULL || *value == '[' ? "" : " ";

		name = g_strconcat("--", entry->long_name, link, value, NULL);
		if (entry->short_name != 0)
			printf("  -%c, %-16s  %s\n", entry->short_name, name, entry->description);
		else
			printf("      %-16s  %s\n", name, entry->description);
	}
	puts("\nExit status: 0 something matched, 1 nothing did, 2 wrong usage, 3 could not do "
	     "it.");
}
