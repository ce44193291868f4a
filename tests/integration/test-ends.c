/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who is at the other end of pipes, fifos, pseudoterminals and message queues; who else has a
 * counter; whom a pidfd leads to. Look-alikes with one inode number, or one index, are not taken
 * for each other.
 */
#include <stdlib.h>
#include <string.h>

#include "pv-test.h"

static ProcviewSnapshot *
scan(PvTestScene *scene, ProcviewScanner *scanner, gboolean whole)
{
	const ProcviewCollect collect = PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_PEERS;
	g_autoptr(ProcviewQuery) query = whole ? procview_query_new()
					       : pv_test_scene_query(scene, collect);
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot;

	procview_query_set_collect(query, collect);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	return snapshot;
}

static gboolean
has(GPtrArray *files, ProcviewFile *file)
{
	for (guint i = 0; i < files->len; i++)
		if (g_ptr_array_index(files, i) == file)
			return TRUE;
	return FALSE;
}

static guint
n_told(PvTestScene *scene, int tid, int fd)
{
	GPtrArray *lines = pv_test_scene_all(scene, "peer");
	g_autofree char *prefix = g_strdup_printf("%d:%d:", tid, fd);
	guint n = 0;

	for (guint i = 0; i < lines->len; i++)
		n += g_str_has_prefix(g_ptr_array_index(lines, i), prefix);
	return n;
}

/* TID:FD:TID:FD */
static guint
check_peer(PvTestScene *scene, ProcviewSnapshot *snapshot, const char *line)
{
	g_autoptr(GArray) n = pv_test_numbers(line);
	int tid = g_array_index(n, int, 0), fd = g_array_index(n, int, 1);
	ProcviewFile *here = pv_test_file_of(snapshot, tid, fd);
	ProcviewFile *there =
		pv_test_file_of(snapshot, g_array_index(n, int, 2), g_array_index(n, int, 3));
	g_autoptr(GPtrArray) peers = procview_file_list_peers(here);

	if (has(peers, there) && peers->len == n_told(scene, tid, fd))
		return 0;
	g_printerr("# %s: %s, of %u\n", line, has(peers, there) ? "is there" : "is not there",
		   peers->len);
	return 1;
}

static guint
check_alone(ProcviewSnapshot *snapshot, const char *line)
{
	g_autoptr(GArray) n = pv_test_numbers(line);
	ProcviewFile *file =
		pv_test_file_of(snapshot, g_array_index(n, int, 0), g_array_index(n, int, 1));
	g_autoptr(GPtrArray) peers = procview_file_list_peers(file);

	if (peers->len == 0)
		return 0;
	g_printerr("# %s: is not alone, but with %u\n", line, peers->len);
	return 1;
}

static gboolean
is_at(ProcviewDescriptor *descriptor, ProcviewFdTable *table, int fd)
{
	return procview_descriptor_get_fd_table(descriptor) == table &&
	       procview_descriptor_get_fd(descriptor) == fd;
}

static gboolean
is_of_scene(ProcviewDescriptor *descriptor, GPtrArray *processes)
{
	ProcviewProcess *owner =
		procview_fd_table_get_owner(procview_descriptor_get_fd_table(descriptor));

	for (guint i = 0; i < processes->len; i++) {
		if (atoi(g_ptr_array_index(processes, i)) == procview_process_get_pid(owner))
			return TRUE;
	}
	return FALSE;
}

/* One file, and both descriptors lead to it. Who scans at the same time may have a copy of it. */
static void
check_shared(PvTestScene *scene, ProcviewSnapshot *snapshot, const char *line)
{
	GPtrArray *processes = pv_test_scene_all(scene, "process");
	g_autoptr(GArray) n = pv_test_numbers(line);
	ProcviewFile *file =
		pv_test_file_of(snapshot, g_array_index(n, int, 0), g_array_index(n, int, 1));
	g_autoptr(GPtrArray) descriptors = procview_file_list_descriptors(file);
	guint found = 0;
	guint n_own = 0;

	g_assert_true(pv_test_file_of(snapshot, g_array_index(n, int, 2),
				      g_array_index(n, int, 3)) == file);
	for (guint i = 0; i < descriptors->len; i++)
		n_own += is_of_scene(g_ptr_array_index(descriptors, i), processes);
	g_assert_cmpuint(n_own, ==, 2);
	for (guint i = 0; i < descriptors->len; i++)
		for (guint j = 0; j < 4; j += 2)
			found += is_at(g_ptr_array_index(descriptors, i),
				       pv_test_table_of(snapshot, g_array_index(n, int, j)),
				       g_array_index(n, int, j + 1));
	g_assert_cmpuint(found, ==, 2);
}

static void
assert_ends(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *peers = pv_test_scene_all(scene, "peer");
	GPtrArray *alone = pv_test_scene_all(scene, "alone");
	GPtrArray *shared = pv_test_scene_all(scene, "shares");
	guint n = 0;

	g_assert_cmpuint(peers->len, >, 0);
	for (guint i = 0; i < peers->len; i++)
		n += check_peer(scene, snapshot, g_ptr_array_index(peers, i));
	for (guint i = 0; i < alone->len; i++)
		n += check_alone(snapshot, g_ptr_array_index(alone, i));
	g_assert_cmpuint(n, ==, 0);
	for (guint i = 0; i < shared->len; i++)
		check_shared(scene, snapshot, g_ptr_array_index(shared, i));
}

static void
check(ProcviewBackend backend, const char *name)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start(name, NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);

	if (scene == NULL || scanner == NULL)
		return;
	for (guint whole = 0; whole < 2; whole++) {
		g_autoptr(ProcviewSnapshot) snapshot = scan(scene, scanner, whole == 1);

		if (whole == 0)
			pv_test_assert_scene(scene, snapshot);
		assert_ends(scene, snapshot);
	}
}

static void
pipes_and_queues(ProcviewBackend backend)
{
	check(backend, "ends");
}

static void
fifos_with_one_inode(ProcviewBackend backend)
{
	check(backend, "fifos");
}

static void
terminals_with_one_index(ProcviewBackend backend)
{
	check(backend, "terminals");
}

/* TID:FD:PID */
static void
pidfds(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *lines;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = scan(scene, scanner, FALSE);
	lines = pv_test_scene_all(scene, "target");
	g_assert_cmpuint(lines->len, >=, 2);
	for (guint i = 0; i < lines->len; i++) {
		g_autoptr(GArray) n = pv_test_numbers(g_ptr_array_index(lines, i));
		ProcviewFile *file = pv_test_file_of(snapshot, g_array_index(n, int, 0),
						     g_array_index(n, int, 1));
		ProcviewProcess *target = procview_file_get_peer_process(file);

		g_assert_nonnull(target);
		g_assert_cmpint(procview_process_get_pid(target), ==, g_array_index(n, int, 2));
	}
}

/* The pairs of one process, in three devpts instances, and all with index 0. */
static void
terminals_of_one_process(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *lines;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = scan(scene, scanner, FALSE);
	lines = pv_test_scene_all(scene, "pair");
	if (lines->len == 0)
		g_test_skip("needs root");
	for (guint i = 0; i < lines->len; i++) {
		g_autoptr(GArray) n = pv_test_numbers(g_ptr_array_index(lines, i));
		ProcviewFile *ends[2];

		for (guint j = 0; j < 2; j++)
			ends[j] = pv_test_file_of(snapshot, g_array_index(n, int, 2 * j),
						  g_array_index(n, int, 2 * j + 1));
		for (guint j = 0; j < 2; j++) {
			g_autoptr(GPtrArray) peers = procview_file_list_peers(ends[j]);

			g_assert_cmpuint(peers->len, ==, 1);
			g_assert_true(g_ptr_array_index(peers, 0) == ends[1 - j]);
		}
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/ends/pipes-and-queues", pipes_and_queues);
	pv_test_add("/ends/fifos-with-one-inode", fifos_with_one_inode);
	pv_test_add("/ends/terminals-with-one-index", terminals_with_one_index);
	pv_test_add("/ends/terminals-of-one-process", terminals_of_one_process);
	pv_test_add("/ends/pidfds", pidfds);
	return g_test_run();
}
