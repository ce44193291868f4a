/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records made by hand: good ones, and such as no program of ours writes. Each lies at the end of
 * its block, where a sanitizer sees a byte too many read.
 */
#include <string.h>

#include "backend/bpf/decode.h"

#define SHORT_TASK_SIZE G_STRUCT_OFFSET(struct pv_wire_task, ppid)

/* A copy of exactly that many bytes. */
static char *
cut(gconstpointer record, gsize size)
{
	return g_memdup2(record, size);
}

static void
test_frame(void)
{
	static const guint32 refused[] = {
		0,
		1,
		8,
		sizeof(struct pv_wire_command) - 8,
		sizeof(struct pv_wire_command) + 4,
		33,
		39,
		2 * PV_WIRE_MAX_COMMAND + 8,
		G_MAXUINT32 - 7,
		G_MAXUINT32,
	};
	const guint32 told[8] = {32};
	gsize size = 0;

	g_assert_cmpint(pv_wire_frame((const char *)told, 0, &size), ==, PV_WIRE_END);
	for (gsize length = 1; length < 32; length++) {
		g_autofree char *text = cut(told, length);

		g_assert_cmpint(pv_wire_frame(text, length, &size), ==, PV_WIRE_PARTIAL);
	}
	g_assert_cmpint(pv_wire_frame((const char *)told, 32, &size), ==, PV_WIRE_GOOD);
	g_assert_cmpuint(size, ==, 32);
	for (guint i = 0; i < G_N_ELEMENTS(refused); i++)
		g_assert_cmpint(pv_wire_frame((const char *)&refused[i], 4, &size), ==,
				PV_WIRE_BAD);
}

/* The largest that a program may write is no more than is taken for a record. */
static void
test_frame_largest(void)
{
	const gsize largest = sizeof(struct pv_wire_command) + PV_WIRE_MAX_COMMAND;
	g_autofree char *text = g_malloc0(largest);
	gsize size = 0;

	*(guint32 *)text = largest;
	g_assert_cmpint(pv_wire_frame(text, largest - 1, &size), ==, PV_WIRE_PARTIAL);
	g_assert_cmpint(pv_wire_frame(text, largest, &size), ==, PV_WIRE_GOOD);
	g_assert_cmpuint(size, ==, largest);
}

/* What is behind the first record is not looked at. */
static void
test_frame_sequence(void)
{
	const guint32 text[] = {24, 0, 0, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
	const char *at = (const char *)text;
	gsize size = 0;

	g_assert_cmpint(pv_wire_frame(at, sizeof(text), &size), ==, PV_WIRE_GOOD);
	g_assert_cmpuint(size, ==, 24);
	g_assert_cmpint(pv_wire_frame(at + 24, sizeof(text) - 24, &size), ==, PV_WIRE_GOOD);
	g_assert_cmpuint(size, ==, 40);
	g_assert_cmpint(pv_wire_frame(at + 64, sizeof(text) - 64, &size), ==, PV_WIRE_BAD);
}

typedef struct {
	struct pv_wire_task task;
	gint32 numbers[PV_WIRE_MAX_NUMBERS + 3];
} LeaderRecord;

/* A thread's record ends before the leader's part, and its numbers follow there. */
static char *
make_task(gint32 tid, gint32 pid, guint32 n_numbers, gsize *size)
{
	LeaderRecord record = {.task = {.tid = tid, .pid = pid, .n_numbers = n_numbers}};
	gsize head = tid == pid ? sizeof(record.task) : SHORT_TASK_SIZE;
	gint32 *numbers = (gint32 *)((char *)&record + head);
	guint n = MIN(n_numbers, PV_WIRE_MAX_NUMBERS + 1);

	record.task.ppid = 700;
	for (guint i = 0; i < n; i++)
		numbers[i] = 900 + i;
	*size = head + (n + n % 2) * sizeof(gint32);
	record.task.size = *size;
	return cut(&record, *size);
}

static void
check_task(gint32 tid, gint32 pid, guint32 n_numbers)
{
	gsize size;
	g_autofree char *record = make_task(tid, pid, n_numbers, &size);
	PvWireTask task;

	g_assert_true(pv_wire_take_task(record, size, &task));
	g_assert_cmpint(task.is_leader, ==, tid == pid);
	g_assert_cmpint(task.task->tid, ==, tid);
	g_assert_cmpint(task.task->pid, ==, pid);
	g_assert_cmpuint(task.task->n_numbers, ==, n_numbers);
	for (guint i = 0; i < n_numbers; i++)
		g_assert_cmpint(task.numbers[i], ==, 900 + i);
	if (task.is_leader)
		g_assert_cmpint(task.task->ppid, ==, 700);
}

static void
test_task(void)
{
	static const guint counts[] = {0, 2, 3, 4, PV_WIRE_MAX_NUMBERS - 1, PV_WIRE_MAX_NUMBERS};

	for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
		check_task(910, 910, counts[i]);
		check_task(912, 910, counts[i]);
		check_task(G_MAXINT32, 1, counts[i]);
	}
}

/* Cut at any byte, or with something behind it: not a task. */
static void
check_task_sizes(gint32 tid, guint32 n_numbers)
{
	gsize size;
	g_autofree char *record = make_task(tid, 910, n_numbers, &size);
	g_autofree char *longer = g_malloc0(size + 16);
	PvWireTask task;

	for (gsize length = 0; length < size; length++) {
		g_autofree char *part = cut(record, length);

		g_assert_false(pv_wire_take_task(part, length, &task));
	}
	memcpy(longer, record, size);
	g_assert_false(pv_wire_take_task(longer, size + 8, &task));
	g_assert_false(pv_wire_take_task(longer, size + 16, &task));
}

static void
test_task_sizes(void)
{
	for (guint n = 0; n < 4; n++) {
		check_task_sizes(910, n);
		check_task_sizes(911, n);
	}
}

static void
check_task_refused(gint32 tid, gint32 pid, guint32 n_numbers)
{
	gsize size;
	g_autofree char *record = make_task(tid, pid, n_numbers, &size);
	PvWireTask task;

	g_assert_false(pv_wire_take_task(record, size, &task));
}

static void
test_task_refused(void)
{
	check_task_refused(910, 910, PV_WIRE_MAX_NUMBERS + 1);
	check_task_refused(911, 910, PV_WIRE_MAX_NUMBERS + 1);
	/* Where the product of count and width would wrap around. */
	check_task_refused(911, 910, 0x40000000);
	check_task_refused(911, 910, G_MAXUINT32);
	check_task_refused(0, 0, 0);
	check_task_refused(0, 910, 0);
	check_task_refused(-1, -1, 0);
	check_task_refused(910, -1, 0);
}

static void
test_owner(void)
{
	const struct pv_wire_owner record = {.size = sizeof(record), .tid = 5, .files = 0xf00};
	const struct pv_wire_owner *owner;
	char longer[sizeof(record) + 8] = {0};

	for (gsize length = 0; length < sizeof(record); length++) {
		g_autofree char *part = cut(&record, length);

		g_assert_false(pv_wire_take_owner(part, length, &owner));
	}
	g_assert_false(pv_wire_take_owner(longer, sizeof(longer), &owner));
	g_assert_true(pv_wire_take_owner((const char *)&record, sizeof(record), &owner));
	g_assert_cmpint(owner->tid, ==, 5);
	g_assert_cmpuint(owner->files, ==, 0xf00);
}

/* The name with its NUL, and up to a multiple of eight whatever was left in the buffer. */
static char *
make_file(const char *name, gsize path_size, gsize *size)
{
	struct pv_wire_file record = {.tid = 5, .fd = 3, .path_size = path_size};
	char *block;

	*size = sizeof(record) + (path_size + 7) / 8 * 8;
	record.size = *size;
	block = g_malloc(*size);
	memset(block, 'x', *size);
	memcpy(block, &record, sizeof(record));
	memcpy(block + sizeof(record), name, path_size);
	return block;
}

static void
check_file(const char *expected, gsize path_size)
{
	gsize size;
	g_autofree char *record = make_file(expected, path_size, &size);
	const struct pv_wire_file *file;
	const char *name;

	for (gsize length = 0; length < sizeof(*file) + path_size; length++) {
		g_autofree char *part = cut(record, length);

		g_assert_false(pv_wire_take_file(part, length, &file, &name));
	}
	g_assert_true(pv_wire_take_file(record, size, &file, &name));
	g_assert_cmpint(file->tid, ==, 5);
	g_assert_cmpuint(file->fd, ==, 3);
	if (path_size == 0)
		g_assert_null(name);
	else
		g_assert_cmpmem(name, strlen(name) + 1, expected, path_size);
}

static void
test_file(void)
{
	g_autofree char *longest = g_strnfill(PV_WIRE_MAX_PATH - 1, 'l');

	check_file("", 0);
	check_file("", 1);
	check_file("/", 2);
	check_file("/seven7", 8);
	check_file("/eight88", 9);
	check_file("/a\n\033[31m\xff (deleted)", 20);
	check_file(longest, PV_WIRE_MAX_PATH);
}

static void
test_file_refused(void)
{
	gsize size;
	g_autofree char *record = make_file("/tmp/x", 7, &size);
	struct pv_wire_file *wire = (struct pv_wire_file *)record;
	const struct pv_wire_file *file;
	const char *name;

	wire->fd = G_MAXINT32;
	g_assert_true(pv_wire_take_file(record, size, &file, &name));
	wire->fd = (guint32)G_MAXINT32 + 1;
	g_assert_false(pv_wire_take_file(record, size, &file, &name));
	wire->fd = 3;
	wire->name_id = PV_WIRE_MAX_NAMES;
	g_assert_true(pv_wire_take_file(record, size, &file, &name));
	wire->name_id = PV_WIRE_MAX_NAMES + 1;
	g_assert_false(pv_wire_take_file(record, size, &file, &name));
	wire->name_id = G_MAXUINT32;
	g_assert_false(pv_wire_take_file(record, size, &file, &name));
	wire->name_id = 0;
	/* No NUL where the name is said to end. */
	wire->path_size = 6;
	g_assert_false(pv_wire_take_file(record, size, &file, &name));
	wire->path_size = 8;
	g_assert_false(pv_wire_take_file(record, size, &file, &name));
	wire->path_size = 9;
	g_assert_false(pv_wire_take_file(record, size, &file, &name));
	wire->path_size = G_MAXUINT32;
	g_assert_false(pv_wire_take_file(record, size, &file, &name));
}

static void
test_command(void)
{
	static const char arguments[] = "sh\0-c\0";
	struct {
		struct pv_wire_command head;
		char text[8];
	} record = {{.size = sizeof(record), .tid = 5, .length = sizeof(arguments) - 1}, {0}};
	const struct pv_wire_command *command;
	const char *text;

	memcpy(record.text, arguments, sizeof(arguments) - 1);
	for (gsize length = 0; length < sizeof(record.head) + record.head.length; length++) {
		g_autofree char *part = cut(&record, length);

		g_assert_false(pv_wire_take_command(part, length, &command, &text));
	}
	g_assert_true(pv_wire_take_command((const char *)&record, sizeof(record), &command, &text));
	g_assert_cmpint(command->tid, ==, 5);
	g_assert_cmpmem(text, command->length, arguments, sizeof(arguments) - 1);
	record.head.length = 8;
	g_assert_true(pv_wire_take_command((const char *)&record, sizeof(record), &command, &text));
	record.head.length = 9;
	g_assert_false(
		pv_wire_take_command((const char *)&record, sizeof(record), &command, &text));
	record.head.length = G_MAXUINT32;
	g_assert_false(
		pv_wire_take_command((const char *)&record, sizeof(record), &command, &text));
	/* A zombie's. */
	record.head.length = 0;
	g_assert_true(
		pv_wire_take_command((const char *)&record, sizeof(record.head), &command, &text));
}

static char *
make_path(const char *names, gsize length, guint marks, gsize *size)
{
	struct pv_wire_path record = {.tid = 5, .marks = marks, .length = length};
	char *block;

	*size = sizeof(record) + length;
	record.size = *size;
	block = g_malloc(*size);
	memcpy(block, &record, sizeof(record));
	memcpy(block + sizeof(record), names, length);
	return block;
}

/* The buffer is said to have a byte more than the path and its NUL take, and not one besides. */
static void
check_path(const char *names, gsize n, guint marks, const char *expected)
{
	gsize size;
	g_autofree char *record = make_path(names, n, marks, &size);
	gsize length = strlen(expected);
	g_autofree char *buffer = g_malloc(length + 2);
	const struct pv_wire_path *path;

	for (gsize i = 0; i < size; i++) {
		g_autofree char *part = cut(record, i);

		g_assert_cmpint(pv_wire_take_path(part, i, &path, buffer, length + 2), ==, -1);
	}
	for (gsize i = 0; i <= length; i++)
		g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, i), ==, -1);
	g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, length + 2), ==, length);
	g_assert_cmpstr(buffer, ==, expected);
	g_assert_cmpint(path->tid, ==, 5);
}

#define check_names(names, marks, expected) check_path(names, sizeof(names) - 1, marks, expected)

static void
test_path(void)
{
	check_names("", 0, "/");
	check_names("tmp\0", 0, "/tmp");
	check_names("x\0log\0var\0", 0, "/var/log/x");
	check_names("c\0b\0a\0", 0, "/a/b/c");
	/* Names are bytes; whoever shows them sees to it that they harm nobody. */
	check_names("\n\033[31m\0\xff\0", 0, "/\xff/\n\033[31m");
	check_names("x (deleted)\0tmp\0", 0, "/tmp/x (deleted)");
	check_names("x\0tmp\0", PV_WIRE_PATH_DELETED, "/tmp/x (deleted)");
	check_names("", PV_WIRE_PATH_DELETED, "/ (deleted)");
	check_names("memfd:x\0", PV_WIRE_PATH_DELETED, "/memfd:x (deleted)");
	check_names("", PV_WIRE_PATH_ABSENT, "/");
	check_names("x\0tmp\0", PV_WIRE_PATH_CUT, "/tmp/x");
}

/* As deep as a path can be. */
static void
test_path_deep(void)
{
	g_autofree char *names = g_malloc(PV_WIRE_MAX_PATH);
	g_autofree char *expected = g_malloc(PV_WIRE_MAX_PATH + 1);

	for (gsize i = 0; i < PV_WIRE_MAX_PATH; i += 2) {
		names[i] = 'a' + i / 2 % 26;
		names[i + 1] = '\0';
		expected[PV_WIRE_MAX_PATH - 2 - i] = '/';
		expected[PV_WIRE_MAX_PATH - 1 - i] = names[i];
	}
	expected[PV_WIRE_MAX_PATH] = '\0';
	check_path(names, PV_WIRE_MAX_PATH, 0, expected);
}

static void
test_path_refused(void)
{
	char buffer[64];
	gsize size;
	g_autofree char *record = make_path("x\0tmp", 5, 0, &size);
	struct pv_wire_path *wire = (struct pv_wire_path *)record;
	const struct pv_wire_path *path;

	/* The last name has no end. */
	g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, sizeof(buffer)), ==, -1);
	wire->length = 2;
	g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, sizeof(buffer)), ==, 2);
	wire->length = 6;
	g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, sizeof(buffer)), ==, -1);
	wire->length = G_MAXUINT32;
	g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, sizeof(buffer)), ==, -1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/bpf/decode/frame", test_frame);
	g_test_add_func("/backend/bpf/decode/frame-largest", test_frame_largest);
	g_test_add_func("/backend/bpf/decode/frame-sequence", test_frame_sequence);
	g_test_add_func("/backend/bpf/decode/task", test_task);
	g_test_add_func("/backend/bpf/decode/task-sizes", test_task_sizes);
	g_test_add_func("/backend/bpf/decode/task-refused", test_task_refused);
	g_test_add_func("/backend/bpf/decode/owner", test_owner);
	g_test_add_func("/backend/bpf/decode/file", test_file);
	g_test_add_func("/backend/bpf/decode/file-refused", test_file_refused);
	g_test_add_func("/backend/bpf/decode/command", test_command);
	g_test_add_func("/backend/bpf/decode/path", test_path);
	g_test_add_func("/backend/bpf/decode/path-deep", test_path_deep);
	g_test_add_func("/backend/bpf/decode/path-refused", test_path_refused);
	return g_test_run();
}
