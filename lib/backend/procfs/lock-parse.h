/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One lock, as /proc/locks and fdinfo print it: bytes in, record out. Pure.
 */
#pragma once

#include "backend/procfs/fdinfo-lines.h"

typedef struct {
	guint8 type; /* PV_LOCK_* */
	gboolean write;
	gboolean breaking;
	gboolean blocked; /* waits for another lock; in /proc/locks only */
	gint32 pid;	  /* 0: nobody, or unknown */
	guint64 ino;	  /* as the kernel has it inside; 0: unknown */
	guint64 start;
	guint64 end; /* the last byte; G_MAXUINT64: to the end of the file */
} PvLockLine;

/* From the number on: "1: POSIX  ADVISORY  WRITE 812 fe:00:4711 0 EOF". */
gboolean pv_lock_parse(const PvLine *line, PvLockLine *lock);
