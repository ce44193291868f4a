/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which processes does a name or an expression mean?
 *
 * A name may be that of a user and that of a command: whoever is either is meant, for nothing tells
 * which of the two was in mind. A command has three names: the one that the kernel keeps (comm), the
 * one that it was called by, and that of the program it runs. The kernel keeps 15 bytes of the first,
 * so a longer word that begins with them needs another name to confirm it: of a script that is the
 * first argument of its interpreter, or the second if the script's first line has one of its own.
 *
 * An expression is for what ps(1) would show as the command. Names are bytes, so it is matched with
 * bytes. It can be one that tries for years: PCRE counts its steps, and gives up.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "what.h"

#define COMM_MAX       15 /* bytes of it that the kernel keeps, of all but its own threads */
#define DELETED_SUFFIX " (deleted)"
#define SCRIPT_MAX     2 /* the argument that can be the name of a script */

/* The steps that a match may take, a few hundredths of a second. What follows is a comment, behind
 * which no option can change this or make the expression one for UTF-8. */
#define PATTERN_PREFIX "(*LIMIT_MATCH=1000000)(?#)"

gboolean
what_parse_name(struct what *what, GError **error)
{
	const struct passwd *entry;

	if (*what->word == '\0') {
		g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "'' is no WHAT; 'ptree --help' says what is");
		return FALSE;
	}
	what->kind = WHAT_NAME;
	entry = getpwnam(what->word);
	what->is_user = entry != NULL;
	if (entry != NULL)
		what->uid = entry->pw_uid;
	return TRUE;
}

/* What may be a directory that cannot be looked at is none of ours: a path has to fail. */
static gboolean
is_between_slashes(const char *word)
{
	gsize n = strlen(word);
	struct statx found;

	return n > 2 && word[0] == '/' && word[n - 1] == '/' &&
	       statx(AT_FDCWD, word, AT_STATX_DONT_SYNC, STATX_TYPE, &found) < 0 &&
	       (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG);
}

/* GLib's own line quotes the whole expression, with what was put in front of it. */
static void
explain(const struct what *what, const char *expression, const GError *why, GError **error)
{
	const char *quoted = strstr(why->message, expression);
	const char *place = quoted != NULL ? strstr(quoted + strlen(expression), " at char ")
					   : NULL;
	const char *reason = place != NULL ? strstr(place, ": ") : NULL;
	guint64 at = place != NULL ? g_ascii_strtoull(place + strlen(" at char "), NULL, 10) : 0;

	if (reason != NULL && at >= strlen(PATTERN_PREFIX))
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "'%s' is no regular expression: %s (behind '%.*s')", what->word,
			    reason + 2, (int)(at - strlen(PATTERN_PREFIX) + 1), what->word);
	else
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "'%s' is no regular expression: %s", what->word, why->message);
}

gboolean
what_parse_pattern(struct what *what, GError **error)
{
	g_autofree char *inner = NULL;
	g_autofree char *expression = NULL;
	g_autoptr(GError) why = NULL;

	what->kind = WHAT_FILE;
	if (!is_between_slashes(what->word))
		return TRUE;
	what->kind = WHAT_PATTERN;
	inner = g_strndup(what->word + 1, strlen(what->word) - 2);
	expression = g_strconcat(PATTERN_PREFIX, inner, NULL);
	what->pattern =
		g_regex_new(expression, G_REGEX_RAW | G_REGEX_OPTIMIZE | G_REGEX_DOTALL, 0, &why);
	if (what->pattern == NULL)
		explain(what, expression, why, error);
	return what->pattern != NULL;
}

static gboolean
is_called(const char *path, const char *name)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;

	return path != NULL && strcmp(slash != NULL ? slash + 1 : path, name) == 0;
}

/* The kernel says so of a program that was removed, or replaced by a newer one. */
static gboolean
is_program(const char *exe, const char *name)
{
	g_autofree char *kept = NULL;

	if (exe == NULL || !g_str_has_suffix(exe, DELETED_SUFFIX))
		return is_called(exe, name);
	kept = g_strndup(exe, strlen(exe) - strlen(DELETED_SUFFIX));
	return is_called(kept, name) || is_called(exe, name);
}

static gboolean
is_script(ProcviewProcess *process, const char *name)
{
	guint n = procview_process_get_n_arguments(process);

	for (guint i = 1; i <= SCRIPT_MAX && i < n; i++) {
		if (is_called(procview_process_get_argument(process, i), name))
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_cut(ProcviewProcess *process, const char *comm, const char *name)
{
	if (strlen(comm) != COMM_MAX || strncmp(comm, name, COMM_MAX) != 0)
		return FALSE;
	if (is_script(process, name))
		return TRUE;
	return procview_process_get_n_arguments(process) == 0 &&
	       procview_process_get_exe(process) == NULL;
}

static gboolean
is_command(ProcviewProcess *process, const char *name)
{
	const char *comm = procview_task_get_comm(procview_process_get_leader(process));

	if (g_strcmp0(comm, name) == 0 || is_program(procview_process_get_exe(process), name))
		return TRUE;
	if (procview_process_get_n_arguments(process) > 0 &&
	    is_called(procview_process_get_argument(process, 0), name))
		return TRUE;
	return comm != NULL && is_cut(process, comm, name);
}

static gboolean
is_of_user(const struct what *what, ProcviewProcess *process)
{
	ProcviewTask *leader = procview_process_get_leader(process);

	return what->is_user && procview_task_has_details(leader) &&
	       (procview_task_get_euid(leader) == what->uid ||
		procview_task_get_uid(leader) == what->uid);
}

/* A process that renames itself leaves empty arguments behind the name. */
static GString *
join_arguments(ProcviewProcess *process)
{
	guint n = procview_process_get_n_arguments(process);
	const char *argument = n > 0 ? procview_process_get_argument(process, 0) : NULL;
	GString *line = g_string_new(NULL);

	/* Somebody may have given it a million. */
	for (guint i = 0; i < n; i++) {
		if (i > 0)
			g_string_append_c(line, ' ');
		g_string_append(line, argument);
		argument += strlen(argument) + 1;
	}
	while (line->len > 0 && line->str[line->len - 1] == ' ')
		g_string_truncate(line, line->len - 1);
	return line;
}

static gboolean
matches_text(const struct what *what, ProcviewProcess *process, const char *text, GError **error)
{
	g_autoptr(GError) why = NULL;
	const char *reason;

	if (g_regex_match_full(what->pattern, text, -1, 0, 0, NULL, &why))
		return TRUE;
	reason = why != NULL ? g_strrstr(why->message, ": ") : NULL;
	if (why != NULL)
		g_set_error(error, G_REGEX_ERROR, G_REGEX_ERROR_MATCH,
			    "%s cannot be matched with the command of process %d: %s", what->word,
			    procview_process_get_pid(process),
			    reason != NULL ? reason + 2 : why->message);
	return FALSE;
}

static gboolean
matches_command(const struct what *what, ProcviewProcess *process, GError **error)
{
	const char *comm = procview_task_get_comm(procview_process_get_leader(process));
	GString *line;
	gboolean matches;

	if (comm != NULL && matches_text(what, process, comm, error))
		return TRUE;
	if ((error != NULL && *error != NULL) || procview_process_get_n_arguments(process) == 0)
		return FALSE;
	line = join_arguments(process);
	matches = matches_text(what, process, line->str, error);
	g_string_free(line, TRUE);
	return matches;
}

gboolean
what_is_process(const struct what *what, ProcviewProcess *process, gboolean is_self, GError **error)
{
	if (what->kind == WHAT_NAME)
		return is_of_user(what, process) || (!is_self && is_command(process, what->word));
	return what->kind == WHAT_PATTERN && !is_self && matches_command(what, process, error);
}
