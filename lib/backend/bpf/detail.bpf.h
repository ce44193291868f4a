/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What the parts of the detailed pass have in common: the buffer that they put their records into.
 * It lies beside the buffer of the file's own record, and whoever has taken that has this one too.
 *
 * All of what is told of one file must fit into the iterator's buffer, of 32 KiB, together with the
 * file's record and its path.
 */
#pragma once

#include "file.bpf.h"
#include "kernel-detail-types.h"
#include "wire-detail.h"

#define DETAIL_BYTES   32768 /* a power of two: places in it are masked, and so known to be in it */
#define DETAIL_LIMIT   27648
#define DETAIL_MAX_ONE 512
#define DETAIL_SLACK   8192 /* behind the last place, so that what is begun there is in it too */

/* Of a structure that many members are read of: one load is cheaper than thirty. A power of two. */
#define COPY_BYTES 2048

struct detail_buffer {
	u64 used; /* where the next record begins */
	u64 zero; /* always 0, which the verifier does not know: see opaque_zero() */
	char copy[COPY_BYTES + 16];
	char bytes[DETAIL_BYTES + DETAIL_SLACK];
};

struct {
	u32 (*type)[BPF_MAP_TYPE_ARRAY];
	u32 (*max_entries)[N_BUFFERS];
	u32 *key;
	struct detail_buffer *value;
} detail_buffers SEC(".maps");

static __always_inline struct detail_buffer *
details_at(u32 index)
{
	return bpf_map_lookup_elem(&detail_buffers, &index);
}

/*
 * What a callback of bpf_loop() branches on must not begin as a constant. Up to 6.6 the verifier
 * looks at the callback once, with what is there before the first step; what is not reached then is
 * taken out of the program as dead.
 */
static __always_inline u32
opaque_zero(struct detail_buffer *buffer)
{
	return buffer->zero;
}

/*
 * A callback of bpf_loop() returns 0 or 1, and the verifier has to see that. It does not know what a
 * function returns that is not inlined; the compiler may know it too well to compare.
 */
static __always_inline long
ends_loop(int answer)
{
	barrier_var(answer);
	return answer != 0;
}

/* NULL: there is no room. */
static __always_inline void *
next_record(struct detail_buffer *buffer)
{
	u64 used = buffer->used;

	if (used > DETAIL_LIMIT - DETAIL_MAX_ONE)
		return NULL;
	return buffer->bytes + (used & (DETAIL_BYTES - 8));
}

/* The record is done: the next one begins behind it. */
static __always_inline void
keep_record(struct detail_buffer *buffer, u32 *head, u32 sort, u32 size)
{
	*head = PV_WIRE_HEAD(sort, size);
	buffer->used += size;
}

/* Functions of their own, which take numbers: the verifier looks at each once. */
__noinline int
put_fact(u32 index, u32 fact, u64 value)
{
	struct detail_buffer *buffer = details_at(index);
	struct pv_wire_fact *record = buffer ? next_record(buffer) : NULL;

	if (!record)
		return 0;
	record->fact = fact;
	record->value = value;
	keep_record(buffer, &record->head, PV_WIRE_FACT, sizeof(*record));
	return 0;
}

/* Text up to its NUL, or as much of it as there is room for. */
__noinline int
put_text(u32 index, u32 fact, u64 text)
{
	struct detail_buffer *buffer = details_at(index);
	struct pv_wire_text *record = buffer ? next_record(buffer) : NULL;
	long length;

	if (!record)
		return 0;
	length = bpf_probe_read_kernel_str(record + 1, PV_WIRE_MAX_TEXT, (void *)text);
	if (length <= 1 || length > PV_WIRE_MAX_TEXT)
		return 0;
	record->fact = fact;
	record->length = length - 1;
	record->reserved = 0;
	keep_record(buffer, &record->head, PV_WIRE_TEXT,
		    sizeof(*record) + ((record->length + 7) & ~7U));
	return 0;
}

/* The list that began there cannot be told: none of it is. There is always room to say so. */
static __always_inline void
cut_list(struct detail_buffer *buffer, u64 began, u32 sort)
{
	struct pv_wire_list_cut *record;

	buffer->used = began;
	if (began > DETAIL_LIMIT)
		return;
	record = (void *)buffer->bytes + (began & (DETAIL_BYTES - 8));
	record->sort = sort;
	keep_record(buffer, &record->head, PV_WIRE_LIST_CUT, sizeof(*record));
}

/* From a structure to its member, and back. */
#define behind(pointer, type, member)                                                              \
	((void *)(pointer) + bpf_core_field_offset(struct type, member))
#define holder(pointer, type, member) ((void *)(pointer)-bpf_core_field_offset(struct type, member))

/* Members of what was copied, as the kernel has them; what lies beyond the copy must not be asked. */
#define copied(buffer, type, member)                                                               \
	(*(typeof(((struct type *)0)->member) *)((buffer)->copy +                                  \
						 (bpf_core_field_offset(struct type, member) &     \
						  (COPY_BYTES - 1))))
