/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Looking wanted sockets up in the lists of a network namespace.
 */
#pragma once

#include "core/watch.h"
#include "socket/wanted.h"

/*
 * In the network namespace that the calling thread is in, whose inode number is netns (0: unknown).
 * unsupported: lists that this kernel has no dump of, noted for the next time. 0, -ENOMEM or
 * -ECANCELED: what else may fail is a list that nothing was learnt from.
 */
int pv_socket_look_up(PvWanted *wanted, guint64 netns, guint32 *unsupported, const PvWatch *watch);
/* In the files of a directory /proc/PID/net, as far as they go. */
int pv_socket_look_up_text(PvWanted *wanted, guint64 netns, int net_dir, const PvWatch *watch);

/* socket/namespace.c: of the calling thread; 0: unknown. */
guint64 pv_netns_of_thread(void);
/*
 * Moves the calling thread, which has to be one of the library's own, into the network namespace
 * that a link of /proc/PID/ns, or a descriptor of one, leads to; it can't be got back. 0 or -errno.
 */
int pv_netns_enter(const char *path, guint64 *netns);
int pv_netns_enter_fd(int fd, guint64 *netns);
