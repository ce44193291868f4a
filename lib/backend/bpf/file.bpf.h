/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * iter/task_file: the record of a descriptor, for all programs that write one.
 *
 * The iterator holds a reference to the file while the program looks at it, so that all of it is
 * there, and bpf_d_path() safe. The table is the one that the task has when the file is looked at:
 * a task that takes another one half-way shows by the address in its records.
 *
 * The name is asked for where it says something: those of sockets and of pipes without a name are
 * their inode number, and where no paths are wanted only inodes without a type, which have the
 * kind in their name, and what may be a memfd.
 */
#pragma once

#include "common.bpf.h"

enum {
	S_IFMT = 0170000,
	S_IFSOCK = 0140000,
	S_IFREG = 0100000,
	S_IFIFO = 0010000,
	SOCKFS_MAGIC = 0x534f434b,
	PIPEFS_MAGIC = 0x50495045,
	TMPFS_MAGIC = 0x01021994,
	ANON_INODE_FS_MAGIC = 0x09041934,
};
#define HUGETLBFS_MAGIC 0x958458f6U

#define NAMES_PER_BUFFER (PV_WIRE_MAX_NAMES / N_BUFFERS)

/*
 * A name that was written in this pass, and what it was the name of. Addresses may be used again by
 * others, so inode and name have to be the same too, and whether it is deleted.
 */
struct known_name {
	u64 pass; /* 0: nobody's */
	u64 dentry;
	u64 mnt;
	u64 ino;
	u64 hash;
	u64 state;
};

struct file_buffer {
	u32 busy;
	u32 reserved;
	u64 number;
	struct pv_wire_file record;
	char path[PV_WIRE_MAX_PATH];
	struct known_name names[NAMES_PER_BUFFER];
};

struct {
	u32 (*type)[BPF_MAP_TYPE_ARRAY];
	u32 (*max_entries)[N_BUFFERS];
	u32 *key;
	struct file_buffer *value;
} file_buffers SEC(".maps");

static __always_inline bool
wants_name(const struct pv_wire_file *record, bool paths)
{
	u32 type = record->mode & S_IFMT;

	if ((type == S_IFSOCK && record->magic == SOCKFS_MAGIC) ||
	    (type == S_IFIFO && record->magic == PIPEFS_MAGIC))
		return false;
	if (paths || record->magic == ANON_INODE_FS_MAGIC || type == 0)
		return true;
	return type == S_IFREG && (record->marks & PV_WIRE_UNLINKED) &&
	       (record->magic == TMPFS_MAGIC || record->magic == HUGETLBFS_MAGIC);
}

/* The iterator has one reference itself. */
static __always_inline s64
count_refs(struct file *file)
{
	struct file___until_6_12 *old = (void *)file;

	if (bpf_core_field_exists(struct file, f_ref))
		return file->f_ref.refcnt.counter;
	return BPF_CORE_READ(old, f_count.counter) - 1;
}

static __always_inline bool
is_cloexec(struct files_struct *files, u32 fd)
{
	struct fdtable *table = files->fdt;
	unsigned long word = 0;

	if (!table || fd >= table->max_fds)
		return false;
	bpf_probe_read_kernel(&word, sizeof(word), table->close_on_exec + fd / 64);
	return word >> (fd % 64) & 1;
}

static __always_inline void
take_file(struct file *file, struct pv_wire_file *record)
{
	struct inode *inode = file->f_inode;
	struct super_block *sb = inode->i_sb;
	struct vfsmount *mnt = file->f_path.mnt;
	struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);

	record->file = (u64)file;
	record->refs = count_refs(file);
	record->flags = file->f_flags;
	record->pos = file->f_pos;
	record->mode = inode->i_mode;
	record->ino = inode->i_ino;
	record->bytes = inode->i_size;
	record->rdev = inode->i_rdev;
	record->dev = sb->s_dev;
	record->magic = sb->s_magic;
	record->mount_id = BPF_CORE_READ(mount, mnt_id);
	if (inode->i_nlink == 0)
		record->marks |= PV_WIRE_UNLINKED;
}

static __always_inline u32
take_path(struct file *file, struct file_buffer *buffer)
{
	long size = bpf_d_path(&file->f_path, buffer->path, sizeof(buffer->path));

	return size > 0 && size <= PV_WIRE_MAX_PATH ? size : 0;
}

static __always_inline bool
is_same_name(const struct known_name *one, const struct known_name *other)
{
	return one->pass == other->pass && one->dentry == other->dentry && one->mnt == other->mnt &&
	       one->ino == other->ino && one->hash == other->hash && one->state == other->state;
}

/*
 * Most files have been met before, under the same name, and to ask d_path(9) for it is the dearest
 * part of a record. NULL: it is known; else where to remember it. Those that lie in no directory,
 * such as anonymous inodes, have no hash and may have the inode in common: not for them.
 */
static __always_inline struct known_name *
look_up_name(struct bpf_iter__task_file *ctx, struct file *file, struct file_buffer *buffer,
	     u32 index)
{
	struct pv_wire_file *record = &buffer->record;
	struct dentry *dentry = file->f_path.dentry;
	u64 number = number_of(dentry, &buffer->number);
	struct known_name wanted = {
		.pass = ctx->meta->session_id + 1,
		.dentry = number,
		.mnt = (u64)file->f_path.mnt,
		.ino = record->ino,
		.hash = dentry->d_name.hash | (u64)dentry->d_name.len << 32,
		.state = (record->marks & PV_WIRE_UNLINKED) | (dentry->d_hash.pprev ? 1 << 16 : 0),
	};
	u32 at = ((u32)(number >> 6) ^ (u32)(number >> 14)) % NAMES_PER_BUFFER;
	struct known_name *known = &buffer->names[at];

	record->name_id = index * NAMES_PER_BUFFER + at + 1;
	if (is_same_name(known, &wanted))
		return NULL;
	*known = wanted;
	return known;
}

/* All buffers are taken: what is at this number has to be looked at again. */
static __always_inline int
show_missed(struct bpf_iter__task_file *ctx, int tid)
{
	struct pv_wire_file record = {};

	record.size = sizeof(record);
	record.tid = tid;
	record.fd = ctx->fd;
	record.marks = PV_WIRE_MISSED;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* A record that is ready, and where it lies. */
struct shown {
	struct file_buffer *buffer;
	struct known_name *fresh; /* the name is in the record, and was remembered */
	u32 index;
};

/* FALSE: there is nothing to write, or it is written. */
static __always_inline bool
take_shown(struct bpf_iter__task_file *ctx, bool paths, struct shown *shown)
{
	struct task_struct *reached = given(ctx->task);
	struct file *pinned = given(ctx->file);
	struct known_name *fresh = NULL;
	struct file_buffer *buffer;
	struct pv_wire_file *record;
	struct task_struct *task;
	struct reader reader;
	struct file *file;
	u32 index;

	if (!reached || !pinned)
		return false;
	task = plain(task_struct, reached);
	file = plain(file, pinned);
	find_reader(&reader);
	buffer = take_buffer(file_buffers, &index);
	if (!buffer) {
		show_missed(ctx, tid_for(&reader, task));
		return false;
	}
	record = &buffer->record;
	record->tid = tid_for(&reader, task);
	record->files = (u64)task->files;
	record->fd = ctx->fd;
	record->marks = task->files && is_cloexec(task->files, ctx->fd) ? PV_WIRE_CLOEXEC : 0;
	record->path_size = 0;
	record->name_id = 0;
	take_file(file, record);
	if (wants_name(record, paths) && !file->f_path.dentry->d_name.hash) {
		record->path_size = take_path(pinned, buffer);
	} else if (wants_name(record, paths)) {
		fresh = look_up_name(ctx, file, buffer, index);
		if (fresh)
			record->path_size = take_path(pinned, buffer);
		if (fresh && !record->path_size) {
			fresh->pass = 0;
			record->name_id = 0;
		}
	}
	*shown = (struct shown){buffer, fresh, index};
	return true;
}

/* What does not fit any more comes again, and then the name has to be there. */
static __always_inline void
write_shown(struct bpf_iter__task_file *ctx, struct shown *shown)
{
	struct pv_wire_file *record = &shown->buffer->record;
	/* Records begin at multiples of eight. */
	u64 size = sizeof(*record) + ((record->path_size + 7) & ~7ULL);

	record->size = size;
	barrier_var(size);
	if (size <= sizeof(*record) + PV_WIRE_MAX_PATH &&
	    bpf_seq_write(ctx->meta->seq, record, size) && shown->fresh)
		shown->fresh->pass = 0;
}

/* For programs that write nothing else. */
static __always_inline int
show(struct bpf_iter__task_file *ctx, bool paths)
{
	struct shown shown;

	if (!take_shown(ctx, paths, &shown))
		return 0;
	write_shown(ctx, &shown);
	give_back(&shown.buffer->busy);
	return 0;
}
