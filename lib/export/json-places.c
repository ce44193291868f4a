/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What tasks and processes share beside their tables, as the members of a JSON object:
 *
 *   {"id":1,"status":"ok","proof":"kernel","tasks":[910],"cwd":"/srv","cwd_ino":2,"cwd_dev":"254:1",
 *    "root":"/","root_ino":2,"root_dev":"254:0","umask":"0022"}
 *   {"id":1,"status":"ok","proof":"kernel","processes":[910],"exe":"/usr/bin/java","exe_ino":812,
 *    "exe_dev":"254:0","mappings":[{"path":"/usr/lib/libc.so.6","ino":9,"dev":"254:0",
 *    "size_bytes":1990656,"ranges":5,"access":"rwx"}]}
 */
#include "export/json-places.h"

#include "core/association.h"
#include "core/query.h"
#include "export/json-items.h"

static void
write_state(PvJsonWriter *writer, guint status, guint reason, guint needs, guint proof,
	    const char *backend, const PvStore *store)
{
	pv_json_member_word(writer, "status", pv_status_name(status));
	if (status != PV_STATUS_OK)
		pv_json_member_word(writer, "reason", pv_reason_name(reason));
	pv_json_write_need(writer, needs);
	pv_json_member_word(writer, "proof", pv_proof_name(proof));
	if (backend != NULL && g_strcmp0(backend, store->backends[PV_STEP_TASKS]) != 0)
		pv_json_member_string(writer, "backend", backend);
}

static void
write_inode(PvJsonWriter *writer, const char *ino_key, const char *dev_key, guint64 ino,
	    guint32 dev)
{
	char text[32];

	if (ino == 0)
		return;
	pv_json_member_uint(writer, ino_key, ino);
	g_snprintf(text, sizeof(text), "%u:%u", pv_dev_major(dev), pv_dev_minor(dev));
	pv_json_member_word(writer, dev_key, text);
}

static void
write_path(PvJsonWriter *writer, const PvStore *store, const char *key, PvString path)
{
	if (path != 0)
		pv_json_member_string(writer, key, pv_store_string(store, path));
}

void
pv_json_write_fs_context(PvJsonWriter *writer, const PvFsContext *fs)
{
	const PvStore *store = pv_store_of(fs);
	const PvArray *members = &store->details.fs_members;
	char text[16];

	pv_json_member_uint(writer, "id", (guint64)fs->index + 1);
	write_state(writer, fs->status, fs->reason, fs->needs, fs->proof, fs->backend, store);
	pv_json_key(writer, "tasks");
	pv_json_open(writer, '[');
	for (guint32 i = 0; i < fs->n_members; i++) {
		guint32 task = *pv_array_at(members, guint32, fs->first_member + i);

		pv_json_int(writer, pv_store_task(store, task)->tid);
	}
	pv_json_close(writer, ']');
	write_path(writer, store, "cwd", fs->cwd);
	write_inode(writer, "cwd_ino", "cwd_dev", fs->cwd_ino, fs->cwd_dev);
	write_path(writer, store, "root", fs->root);
	write_inode(writer, "root_ino", "root_dev", fs->root_ino, fs->root_dev);
	if (fs->umask == PV_NONE)
		return;
	g_snprintf(text, sizeof(text), "%04o", fs->umask);
	pv_json_member_word(writer, "umask", text);
}

static void
write_access(PvJsonWriter *writer, guint32 flags)
{
	char text[4];
	guint n = 0;

	if (flags & PV_MAPPING_READ)
		text[n++] = 'r';
	if (flags & PV_MAPPING_WRITE)
		text[n++] = 'w';
	if (flags & PV_MAPPING_EXECUTE)
		text[n++] = 'x';
	text[n] = '\0';
	pv_json_member_word(writer, "access", text);
}

static void
write_mapping(PvJsonWriter *writer, const PvStore *store, const PvMapping *mapping)
{
	pv_json_break(writer);
	pv_json_open(writer, '{');
	write_path(writer, store, "path", mapping->path);
	write_inode(writer, "ino", "dev", mapping->ino, mapping->dev);
	pv_json_member_uint(writer, "size_bytes", mapping->size_bytes);
	pv_json_member_uint(writer, "ranges", mapping->n_ranges);
	write_access(writer, mapping->flags);
	if (mapping->flags & PV_MAPPING_SHARED)
		pv_json_member_bool(writer, "shared", TRUE);
	if (mapping->flags & PV_MAPPING_DELETED)
		pv_json_member_bool(writer, "deleted", TRUE);
	pv_json_close(writer, '}');
}

/* An empty list would say that there is none. */
static gboolean
knows_mappings(const PvStore *store, const PvMemory *memory)
{
	return (store->collected & PV_COLLECT_MAPPINGS) != 0 &&
	       (memory->n_mappings > 0 || memory->status == PV_STATUS_OK);
}

void
pv_json_write_memory(PvJsonWriter *writer, const PvMemory *memory, gboolean mappings)
{
	const PvStore *store = pv_store_of(memory);
	const PvArray *members = &store->details.memory_members;

	pv_json_member_uint(writer, "id", (guint64)memory->index + 1);
	write_state(writer, memory->status, memory->reason, memory->needs, memory->proof,
		    memory->backend, store);
	pv_json_key(writer, "processes");
	pv_json_open(writer, '[');
	for (guint32 i = 0; i < memory->n_members; i++) {
		guint32 process = *pv_array_at(members, guint32, memory->first_member + i);

		pv_json_int(writer, pv_store_process(store, process)->pid);
	}
	pv_json_close(writer, ']');
	write_path(writer, store, "exe", memory->exe);
	write_inode(writer, "exe_ino", "exe_dev", memory->exe_ino, memory->exe_dev);
	if (!mappings || !knows_mappings(store, memory))
		return;
	pv_json_key(writer, "mappings");
	pv_json_open(writer, '[');
	for (guint32 i = 0; i < memory->n_mappings && writer->error == NULL; i++)
		write_mapping(writer, store, pv_store_mapping(store, memory->first_mapping + i));
	pv_json_close(writer, ']');
}

void
pv_json_write_fs_context_id(PvJsonWriter *writer, const PvTask *task)
{
	guint32 index = pv_store_fs_context_of(pv_store_of(task), task->index);

	if (index != PV_NONE)
		pv_json_member_uint(writer, "fs_context", (guint64)index + 1);
}

void
pv_json_write_memory_id(PvJsonWriter *writer, const PvProcess *process)
{
	guint32 index = pv_store_memory_of(pv_store_of(process), process->index);

	if (index != PV_NONE)
		pv_json_member_uint(writer, "memory", (guint64)index + 1);
}
