/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the programs said on Linux 6.18 of a few processes (record.c), decoded on any machine of the
 * same layout:
 *
 *   2   a table with something of everything; its thread 3 shares it, 4 has left it
 *   5   number 1 of a pid namespace below
 *   6   a zombie
 *   7   a leader that has exited, and its thread 8
 *   9   a name, a title, credentials and directories such as nobody should have
 *   10  an executable that was removed, and an empty argument
 *   11  stopped
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/bpf/decode.h"
#include "core/record.h"

#define KERNEL_COUNTED_NOTHING G_MAXUINT32

typedef struct {
	char *text;
	gsize length;
	gsize at;
} Recording;

static void
recording_clear(Recording *recording)
{
	g_free(recording->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Recording, recording_clear)

static Recording
load(const char *name)
{
	g_autofree char *file = g_strconcat(name, ".bin", NULL);
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "tests", "data", "bpf", file, NULL);
	g_autoptr(GError) error = NULL;
	Recording recording = {0};

	g_file_get_contents(path, &recording.text, &recording.length, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(recording.length, >, 0);
	return recording;
}

/* The next record; NULL: that was all. */
static const char *
next(Recording *recording, gsize *size)
{
	const char *record = recording->text + recording->at;
	PvWireResult result = pv_wire_frame(record, recording->length - recording->at, size);

	if (result == PV_WIRE_END)
		return NULL;
	g_assert_cmpint(result, ==, PV_WIRE_GOOD);
	recording->at += *size;
	return record;
}

static PvWireTask
find_task(Recording *recording, gint32 tid)
{
	const char *record;
	PvWireTask task;
	gsize size;

	recording->at = 0;
	while ((record = next(recording, &size)) != NULL) {
		g_assert_true(pv_wire_take_task(record, size, &task));
		if (task.task->tid == tid)
			return task;
	}
	g_assert_not_reached();
}

static void
test_tasks(void)
{
	static const struct {
		gint32 tid;
		gint32 pid;
		char state;
		guint32 n_open;
	} expected[] = {
		{2, 2, 'S', 12},
		{3, 2, 'S', KERNEL_COUNTED_NOTHING},
		{4, 2, 'S', 1},
		{5, 5, 'S', 0},
		{6, 6, 'Z', KERNEL_COUNTED_NOTHING},
		{7, 7, 'Z', KERNEL_COUNTED_NOTHING},
		{8, 7, 'S', 1},
		{9, 9, 'S', 0},
		{10, 10, 'S', 0},
		{11, 11, 'T', 0},
	};
	g_auto(Recording) recording = load("tasks");
	const char *record;
	gsize size;

	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		PvWireTask task;

		record = next(&recording, &size);
		g_assert_nonnull(record);
		g_assert_true(pv_wire_take_task(record, size, &task));
		g_assert_cmpint(task.task->tid, ==, expected[i].tid);
		g_assert_cmpint(task.task->pid, ==, expected[i].pid);
		g_assert_cmpint(task.is_leader, ==, expected[i].tid == expected[i].pid);
		g_assert_cmpint(pv_wire_state(task.task->state, task.task->exit_state), ==,
				expected[i].state);
		g_assert_cmpuint(task.task->n_open, ==, expected[i].n_open);
		g_assert_cmpint(task.task->files == 0, ==, expected[i].state == 'Z');
		g_assert_cmpuint(task.task->identity, !=, 0);
		g_assert_cmpuint(task.task->start_time, !=, 0);
		g_assert_cmpuint(task.task->n_numbers, ==, expected[i].tid == 5 ? 2 : 0);
	}
	g_assert_null(next(&recording, &size));
}

static void
test_process(void)
{
	g_auto(Recording) recording = load("tasks");
	const struct pv_wire_task *task = find_task(&recording, 2).task;
	const struct pv_wire_task *zombie = find_task(&recording, 6).task;
	const struct pv_wire_task *odd = find_task(&recording, 9).task;
	PvWireTask nested = find_task(&recording, 5);

	g_assert_cmpstr((const char *)task->comm, ==, "files");
	g_assert_cmpint(task->ppid, ==, 1);
	g_assert_cmpint(task->pgid, ==, 2);
	g_assert_cmpint(task->sid, ==, 2);
	g_assert_cmpuint(task->n_threads, ==, 3);
	g_assert_cmpuint(task->limit_soft, ==, 256);
	g_assert_cmpuint(task->limit_hard, ==, 512);
	g_assert_cmpuint(task->cgroup, !=, 0);
	for (guint i = 0; i < PV_N_NAMESPACES; i++)
		g_assert_cmpuint(task->namespaces[i], >=, 0xf0000000 - 0x1000);
	/* It has left them all but for two. */
	for (guint i = 0; i < PV_N_NAMESPACES; i++)
		g_assert_cmpint(zombie->namespaces[i] != 0, ==,
				i == PV_NAMESPACE_PID || i == PV_NAMESPACE_USER);
	g_assert_cmpstr((const char *)odd->comm, ==, "a) \n(\xff");
	g_assert_cmpuint(odd->uid, ==, 1000);
	g_assert_cmpuint(odd->euid, ==, 1002);
	g_assert_cmpuint(odd->gid, ==, 1000);
	g_assert_cmpuint(odd->egid, ==, 1001);
	g_assert_cmpint(nested.numbers[0], ==, 5);
	g_assert_cmpint(nested.numbers[1], ==, 1);
	g_assert_cmpuint(nested.task->namespaces[PV_NAMESPACE_PID], !=,
			 task->namespaces[PV_NAMESPACE_PID]);
	g_assert_cmpuint(nested.task->namespaces[PV_NAMESPACE_NET], ==,
			 task->namespaces[PV_NAMESPACE_NET]);
}

/* The same in both, though they were recorded one after the other. */
static void
test_owners(void)
{
	g_auto(Recording) tasks = load("tasks");
	g_auto(Recording) owners = load("owners");
	const char *record;
	guint n = 0;
	gsize size;

	for (; (record = next(&owners, &size)) != NULL; n++) {
		const struct pv_wire_owner *owner;
		const struct pv_wire_task *task;

		g_assert_true(pv_wire_take_owner(record, size, &owner));
		task = find_task(&tasks, owner->tid).task;
		g_assert_cmphex(owner->files, ==, task->files);
		g_assert_cmphex(owner->identity, ==, task->identity);
		g_assert_cmpuint(owner->start_time, ==, task->start_time);
	}
	g_assert_cmpuint(n, ==, 10);
	g_assert_cmphex(find_task(&tasks, 2).task->files, ==, find_task(&tasks, 3).task->files);
	g_assert_cmphex(find_task(&tasks, 2).task->files, !=, find_task(&tasks, 4).task->files);
	g_assert_cmphex(find_task(&tasks, 2).task->mm, ==, find_task(&tasks, 4).task->mm);
	g_assert_cmphex(find_task(&tasks, 2).task->fs, ==, find_task(&tasks, 4).task->fs);
}

typedef struct {
	gint32 tid;
	guint32 fd;
	guint type;
	guint marks;
	const char *path;
	gboolean always; /* the path comes even if none was asked for: the kind is in it */
} ExpectedFile;

static const ExpectedFile files[] = {
	{2, 0, S_IFCHR, 0, "/dev/null", FALSE},
	{2, 1, S_IFREG, PV_WIRE_CLOEXEC, "/home/w/log", FALSE},
	{2, 2, S_IFREG, 0, "/home/w/log", FALSE},
	{2, 3, S_IFIFO, 0, NULL, FALSE},
	{2, 4, S_IFIFO, 0, NULL, FALSE},
	{2, 5, S_IFSOCK, 0, NULL, FALSE},
	{2, 6, S_IFREG, PV_WIRE_UNLINKED, "/memfd:x (deleted)", TRUE},
	{2, 7, S_IFREG, PV_WIRE_UNLINKED, "/home/w/gone (deleted)", TRUE},
	{2, 8, 0, 0, "anon_inode:[eventfd]", TRUE},
	{2, 9, S_IFDIR, 0, "/home/w/project", FALSE},
	{2, 12, S_IFREG, 0, "/home/w/a\nb\xff", FALSE},
	{2, 13, S_IFLNK, 0, "/home/w/link", FALSE},
	{4, 0, S_IFCHR, 0, "/dev/null", FALSE},
	{8, 0, S_IFCHR, 0, "/dev/null", FALSE},
};

/* The name is in the record, or in an earlier one of the pass that had the same. */
static const char *
find_name(const char **names, const struct pv_wire_file *file, const char *name)
{
	if (file->name_id == 0) {
		g_assert_null(name);
		return NULL;
	}
	if (name != NULL)
		names[file->name_id - 1] = name;
	return names[file->name_id - 1];
}

static void
check_files(const char *name, gboolean paths)
{
	g_auto(Recording) recording = load(name);
	g_autofree const char **names = g_new0(const char *, PV_WIRE_MAX_NAMES);
	const char *record;
	gsize size;

	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		const struct pv_wire_file *file;
		const char *path;

		record = next(&recording, &size);
		g_assert_nonnull(record);
		g_assert_true(pv_wire_take_file(record, size, &file, &path));
		g_assert_cmpint(file->tid, ==, files[i].tid);
		g_assert_cmpuint(file->fd, ==, files[i].fd);
		g_assert_cmpuint(file->mode & S_IFMT, ==, files[i].type);
		g_assert_cmpuint(file->marks, ==, files[i].marks);
		path = find_name(names, file, path);
		/* A name that was there before is told by its place. */
		if (file->name_id != 0 && path != NULL)
			names[file->name_id - 1] = path;
		if (file->name_id != 0)
			path = names[file->name_id - 1];
		g_assert_cmpstr(path, ==, paths || files[i].always ? files[i].path : NULL);
		g_assert_cmphex(file->file, !=, 0);
		g_assert_cmphex(file->files, !=, 0);
	}
	g_assert_null(next(&recording, &size));
}

static void
test_files(void)
{
	check_files("files", FALSE);
	check_files("named-files", TRUE);
}

static const struct pv_wire_file *
find_file(Recording *recording, gint32 tid, guint32 fd)
{
	const struct pv_wire_file *file;
	const char *record;
	const char *path;
	gsize size;

	recording->at = 0;
	while ((record = next(recording, &size)) != NULL) {
		g_assert_true(pv_wire_take_file(record, size, &file, &path));
		if (file->tid == tid && file->fd == fd)
			return file;
	}
	g_assert_not_reached();
}

static void
test_descriptions(void)
{
	g_auto(Recording) recording = load("named-files");
	const struct pv_wire_file *log = find_file(&recording, 2, 1);
	const struct pv_wire_file *duplicate = find_file(&recording, 2, 2);
	const struct pv_wire_file *null = find_file(&recording, 2, 0);
	const struct pv_wire_file *inherited = find_file(&recording, 4, 0);
	const struct pv_wire_file *other = find_file(&recording, 8, 0);

	g_assert_cmphex(log->file, ==, duplicate->file);
	g_assert_cmpint(log->refs, ==, 2);
	g_assert_cmpint(log->pos, ==, 5);
	g_assert_cmpuint(log->bytes, ==, 5);
	g_assert_cmpuint(log->flags & (O_ACCMODE | O_APPEND), ==, O_WRONLY | O_APPEND);
	g_assert_cmphex(null->file, ==, inherited->file);
	g_assert_cmphex(null->files, !=, inherited->files);
	g_assert_cmpint(null->refs, ==, 2);
	g_assert_cmphex(null->file, !=, other->file);
	g_assert_cmpint(other->refs, ==, 1);
	g_assert_cmpuint(null->ino, ==, other->ino);
	g_assert_cmphex(null->rdev, ==, pv_dev(1, 3));
	g_assert_cmphex(find_file(&recording, 2, 3)->magic, ==, 0x50495045);
	g_assert_cmpuint(find_file(&recording, 2, 3)->ino, ==, find_file(&recording, 2, 4)->ino);
	g_assert_true(find_file(&recording, 2, 13)->flags & O_PATH);
}

static void
test_places(void)
{
	static const struct {
		gint32 tid;
		guint what;
		guint marks;
		const char *path;
	} expected[] = {
		{2, PV_WIRE_EXE, 0, "/opt/example"},
		{2, PV_WIRE_CWD, 0, "/home/w/project"},
		{2, PV_WIRE_ROOT, 0, "/"},
		{5, PV_WIRE_EXE, 0, "/opt/example"},
		{5, PV_WIRE_CWD, 0, "/"},
		{5, PV_WIRE_ROOT, 0, "/"},
		{6, PV_WIRE_EXE, PV_WIRE_PATH_ABSENT, "/"},
		{6, PV_WIRE_CWD, PV_WIRE_PATH_ABSENT, "/"},
		{6, PV_WIRE_ROOT, PV_WIRE_PATH_ABSENT, "/"},
		{7, PV_WIRE_EXE, PV_WIRE_PATH_ABSENT, "/"},
		{7, PV_WIRE_CWD, PV_WIRE_PATH_ABSENT, "/"},
		{7, PV_WIRE_ROOT, PV_WIRE_PATH_ABSENT, "/"},
		{9, PV_WIRE_EXE, 0, "/opt/example"},
		{9, PV_WIRE_CWD, PV_WIRE_PATH_DELETED, "/home/w/lost (deleted)"},
		{9, PV_WIRE_ROOT, 0, "/home"},
		{10, PV_WIRE_EXE, PV_WIRE_PATH_DELETED, "/opt/gone (deleted)"},
		{10, PV_WIRE_CWD, 0, "/"},
		{10, PV_WIRE_ROOT, 0, "/"},
		{11, PV_WIRE_EXE, 0, "/opt/example"},
		{11, PV_WIRE_CWD, 0, "/"},
		{11, PV_WIRE_ROOT, 0, "/"},
	};
	g_auto(Recording) recording = load("places");
	const char *record;
	gsize size;

	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		char text[PV_WIRE_MAX_PATH + 64];
		const struct pv_wire_path *path;

		record = next(&recording, &size);
		g_assert_nonnull(record);
		g_assert_cmpint(pv_wire_take_path(record, size, &path, text, sizeof(text)), ==,
				strlen(expected[i].path));
		g_assert_cmpint(path->tid, ==, expected[i].tid);
		g_assert_cmpuint(path->what, ==, expected[i].what);
		g_assert_cmpuint(path->marks, ==, expected[i].marks);
		g_assert_cmpstr(text, ==, expected[i].path);
	}
	g_assert_null(next(&recording, &size));
}

static void
test_commands(void)
{
	static const struct {
		gint32 tid;
		guint marks;
		guint length; /* of the expected text; of a title there is more */
		const char *text;
	} expected[] = {
		{2, 0, 17, "example\0--inside"},
		{5, 0, 17, "example\0--inside"},
		{6, 0, 0, ""},
		{7, 0, 0, ""},
		{9, PV_WIRE_TITLE, 39, "odd: writes over what it was called by"},
		{10, 0, 17, "gone\0--wait\0\0x y"},
		{11, 0, 17, "example\0--inside"},
	};
	g_auto(Recording) recording = load("commands");
	const char *record;
	gsize size;

	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		const struct pv_wire_command *command;
		const char *text;

		record = next(&recording, &size);
		g_assert_nonnull(record);
		g_assert_true(pv_wire_take_command(record, size, &command, &text));
		g_assert_cmpint(command->tid, ==, expected[i].tid);
		g_assert_cmpuint(command->marks, ==, expected[i].marks);
		g_assert_cmpuint(command->length, >=, expected[i].length);
		g_assert_true(command->marks == PV_WIRE_TITLE ||
			      command->length == expected[i].length);
		g_assert_cmpmem(text, expected[i].length, expected[i].text, expected[i].length);
	}
	g_assert_null(next(&recording, &size));
}

/* A read may end anywhere: the records before that are the same, and the rest is still to come. */
static void
test_cut(void)
{
	static const char *const names[] = {"tasks", "owners", "named-files", "places", "commands"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_auto(Recording) recording = load(names[i]);
		gsize end = 0;

		for (gsize length = 0; length <= recording.length; length++) {
			PvWireResult result = pv_wire_frame(recording.text + recording.at,
							    length - recording.at, &end);

			if (length == recording.at)
				g_assert_cmpint(result, ==, PV_WIRE_END);
			else if (result != PV_WIRE_GOOD)
				g_assert_cmpint(result, ==, PV_WIRE_PARTIAL);
			else
				recording.at += end;
			g_assert_cmpuint(recording.at, <=, length);
		}
		g_assert_cmpuint(recording.at, ==, recording.length);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#ifndef __x86_64__
	g_print("1..0 # SKIP recorded on x86-64, whose layout and flags this machine has not\n");
	return 0;
#endif
	g_test_add_func("/backend/bpf/recorded/tasks", test_tasks);
	g_test_add_func("/backend/bpf/recorded/process", test_process);
	g_test_add_func("/backend/bpf/recorded/owners", test_owners);
	g_test_add_func("/backend/bpf/recorded/files", test_files);
	g_test_add_func("/backend/bpf/recorded/descriptions", test_descriptions);
	g_test_add_func("/backend/bpf/recorded/places", test_places);
	g_test_add_func("/backend/bpf/recorded/commands", test_commands);
	g_test_add_func("/backend/bpf/recorded/cut", test_cut);
	return g_test_run();
}
