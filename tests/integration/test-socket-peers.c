/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who is at the other end of a socket: in the same process, in another one, at a listener that has
 * not accepted yet, and at one that hears many.
 */
#include "socket.h"

static void
check(ProcviewBackend backend, const char *name)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start(name, NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_sockets_scan(scene, scanner);
	g_assert_cmpuint(pv_test_scene_all(scene, "pair")->len, >, 3);
	g_assert_cmpuint(pv_test_peer_differences(scene, snapshot), ==, 0);
}

static void
one_process(ProcviewBackend backend)
{
	check(backend, "sockets");
}

static void
two_processes(ProcviewBackend backend)
{
	check(backend, "socket-peers");
}

/* The other end is not in the snapshot: there is none, rather than somebody else. */
static void
half_of_it(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("socket-peers", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) told = NULL;
	g_autoptr(GError) error = NULL;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	pid = pv_test_scene_number(scene, "pair", 0, 0);
	procview_query_set_collect(query, PROCVIEW_COLLECT_PEERS);
	procview_query_add_pid(query, pid);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	told = pv_test_scene_sockets(scene);
	for (guint i = 0; i < told->len; i++) {
		const PvTestSocket *s = g_ptr_array_index(told, i);
		g_autoptr(GPtrArray) peers = NULL;

		if (s->tid != pid)
			continue;
		peers = procview_file_list_peers(pv_test_file_of(snapshot, s->tid, s->fd));
		g_assert_cmpuint(peers != NULL ? peers->len : 0, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/socket-peers/one-process", one_process);
	pv_test_add("/socket-peers/two-processes", two_processes);
	pv_test_add("/socket-peers/half", half_of_it);
	return g_test_run();
}
