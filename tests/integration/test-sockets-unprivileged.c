/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sockets as nobody sees them: one's own as root would see them, of those of others nothing that
 * is not true. Starts as root, to make sockets of two users, and gives root up for good.
 */
#include <sys/prctl.h>
#include <unistd.h>

#include "confine.h"
#include "socket.h"

/* Made while still root. */
static PvTestScene *of_root, *of_nobody;

static void
drop_privileges(void)
{
	pv_test_become_nobody();
	/* As a program that nobody has started: one may look at oneself. */
	g_assert_cmpint(prctl(PR_SET_DUMPABLE, 1), ==, 0);
}

static void
of_oneself(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint n;

	if (scanner == NULL)
		return;
	snapshot = pv_test_sockets_scan(of_nobody, scanner);
	pv_test_assert_scene(of_nobody, snapshot);
	n = pv_test_socket_differences(of_nobody, snapshot, pv_test_absences, pv_test_n_absences);
	n += pv_test_peer_differences(of_nobody, snapshot);
	g_assert_cmpuint(n, ==, 0);
}

static void
of_others(ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewFdTable *table;

	if (scanner == NULL)
		return;
	snapshot = pv_test_sockets_scan(of_root, scanner);
	g_assert_false(procview_snapshot_is_complete(snapshot));
	table = pv_test_table_of(snapshot, pv_test_scene_number(of_root, "process", 0, 0));
	g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_DENIED);
	g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, 0);
	/* Dumps know them, but nobody has them open as far as can be seen. */
	g_assert_cmpuint(procview_snapshot_get_n_sockets(snapshot), ==, 0);
}

int
main(int argc, char **argv)
{
	int status;

	pv_test_init(&argc, &argv, 110);
	pv_test_require_root();
	pv_test_require_kcmp();
	of_root = pv_test_scene_start("sockets", NULL);
	of_nobody = pv_test_scene_start("sockets", "UID=65534", NULL);
	if (of_root == NULL || of_nobody == NULL)
		return 1;
	drop_privileges();
	pv_test_add("/sockets/unprivileged/oneself", of_oneself);
	pv_test_add("/sockets/unprivileged/others", of_others);
	status = g_test_run();
	pv_test_scene_end(of_root);
	pv_test_scene_end(of_nobody);
	return status;
}
