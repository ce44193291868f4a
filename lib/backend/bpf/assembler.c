/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Instructions of BPF (Documentation/bpf/standardization/instruction-set.rst) into an array.
 *
 * A jump carries the number of its label in the place of its distance until all is written.
 *
 * A search is a tree of comparisons: ten of them tell a thousand values, where one by one would
 * cost a microsecond a file.
 */
#include "backend/bpf/assembler.h"

#include <string.h>

#define NOWHERE	     G_MAXUINT32
#define SCRATCH	     (-512) /* MAX_BPF_STACK */
#define MOST_IN_LINE 3

void
pv_asm_init(PvAssembler *to)
{
	*to = (PvAssembler){.failed = FALSE};
	pv_array_init(&to->code, sizeof(struct bpf_insn));
	pv_array_init(&to->labels, sizeof(guint32));
}

void
pv_asm_clear(PvAssembler *to)
{
	pv_array_clear(&to->code);
	pv_array_clear(&to->labels);
}

static void
add(PvAssembler *to, struct bpf_insn instruction)
{
	struct bpf_insn *room = to->failed ? NULL : pv_array_append(&to->code);

	if (room == NULL)
		to->failed = TRUE;
	else
		*room = instruction;
}

PvLabel
pv_asm_label(PvAssembler *to)
{
	guint32 *room = to->failed ? NULL : pv_array_append(&to->labels);

	/* It has to fit into the place of a distance. */
	if (room == NULL || to->labels.n > G_MAXINT16) {
		to->failed = TRUE;
		return 0;
	}
	*room = NOWHERE;
	return to->labels.n - 1;
}

void
pv_asm_place(PvAssembler *to, PvLabel label)
{
	if (!to->failed)
		*pv_array_at(&to->labels, guint32, label) = to->code.n;
}

static gboolean
is_jump(const struct bpf_insn *instruction)
{
	guint operation = BPF_OP(instruction->code);

	return BPF_CLASS(instruction->code) == BPF_JMP && operation != BPF_CALL &&
	       operation != BPF_EXIT;
}

gboolean
pv_asm_finish(PvAssembler *to)
{
	for (guint i = 0; !to->failed && i < to->code.n; i++) {
		struct bpf_insn *instruction = pv_array_at(&to->code, struct bpf_insn, i);
		gint64 distance;
		guint32 target;

		if (!is_jump(instruction))
			continue;
		target = *pv_array_at(&to->labels, guint32, instruction->off);
		distance = (gint64)target - i - 1;
		to->failed = target == NOWHERE || distance < G_MININT16 || distance > G_MAXINT16;
		instruction->off = distance;
	}
	return !to->failed;
}

void
pv_asm_move(PvAssembler *to, PvRegister into, PvRegister from)
{
	add(to, (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_X,
				  .dst_reg = into,
				  .src_reg = from});
}

void
pv_asm_set(PvAssembler *to, PvRegister into, gint32 value)
{
	add(to,
	    (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = into, .imm = value});
}

/* The one that takes two places; the second has no code. */
void
pv_asm_set_long(PvAssembler *to, PvRegister into, guint64 value)
{
	add(to, (struct bpf_insn){.code = BPF_LD | BPF_IMM | BPF_DW,
				  .dst_reg = into,
				  .imm = (gint32)(guint32)value});
	add(to, (struct bpf_insn){.imm = (gint32)(value >> 32)});
}

void
pv_asm_add(PvAssembler *to, PvRegister into, gint32 value)
{
	add(to,
	    (struct bpf_insn){.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = into, .imm = value});
}

void
pv_asm_or(PvAssembler *to, PvRegister into, gint32 value)
{
	add(to,
	    (struct bpf_insn){.code = BPF_ALU64 | BPF_OR | BPF_K, .dst_reg = into, .imm = value});
}

void
pv_asm_order16(PvAssembler *to, PvRegister into)
{
	add(to,
	    (struct bpf_insn){.code = BPF_ALU | BPF_END | BPF_TO_BE, .dst_reg = into, .imm = 16});
}

static guint
size_of(PvAssembler *to, guint bytes)
{
	switch (bytes) {
	case 1:
		return BPF_B;
	case 2:
		return BPF_H;
	case 4:
		return BPF_W;
	case 8:
		return BPF_DW;
	}
	to->failed = TRUE;
	return 0;
}

void
pv_asm_load(PvAssembler *to, guint bytes, PvRegister into, PvRegister at, gint16 offset)
{
	add(to, (struct bpf_insn){.code = BPF_LDX | BPF_MEM | size_of(to, bytes),
				  .dst_reg = into,
				  .src_reg = at,
				  .off = offset});
}

void
pv_asm_store(PvAssembler *to, guint bytes, PvRegister at, gint16 offset, PvRegister from)
{
	add(to, (struct bpf_insn){.code = BPF_STX | BPF_MEM | size_of(to, bytes),
				  .dst_reg = at,
				  .src_reg = from,
				  .off = offset});
}

void
pv_asm_call(PvAssembler *to, gint32 function)
{
	add(to, (struct bpf_insn){.code = BPF_JMP | BPF_CALL, .imm = function});
}

void
pv_asm_call_kernel(PvAssembler *to, guint32 id)
{
	add(to, (struct bpf_insn){.code = BPF_JMP | BPF_CALL,
				  .src_reg = BPF_PSEUDO_KFUNC_CALL,
				  .imm = (gint32)id});
}

void
pv_asm_return(PvAssembler *to)
{
	pv_asm_set(to, R0, 0);
	add(to, (struct bpf_insn){.code = BPF_JMP | BPF_EXIT});
}

void
pv_asm_jump(PvAssembler *to, PvLabel label)
{
	add(to, (struct bpf_insn){.code = BPF_JMP | BPF_JA, .off = (gint16)label});
}

void
pv_asm_jump_if(PvAssembler *to, PvRegister one, PvCondition when, gint32 value, PvLabel label)
{
	add(to, (struct bpf_insn){.code = BPF_JMP | when | BPF_K,
				  .dst_reg = one,
				  .off = (gint16)label,
				  .imm = value});
}

void
pv_asm_jump_if_both(PvAssembler *to, PvRegister one, PvCondition when, PvRegister other,
		    PvLabel label)
{
	add(to, (struct bpf_insn){.code = BPF_JMP | when | BPF_X,
				  .dst_reg = one,
				  .src_reg = other,
				  .off = (gint16)label});
}

void
pv_asm_probe_to(PvAssembler *to, gint16 stack, guint bytes, PvRegister at, gint32 offset)
{
	pv_asm_move(to, R3, at);
	if (offset != 0)
		pv_asm_add(to, R3, offset);
	pv_asm_move(to, R1, FP);
	pv_asm_add(to, R1, stack);
	pv_asm_set(to, R2, (gint32)bytes);
	pv_asm_call(to, BPF_FUNC_probe_read_kernel);
}

void
pv_asm_probe(PvAssembler *to, PvRegister into, guint bytes, PvRegister at, gint32 offset)
{
	pv_asm_probe_to(to, SCRATCH, bytes, at, offset);
	pv_asm_load(to, bytes, into, FP, SCRATCH);
}

static void
search_in_line(PvAssembler *to, const guint64 *values, guint n, PvLabel found, PvLabel missed)
{
	for (guint i = 0; i < n; i++) {
		pv_asm_set_long(to, R2, values[i]);
		pv_asm_jump_if_both(to, R1, WHEN_EQUAL, R2, found);
	}
	pv_asm_jump(to, missed);
}

void
pv_asm_search(PvAssembler *to, const guint64 *values, guint n, PvLabel found, PvLabel missed)
{
	guint half = n / 2;
	PvLabel upper;

	if (n <= MOST_IN_LINE)
		return search_in_line(to, values, n, found, missed);
	upper = pv_asm_label(to);
	pv_asm_set_long(to, R2, values[half]);
	pv_asm_jump_if_both(to, R1, WHEN_EQUAL, R2, found);
	pv_asm_jump_if_both(to, R1, WHEN_GREATER, R2, upper);
	pv_asm_search(to, values, half, found, missed);
	pv_asm_place(to, upper);
	pv_asm_search(to, values + half + 1, n - half - 1, found, missed);
}

/* The loader puts the map in the place of its descriptor. */
void
pv_asm_look_up(PvAssembler *to, int map, PvLabel found, PvLabel missed)
{
	pv_asm_store(to, 8, FP, SCRATCH, R1);
	add(to, (struct bpf_insn){.code = BPF_LD | BPF_IMM | BPF_DW,
				  .dst_reg = R1,
				  .src_reg = BPF_PSEUDO_MAP_FD,
				  .imm = map});
	add(to, (struct bpf_insn){0});
	pv_asm_move(to, R2, FP);
	pv_asm_add(to, R2, SCRATCH);
	pv_asm_call(to, BPF_FUNC_map_lookup_elem);
	pv_asm_jump_if(to, R0, WHEN_OTHER, 0, found);
	pv_asm_jump(to, missed);
}
