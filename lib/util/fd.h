/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Descriptors that close themselves, buffers that grow without aborting, and the few ways in which
 * files below /proc are read: whole, relative to a directory that is held open.
 *
 * Functions return 0, or an errno as a negative number.
 */
#pragma once

#include <glib.h>
#include <unistd.h>

static inline void
pv_fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* GLib has g_autofd from 2.76 only. */
#define pv_autofd __attribute__((cleanup(pv_fd_close))) int

typedef struct {
	char *data;
	gsize n; /* bytes in use */
	gsize allocated;
} PvBuffer;

void pv_buffer_clear(PvBuffer *buffer);
gboolean pv_buffer_reserve(PvBuffer *buffer, gsize n_more);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvBuffer, pv_buffer_clear)

int pv_open_dir(int dir_fd, const char *name);
int pv_read_at(int dir_fd, const char *name, PvBuffer *buffer);
/*
 * The same for files that the kernel writes as one piece (stat, status, cmdline): a read that leaves
 * room has got all of it, and the one that would find the end is spared.
 */
int pv_read_piece_at(int dir_fd, const char *name, PvBuffer *buffer);
/* The same by a single read, for files whose first 4 KiB hold all that is wanted. */
int pv_read_head_at(int dir_fd, const char *name, PvBuffer *buffer);
int pv_readlink_at(int dir_fd, const char *name, PvBuffer *buffer);
/* The entries of a directory that are numbers, as gint32, in the order of the kernel. */
int pv_list_numbers(int dir_fd, PvBuffer *numbers);

static inline guint
pv_numbers_count(const PvBuffer *numbers)
{
	return numbers->n / sizeof(gint32);
}

static inline gint32
pv_numbers_get(const PvBuffer *numbers, guint index)
{
	return ((const gint32 *)numbers->data)[index];
}

void pv_numbers_sort(PvBuffer *numbers);
