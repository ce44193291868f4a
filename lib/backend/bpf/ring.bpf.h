/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * Files that are registered with an io_uring: its table, as it is since 6.13, and as it was before.
 */
#pragma once

#include "held.bpf.h"

enum {
	MAX_FIXED_FILES = 65536,
};

static long
walk_slots(u32 slot, struct held_walk *walk)
{
	unsigned long file = 0;
	struct io_rsrc_node *node = NULL;

	if (slot >= walk->n_files)
		return 0;
	if (bpf_core_field_exists(struct io_rsrc_data, nodes)) {
		bpf_probe_read_kernel(&node, sizeof(node), walk->slots + slot * sizeof(node));
		if (node)
			file = BPF_CORE_READ(node, file_ptr);
	} else {
		bpf_probe_read_kernel(&file, sizeof(file), walk->slots + slot * sizeof(file));
	}
	/* Marks of the ring's own lie in the lowest bits. */
	file &= ~7UL;
	return file ? ends_loop(put_held(file, walk->index, true, slot)) : 0;
}

/* Of a ring. */
__noinline int
tell_slots(u64 address, u32 index)
{
	struct detail_buffer *buffer = details_at(index);
	struct file___more *file = (void *)address;
	struct io_ring_ctx *ring = BPF_CORE_READ(file, private_data);
	struct io_ring_ctx___until_6_12 *old = (void *)ring;
	struct held_walk walk = {.index = index};
	u64 began;
	u32 n;

	if (!buffer || !ring)
		return 0;
	began = buffer->used;
	if (bpf_core_field_exists(struct io_rsrc_data, nodes)) {
		n = BPF_CORE_READ(ring, file_table.data.nr);
		walk.slots = BPF_CORE_READ(ring, file_table.data.nodes);
	} else if (bpf_core_field_exists(struct io_ring_ctx___until_6_12, nr_user_files)) {
		n = BPF_CORE_READ(old, nr_user_files);
		walk.slots = BPF_CORE_READ(old, file_table.files);
	} else {
		return 0;
	}
	walk.n_files = n;
	if (n == 0)
		return 0;
	/* The slots that were looked at, with the one at which it ended: the last is not to be told. */
	if (n > MAX_FIXED_FILES || bpf_loop(n + 1, walk_slots, &walk, 0) <= n)
		cut_list(buffer, began, PV_WIRE_HELD);
	return 0;
}
