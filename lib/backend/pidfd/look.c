/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A copy shares the open file description, so that fstat, F_GETFL and the offset are those of the
 * original; its name is read from the reader's own /proc/thread-self/fd, where one and the same
 * entry serves all: copies always get the same number, and the kernel builds no further inode.
 *
 * The offset: lseek(2) takes the position lock of a regular file or directory, and a thread that is
 * in read(2) or write(2) holds that lock for as long as the call lasts. That may be for ever, on
 * any file system: /proc/kmsg and trace_pipe block, a frozen file system blocks writers, and a
 * buffer may lie in memory that userfaultfd or FUSE has yet to fill. fdinfo shows the offset
 * without a lock, so it is read there, from our own entry for the copy. Only the memory devices,
 * which have no such lock, are asked by lseek.
 *
 * What it cannot see: close-on-exec. It belongs to the descriptor, not to the file, and ours is
 * always set.
 */
#include "backend/pidfd/look.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "backend/pidfd/look-details.h"
#include "backend/procfs/fdinfo-parse.h"

#define MEM_MAJOR 1 /* /dev/null, /dev/zero and so on: their lseek never waits */

static gboolean
can_seek_at_once(const PvFile *file)
{
	return S_ISCHR(file->mode) && pv_dev_major(file->extent) == MEM_MAJOR;
}

int
pv_looker_read_own(PvLooker *looker, const char *name)
{
	int status = 0;

	if (!looker->has_text)
		status = pv_read_at(looker->own_fdinfo_dir, name, &looker->text);
	looker->has_text = status == 0;
	return status;
}

/* All of it, where locks are asked for: they stand behind the head. */
static int
read_own_head(PvLooker *looker, const char *name)
{
	if (looker->examiner.collect & PV_COLLECT_LOCKS)
		return pv_looker_read_own(looker, name);
	return pv_read_head_at(looker->own_fdinfo_dir, name, &looker->text);
}

/* 0, or -ENOMEM. */
static int
take_pos(PvLooker *looker, int copy, const char *name, PvFile *file)
{
	PvFdinfo fdinfo;
	int status;

	if (!pv_file_has_pos(file))
		return 0;
	if (can_seek_at_once(file)) {
		file->pos = lseek(copy, 0, SEEK_CUR);
		if (file->pos >= 0) {
			file->known |= PV_FILE_POS;
			return 0;
		}
	}
	status = read_own_head(looker, name);
	if (status < 0 || !pv_fdinfo_parse(looker->text.data, looker->text.n, &fdinfo))
		return status == -ENOMEM ? status : 0;
	file->pos = fdinfo.pos;
	file->known |= PV_FILE_POS;
	return 0;
}

int
pv_look_at(PvLooker *looker, int copy, gint32 fd, PvStore *store)
{
	PvFile *file = pv_store_add_descriptor(store, fd, PV_CLOEXEC_UNKNOWN);
	char name[16];
	int status;
	int flags;

	if (file == NULL)
		return -ENOMEM;
	flags = fcntl(copy, F_GETFL);
	if (flags >= 0) {
		file->flags = flags & ~O_CLOEXEC;
		file->known |= PV_FILE_FLAGS;
	}
	status = pv_examine_inode(&looker->examiner, copy, "", AT_EMPTY_PATH, file);
	if (status < 0)
		return status;
	g_snprintf(name, sizeof(name), "%d", copy);
	looker->has_text = FALSE;
	if (take_pos(looker, copy, name, file) < 0 ||
	    !pv_examine_name(&looker->examiner, looker->own_fd_dir, name, store, file))
		return -ENOMEM;
	if (pv_examine_wants_socket(&looker->examiner, file) &&
	    !pv_look_at_socket(&looker->sockets, copy, file->ino, looker->examiner.uid, store))
		return -ENOMEM;
	if (!(looker->examiner.collect & PV_LOOKER_DETAILED))
		return 0;
	return pv_look_at_details(looker, copy, name, fd, store, file);
}
