/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does a word of the command line stand for: a process or thread, a user or a command, a file,
 * or a port?
 */
#include "what.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"

static gboolean
is_number(const char *word)
{
	return *word != '\0' && strspn(word, "0123456789") == strlen(word);
}

static gboolean
parse_id(struct what *what, GError **error)
{
	guint64 id;

	what->kind = WHAT_ID;
	if (!g_ascii_string_to_unsigned(what->word, 10, 1, G_MAXINT, &id, NULL)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "'%s' is not a process id (1 to %d)", what->word, G_MAXINT);
		return FALSE;
	}
	what->id = (int)id;
	return TRUE;
}

static gboolean
parse_word(struct what *what, GError **error)
{
	g_autoptr(GError) port_error = NULL;

	if (is_number(what->word))
		return parse_id(what, error);
	if (what_parse_port(what, &port_error))
		return TRUE;
	if (port_error != NULL) {
		g_propagate_error(error, g_steal_pointer(&port_error));
		return FALSE;
	}
	if (strchr(what->word, '/') != NULL)
		return what_parse_pattern(what, error);
	return what_parse_name(what, error);
}

static void
clear(gpointer data)
{
	struct what *what = data;

	g_clear_pointer(&what->pattern, g_regex_unref);
	g_clear_pointer(&what->branches, g_array_unref);
	g_clear_pointer(&what->name, g_free);
	what_end_search(what);
}

/* What is mounted is read once, for all. */
static void
look_at_paths(GArray *whats)
{
	struct mount_views *views = NULL;

	for (guint i = 0; i < whats->len; i++) {
		struct what *what = &g_array_index(whats, struct what, i);

		if (what->kind != WHAT_FILE)
			continue;
		if (views == NULL)
			views = mount_views_new(NULL);
		what_look_at_path(what, views);
	}
	g_clear_pointer(&views, mount_views_unref);
}

GArray *
whats_parse(char **words, GError **error)
{
	g_autoptr(GArray) whats = g_array_new(FALSE, TRUE, sizeof(struct what));

	g_array_set_clear_func(whats, clear);
	for (guint i = 0; words != NULL && words[i] != NULL; i++) {
		struct what what = {.word = words[i]};

		if (!parse_word(&what, error))
			return NULL;
		g_array_append_val(whats, what);
	}
	/* Only once the usage is known to be right: a complaint about a file is no usage error. */
	look_at_paths(whats);
	return g_steal_pointer(&whats);
}

gboolean
whats_have(const GArray *whats, enum what_kind kind)
{
	for (guint i = 0; i < whats->len; i++) {
		if (g_array_index(whats, struct what, i).kind == kind)
			return TRUE;
	}
	return FALSE;
}

gboolean
whats_have_paths(const GArray *whats)
{
	return whats_have(whats, WHAT_FILE) || whats_have(whats, WHAT_TREE) ||
	       whats_have(whats, WHAT_FILE_SYSTEM) || whats_have(whats, WHAT_LOST) ||
	       whats_have(whats, WHAT_NOTHING);
}

gboolean
whats_seek_files(const GArray *whats)
{
	for (guint i = 0; i < whats->len; i++) {
		if (what_get_needs(&g_array_index(whats, struct what, i)) !=
		    PROCVIEW_COLLECT_NOTHING)
			return TRUE;
	}
	return FALSE;
}

ProcviewCollect
whats_get_needs(const GArray *whats)
{
	ProcviewCollect needs = PROCVIEW_COLLECT_NOTHING;

	for (guint i = 0; i < whats->len; i++) {
		const struct what *what = &g_array_index(whats, struct what, i);

		needs |= what_get_needs(what);
		if (what->kind == WHAT_NAME || what->kind == WHAT_PATTERN)
			needs |= PROCVIEW_COLLECT_COMMANDS;
	}
	return needs;
}

void
whats_forget_matches(GArray *whats)
{
	for (guint i = 0; i < whats->len; i++)
		g_array_index(whats, struct what, i).matched = FALSE;
}

/* Only a slash makes it a path, which fingers that are used to fuser(1) do not know. */
static gboolean
is_file_here(const char *word)
{
	struct statx found;

	return statx(AT_FDCWD, word, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW, STATX_TYPE,
		     &found) == 0;
}

static void
tell_unmatched(const struct what *what)
{
	switch (what->kind) {
	case WHAT_ID:
		message_print("no process or thread %d", what->id);
		break;
	case WHAT_NAME:
		if (what->is_user)
			message_print("no process of user %s, and no command is called that",
				      what->word);
		else if (is_file_here(what->word))
			message_print(
				"no user and no command is called '%s'; for the file, say ./%s",
				what->word, what->word);
		else
			message_print("no user and no command is called '%s'", what->word);
		break;
	case WHAT_PATTERN:
		message_print("no command matches %s, and there is no such directory", what->word);
		break;
	case WHAT_NOTHING:
		break;
	default:
		what_tell_unmatched(what);
	}
}

void
whats_tell_unmatched(const GArray *whats, guint n_matched)
{
	gboolean told = FALSE;

	for (guint i = 0; i < whats->len; i++) {
		const struct what *what = &g_array_index(whats, struct what, i);

		if (!what->matched)
			tell_unmatched(what);
		told |= !what->matched;
	}
	if (!told && n_matched == 0 && whats->len > 0)
		message_print("nothing matches all of these");
}

void
whats_begin_search(GArray *whats, ProcviewSnapshot *snapshot)
{
	struct mount_views *views = mount_views_new(snapshot);

	for (guint i = 0; i < whats->len; i++)
		what_begin_search(&g_array_index(whats, struct what, i), snapshot, views);
	mount_views_unref(views);
}
