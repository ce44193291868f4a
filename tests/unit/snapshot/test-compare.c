/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became different between two snapshots, made by hand from a line each:
 *
 *	10@100 10A 11A, 20@200 20B	process 10, started at 100, tasks 10 and 11 with table A, ...
 *	A 0=7 3=8, B			table A with descriptors 0 (inode 7) and 3 (inode 8), B with none
 *
 * and changes as a line: "started 30, left 10:11, opened 10:10 3".
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../memory-limit.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/query.h"
#include "fixture.h"
#include "snapshot/compare.h"

static void
add_process(PvStore *store, const char *text)
{
	g_auto(GStrv) words = g_strsplit(g_strstrip((char *)text), " ", -1);
	char *end;
	gint32 pid = (gint32)strtol(words[0], &end, 10);
	guint64 start = end[0] == '@' ? strtoull(end + 1, NULL, 10) : 0;

	fixture_process(store, pid);
	for (guint i = 1; words[i] != NULL; i++) {
		gint32 tid = (gint32)strtol(words[i], &end, 10);

		fixture_task(store, tid, "name")->start_time_ns = start;
		/* Until its table is there. */
		pv_store_task(store, store->tasks.n - 1)->n_open = (guint8)end[0];
	}
}

static void
add_table(PvStore *store, const char *text)
{
	g_auto(GStrv) words = g_strsplit(g_strstrip((char *)text), " ", -1);
	g_autoptr(GArray) tids = g_array_new(TRUE, TRUE, sizeof(gint32));

	for (guint i = 0; i < store->tasks.n; i++) {
		const PvTask *task = pv_store_task(store, i);

		if (task->n_open == (guint8)words[0][0])
			g_array_append_val(tids, task->tid);
	}
	fixture_table(store, (gint32 *)(void *)tids->data);
	for (guint i = 1; words[i] != NULL; i++) {
		char *end;
		gint32 fd = (gint32)strtol(words[i], &end, 10);
		PvFile *file;

		fixture_descriptor(store, fd, NULL);
		file = fixture_last_file(store);
		file->kind = PV_KIND_REGULAR;
		file->known = PV_FILE_INODE | PV_FILE_FLAGS;
		file->ino = strtoull(end + 1, NULL, 10);
		file->flags = O_RDWR;
	}
}

static PvStore *
build(const char *processes, const char *tables)
{
	g_auto(GStrv) p = g_strsplit(processes, ",", -1), t = g_strsplit(tables, ",", -1);
	PvStore *store = pv_store_new();

	store->collected = PV_COLLECT_ALL;
	for (guint i = 0; p[i] != NULL; i++)
		add_process(store, p[i]);
	for (guint i = 0; t[i] != NULL; i++)
		add_table(store, t[i]);
	return store;
}

static void
append_subject(GString *text, const PvChanges *changes, const PvChange *change)
{
	gboolean is = change->after.process != PV_NONE;
	const PvStore *store = is ? changes->after : changes->before;
	const PvSubject *of = is ? &change->after : &change->before;

	g_string_append_printf(text, " %d", pv_store_process(store, of->process)->pid);
	if (change->kind > PV_CHANGE_PROCESS_EXECUTED)
		g_string_append_printf(text, ":%d", pv_store_task(store, of->task)->tid);
}

static void
append_fd(GString *text, const PvChanges *changes, const PvChange *change)
{
	if (change->before.descriptor != PV_NONE)
		g_string_append_printf(
			text, " %d",
			pv_store_descriptor(changes->before, change->before.descriptor)->fd);
	else if (change->after.descriptor != PV_NONE)
		g_string_append_printf(
			text, " %d",
			pv_store_descriptor(changes->after, change->after.descriptor)->fd);
}

/* What is on which side follows from the kind. */
static void
assert_sides(const PvChange *change)
{
	guint kind = change->kind;

	g_assert_cmpint(change->before.task == PV_NONE, ==, change->before.process == PV_NONE);
	g_assert_cmpint(change->after.task == PV_NONE, ==, change->after.process == PV_NONE);
	if (kind <= PV_CHANGE_PROCESS_EXECUTED) {
		g_assert_cmpint(change->before.process == PV_NONE, ==,
				kind == PV_CHANGE_PROCESS_STARTED);
		g_assert_cmpint(change->after.process == PV_NONE, ==,
				kind == PV_CHANGE_PROCESS_ENDED);
		g_assert_cmpuint(change->before.table & change->after.table, ==, PV_NONE);
	}
	if (kind >= PV_CHANGE_DESCRIPTOR_OPENED) {
		g_assert_cmpint(change->before.descriptor == PV_NONE, ==,
				kind == PV_CHANGE_DESCRIPTOR_OPENED);
		g_assert_cmpint(change->after.descriptor == PV_NONE, ==,
				kind == PV_CHANGE_DESCRIPTOR_CLOSED);
		g_assert_cmpuint(change->before.table, !=, PV_NONE);
		g_assert_cmpuint(change->after.table, !=, PV_NONE);
	}
}

static char *
to_text(const PvChanges *changes)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < changes->changes.n; i++) {
		const PvChange *change = pv_changes_at(changes, i);
		const char *word = strchr(pv_change_kind_name(change->kind), '-') + 1;

		g_assert_cmpuint(change->index, ==, i);
		g_assert_true(pv_changes_of(change) == changes);
		assert_sides(change);
		g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ", word);
		append_subject(text, changes, change);
		append_fd(text, changes, change);
	}
	return g_string_free(text, FALSE);
}

/* Takes both. */
static void
check(PvStore *before, PvStore *after, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(PvChanges) changes = NULL;
	g_autofree char *text = NULL;

	fixture_seal(before);
	fixture_seal(after);
	changes = pv_compare(before, after, &error);
	g_assert_no_error(error);
	pv_store_unref(before);
	pv_store_unref(after);
	text = to_text(changes);
	g_assert_cmpstr(text, ==, expected);
}

static void
test_nothing(void)
{
	const char *processes = "10@1 10A 11A, 20@2 20B, 30@3 30-", *tables = "A 0=7 3=8, B 1=9";

	check(build(processes, tables), build(processes, tables), "");
	check(pv_store_new(), pv_store_new(), "");
}

static void
test_processes(void)
{
	check(build("10@1 10A, 20@2 20B", "A 0=1, B 0=2"),
	      build("10@1 10A, 30@3 30B", "A 0=1, B 0=2"), "ended 20, started 30");
	check(pv_store_new(), build("10@1 10A 11A", "A 0=1"), "started 10");
	check(build("10@1 10A 11A", "A 0=1"), pv_store_new(), "ended 10");
	/* The number came back. */
	check(build("10@1 10A", "A 0=1"), build("10@2 10A", "A 0=1 1=1"), "ended 10, started 10");
	/* Became a zombie, and a zombie is still there. */
	check(build("10@1 10A", "A 0=1"), build("10@1 10-", ""), "");
}

static void
test_identity(void)
{
	PvStore *before = build("10@1 10A", "A 0=1"), *after = build("10@1 10A", "A 0=2");

	pv_store_task(before, 0)->identity = 5;
	pv_store_task(after, 0)->identity = 6;
	check(before, after, "ended 10, started 10");
	/* Only one of them knows. */
	before = build("10@1 10A", "A 0=1");
	after = build("10 10A", "A 0=2");
	pv_store_task(before, 0)->identity = 5;
	check(before, after, "replaced 10:10 0");
}

static void
test_descriptors(void)
{
	check(build("10@1 10A", "A 0=1 1=2 5=3 9=4"), build("10@1 10A", "A 0=1 3=9 5=4 9=4 12=1"),
	      "closed 10:10 1, opened 10:10 3, replaced 10:10 5, opened 10:10 12");
	check(build("10@1 10A", "A"), build("10@1 10A", "A 0=1 2147483647=2"),
	      "opened 10:10 0, opened 10:10 2147483647");
	check(build("10@1 10A", "A 0=1"), build("10@1 10A", "A"), "closed 10:10 0");
}

/* However many share it, and whoever of them comes and goes. */
static void
test_once(void)
{
	check(build("10@1 10A 11A 12A, 20@2 20A", "A 0=1"),
	      build("10@1 10A 11A 12A, 20@2 20A", "A 0=1 1=1"), "opened 10:10 1");
	check(build("10@1 10A 11A, 20@2 20A", "A 0=1"), build("20@2 20A 21A", "A 0=2"),
	      "ended 10, replaced 20:20 0");
}

static void
test_unknown_is_not_closed(void)
{
	static const guint8 statuses[] = {PV_STATUS_PARTIAL, PV_STATUS_DENIED, PV_STATUS_GONE};

	for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
		PvStore *before = build("10@1 10A, 20@2 20B", "A 0=1, B 0=1");
		PvStore *after = build("10@1 10A, 20@2 20B", "A, B");

		pv_store_table(after, 0)->status = statuses[i];
		check(before, after, "closed 20:20 0");
		before = build("10@1 10A", "A");
		after = build("10@1 10A", "A 0=1");
		pv_store_table(before, 0)->status = statuses[i];
		check(before, after, "");
	}
}

static void
test_not_collected(void)
{
	PvStore *before = build("10@1 10A", "A 0=1"), *after = build("10@1 10A, 20@2 20B", "A, B");

	after->collected = PV_COLLECT_TABLES;
	check(before, after, "started 20");
	before = build("10@1 10A", "A 0=1");
	after = build("10@1 10-", "");
	after->collected = 0;
	check(before, after, "");
}

static void
test_left(void)
{
	/* The thread. */
	check(build("10@1 10A 11A", "A 0=1 1=2"), build("10@1 10A 11B", "A 0=1, B 1=2"),
	      "closed 10:10 1, left 10:11");
	/* The most of them keep it: it was the leader who left. */
	check(build("10@1 10A 11A 12A", "A 0=1"), build("10@1 10A 11B 12B", "A 0=1 7=7, B 0=3"),
	      "left 10:10, replaced 10:11 0");
	/* All but one have gone: who stays has it. */
	check(build("10@1 10A 11A, 20@2 20A", "A 0=1"), build("10@1 10- 11A", "A 0=1 1=1"),
	      "opened 10:11 1, ended 20");
	/* A new thread has not left anything, but what its process has is not what it has. */
	check(build("10@1 10A", "A 0=1"), build("10@1 10A 11A 12B 13B", "A 0=1, B 0=1"),
	      "left 10:12");
}

static void
test_joined(void)
{
	check(build("10@1 10A", "A 0=1"), build("10@1 10A, 20@2 20A 21A", "A 0=1"),
	      "started 20, joined 20:20");
	/* Who is new is not always the one with the higher number. */
	check(build("20@1 20A", "A 0=1"), build("10@2 10A, 20@1 20A", "A 0=1 1=1"),
	      "started 10, joined 10:10, opened 20:20 1");
	check(build("10@1 10A", "A"), build("10@1 10A, 20@2 20B, 21@2 21B", "A, B"),
	      "started 20, started 21, joined 21:21");
	/* A thread, of a process that does not share. */
	check(build("10@1 10A, 20@1 20B", "A, B"), build("10@1 10A, 20@1 20B 21A", "A, B"),
	      "joined 20:21");
}

/* Where kcmp(2) was refused, a table is what the threads of a process are taken to have. */
static void
test_assumed(void)
{
	PvStore *before = build("10@1 10A 11A, 20@1 20A", "A 0=1");
	PvStore *after = build("10@1 10A 11A, 20@1 20B 21B", "A 0=1, B 0=1");

	pv_store_table(after, 0)->proof = pv_store_table(after, 1)->proof = PV_PROOF_ASSUMED;
	check(before, after, "");
	before = build("10@1 10A", "A");
	after = build("10@1 10A, 20@1 20A", "A");
	pv_store_table(after, 0)->proof = PV_PROOF_ASSUMED;
	check(before, after, "started 20");
}

static void
set_key(PvStore *store, guint32 table, guint64 key)
{
	store->key_id = 1;
	pv_store_table(store, table)->key = key;
	pv_store_table(store, table)->proof = PV_PROOF_KERNEL;
}

static void
test_keys(void)
{
	PvStore *before = build("10@1 10A 11A 12A", "A 0=1");
	PvStore *after = build("10@1 10A 11B 12A", "A 0=1, B 0=1 1=1");

	/* The thread has the old table, and the others, though more, do not. */
	set_key(before, 0, 77);
	set_key(after, 0, 78);
	set_key(after, 1, 77);
	check(before, after, "left 10:10, opened 10:11 1, left 10:12");

	/* Alone before, as far as this snapshot knows, and another table: others had it too. */
	before = build("10@1 10A", "A 0=1");
	after = build("10@1 10A", "A 1=1");
	set_key(before, 0, 77);
	set_key(after, 0, 78);
	check(before, after, "left 10:10");

	/* Keys of another scanner say nothing. */
	before = build("10@1 10A", "A 0=1");
	after = build("10@1 10A", "A 1=1");
	set_key(before, 0, 77);
	set_key(after, 0, 78);
	after->key_id = 2;
	check(before, after, "closed 10:10 0, opened 10:10 1");

	/* A new table at the address of an old one. */
	before = build("10@1 10A", "A 0=1");
	after = build("20@2 20A", "A 1=1");
	set_key(before, 0, 77);
	set_key(after, 0, 77);
	check(before, after, "ended 10, started 20");
}

/* A thread that executes a program gets the number of the leader, with its own table. */
static void
test_leader_replaced(void)
{
	PvStore *before = build("10@1 10A 11B, 20@1 20B", "A 0=1, B 0=2");
	PvStore *after = build("10@1 10B, 20@1 20B", "B 0=2");

	set_key(before, 0, 77);
	set_key(before, 1, 78);
	set_key(after, 0, 78);
	check(before, after, "joined 10:10");
}

static void
test_executed(void)
{
	PvStore *before = build("10@1 10A, 20@1 20A", "A 0=1 1=1");
	PvStore *after = build("10@1 10A, 20@1 20B", "A 0=1 1=1, B 0=1");

	/* Ahead of the one with the lower number: its table is a copy, for others had it too. */
	pv_store_process(before, 0)->exe = fixture_string(before, "/bin/sh");
	pv_store_process(after, 0)->exe = fixture_string(after, "/bin/ls");
	pv_store_task(after, 0)->comm = fixture_string(after, "ls");
	check(before, after, "executed 10, left 10:10, closed 20:20 1");
}

static void
ask(PvStore *store, const gint32 *pids, const guint32 *uids)
{
	PvQuery *query = pv_query_new();

	for (; pids != NULL && *pids != 0; pids++)
		g_array_append_val(query->pids, *pids);
	for (; uids != NULL && *uids != 0; uids++)
		g_array_append_val(query->uids, *uids);
	g_assert_true(pv_store_note_query(store, query));
	pv_query_unref(query);
}

static void
test_narrowed(void)
{
	static const gint32 some[] = {20, 10, 0}, one[] = {10, 0}, thread[] = {11, 0};
	static const guint32 users[] = {1000, 0};
	PvStore *before, *after;

	/* Not asked for is not gone, nor new. */
	before = build("10@1 10A, 20@1 20B", "A, B");
	after = build("10@1 10A", "A");
	ask(after, one, NULL);
	check(before, after, "");
	before = build("10@1 10A", "A");
	after = build("10@1 10A, 20@1 20A", "A");
	ask(before, one, NULL);
	check(before, after, "");
	/* Asked for is. */
	before = build("10@1 10A, 20@1 20B", "A, B");
	after = build("10@1 10A", "A");
	ask(before, some, NULL);
	ask(after, some, NULL);
	check(before, after, "ended 20");
	/* By the number of a thread that is no more, and the process may be there or not. */
	before = build("10@1 10A 11A", "A");
	after = pv_store_new();
	ask(before, thread, NULL);
	ask(after, thread, NULL);
	check(before, after, "");
	/* By user, the real or the effective one. */
	before = build("10@1 10A, 20@1 20B, 30@1 30C", "A, B, C");
	pv_store_task(before, 1)->uid = 1000;
	pv_store_task(before, 2)->euid = 1000;
	after = pv_store_new();
	ask(after, NULL, users);
	check(before, after, "ended 20, ended 30");
}

static void
test_hidden(void)
{
	PvStore *before = build("10@1 10A", "A"), *after = pv_store_new();

	after->hidden = TRUE;
	check(before, after, "");
	before = build("10@1 10A", "A");
	after = pv_store_new();
	before->hidden = after->hidden = TRUE;
	check(before, after, "ended 10");
}

static void
test_kernel_threads(void)
{
	PvStore *before = build("2@1 2A", "A"), *after = build("2@1 2A, 9@2 9A", "A");

	for (guint i = 0; i < 2; i++)
		pv_store_task(after, i)->known |= PV_TASK_KTHREAD;
	check(before, after, "started 9");
}

/* Threads that were missed in the first snapshot may have had their tables for long. */
static void
test_missed_threads(void)
{
	PvStore *before = build("10@1 10A", "A"), *after = build("10@1 10A 11B", "A, B");

	before->missed_threads = TRUE;
	check(before, after, "");
	before = build("10@1 10A, 20@1 20B", "A, B");
	after = build("10@1 10A, 20@1 20B 21A", "A, B");
	before->missed_threads = TRUE;
	check(before, after, "");
}

/* Many tasks leave a table of many descriptors: neither time nor changes are their product. */
static void
test_many_leave(void)
{
	g_autoptr(GString) shared = g_string_new("10@1"), own = g_string_new("10@1");
	PvStore *before, *after;
	g_autoptr(PvChanges) changes = NULL;

	for (guint i = 0; i < 2000; i++) {
		g_string_append_printf(shared, " %uA", 10 + i);
		g_string_append_printf(own, " %u%c", 10 + i, i == 0 ? 'A' : '-');
	}
	before = build(shared->str, "A");
	for (guint i = 0; i < 20000; i++)
		fixture_descriptor(before, (gint32)i, NULL);
	after = build(own->str, "A");
	for (guint i = 1; i < 2000; i++)
		fixture_table(after, (gint32[]){(gint32)(10 + i), 0});
	fixture_seal(before);
	fixture_seal(after);
	changes = pv_compare(before, after, NULL);
	g_assert_nonnull(changes);
	g_assert_cmpuint(changes->changes.n, ==, 20000 + 1999);
	pv_store_unref(before);
	pv_store_unref(after);
}

/* Whatever there is not enough memory for, it is an error, until there is enough for all. */
static void
test_no_memory(void)
{
	PvStore *before = build("10@1 10A", "A"), *after = build("10@1 10A", "A");
	PvChanges *changes = NULL;
	guint n_failures = 0;

	for (guint i = 0; i < 100000; i++)
		fixture_descriptor(after, (gint32)i, NULL);
	fixture_seal(before);
	fixture_seal(after);
	for (gsize limit = 1 << 20; MEMORY_LIMIT_WORKS && changes == NULL; limit *= 2) {
		g_autoptr(GError) error = NULL;
		struct rlimit lifted = memory_limit_set(limit);

		changes = pv_compare(before, after, &error);
		memory_limit_lift(lifted);
		if (changes == NULL)
			g_assert_error(error, PV_ERROR, PV_ERROR_NO_MEMORY);
		n_failures += changes == NULL;
	}
	if (MEMORY_LIMIT_WORKS) {
		g_assert_cmpuint(n_failures, >, 0);
		g_assert_cmpuint(changes->changes.n, ==, 100000);
		pv_changes_unref(changes);
	}
	pv_store_unref(before);
	pv_store_unref(after);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/compare/nothing", test_nothing);
	g_test_add_func("/snapshot/compare/processes", test_processes);
	g_test_add_func("/snapshot/compare/identity", test_identity);
	g_test_add_func("/snapshot/compare/descriptors", test_descriptors);
	g_test_add_func("/snapshot/compare/once", test_once);
	g_test_add_func("/snapshot/compare/unknown-is-not-closed", test_unknown_is_not_closed);
	g_test_add_func("/snapshot/compare/not-collected", test_not_collected);
	g_test_add_func("/snapshot/compare/left", test_left);
	g_test_add_func("/snapshot/compare/joined", test_joined);
	g_test_add_func("/snapshot/compare/assumed", test_assumed);
	g_test_add_func("/snapshot/compare/keys", test_keys);
	g_test_add_func("/snapshot/compare/leader-replaced", test_leader_replaced);
	g_test_add_func("/snapshot/compare/executed", test_executed);
	g_test_add_func("/snapshot/compare/narrowed", test_narrowed);
	g_test_add_func("/snapshot/compare/hidden", test_hidden);
	g_test_add_func("/snapshot/compare/kernel-threads", test_kernel_threads);
	g_test_add_func("/snapshot/compare/missed-threads", test_missed_threads);
	g_test_add_func("/snapshot/compare/many-leave", test_many_leave);
	g_test_add_func("/snapshot/compare/no-memory", test_no_memory);
	return g_test_run();
}
