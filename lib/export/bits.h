/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Bits of the kernel's interfaces as the words that programs write for them.
 */
#pragma once

#include <glib.h>

typedef enum {
	PV_BITS_EPOLL,	       /* events of epoll_ctl(2) */
	PV_BITS_INOTIFY,       /* masks of inotify_add_watch(2) */
	PV_BITS_FANOTIFY,      /* masks of fanotify_mark(2) */
	PV_BITS_FANOTIFY_INIT, /* flags of fanotify_init(2) */
	PV_BITS_SEALS,	       /* F_GET_SEALS of fcntl(2) */
	PV_BITS_TIMERFD,       /* flags of timerfd_settime(2) */
	PV_N_BITS,
} PvBits;

typedef void (*PvBitFunc)(const char *name, gpointer data);

/* Bits without a name as "0x…". */
void pv_bits_foreach(PvBits bits, guint64 value, PvBitFunc func, gpointer data);
/* Bit n - 1 is signal n, by the kernel's numbers. */
void pv_signals_foreach(guint64 mask, PvBitFunc func, gpointer data);
/* "CLOCK_MONOTONIC"; NULL: there is no word for it. */
const char *pv_clock_name(guint64 clock);
