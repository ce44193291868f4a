/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * By what, other than a descriptor, is a file held: as somebody's working directory or root, by
 * being executed, by being mapped?  Each belongs to an object in the kernel that tasks may share.
 */
#include "place.h"

const char *
place_get_word(const struct place *place)
{
	static const char *const words[] = {"cwd", "root", "exe", "mem"};

	return words[place->kind];
}

gconstpointer
place_get_key(const struct place *place)
{
	if (place->kind == PLACE_MAPPING)
		return place->mapping;
	return place->kind == PLACE_EXE ? (gconstpointer)place->memory : place->fs;
}

const char *
place_get_path(const struct place *place)
{
	switch (place->kind) {
	case PLACE_CWD:
		return procview_fs_context_get_cwd(place->fs);
	case PLACE_ROOT:
		return procview_fs_context_get_root(place->fs);
	case PLACE_EXE:
		return procview_memory_get_exe(place->memory);
	default:
		return procview_mapping_get_path(place->mapping);
	}
}

/* Of the others the kernel says so in the name. */
gboolean
place_is_deleted(const struct place *place)
{
	return place->kind == PLACE_MAPPING && procview_mapping_is_deleted(place->mapping);
}

gboolean
place_get_inode(const struct place *place, guint64 *inode)
{
	switch (place->kind) {
	case PLACE_CWD:
		return procview_fs_context_get_cwd_inode(place->fs, inode);
	case PLACE_ROOT:
		return procview_fs_context_get_root_inode(place->fs, inode);
	case PLACE_EXE:
		return procview_memory_get_exe_inode(place->memory, inode);
	default:
		return procview_mapping_get_inode(place->mapping, inode);
	}
}

gboolean
place_get_device(const struct place *place, guint *major, guint *minor)
{
	switch (place->kind) {
	case PLACE_CWD:
		return procview_fs_context_get_cwd_device(place->fs, major, minor);
	case PLACE_ROOT:
		return procview_fs_context_get_root_device(place->fs, major, minor);
	case PLACE_EXE:
		return procview_memory_get_exe_device(place->memory, major, minor);
	default:
		return procview_mapping_get_device(place->mapping, major, minor);
	}
}

gboolean
place_tell_access(const struct place *place, char access[5])
{
	ProcviewMappingFlags flags;

	if (place->kind != PLACE_MAPPING)
		return FALSE;
	flags = procview_mapping_get_flags(place->mapping);
	access[0] = (flags & PROCVIEW_MAPPING_FLAGS_READ) != 0 ? 'r' : '-';
	access[1] = (flags & PROCVIEW_MAPPING_FLAGS_WRITE) != 0 ? 'w' : '-';
	access[2] = (flags & PROCVIEW_MAPPING_FLAGS_EXECUTE) != 0 ? 'x' : '-';
	access[3] = (flags & PROCVIEW_MAPPING_FLAGS_SHARED) != 0 ? 's' : 'p';
	access[4] = '\0';
	return TRUE;
}

guint
place_get_n_sharers(const struct place *place)
{
	return place->fs != NULL ? procview_fs_context_get_n_tasks(place->fs)
				 : procview_memory_get_n_processes(place->memory);
}

ProcviewProcess *
place_get_sharer(const struct place *place, guint i)
{
	return place->fs != NULL
		       ? procview_task_get_process(procview_fs_context_get_task(place->fs, i))
		       : procview_memory_get_process(place->memory, i);
}

void
place_for_each_of_fs(ProcviewFsContext *fs, place_func func, gpointer data)
{
	struct place cwd = {.kind = PLACE_CWD, .fs = fs};
	struct place root = {.kind = PLACE_ROOT, .fs = fs};

	func(&cwd, data);
	func(&root, data);
}

void
place_for_each_of_memory(ProcviewMemory *memory, place_func func, gpointer data)
{
	guint n = procview_memory_get_n_mappings(memory);
	struct place exe = {.kind = PLACE_EXE, .memory = memory};

	func(&exe, data);
	for (guint i = 0; i < n; i++) {
		struct place place = {.kind = PLACE_MAPPING, .memory = memory};

		place.mapping = procview_memory_get_mapping(memory, i);
		func(&place, data);
	}
}
