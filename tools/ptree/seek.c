/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where are the files that were named, and who has them?
 *
 * A file is sought in every descriptor table of the snapshot: also in the table of a thread that has
 * one of its own, and in that of a process whose first thread has ended. All the tasks of a table
 * that holds it have it open. It is sought too where no descriptor is needed: as a working directory
 * or root, an executable, a mapped file, in the queue of a socket, in an io_uring.
 *
 * This command itself never counts: the file may be its own output, and who ends all that have it
 * open does not mean the one who asked.
 */
#include "seek.h"

#include "candidates.h"
#include "sharers.h"

struct search {
	struct selection *selection;
	struct conditions *conditions;
	GArray *whats;
	struct candidates *candidates;
	GHashTable *carried; /* what holds files that were named, and an array of the words */
	GArray *words;	     /* that the table or place in hand has met, each once */
	guint *met_in;	     /* by word: the table or place that met it last */
	guint turn;	     /* of the table or place in hand */
	int own;
};

static void
begin_turn(struct search *search)
{
	search->turn++;
	g_array_set_size(search->words, 0);
}

static void
note_word(struct search *search, guint word)
{
	if (search->met_in[word] == search->turn)
		return;
	search->met_in[word] = search->turn;
	g_array_append_val(search->words, word);
}

static gboolean
note_file(struct search *search, ProcviewFile *file)
{
	const GArray *candidates = candidates_for_file(search->candidates, file);
	gboolean found = FALSE;

	for (guint i = 0; i < candidates->len; i++) {
		guint word = g_array_index(candidates, guint, i);

		if (!what_is_file(&g_array_index(search->whats, struct what, word), file))
			continue;
		note_word(search, word);
		found = TRUE;
	}
	return found;
}

/* What the queue or ring holds that the descriptor leads to. */
static gboolean
note_carried(struct search *search, ProcviewFile *file)
{
	const GArray *words = g_hash_table_lookup(search->carried, file);

	for (guint i = 0; words != NULL && i < words->len; i++)
		note_word(search, g_array_index(words, guint, i));
	return words != NULL;
}

static void
credit(struct search *search, ProcviewProcess *process)
{
	if (procview_process_get_pid(process) == search->own)
		return;
	for (guint i = 0; i < search->words->len; i++)
		conditions_meet(search->conditions, process,
				g_array_index(search->words, guint, i));
}

static void
credit_sharers(struct search *search, ProcviewFdTable *table)
{
	ProcviewProcess *process;
	guint at = 0;

	while ((process = sharers_next(table, &at)) != NULL)
		credit(search, process);
}

static void
seek_in_table(struct search *search, ProcviewFdTable *table)
{
	struct selection *selection = search->selection;
	guint n = procview_fd_table_get_n_descriptors(table);

	begin_turn(search);
	for (guint i = 0; i < n; i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewFile *file = procview_descriptor_get_file(descriptor);

		if (note_file(search, file))
			g_hash_table_add(selection->descriptors, descriptor);
		if (note_carried(search, file))
			g_hash_table_add(selection->carriers, descriptor);
	}
	if (search->words->len == 0)
		return;
	g_hash_table_add(selection->tables, table);
	credit_sharers(search, table);
}

static void
seek_in_tables(struct search *search)
{
	ProcviewSnapshot *snapshot = search->selection->snapshot;
	guint n = procview_snapshot_get_n_fd_tables(snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		if (procview_process_get_pid(procview_fd_table_get_owner(table)) != search->own)
			seek_in_table(search, table);
	}
}

/* Notes what holds files that were named; who has that is found with the tables. */
static void
seek_in_holdings(struct search *search)
{
	struct selection *selection = search->selection;
	guint n = procview_snapshot_get_n_holdings(selection->snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewHolding *holding = procview_snapshot_get_holding(selection->snapshot, i);
		ProcviewFile *holder = procview_holding_get_holder(holding);
		GArray *words;

		begin_turn(search);
		if (!note_file(search, procview_holding_get_file(holding)))
			continue;
		g_hash_table_add(selection->holdings, holding);
		words = g_hash_table_lookup(search->carried, holder);
		if (words == NULL) {
			words = g_array_new(FALSE, FALSE, sizeof(guint));
			g_hash_table_insert(search->carried, holder, words);
		}
		g_array_append_vals(words, search->words->data, search->words->len);
	}
}

/* What a place is found by is kept with its key. */
static gpointer
get_object(const struct place *place)
{
	return place->fs != NULL ? (gpointer)place->fs : (gpointer)place->memory;
}

static void
seek_in_place(const struct place *place, gpointer data)
{
	struct search *search = data;
	GHashTable *places = search->selection->places[place->kind];
	const GArray *candidates = candidates_for_place(search->candidates, place);

	begin_turn(search);
	for (guint i = 0; i < candidates->len; i++) {
		guint word = g_array_index(candidates, guint, i);

		if (what_is_place(&g_array_index(search->whats, struct what, word), place))
			note_word(search, word);
	}
	if (search->words->len == 0)
		return;
	g_hash_table_insert(places, (gpointer)place_get_key(place), get_object(place));
	for (guint i = 0; i < place_get_n_sharers(place); i++)
		credit(search, place_get_sharer(place, i));
}

static void
seek_in_places(struct search *search)
{
	ProcviewSnapshot *snapshot = search->selection->snapshot;
	guint n_contexts = procview_snapshot_get_n_fs_contexts(snapshot);
	guint n_memories = procview_snapshot_get_n_memories(snapshot);

	for (guint i = 0; i < n_contexts; i++)
		place_for_each_of_fs(procview_snapshot_get_fs_context(snapshot, i), seek_in_place,
				     search);
	for (guint i = 0; i < n_memories; i++)
		place_for_each_of_memory(procview_snapshot_get_memory(snapshot, i), seek_in_place,
					 search);
}

void
seek_files(struct selection *selection, struct conditions *conditions, int own)
{
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autofree guint *met_in = g_new0(guint, conditions->whats->len);
	g_autoptr(GHashTable) carried =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	struct search search = {
		.selection = selection,
		.conditions = conditions,
		.whats = conditions->whats,
		.candidates = candidates_new(conditions->whats),
		.carried = carried,
		.words = words,
		.met_in = met_in,
		.own = own,
	};

	seek_in_holdings(&search);
	seek_in_tables(&search);
	seek_in_places(&search);
	candidates_free(search.candidates);
}

static gboolean
is_matched(const struct selection *selection, ProcviewProcess *process)
{
	return selection_get_role(selection, process) == ROLE_MATCHED;
}

static gboolean
is_table_of_others(gpointer key, gpointer value, gpointer data)
{
	return !is_matched(data, selection_find_head(data, key));
}

static gboolean
is_descriptor_of_others(gpointer key, gpointer value, gpointer data)
{
	const struct selection *selection = data;

	return !g_hash_table_contains(selection->tables, procview_descriptor_get_fd_table(key));
}

static gboolean
is_task_of_others(gpointer key, gpointer value, gpointer data)
{
	return !is_matched(data, procview_task_get_process(key));
}

struct sieve {
	const struct selection *selection;
	gboolean of_fs;
};

static gboolean
is_place_of_others(gpointer key, gpointer value, gpointer data)
{
	const struct sieve *sieve = data;
	struct place place = {0};

	if (sieve->of_fs)
		place.fs = value;
	else
		place.memory = value;
	return place_get_n_sharers(&place) == 0 ||
	       !is_matched(sieve->selection,
			   selection_find_head_of_place(sieve->selection, &place));
}

void
seek_forget_others(struct selection *selection)
{
	g_hash_table_foreach_remove(selection->tasks, is_task_of_others, selection);
	g_hash_table_foreach_remove(selection->tables, is_table_of_others, selection);
	g_hash_table_foreach_remove(selection->descriptors, is_descriptor_of_others, selection);
	g_hash_table_foreach_remove(selection->carriers, is_descriptor_of_others, selection);
	for (guint i = 0; i < PLACE_KINDS; i++) {
		struct sieve sieve = {selection, i == PLACE_CWD || i == PLACE_ROOT};

		g_hash_table_foreach_remove(selection->places[i], is_place_of_others, &sieve);
	}
}
