/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/PID/fdinfo/N, and what /proc/PID/fd/N leads to.
 *
 * fdinfo has the flags and the offset of the open file description, its mount, and, among the
 * flags, whether this descriptor closes on exec: the one place that tells it without BPF. Inode,
 * device and size come from statx(2) through the link.
 */
#include "backend/procfs/entries.h"

#include <errno.h>
#include <fcntl.h>

#include "backend/procfs/fdinfo-detail-parse.h"
#include "backend/procfs/fdinfo-parse.h"
#include "backend/procfs/socket-entry.h"

#define MAX_LOOKS 8
#define DETAILED  (PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS | PV_COLLECT_LOCKS | PV_COLLECT_HOLDINGS)

static void
take_fdinfo(const PvFdinfo *fdinfo, PvFile *file, PvDescriptor *descriptor)
{
	file->flags = fdinfo->flags & ~(guint32)O_CLOEXEC;
	file->mount_id = fdinfo->mount_id;
	file->known |= PV_FILE_FLAGS | PV_FILE_MOUNT;
	descriptor->cloexec = fdinfo->flags & O_CLOEXEC ? PV_CLOEXEC_ON : PV_CLOEXEC_OFF;
}

static PvEntryResult
failure_of(int status, int *error)
{
	*error = -status;
	return status == -ENOENT ? PV_ENTRY_CLOSED : PV_ENTRY_FAILED;
}

static int
read_fdinfo(PvEntries *entries, const char *name, PvFdinfo *fdinfo)
{
	int status;

	/* Details may be many lines: whoever watches thousands of files has as many. */
	if (entries->examiner->collect & DETAILED)
		status = pv_read_at(entries->fdinfo_dir, name, entries->text);
	else
		status = pv_read_head_at(entries->fdinfo_dir, name, entries->text);

	if (status < 0)
		return status;
	return pv_fdinfo_parse(entries->text->data, entries->text->n, fdinfo) ? 0 : -EPROTO;
}

/*
 * A descriptor that is closed and opened again between the two looks would be described by halves
 * of two files. fdinfo has the inode's number since 5.14: if statx(2) says the same, or if fdinfo
 * says the same before and after it (overlayfs and others give statx another number), both are
 * about one file.
 */
static int
look_twice(PvEntries *entries, const char *name, PvFile *file, PvDescriptor *descriptor)
{
	guint64 before = 0;

	for (guint try = 0; try < MAX_LOOKS; try++) {
		PvFdinfo fdinfo;
		int status = read_fdinfo(entries, name, &fdinfo);

		if (status < 0)
			return status;
		if (try > 0 && fdinfo.ino == before)
			return 0;
		take_fdinfo(&fdinfo, file, descriptor);
		/* The links of a recorded tree lead nowhere. */
		if (entries->examiner->context->recorded)
			return 0;
		status = pv_examine_inode(entries->examiner, entries->fd_dir, name, 0, file);
		if (status < 0)
			return status;
		file->pos = fdinfo.pos;
		if (!fdinfo.has_ino || fdinfo.ino == file->ino)
			return 0;
		before = fdinfo.ino;
	}
	return -EAGAIN;
}

/* fdinfo as it was last read: of the file that was looked at. */
static gboolean
note_details(PvEntries *entries, const PvFile *file)
{
	guint collect = entries->examiner->collect;

	return !(collect & DETAILED) ||
	       pv_fdinfo_detail_parse(entries->text->data, entries->text->n, entries->store,
				      file->index, collect);
}

PvEntryResult
pv_entries_read(PvEntries *entries, gint32 fd, int *error)
{
	PvStore *store = entries->store;
	PvFile *file = pv_store_add_descriptor(store, fd, PV_CLOEXEC_UNKNOWN);
	char name[16];
	int status;

	if (file == NULL)
		return PV_ENTRY_NO_MEMORY;
	g_snprintf(name, sizeof(name), "%d", fd);
	status = look_twice(entries, name, file,
			    pv_store_descriptor(store, store->descriptors.n - 1));
	if (status == -ENOENT || status == -EMFILE || status == -ENFILE || status == -ESRCH) {
		pv_store_rewind(store, store->descriptors.n - 1);
		return failure_of(status, error);
	}
	/* What else there is to know is kept: the descriptor exists, whatever its file refuses. */
	if ((file->known & PV_FILE_INODE) || entries->examiner->context->recorded) {
		if (pv_file_has_pos(file))
			file->known |= PV_FILE_POS;
		if (!pv_examine_name(entries->examiner, entries->fd_dir, name, store, file) ||
		    !note_details(entries, file))
			return PV_ENTRY_NO_MEMORY;
		if (pv_examine_wants_socket(entries->examiner, file) &&
		    !pv_socket_entry_note(entries->fd_dir, name, file->ino, entries->examiner->uid,
					  store))
			return PV_ENTRY_NO_MEMORY;
	}
	*error = -status;
	return status == 0 ? PV_ENTRY_ADDED : PV_ENTRY_FAILED;
}
