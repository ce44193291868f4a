/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the programs wrote is read from the iterator as it is. The sizes in it are checked all the
 * same: a program and a library that do not fit together must be an error, not a crash.
 */
#include "backend/bpf/decode.h"

#include <string.h>

#include "backend/bpf/wire-detail.h"

#define SHORT_TASK_SIZE G_STRUCT_OFFSET(struct pv_wire_task, ppid)
#define DELETED_SUFFIX	" (deleted)"

/* Bits of task_struct.__state and exit_state (<linux/sched.h> of the kernel). */
enum {
	TASK_REPORT = 0x7f,
	TASK_IDLE = 0x402, /* uninterruptible, and no load */
	TASK_RTLOCK_WAIT = 0x1000,
	TASK_FROZEN = 0x8000,
};

G_STATIC_ASSERT(SHORT_TASK_SIZE % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_task) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_file) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_command) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_path) % 8 == 0);

PvWireResult
pv_wire_frame(const char *text, gsize length, gsize *size)
{
	gsize smallest = sizeof(struct pv_wire_command);
	guint32 told;
	guint sort;

	if (length == 0)
		return PV_WIRE_END;
	if (length < sizeof(told))
		return PV_WIRE_PARTIAL;
	memcpy(&told, text, sizeof(told));
	sort = told >> PV_WIRE_SORT_SHIFT;
	told &= PV_WIRE_SIZE_MASK;
	if (sort != PV_WIRE_PLAIN)
		smallest = sizeof(struct pv_wire_list_cut);
	if (sort >= PV_WIRE_N_SORTS || told < smallest || told % 8 != 0 ||
	    told > 2 * PV_WIRE_MAX_COMMAND)
		return PV_WIRE_BAD;
	*size = told;
	return told <= length ? PV_WIRE_GOOD : PV_WIRE_PARTIAL;
}

gboolean
pv_wire_take_task(const char *record, gsize size, PvWireTask *task)
{
	const struct pv_wire_task *wire = (const struct pv_wire_task *)record;
	gsize head = sizeof(*wire);

	if (size < SHORT_TASK_SIZE || wire->n_numbers > PV_WIRE_MAX_NUMBERS)
		return FALSE;
	task->is_leader = wire->tid == wire->pid;
	if (!task->is_leader)
		head = SHORT_TASK_SIZE;
	if (size != head + (wire->n_numbers + wire->n_numbers % 2) * sizeof(gint32))
		return FALSE;
	task->task = wire;
	task->numbers = (const gint32 *)(record + head);
	return wire->tid > 0 && wire->pid > 0;
}

gboolean
pv_wire_take_owner(const char *record, gsize size, const struct pv_wire_owner **owner)
{
	*owner = (const struct pv_wire_owner *)record;
	return size == sizeof(**owner);
}

gboolean
pv_wire_take_file(const char *record, gsize size, const struct pv_wire_file **file,
		  const char **name)
{
	const struct pv_wire_file *wire = (const struct pv_wire_file *)record;

	*file = wire;
	*name = NULL;
	if (size < sizeof(*wire) || wire->path_size > size - sizeof(*wire) ||
	    wire->fd > G_MAXINT32 || wire->name_id > PV_WIRE_MAX_NAMES)
		return FALSE;
	if (wire->path_size == 0)
		return TRUE;
	*name = record + sizeof(*wire);
	return (*name)[wire->path_size - 1] == '\0';
}

gboolean
pv_wire_take_command(const char *record, gsize size, const struct pv_wire_command **command,
		     const char **text)
{
	const struct pv_wire_command *wire = (const struct pv_wire_command *)record;

	*command = wire;
	*text = record + sizeof(*wire);
	return size >= sizeof(*wire) && wire->length <= size - sizeof(*wire);
}

/* Where the last name of those up to end begins; each has a NUL behind it. */
static gsize
find_last_name(const char *names, gsize end)
{
	gsize at = end - 1;

	while (at > 0 && names[at - 1] != '\0')
		at--;
	return at;
}

gssize
pv_wire_join_names(const char *names, gsize end, guint marks, char *buffer, gsize buffer_size)
{
	gsize suffix = 0;
	gsize used = 0;

	if (marks & PV_WIRE_PATH_DELETED)
		suffix = strlen(DELETED_SUFFIX);
	if (end > 0 && names[end - 1] != '\0')
		return -1;
	if (end + suffix + 2 > buffer_size)
		return -1;
	while (end > 0) {
		gsize at = find_last_name(names, end);

		buffer[used++] = '/';
		memcpy(buffer + used, names + at, end - 1 - at);
		used += end - 1 - at;
		end = at;
	}
	if (used == 0)
		buffer[used++] = '/';
	memcpy(buffer + used, DELETED_SUFFIX, suffix);
	used += suffix;
	buffer[used] = '\0';
	return used;
}

gssize
pv_wire_take_path(const char *record, gsize size, const struct pv_wire_path **path, char *buffer,
		  gsize buffer_size)
{
	const struct pv_wire_path *wire = (const struct pv_wire_path *)record;

	*path = wire;
	if (size < sizeof(*wire) || wire->length > size - sizeof(*wire))
		return -1;
	return pv_wire_join_names(record + sizeof(*wire), wire->length, wire->marks, buffer,
				  buffer_size);
}

char
pv_wire_state(guint32 state, guint32 exit_state)
{
	static const char letters[] = "RSDTtXZP";
	guint32 seen = (state | exit_state) & TASK_REPORT;

	if (state & (TASK_RTLOCK_WAIT | TASK_FROZEN))
		return 'D';
	if ((state & TASK_IDLE) == TASK_IDLE)
		return 'I';
	return letters[seen == 0 ? 0 : g_bit_storage(seen)];
}
