/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What holds for every snapshot: sorted, without a loose end, and with a reason for whatever is
 * missing.
 */
#include "pv-test.h"

static void
assert_descriptors(ProcviewFdTable *table)
{
	int before = -1;

	for (guint i = 0; i < procview_fd_table_get_n_descriptors(table); i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		int fd = procview_descriptor_get_fd(descriptor);

		g_assert_cmpint(fd, >, before);
		g_assert_nonnull(procview_descriptor_get_file(descriptor));
		g_assert_true(procview_fd_table_find_descriptor(table, fd) == descriptor);
		before = fd;
	}
}

static gboolean
has(GPtrArray *list, gconstpointer item)
{
	return g_ptr_array_find(list, item, NULL);
}

/* Each is once at the other end, and there this one is at the other end. */
static void
assert_peers(ProcviewFile *file)
{
	g_autoptr(GPtrArray) peers = procview_file_list_peers(file);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	g_assert_false(has(peers, file));
	for (guint i = 0; i < peers->len; i++) {
		ProcviewFile *peer = g_ptr_array_index(peers, i);
		g_autoptr(GPtrArray) back = procview_file_list_peers(peer);

		g_assert_true(g_hash_table_add(seen, peer));
		g_assert_true(has(back, file));
	}
}

static void
assert_targets(ProcviewFile *file)
{
	for (guint i = 0; i < procview_file_get_n_registrations(file); i++) {
		ProcviewFile *target =
			procview_registration_get_target(procview_file_get_registration(file, i));
		g_autoptr(GPtrArray) watchers =
			target == NULL ? NULL : procview_file_list_watchers(target);

		g_assert_true(watchers == NULL || has(watchers, file));
	}
}

static void
assert_facts(ProcviewFile *file)
{
	for (guint i = 0; i < procview_file_get_n_facts(file); i++) {
		ProcviewFact fact = procview_file_get_fact(file, i);

		g_assert_nonnull(procview_fact_to_string(fact));
		g_assert_true(i == 0 || procview_file_get_fact(file, i - 1) < fact);
		if (procview_fact_get_fact_type(fact) == PROCVIEW_FACT_TYPE_TEXT)
			g_assert_nonnull(procview_file_get_text(file, fact));
		else
			g_assert_true(procview_file_get_number(file, fact, NULL));
	}
}

static void
assert_locks(ProcviewDescriptor *descriptor)
{
	for (guint i = 0; i < procview_descriptor_get_n_locks(descriptor); i++) {
		ProcviewLock *lock = procview_descriptor_get_lock(descriptor, i);
		guint64 end;

		if (procview_lock_get_end(lock, &end))
			g_assert_cmpuint(end, >=, procview_lock_get_start(lock));
	}
}

/* What was asked for beyond the tables. */
static void
assert_details(ProcviewDescriptor *descriptor, ProcviewCollect collected)
{
	ProcviewFile *file = procview_descriptor_get_file(descriptor);
	ProcviewSocket *socket = procview_file_get_socket(file);
	guint64 inode;

	assert_facts(file);
	assert_locks(descriptor);
	if (socket != NULL) {
		g_assert_true(procview_file_get_inode(file, &inode));
		g_assert_cmpuint(procview_socket_get_inode(socket), ==, inode);
	}
	if (collected & PROCVIEW_COLLECT_PEERS) {
		g_autoptr(GPtrArray) descriptors = procview_file_list_descriptors(file);

		g_assert_true(has(descriptors, descriptor));
		assert_peers(file);
		assert_targets(file);
	}
}

static void
assert_status(ProcviewFdTable *table, gboolean wants_descriptors)
{
	ProcviewStatus status = procview_fd_table_get_status(table);
	ProcviewReason reason = procview_fd_table_get_reason(table);
	guint n = procview_fd_table_get_n_descriptors(table);

	switch (status) {
	case PROCVIEW_STATUS_OK:
		g_assert_cmpint(reason, ==, PROCVIEW_REASON_NONE);
		/* Read or counted, it may still be unproven who shares it. */
		if (procview_fd_table_get_proof(table) != PROCVIEW_PROOF_ASSUMED)
			g_assert_null(procview_fd_table_get_needs(table));
		if (wants_descriptors)
			g_assert_nonnull(procview_fd_table_get_backend_name(table));
		break;
	case PROCVIEW_STATUS_PARTIAL:
		g_assert_cmpint(reason, !=, PROCVIEW_REASON_NONE);
		break;
	case PROCVIEW_STATUS_DENIED:
		g_assert_cmpint(reason, ==, PROCVIEW_REASON_DENIED);
		g_assert_cmpuint(n, ==, 0);
		break;
	case PROCVIEW_STATUS_GONE:
		g_assert_cmpint(reason, ==, PROCVIEW_REASON_EXITED);
		g_assert_cmpuint(n, ==, 0);
		break;
	default:
		g_assert_not_reached();
	}
	if (!wants_descriptors)
		g_assert_cmpuint(n, ==, 0);
}

static void
assert_members(ProcviewFdTable *table)
{
	int tgid_before = 0, tid_before = 0;

	g_assert_cmpuint(procview_fd_table_get_n_tasks(table), >, 0);
	for (guint i = 0; i < procview_fd_table_get_n_tasks(table); i++) {
		ProcviewTask *task = procview_fd_table_get_task(table, i);
		int tgid = procview_process_get_pid(procview_task_get_process(task));
		int tid = procview_task_get_tid(task);

		g_assert_true(procview_task_get_fd_table(task) == table);
		g_assert_true(tgid > tgid_before || (tgid == tgid_before && tid > tid_before) ||
			      tid_before == tgid_before);
		tgid_before = tgid;
		tid_before = tid;
	}
	g_assert_true(procview_fd_table_get_owner(table) ==
		      procview_task_get_process(procview_fd_table_get_task(table, 0)));
}

/* A number that changed hands while the scan went on is that of two tasks, of two processes. */
static void
assert_found(ProcviewSnapshot *snapshot, ProcviewTask *task)
{
	int tid = procview_task_get_tid(task);
	ProcviewTask *found = procview_snapshot_find_task(snapshot, tid);

	g_assert_nonnull(found);
	g_assert_cmpint(procview_task_get_tid(found), ==, tid);
	g_assert_true(found == task ||
		      procview_task_get_process(found) != procview_task_get_process(task));
}

static void
assert_process(ProcviewSnapshot *snapshot, ProcviewProcess *process)
{
	int pid = procview_process_get_pid(process);
	ProcviewTask *leader = procview_process_get_leader(process);

	g_assert_true(procview_snapshot_find_process(snapshot, pid) == process);
	g_assert_cmpint(procview_task_get_tid(leader), ==, pid);
	g_assert_true(procview_task_is_leader(leader));
	g_assert_cmpuint(procview_process_get_n_tasks(process), >, 0);
	for (guint i = 0; i < procview_process_get_n_tasks(process); i++) {
		ProcviewTask *task = procview_process_get_task(process, i);

		g_assert_true(procview_task_get_process(task) == process);
		assert_found(snapshot, task);
	}
}

/* Of one backend for one step one reason is given. */
static void
assert_refusals(ProcviewSnapshot *snapshot)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < procview_snapshot_get_n_refusals(snapshot); i++) {
		ProcviewStep step;
		const char *backend;

		g_assert_nonnull(procview_snapshot_get_refusal(snapshot, i, &step, &backend));
		g_assert_true(g_hash_table_add(seen, g_strdup_printf("%u %s", step, backend)));
	}
}

void
pv_test_assert_sane(ProcviewSnapshot *snapshot)
{
	gboolean wants_descriptors =
		(procview_snapshot_get_collected(snapshot) & PROCVIEW_COLLECT_DESCRIPTORS) != 0;
	guint n_descriptors = 0;
	int before = 0;

	for (guint i = 0; i < procview_snapshot_get_n_processes(snapshot); i++) {
		ProcviewProcess *process = procview_snapshot_get_process(snapshot, i);

		g_assert_cmpint(procview_process_get_pid(process), >, before);
		before = procview_process_get_pid(process);
		assert_process(snapshot, process);
	}
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		g_assert_cmpuint(procview_fd_table_get_id(table), ==, i + 1);
		assert_members(table);
		g_assert_true(wants_descriptors || !procview_fd_table_has_descriptors(table));
		assert_status(table, procview_fd_table_has_descriptors(table));
		assert_descriptors(table);
		for (guint j = 0; j < procview_fd_table_get_n_descriptors(table); j++)
			assert_details(procview_fd_table_get_descriptor(table, j),
				       procview_snapshot_get_collected(snapshot));
		n_descriptors += procview_fd_table_get_n_descriptors(table);
	}
	g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, n_descriptors);
	assert_refusals(snapshot);
}
