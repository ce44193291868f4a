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
#include "suggest.h"

#define SECONDS_DEFAULT 2
#define SECONDS_MIN	0.1
#define SECONDS_MAX	86400
#define SECONDS_RANGE	"0.1 to 86400"

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
take_sort(const char *name, const char *value, gpointer data, GError **error)
{
	struct options *options = data;

	g_free(options->sort);
	options->sort = g_strdup(value);
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
	{"all", 'a', FLAG, NULL, "show what matches every WHAT, not only one of them", NULL},
	{"no-fold", 'c', FLAG, NULL, "give a line to each of what looks alike", NULL},
	{"output", 'o', VALUE, take_output, "show these columns; +NAME adds to the default", "LIST"},
	{"sort", 0, VALUE, take_sort, "a list instead of a tree; -COLUMN: the greatest first", "COLUMN"},
	{"watch", 0, FLAG, NULL, "show it again and again, and what changed", "[=SECONDS]"},
	{"graph", 0, FLAG, NULL, "write who talks to whom, for dot(1) of Graphviz", NULL},
	{"json", 'J', FLAG, NULL, "write JSON: one document, or one object a line", "[=lines]"},
	{"pids", 'q', FLAG, NULL, "show only the process ids of what matched, one a line", NULL},
	{"raw", 'r', FLAG, NULL, "for programs: a blank between columns, no tree", NULL},
	{"null", '0', FLAG, NULL, "NUL ends a line, with --pids, --raw, --json=lines", NULL},
	{"color", 0, VALUE, take_color, "use colours: auto, always, never", "WHEN"},
	{"backend", 0, VALUE, take_backend, "take facts from: auto, bpf, pidfd, procfs", "NAME"},
	{"no-headings", 0, FLAG, NULL, "no line of headings", NULL},
	{"numeric", 'n', FLAG, NULL, "users as numbers", NULL},
	{"list-columns", 'H', ACTION, "list the columns", NULL},
	{"stats", 0, FLAG, NULL, "what it cost", NULL},
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
		{"all", &options->all},		{"no-fold", &options->unfold},
		{"graph", &options->graph},	{"null", &options->null},
		{"watch", &options->watches},
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

static const GOptionEntry *
find_named_at_end(const char *text)
{
	const char *name = strrchr(text, ' ');

	for (const GOptionEntry *entry = entries; name != NULL && entry->long_name != NULL;
	     entry++) {
		gboolean is_it = g_str_has_prefix(name, " --")
					 ? strcmp(name + 3, entry->long_name) == 0
					 : name[1] == '-' && name[2] == entry->short_name;

		if (is_it && arguments_takes_value(entry))
			return entry;
	}
	return NULL;
}

static const char *
find_like(const char *text)
{
	const char *name = strstr(text, " --");
	g_autofree char *word = NULL;
	struct suggestion suggestion = {0};

	if (name == NULL)
		return NULL;
	word = g_strndup(name + 3, strcspn(name + 3, "="));
	suggestion.word = word;
	for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
		suggest(&suggestion, entry->long_name);
	return suggestion.name;
}

/* GOption's own words, made to say what would be right. */
static void
explain(const GError *parse_error, GError **error)
{
	const char *text = parse_error->message;
	const GOptionEntry *entry = find_named_at_end(text);
	const char *like = find_like(text);
	g_autofree char *hint = like != NULL ? g_strdup_printf("; did you mean --%s?", like)
					     : g_strdup("; 'ptree --help' lists the options");

	if (g_str_has_prefix(text, "Missing argument") && entry != NULL)
		g_set_error(error, G_OPTION_ERROR, parse_error->code, "%s lacks its value (%s)",
			    strrchr(text, ' ') + 1, entry->description);
	else
		g_set_error(error, G_OPTION_ERROR, parse_error->code, "%c%s%s",
			    g_ascii_tolower(*text), *text != '\0' ? text + 1 : "", hint);
}

static gboolean
refuse_form(GError **error, const char *why)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, why);
	return FALSE;
}

/*
 * An answer has one form: two of them exclude each other, and so do an order and a form that has
 * its own. Options that only shape the picture are taken with any, and say nothing there: an alias
 * may hold them.
 */
static gboolean
check_forms(const struct options *options, GError **error)
{
	const struct {
		gboolean a;
		gboolean b;
		const char *why;
	} pairs[] = {
		{options->json, options->pids,
		 "--json and --pids exclude each other; give one of them"},
		{options->json, options->graph,
		 "--json and --graph exclude each other; give one of them"},
		{options->pids, options->graph,
		 "--pids and --graph exclude each other; give one of them"},
		{options->watches, options->pids,
		 "--watch and --pids exclude each other; give one of them"},
		{options->watches, options->graph,
		 "--watch and --graph exclude each other; give one of them"},
		{options->watches, options->raw,
		 "--watch and --raw exclude each other; for programs, there is --json=lines"},
		{options->watches, options->json && !options->json_lines,
		 "--watch takes --json=lines: a document would never end"},
		{options->sort != NULL, options->json,
		 "--sort and --json exclude each other: JSON is sorted by pid, tid, id and fd"},
		{options->sort != NULL, options->graph,
		 "--sort and --graph exclude each other; give one of them"},
		{options->null, options->graph || (options->json && !options->json_lines),
		 "--null needs lines: give it with --pids, --raw or --json=lines"},
		{options->null, !options->pids && !options->raw && !options->json,
		 "--null needs --pids, --raw or --json=lines"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		if (pairs[i].a && pairs[i].b)
			return refuse_form(error, pairs[i].why);
	}
	return TRUE;
}

static gboolean
take_lines(struct options *options, const char *value, GError **error)
{
	options->json_lines = g_strcmp0(value, "lines") == 0;
	if (value == NULL || options->json_lines)
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--json cannot be '%s'; it is --json, or --json=lines", value);
	return FALSE;
}

static gboolean
take_seconds(struct options *options, const char *value, GError **error)
{
	char *end = NULL;

	options->watch_s = value != NULL ? g_ascii_strtod(value, &end) : SECONDS_DEFAULT;
	/* Neither 0x10 nor 1e3, which strtod(3) would take. */
	if (value == NULL || (g_ascii_isdigit(*value) && *end == '\0' &&
			      strspn(value, "0123456789.") == strlen(value) &&
			      options->watch_s >= SECONDS_MIN && options->watch_s <= SECONDS_MAX))
		return TRUE;
	/* Not %g: the point is that of no country. */
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--watch cannot be '%s'; it is a number of seconds, " SECONDS_RANGE, value);
	return FALSE;
}

/* Those values that may be left out. */
static char **
spell_out(struct options *options, char **argv, GError **error)
{
	struct optional optionals[] = {{"json", NULL}, {"watch", NULL}, {NULL, NULL}};
	g_auto(GStrv) arguments = arguments_spell_out(argv, entries, optionals, error);
	g_autofree char *lines = optionals[0].value;
	g_autofree char *seconds = optionals[1].value;

	if (arguments == NULL || !take_lines(options, lines, error) ||
	    !take_seconds(options, seconds, error))
		return NULL;
	return g_steal_pointer(&arguments);
}

gboolean
options_parse(struct options *options, char **argv, GError **error)
{
	g_auto(GStrv) arguments = spell_out(options, argv, error);
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
	g_clear_pointer(&options->sort, g_free);
	g_clear_pointer(&options->words, g_strfreev);
}

/* Two options with few words each have one line. */
#define FEW_WORDS 19

static gboolean
has_few_words(const GOptionEntry *entry)
{
	return entry->long_name != NULL && strlen(entry->description) <= FEW_WORDS;
}

static int
print_option(const GOptionEntry *entry, int width)
{
	const char letter[] = {'-', entry->short_name, ',', '\0'};
	const char *value = entry->arg_description;
	const char *link = value == NULL || *value == '[' ? "" : " ";
	g_autofree char *name = g_strconcat("--", entry->long_name, link, value, NULL);

	return printf("%-3s %-*s  %s", entry->short_name != 0 ? letter : "", width, name,
		      entry->description);
}

void
options_print_help(void)
{
	puts("Usage: ptree [OPTION]... [WHAT]...\n"
	     "Show processes as a tree, and what they have open once per descriptor table.\n"
	     "WHAT: 910 (process, thread), www-data (user), nginx or /regex/ (command), ./log\n"
	     "(a file), /var/log/ (all below), /mnt or /dev/sda1 (file system), :443, udp:53,\n"
	     "[::1]:53 (socket), /run/x.sock, @name (unix socket). Without WHAT: everything.");
	for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++) {
		int width;

		printf("  ");
		width = print_option(entry, 17);
		if (has_few_words(entry) && has_few_words(entry + 1)) {
			printf("%*s", 46 - width, "");
			print_option(++entry, 9);
		}
		putchar('\n');
	}
	puts("Exit status: 0 something matched, 1 nothing did, 2 wrong usage, 3 not possible.");
}
