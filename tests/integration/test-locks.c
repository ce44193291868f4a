/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Locks of all sorts, by the descriptors that they belong to, with their ranges.
 */
#include <string.h>

#include "pv-test.h"

static const char *const types[] = {"posix", "ofd", "flock", "lease", "delegation"};

/* As the scene tells it: TYPE:ACCESS:START:END:PID */
static char *
to_text(ProcviewLock *lock)
{
	g_autofree char *last = NULL;
	guint64 end;

	if (procview_lock_get_end(lock, &end))
		last = g_strdup_printf("%" G_GUINT64_FORMAT, end);
	return g_strdup_printf(
		"%s:%s%s:%" G_GUINT64_FORMAT ":%s:%d", types[procview_lock_get_lock_type(lock)],
		procview_lock_is_write(lock) ? "write" : "read",
		procview_lock_is_breaking(lock) ? "-breaking" : "", procview_lock_get_start(lock),
		last != NULL ? last : "-", procview_lock_get_pid(lock));
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
join(GPtrArray *lines)
{
	g_ptr_array_sort(lines, by_text);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(" ", (char **)lines->pdata);
}

/*
 * BPF sees the numbers of the first pid namespace, and can tell that of a process it is looking at:
 * who else took a lock is then nobody that it knows.
 */
static char *
without_others(const char *line, int tid)
{
	const char *pid = strrchr(line, ':') + 1;

	return g_strdup_printf("%.*s%d", (int)(pid - line), line, atoi(pid) == tid ? tid : 0);
}

static char *
told_of(PvTestScene *scene, int tid, int fd, gboolean by_bpf)
{
	GPtrArray *lines = pv_test_scene_all(scene, "lock");
	g_autofree char *prefix = g_strdup_printf("%d:%d:", tid, fd);
	g_autoptr(GPtrArray) of = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);

		if (!g_str_has_prefix(line, prefix))
			continue;
		line += strlen(prefix);
		g_ptr_array_add(of, by_bpf ? without_others(line, tid) : g_strdup(line));
	}
	return join(of);
}

static char *
known_of(ProcviewSnapshot *snapshot, int tid, int fd)
{
	ProcviewDescriptor *descriptor =
		procview_fd_table_find_descriptor(pv_test_table_of(snapshot, tid), fd);
	g_autoptr(GPtrArray) of = g_ptr_array_new_with_free_func(g_free);

	g_assert_nonnull(descriptor);
	for (guint i = 0; i < procview_descriptor_get_n_locks(descriptor); i++)
		g_ptr_array_add(of, to_text(procview_descriptor_get_lock(descriptor, i)));
	return join(of);
}

static void
assert_locks(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	g_autoptr(GPtrArray) descriptors = pv_test_scene_descriptors(scene);
	guint n = 0;

	g_assert_cmpuint(pv_test_scene_all(scene, "lock")->len, >, 20);
	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFdTable *table = pv_test_table_of(snapshot, d->tid);
		gboolean by_bpf = strcmp(procview_fd_table_get_backend_name(table), "bpf") == 0;
		g_autofree char *told = told_of(scene, d->tid, d->fd, by_bpf);
		g_autofree char *known = known_of(snapshot, d->tid, d->fd);

		if (strcmp(told, known) == 0)
			continue;
		g_printerr("# %d of %d has {%s}, and not {%s}\n", d->fd, d->tid, told, known);
		n++;
	}
	g_assert_cmpuint(n, ==, 0);
}

static ProcviewSnapshot *
scan(ProcviewQuery *query, ProcviewScanner *scanner)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	return snapshot;
}

static void
check(ProcviewBackend backend, ProcviewCollect collect)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("locks", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *missing;

	if (scene == NULL || scanner == NULL)
		return;
	query = pv_test_scene_query(scene, collect);
	snapshot = scan(query, scanner);
	assert_locks(scene, snapshot);
	missing = pv_test_scene_all(scene, "missing");
	for (guint i = 0; i < missing->len; i++)
		g_test_message("not made here: %s", (char *)g_ptr_array_index(missing, i));
}

/* With descriptions compared, files of several descriptors become one; locks stay where they are. */
static void
with_all(ProcviewBackend backend)
{
	check(backend, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_LOCKS);
}

static void
alone(ProcviewBackend backend)
{
	check(backend, PROCVIEW_COLLECT_LOCKS);
}

static void
with_everything(ProcviewBackend backend)
{
	check(backend, PROCVIEW_COLLECT_EVERYTHING);
}

/* With more files than are looked at without the list of all locks. */
static void
whole_machine(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) files = pv_test_scene_start("massive", "T=2", "F=100", NULL);
	g_autoptr(PvTestScene) scene = pv_test_scene_start("locks", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;

	if (files == NULL || scene == NULL || scanner == NULL)
		return;
	procview_query_set_collect(query, PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_LOCKS);
	snapshot = scan(query, scanner);
	assert_locks(scene, snapshot);
}

static void
only_when_asked(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("locks", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) descriptors = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_assert_scene(scene, snapshot);
	descriptors = pv_test_scene_descriptors(scene);
	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		g_autofree char *known = known_of(snapshot, d->tid, d->fd);

		g_assert_cmpstr(known, ==, "");
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	pv_test_add("/locks/with-all", with_all);
	pv_test_add("/locks/alone", alone);
	pv_test_add("/locks/with-everything", with_everything);
	pv_test_add("/locks/whole-machine", whole_machine);
	pv_test_add("/locks/only-when-asked", only_when_asked);
	return g_test_run();
}
