/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sockets of other network namespaces, all in one scan, while the caller's thread stays where it
 * is.
 */
#include <sys/stat.h>

#include "socket.h"

/* Nobody is in the namespace: only through the socket itself could it be found. */
static const PvTestAbsence foreign_absences[] = {
	{"procfs", "*-foreign", NULL},
};

static guint64
own_namespace(void)
{
	struct stat st;

	g_assert_cmpint(stat("/proc/thread-self/ns/net", &st), ==, 0);
	return st.st_ino;
}

static guint
count_differences(PvTestScene *scene, ProcviewSnapshot *snapshot, gboolean is_foreign)
{
	guint n;

	if (is_foreign && pv_test_served_by(snapshot, PROCVIEW_STEP_FILES, "procfs"))
		return pv_test_socket_differences(scene, snapshot, foreign_absences,
						  G_N_ELEMENTS(foreign_absences));
	n = pv_test_socket_differences(scene, snapshot, pv_test_absences, pv_test_n_absences);
	return n + pv_test_peer_differences(scene, snapshot);
}

static void
check(ProcviewBackend backend, const char *name, gboolean is_foreign)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start(name, NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autofree char *before = NULL, *after = NULL;
	guint64 namespace = own_namespace();

	if (scene == NULL || scanner == NULL)
		return;
	before = pv_test_own_descriptors();
	snapshot = pv_test_sockets_scan(scene, scanner);
	after = pv_test_own_descriptors();
	g_assert_cmpstr(after, ==, before);
	g_assert_cmpuint(own_namespace(), ==, namespace);
	g_assert_cmpuint(count_differences(scene, snapshot, is_foreign), ==, 0);
}

static void
of_a_process(ProcviewBackend backend)
{
	check(backend, "netns", FALSE);
}

static void
twins(ProcviewBackend backend)
{
	check(backend, "netns-twins", FALSE);
}

static void
foreign(ProcviewBackend backend)
{
	check(backend, "foreign-sockets", TRUE);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_add("/netns/process", of_a_process);
	pv_test_add("/netns/twins", twins);
	pv_test_add("/netns/foreign", foreign);
	return g_test_run();
}
