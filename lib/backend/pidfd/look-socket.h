/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a socket tells whoever holds a copy of it.
 */
#pragma once

#include "core/store.h"

#define PV_LOOK_NAMESPACES 4

/* Network namespaces that were met, by their cookies. All zero to begin with. */
typedef struct {
	struct {
		guint64 cookie;
		guint64 netns; /* 0: not to be had */
	} met[PV_LOOK_NAMESPACES];
	guint next;
	guint64 own;
	gboolean ready;
} PvSocketLooker;

/* Adds a record for the socket with the inode number and owner. FALSE: out of memory. */
gboolean pv_look_at_socket(PvSocketLooker *looker, int copy, guint64 ino, guint32 uid,
			   PvStore *store);
/*
 * A descriptor of the network namespace that a task's socket belongs to, in the calling thread's
 * table; or a negative errno. is_leader: the task leads its process.
 */
int pv_look_for_namespace(gint32 tid, gboolean is_leader, gint32 fd);
