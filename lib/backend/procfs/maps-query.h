/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is mapped, one range after the other.
 */
#pragma once

#include <glib.h>

/*
 * The inode of the first range of a file that ends behind the address, which becomes the end of that
 * range. 1; 0: there is none any more; or a negative errno: -ENOTTY, this kernel does not tell.
 */
int pv_maps_query_next(int maps_fd, guint64 *address, guint64 *inode);
