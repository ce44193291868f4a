/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What is registered, watched and locked; included by kernel-detail-types.h, whose types they need.
 */
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mutex {
	atomic_long_t owner;
};

struct eventpoll {
	struct mutex mtx;
	struct rb_root_cached rbr;
	struct epitem *ovflist;
};

struct epoll_filefd {
	struct file *file;
	int fd;
};

struct epoll_event {
	u32 events;
	u64 data;
};

struct epitem {
	struct rb_node rbn;
	struct epoll_filefd ffd;
	struct epoll_event event;
};

struct fanotify_group_private_data {
	int flags;
	int f_flags;
};

struct fsnotify_group {
	struct list_head marks_list;
	struct fanotify_group_private_data fanotify_data;
};

struct fsnotify_mark_connector {
	u8 type;
	u8 prio; /* 6.10: from then on obj is the object itself */
	void *obj;
};

struct fsnotify_mark_connector___until_6_9 {
	u16 type;
	void *obj; /* the pointer in the object that leads here */
};

struct inode___marked {
	void *i_fsnotify_marks;
};

struct super_block___marked {
	void *s_fsnotify_marks;
};

struct mount___marked {
	void *mnt_fsnotify_marks;
};

struct fsnotify_mark {
	u32 mask;
	struct list_head g_list;
	struct fsnotify_mark_connector *connector;
	u32 ignore_mask; /* 6.0 */
	unsigned int flags;
};

struct inotify_inode_mark {
	struct fsnotify_mark fsn_mark;
	int wd;
};

struct file_lock_context {
	struct list_head flc_flock;
	struct list_head flc_posix;
	struct list_head flc_lease;
};

struct file_lock_core {
	struct list_head flc_list;
	void *flc_owner;
	unsigned int flc_flags;
	u8 flc_type;
	int flc_pid;
	struct file *flc_file;
};

struct file_lock {
	struct file_lock_core c; /* 6.9 */
	s64 fl_start;
	s64 fl_end;
};

struct file_lock___until_6_8 {
	struct list_head fl_list;
	void *fl_owner;
	unsigned int fl_flags;
	u8 fl_type;
	unsigned int fl_pid;
	struct file *fl_file;
	s64 fl_start;
	s64 fl_end;
};

#pragma clang attribute pop
