/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What /proc/PID/status tells of fs_struct and mm_struct: bytes in, records out. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint32 umask;	     /* PV_NONE: not there: before 4.7, or the task has no fs_struct */
	gboolean has_memory; /* it has an mm_struct */
} PvStatusPlace;

void pv_status_place_parse(const char *text, gsize length, PvStatusPlace *place);
