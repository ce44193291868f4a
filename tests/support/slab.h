/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How many inodes of /proc the kernel holds: what a walk of it leaves behind.
 */
#pragma once

#include <glib.h>

/* Active objects of proc_inode_cache; -1: not to be known here. */
gint64 pv_slab_proc_inodes(void);
/* Lets the kernel forget what it can, so that the next walk begins anew. FALSE: not allowed. */
gboolean pv_slab_drop(void);
