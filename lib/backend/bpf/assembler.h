/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Instructions of BPF, written down one by one, so that the text of a program reads as a listing.
 *
 * R6 to R9 survive calls, the others do not. Every pv_asm_probe() calls.
 */
#pragma once

#include <linux/bpf.h>

#include "core/array.h"

typedef enum {
	R0,
	R1,
	R2,
	R3,
	R4,
	R5,
	R6,
	R7,
	R8,
	R9,
	FP,
} PvRegister;

typedef enum {
	WHEN_EQUAL = BPF_JEQ,
	WHEN_OTHER = BPF_JNE,
	WHEN_GREATER = BPF_JGT,	 /* without a sign */
	WHEN_ANY_BIT = BPF_JSET, /* of those */
} PvCondition;

/* Where a jump goes; it may be placed before or after it. */
typedef guint PvLabel;

/* Once something was wrong, or memory ran out, nothing is added any more, and finishing fails. */
typedef struct {
	PvArray code;	/* struct bpf_insn */
	PvArray labels; /* guint32 */
	gboolean failed;
} PvAssembler;

void pv_asm_init(PvAssembler *to);
void pv_asm_clear(PvAssembler *to);
/*
 * Jumps are given their distances. FALSE: one is too far, or leads nowhere, or there was no memory.
 */
gboolean pv_asm_finish(PvAssembler *to);

PvLabel pv_asm_label(PvAssembler *to);
void pv_asm_place(PvAssembler *to, PvLabel label);

void pv_asm_move(PvAssembler *to, PvRegister into, PvRegister from);
void pv_asm_set(PvAssembler *to, PvRegister into, gint32 value);
void pv_asm_set_long(PvAssembler *to, PvRegister into, guint64 value);
void pv_asm_add(PvAssembler *to, PvRegister into, gint32 value);
void pv_asm_or(PvAssembler *to, PvRegister into, gint32 value);
/* From network to host order. */
void pv_asm_order16(PvAssembler *to, PvRegister into);
/* 1, 2, 4 or 8 bytes at a pointer that the verifier knows. */
void pv_asm_load(PvAssembler *to, guint bytes, PvRegister into, PvRegister at, gint16 offset);
void pv_asm_store(PvAssembler *to, guint bytes, PvRegister at, gint16 offset, PvRegister from);
void pv_asm_call(PvAssembler *to, gint32 function);
/* A function of the kernel's own, by its number in BTF (5.13). */
void pv_asm_call_kernel(PvAssembler *to, guint32 id);
void pv_asm_return(PvAssembler *to); /* 0 */
void pv_asm_jump(PvAssembler *to, PvLabel label);
void pv_asm_jump_if(PvAssembler *to, PvRegister one, PvCondition when, gint32 value, PvLabel label);
void pv_asm_jump_if_both(PvAssembler *to, PvRegister one, PvCondition when, PvRegister other,
			 PvLabel label);

/* What is at any address, to the stack; 0 where nothing is. */
void pv_asm_probe_to(PvAssembler *to, gint16 stack, guint bytes, PvRegister at, gint32 offset);
/*
 * The same, 1, 2, 4 or 8 bytes, into a register, by way of the eight bytes at the stack's very end.
 */
void pv_asm_probe(PvAssembler *to, PvRegister into, guint bytes, PvRegister at, gint32 offset);
/* Is R1 one of those? They are sorted; R2 is used. */
void pv_asm_search(PvAssembler *to, const guint64 *values, guint n, PvLabel found, PvLabel missed);
/* The same, in a map with such keys, by way of the stack's very end. */
void pv_asm_look_up(PvAssembler *to, int map, PvLabel found, PvLabel missed);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvAssembler, pv_asm_clear)
