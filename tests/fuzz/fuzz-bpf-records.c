/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the decoder of what the programs write: a stream, record by record as an iterator takes
 * it, and each record as every sort that there is. None of them writes anything; what is read
 * beyond a record is seen by the sanitizer, since each is decoded in a block of its own size.
 */
#include <glib.h>
#include <string.h>

#include "backend/bpf/decode.h"
#include "backend/bpf/detail-decode.h"
#include "fuzz.h"

static const char deleted[] = " (deleted)";

/* Whether bytes of that many lie in the record, the end of it included. */
static gboolean
lies_in(const char *record, gsize size, gconstpointer bytes, gsize length)
{
	const char *first = bytes;

	return first >= record && first <= record + size &&
	       length <= (gsize)(record + size - first);
}

static void
check_task(const char *record, gsize size)
{
	PvWireTask task;
	char letter;

	if (!pv_wire_take_task(record, size, &task))
		return;
	g_assert_cmpint(task.task->tid, >, 0);
	g_assert_cmpint(task.task->pid, >, 0);
	g_assert_cmpint(task.is_leader, ==, task.task->tid == task.task->pid);
	g_assert_cmpuint(task.task->n_numbers, <=, PV_WIRE_MAX_NUMBERS);
	g_assert_true(lies_in(record, size, task.numbers, task.task->n_numbers * sizeof(gint32)));
	if (task.is_leader)
		g_assert_true((const char *)task.numbers >= record + sizeof(*task.task));
	letter = pv_wire_state(task.task->state, task.task->exit_state);
	g_assert_true(letter != '\0' && strchr("RSDTtXZPI", letter) != NULL);
}

static void
check_owner(const char *record, gsize size)
{
	const struct pv_wire_owner *owner;

	if (pv_wire_take_owner(record, size, &owner))
		g_assert_true(lies_in(record, size, owner, sizeof(*owner)));
}

static void
check_file(const char *record, gsize size)
{
	const struct pv_wire_file *file;
	const char *name;

	if (!pv_wire_take_file(record, size, &file, &name))
		return;
	g_assert_cmpuint(file->fd, <=, G_MAXINT32);
	g_assert_cmpuint(file->name_id, <=, PV_WIRE_MAX_NAMES);
	g_assert_cmpint(name == NULL, ==, file->path_size == 0);
	if (name == NULL)
		return;
	g_assert_true(lies_in(record, size, name, file->path_size));
	g_assert_cmpuint(strlen(name), <, file->path_size);
}

static void
check_command(const char *record, gsize size)
{
	const struct pv_wire_command *command;
	const char *text;

	if (pv_wire_take_command(record, size, &command, &text))
		g_assert_true(lies_in(record, size, text, command->length));
}

/* With no more room than it takes, the path is the same; with less there is none. */
static void
check_path_room(const char *record, gsize size, const char *expected)
{
	gsize length = strlen(expected);
	g_autofree char *buffer = g_malloc(length + 2);
	const struct pv_wire_path *path;

	g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, length + 2), ==, length);
	g_assert_cmpstr(buffer, ==, expected);
	g_assert_cmpint(pv_wire_take_path(record, size, &path, buffer, length), ==, -1);
}

static void
check_path(const char *record, gsize size)
{
	char text[PV_WIRE_MAX_PATH + 64];
	const struct pv_wire_path *path;
	gssize length = pv_wire_take_path(record, size, &path, text, sizeof(text));

	if (length < 0)
		return;
	g_assert_cmpuint(length, <, sizeof(text));
	g_assert_cmpint(text[0], ==, '/');
	/* A slash before each name, where it had a NUL behind. */
	if (path->marks & PV_WIRE_PATH_DELETED) {
		g_assert_true(g_str_has_suffix(text, deleted));
		g_assert_cmpuint(length, ==, MAX(path->length, 1) + strlen(deleted));
	} else {
		g_assert_cmpuint(length, ==, MAX(path->length, 1));
	}
	g_assert_cmpuint(strlen(text), ==, length);
	check_path_room(record, size, text);
}

static void
check_texts(const char *record, gsize size)
{
	const struct pv_wire_fact *fact;
	const struct pv_wire_text *text;
	const char *bytes;
	const gint32 *numbers;

	if (pv_wire_take_fact(record, size, &fact))
		g_assert_cmpuint(pv_wire_fact_of(fact->fact), <, PV_N_FACTS);
	if (pv_wire_take_text(record, size, &text, &bytes))
		g_assert_true(lies_in(record, size, bytes, text->length));
	if (pv_wire_take_numbers(record, size, &text, &numbers)) {
		g_assert_cmpuint(text->length, <=, PV_WIRE_MAX_NUMBERS);
		g_assert_true(lies_in(record, size, numbers, text->length * sizeof(gint32)));
	}
}

static void
check_socket(const char *record, gsize size)
{
	const struct pv_wire_socket *wire;
	PvSocket socket = {0};
	const char *name;

	if (!pv_wire_take_socket(record, size, &wire, &name))
		return;
	g_assert_true(lies_in(record, size, name, wire->name_length));
	pv_wire_read_socket(wire, &socket);
	g_assert_true(socket.known & PV_SOCKET_FAMILY);
	g_assert_cmpuint(socket.shutdown, <=, 3);
}

static void
check_lists(const char *record, gsize size)
{
	const struct pv_wire_registration *registration;
	const struct pv_wire_list_cut *cut;
	const struct pv_wire_lock *lock;
	const struct pv_wire_mark *mark;
	PvLock a_lock = {0};
	PvMark a_mark = {0};

	if (pv_wire_take_registration(record, size, &registration))
		g_assert_true(lies_in(record, size, registration, sizeof(*registration)));
	if (pv_wire_take_mark(record, size, &mark))
		pv_wire_read_mark(mark, &a_mark);
	if (pv_wire_take_lock(record, size, &lock))
		pv_wire_read_lock(lock, &a_lock);
	g_assert_cmpuint(a_lock.type, <=, PV_LOCK_DELEGATION);
	if (pv_wire_take_list_cut(record, size, &cut))
		g_assert_cmpuint(cut->sort & ~PV_WIRE_LIST_LOCKED, <, PV_WIRE_N_SORTS);
}

static void
check_held(const char *record, gsize size)
{
	char path[PV_WIRE_MAX_PATH + 64];
	const struct pv_wire_held *held;
	gsize length;

	if (!pv_wire_take_held(record, size, &held, path, sizeof(path), &length))
		return;
	g_assert_cmpuint(length, <, sizeof(path));
	g_assert_cmpint(path[0], ==, '/');
	g_assert_cmpuint(strlen(path), ==, length);
}

static void
check_record(const char *text, gsize size)
{
	g_autofree char *record = g_memdup2(text, size);
	gsize again;

	g_assert_cmpint(pv_wire_frame(record, size, &again), ==, PV_WIRE_GOOD);
	g_assert_cmpuint(again, ==, size);
	g_assert_cmpint(pv_wire_frame(record, size - 1, &again), ==, PV_WIRE_PARTIAL);
	check_task(record, size);
	check_owner(record, size);
	check_file(record, size);
	check_command(record, size);
	check_path(record, size);
	check_texts(record, size);
	check_socket(record, size);
	check_lists(record, size);
	check_held(record, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	gsize at = 0;

	for (;;) {
		gsize length = 0;
		PvWireResult result = pv_wire_frame(text + at, size - at, &length);

		g_assert_cmpint(result == PV_WIRE_END, ==, at == size);
		if (result != PV_WIRE_GOOD)
			return 0;
		g_assert_cmpuint(length, >, 0);
		g_assert_cmpuint(length % 8, ==, 0);
		g_assert_cmpuint(length, <=, size - at);
		check_record(text + at, length);
		at += length;
	}
}
