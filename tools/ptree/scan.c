/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What must be asked of the library, to answer and no more?
 *
 * Processes that were named cost themselves, their relatives and those they share a table with. If
 * it was by number, the library finds these. If it was by user or command, a first, cheap scan does,
 * and a second one reads them; so it is for those who watch, who want to know of whoever is no
 * relative any more whether he has ended. Everything that is shown is of the last scan, so it is of
 * one moment. A file can be anywhere, and so can the other end of a pipe: where no number leads to
 * who has it (narrow.c), everybody is read. Most files have no other end, so these are sought in a
 * scan of their own, once one has been met that has.
 */
#include "scan.h"

#include "graph.h"
#include "narrow.h"
#include "progress.h"
#include "sharers.h"

#define OF_FILES                                                                                   \
	(PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_PATHS | PROCVIEW_COLLECT_DESCRIPTIONS)

/* What the lines of the tree tell with -f. */
#define OF_TREE                                                                                    \
	(OF_FILES | PROCVIEW_COLLECT_DETAILS | PROCVIEW_COLLECT_SOCKETS | PROCVIEW_COLLECT_LOCKS | \
	 PROCVIEW_COLLECT_PEERS | PROCVIEW_COLLECT_PLACES | PROCVIEW_COLLECT_HOLDINGS)

/* What needs a column that tells it, with JSON too. */
#define DEAR (PROCVIEW_COLLECT_CONTEXT | PROCVIEW_COLLECT_MAPPINGS)

/* What nothing is told of but with -f, or of a file that was named. */
#define OF_FILES_ONLY (OF_TREE | PROCVIEW_COLLECT_MOUNTS | PROCVIEW_COLLECT_MAPPINGS)

static ProcviewCollect
choose_for_picture(const struct options *options, const GPtrArray *columns, gboolean seeks_file)
{
	ProcviewCollect needs = columns_get_needs(columns, options);

	if (!options->files && !seeks_file)
		return needs & ~OF_FILES_ONLY;
	needs |= PROCVIEW_COLLECT_PATHS;
	return options->files && columns_draw_tree(columns, options) ? needs | OF_TREE : needs;
}

static ProcviewCollect
choose_collect(const struct options *options, const GPtrArray *columns, const GArray *whats)
{
	ProcviewCollect collect = whats_get_needs(whats);

	if (options->pids)
		return collect | columns_get_needs(NULL, options);
	if (options->graph)
		return collect | graph_get_needs();
	if (options->threads)
		collect |= PROCVIEW_COLLECT_THREADS | PROCVIEW_COLLECT_TABLES;
	if (!options->json)
		return collect | choose_for_picture(options, columns, whats_seek_files(whats));
	collect |= PROCVIEW_COLLECT_COMMANDS | PROCVIEW_COLLECT_LIMITS | PROCVIEW_COLLECT_TABLES;
	/* Dear without BPF, so only where a column was asked for that tells it. */
	collect |= columns_get_needs(columns, options) & DEAR;
	return options->files ? collect | OF_TREE | PROCVIEW_COLLECT_MOUNTS : collect;
}

static gboolean
open_with(struct scan *scan, ProcviewBackend backend, ProcviewScannerFlags flags, GError **error)
{
	g_clear_pointer(&scan->rights, procview_rights_unref);
	g_clear_object(&scan->scanner);
	scan->scanner = procview_scanner_new_full(backend, flags, error);
	if (scan->scanner != NULL)
		scan->rights = procview_scanner_dup_rights(scan->scanner, error);
	return scan->rights != NULL;
}

/* Close-on-exec is the descriptor's own, so a duplicate of it cannot tell. */
static gboolean
shows_cloexec(const struct options *options, const GPtrArray *columns)
{
	return !options->json &&
	       columns_ask_for(options->pids ? NULL : columns, options, "CLOEXEC");
}

/*
 * Programs want all that can be known of descriptors, and who watches scans often; whoever else
 * asks waits for the answer, and the scanner may take the shortest way to it.
 */
static gboolean
takes_shortest_way(const struct options *options, const GPtrArray *columns)
{
	return !options->backend_named && !options->watches && !(options->json && options->files) &&
	       !shows_cloexec(options, columns);
}

/* Most of what opening costs is for what few ask for. */
static ProcviewScannerFlags
choose_flags(const struct scan *scan, gboolean own_view)
{
	ProcviewCollect plain = PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_CONTEXT;
	ProcviewScannerFlags flags = PROCVIEW_SCANNER_NONE;

	if (own_view)
		flags |= PROCVIEW_SCANNER_OWN_VIEW;
	if (scan->once)
		flags |= PROCVIEW_SCANNER_ONCE;
	if ((scan->collect & ~plain) == 0 && !scan->may_need_more)
		flags |= PROCVIEW_SCANNER_TABLES_ONLY;
	return flags;
}

gboolean
scan_open(struct scan *scan, const struct options *options, const GPtrArray *columns,
	  const GArray *whats, gboolean own_view, GError **error)
{
	ProcviewScannerFlags flags;
	const char *name;

	scan->collect = choose_collect(options, columns, whats);
	scan->may_need_more = options->watches && options->words != NULL;
	scan->once = !own_view && takes_shortest_way(options, columns);
	flags = choose_flags(scan, own_view);
	if (!open_with(scan, options->backend, flags, error))
		return FALSE;
	name = procview_rights_get_backend_name(scan->rights, PROCVIEW_STEP_FILES);
	if (!shows_cloexec(options, columns) || options->backend_named ||
	    g_strcmp0(name, "pidfd") != 0)
		return TRUE;
	return open_with(scan, PROCVIEW_BACKEND_PROCFS, flags, error);
}

static ProcviewSnapshot *
take(const struct scan *scan, ProcviewQuery *query, GError **error)
{
	struct progress progress;
	ProcviewSnapshot *snapshot;

	if (scan->on_pace != NULL)
		return procview_scanner_scan_full(scan->scanner, query, scan->cancellable,
						  scan->on_pace, scan->cancellable, error);
	progress_init(&progress);
	snapshot = procview_scanner_scan_full(scan->scanner, query, NULL, progress_report,
					      &progress, error);
	progress_erase(&progress);
	return snapshot;
}

static void
add_sharers(ProcviewQuery *query, const struct selection *selection, ProcviewFdTable *table)
{
	ProcviewProcess *process;
	guint at = 0;

	if (!selection_has_table_of_matched(selection, table))
		return;
	while ((process = sharers_next(table, &at)) != NULL) {
		if (selection_get_role(selection, process) == ROLE_NONE)
			procview_query_add_pid(query, procview_process_get_pid(process));
	}
}

/* To read each by its number takes several times as long as to read all in one pass. */
static gboolean
are_most(const struct forest *forest)
{
	guint n = 0;

	for (guint i = 0; i < forest->n_branches; i++)
		n += forest->branches[i].role != ROLE_NONE;
	return n > forest->n_branches / 2;
}

static ProcviewQuery *
ask_for_relatives(const struct selection *selection)
{
	ProcviewQuery *query = procview_query_new();
	const struct forest *forest = selection->forest;
	guint n_tables = procview_snapshot_get_n_fd_tables(selection->snapshot);

	for (guint i = 0; i < forest->n_branches; i++) {
		if (forest->branches[i].role != ROLE_NONE)
			procview_query_add_pid(
				query, procview_process_get_pid(forest->branches[i].process));
	}
	for (guint i = 0; i < n_tables; i++)
		add_sharers(query, selection,
			    procview_snapshot_get_fd_table(selection->snapshot, i));
	return query;
}

/* Whether it matters who else has a table; if not, strangers need not be compared. */
static gboolean
tells_sharers(const struct options *options, const GPtrArray *columns)
{
	return options->files || options->json || columns_ask_for(columns, options, "SHARERS");
}

static gboolean
are_numbers(const GArray *whats)
{
	for (guint i = 0; i < whats->len; i++) {
		if (g_array_index(whats, struct what, i).kind != WHAT_ID)
			return FALSE;
	}
	return whats->len > 0;
}

/* Whether all can be asked for by number; several conditions may be met by nobody. */
static gboolean
finds_by_number(const struct scan *scan, const struct options *options, const GArray *whats)
{
	return are_numbers(whats) && !options->watches && (!scan->all || whats->len == 1) &&
	       (!options->pids || scan->collect == PROCVIEW_COLLECT_NOTHING);
}

static ProcviewRelatives
choose_relatives(const struct scan *scan, const struct options *options)
{
	ProcviewRelatives relatives = PROCVIEW_RELATIVES_FAMILY;

	if (scan->tells_sharers)
		relatives |= PROCVIEW_RELATIVES_SHARERS;
	/* Of others than those who were named, a picture has no files. */
	if (!options->json && !options->graph)
		relatives |= PROCVIEW_RELATIVES_COUNTED;
	/* A list of numbers has no relatives in it. */
	return options->pids ? PROCVIEW_RELATIVES_NONE : relatives;
}

static void
ask_by_number(struct scan *scan, const struct options *options, const GArray *whats,
	      ProcviewQuery *query)
{
	for (guint i = 0; i < whats->len; i++)
		procview_query_add_pid(query, g_array_index(whats, struct what, i).id);
	procview_query_set_relatives(query, choose_relatives(scan, options));
	scan->narrowed = TRUE;
}

/* Who has what was named: the answer may be everybody, and is selected from as ever. */
static void
ask_for_holders(struct scan *scan, const struct options *options, const GArray *whats,
		ProcviewQuery *query)
{
	scan->narrowed = scan->once && narrow_to_words(query, whats);
	if (scan->narrowed)
		procview_query_set_relatives(query, choose_relatives(scan, options));
}

/* The first of two scans. The query becomes that of the second; NULL: there is none to take. */
static gboolean
look_over(struct scan *scan, GArray *whats, ProcviewQuery **query, GError **error)
{
	ProcviewCollect collect = procview_query_get_collect(*query);
	g_autoptr(ProcviewQuery) cheap = procview_query_new();
	gboolean named_thread;

	procview_query_set_collect(
		cheap, (scan->tells_sharers ? PROCVIEW_COLLECT_TABLES : PROCVIEW_COLLECT_NOTHING) |
			       whats_get_needs(whats));
	scan->overview = take(scan, cheap, error);
	if (scan->overview == NULL)
		return FALSE;
	scan->selection = selection_new(scan->overview, whats, scan->all, error);
	if (scan->selection == NULL)
		return FALSE;
	scan->narrowed = !are_most(scan->selection->forest);
	named_thread = g_hash_table_size(scan->selection->tasks) > 0;
	g_clear_pointer(query, procview_query_unref);
	if (scan->selection->n_matched > 0) {
		*query = scan->narrowed ? ask_for_relatives(scan->selection) : procview_query_new();
		procview_query_set_collect(*query, named_thread ? collect | PROCVIEW_COLLECT_THREADS
								: collect);
	}
	return TRUE;
}

static gboolean
take_and_select(struct scan *scan, ProcviewQuery *query, GArray *whats, GError **error)
{
	whats_forget_matches(whats);
	g_clear_pointer(&scan->selection, selection_free);
	g_clear_pointer(&scan->snapshot, procview_snapshot_unref);
	scan->snapshot = take(scan, query, error);
	if (scan->snapshot == NULL)
		return FALSE;
	scan->selection = selection_new(scan->snapshot, whats, scan->all, error);
	return scan->selection != NULL;
}

/* That a number is a thread's is known when its process has been seen: its threads are told of. */
static gboolean
take_threads(struct scan *scan, const struct options *options, ProcviewQuery *query, GArray *whats,
	     GError **error)
{
	ProcviewCollect collect = procview_query_get_collect(query);

	if (options->pids || !scan->narrowed || (collect & PROCVIEW_COLLECT_THREADS) != 0 ||
	    g_hash_table_size(scan->selection->tasks) == 0)
		return TRUE;
	procview_query_set_collect(query, collect | PROCVIEW_COLLECT_THREADS);
	return take_and_select(scan, query, whats, error);
}

/* Whoever is shown already, and those who may have the other ends. FALSE: nobody has. */
static gboolean
ask_for_ends(const struct scan *scan, const struct options *options, ProcviewQuery *query)
{
	guint n = procview_snapshot_get_n_processes(scan->snapshot);
	enum reach reach = REACH_ANYBODY;

	/* Programs are told of the relatives' files, too, and the graph has whoever shares a file. */
	if (!options->json && !options->graph)
		reach = narrow_to_ends(query, scan->selection);
	for (guint i = 0; i < n && reach == REACH_SOME; i++) {
		ProcviewProcess *process = procview_snapshot_get_process(scan->snapshot, i);

		procview_query_add_pid(query, procview_process_get_pid(process));
	}
	return reach != REACH_NOBODY;
}

/* Other ends can be others': those who have some are scanned once more, with these. */
static gboolean
take_others(struct scan *scan, const struct options *options, ProcviewQuery *query, GArray *whats,
	    GError **error)
{
	g_autoptr(ProcviewQuery) wider = procview_query_new();

	procview_query_set_collect(wider, procview_query_get_collect(query));
	if (!scan->narrowed || scan->selection->n_matched == 0 ||
	    !ask_for_ends(scan, options, wider))
		return TRUE;
	return take_and_select(scan, wider, whats, error);
}

gboolean
scan_run(struct scan *scan, const struct options *options, const GPtrArray *columns, GArray *whats,
	 GError **error)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	gboolean tells_ends;

	/* Where there was nothing in the view before, a file may be now. */
	scan->collect = choose_collect(options, columns, whats);
	tells_ends = (scan->collect & PROCVIEW_COLLECT_PEERS) != 0;
	scan->all = options->all;
	scan->seeks_file = whats_seek_files(whats);
	scan->tells_sharers = tells_sharers(options, columns);
	scan->narrowed = FALSE;
	procview_query_set_collect(query, scan->collect);
	if (finds_by_number(scan, options, whats)) {
		ask_by_number(scan, options, whats, query);
	} else if (scan->seeks_file) {
		ask_for_holders(scan, options, whats, query);
	} else if (whats->len > 0 && !options->pids) {
		if (!look_over(scan, whats, &query, error))
			return FALSE;
		if (query == NULL && !scan->may_lose) {
			scan->snapshot = g_steal_pointer(&scan->overview);
			return TRUE;
		}
		if (query == NULL) {
			query = procview_query_new();
			procview_query_set_collect(query, scan->collect);
		}
	}
	return take_and_select(scan, query, whats, error) &&
	       take_threads(scan, options, query, whats, error) &&
	       (!tells_ends || take_others(scan, options, query, whats, error));
}

void
scan_forget(struct scan *scan)
{
	g_clear_pointer(&scan->news, news_free);
	g_clear_pointer(&scan->selection, selection_free);
	g_clear_pointer(&scan->overview, procview_snapshot_unref);
	g_clear_pointer(&scan->snapshot, procview_snapshot_unref);
}

void
scan_clear(struct scan *scan)
{
	scan_forget(scan);
	g_clear_pointer(&scan->rights, procview_rights_unref);
	g_clear_object(&scan->scanner);
}
