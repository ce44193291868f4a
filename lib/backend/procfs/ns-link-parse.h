/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The target of a link in /proc/PID/ns: bytes in, a number out. Pure.
 */
#pragma once

#include <glib.h>

/*
 * "TYPE:[INODE]", as "mnt:[4026531841]". FALSE if it is not of this type, or not whole; the inode
 * is left alone then.
 */
gboolean pv_ns_link_parse(const char *text, gsize length, const char *type, guint32 *inode);
