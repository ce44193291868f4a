/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which processes did the user mean?
 *
 * A number means a process, or a thread's process; a name or an expression means those that are
 * called so, or whose user it is; and who has a file or a port is found by seek.c. This command
 * itself is meant by its number and its user only: its command line has the word in it.
 */
#include "select.h"

#include <unistd.h>

#include "conditions.h"
#include "seek.h"
#include "sharers.h"

static void
match_id(struct selection *selection, struct conditions *conditions, guint word)
{
	const struct what *what = &g_array_index(conditions->whats, struct what, word);
	ProcviewTask *task = procview_snapshot_find_task(selection->snapshot, what->id);

	if (task == NULL)
		return;
	conditions_meet(conditions, procview_task_get_process(task), word);
	if (!procview_task_is_leader(task))
		g_hash_table_add(selection->tasks, task);
}

static gboolean
match_processes(struct selection *selection, struct conditions *conditions, guint word, int own,
		GError **error)
{
	const struct what *what = &g_array_index(conditions->whats, struct what, word);
	GError *why = NULL;

	for (guint i = 0; i < selection->forest->n_branches && why == NULL; i++) {
		ProcviewProcess *process = selection->forest->branches[i].process;
		gboolean is_self = procview_process_get_pid(process) == own;

		if (what_is_process(what, process, is_self, &why))
			conditions_meet(conditions, process, word);
	}
	if (why != NULL)
		g_propagate_error(error, why);
	return why == NULL;
}

/* The number of this command where /proc is mounted, which may be in another pid namespace. */
static int
find_own_pid(void)
{
	g_autofree char *link = g_file_read_link("/proc/self", NULL);
	guint64 pid;

	if (link != NULL && g_ascii_string_to_unsigned(link, 10, 1, G_MAXINT, &pid, NULL))
		return (int)pid;
	return getpid();
}

static gboolean
match_words(struct selection *selection, struct conditions *conditions, GError **error)
{
	GArray *whats = conditions->whats;
	int own = find_own_pid();

	for (guint i = 0; i < whats->len; i++) {
		switch (g_array_index(whats, struct what, i).kind) {
		case WHAT_ID:
			match_id(selection, conditions, i);
			break;
		case WHAT_NAME:
		case WHAT_PATTERN:
			if (!match_processes(selection, conditions, i, own, error))
				return FALSE;
			break;
		default:
			break;
		}
	}
	if (whats_seek_files(whats)) {
		whats_begin_search(whats, selection->snapshot);
		seek_files(selection, conditions, own);
	}
	return TRUE;
}

static GHashTable *
index_holdings(ProcviewSnapshot *snapshot)
{
	GHashTable *held =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	guint n = procview_snapshot_get_n_holdings(snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewHolding *holding = procview_snapshot_get_holding(snapshot, i);
		ProcviewFile *holder = procview_holding_get_holder(holding);
		GPtrArray *holdings = g_hash_table_lookup(held, holder);

		if (holdings == NULL) {
			holdings = g_ptr_array_new();
			g_hash_table_insert(held, holder, holdings);
		}
		g_ptr_array_add(holdings, holding);
	}
	return held;
}

static void
match_everything(struct selection *selection)
{
	selection->everything = TRUE;
	selection->n_matched = selection->forest->n_branches;
	for (guint i = 0; i < selection->forest->n_branches; i++)
		selection->forest->branches[i].role = ROLE_MATCHED;
}

static struct selection *
new_empty(ProcviewSnapshot *snapshot)
{
	struct selection *selection = g_new0(struct selection, 1);

	selection->snapshot = procview_snapshot_ref(snapshot);
	selection->forest = forest_new(snapshot);
	selection->tasks = g_hash_table_new(NULL, NULL);
	selection->tables = g_hash_table_new(NULL, NULL);
	selection->descriptors = g_hash_table_new(NULL, NULL);
	selection->carriers = g_hash_table_new(NULL, NULL);
	selection->holdings = g_hash_table_new(NULL, NULL);
	selection->held = index_holdings(snapshot);
	for (guint i = 0; i < PLACE_KINDS; i++)
		selection->places[i] = g_hash_table_new(NULL, NULL);
	return selection;
}

struct selection *
selection_new(ProcviewSnapshot *snapshot, GArray *whats, gboolean all, GError **error)
{
	struct selection *selection = new_empty(snapshot);
	struct conditions conditions;
	gboolean done;

	if (whats->len == 0) {
		match_everything(selection);
		return selection;
	}
	if (!conditions_init(&conditions, selection->forest, whats, all)) {
		g_set_error_literal(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NO_MEMORY,
				    "no memory for so many words");
		selection_free(selection);
		return NULL;
	}
	done = match_words(selection, &conditions, error);
	selection->n_matched = conditions_decide(&conditions);
	selection->could_match = conditions_list_able(&conditions);
	conditions_clear(&conditions);
	if (!done) {
		selection_free(selection);
		return NULL;
	}
	if (all)
		seek_forget_others(selection);
	forest_mark_relatives(selection->forest);
	return selection;
}

void
selection_free(struct selection *selection)
{
	if (selection == NULL)
		return;
	for (guint i = 0; i < PLACE_KINDS; i++)
		g_hash_table_unref(selection->places[i]);
	g_clear_pointer(&selection->could_match, g_hash_table_unref);
	g_hash_table_unref(selection->held);
	g_hash_table_unref(selection->holdings);
	g_hash_table_unref(selection->carriers);
	g_hash_table_unref(selection->descriptors);
	g_hash_table_unref(selection->tables);
	g_hash_table_unref(selection->tasks);
	forest_free(selection->forest);
	procview_snapshot_unref(selection->snapshot);
	g_free(selection);
}

enum role
selection_get_role(const struct selection *selection, ProcviewProcess *process)
{
	guint place = forest_find(selection->forest, process);

	return place == FOREST_NONE ? ROLE_NONE : selection->forest->branches[place].role;
}

gboolean
selection_has_table_of_matched(const struct selection *selection, ProcviewFdTable *table)
{
	return selection_get_role(selection, selection_find_head(selection, table)) == ROLE_MATCHED;
}

ProcviewProcess *
selection_find_head(const struct selection *selection, ProcviewFdTable *table)
{
	ProcviewProcess *process;
	guint at = 0;

	while ((process = sharers_next(table, &at)) != NULL) {
		if (selection_get_role(selection, process) == ROLE_MATCHED)
			return process;
	}
	return procview_fd_table_get_owner(table);
}

gboolean
selection_has_place(const struct selection *selection, const struct place *place)
{
	return g_hash_table_contains(selection->places[place->kind], place_get_key(place));
}

ProcviewProcess *
selection_find_head_of_place(const struct selection *selection, const struct place *place)
{
	guint n = place_get_n_sharers(place);

	for (guint i = 0; i < n; i++) {
		ProcviewProcess *process = place_get_sharer(place, i);

		if (selection_get_role(selection, process) == ROLE_MATCHED)
			return process;
	}
	return place_get_sharer(place, 0);
}

gboolean
selection_could_match(const struct selection *selection, ProcviewProcess *process)
{
	return selection->could_match == NULL ||
	       g_hash_table_contains(selection->could_match, process);
}
