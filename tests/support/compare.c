/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot beside what a scene says it did.
 *
 * What a backend cannot know (close-on-exec by pidfd) may be unknown, but never wrong; what every
 * backend can know must be known.
 */
#include <string.h>

#include "pv-test.h"

ProcviewQuery *
pv_test_scene_query(PvTestScene *scene, ProcviewCollect collect)
{
	GPtrArray *processes = pv_test_scene_all(scene, "process");
	ProcviewQuery *query = procview_query_new();

	procview_query_set_collect(query, collect);
	for (guint i = 0; i < processes->len; i++)
		procview_query_add_pid(query, pv_test_scene_number(scene, "process", i, 0));
	return query;
}

ProcviewSnapshot *
pv_test_scene_collect(PvTestScene *scene, ProcviewScanner *scanner, ProcviewCollect collect)
{
	g_autoptr(ProcviewQuery) query = pv_test_scene_query(scene, collect);
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(scanner, query, &error);

	g_assert_no_error(error);
	return snapshot;
}

ProcviewSnapshot *
pv_test_scene_collect_by(PvTestScene *scene, ProcviewBackend backend, ProcviewCollect collect)
{
	g_autoptr(ProcviewScanner) scanner = scene == NULL ? NULL : pv_test_scanner(backend);

	return scanner == NULL ? NULL : pv_test_scene_collect(scene, scanner, collect);
}

ProcviewSnapshot *
pv_test_scene_scan(PvTestScene *scene, ProcviewScanner *scanner)
{
	return pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_ALL);
}

ProcviewFdTable *
pv_test_table_of(ProcviewSnapshot *snapshot, int tid)
{
	ProcviewTask *task = procview_snapshot_find_task(snapshot, tid);
	ProcviewFdTable *table;

	if (task == NULL)
		g_error("task %d is not in the snapshot", tid);
	table = procview_task_get_fd_table(task);
	if (table == NULL)
		g_error("task %d has no table", tid);
	return table;
}

ProcviewFile *
pv_test_file_of(ProcviewSnapshot *snapshot, int tid, int fd)
{
	ProcviewFdTable *table = pv_test_table_of(snapshot, tid);
	ProcviewDescriptor *descriptor = procview_fd_table_find_descriptor(table, fd);

	if (descriptor == NULL)
		g_error("descriptor %d of task %d is not in the snapshot", fd, tid);
	g_assert_cmpint(procview_descriptor_get_fd(descriptor), ==, fd);
	g_assert_true(procview_descriptor_get_fd_table(descriptor) == table);
	return procview_descriptor_get_file(descriptor);
}

static void
assert_members(ProcviewFdTable *table, ProcviewSnapshot *snapshot, GArray *tids)
{
	g_assert_cmpuint(procview_fd_table_get_n_tasks(table), ==, tids->len);
	for (guint i = 0; i < tids->len; i++) {
		int tid = g_array_index(tids, int, i);

		g_assert_true(pv_test_table_of(snapshot, tid) == table);
	}
}

/* Whoever saw the pointers knows more than whoever asked kcmp(2). */
static ProcviewProof
proof_in(ProcviewSnapshot *snapshot)
{
	if (pv_test_served_by(snapshot, PROCVIEW_STEP_GROUPING, "bpf"))
		return PROCVIEW_PROOF_KERNEL;
	return PROCVIEW_PROOF_KCMP;
}

static void
assert_whole(ProcviewFdTable *table)
{
	ProcviewSnapshot *snapshot = procview_fd_table_get_snapshot(table);

	if (procview_fd_table_get_status(table) != PROCVIEW_STATUS_OK)
		g_error("table of %d: %s, %s",
			procview_process_get_pid(procview_fd_table_get_owner(table)),
			procview_status_to_string(procview_fd_table_get_status(table)),
			procview_reason_to_string(procview_fd_table_get_reason(table)));
	g_assert_cmpint(procview_fd_table_get_reason(table), ==, PROCVIEW_REASON_NONE);
	g_assert_null(procview_fd_table_get_needs(table));
	g_assert_cmpint(procview_fd_table_get_proof(table), ==, proof_in(snapshot));
}

static void
assert_counts(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *counts = pv_test_scene_all(scene, "count");
	ProcviewCollect collected = procview_snapshot_get_collected(snapshot);

	for (guint i = 0; i < counts->len; i++) {
		int tid = pv_test_scene_number(scene, "count", i, 0);
		guint told = (guint)pv_test_scene_number(scene, "count", i, 1);
		ProcviewFdTable *table = pv_test_table_of(snapshot, tid);
		guint count;

		if ((collected & PROCVIEW_COLLECT_DESCRIPTORS) != 0)
			g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, told);
		g_assert_true(procview_fd_table_get_open_count(table, &count));
		g_assert_cmpuint(count, ==, told);
	}
}

/* Marked because what it was compared with did not hold still: said of it, not made up. */
static gboolean
is_doubted(ProcviewFdTable *table)
{
	return procview_fd_table_get_status(table) == PROCVIEW_STATUS_PARTIAL &&
	       procview_fd_table_get_reason(table) == PROCVIEW_REASON_CHANGED;
}

/* Tables that are doubted are counted, where that may be. */
static void
assert_tables(PvTestScene *scene, ProcviewSnapshot *snapshot, guint *n_doubted)
{
	GPtrArray *tables = pv_test_scene_all(scene, "table");
	GPtrArray *tableless = pv_test_scene_all(scene, "tableless");

	for (guint i = 0; i < tables->len; i++) {
		g_autoptr(GArray) tids = pv_test_numbers(g_ptr_array_index(tables, i));
		ProcviewFdTable *table = pv_test_table_of(snapshot, g_array_index(tids, int, 0));

		assert_members(table, snapshot, tids);
		if (n_doubted != NULL && is_doubted(table))
			(*n_doubted)++;
		else
			assert_whole(table);
	}
	for (guint i = 0; i < tableless->len; i++) {
		g_autoptr(GArray) tids = pv_test_numbers(g_ptr_array_index(tableless, i));

		for (guint j = 0; j < tids->len; j++) {
			ProcviewTask *task =
				procview_snapshot_find_task(snapshot, g_array_index(tids, int, j));

			g_assert_nonnull(task);
			g_assert_null(procview_task_get_fd_table(task));
			g_assert_cmpint(procview_task_get_state(task), ==, 'Z');
		}
	}
	assert_counts(scene, snapshot);
}

void
pv_test_assert_tables(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	guint n_tables = pv_test_scene_all(scene, "table")->len;

	assert_tables(scene, snapshot, NULL);
	g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==, n_tables);
	g_assert_true(procview_snapshot_is_complete(snapshot));
}

/* The path that the API gives: the kernel's word for a file without links is told otherwise. */
static void
assert_path(const PvTestDescriptor *d, ProcviewFile *file)
{
	const char *path = procview_file_get_path(file);
	g_autofree char *with_word = NULL;

	if (!d->foretold) {
		g_assert_nonnull(path);
		return;
	}
	if (d->path != NULL && d->unlinked && d->n_links > 0)
		with_word = g_strconcat(d->path, " (deleted)", NULL);
	g_assert_cmpstr(path, ==, with_word != NULL ? with_word : d->path);
}

static void
assert_pos(const PvTestDescriptor *d, ProcviewFile *file)
{
	gint64 pos;
	gboolean known = procview_file_get_pos(file, &pos);

	if (strcmp(d->kind, "regular") == 0)
		g_assert_cmpint(known, ==, d->pos >= 0);
	/* The kernel tells 0 of files that lseek(2) refuses. */
	if (known)
		g_assert_cmpint(pos, ==, MAX(d->pos, 0));
}

static void
assert_access(guint flags, ProcviewFile *file)
{
	ProcviewAccess access = PROCVIEW_ACCESS_NONE;

	/* Linux: O_ACCMODE is 3, O_PATH 010000000 where the tests run. */
	if ((flags & 010000000) == 0 && (flags & 3) != 3)
		access = (flags & 3) + 1;
	g_assert_cmpint(procview_file_get_access(file), ==, access);
}

static void
assert_descriptor(const PvTestDescriptor *d, ProcviewDescriptor *descriptor)
{
	ProcviewFile *file = procview_descriptor_get_file(descriptor);
	const char *backend =
		procview_fd_table_get_backend_name(procview_descriptor_get_fd_table(descriptor));
	guint major, minor, flags;
	gboolean cloexec;
	guint64 ino;

	g_assert_cmpstr(procview_kind_to_string(procview_file_get_kind(file)), ==, d->kind);
	g_assert_true(procview_file_get_device(file, &major, &minor));
	g_assert_cmpuint(major, ==, d->major);
	g_assert_cmpuint(minor, ==, d->minor);
	g_assert_true(procview_file_get_inode(file, &ino));
	g_assert_cmpuint(ino, ==, d->ino);
	g_assert_true(procview_file_get_flags(file, &flags));
	g_assert_cmphex(flags, ==, d->flags);
	assert_access(flags, file);
	g_assert_cmpint(procview_file_is_deleted(file), ==,
			d->n_links == 0 && strcmp(d->kind, "memfd") != 0);
	assert_path(d, file);
	assert_pos(d, file);
	if (procview_descriptor_get_cloexec(descriptor, &cloexec))
		g_assert_cmpint(cloexec, ==, d->cloexec);
	else
		g_assert_cmpstr(backend, ==, "pidfd");
}

void
pv_test_assert_descriptors(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	g_autoptr(GPtrArray) descriptors = pv_test_scene_descriptors(scene);

	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFdTable *table = pv_test_table_of(snapshot, d->tid);
		ProcviewDescriptor *descriptor = procview_fd_table_find_descriptor(table, d->fd);

		if (descriptor == NULL)
			g_error("descriptor %d of task %d is missing", d->fd, d->tid);
		if (g_test_verbose())
			g_test_message("descriptor %d of task %d", d->fd, d->tid);
		assert_descriptor(d, descriptor);
	}
}

/* Which group each descriptor that the scene speaks of is in; those of none have their own. */
static GHashTable *
told_groups(PvTestScene *scene)
{
	GHashTable *groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *values = pv_test_scene_all(scene, "ofd");

	for (guint i = 0; i < values->len; i++) {
		g_auto(GStrv) members = g_strsplit(g_ptr_array_index(values, i), ",", -1);

		for (guint j = 0; members[j] != NULL; j++)
			g_hash_table_insert(groups, g_strdup(members[j]), GUINT_TO_POINTER(i + 1));
	}
	return groups;
}

/* The file under a key is the first one seen there; another one must be the same, or must not. */
static void
assert_one_to_one(GHashTable *seen, guint key, gpointer value)
{
	gpointer before;

	if (g_hash_table_lookup_extended(seen, GUINT_TO_POINTER(key), NULL, &before))
		g_assert_true(before == value);
	else
		g_hash_table_insert(seen, GUINT_TO_POINTER(key), value);
}

void
pv_test_assert_descriptions(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	g_autoptr(GPtrArray) descriptors = pv_test_scene_descriptors(scene);
	g_autoptr(GHashTable) groups = told_groups(scene);
	/* Both ways: a group has one number and one file, and a number has one group. */
	g_autoptr(GHashTable) number_of = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) file_of = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) group_of = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		g_autofree char *name = g_strdup_printf("%d:%d", d->tid, d->fd);
		ProcviewFile *file = pv_test_file_of(snapshot, d->tid, d->fd);
		guint group = GPOINTER_TO_UINT(g_hash_table_lookup(groups, name));
		guint number = procview_file_get_description(file);

		/* Those of no group are groups of one. */
		if (group == 0)
			group = G_MAXINT + i;
		if (g_test_verbose())
			g_test_message("descriptor %s: description %u", name, number);
		if (number == 0)
			g_error("descriptor %s: %s does not know its description", name,
				procview_snapshot_get_backend_name(snapshot, PROCVIEW_STEP_FILES));
		assert_one_to_one(number_of, group, GUINT_TO_POINTER(number));
		assert_one_to_one(file_of, group, file);
		assert_one_to_one(group_of, number, GUINT_TO_POINTER(group));
	}
}

void
pv_test_assert_scene(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	pv_test_assert_tables(scene, snapshot);
	pv_test_assert_descriptors(scene, snapshot);
	pv_test_assert_descriptions(scene, snapshot);
}

void
pv_test_assert_within(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	assert_tables(scene, snapshot, NULL);
	pv_test_assert_descriptors(scene, snapshot);
	pv_test_assert_descriptions(scene, snapshot);
}

guint
pv_test_assert_within_storm(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	guint n_doubted = 0;

	assert_tables(scene, snapshot, &n_doubted);
	pv_test_assert_descriptors(scene, snapshot);
	pv_test_assert_descriptions(scene, snapshot);
	return n_doubted;
}

guint
pv_test_assert_tables_within_storm(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	guint n_doubted = 0;

	assert_tables(scene, snapshot, &n_doubted);
	return n_doubted;
}

/*
 * Of this scene or another. Anybody else may have a copy of a scene's descriptor in his hands, and
 * rightly so: whoever looks at it by pidfd_getfd(2).
 */
static gboolean
is_of_a_scene(PvTestScene *scene, ProcviewFdTable *table)
{
	ProcviewProcess *owner = procview_fd_table_get_owner(table);
	const char *comm = procview_task_get_comm(procview_process_get_leader(owner));
	GPtrArray *processes = pv_test_scene_all(scene, "process");

	/* The second is what execve(2) makes of /proc/self/exe. */
	if (g_strcmp0(comm, "workload") == 0 || g_strcmp0(comm, "exe") == 0)
		return TRUE;
	for (guint i = 0; i < processes->len; i++)
		if (pv_test_scene_number(scene, "process", i, 0) == procview_process_get_pid(owner))
			return TRUE;
	return FALSE;
}

/* How many descriptors of scenes lead to each file. */
static GHashTable *
count_references(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GHashTable *references = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);
		guint n_descriptors = is_of_a_scene(scene, table)
					      ? procview_fd_table_get_n_descriptors(table)
					      : 0;

		for (guint j = 0; j < n_descriptors; j++) {
			ProcviewFile *file = procview_descriptor_get_file(
				procview_fd_table_get_descriptor(table, j));
			guint n = GPOINTER_TO_UINT(g_hash_table_lookup(references, file));

			g_hash_table_insert(references, file, GUINT_TO_POINTER(n + 1));
		}
	}
	return references;
}

void
pv_test_assert_exclusive(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	g_autoptr(GPtrArray) descriptors = pv_test_scene_descriptors(scene);
	g_autoptr(GHashTable) references = count_references(scene, snapshot);
	g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer file, n;

	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);

		file = pv_test_file_of(snapshot, d->tid, d->fd);
		n = g_hash_table_lookup(told, file);
		g_hash_table_insert(told, file, GUINT_TO_POINTER(GPOINTER_TO_UINT(n) + 1));
	}
	g_hash_table_iter_init(&iter, told);
	while (g_hash_table_iter_next(&iter, &file, &n)) {
		gpointer n_seen = g_hash_table_lookup(references, file);

		if (n_seen != n)
			g_error("%u descriptors lead to %s, not %u", GPOINTER_TO_UINT(n_seen),
				procview_file_get_path(file), GPOINTER_TO_UINT(n));
	}
}

/* PID:PPID:PGID:SID:RUID:EUID:RGID:EGID */
void
pv_test_assert_ids(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	GPtrArray *ids = pv_test_scene_all(scene, "ids");

	g_assert_cmpuint(ids->len, >, 0);
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(GArray) told = pv_test_numbers(g_ptr_array_index(ids, i));
		const int *id = (const int *)(gpointer)told->data;
		ProcviewProcess *process = procview_snapshot_find_process(snapshot, id[0]);
		ProcviewTask *leader;

		g_assert_nonnull(process);
		leader = procview_process_get_leader(process);
		g_assert_cmpint(procview_process_get_pid(process), ==, id[0]);
		g_assert_cmpint(procview_process_get_ppid(process), ==, id[1]);
		g_assert_cmpint(procview_process_get_pgid(process), ==, id[2]);
		g_assert_cmpint(procview_process_get_sid(process), ==, id[3]);
		g_assert_cmpint((int)procview_task_get_uid(leader), ==, id[4]);
		g_assert_cmpint((int)procview_task_get_euid(leader), ==, id[5]);
		g_assert_cmpint((int)procview_task_get_gid(leader), ==, id[6]);
		g_assert_cmpint((int)procview_task_get_egid(leader), ==, id[7]);
		g_assert_false(procview_process_is_kernel_thread(process));
	}
}
