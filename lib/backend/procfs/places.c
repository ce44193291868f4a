/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The links cwd, root and exe, and the file maps, of /proc/PID or /proc/PID/task/TID, and the lines
 * Umask: and VmSize: of status.
 *
 * A link is asked for its name (readlink(2)), and statx(2) for the inode behind it. Following a
 * link of /proc walks no path, and with AT_STATX_DONT_SYNC no server is asked: neither waits for a
 * file system that does not answer (doc/design/decisions/0006-servers-that-do-not-answer.md
 * and tests/integration/test-places.c).
 *
 * maps takes the lock of the memory (mmap_lock), which a task may hold while it maps a file of a
 * dead server: whoever reads maps then waits with it. So memories that have a task in state D are
 * left alone (snapshot/memories.c).
 *
 * What it cannot see: all but the umask of a process that the caller may not look into
 * (PTRACE_MODE_READ); directories with names of more than 4095 bytes; whether a mapped file was
 * removed, or only has a name that ends in " (deleted)", where the links of map_files may not be
 * followed (CAP_SYS_ADMIN or, since 5.9, CAP_CHECKPOINT_RESTORE).
 */
#include "backend/procfs/places.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "backend/mappings.h"
#include "backend/procfs/maps-parse.h"
#include "backend/procfs/task-look.h"
#include "core/error.h"

#define NAME_BYTES  96
#define ZERO_DEVICE "/dev/zero"

int
pv_place_reader_open(PvPlaceReader *reader, const PvContext *context)
{
	*reader = (PvPlaceReader){.context = context, .proc_dir = -1};
	reader->examiner.context = context;
	if (context->absent)
		return -ENOENT;
	reader->proc_dir = open(context->proc_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return reader->proc_dir < 0 ? -errno : 0;
}

void
pv_place_reader_clear(PvPlaceReader *reader)
{
	pv_fd_close(&reader->proc_dir);
	reader->proc_dir = -1;
	pv_buffer_clear(&reader->examiner.link);
	pv_buffer_clear(&reader->text);
	pv_buffer_clear(&reader->path);
}

/*
 * A directory that stays the task's own, whoever gets its number later; that it is the one which
 * was listed is asked after it was opened.
 */
static int
open_task(PvPlaceReader *reader, const PvStore *store, const PvTask *task)
{
	const PvContext *context = reader->context;
	char prefix[PV_TASK_PREFIX_BYTES];
	pv_autofd dir = -1;
	PvStat stat;
	int opened;

	if (reader->proc_dir < 0)
		return -ENOENT;
	pv_task_prefix(pv_store_process(store, task->process)->pid, task->tid, prefix);
	dir = openat(reader->proc_dir, prefix, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (task->identity != 0) {
		int status = pv_pidfd_is(&context->pidfd, task->tid, task->identity);

		if (status <= 0)
			return status < 0 ? status : -ESRCH;
	} else if (task->start_time_ns != 0) {
		int status = pv_task_read_stat(dir, "", &reader->text, &stat);

		if (status < 0)
			return status;
		if (pv_stat_start_time_ns(context, &stat) != task->start_time_ns)
			return -ESRCH;
	}
	opened = dir;
	dir = -1;
	return opened;
}

/* Both what everybody may read of the task, and whether it has a table still. */
static int
read_status(PvPlaceReader *reader, const PvStore *store, const PvTask *task, int dir,
	    PvStatusPlace *place, PvStatus *status)
{
	int error = pv_task_read_status(dir, "", &reader->text, status);

	if (error < 0)
		return error == -ENOENT ? -ESRCH : error;
	pv_status_place_parse(reader->text.data, reader->text.n, place);
	return status->tgid == pv_store_process(store, task->process)->pid ? 0 : -ESRCH;
}

static gboolean
look(PvPlaceReader *reader, const PvStore *store, const PvTask *task, PvStatusPlace *place,
     PvStatus *status)
{
	pv_autofd dir = open_task(reader, store, task);

	return dir >= 0 && read_status(reader, store, task, dir, place, status) == 0;
}

/* Tables go before directories when a task exits: who has a table has an fs_struct. */
static gboolean
has_fs(const PvStatusPlace *place, const PvStatus *status)
{
	return place->umask != PV_NONE || status->fd_size > 0;
}

gboolean
pv_place_reader_has_fs(PvPlaceReader *reader, const PvStore *store, const PvTask *task)
{
	PvStatusPlace place;
	PvStatus status;

	return look(reader, store, task, &place, &status) && has_fs(&place, &status);
}

gboolean
pv_place_reader_has_memory(PvPlaceReader *reader, const PvStore *store, const PvTask *task)
{
	PvStatusPlace place;
	PvStatus status;

	return look(reader, store, task, &place, &status) && place.has_memory;
}

char
pv_place_reader_state(PvPlaceReader *reader, const PvStore *store, const PvTask *task)
{
	pv_autofd dir = open_task(reader, store, task);
	PvStat stat;

	return dir >= 0 && pv_task_read_stat(dir, "", &reader->text, &stat) == 0 ? stat.state : 0;
}

/* An error that ends the scan, or says that nothing more is to be had of this task. */
static gboolean
is_final(int error)
{
	return pv_error_is_shortage(error) || error == -EACCES || error == -EPERM ||
	       error == -ESRCH;
}

static int
read_link(PvPlaceReader *reader, PvStore *store, int dir, const char *link, PvString *path,
	  guint64 *ino, guint32 *dev)
{
	PvFile file = {0};
	int error = pv_readlink_at(dir, link, &reader->path);
	int of_inode = 0;

	if (is_final(error) || error == -ENOENT)
		return error;
	if (error == 0) {
		*path = pv_strings_intern(&store->strings, reader->path.data, reader->path.n);
		if (*path == 0)
			return -ENOMEM;
	}
	/* The links of a recorded tree lead nowhere. */
	if (!reader->context->recorded)
		of_inode = pv_examine_inode(&reader->examiner, dir, link, 0, &file);
	if (is_final(of_inode))
		return of_inode;
	if (of_inode == 0) {
		*ino = file.ino;
		*dev = file.dev;
	}
	return error < 0 ? error : of_inode;
}

int
pv_place_reader_read_fs(PvPlaceReader *reader, PvStore *store, const PvTask *task, PvFsContext *fs)
{
	pv_autofd dir = open_task(reader, store, task);
	PvStatusPlace place;
	PvStatus status;
	int error = dir;
	int other;

	if (error >= 0)
		error = read_status(reader, store, task, dir, &place, &status);
	if (error < 0)
		return error == -ENOENT ? -ESRCH : error;
	if (!has_fs(&place, &status))
		return -ESRCH;
	fs->umask = place.umask;
	error = read_link(reader, store, dir, "cwd", &fs->cwd, &fs->cwd_ino, &fs->cwd_dev);
	if (is_final(error))
		return error;
	other = read_link(reader, store, dir, "root", &fs->root, &fs->root_ino, &fs->root_dev);
	if (is_final(other))
		return other;
	/* The links of a task that has left its directories lead nowhere. */
	return error == -ENOENT || other == -ENOENT ? -ESRCH : MIN(error, other);
}

int
pv_place_reader_read_exe(PvPlaceReader *reader, PvStore *store, const PvTask *task,
			 PvMemory *memory)
{
	pv_autofd dir = open_task(reader, store, task);
	PvStatusPlace place;
	PvStatus status;
	int error = dir;

	if (error >= 0)
		error = read_link(reader, store, dir, "exe", &memory->exe, &memory->exe_ino,
				  &memory->exe_dev);
	if (error != -ENOENT || dir < 0)
		return error == -ENOENT ? -ESRCH : error;
	/* No memory, or one that nothing was executed into. */
	error = read_status(reader, store, task, dir, &place, &status);
	if (error < 0)
		return error;
	return place.has_memory ? 0 : -ESRCH;
}

/* Only where the name leaves it open. Denied: the kernel's word is all there is. */
static gboolean
was_removed(PvPlaceReader *reader, int dir, const PvMapsLine *line)
{
	PvFile file = {0};
	char name[NAME_BYTES];

	g_snprintf(name, sizeof(name), "map_files/%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x",
		   line->start, line->end);
	if (pv_examine_inode(&reader->examiner, dir, name, 0, &file) < 0)
		return TRUE;
	return reader->examiner.n_links == 0;
}

/* Shared memory without a file, /dev/zero to the kernel, to which prctl(2) gave a name: 6.2. */
static gboolean
is_named_memory(const PvMapsLine *line)
{
	static const char prefix[] = "[anon_shmem:";

	return line->path_len >= strlen(prefix) && memcmp(line->path, prefix, strlen(prefix)) == 0;
}

static gboolean
keep_range(PvPlaceReader *reader, PvStore *store, int dir, const PvMapsLine *line, PvMemory *memory)
{
	PvRange range = {
		.ino = line->ino,
		.dev = line->dev,
		.bytes = line->end - line->start,
		.flags = line->flags,
	};
	gsize trimmed;

	if (line->path != NULL && is_named_memory(line)) {
		range.path = ZERO_DEVICE;
		range.path_len = strlen(ZERO_DEVICE);
		range.flags |= PV_MAPPING_DELETED;
	} else if (line->path != NULL) {
		reader->path.n = 0;
		if (!pv_buffer_reserve(&reader->path, line->path_len))
			return FALSE;
		range.path = reader->path.data;
		range.path_len = pv_maps_unescape(line->path, line->path_len, reader->path.data);
		trimmed = pv_mappings_trim_deleted(range.path, range.path_len);
		if (trimmed < range.path_len && was_removed(reader, dir, line)) {
			range.path_len = trimmed;
			range.flags |= PV_MAPPING_DELETED;
		}
	}
	return pv_mappings_add(store, memory, &range);
}

int
pv_place_reader_read_mappings(PvPlaceReader *reader, PvStore *store, const PvTask *task,
			      PvMemory *memory)
{
	pv_autofd dir = open_task(reader, store, task);
	PvMapsLine line;
	gsize at = 0;
	gsize taken;
	int error = dir;

	if (error >= 0)
		error = pv_read_at(dir, "maps", &reader->text);
	if (error < 0)
		return error == -ENOENT ? -ESRCH : error;
	/* Of a memory that was left just now nothing is told. */
	if (reader->text.n == 0)
		return -ESRCH;
	while ((taken = pv_maps_parse(reader->text.data + at, reader->text.n - at, &line)) > 0) {
		at += taken;
		if (line.is_file && !keep_range(reader, store, dir, &line, memory))
			return -ENOMEM;
	}
	pv_mappings_settle(store, memory);
	return 0;
}
