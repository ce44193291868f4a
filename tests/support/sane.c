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
		g_assert_true(procview_snapshot_find_task(snapshot, procview_task_get_tid(task)) ==
			      task);
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
		assert_status(table, wants_descriptors);
		assert_descriptors(table);
		n_descriptors += procview_fd_table_get_n_descriptors(table);
	}
	g_assert_cmpuint(procview_snapshot_get_n_descriptors(snapshot), ==, n_descriptors);
}
