/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A copy shares the open file description, so that fstat, F_GETFL and the offset are those of the
 * original; its name is read from the reader's own /proc/thread-self/fd, where one and the same
 * entry serves all: copies always get the same number, and the kernel builds no further inode.
 *
 * The offset: lseek(2) takes the file's position lock if it has one, and a thread of the process
 * that is blocked in read(2) holds that lock for as long as the read lasts: /proc/kmsg and
 * trace_pipe block for ever. fdinfo shows the offset without a lock, but costs ten times as much.
 * So lseek is for files on file systems whose reads end soon, and the rest is read from our own
 * fdinfo.
 *
 * What it cannot see: close-on-exec. It belongs to the descriptor, not to the file, and ours is
 * always set.
 */
#include "backend/pidfd/look.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "backend/procfs/fdinfo-parse.h"

#define MEM_MAJOR 1 /* /dev/null, /dev/zero and so on: their lseek never waits */

static gboolean
can_seek_at_once(const PvLooker *looker, const PvFile *file)
{
	if (S_ISCHR(file->mode))
		return pv_dev_major(file->extent) == MEM_MAJOR;
	return (S_ISREG(file->mode) || S_ISDIR(file->mode)) &&
	       pv_mount_namespace_is_local(looker->mounts, file->dev);
}

static void
take_pos(PvLooker *looker, int copy, const char *name, PvFile *file)
{
	PvFdinfo fdinfo;

	if (!pv_file_has_pos(file))
		return;
	if (can_seek_at_once(looker, file)) {
		file->pos = lseek(copy, 0, SEEK_CUR);
		if (file->pos >= 0) {
			file->known |= PV_FILE_POS;
			return;
		}
	}
	if (pv_read_head_at(looker->own_fdinfo_dir, name, &looker->text) < 0 ||
	    !pv_fdinfo_parse(looker->text.data, looker->text.n, &fdinfo))
		return;
	file->pos = fdinfo.pos;
	file->known |= PV_FILE_POS;
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
	take_pos(looker, copy, name, file);
	return pv_examine_name(&looker->examiner, looker->own_fd_dir, name, store, file) ? 0
											 : -ENOMEM;
}
