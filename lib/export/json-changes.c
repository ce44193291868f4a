/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became different between two snapshots, as JSON: one object a line, so that somebody who
 * follows a machine can take each as it comes.
 *
 * A table is named with its owner and with how many share it, and not with all of them: many tasks
 * may leave one table, and a list of the others in each line would grow with their square.
 */
#include "export/json-changes.h"

#include "core/error.h"
#include "export/json-items.h"

typedef struct {
	const PvChanges *changes;
	PvJsonWriter writer;
} Export;

static void
write_process(Export *export, const PvStore *store, const PvSubject *subject)
{
	pv_json_write_process(&export->writer, pv_store_process(store, subject->process), FALSE);
}

static void
write_table(Export *export, const PvStore *store, const PvSubject *subject)
{
	const PvTable *table = pv_store_table(store, subject->table);
	PvJsonWriter *writer = &export->writer;

	pv_json_member_uint(writer, "fd_table", (guint64)table->index + 1);
	pv_json_member_int(writer, "owner", pv_store_process(store, table->owner)->pid);
	pv_json_member_uint(writer, "n_tasks", table->n_members);
}

static void
write_descriptor(Export *export, const PvStore *store, const PvSubject *subject)
{
	pv_json_write_descriptor(&export->writer, pv_store_descriptor(store, subject->descriptor));
}

/* A table that the leader does not have is told by one of its tasks. */
static gboolean
is_of_leader(const PvStore *store, const PvSubject *subject)
{
	const PvProcess *process = pv_store_process(store, subject->process);

	return pv_store_task(store, process->leader)->table == subject->table;
}

/* Of a thread or a descriptor: whose it is, as it is now. */
static void
write_whose(Export *export, const PvChange *change)
{
	const PvStore *store = export->changes->after;
	const PvProcess *process = pv_store_process(store, change->after.process);
	const char *comm = pv_store_string(store, pv_store_task(store, process->leader)->comm);
	gboolean is_table =
		change->kind == PV_CHANGE_TABLE_JOINED || change->kind == PV_CHANGE_TABLE_LEFT;

	pv_json_member_int(&export->writer, "pid", process->pid);
	if (is_table || !is_of_leader(store, &change->after))
		pv_json_member_int(&export->writer, "tid",
				   pv_store_task(store, change->after.task)->tid);
	if (comm != NULL)
		pv_json_member_string(&export->writer, "comm", comm);
	write_table(export, store, &change->after);
}

static void
write_before(Export *export, const PvChange *change,
	     void (*write)(Export *export, const PvStore *store, const PvSubject *subject))
{
	pv_json_key(&export->writer, "before");
	pv_json_open(&export->writer, '{');
	write(export, export->changes->before, &change->before);
	pv_json_close(&export->writer, '}');
}

static void
write_members(Export *export, const PvChange *change)
{
	const PvStore *before = export->changes->before;
	const PvStore *after = export->changes->after;

	switch (change->kind) {
	case PV_CHANGE_PROCESS_STARTED:
		write_process(export, after, &change->after);
		break;
	case PV_CHANGE_PROCESS_ENDED:
		write_process(export, before, &change->before);
		break;
	case PV_CHANGE_PROCESS_EXECUTED:
		write_process(export, after, &change->after);
		write_before(export, change, write_process);
		break;
	case PV_CHANGE_TABLE_JOINED:
	case PV_CHANGE_TABLE_LEFT:
		write_whose(export, change);
		if (change->before.table != PV_NONE)
			write_before(export, change, write_table);
		break;
	case PV_CHANGE_DESCRIPTOR_OPENED:
		write_whose(export, change);
		write_descriptor(export, after, &change->after);
		break;
	case PV_CHANGE_DESCRIPTOR_CLOSED:
		write_whose(export, change);
		write_descriptor(export, before, &change->before);
		break;
	case PV_CHANGE_DESCRIPTOR_REPLACED:
		write_whose(export, change);
		write_descriptor(export, after, &change->after);
		write_before(export, change, write_descriptor);
		break;
	}
}

static void
write_change(Export *export, const PvChange *change)
{
	PvJsonWriter *writer = &export->writer;

	pv_json_open(writer, '{');
	pv_json_member_word(writer, "type", "change");
	pv_json_member_word(writer, "change", pv_change_kind_name(change->kind));
	write_members(export, change);
	pv_json_close(writer, '}');
	pv_json_end_line(writer);
}

gboolean
pv_json_write_changes(const PvChanges *changes, PvChangeFilter filter, PvJsonWriteFunc write,
		      gpointer data, GError **error)
{
	g_autofree Export *export = g_try_new(Export, 1);

	if (export == NULL)
		return pv_error_no_memory(error);
	export->changes = changes;
	pv_json_writer_init(&export->writer, write, data);
	export->writer.one_line = TRUE;
	for (guint i = 0; i < changes->changes.n && export->writer.error == NULL; i++) {
		PvChange *change = pv_changes_at(changes, i);

		if (filter(change, data))
			write_change(export, change);
	}
	return pv_json_writer_finish(&export->writer, error);
}
