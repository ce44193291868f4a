// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task_vma: the ranges of addresses that files are mapped to.
 *
 * The iterator holds the lock of the memory while a program looks at a range, so the file is pinned
 * and bpf_d_path() may follow it. On overlayfs, and others that are made of layers, it is a file of
 * the layer since 6.5, which knows the path that the user opened: that one is followed name by name
 * (walk.bpf.h), as /proc/PID/maps shows it too.
 *
 * What it cannot see: what is mapped while it goes by. The iterator lets the lock go now and then.
 */
#include "walk.bpf.h"
#include "wire-places.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

enum {
	VM_READ = 1 << 0,
	VM_WRITE = 1 << 1,
	VM_EXEC = 1 << 2,
	VM_MAYSHARE = 1 << 7,
	FMODE_BACKING = 1 << 24 | 1 << 25, /* the one since 6.14, the other before */
};

struct file___mode {
	u32 f_mode;
} __attribute__((preserve_access_index));

/* Since 6.5; the path is that of the user since 6.6, and before it is f_path. */
struct backing_file {
	struct file file;
	struct path user_path;
} __attribute__((preserve_access_index));

struct dentry___inode {
	struct inode *d_inode;
	struct super_block *d_sb;
} __attribute__((preserve_access_index));

struct vfsmount___block {
	struct super_block *mnt_sb;
} __attribute__((preserve_access_index));

struct vm_area_struct___range {
	unsigned long vm_start;
	unsigned long vm_end;
	unsigned long vm_flags;
	struct mm_struct *vm_mm;
	struct file *vm_file;
} __attribute__((preserve_access_index));

struct bpf_iter__task_vma {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	struct vm_area_struct *vma;
} __attribute__((preserve_access_index));

struct text_buffer {
	u32 busy;
	u32 reserved;
	char path[PATH_BYTES];
};

struct {
	u32 (*type)[BPF_MAP_TYPE_ARRAY];
	u32 (*max_entries)[N_BUFFERS];
	u32 *key;
	struct text_buffer *value;
} text_buffers SEC(".maps");

static __always_inline void
take_range(struct vm_area_struct *vma, struct pv_wire_vma *record)
{
	struct vm_area_struct___range *range = (void *)vma;
	u64 flags = BPF_CORE_READ(range, vm_flags);

	record->mm = (u64)BPF_CORE_READ(range, vm_mm);
	record->bytes = BPF_CORE_READ(range, vm_end) - BPF_CORE_READ(range, vm_start);
	record->flags = (flags & VM_READ ? PV_WIRE_VMA_READ : 0) |
			(flags & VM_WRITE ? PV_WIRE_VMA_WRITE : 0) |
			(flags & VM_EXEC ? PV_WIRE_VMA_EXECUTE : 0) |
			(flags & VM_MAYSHARE ? PV_WIRE_VMA_SHARED : 0);
}

static __always_inline void
take_inode(struct inode *inode, struct pv_wire_vma *record)
{
	record->ino = BPF_CORE_READ(inode, i_ino);
	record->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	if (BPF_CORE_READ(inode, i_nlink) == 0)
		record->marks |= PV_WIRE_VMA_UNLINKED;
}

/*
 * The mark has changed its bit, and other files have the one that was left; so what would be the
 * path must be one. A load from behind an ordinary file yields anything, but no fault.
 */
static __always_inline bool
is_backing(struct file *file)
{
	struct backing_file *backing = (void *)file;
	struct file___mode *mode = (void *)file;
	struct vfsmount___block *mnt;
	struct super_block *block;
	struct dentry___inode *dentry;

	if (!bpf_core_field_exists(struct backing_file, user_path) ||
	    !(BPF_CORE_READ(mode, f_mode) & FMODE_BACKING))
		return false;
	mnt = (void *)BPF_CORE_READ(backing, user_path.mnt);
	dentry = (void *)BPF_CORE_READ(backing, user_path.dentry);
	block = BPF_CORE_READ(mnt, mnt_sb);
	return block && block == BPF_CORE_READ(dentry, d_sb);
}

static __always_inline void
write_names(struct seq_file *seq, struct file *file, struct pv_wire_vma *record)
{
	struct backing_file *backing = (void *)file;
	struct dentry___inode *dentry = (void *)BPF_CORE_READ(backing, user_path.dentry);
	struct path_buffer *buffer;
	u64 length;
	u32 index;

	take_inode(BPF_CORE_READ(dentry, d_inode), record);
	buffer = take_buffer(path_buffers, &index);
	if (!buffer)
		return;
	buffer->record.marks = 0;
	buffer->record.length = 0;
	follow((u64)dentry, (u64)BPF_CORE_READ(backing, user_path.mnt), index);
	length = (buffer->record.length + 7) & ~7ULL;
	barrier_var(length);
	if (length <= PATH_BYTES) {
		record->marks |= PV_WIRE_VMA_NAMES | buffer->record.marks;
		record->length = buffer->record.length;
		record->size = sizeof(*record) + length;
		bpf_seq_write(seq, record, sizeof(*record));
		if (length > 0)
			bpf_seq_write(seq, buffer->names, length);
	}
	give_back(&buffer->busy);
}

static __always_inline void
write_path(struct seq_file *seq, struct file *file, struct pv_wire_vma *record)
{
	struct text_buffer *buffer;
	long with_nul;
	u64 length;
	u32 index;

	take_inode(BPF_CORE_READ(file, f_inode), record);
	buffer = take_buffer(text_buffers, &index);
	if (!buffer)
		return;
	with_nul = bpf_d_path(&file->f_path, buffer->path, PATH_BYTES);
	if (with_nul <= 0) {
		record->marks |= PV_WIRE_PATH_CUT;
		with_nul = 1;
	}
	record->length = with_nul - 1;
	length = (record->length + 7) & ~7ULL;
	barrier_var(length);
	if (length <= PATH_BYTES) {
		record->size = sizeof(*record) + length;
		bpf_seq_write(seq, record, sizeof(*record));
		if (length > 0)
			bpf_seq_write(seq, buffer->path, length);
	}
	give_back(&buffer->busy);
}

SEC("iter/task_vma")
int
vmas(struct bpf_iter__task_vma *ctx)
{
	struct task_struct *shown = given(ctx->task);
	struct vm_area_struct *vma = given(ctx->vma);
	struct pv_wire_vma record = {};
	struct reader reader;
	struct file *file;

	if (!shown || !vma)
		return 0;
	file = vma->vm_file;
	if (!file)
		return 0;
	find_reader(&reader);
	record.tid = tid_for(&reader, plain(task_struct, shown));
	take_range(vma, &record);
	if (is_backing(file))
		write_names(ctx->meta->seq, file, &record);
	else
		write_path(ctx->meta->seq, file, &record);
	return 0;
}
