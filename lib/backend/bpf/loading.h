/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What all loading of programs has in common.
 */
#pragma once

#include <glib.h>
#include <signal.h>

#include "backend/bpf/assembler.h"

#define PV_BPF_LOG_BYTES 65536
/* Beside signals, work that the kernel has for the thread lets the verifier give up (EAGAIN). */
#define PV_BPF_MAX_ATTEMPTS 5

/*
 * The verifier gives up when a signal is waiting for the thread that loads (EAGAIN), and a timer of
 * the caller's may be faster than any program is verified. Nor shall a thread of ours handle one.
 */
void pv_bpf_hold_signals(sigset_t *before);
void pv_bpf_release_signals(const sigset_t *before);

/* Newly allocated: the verifier's last words, from its log. */
char *pv_bpf_last_complaint(const char *log);

/*
 * A program for the iterator whose function in the kernel has that number in BTF. Its descriptor,
 * or -1; why is newly allocated then. Signals should be held.
 */
int pv_bpf_load_iterator(const PvAssembler *program, guint32 function, char **why);
/* A map that has those keys, each once, all with the value 0: its descriptor, or -1 as above. */
int pv_bpf_make_set(const guint64 *keys, guint n, char **why);
