/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What epoll sets wait for: the file that was registered, whatever its number leads to by now.
 */
#include <string.h>
#include <sys/epoll.h>

#include "pv-test.h"

/* TID:FD:NUMBER:EVENTS:DATA:TARGET_TID:TARGET_FD */
typedef struct {
	int tid;
	int fd;
	int number;
	guint events;
	guint64 data;
	int target_tid; /* 0: none */
	int target_fd;
} Told;

static Told
parse(const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", -1);
	Told told = {0};

	g_assert_cmpuint(g_strv_length(parts), ==, 7);
	told.tid = atoi(parts[0]);
	told.fd = atoi(parts[1]);
	told.number = atoi(parts[2]);
	told.events = (guint)g_ascii_strtoull(parts[3], NULL, 16);
	told.data = g_ascii_strtoull(parts[4], NULL, 16);
	told.target_tid = atoi(parts[5]);
	told.target_fd = atoi(parts[6]);
	return told;
}

/* Two may have one number: they are told apart by what the user has put beside them. */
static ProcviewRegistration *
find(ProcviewFile *set, const Told *told)
{
	for (guint i = 0; i < procview_file_get_n_registrations(set); i++) {
		ProcviewRegistration *here = procview_file_get_registration(set, i);

		if (procview_registration_get_fd(here) == told->number &&
		    procview_registration_get_data(here) == told->data)
			return here;
	}
	return NULL;
}

static guint
check(ProcviewSnapshot *snapshot, const char *line)
{
	const Told told = parse(line);
	ProcviewFile *set = pv_test_file_of(snapshot, told.tid, told.fd);
	ProcviewRegistration *here = find(set, &told);
	ProcviewFile *wanted = NULL;

	if (here == NULL) {
		g_printerr("# %s: is not there\n", line);
		return 1;
	}
	if (procview_registration_get_events(here) != told.events) {
		g_printerr("# %s: waits for %x\n", line, procview_registration_get_events(here));
		return 1;
	}
	if (told.target_tid != 0)
		wanted = pv_test_file_of(snapshot, told.target_tid, told.target_fd);
	if (procview_registration_get_target(here) == wanted)
		return 0;
	g_printerr("# %s: leads to %s\n", line,
		   procview_registration_get_target(here) != NULL ? "another file" : "nothing");
	return 1;
}

static guint
count_of(PvTestScene *scene, int tid, int fd)
{
	GPtrArray *lines = pv_test_scene_all(scene, "registration");
	g_autofree char *prefix = g_strdup_printf("%d:%d:", tid, fd);
	guint n = 0;

	for (guint i = 0; i < lines->len; i++)
		n += g_str_has_prefix(g_ptr_array_index(lines, i), prefix);
	return n;
}

static void
assert_registrations(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *lines = pv_test_scene_all(scene, "registration");
	g_autoptr(GPtrArray) descriptors = pv_test_scene_descriptors(scene);
	guint n = 0;

	g_assert_cmpuint(lines->len, >, 0);
	for (guint i = 0; i < lines->len; i++)
		n += check(snapshot, g_ptr_array_index(lines, i));
	g_assert_cmpuint(n, ==, 0);
	/* And nothing else is registered anywhere. */
	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFile *file = pv_test_file_of(snapshot, d->tid, d->fd);

		g_assert_cmpuint(procview_file_get_n_registrations(file), ==,
				 count_of(scene, d->tid, d->fd));
	}
}

static void
moved_targets(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("epoll", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner,
					 PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_DETAILS);
	pv_test_assert_scene(scene, snapshot);
	assert_registrations(scene, snapshot);
}

/* What is found by its address, or by kcmp(2), does not need the comparison of all with all. */
static void
details_alone(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("epoll", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *lines;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_DETAILS);
	lines = pv_test_scene_all(scene, "registration");
	for (guint i = 0; i < lines->len; i++) {
		const Told told = parse(g_ptr_array_index(lines, i));
		ProcviewFile *set = pv_test_file_of(snapshot, told.tid, told.fd);
		ProcviewRegistration *here = find(set, &told);
		ProcviewFile *target;

		g_assert_nonnull(here);
		target = procview_registration_get_target(here);
		if (told.target_tid == 0)
			g_assert_null(target);
		else if (target != NULL)
			g_assert_cmpint(procview_file_get_kind(target), ==,
					procview_file_get_kind(pv_test_file_of(
						snapshot, told.target_tid, told.target_fd)));
	}
}

/* On the whole machine the same is found, among all that others have. */
static void
whole_machine(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("epoll", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_DETAILS);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	assert_registrations(scene, snapshot);
}

static void
many_targets(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("epoll-targets", "N=5000", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GHashTable) by_number = g_hash_table_new(NULL, NULL);
	GPtrArray *lines;
	ProcviewFile *set;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner,
					 PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_DETAILS);
	lines = pv_test_scene_all(scene, "registration");
	g_assert_cmpuint(lines->len, ==, 5000);
	set = pv_test_file_of(snapshot, pv_test_scene_number(scene, "process", 0, 0), 5);
	g_assert_cmpuint(procview_file_get_n_registrations(set), ==, 5000);
	for (guint i = 0; i < 5000; i++) {
		ProcviewRegistration *here = procview_file_get_registration(set, i);

		g_hash_table_insert(by_number, GINT_TO_POINTER(procview_registration_get_fd(here)),
				    here);
	}
	for (guint i = 0; i < lines->len; i++) {
		const Told told = parse(g_ptr_array_index(lines, i));
		ProcviewRegistration *here =
			g_hash_table_lookup(by_number, GINT_TO_POINTER(told.number));

		g_assert_nonnull(here);
		g_assert_cmpuint(procview_registration_get_data(here), ==, told.data);
		g_assert_cmphex(procview_registration_get_events(here), ==, told.events);
		g_assert_true(procview_registration_get_target(here) ==
			      pv_test_file_of(snapshot, told.target_tid, told.target_fd));
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/epoll/moved-targets", moved_targets);
	pv_test_add("/epoll/details-alone", details_alone);
	pv_test_add("/epoll/whole-machine", whole_machine);
	pv_test_add("/epoll/many-targets", many_targets);
	return g_test_run();
}
