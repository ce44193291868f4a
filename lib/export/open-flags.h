/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The flags of an open file description as words, and its mode of access.
 */
#pragma once

#include <glib.h>

typedef void (*PvOpenFlagFunc)(const char *name, gpointer data);

/* "r", "w", "rw" or "-". */
const char *pv_open_mode(guint32 flags);
/* Names each flag as open(2) does, the mode of access first; bits without a name as "0x…". */
void pv_open_flags_foreach(guint32 flags, PvOpenFlagFunc func, gpointer data);
