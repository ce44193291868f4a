/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What epoll waits for: a tree. It is walked in order, as fdinfo does.
 *
 * Whoever changes the tree holds its mutex, and so does epoll_wait(2) while it hands out events,
 * which changes nothing; ovflist tells that from the other. It may hold it for long: until the
 * memory that the events go to is there, or a dead server answers. fdinfo would wait for that.
 *
 * What it cannot see: a change that begins and ends within the few microseconds of a walk.
 */
#pragma once

#include "detail.bpf.h"

enum {
	MAX_STEPS_OF_TREE = 8192,
	GOING_LEFT = 0,
	AT_NODE = 1,
	GOING_UP = 2,
};

#define EP_UNACTIVE_PTR ((void *)-1L)

/* Who has the mutex, and whether the tree stays as it is meanwhile. */
struct set_state {
	u64 owner;
	bool quiet;
};

struct tree_walk {
	struct rb_node *node;
	u32 index;
	u32 mode;
	bool done;
};

/* Functions of their own: the verifier looks at each once. Not 0: there is no room. */
__noinline int
put_target(u64 address, u32 index)
{
	struct detail_buffer *buffer = details_at(index);
	struct pv_wire_registration *record = buffer ? next_record(buffer) : NULL;
	struct epitem *item = (void *)address;
	struct file *file = BPF_CORE_READ(item, ffd.file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (!record)
		return 1;
	record->fd = BPF_CORE_READ(item, ffd.fd);
	record->events = BPF_CORE_READ(item, event.events);
	record->data = BPF_CORE_READ(item, event.data);
	record->file = (u64)file;
	record->ino = BPF_CORE_READ(inode, i_ino);
	record->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	keep_record(buffer, &record->head, PV_WIRE_REGISTRATION, sizeof(*record));
	return 0;
}

/* In order, from the leftmost on; one move at a time. */
static long
walk_tree(u32 index, struct tree_walk *walk)
{
	struct rb_node *node = walk->node;
	struct rb_node *next;

	if (!node) {
		walk->done = true;
		return 1;
	}
	if (walk->mode == AT_NODE) {
		if (put_target((u64)holder(node, epitem, rbn), walk->index))
			return 1;
		next = BPF_CORE_READ(node, rb_right);
		walk->mode = next ? GOING_LEFT : GOING_UP;
		if (next)
			walk->node = next;
	} else if (walk->mode == GOING_LEFT) {
		next = BPF_CORE_READ(node, rb_left);
		if (next)
			walk->node = next;
		else
			walk->mode = AT_NODE;
	} else {
		next = (void *)(BPF_CORE_READ(node, __rb_parent_color) & ~3UL);
		if (!next || BPF_CORE_READ(next, rb_right) != node)
			walk->mode = AT_NODE;
		walk->node = next;
	}
	return 0;
}

static __always_inline void
look_at(struct eventpoll *set, struct set_state *state)
{
	state->owner = BPF_CORE_READ(set, mtx.owner.counter) & ~7UL;
	state->quiet = !state->owner || BPF_CORE_READ(set, ovflist) != EP_UNACTIVE_PTR;
}

/* Who changes a tree does not sleep over it, as a rule. */
static __always_inline u32
mark_of(u64 owner)
{
	struct task_struct *task = (void *)owner;

	return task && BPF_CORE_READ(task, __state) ? PV_WIRE_LIST_LOCKED : 0;
}

/* A function of its own: the verifier looks at it once. */
__noinline int
tell_targets(u64 address, u32 index)
{
	struct detail_buffer *buffer = details_at(index);
	struct eventpoll *set = (void *)address;
	struct tree_walk walk = {.index = index};
	struct set_state before;
	struct set_state after;
	u64 began;

	if (!buffer)
		return 0;
	began = buffer->used;
	look_at(set, &before);
	walk.mode = GOING_LEFT + opaque_zero(buffer);
	walk.node = BPF_CORE_READ(set, rbr.rb_root.rb_node);
	bpf_loop(MAX_STEPS_OF_TREE, walk_tree, &walk, 0);
	look_at(set, &after);
	if (!walk.done || !before.quiet || !after.quiet || before.owner != after.owner)
		cut_list(buffer, began, PV_WIRE_REGISTRATION | mark_of(after.owner));
	return 0;
}
