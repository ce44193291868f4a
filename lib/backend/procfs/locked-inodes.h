/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which inodes are locked at all: what to look at more closely.
 */
#pragma once

#include "util/fd.h"

typedef struct {
	PvBuffer text;
	PvBuffer inodes;  /* guint64, sorted */
	PvBuffer posix;	  /* the same, of those with locks of tables only */
	gint64 read_us;	  /* when; 0: never */
	gboolean unknown; /* any inode may be locked */
} PvLockedInodes;

void pv_locked_inodes_clear(PvLockedInodes *locked);
/* Fills both lists from the text of /proc/locks. Pure. FALSE: out of memory. */
gboolean pv_locked_inodes_parse(PvLockedInodes *locked, const char *text, gsize length);
gboolean pv_locked_inodes_are_fresh(const PvLockedInodes *locked);
/* Reads /proc/locks, unless it was read just before. 0, or -ENOMEM. */
int pv_locked_inodes_refresh(PvLockedInodes *locked, int proc_dir);
gboolean pv_inode_may_be_locked(const PvLockedInodes *locked, guint64 ino);
gboolean pv_inode_may_be_posix_locked(const PvLockedInodes *locked, guint64 ino);
