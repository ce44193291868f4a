/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How would GOption want it written?  -tfoPID  becomes  -t -f -o PID,  -Jlines,  -J=lines  and
 * --json=lines  become  -J  and  --json  with a note that they said "lines", and --watch=5 likewise.
 *
 * What stands behind the letter J is a value, unless all of it are letters of options that take
 * none (-Jtf): a misspelt value is not to be read as options.
 */
#include "arguments.h"

#include <string.h>

struct spelling {
	const GOptionEntry *entries;
	GStrvBuilder *words;
	struct optional *optionals;
	gboolean next_is_value;
	gboolean options_ended;
};

gboolean
arguments_takes_value(const GOptionEntry *entry)
{
	return entry->arg == G_OPTION_ARG_CALLBACK && (entry->flags & G_OPTION_FLAG_NO_ARG) == 0;
}

static const GOptionEntry *
find_long(const struct spelling *spelling, const char *name, gsize length)
{
	const GOptionEntry *entry = spelling->entries;

	for (; entry->long_name != NULL; entry++) {
		if (strlen(entry->long_name) == length &&
		    strncmp(entry->long_name, name, length) == 0)
			return entry;
	}
	return NULL;
}

static const GOptionEntry *
find_short(const struct spelling *spelling, char letter)
{
	const GOptionEntry *entry = spelling->entries;

	for (; entry->long_name != NULL; entry++) {
		if (entry->short_name == letter)
			return entry;
	}
	return NULL;
}

static gboolean
take_optional(struct spelling *spelling, const char *name, const char *value, GError **error)
{
	for (struct optional *optional = spelling->optionals; optional->name != NULL; optional++) {
		if (strcmp(optional->name, name) != 0)
			continue;
		g_free(optional->value);
		optional->value = g_strdup(value);
		return TRUE;
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s takes no value", name);
	return FALSE;
}

static gboolean
spell_long(struct spelling *spelling, const char *word, GError **error)
{
	gsize length = strcspn(word + 2, "=");
	const char *value = word[2 + length] == '=' ? word + 2 + length + 1 : NULL;
	const GOptionEntry *entry = find_long(spelling, word + 2, length);
	g_autofree char *plain = NULL;

	spelling->options_ended = strcmp(word, "--") == 0;
	if (entry == NULL || arguments_takes_value(entry)) {
		spelling->next_is_value = entry != NULL && value == NULL;
		g_strv_builder_add(spelling->words, word);
		return TRUE;
	}
	if (value != NULL && !take_optional(spelling, entry->long_name, value, error))
		return FALSE;
	plain = g_strconcat("--", entry->long_name, NULL);
	g_strv_builder_add(spelling->words, plain);
	return TRUE;
}

static gboolean
are_flags(const struct spelling *spelling, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		const GOptionEntry *entry = find_short(spelling, *letters);

		if (entry == NULL || arguments_takes_value(entry))
			return FALSE;
	}
	return TRUE;
}

/* A dash and letters, up to the first that takes a value. */
static gboolean
spell_short(struct spelling *spelling, const char *word, GError **error)
{
	for (const char *p = word + 1; *p != '\0'; p++) {
		const GOptionEntry *entry = find_short(spelling, *p);
		const char option[] = {'-', *p, '\0'};

		g_strv_builder_add(spelling->words, option);
		if (entry != NULL && arguments_takes_value(entry)) {
			spelling->next_is_value = p[1] == '\0';
			if (p[1] != '\0')
				g_strv_builder_add(spelling->words, p + 1);
			return TRUE;
		}
		if (*p == 'J' && !are_flags(spelling, p + 1))
			return take_optional(spelling, "json", p[1] == '=' ? p + 2 : p + 1, error);
	}
	return TRUE;
}

char **
arguments_spell_out(char **argv, const GOptionEntry *entries, struct optional *optionals,
		    GError **error)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	struct spelling spelling = {.entries = entries, .words = words, .optionals = optionals};

	for (guint i = 0; argv[i] != NULL; i++) {
		gboolean plain = i == 0 || spelling.options_ended || spelling.next_is_value ||
				 argv[i][0] != '-' || argv[i][1] == '\0';

		if (plain) {
			spelling.next_is_value = FALSE;
			g_strv_builder_add(words, argv[i]);
		} else if (argv[i][1] == '-') {
			if (!spell_long(&spelling, argv[i], error))
				return NULL;
		} else if (!spell_short(&spelling, argv[i], error)) {
			return NULL;
		}
	}
	return g_strv_builder_end(words);
}
