// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task: executable, working directory and root of processes, name by name.
 *
 * bpf_d_path() would take them, but nothing pins what they lead to: a chdir(2) or exit(2) on
 * another processor may free it meanwhile. So the dentries are followed here, from the last name
 * up, by loads that cannot fault, within one RCU section: what is freed while it lasts keeps its
 * memory. That the task has the same mm, file or directory when the end is reached tells that it
 * was all there from the beginning. d_path(9) does the same walk, and as there the names are those
 * on the way to the reader's root.
 *
 * What it cannot see: that a directory on the way was renamed meanwhile.
 */
#include "common.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

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

/* Where a path begins: read as numbers, to be compared when it has been followed. */
struct start {
	u64 holder; /* mm, or fs */
	u64 dentry;
	u64 mnt;
};

static __always_inline void
find_start(struct task_struct *task, u32 what, struct start *start)
{
	struct mm_struct *mm;
	struct fs_struct *fs;

	if (what == PV_WIRE_EXE) {
		mm = BPF_CORE_READ(task, mm);
		start->holder = (u64)mm;
		start->dentry = (u64)BPF_CORE_READ(mm, exe_file, f_path.dentry);
		start->mnt = (u64)BPF_CORE_READ(mm, exe_file, f_path.mnt);
		return;
	}
	fs = BPF_CORE_READ(task, fs);
	start->holder = (u64)fs;
	start->dentry = what == PV_WIRE_ROOT ? (u64)BPF_CORE_READ(fs, root.dentry)
					     : (u64)BPF_CORE_READ(fs, pwd.dentry);
	start->mnt = what == PV_WIRE_ROOT ? (u64)BPF_CORE_READ(fs, root.mnt)
					  : (u64)BPF_CORE_READ(fs, pwd.mnt);
}

static __always_inline void
show(struct seq_file *seq, struct task_struct *task, u32 what, struct path_buffer *buffer,
     u32 buffer_index)
{
	struct pv_wire_path *record = &buffer->record;
	struct start before = {};
	struct start after = {};
	u64 size;

	record->what = what;
	record->marks = 0;
	record->length = 0;
	find_start(task, what, &before);
	if (!before.holder || !before.dentry)
		record->marks = PV_WIRE_PATH_ABSENT;
	else
		follow(before.dentry, before.mnt, buffer_index);
	find_start(task, what, &after);
	if (after.holder != before.holder || after.dentry != before.dentry ||
	    after.mnt != before.mnt)
		record->marks |= PV_WIRE_PATH_CUT;
	size = sizeof(*record) + ((record->length + 7) & ~7ULL);
	record->size = size;
	barrier_var(size);
	if (size <= sizeof(*record) + PATH_BYTES)
		bpf_seq_write(seq, record, size);
}

SEC("iter/task")
int
places(struct bpf_iter__task *ctx)
{
	struct task_struct *shown = given(ctx->task);
	struct path_buffer *buffer;
	struct task_struct *task;
	struct reader reader;
	u32 index;

	if (!shown)
		return 0;
	task = plain(task_struct, shown);
	if (task->pid != task->tgid)
		return 0;
	find_reader(&reader);
	buffer = take_buffer(path_buffers, &index);
	if (!buffer)
		return 0;
	buffer->record.tid = tid_for(&reader, task);
	buffer->record.start_time = start_time(task);
	for (u32 what = PV_WIRE_EXE; what <= PV_WIRE_ROOT; what++)
		show(ctx->meta->seq, task, what, buffer, index);
	give_back(&buffer->busy);
	return 0;
}
