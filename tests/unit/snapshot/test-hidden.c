/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A process that the iterators of BPF have passed over, as they do with one that a kernel keeps from
 * them, or that executes a program in another thread than its first just then: it is found in procfs,
 * and told beside the others.
 *
 * Here it is taken out of what the iterators said (--wrap=pv_bpf_list). Whether one of its threads
 * has a table of its own is not told of such a process: what is said to be shared is not proven.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/bpf/bpf.h"
#include "pv-test.h"

gboolean __real_pv_bpf_list(PvBpf *bpf, const PvQuery *query, gint64 ticks_per_s, PvStore *store,
			    const PvWatch *watch, GError **error);
gboolean __wrap_pv_bpf_list(PvBpf *bpf, const PvQuery *query, gint64 ticks_per_s, PvStore *store,
			    const PvWatch *watch, GError **error);

static const char *const scenes[] = {
	"zoo",	   "details",	      "ends",	     "epoll",	      "locks",
	"sockets", "places",	      "fifos",	     "dup",	      "fork",
	"threads", "unshared-leader", "clone-files", "zombie-leader", "holes",
};

static gint32 hidden;

static void
take_out(PvStore *store, const PvProcess *process)
{
	const PvProcess gone = *process;
	guint32 n_behind = store->tasks.n - gone.first_task - gone.n_tasks;

	memmove(pv_store_task(store, gone.first_task),
		pv_store_task(store, gone.first_task) + gone.n_tasks, n_behind * sizeof(PvTask));
	memmove(pv_store_process(store, gone.index), pv_store_process(store, gone.index) + 1,
		(store->processes.n - gone.index - 1) * sizeof(PvProcess));
	pv_array_truncate(&store->tasks, store->tasks.n - gone.n_tasks);
	pv_array_truncate(&store->processes, store->processes.n - 1);
	for (guint32 i = gone.index; i < store->processes.n; i++) {
		PvProcess *behind = pv_store_process(store, i);

		behind->index = i;
		behind->first_task -= gone.n_tasks;
		behind->leader -= gone.n_tasks;
		for (guint32 j = 0; j < behind->n_tasks; j++) {
			PvTask *task = pv_store_task(store, behind->first_task + j);

			task->index = behind->first_task + j;
			task->process = i;
		}
	}
}

gboolean
__wrap_pv_bpf_list(PvBpf *bpf, const PvQuery *query, gint64 ticks_per_s, PvStore *store,
		   const PvWatch *watch, GError **error)
{
	if (!__real_pv_bpf_list(bpf, query, ticks_per_s, store, watch, error))
		return FALSE;
	for (guint32 i = 0; i < store->processes.n; i++) {
		if (pv_store_process(store, i)->pid == hidden) {
			take_out(store, pv_store_process(store, i));
			break;
		}
	}
	return TRUE;
}

static void
check(ProcviewScanner *scanner, PvTestScene *scene, ProcviewQuery *query)
{
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	ProcviewProcess *process;
	ProcviewFdTable *table;

	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
	process = procview_snapshot_find_process(snapshot, hidden);
	g_assert_nonnull(process);
	for (guint i = 0; i < procview_process_get_n_tasks(process); i++) {
		table = procview_task_get_fd_table(procview_process_get_task(process, i));
		if (table == NULL)
			continue;
		g_assert_cmpstr(procview_fd_table_get_backend_name(table), ==, "procfs");
		g_assert_cmpint(procview_fd_table_get_proof(table), ==, PROCVIEW_PROOF_ASSUMED);
	}
	pv_test_assert_descriptors(scene, snapshot);
}

static void
hide_each(gconstpointer name)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(PROCVIEW_BACKEND_BPF);
	g_autoptr(PvTestScene) scene = pv_test_scene_start(name, NULL);
	g_autoptr(ProcviewQuery) query = NULL;
	GPtrArray *processes;

	if (scanner == NULL || scene == NULL)
		return;
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_EVERYTHING);
	processes = pv_test_scene_all(scene, "process");
	g_assert_cmpuint(processes->len, >, 0);
	for (guint i = 0; i < processes->len; i++) {
		hidden = atoi(g_ptr_array_index(processes, i));
		check(scanner, scene, query);
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 120);
	pv_test_require_bpf();
	for (guint i = 0; i < G_N_ELEMENTS(scenes); i++) {
		g_autofree char *path = g_strdup_printf("/hidden/%s", scenes[i]);

		g_test_add_data_func(path, scenes[i], hide_each);
	}
	return g_test_run();
}
