/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parsers for /proc/devices, /proc/misc, /proc/partitions and /proc/tty/drivers: bytes in, records
 * out. Pure.
 */
#pragma once

#include "backend/procfs/fdinfo-lines.h"
#include "core/array.h"

/* Device numbers and what they are called. */
typedef struct {
	gboolean block;
	guint32 major;
	guint32 first_minor;
	guint32 last_minor;
	PvLine name; /* into the text */
} PvDeviceLine;

/* Each appends a PvDeviceLine for each line that is as proc(5) says. FALSE: out of memory. */
gboolean pv_devices_parse(const char *text, gsize length, PvArray *lines);
gboolean pv_misc_parse(const char *text, gsize length, PvArray *lines);
gboolean pv_partitions_parse(const char *text, gsize length, PvArray *lines);
/* The name is that of the device files, "/dev/ttyS". */
gboolean pv_tty_drivers_parse(const char *text, gsize length, PvArray *lines);
