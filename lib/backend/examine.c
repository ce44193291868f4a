/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * statx(2), since 4.11, with its mount id since 5.8; readlink(2) of an entry of a fd directory.
 *
 * statx is asked not to synchronise with a server (AT_STATX_DONT_SYNC): what the kernel remembers
 * is what we want, and a dead server must not hold us. The link count tells a file without a name
 * from one whose name happens to end in " (deleted)": the kernel appends the same word to both.
 *
 * What it cannot see: that a name was removed while the file has another one. The path then ends
 * in " (deleted)", as the kernel wrote it, and the file is not marked as deleted, for it is not.
 */
#include "backend/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "backend/name-facts.h"
#include "core/kind.h"

#define PIPEFS_MAGIC 0x50495045
#define MQUEUE_MAGIC 0x19800202
#define NSFS_MAGIC   0x6e736673
/* Size of every message queue's inode (FILENT_SIZE in ipc/mqueue.c). */
#define MQUEUE_SIZE_BYTES 80
#define DELETED_SUFFIX	  " (deleted)"

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000
#endif

static void
take_extent(const struct statx *stx, PvFile *file)
{
	if (S_ISCHR(stx->stx_mode) || S_ISBLK(stx->stx_mode)) {
		file->extent = pv_dev(stx->stx_rdev_major, stx->stx_rdev_minor);
		file->known |= PV_FILE_RDEV;
	} else if (S_ISREG(stx->stx_mode) || S_ISDIR(stx->stx_mode) || S_ISLNK(stx->stx_mode)) {
		file->extent = stx->stx_size;
		file->known |= PV_FILE_SIZE;
	}
}

int
pv_examine_inode(PvExaminer *examiner, int dir_fd, const char *name, int at_flags, PvFile *file)
{
	struct statx stx;

	if (statx(dir_fd, name, at_flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_MNT_ID, &stx) < 0)
		return -errno;
	file->ino = stx.stx_ino;
	file->dev = pv_dev(stx.stx_dev_major, stx.stx_dev_minor);
	file->mode = stx.stx_mode;
	file->known |= PV_FILE_INODE;
	take_extent(&stx, file);
	if (stx.stx_mask & STATX_MNT_ID) {
		file->mount_id = stx.stx_mnt_id;
		file->known |= PV_FILE_MOUNT;
	}
	examiner->n_links = stx.stx_nlink;
	examiner->uid = stx.stx_uid;
	return 0;
}

/* Files whose mode leaves the kind open are on file systems without a disk: major number 0. */
gboolean
pv_examine_wants_name(const PvExaminer *examiner, const PvFile *file)
{
	guint type = file->mode & S_IFMT;

	/*
	 * The names of sockets and of pipes without a name are no more than their inode number. A
	 * socket's place in the file system can be opened with O_PATH only.
	 */
	if ((type == S_IFSOCK && !(file->flags & O_PATH)) ||
	    (type == S_IFIFO && file->dev == examiner->context->pipe_dev))
		return FALSE;
	return (examiner->collect & PV_COLLECT_PATHS) || type == 0 || type == S_IFIFO ||
	       (type == S_IFREG && pv_dev_major(file->dev) == 0);
}

/*
 * A message queue is a regular file to stat(2), on a file system that is mounted nowhere. Only
 * what looks like one in every respect is asked for its file system: fstatfs(2) may wait for a
 * server, and such a file is on none.
 */
static gboolean
is_mqueue(const PvFile *file, int dir_fd, const char *name, const char *path)
{
	pv_autofd fd = -1;
	struct statfs fs;

	if (!S_ISREG(file->mode) || pv_dev_major(file->dev) != 0 ||
	    file->extent != MQUEUE_SIZE_BYTES || path[0] != '/' || strchr(path + 1, '/') != NULL)
		return FALSE;
	fd = openat(dir_fd, name, O_PATH | O_CLOEXEC);
	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == MQUEUE_MAGIC;
}

/* The kernel's name without the word it appends to the name of a file that has none any more. */
static gsize
path_length(const PvFile *file, const char *path, gsize length)
{
	gsize suffix = strlen(DELETED_SUFFIX);

	if ((file->known & PV_FILE_DELETED) && length > suffix && path[0] == '/' &&
	    memcmp(path + length - suffix, DELETED_SUFFIX, suffix) == 0)
		return length - suffix;
	return length;
}

static gboolean
keep_path(PvStore *store, PvFile *file, const char *path, gsize length)
{
	file->path = pv_strings_intern(&store->strings, path, length);
	return file->path != 0;
}

static gboolean
name_by_inode(PvStore *store, PvFile *file)
{
	char path[64];
	int length = g_snprintf(path, sizeof(path), "%s:[%" G_GUINT64_FORMAT "]",
				S_ISSOCK(file->mode) ? "socket" : "pipe", file->ino);

	return keep_path(store, file, path, length);
}

static gboolean
is_named_by_inode(const PvFile *file)
{
	return (file->kind == PV_KIND_SOCKET && !(file->flags & O_PATH)) ||
	       file->kind == PV_KIND_PIPE;
}

/*
 * The inode of a pidfd is a regular file inside the kernel, since 6.9, and stat(2) says so until
 * 6.15. It has no content that could have a size, or an offset.
 */
static void
forget_nature(PvFile *file)
{
	file->mode &= ~S_IFMT;
	file->pos = 0;
	file->extent = 0;
	file->known &= ~(PV_FILE_POS | PV_FILE_SIZE);
}

gboolean
pv_examine_keep(PvStore *store, PvFile *file, const PvLook *look, gsize length, gboolean wants_path)
{
	file->kind = pv_kind_classify(look);
	if (look->name == NULL && is_named_by_inode(file))
		return !wants_path || name_by_inode(store, file);
	if (look->deleted)
		file->known |= PV_FILE_DELETED;
	if (wants_path && look->name != NULL &&
	    !keep_path(store, file, look->name, path_length(file, look->name, length)))
		return FALSE;
	if (file->kind == PV_KIND_PIDFD)
		forget_nature(file);
	/* A memory file never had a name that could have been removed. */
	if (file->kind == PV_KIND_MEMFD)
		file->known &= ~PV_FILE_DELETED;
	return TRUE;
}

void
pv_examine_keep_like(PvFile *file, const PvFile *like)
{
	file->kind = like->kind;
	file->path = like->path;
	file->known |= like->known & PV_FILE_DELETED;
	if (file->kind == PV_KIND_PIDFD)
		forget_nature(file);
}

gboolean
pv_examine_name(PvExaminer *examiner, int dir_fd, const char *name, PvStore *store, PvFile *file)
{
	PvLook look = {.mode = file->mode, .deleted = examiner->n_links == 0};
	gboolean wants_path = (examiner->collect & PV_COLLECT_PATHS) != 0;
	int status = -ENOENT;

	if (file->dev == examiner->context->pipe_dev)
		look.fs_magic = PIPEFS_MAGIC;
	if (file->dev == examiner->context->nsfs_dev && file->dev != 0)
		look.fs_magic = NSFS_MAGIC;
	if (pv_examine_wants_name(examiner, file))
		status = pv_readlink_at(dir_fd, name, &examiner->link);
	if (status == -ENOMEM)
		return FALSE;
	if (status == 0) {
		look.name = examiner->link.data;
		if (is_mqueue(file, dir_fd, name, look.name))
			look.fs_magic = MQUEUE_MAGIC;
	}
	if (!pv_examine_keep(store, file, &look, look.name == NULL ? 0 : examiner->link.n,
			     wants_path))
		return FALSE;
	return look.name == NULL || !(examiner->collect & PV_COLLECT_DETAILS) ||
	       pv_name_facts_note(store, file, look.name, examiner->link.n);
}

gboolean
pv_examine_wants_socket(const PvExaminer *examiner, const PvFile *file)
{
	return (examiner->collect & PV_COLLECT_SOCKETS) && file->kind == PV_KIND_SOCKET &&
	       !(file->flags & O_PATH) && (file->known & PV_FILE_INODE);
}

gboolean
pv_file_has_pos(const PvFile *file)
{
	guint type = file->mode & S_IFMT;

	return !(file->flags & O_PATH) &&
	       (type == S_IFREG || type == S_IFDIR || type == S_IFBLK || type == S_IFCHR);
}

PvFile *
pv_store_add_descriptor(PvStore *store, gint32 fd, guint cloexec)
{
	guint32 index = store->descriptors.n;
	guint32 file_index = store->files.n;
	PvDescriptor *descriptor;
	PvFile *file;

	if (file_index >= 1u << 30 || !pv_array_reserve(&store->files, 1))
		return NULL;
	descriptor = pv_array_append(&store->descriptors);
	if (descriptor == NULL)
		return NULL;
	file = pv_array_append(&store->files);
	*descriptor =
		(PvDescriptor){.index = index, .fd = fd, .file = file_index, .cloexec = cloexec};
	file->index = file_index;
	return file;
}
