/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One process, or one table, as the members of a JSON object, in the order of schema 1.
 */
#include "export/json-items.h"

#include <string.h>

#include "core/kind.h"
#include "core/query.h"
#include "export/json-details.h"
#include "export/json-places.h"
#include "export/open-flags.h"

/* Absent when the scan did not learn it. */
static void
member_name(PvJsonWriter *writer, const char *key, const char *name)
{
	if (name != NULL)
		pv_json_member_string(writer, key, name);
}

void
pv_json_write_need(PvJsonWriter *writer, guint need)
{
	const char *name = pv_need_name(need);

	if (name != NULL)
		pv_json_member_word(writer, "needs", name);
}

static void
write_state(PvJsonWriter *writer, const PvTask *task)
{
	if ((task->known & PV_TASK_DETAILS) == 0 || task->state == 0)
		return;
	pv_json_key(writer, "state");
	pv_json_bytes(writer, &task->state, 1);
}

static void
write_table_id(PvJsonWriter *writer, const PvTask *task)
{
	if (task->table != PV_NONE)
		pv_json_member_uint(writer, "fd_table", (guint64)task->table + 1);
}

static void
write_task(PvJsonWriter *writer, const PvTask *task)
{
	pv_json_open(writer, '{');
	pv_json_member_int(writer, "tid", task->tid);
	member_name(writer, "comm", pv_store_string(pv_store_of(task), task->comm));
	write_state(writer, task);
	write_table_id(writer, task);
	pv_json_write_fs_context_id(writer, task);
	pv_json_close(writer, '}');
}

static void
write_tasks(PvJsonWriter *writer, const PvProcess *process, gboolean all)
{
	const PvStore *store = pv_store_of(process);
	guint32 first = all ? process->first_task : process->leader;
	guint32 n = all ? process->n_tasks : 1;

	pv_json_key(writer, "tasks");
	pv_json_open(writer, '[');
	for (guint32 i = 0; i < n; i++)
		write_task(writer, pv_store_task(store, first + i));
	pv_json_close(writer, ']');
}

static void
write_ids(PvJsonWriter *writer, const PvProcess *process, const PvTask *leader)
{
	if ((leader->known & PV_TASK_DETAILS) == 0)
		return;
	pv_json_member_int(writer, "ppid", process->ppid);
	pv_json_member_int(writer, "pgid", process->pgid);
	pv_json_member_int(writer, "sid", process->sid);
	pv_json_member_uint(writer, "uid", leader->uid);
	pv_json_member_uint(writer, "euid", leader->euid);
	pv_json_member_uint(writer, "gid", leader->gid);
	pv_json_member_uint(writer, "egid", leader->egid);
}

static void
write_command(PvJsonWriter *writer, const PvProcess *process)
{
	const PvStore *store = pv_store_of(process);
	const char *argument = pv_store_string(store, process->cmdline);

	if ((process->known & PV_PROCESS_COMMAND) != 0) {
		pv_json_key(writer, "cmdline");
		pv_json_open(writer, '[');
		for (guint32 i = 0; argument != NULL && i < process->n_arguments; i++) {
			gsize length = strlen(argument);

			pv_json_bytes(writer, argument, length);
			argument += length + 1;
		}
		pv_json_close(writer, ']');
	}
	member_name(writer, "exe", pv_store_string(store, process->exe));
}

/* The numbers in nested pid namespaces, if there are any. */
static void
write_ns_pids(PvJsonWriter *writer, const PvTask *leader)
{
	const PvStore *store = pv_store_of(leader);

	if (leader->n_ns_tids < 2)
		return;
	pv_json_key(writer, "nspid");
	pv_json_open(writer, '[');
	for (guint i = 0; i < leader->n_ns_tids; i++)
		pv_json_int(writer,
			    *pv_array_at(&store->ns_tids, gint32, leader->first_ns_tid + i));
	pv_json_close(writer, ']');
}

static void
member_limit(PvJsonWriter *writer, const char *key, guint64 limit)
{
	if (limit == G_MAXUINT64)
		pv_json_member_word(writer, key, "unlimited");
	else
		pv_json_member_uint(writer, key, limit);
}

static void
write_limit(PvJsonWriter *writer, const PvProcess *process)
{
	if ((process->known & PV_PROCESS_LIMITS) == 0)
		return;
	pv_json_key(writer, "fd_limit");
	pv_json_open(writer, '{');
	member_limit(writer, "soft", process->fd_limit_soft);
	member_limit(writer, "hard", process->fd_limit_hard);
	pv_json_close(writer, '}');
}

static void
write_namespaces(PvJsonWriter *writer, const PvProcess *process)
{
	static const char *const names[PV_N_NAMESPACES] = {
		[PV_NAMESPACE_CGROUP] = "cgroup", [PV_NAMESPACE_IPC] = "ipc",
		[PV_NAMESPACE_MNT] = "mnt",	  [PV_NAMESPACE_NET] = "net",
		[PV_NAMESPACE_PID] = "pid",	  [PV_NAMESPACE_TIME] = "time",
		[PV_NAMESPACE_USER] = "user",	  [PV_NAMESPACE_UTS] = "uts",
	};
	gboolean any = FALSE;

	for (guint i = 0; i < PV_N_NAMESPACES; i++) {
		if (process->namespaces[i] == 0)
			continue;
		if (!any) {
			pv_json_key(writer, "namespaces");
			pv_json_open(writer, '{');
		}
		any = TRUE;
		pv_json_member_uint(writer, names[i], process->namespaces[i]);
	}
	if (any)
		pv_json_close(writer, '}');
}

static void
write_context(PvJsonWriter *writer, const PvProcess *process)
{
	const PvStore *store = pv_store_of(process);

	member_name(writer, "cwd", pv_store_string(store, process->cwd));
	member_name(writer, "root", pv_store_string(store, process->root));
	write_namespaces(writer, process);
	if (process->cgroup_id != 0)
		pv_json_member_uint(writer, "cgroup_id", process->cgroup_id);
}

void
pv_json_write_process(PvJsonWriter *writer, const PvProcess *process, gboolean all_tasks)
{
	const PvStore *store = pv_store_of(process);
	const PvTask *leader = pv_store_task(store, process->leader);

	pv_json_member_int(writer, "pid", process->pid);
	write_ids(writer, process, leader);
	member_name(writer, "comm", pv_store_string(store, leader->comm));
	write_command(writer, process);
	write_state(writer, leader);
	if ((leader->known & PV_TASK_DETAILS) != 0) {
		pv_json_member_bool(writer, "kthread", (leader->known & PV_TASK_KTHREAD) != 0);
		pv_json_member_uint(writer, "start_time_ns", leader->start_time_ns);
	}
	write_ns_pids(writer, leader);
	write_limit(writer, process);
	write_context(writer, process);
	write_table_id(writer, leader);
	pv_json_write_memory_id(writer, process);
	pv_json_member_uint(writer, "n_tasks", process->n_tasks);
	write_tasks(writer, process, all_tasks);
}

static void
write_flag(const char *name, gpointer data)
{
	pv_json_word(data, name);
}

static void
write_flags(PvJsonWriter *writer, const PvFile *file)
{
	if ((file->known & PV_FILE_FLAGS) == 0)
		return;
	pv_json_member_word(writer, "mode", pv_open_mode(file->flags));
	pv_json_key(writer, "flags");
	pv_json_open(writer, '[');
	pv_open_flags_foreach(file->flags, write_flag, writer);
	pv_json_close(writer, ']');
}

static void
write_inode(PvJsonWriter *writer, const PvFile *file)
{
	if ((file->known & PV_FILE_POS) != 0)
		pv_json_member_int(writer, "pos", file->pos);
	if ((file->known & PV_FILE_SIZE) != 0)
		pv_json_member_uint(writer, "size", file->extent);
	if ((file->known & PV_FILE_INODE) != 0) {
		pv_json_member_uint(writer, "ino", file->ino);
		pv_json_member_dev(writer, "dev", file->dev);
	}
	if ((file->known & PV_FILE_RDEV) != 0)
		pv_json_member_dev(writer, "rdev", (guint32)file->extent);
	if ((file->known & PV_FILE_MOUNT) != 0)
		pv_json_member_uint(writer, "mnt_id", file->mount_id);
}

void
pv_json_write_file(PvJsonWriter *writer, const PvFile *file, const PvDescriptor *at)
{
	const PvStore *store = pv_store_of(file);

	if ((file->known & PV_FILE_DESCRIBED) != 0)
		pv_json_member_uint(writer, "description", (guint64)file->index + 1);
	pv_json_member_word(writer, "kind", pv_kind_name(file->kind));
	member_name(writer, "path", pv_store_string(store, file->path));
	if ((file->known & PV_FILE_DELETED) != 0)
		pv_json_member_bool(writer, "deleted", TRUE);
	write_flags(writer, file);
	write_inode(writer, file);
	pv_json_write_details(writer, file, at);
}

void
pv_json_write_descriptor(PvJsonWriter *writer, const PvDescriptor *descriptor)
{
	const PvStore *store = pv_store_of(descriptor);

	pv_json_member_int(writer, "fd", descriptor->fd);
	if (descriptor->cloexec != PV_CLOEXEC_UNKNOWN)
		pv_json_member_bool(writer, "cloexec", descriptor->cloexec == PV_CLOEXEC_ON);
	pv_json_write_file(writer, pv_store_file(store, descriptor->file), descriptor);
	pv_json_write_locks(writer, descriptor);
	pv_json_write_peers(writer, descriptor);
}

/* Absent where it would be a guess: nobody counted, and not all of them are here. */
static void
write_count(PvJsonWriter *writer, const PvTable *table)
{
	const PvStore *store = pv_store_of(table);
	gboolean whole = table->status == PV_STATUS_OK && pv_table_has_descriptors(store, table);

	if (table->open_count != PV_NONE)
		pv_json_member_uint(writer, "n_descriptors", table->open_count);
	else if (whole)
		pv_json_member_uint(writer, "n_descriptors", table->n_descriptors);
}

static void
write_descriptors(PvJsonWriter *writer, const PvTable *table)
{
	const PvStore *store = pv_store_of(table);

	/* An empty list would say that there is none. */
	if (!pv_table_has_descriptors(store, table) ||
	    (table->n_descriptors == 0 && table->status != PV_STATUS_OK))
		return;
	pv_json_key(writer, "descriptors");
	pv_json_open(writer, '[');
	for (guint32 i = 0; i < table->n_descriptors && writer->error == NULL; i++) {
		pv_json_break(writer);
		pv_json_open(writer, '{');
		pv_json_write_descriptor(writer,
					 pv_store_descriptor(store, table->first_descriptor + i));
		pv_json_close(writer, '}');
	}
	pv_json_close(writer, ']');
}

static void
write_status(PvJsonWriter *writer, const PvTable *table)
{
	const char *usual = pv_store_of(table)->backends[PV_STEP_FILES];

	pv_json_member_word(writer, "status", pv_status_name(table->status));
	if (table->status != PV_STATUS_OK) {
		pv_json_member_word(writer, "reason", pv_reason_name(table->reason));
		pv_json_write_need(writer, table->needs);
	}
	pv_json_member_word(writer, "proof", pv_proof_name(table->proof));
	if (table->backend != NULL && g_strcmp0(table->backend, usual) != 0)
		pv_json_member_string(writer, "backend", table->backend);
}

void
pv_json_write_table(PvJsonWriter *writer, const PvTable *table, gboolean descriptors)
{
	const PvStore *store = pv_store_of(table);

	pv_json_member_uint(writer, "id", (guint64)table->index + 1);
	write_status(writer, table);
	pv_json_member_int(writer, "owner", pv_store_process(store, table->owner)->pid);
	pv_json_key(writer, "tasks");
	pv_json_open(writer, '[');
	for (guint32 i = 0; i < table->n_members; i++) {
		guint32 task = pv_store_member(store, table->first_member + i);

		pv_json_int(writer, pv_store_task(store, task)->tid);
	}
	pv_json_close(writer, ']');
	write_count(writer, table);
	if (descriptors)
		write_descriptors(writer, table);
}
