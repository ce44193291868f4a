/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a file is, told from its mode, its device and the name that the kernel gives it.
 *
 * The values are those of ProcviewKind.
 */
#pragma once

#include <glib.h>

enum {
	PV_KIND_UNKNOWN,
	PV_KIND_REGULAR,
	PV_KIND_DIRECTORY,
	PV_KIND_SYMLINK,
	PV_KIND_CHARDEV,
	PV_KIND_BLOCKDEV,
	PV_KIND_PIPE,
	PV_KIND_FIFO,
	PV_KIND_SOCKET,
	PV_KIND_EVENTFD,
	PV_KIND_EVENTPOLL,
	PV_KIND_TIMERFD,
	PV_KIND_SIGNALFD,
	PV_KIND_INOTIFY,
	PV_KIND_FANOTIFY,
	PV_KIND_PIDFD,
	PV_KIND_IO_URING,
	PV_KIND_BPF_MAP,
	PV_KIND_BPF_PROG,
	PV_KIND_BPF_LINK,
	PV_KIND_USERFAULTFD,
	PV_KIND_PERF_EVENT,
	PV_KIND_MEMFD,
	PV_KIND_MQUEUE,
	PV_KIND_NSFS,
	PV_KIND_ANON_INODE,
	PV_KIND_SECRETMEM,
	PV_N_KINDS,
};

/* What was seen of a file. Each part may be unknown; the more is known, the surer the kind. */
typedef struct {
	const char *name; /* readlink of its entry in a fd directory; NULL: unknown */
	guint64 fs_magic; /* f_type of statfs(2), however it was learnt; 0: unknown */
	guint16 mode;	  /* st_mode; 0: unknown */
	gboolean deleted; /* no link is left */
} PvLook;

guint pv_kind_classify(const PvLook *look);
const char *pv_kind_name(guint kind);
/* Can it be a file of a file system that is mounted, as sockets of the network never are? */
gboolean pv_kind_is_mounted(guint kind);
