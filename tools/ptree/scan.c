/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What must be asked of the library, to answer and no more?
 *
 * Processes that were named by number or user cost themselves, their relatives and those they
 * share a table with: a first, cheap scan finds these, and a second one reads them. Everything
 * that is shown is of the second, so it is of one moment. A file can be anywhere, and so can the
 * other end of a pipe: to find who has it, all is read at once.
 */
#include "scan.h"

#include "progress.h"

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

/* All by which a file can be held. */
#define OF_SOUGHT                                                                                  \
	(PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_PLACES | PROCVIEW_COLLECT_MAPPINGS |      \
	 PROCVIEW_COLLECT_HOLDINGS)

static ProcviewCollect
choose_sought(const GArray *whats)
{
	if (!whats_have(whats, WHAT_FILE))
		return PROCVIEW_COLLECT_NOTHING;
	return whats_have_socket(whats) ? OF_SOUGHT | PROCVIEW_COLLECT_SOCKETS : OF_SOUGHT;
}

static ProcviewCollect
choose_for_picture(const struct options *options, const GPtrArray *columns, gboolean seeks_file)
{
	ProcviewCollect needs = columns_get_needs(columns);

	if (!options->files && !seeks_file)
		return needs & ~OF_FILES_ONLY;
	needs |= PROCVIEW_COLLECT_PATHS;
	return options->files && columns_draw_tree(columns, options) ? needs | OF_TREE : needs;
}

static ProcviewCollect
choose_collect(const struct options *options, const GPtrArray *columns, const GArray *whats)
{
	ProcviewCollect collect = choose_sought(whats);

	if (options->pids)
		return collect;
	if (options->threads)
		collect |= PROCVIEW_COLLECT_THREADS | PROCVIEW_COLLECT_TABLES;
	if (!options->json)
		return collect |
		       choose_for_picture(options, columns, collect != PROCVIEW_COLLECT_NOTHING);
	collect |= PROCVIEW_COLLECT_COMMANDS | PROCVIEW_COLLECT_LIMITS | PROCVIEW_COLLECT_TABLES;
	/* Dear without BPF, so only where a column was asked for that tells it. */
	collect |= columns_get_needs(columns) & DEAR;
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

/* Most of what opening costs is for what few ask for. */
static ProcviewScannerFlags
choose_flags(ProcviewCollect collect, gboolean own_view)
{
	ProcviewCollect plain = PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_CONTEXT;
	ProcviewScannerFlags flags = PROCVIEW_SCANNER_NONE;

	if (own_view)
		flags |= PROCVIEW_SCANNER_OWN_VIEW;
	return (collect & ~plain) == 0 ? flags | PROCVIEW_SCANNER_TABLES_ONLY : flags;
}

gboolean
scan_open(struct scan *scan, const struct options *options, const GPtrArray *columns,
	  const GArray *whats, gboolean own_view, GError **error)
{
	ProcviewScannerFlags flags;
	gboolean shows = !options->pids && !options->json && columns_have(columns, "CLOEXEC");
	const char *name;

	scan->collect = choose_collect(options, columns, whats);
	flags = choose_flags(scan->collect, own_view);
	if (!open_with(scan, options->backend, flags, error))
		return FALSE;
	name = procview_rights_get_backend_name(scan->rights, PROCVIEW_STEP_FILES);
	/* Close-on-exec is the descriptor's own, so a duplicate of it cannot tell. */
	if (!shows || options->backend_named || g_strcmp0(name, "pidfd") != 0)
		return TRUE;
	return open_with(scan, PROCVIEW_BACKEND_PROCFS, flags, error);
}

static ProcviewSnapshot *
take(ProcviewScanner *scanner, ProcviewQuery *query, GError **error)
{
	struct progress progress;
	ProcviewSnapshot *snapshot;

	progress_init(&progress);
	snapshot =
		procview_scanner_scan_full(scanner, query, NULL, progress_report, &progress, error);
	progress_erase(&progress);
	return snapshot;
}

static void
add_sharers(ProcviewQuery *query, const struct selection *selection, ProcviewFdTable *table)
{
	gboolean matched = FALSE;
	guint n = procview_fd_table_get_n_tasks(table);
	ProcviewProcess *last = NULL;

	for (guint i = 0; i < n && !matched; i++) {
		ProcviewTask *task = procview_fd_table_get_task(table, i);
		enum role role = selection_get_role(selection, procview_task_get_process(task));

		matched = role == ROLE_MATCHED;
	}
	for (guint i = 0; i < n && matched; i++) {
		ProcviewProcess *process =
			procview_task_get_process(procview_fd_table_get_task(table, i));

		if (process != last && selection_get_role(selection, process) == ROLE_NONE)
			procview_query_add_pid(query, procview_process_get_pid(process));
		last = process;
	}
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
	return options->files || options->json || columns_have(columns, "SHARERS");
}

/* The first of two scans. The query becomes that of the second; NULL: there is none to take. */
static gboolean
look_over(struct scan *scan, GArray *whats, ProcviewQuery **query, GError **error)
{
	ProcviewCollect collect = procview_query_get_collect(*query);
	g_autoptr(ProcviewQuery) cheap = procview_query_new();
	/* The other end can be anybody's. */
	gboolean reads_all = (collect & PROCVIEW_COLLECT_PEERS) != 0;
	gboolean named_thread;

	procview_query_set_collect(cheap, scan->tells_sharers ? PROCVIEW_COLLECT_TABLES
							      : PROCVIEW_COLLECT_NOTHING);
	scan->overview = take(scan->scanner, cheap, error);
	if (scan->overview == NULL)
		return FALSE;
	scan->selection = selection_new(scan->overview, whats);
	named_thread = g_hash_table_size(scan->selection->tasks) > 0;
	g_clear_pointer(query, procview_query_unref);
	if (scan->selection->n_matched > 0) {
		*query = reads_all ? procview_query_new() : ask_for_relatives(scan->selection);
		procview_query_set_collect(*query, named_thread ? collect | PROCVIEW_COLLECT_THREADS
								: collect);
	}
	return TRUE;
}

gboolean
scan_run(struct scan *scan, const struct options *options, const GPtrArray *columns, GArray *whats,
	 GError **error)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();

	scan->seeks_file = whats_have(whats, WHAT_FILE);
	scan->tells_sharers = tells_sharers(options, columns);
	procview_query_set_collect(query, scan->collect);
	if (whats->len > 0 && !scan->seeks_file && !options->pids) {
		if (!look_over(scan, whats, &query, error))
			return FALSE;
		if (query == NULL) {
			scan->snapshot = g_steal_pointer(&scan->overview);
			return TRUE;
		}
		g_clear_pointer(&scan->selection, selection_free);
		whats_forget_matches(whats);
	}
	scan->snapshot = take(scan->scanner, query, error);
	if (scan->snapshot == NULL)
		return FALSE;
	scan->selection = selection_new(scan->snapshot, whats);
	return TRUE;
}

void
scan_clear(struct scan *scan)
{
	g_clear_pointer(&scan->selection, selection_free);
	g_clear_pointer(&scan->overview, procview_snapshot_unref);
	g_clear_pointer(&scan->snapshot, procview_snapshot_unref);
	g_clear_pointer(&scan->rights, procview_rights_unref);
	g_clear_object(&scan->scanner);
}
