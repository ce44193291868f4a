/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What two snapshots of the machine say has happened between them, and whether that has.
 *
 * Of all changes, those of the scene's processes are compared, with a letter for each: S is the
 * subject, F its child, C a process that shares its table, T its thread.
 */
#include <string.h>

#include "pv-test.h"

typedef struct {
	PvTestScene *scene;
	ProcviewScanner *scanner;
	ProcviewSnapshot *last;
	ProcviewQuery *query;
} Fixture;

static const struct {
	const char *key;
	char letter;
} roles[] = {{"process", 'S'}, {"forked", 'F'}, {"cloned", 'C'}, {"thread", 'T'}};

static ProcviewSnapshot *
scan(const Fixture *f)
{
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot = procview_scanner_scan(f->scanner, f->query, &error);

	g_assert_no_error(error);
	return snapshot;
}

/* A scene, and a snapshot of the machine from before its first step. FALSE: skipped. */
static gboolean
begin(Fixture *f, ProcviewBackend backend, const char *name, ProcviewCollect collect)
{
	*f = (Fixture){pv_test_scene_start(name, NULL), NULL, NULL, NULL};
	f->scanner = f->scene != NULL ? pv_test_scanner(backend) : NULL;
	if (f->scanner == NULL) {
		g_clear_pointer(&f->scene, pv_test_scene_end);
		return FALSE;
	}
	f->query = procview_query_new();
	procview_query_set_collect(f->query, collect);
	f->last = scan(f);
	return TRUE;
}

static void
finish(Fixture *f)
{
	g_clear_pointer(&f->last, procview_snapshot_unref);
	g_clear_pointer(&f->query, procview_query_unref);
	g_clear_object(&f->scanner);
	g_clear_pointer(&f->scene, pv_test_scene_end);
}

/* 0: none of the scene. */
static char
letter_of(PvTestScene *scene, int tid)
{
	for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
		GPtrArray *said = pv_test_scene_all(scene, roles[i].key);

		if (said->len > 0 && g_ascii_strtoll(said->pdata[0], NULL, 10) == tid)
			return roles[i].letter;
	}
	return 0;
}

static ProcviewProcess *
process_of(ProcviewChange *change)
{
	ProcviewProcess *process = procview_change_get_process_after(change);

	return process != NULL ? process : procview_change_get_process_before(change);
}

static ProcviewTask *
task_of(ProcviewChange *change)
{
	ProcviewTask *task = procview_change_get_task_after(change);

	return task != NULL ? task : procview_change_get_task_before(change);
}

static ProcviewDescriptor *
descriptor_of(ProcviewChange *change)
{
	ProcviewDescriptor *descriptor = procview_change_get_descriptor_after(change);

	return descriptor != NULL ? descriptor : procview_change_get_descriptor_before(change);
}

static void
append_change(GString *text, PvTestScene *scene, ProcviewChange *change)
{
	const char *kind = procview_change_kind_to_string(procview_change_get_kind(change));
	ProcviewDescriptor *descriptor = descriptor_of(change);

	g_string_append_printf(text, "%s%s %c", text->len > 0 ? ", " : "", strchr(kind, '-') + 1,
			       letter_of(scene, procview_task_get_tid(task_of(change))));
	if (descriptor != NULL)
		g_string_append_printf(text, "%d", procview_descriptor_get_fd(descriptor));
}

/* The changes of the scene; by the letters of processes, for numbers may begin anew. */
static char *
text_of(PvTestScene *scene, ProcviewChanges *changes)
{
	GString *text = g_string_new(NULL);
	guint n = procview_changes_get_n_changes(changes);

	for (guint role = 0; role < G_N_ELEMENTS(roles); role++) {
		for (guint i = 0; i < n; i++) {
			ProcviewChange *change = procview_changes_get_change(changes, i);
			int pid = procview_process_get_pid(process_of(change));

			if (letter_of(scene, pid) == roles[role].letter)
				append_change(text, scene, change);
		}
	}
	return g_string_free(text, FALSE);
}

static ProcviewChanges *
compare(ProcviewSnapshot *before, ProcviewSnapshot *after)
{
	g_autoptr(GError) error = NULL;
	ProcviewChanges *changes = procview_snapshot_compare(before, after, &error);

	g_assert_no_error(error);
	g_assert_true(procview_changes_get_before(changes) == before);
	g_assert_true(procview_changes_get_after(changes) == after);
	return changes;
}

static void
tell_and_fail(ProcviewChanges *changes)
{
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();

	procview_changes_write_json(changes, stream, NULL, NULL, NULL, NULL);
	g_output_stream_write_all(stream, "", 1, NULL, NULL, NULL);
	g_error("%s", (char *)g_memory_output_stream_get_data((GMemoryOutputStream *)stream));
}

/* Takes a step, if there is one to take; what has changed since the last snapshot. */
static ProcviewChanges *
step(Fixture *f, const char *name)
{
	g_autoptr(ProcviewSnapshot) before = g_steal_pointer(&f->last);

	if (name != NULL)
		pv_test_scene_step(f->scene, name);
	f->last = scan(f);
	return compare(before, f->last);
}

static void
check_step(Fixture *f, const char *name, const char *expected)
{
	g_autoptr(ProcviewChanges) changes = step(f, name);
	g_autofree char *text = text_of(f->scene, changes);

	if (strcmp(text, expected) != 0)
		g_error("%s: \"%s\", and not \"%s\"", name, text, expected);
}

static void
nothing(ProcviewBackend backend)
{
	Fixture f;

	if (!begin(&f, backend, "turns", PROCVIEW_COLLECT_EVERYTHING))
		return;
	check_step(&f, NULL, "");
	{
		g_autoptr(ProcviewChanges) changes = compare(f.last, f.last);

		g_assert_cmpuint(procview_changes_get_n_changes(changes), ==, 0);
	}
	finish(&f);
}

static void
turn_by_turn(ProcviewBackend backend)
{
	static const struct {
		const char *step;
		const char *expected;
	} turns[] = {
		{"open", "opened S5, opened S7"}, {"close", "closed S5"}, {"dup2", "replaced S1"},
		{"reopen", "replaced S0"},	  {"harmless", ""},	  {"fork", "started F"},
		{"clone", "started C, joined C"}, {"thread", ""},	  {"unshare", "left T"},
		{"exec", "executed C, left C"},	  {"end", "ended F"},
	};
	Fixture f;

	if (!begin(&f, backend, "turns", PROCVIEW_COLLECT_ALL))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(turns); i++)
		check_step(&f, turns[i].step, turns[i].expected);
	finish(&f);
}

static const char *const all_turns[] = {"open",	 "close",  "dup2",    "reopen", "harmless", "fork",
					"clone", "thread", "unshare", "exec",	"end"};

/* From the first to the last snapshot: what came and went between them is not seen. */
static void
at_once(ProcviewBackend backend)
{
	g_autoptr(ProcviewSnapshot) first = NULL;
	g_autoptr(ProcviewChanges) changes = NULL;
	g_autofree char *text = NULL;
	Fixture f;

	if (!begin(&f, backend, "turns", PROCVIEW_COLLECT_ALL))
		return;
	first = g_steal_pointer(&f.last);
	for (guint i = 0; i < G_N_ELEMENTS(all_turns); i++)
		pv_test_scene_step(f.scene, all_turns[i]);
	f.last = scan(&f);
	changes = compare(first, f.last);
	text = text_of(f.scene, changes);
	g_assert_cmpstr(text, ==, "replaced S0, replaced S1, opened S7, left T, started C");
	finish(&f);
}

/* Two of a kind in the same place: only what the kernel tells of them can tell. */
static void
twins(ProcviewBackend backend)
{
	guint64 id = 0;
	gboolean known;
	Fixture f;
	int pid;

	if (!begin(&f, backend, "turns", PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_DETAILS))
		return;
	pid = pv_test_scene_number(f.scene, "process", 0, 0);
	for (guint i = 0; i < G_N_ELEMENTS(all_turns); i++)
		pv_test_scene_step(f.scene, all_turns[i]);
	g_clear_pointer(&f.last, procview_snapshot_unref);
	f.last = scan(&f);
	known = procview_file_get_number(pv_test_file_of(f.last, pid, 7), PROCVIEW_FACT_EVENTFD_ID,
					 &id);
	check_step(&f, "eventfd", known ? "replaced S7" : "");
	finish(&f);
}

/* What was not asked for has not become different. */
static void
not_collected(ProcviewBackend backend)
{
	Fixture f;

	if (!begin(&f, backend, "turns", PROCVIEW_COLLECT_TABLES))
		return;
	check_step(&f, "open", "");
	procview_query_set_collect(f.query, PROCVIEW_COLLECT_ALL);
	check_step(&f, "close", "");
	check_step(&f, "dup2", "replaced S1");
	finish(&f);
}

/* Queries about some processes: who was not asked for is neither gone nor new. */
static void
narrowed(ProcviewBackend backend)
{
	g_autoptr(ProcviewSnapshot) all = NULL;
	g_autoptr(ProcviewChanges) changes = NULL, back = NULL;
	Fixture f;
	int pid;

	if (!begin(&f, backend, "turns", PROCVIEW_COLLECT_ALL))
		return;
	pid = pv_test_scene_number(f.scene, "process", 0, 0);
	all = procview_snapshot_ref(f.last);
	procview_query_add_pid(f.query, pid);
	check_step(&f, "open", "opened S5, opened S7");
	changes = compare(all, f.last);
	g_assert_cmpuint(procview_changes_get_n_changes(changes), ==, 2);
	back = compare(f.last, all);
	g_assert_cmpuint(procview_changes_get_n_changes(back), ==, 2);
	finish(&f);
}

static void
ended(ProcviewBackend backend)
{
	Fixture f;

	if (!begin(&f, backend, "exit", PROCVIEW_COLLECT_ALL))
		return;
	procview_query_add_pid(f.query, pv_test_scene_number(f.scene, "process", 0, 0));
	check_step(&f, "exit", "ended S");
	check_step(&f, NULL, "");
	finish(&f);
}

static void
number_reused(ProcviewBackend backend)
{
	Fixture f;

	if (!begin(&f, backend, "pid-reuse", PROCVIEW_COLLECT_ALL))
		return;
	check_step(&f, "reuse", "ended S, started S");
	finish(&f);
}

/* A thread becomes its process, and the program is the same: its memory tells, and nothing else. */
static void
executed_by_thread(ProcviewBackend backend)
{
	g_autoptr(ProcviewChanges) changes = NULL;
	g_autofree char *text = NULL;
	Fixture f;

	if (!begin(&f, backend, "exec-thread", PROCVIEW_COLLECT_ALL))
		return;
	changes = step(&f, "exec");
	text = text_of(f.scene, changes);
	if (pv_test_served_by(f.last, PROCVIEW_STEP_TASKS, "bpf"))
		g_assert_cmpstr(text, ==, "executed S, left S");
	else
		g_assert_false(strstr(text, "started") != NULL || strstr(text, "ended") != NULL);
	finish(&f);
}

static gboolean
is_of_descriptor(ProcviewChange *change, gpointer data)
{
	PvTestScene *scene = data;
	int pid = procview_process_get_pid(process_of(change));

	return letter_of(scene, pid) == 'S' && descriptor_of(change) != NULL;
}

/* Snapshots and scanner may go; and as JSON, a line each. */
static void
outlive(ProcviewBackend backend)
{
	g_autoptr(ProcviewChanges) changes = NULL;
	g_autoptr(ProcviewChange) change = NULL;
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();
	g_autoptr(PvTestScene) scene = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;
	Fixture f;
	guint i = 0;

	if (!begin(&f, backend, "turns", PROCVIEW_COLLECT_ALL))
		return;
	changes = step(&f, "open");
	scene = g_steal_pointer(&f.scene);
	finish(&f);
	g_assert_true(procview_changes_write_json(changes, stream, is_of_descriptor, scene, NULL,
						  &error));
	g_assert_no_error(error);
	g_assert_true(g_output_stream_write_all(stream, "", 1, NULL, NULL, NULL));
	lines = g_strsplit(g_memory_output_stream_get_data((GMemoryOutputStream *)stream), "\n",
			   -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 3);
	for (i = 0; i < 2; i++) {
		g_assert_true(g_str_has_prefix(
			lines[i],
			"{\"type\":\"change\",\"change\":\"descriptor-opened\",\"pid\":"));
		g_assert_nonnull(strstr(lines[i], i == 0 ? "\"fd\":5," : "\"fd\":7,"));
	}
	for (i = 0; !is_of_descriptor(procview_changes_get_change(changes, i), scene); i++)
		continue;
	change = procview_change_ref(procview_changes_get_change(changes, i));
	g_clear_pointer(&changes, procview_changes_unref);
	g_assert_cmpint(procview_change_get_kind(change), ==, PROCVIEW_CHANGE_DESCRIPTOR_OPENED);
	g_assert_null(procview_change_get_descriptor_before(change));
	g_assert_cmpint(procview_descriptor_get_fd(procview_change_get_descriptor_after(change)),
			==, 5);
	g_assert_true(procview_task_get_fd_table(procview_change_get_task_before(change)) ==
		      procview_change_get_fd_table_before(change));
	g_assert_true(procview_task_get_fd_table(procview_change_get_task_after(change)) ==
		      procview_change_get_fd_table_after(change));
}

/* Files of all kinds, seen by two scanners that use different kernel interfaces: nothing changed. */
static void
across_backends(ProcviewBackend backend)
{
	static const char *const scenes[] = {"zoo", "details", "names", "sockets", "ends", "epoll"};
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewScanner) other = pv_test_scanner_if_any(PROCVIEW_BACKEND_PROCFS);

	for (guint i = 0; scanner != NULL && i < G_N_ELEMENTS(scenes); i++) {
		g_autoptr(PvTestScene) scene = pv_test_scene_start(scenes[i], NULL);
		g_autoptr(ProcviewSnapshot) before = NULL, after = NULL;
		g_autoptr(ProcviewChanges) changes = NULL;

		if (scene == NULL)
			return;
		before = pv_test_scene_scan(scene, scanner);
		after = pv_test_scene_scan(scene, other);
		changes = compare(before, after);
		if (procview_changes_get_n_changes(changes) > 0)
			tell_and_fail(changes);
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_add("/changes/nothing", nothing);
	pv_test_add("/changes/turn-by-turn", turn_by_turn);
	pv_test_add("/changes/at-once", at_once);
	pv_test_add("/changes/twins", twins);
	pv_test_add("/changes/not-collected", not_collected);
	pv_test_add("/changes/narrowed", narrowed);
	pv_test_add("/changes/ended", ended);
	pv_test_add("/changes/number-reused", number_reused);
	pv_test_add("/changes/executed-by-thread", executed_by_thread);
	pv_test_add("/changes/outlive", outlive);
	pv_test_add("/changes/across-backends", across_backends);
	return g_test_run();
}
