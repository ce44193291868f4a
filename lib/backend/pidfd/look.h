/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Looking at a copy of a descriptor.
 */
#pragma once

#include "backend/examine.h"
#include "backend/pidfd/look-socket.h"
#include "backend/procfs/locked-inodes.h"

typedef struct {
	PvExaminer examiner;
	int own_fd_dir;	    /* /proc/thread-self/fd */
	int own_fdinfo_dir; /* /proc/thread-self/fdinfo */
	PvBuffer text;	    /* of our own entry for the copy */
	gboolean has_text;  /* whole, and of the copy that is looked at */
	/* For what only the target's own entry shows. */
	int proc_dir;
	const char *task; /* directory of the target below it, with a slash at the end */
	PvBuffer target_text;
	PvLockedInodes locked;
	guint n_unlisted; /* looked at without the list of locks, in this scan */
	PvSocketLooker sockets;
} PvLooker;

#define PV_LOOKER_DETAILED                                                                         \
	(PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS | PV_COLLECT_LOCKS | PV_COLLECT_HOLDINGS)

/* Appends descriptor fd, of which copy is a copy. 0, -ENOMEM, or what the kernel refused. */
int pv_look_at(PvLooker *looker, int copy, gint32 fd, PvStore *store);
/* Reads our own fdinfo of the copy, which has that name, whole; once. 0 or a negative errno. */
int pv_looker_read_own(PvLooker *looker, const char *name);
