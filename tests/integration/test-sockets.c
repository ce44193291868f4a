/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a socket is: one of every family, type and state that this kernel lets the test make.
 *
 * What the scene knows is told equally. Where a backend cannot know a thing, it is absent: the
 * table in support/socket.c is all that may be.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket.h"

#define N_STIRRED 20
#define N_NUMBERS 32

static void
sockets(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("sockets", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *missing;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_sockets_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
	missing = pv_test_scene_all(scene, "missing");
	for (guint i = 0; i < missing->len; i++)
		g_test_message("not made here: %s", (char *)g_ptr_array_index(missing, i));
	g_assert_cmpuint(
		pv_test_socket_differences(scene, snapshot, pv_test_absences, pv_test_n_absences),
		==, 0);
}

/* The same when the whole machine is looked at. */
static void
whole_machine(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("sockets", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_SOCKETS);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(
		pv_test_socket_differences(scene, snapshot, pv_test_absences, pv_test_n_absences),
		==, 0);
}

/* The list of sockets has each of them once, and leads to what files lead to. */
static void
each_once(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("sockets", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) told = NULL;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	guint64 last = 0;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_sockets_scan(scene, scanner);
	told = pv_test_scene_sockets(scene);
	for (guint i = 0; i < procview_snapshot_get_n_sockets(snapshot); i++) {
		ProcviewSocket *socket = procview_snapshot_get_socket(snapshot, i);

		g_assert_cmpuint(procview_socket_get_inode(socket), >, last);
		last = procview_socket_get_inode(socket);
		g_hash_table_add(seen, socket);
	}
	for (guint i = 0; i < told->len; i++) {
		const PvTestSocket *s = g_ptr_array_index(told, i);
		ProcviewFile *file = pv_test_file_of(snapshot, s->tid, s->fd);

		if (procview_file_get_socket(file) != NULL)
			g_assert_true(g_hash_table_contains(seen, procview_file_get_socket(file)));
	}
}

/* Who does not ask for sockets gets none. */
static void
not_asked_for(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("sockets", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) told = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	told = pv_test_scene_sockets(scene);
	g_assert_cmpuint(procview_snapshot_get_n_sockets(snapshot), ==, 0);
	for (guint i = 0; i < told->len; i++) {
		const PvTestSocket *s = g_ptr_array_index(told, i);

		g_assert_null(procview_file_get_socket(pv_test_file_of(snapshot, s->tid, s->fd)));
	}
}

/* Opens and closes sockets of several lists, until it is told to stop. */
static gpointer
stir(gpointer data)
{
	gint *stop = data;

	while (g_atomic_int_get(stop) == 0) {
		int fds[3 * 16];

		for (guint i = 0; i < G_N_ELEMENTS(fds); i += 3) {
			if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds + i) < 0)
				fds[i] = fds[i + 1] = -1;
			fds[i + 2] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
			if (fds[i + 2] >= 0)
				listen(fds[i + 2], 1);
		}
		for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
			if (fds[i] >= 0)
				close(fds[i]);
	}
	return NULL;
}

/* Lists that change while they are read are read again, or go on: ours is whole all the time. */
static void
while_others_move(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("sockets", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	GThread *thread;
	gint stop = 0;
	guint n = 0;

	if (scene == NULL || scanner == NULL)
		return;
	thread = g_thread_new("stir", stir, &stop);
	for (guint i = 0; i < N_STIRRED; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = pv_test_sockets_scan(scene, scanner);

		n += pv_test_socket_differences(scene, snapshot, pv_test_absences,
						pv_test_n_absences);
		n += pv_test_peer_differences(scene, snapshot);
	}
	g_atomic_int_set(&stop, 1);
	g_thread_join(thread);
	g_assert_cmpuint(n, ==, 0);
}

/* Whatever numbers the descriptors get that the scan opens. */
static void
any_numbers(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("sockets", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	int fds[N_NUMBERS];

	if (scene == NULL || scanner == NULL)
		return;
	for (guint i = 0; i < N_NUMBERS; i++) {
		g_autoptr(ProcviewSnapshot) snapshot = pv_test_sockets_scan(scene, scanner);

		g_assert_cmpuint(procview_snapshot_get_n_sockets(snapshot), >, 0);
		fds[i] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
		g_assert_cmpint(fds[i], >=, 0);
	}
	for (guint i = 0; i < N_NUMBERS; i++)
		close(fds[i]);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/sockets/facts", sockets);
	pv_test_add("/sockets/whole-machine", whole_machine);
	pv_test_add("/sockets/each-once", each_once);
	pv_test_add("/sockets/not-asked-for", not_asked_for);
	pv_test_add("/sockets/while-others-move", while_others_move);
	pv_test_add("/sockets/any-numbers", any_numbers);
	return g_test_run();
}
