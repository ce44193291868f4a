/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * Those of the kernel's structures that the detailed pass reads beyond what all passes do. A pointer
 * that leads to one of them is read as a number and followed by loads that cannot fault, so most
 * members are here for their place alone.
 */
#pragma once

#include "kernel-types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

struct rb_node {
	unsigned long __rb_parent_color;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

/* More of what kernel-file-types.h has; the loader takes them for the same. */
struct file___more {
	void *private_data;
};

struct inode___more {
	struct pipe_inode_info *i_pipe;
	struct file_lock_context *i_flctx;
	void *i_private;
};

struct dentry___more {
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct hlist_head {
	void *first;
};

struct pid___more {
	struct hlist_head tasks[1];
};

struct ns_common___more {
	u32 ns_type; /* 6.18 */
};

#pragma clang attribute pop

#include "kernel-kind-types.h"
#include "kernel-list-types.h"
#include "kernel-socket-types.h"
