/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Tables by iter/task_file, each through one of its tasks: in one pass over everything, or in one
 * for each task.
 *
 * The kernel leaves out a thread only where it shares with its leader. One pass over everything
 * meets a table once for each process that has it, and once more for each thread that shares with
 * others than its leader; what comes again is passed over here.
 *
 * A record tells the table that its task had when the file was looked at. If that is not the one
 * that was asked for, the task has taken another one half-way. If the task lets go of its table,
 * the records just end: who has it still is asked in a pass of its own when all is read.
 *
 * What it cannot see: a descriptor that is opened at a number behind us, or closed and opened before
 * us, while we go by. A table is never looked at in one moment.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/bpf/bpf.h"
#include "backend/bpf/decode.h"
#include "backend/bpf/detail-decode.h"
#include "backend/bpf/detail-reader.h"
#include "backend/bpf/iterator.h"
#include "backend/examine.h"
#include "backend/name-facts.h"
#include "core/kind.h"

#define RECORDS_PER_LOOK 1024

typedef struct {
	PvBpfPass *pass;
	guint collect;
	PvStore *store;
	PvArray *addresses;
	const PvWatch *watch;
	PvIterator *iterator;
	PvBpfTable *table; /* of the task under way; NULL: not asked for */
	gint32 tid;
	guint32 file; /* that was kept last; PV_NONE: what belongs to it is passed over */
	guint n_records;
	PvBpfDetails details;
	gboolean no_details; /* the kernel did not take the program: all is left to procfs */
	PvKeyed files;	     /* many records of one table follow each other */
	/* What was found out about a name, as a file that has it; FALSE in set: nothing yet. */
	PvFile names[PV_WIRE_MAX_NAMES];
	guint8 set[PV_WIRE_MAX_NAMES];
} Reading;

static void
take_inode(const struct pv_wire_file *wire, PvFile *file)
{
	guint type = wire->mode & S_IFMT;

	file->ino = wire->ino;
	file->dev = wire->dev;
	file->mode = wire->mode;
	file->mount_id = wire->mount_id;
	file->flags = wire->flags & ~O_CLOEXEC;
	file->known |= PV_FILE_INODE | PV_FILE_MOUNT | PV_FILE_FLAGS;
	if (type == S_IFCHR || type == S_IFBLK) {
		file->extent = wire->rdev;
		file->known |= PV_FILE_RDEV;
	} else if (type == S_IFREG || type == S_IFDIR || type == S_IFLNK) {
		file->extent = wire->bytes;
		file->known |= PV_FILE_SIZE;
	}
	if (pv_file_has_pos(file)) {
		file->pos = wire->pos;
		file->known |= PV_FILE_POS;
	}
}

/* FALSE: out of memory. */
static gboolean
name_file(const Reading *reading, const struct pv_wire_file *wire, const char *name, PvFile *file)
{
	const PvLook look = {
		.name = name,
		.fs_magic = wire->magic,
		.mode = wire->mode,
		.deleted = (wire->marks & PV_WIRE_UNLINKED) != 0,
	};

	return pv_examine_keep(reading->store, file, &look, name == NULL ? 0 : wire->path_size - 1,
			       (reading->collect & PV_COLLECT_PATHS) != 0);
}

/* Whoever has it, the name is told once in a pass. FALSE: out of memory. */
static gboolean
remember_name(Reading *reading, const struct pv_wire_file *wire, const char *name)
{
	PvFile *file;

	if (wire->name_id == 0 || (name == NULL && reading->set[wire->name_id - 1]))
		return TRUE;
	file = &reading->names[wire->name_id - 1];
	*file = (PvFile){.mode = wire->mode};
	reading->set[wire->name_id - 1] = TRUE;
	return name_file(reading, wire, name, file);
}

/* Of namespaces the kernel says the type since 6.18; before that it is in the name. */
static gboolean
note_name(const Reading *reading, const struct pv_wire_file *wire, const char *name,
	  const PvFile *file)
{
	if (!(reading->collect & PV_COLLECT_DETAILS) || file->kind != PV_KIND_NSFS || name == NULL)
		return TRUE;
	return pv_name_facts_note(reading->store, file, name, wire->path_size - 1);
}

/* FALSE: out of memory. */
static gboolean
keep_file(Reading *reading, const struct pv_wire_file *wire, const char *name)
{
	guint cloexec = wire->marks & PV_WIRE_CLOEXEC ? PV_CLOEXEC_ON : PV_CLOEXEC_OFF;
	PvFile *file = pv_store_add_descriptor(reading->store, wire->fd, cloexec);
	guint64 *address = pv_array_append(reading->addresses);

	if (file == NULL || address == NULL)
		return FALSE;
	*address = wire->file | (wire->refs > 1);
	reading->file = file->index;
	take_inode(wire, file);
	if (reading->no_details && !pv_bpf_details_leave(&reading->details, file->index))
		return FALSE;
	if (wire->name_id == 0)
		return name_file(reading, wire, name, file) && note_name(reading, wire, name, file);
	pv_examine_keep_like(file, &reading->names[wire->name_id - 1]);
	return TRUE;
}

static void
change_task(Reading *reading, gint32 tid)
{
	reading->tid = tid;
	reading->table = pv_bpf_pass_find(reading->pass, tid);
}

static gboolean
take_record(Reading *reading, const char *record, gsize size, GError **error)
{
	const struct pv_wire_file *wire;
	PvBpfTable *table;
	const char *name;

	if (pv_wire_sort(record) != PV_WIRE_PLAIN)
		return reading->file == PV_NONE ||
		       pv_bpf_details_take(&reading->details, reading->file, record, size, error);
	reading->file = PV_NONE;
	if (!pv_wire_take_file(record, size, &wire, &name))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	if (wire->tid != reading->tid)
		change_task(reading, wire->tid);
	if (!remember_name(reading, wire, name))
		return pv_error_no_memory(error);
	table = reading->table;
	if (table == NULL)
		return TRUE;
	if ((wire->marks & PV_WIRE_MISSED) ||
	    pv_bpf_key_again(reading->pass->bpf, &reading->files, wire->files) !=
		    table->files_key ||
	    !pv_bpf_table_admits(table, wire->fd, reading->store->descriptors.n))
		table->broken = TRUE;
	if (table->broken)
		return TRUE;
	if (!keep_file(reading, wire, name))
		return pv_error_no_memory(error);
	table->n_descriptors++;
	return TRUE;
}

/* What tells more than was asked for does as well, where no other was loaded. */
static PvProgram
choose_program(const Reading *reading)
{
	const PvBpf *bpf = reading->pass->bpf;
	guint collect = reading->collect;

	if ((collect & PV_COLLECT_DETAILED) && !reading->no_details)
		return PV_PROGRAM_DETAILED_FILES;
	if (!(collect & PV_COLLECT_PATHS) && pv_bpf_has(bpf, PV_PROGRAM_FILES))
		return PV_PROGRAM_FILES;
	return pv_bpf_has(bpf, PV_PROGRAM_NAMED_FILES) ? PV_PROGRAM_NAMED_FILES
						       : PV_PROGRAM_DETAILED_FILES;
}

static gboolean
run(Reading *reading, PvScope scope, gint32 tid, GError **error)
{
	PvProgram program = choose_program(reading);
	const char *record;
	gssize size;

	if (pv_watch_cancelled(reading->watch))
		return pv_watch_stop(error);
	size = pv_iterator_start(reading->iterator, program, scope, tid);
	reading->tid = 0;
	reading->table = NULL;
	reading->file = PV_NONE;
	memset(reading->set, FALSE, sizeof(reading->set));
	if (size == 0)
		size = pv_iterator_next(reading->iterator, &record);
	for (; size > 0; size = pv_iterator_next(reading->iterator, &record)) {
		if (++reading->n_records % RECORDS_PER_LOOK == 0 &&
		    pv_watch_cancelled(reading->watch))
			return pv_watch_stop(error);
		if (!take_record(reading, record, size, error))
			return FALSE;
	}
	return size == 0 || pv_error_from_errno(error, "bpf iterator", -size);
}

static void
reading_clear(Reading *reading)
{
	pv_bpf_details_clear(&reading->details);
	g_free(reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_clear)

static gboolean
read_tables(Reading *reading, GError **error)
{
	PvBpfPass *pass = reading->pass;

	if (pass->whole)
		return run(reading, PV_SCOPE_ALL, 0, error);
	for (guint32 i = 0; i < pass->n; i++) {
		if (!pv_watch_step(reading->watch, PV_STEP_FILES, i, pass->n, error) ||
		    !run(reading, PV_SCOPE_TASK, pass->tables[i].tid, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
pv_bpf_read(PvBpfPass *pass, guint collect, PvStore *store, PvArray *addresses,
	    const PvWatch *watch, GError **error)
{
	g_auto(PvIterator) iterator;
	g_autoptr(Reading) reading = g_new0(Reading, 1);

	*reading = (Reading){
		.pass = pass,
		.collect = collect,
		.store = store,
		.addresses = addresses,
		.watch = watch,
		.iterator = &iterator,
	};
	pv_iterator_init(&iterator, pass->bpf);
	pv_bpf_details_init(&reading->details, store, collect);
	reading->no_details = !pv_bpf_has(pass->bpf, PV_PROGRAM_DETAILED_FILES);
	if (!read_tables(reading, error))
		return FALSE;
	pv_bpf_details_finish(&reading->details);
	return TRUE;
}

static gboolean
note_owner(PvBpfPass *pass, const char *record, gsize size, GError **error)
{
	const struct pv_wire_owner *owner;
	PvBpfTable *table;

	if (!pv_wire_take_owner(record, size, &owner))
		return pv_error_from_errno(error, "iter/task", EPROTO);
	table = pv_bpf_pass_find(pass, owner->tid);
	if (table == NULL)
		return TRUE;
	table->found_key = pv_bpf_key(pass->bpf, owner->files);
	table->found_identity = owner->identity;
	table->found_start_time_ns = owner->start_time;
	return TRUE;
}

static gboolean
ask(PvBpfPass *pass, PvIterator *iterator, PvScope scope, gint32 tid, GError **error)
{
	const char *record;
	gssize size = pv_iterator_start(iterator, PV_PROGRAM_OWNERS, scope, tid);

	if (size == 0)
		size = pv_iterator_next(iterator, &record);
	for (; size > 0; size = pv_iterator_next(iterator, &record)) {
		if (!note_owner(pass, record, size, error))
			return FALSE;
	}
	return size == 0 || pv_error_from_errno(error, "bpf iterator", -size);
}

gboolean
pv_bpf_check(PvBpfPass *pass, const PvWatch *watch, GError **error)
{
	g_auto(PvIterator) iterator;

	pv_iterator_init(&iterator, pass->bpf);
	for (guint32 i = 0; i < pass->n; i++)
		pass->tables[i].found_key = 0;
	if (pass->whole)
		return ask(pass, &iterator, PV_SCOPE_ALL, 0, error);
	for (guint32 i = 0; i < pass->n; i++) {
		if (!pv_watch_step(watch, PV_STEP_FILES, i, pass->n, error) ||
		    !ask(pass, &iterator, PV_SCOPE_TASK, pass->tables[i].tid, error))
			return FALSE;
	}
	return TRUE;
}
