/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What inotify and fanotify watch: the marks of their group.
 */
#pragma once

#include "list.bpf.h"

enum {
	OBJECT_INODE = 0, /* FSNOTIFY_OBJ_TYPE_*, as they are since 6.0 */
	OBJECT_MOUNT = 1,
	OBJECT_FILE_SYSTEM = 2,
};

static __always_inline void
take_object(u32 type, void *object, struct pv_wire_mark *record)
{
	struct inode *inode = object;
	struct super_block *sb = object;
	struct mount *mount = object;

	record->type = type;
	record->ino = 0;
	record->dev = 0;
	record->mount_id = 0;
	if (!object)
		return;
	if (type == OBJECT_INODE) {
		record->ino = BPF_CORE_READ(inode, i_ino);
		record->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	} else if (type == OBJECT_MOUNT) {
		record->mount_id = BPF_CORE_READ(mount, mnt_id);
	} else if (type == OBJECT_FILE_SYSTEM) {
		record->dev = BPF_CORE_READ(sb, s_dev);
	}
}

/* Before 6.10 it is the place in the object that leads back to the connector. */
static __always_inline void *
marked_object(struct fsnotify_mark_connector *connector, u32 type)
{
	void *object = BPF_CORE_READ(connector, obj);

	if (object && bpf_core_field_exists(struct fsnotify_mark_connector, prio))
		return type == OBJECT_MOUNT ? holder(object, mount, mnt) : object;
	if (!object)
		return NULL;
	if (type == OBJECT_INODE)
		return holder(object, inode___marked, i_fsnotify_marks);
	if (type == OBJECT_MOUNT)
		return holder(object, mount___marked, mnt_fsnotify_marks);
	return bpf_core_field_exists(struct super_block___marked, s_fsnotify_marks)
		       ? holder(object, super_block___marked, s_fsnotify_marks)
		       : NULL;
}

static __always_inline u32
type_of(struct fsnotify_mark_connector *connector)
{
	struct fsnotify_mark_connector___until_6_9 *old = (void *)connector;

	return bpf_core_field_exists(struct fsnotify_mark_connector, prio)
		       ? BPF_CORE_READ(connector, type)
		       : BPF_CORE_READ(old, type);
}

__noinline int
put_mark(u64 address, u32 index, u32 inotify)
{
	struct detail_buffer *buffer = details_at(index);
	struct pv_wire_mark *record = buffer ? next_record(buffer) : NULL;
	struct fsnotify_mark *mark = (void *)address;
	struct inotify_inode_mark *watch = holder(mark, inotify_inode_mark, fsn_mark);
	struct fsnotify_mark_connector *connector;
	u32 type;

	if (!record)
		return 1;
	connector = BPF_CORE_READ(mark, connector);
	/* It is being removed. */
	if (!connector)
		return 0;
	type = type_of(connector);
	take_object(type, marked_object(connector, type), record);
	record->mask = BPF_CORE_READ(mark, mask);
	record->ignored_mask = BPF_CORE_READ(mark, ignore_mask);
	record->flags = BPF_CORE_READ(mark, flags);
	record->wd = inotify ? BPF_CORE_READ(watch, wd) : -1;
	keep_record(buffer, &record->head, PV_WIRE_MARK, sizeof(*record));
	return 0;
}

static long
walk_marks(u32 step, struct list_walk *walk)
{
	struct list_head *entry = advance(walk);

	if (!entry)
		return 1;
	return ends_loop(
		put_mark((u64)holder(entry, fsnotify_mark, g_list), walk->index, walk->what));
}

__noinline int
tell_marks(u64 address, u32 index, u32 inotify)
{
	struct detail_buffer *buffer = details_at(index);
	struct fsnotify_group *group = (void *)address;
	struct list_walk walk = {.index = index, .what = inotify};
	u64 began;

	if (!buffer || !bpf_core_type_exists(struct fsnotify_group))
		return 0;
	began = buffer->used;
	walk.head = walk.entry = behind(group, fsnotify_group, marks_list);
	bpf_loop(MAX_ENTRIES, walk_marks, &walk, 0);
	if (!walk.done)
		cut_list(buffer, began, PV_WIRE_MARK);
	return 0;
}
