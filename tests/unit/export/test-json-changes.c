/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Changes as JSON, to the byte, for two snapshots made by hand.
 */
#include <string.h>

#include "core/kind.h"
#include "core/query.h"
#include "export/json-changes.h"
#include "fixture.h"

typedef struct {
	GString *text;
	guint wanted;	   /* a bit for each kind */
	gsize fails_after; /* bytes */
} Target;

static gboolean
gather(gpointer data, const char *bytes, gsize length, GError **error)
{
	Target *target = data;

	if (target->text->len + length > target->fails_after) {
		g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "full");
		return FALSE;
	}
	g_string_append_len(target->text, bytes, length);
	return TRUE;
}

static gboolean
wants(PvChange *change, gpointer data)
{
	const Target *target = data;

	return (target->wanted >> change->kind & 1) != 0;
}

/* Process 910 with the tasks 910 and 911 and one table, or two. */
static PvStore *
build(gboolean split, const char *path)
{
	static const gint32 both[] = {910, 911, 0}, leader[] = {910, 0}, thread[] = {911, 0};
	PvStore *store = pv_store_new();
	PvFile *file;

	fixture_process(store, 910)->exe = fixture_string(store, "/bin/sh");
	fixture_task(store, 910, "a\x1b[31m");
	fixture_task(store, 911, "worker");
	fixture_table(store, split ? leader : both);
	fixture_descriptor(store, 3, path)->cloexec = PV_CLOEXEC_ON;
	file = fixture_last_file(store);
	file->kind = PV_KIND_REGULAR;
	file->known = PV_FILE_INODE;
	file->ino = strlen(path);
	file->dev = pv_dev(8, 1);
	if (split)
		fixture_table(store, thread);
	store->collected = PV_COLLECT_ALL;
	fixture_seal(store);
	return store;
}

static void
add(PvChanges *changes, guint kind, PvSubject before, PvSubject after)
{
	PvChange *change = pv_array_append(&changes->changes);

	*change = (PvChange){changes->changes.n - 1, kind, before, after};
}

/* One of each kind, whether it makes sense together or not. */
static PvChanges *
one_of_each(void)
{
	const PvSubject none = PV_NO_SUBJECT, process = {0, 0, PV_NONE, PV_NONE};
	const PvSubject thread = {0, 1, 0, PV_NONE}, left = {0, 1, 1, PV_NONE};
	const PvSubject table = {0, 0, 0, PV_NONE}, fd = {0, 0, 0, 0}, foreign = {0, 1, 1, 0};
	PvStore *before = build(FALSE, "/old"), *after = build(TRUE, "/n\xffw");
	PvChanges *changes = pv_changes_new(before, after);

	add(changes, PV_CHANGE_PROCESS_STARTED, none, process);
	add(changes, PV_CHANGE_PROCESS_ENDED, process, none);
	add(changes, PV_CHANGE_PROCESS_EXECUTED, process, process);
	add(changes, PV_CHANGE_TABLE_JOINED, none, table);
	add(changes, PV_CHANGE_TABLE_LEFT, thread, left);
	add(changes, PV_CHANGE_DESCRIPTOR_OPENED, table, fd);
	add(changes, PV_CHANGE_DESCRIPTOR_CLOSED, fd, table);
	add(changes, PV_CHANGE_DESCRIPTOR_REPLACED, fd, foreign);
	pv_array_seal(&changes->changes, changes);
	pv_store_unref(before);
	pv_store_unref(after);
	return changes;
}

static void
check(guint wanted, const char *expected)
{
	PvChanges *changes = one_of_each();
	Target target = {g_string_new(NULL), wanted, G_MAXSIZE};
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_json_write_changes(changes, wants, gather, &target, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(target.text->str, ==, expected);
	g_string_free(target.text, TRUE);
	pv_changes_unref(changes);
}

/* clang-format off */
#define COMM "\"comm\":\"a\\u001b[31m\""
#define PROCESS()                                                                                  \
	"\"pid\":910,\"ppid\":1,\"pgid\":910,\"sid\":910,\"uid\":0,\"euid\":0,\"gid\":0,"          \
	"\"egid\":0," COMM ",\"exe\":\"/bin/sh\",\"state\":\"S\",\"kthread\":false,"               \
	"\"start_time_ns\":0,\"fd_table\":1,\"n_tasks\":2,"                                        \
	"\"tasks\":[{\"tid\":910," COMM ",\"state\":\"S\",\"fd_table\":1}]"
#define LINE(kind, members) "{\"type\":\"change\",\"change\":\"" kind "\"," members "}\n"
#define OLD "\"fd\":3,\"cloexec\":true,\"kind\":\"regular\",\"path\":\"/old\",\"ino\":4,\"dev\":\"8:1\""
#define NEW "\"fd\":3,\"cloexec\":true,\"kind\":\"regular\",\"path\":\"/n\\\\xffw\",\"ino\":4,\"dev\":\"8:1\""
#define TABLE(id, n_tasks) "\"fd_table\":" id ",\"owner\":910,\"n_tasks\":" n_tasks
/* clang-format on */

static void
test_processes(void)
{
	check(1 << PV_CHANGE_PROCESS_STARTED, LINE("process-started", PROCESS()));
	check(1 << PV_CHANGE_PROCESS_ENDED, LINE("process-ended", PROCESS()));
	check(1 << PV_CHANGE_PROCESS_EXECUTED,
	      LINE("process-executed", PROCESS() ",\"before\":{" PROCESS() "}"));
}

static void
test_tables(void)
{
	check(1 << PV_CHANGE_TABLE_JOINED,
	      LINE("table-joined", "\"pid\":910,\"tid\":910," COMM "," TABLE("1", "1")));
	check(1 << PV_CHANGE_TABLE_LEFT,
	      LINE("table-left", "\"pid\":910,\"tid\":911," COMM
				 "," TABLE("2", "1") ",\"before\":{" TABLE("1", "2") "}"));
}

static void
test_descriptors(void)
{
	check(1 << PV_CHANGE_DESCRIPTOR_OPENED,
	      LINE("descriptor-opened", "\"pid\":910," COMM "," TABLE("1", "1") "," NEW));
	check(1 << PV_CHANGE_DESCRIPTOR_CLOSED,
	      LINE("descriptor-closed", "\"pid\":910," COMM "," TABLE("1", "1") "," OLD));
	/* Of a table that the leader does not have. */
	check(1 << PV_CHANGE_DESCRIPTOR_REPLACED,
	      LINE("descriptor-replaced", "\"pid\":910,\"tid\":911," COMM
					  "," TABLE("2", "1") "," NEW ",\"before\":{" OLD "}"));
}

static void
test_filter(void)
{
	check(0, "");
	check(1 << PV_CHANGE_PROCESS_STARTED | 1 << PV_CHANGE_DESCRIPTOR_CLOSED,
	      LINE("process-started", PROCESS())
		      LINE("descriptor-closed", "\"pid\":910," COMM "," TABLE("1", "1") "," OLD));
}

static void
test_failure(void)
{
	PvChanges *changes = one_of_each();
	Target target = {g_string_new(NULL), G_MAXUINT, 100};
	g_autoptr(GError) error = NULL;

	g_assert_false(pv_json_write_changes(changes, wants, gather, &target, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
	g_string_free(target.text, TRUE);
	pv_changes_unref(changes);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/json-changes/processes", test_processes);
	g_test_add_func("/export/json-changes/tables", test_tables);
	g_test_add_func("/export/json-changes/descriptors", test_descriptors);
	g_test_add_func("/export/json-changes/filter", test_filter);
	g_test_add_func("/export/json-changes/failure", test_failure);
	return g_test_run();
}
