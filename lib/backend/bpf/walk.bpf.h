/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * A path, name by name, where bpf_d_path() may not be asked: nothing pins what it leads to.
 *
 * The dentries are followed from the last name up, by loads that cannot fault, within one RCU
 * section: what is freed while it lasts keeps its memory. d_path(9) does the same walk, and as
 * there the names are those on the way to the reader's root.
 *
 * What it cannot see: that a directory on the way was renamed meanwhile.
 */
#pragma once

#include "common.bpf.h"

#define MAX_STEPS	1024
#define MAX_NAME	256
#define PATH_BYTES	PV_WIRE_MAX_PATH
#define NAME_AT(length) ((length) & (PATH_BYTES - 1))

struct path_buffer {
	u32 busy;
	u32 reserved;
	struct pv_wire_path record;
	char names[PATH_BYTES + MAX_NAME];
};

struct {
	u32 (*type)[BPF_MAP_TYPE_ARRAY];
	u32 (*max_entries)[N_BUFFERS];
	u32 *key;
	struct path_buffer *value;
} path_buffers SEC(".maps");

struct walk {
	struct dentry *dentry;
	struct mount *mount;
	struct dentry *root;
	struct mount *root_mount;
	struct path_buffer *buffer;
	bool done;
};

static __always_inline struct mount *
mount_of(struct vfsmount *mnt)
{
	return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

/* Copies the dentry's name behind the others, unless it changes meanwhile. */
static __always_inline void
take_name(struct walk *walk, struct path_buffer *buffer)
{
	struct dentry *dentry = walk->dentry;
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	u32 length = BPF_CORE_READ(dentry, d_name.len);
	u32 used = buffer->record.length;

	if (length >= MAX_NAME || used + length >= PATH_BYTES) {
		buffer->record.marks |= PV_WIRE_PATH_CUT;
		return;
	}
	used = NAME_AT(used);
	length &= MAX_NAME - 1;
	bpf_probe_read_kernel(buffer->names + used, length, name);
	buffer->names[NAME_AT(used + length)] = 0;
	if (BPF_CORE_READ(dentry, d_name.name) != name)
		buffer->record.marks |= PV_WIRE_PATH_CUT;
	buffer->record.length = used + length + 1;
}

static long
step(u32 index, struct walk *walk)
{
	struct path_buffer *buffer = walk->buffer;
	struct dentry *dentry = walk->dentry;
	struct mount *mount = walk->mount;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);

	walk->done = true;
	if (!buffer || (dentry == walk->root && mount == walk->root_mount))
		return 1;
	if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
		walk->mount = BPF_CORE_READ(mount, mnt_parent);
		if (walk->mount == mount)
			return 1;
		walk->done = false;
		return 0;
	}
	take_name(walk, buffer);
	/* A memfd belongs to no directory; d_path(9) calls that deleted. */
	if (parent == dentry)
		buffer->record.marks |= PV_WIRE_PATH_DELETED;
	if (parent == dentry || (buffer->record.marks & PV_WIRE_PATH_CUT))
		return 1;
	walk->dentry = parent;
	walk->done = false;
	return 0;
}

static __always_inline bool
is_deleted(struct dentry *dentry)
{
	return !BPF_CORE_READ(dentry, d_hash.pprev) && (BPF_CORE_READ(dentry, d_parent) != dentry);
}

/*
 * Not inlined, and without a pointer that the verifier would follow: it is looked at once, and not
 * three times.
 */
__noinline int
follow(u64 dentry, u64 mnt, u32 buffer_index)
{
	struct path_buffer *buffer = bpf_map_lookup_elem(&path_buffers, &buffer_index);
	struct task_struct *reader = (void *)bpf_get_current_task();
	struct walk walk = {.buffer = buffer};

	if (!buffer)
		return 0;
	walk.dentry = (void *)dentry;
	walk.mount = mount_of((void *)mnt);
	walk.root = BPF_CORE_READ(reader, fs, root.dentry);
	walk.root_mount = mount_of(BPF_CORE_READ(reader, fs, root.mnt));
	if (is_deleted(walk.dentry))
		buffer->record.marks |= PV_WIRE_PATH_DELETED;
	bpf_loop(MAX_STEPS, step, &walk, 0);
	if (!walk.done)
		buffer->record.marks |= PV_WIRE_PATH_CUT;
	return 0;
}
