/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Snapshots made by hand.
 */
#include "fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/kind.h"
#include "core/query.h"
#include "snapshot/store.h"

static gpointer
append(PvArray *array)
{
	gpointer record = pv_array_append(array);

	g_assert_nonnull(record);
	return record;
}

PvString
fixture_string(PvStore *store, const char *string)
{
	return pv_strings_intern(&store->strings, string, strlen(string));
}

PvProcess *
fixture_process(PvStore *store, gint32 pid)
{
	PvProcess *process = append(&store->processes);

	process->index = store->processes.n - 1;
	process->pid = pid;
	process->ppid = 1;
	process->pgid = pid;
	process->sid = pid;
	process->first_task = store->tasks.n;
	process->leader = store->tasks.n;
	return process;
}

PvTask *
fixture_task(PvStore *store, gint32 tid, const char *comm)
{
	PvProcess *process = pv_store_process(store, store->processes.n - 1);
	PvTask *task = append(&store->tasks);

	task->index = store->tasks.n - 1;
	task->tid = tid;
	task->process = process->index;
	task->table = PV_NONE;
	task->comm = fixture_string(store, comm);
	task->known = PV_TASK_DETAILS | (process->n_tasks == 0 ? PV_TASK_LEADER : 0);
	task->state = 'S';
	process->n_tasks++;
	return task;
}

static PvTask *
find_task(PvStore *store, gint32 tid)
{
	for (guint i = 0; i < store->tasks.n; i++) {
		if (pv_store_task(store, i)->tid == tid)
			return pv_store_task(store, i);
	}
	g_assert_not_reached();
}

PvTable *
fixture_table(PvStore *store, const gint32 *tids)
{
	PvTable *table = append(&store->tables);

	table->index = store->tables.n - 1;
	table->owner = find_task(store, tids[0])->process;
	table->first_member = store->members.n;
	table->first_descriptor = store->descriptors.n;
	table->open_count = PV_NONE;
	table->proof = PV_PROOF_KCMP;
	table->backend = "pidfd";
	for (; *tids != 0; tids++) {
		PvTask *task = find_task(store, *tids);

		task->table = table->index;
		*(guint32 *)append(&store->members) = task->index;
		table->n_members++;
	}
	return table;
}

PvDescriptor *
fixture_descriptor(PvStore *store, gint32 fd, const char *path)
{
	PvDescriptor *descriptor = append(&store->descriptors);
	PvFile *file = append(&store->files);

	descriptor->index = store->descriptors.n - 1;
	descriptor->fd = fd;
	descriptor->file = store->files.n - 1;
	file->index = store->files.n - 1;
	if (path != NULL)
		file->path = fixture_string(store, path);
	pv_store_table(store, store->tables.n - 1)->n_descriptors++;
	return descriptor;
}

PvFile *
fixture_last_file(PvStore *store)
{
	return pv_store_file(store, store->files.n - 1);
}

void
fixture_seal(PvStore *store)
{
	g_autoptr(GError) error = NULL;

	pv_store_seal(store, &error);
	g_assert_no_error(error);
}

static void
fill_processes(PvStore *store)
{
	static const char cmdline[] = "java\0-jar\0";
	static const gint32 ns_tids[] = {910, 1};
	PvProcess *process;
	PvTask *task;

	process = fixture_process(store, 2);
	process->pgid = process->sid = process->ppid = 0;
	fixture_task(store, 2, "kthreadd")->known |= PV_TASK_KTHREAD;

	process = fixture_process(store, 910);
	process->known = PV_PROCESS_COMMAND | PV_PROCESS_LIMITS;
	process->fd_limit_soft = 1024;
	process->fd_limit_hard = G_MAXUINT64;
	process->cmdline = pv_strings_intern(&store->strings, cmdline, sizeof(cmdline) - 1);
	process->cmdline_len = sizeof(cmdline) - 1;
	process->n_arguments = 2;
	process->exe = fixture_string(store, "/usr/bin/java");
	process->cwd = fixture_string(store, "/srv/java (deleted)");
	process->root = fixture_string(store, "/");
	process->namespaces[PV_NAMESPACE_NET] = 4026531833;
	process->namespaces[PV_NAMESPACE_PID] = 4026532999;
	process->cgroup_id = G_GUINT64_CONSTANT(4294967298);

	task = fixture_task(store, 910, "java");
	task->uid = 1000;
	task->gid = 100;
	task->egid = 101;
	task->start_time_ns = 1230000000;
	task->identity = 77;
	task->first_ns_tid = store->ns_tids.n;
	task->n_ns_tids = G_N_ELEMENTS(ns_tids);
	for (guint i = 0; i < G_N_ELEMENTS(ns_tids); i++)
		*(gint32 *)append(&store->ns_tids) = ns_tids[i];
	fixture_task(store, 911, "worker")->state = 'R';
	task = fixture_task(store, 912, "");
	task->known = 0;
	task->comm = 0;
	fixture_task(store, 913, "gone")->state = 'Z';
}

static void
fill_null(PvFile *file)
{
	file->known = PV_FILE_FLAGS | PV_FILE_POS | PV_FILE_INODE | PV_FILE_RDEV | PV_FILE_MOUNT |
		      PV_FILE_DESCRIBED;
	file->kind = PV_KIND_CHARDEV;
	file->mode = S_IFCHR | 0666;
	file->flags = O_RDWR;
	file->ino = 4;
	file->dev = pv_dev(0, 5);
	file->extent = pv_dev(1, 3);
	file->mount_id = 25;
}

static void
fill_deleted(PvFile *file)
{
	file->known = PV_FILE_FLAGS | PV_FILE_POS | PV_FILE_INODE | PV_FILE_SIZE | PV_FILE_DELETED |
		      PV_FILE_DESCRIBED;
	file->kind = PV_KIND_REGULAR;
	file->mode = S_IFREG | 0600;
	file->flags = O_WRONLY | O_APPEND;
	file->pos = 12;
	file->ino = 99;
	file->dev = pv_dev(8, 1);
	file->extent = 4096;
}

PvStore *
fixture_store(void)
{
	static const gint32 sharing[] = {910, 911, 0};
	static const gint32 unshared[] = {912, 0};
	PvStore *store = pv_store_new();
	PvTable *table;

	fill_processes(store);
	fixture_table(store, sharing);
	fixture_descriptor(store, 0, "/dev/null")->cloexec = PV_CLOEXEC_OFF;
	fill_null(fixture_last_file(store));
	fixture_descriptor(store, 7, "/tmp/x")->cloexec = PV_CLOEXEC_ON;
	fill_deleted(fixture_last_file(store));
	/* The third descriptor leads where the second one does. */
	fixture_descriptor(store, 8, NULL)->file = 1;
	pv_array_truncate(&store->files, 2);

	table = fixture_table(store, unshared);
	table->status = PV_STATUS_DENIED;
	table->reason = PV_REASON_DENIED;
	table->needs = PV_NEED_PTRACE;
	table->backend = NULL;

	store->collected = PV_COLLECT_ALL | PV_COLLECT_CONTEXT;
	store->backends[PV_STEP_TASKS] = "procfs";
	store->backends[PV_STEP_GROUPING] = "kcmp";
	store->backends[PV_STEP_FILES] = "pidfd";
	store->refusals = g_new0(PvRefusal, 1);
	store->n_refusals = 1;
	store->refusals[0] = (PvRefusal){PV_STEP_FILES, "better", g_strdup("not today")};
	store->kcmp_calls = 3;
	store->duration_ns = 9400000;
	fixture_seal(store);
	return store;
}
