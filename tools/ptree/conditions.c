/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Has a process met one of the words, or all of them?
 *
 * Words are alternatives: one is enough. With --all each is a condition, and which process met
 * which word is kept until all places have been looked into, since one word may be met by a
 * descriptor, the next by a thread's own table, and a third by the name of the command.
 */
#include "conditions.h"

gboolean
conditions_init(struct conditions *conditions, struct forest *forest, GArray *whats, gboolean all)
{
	*conditions = (struct conditions){
		.forest = forest,
		.whats = whats,
		.all = all,
		.n_bytes = ((gsize)whats->len + 7) / 8,
	};
	if (all)
		conditions->met =
			g_try_malloc0_n(MAX(forest->n_branches, 1), MAX(conditions->n_bytes, 1));
	return !all || conditions->met != NULL;
}

void
conditions_clear(struct conditions *conditions)
{
	g_clear_pointer(&conditions->met, g_free);
}

void
conditions_meet(struct conditions *conditions, ProcviewProcess *process, guint word)
{
	guint place = forest_find(conditions->forest, process);

	if (place == FOREST_NONE)
		return;
	g_array_index(conditions->whats, struct what, word).matched = TRUE;
	if (conditions->all)
		conditions->met[place * conditions->n_bytes + word / 8] |= 1 << word % 8;
	else
		conditions->forest->branches[place].role = ROLE_MATCHED;
}

static gboolean
has_met_all(const struct conditions *conditions, guint place)
{
	const guint8 *met = conditions->met + place * conditions->n_bytes;

	for (guint i = 0; i < conditions->whats->len; i++) {
		if ((met[i / 8] & 1 << i % 8) == 0)
			return FALSE;
	}
	return TRUE;
}

guint
conditions_decide(struct conditions *conditions)
{
	struct forest *forest = conditions->forest;
	guint n = 0;

	for (guint i = 0; i < forest->n_branches; i++) {
		if (conditions->all && has_met_all(conditions, i))
			forest->branches[i].role = ROLE_MATCHED;
		n += forest->branches[i].role == ROLE_MATCHED;
	}
	return n;
}

static gboolean
is_of_process(const struct what *what)
{
	return what->kind == WHAT_ID || what->kind == WHAT_NAME || what->kind == WHAT_PATTERN;
}

static gboolean
is_able(const struct conditions *conditions, guint place)
{
	const guint8 *met = conditions->met + place * conditions->n_bytes;

	for (guint i = 0; i < conditions->whats->len; i++) {
		if (is_of_process(&g_array_index(conditions->whats, struct what, i)) &&
		    (met[i / 8] & 1 << i % 8) == 0)
			return FALSE;
	}
	return TRUE;
}

GHashTable *
conditions_list_able(const struct conditions *conditions)
{
	GHashTable *able;

	if (!conditions->all)
		return NULL;
	able = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < conditions->forest->n_branches; i++) {
		if (is_able(conditions, i))
			g_hash_table_add(able, conditions->forest->branches[i].process);
	}
	return able;
}
