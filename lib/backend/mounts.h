/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Mounts that make a difference to how a table is read, for each mount namespace met.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint64 ns;	  /* inode number of the mount namespace; 0: unknown */
	gboolean waits;	  /* a file system is mounted whose close(2) may wait for a server */
	gboolean stacked; /* an overlay is: its layers may wait, and are mounted elsewhere */
	/* Of the process whose view it is; all 0: unknown. */
	guint64 root_mount;
	guint64 root_ino;
	guint64 root_dev;
} PvMountNamespace;

typedef struct _PvMounts PvMounts;

/* The name under which the reader's own namespace is kept. */
#define PV_OWN_MOUNTS G_MAXUINT64

PvMounts *pv_mounts_new(void);
void pv_mounts_free(PvMounts *mounts);
/*
 * What is mounted in a namespace, as seen from the root of a process in it, through its directory.
 * A namespace that cannot be read counts as one that waits. NULL, and a negative errno in status:
 * memory or descriptors have run out.
 */
const PvMountNamespace *pv_mounts_get(PvMounts *mounts, guint64 ns, int process_dir, int *status);
/*
 * The name of a mounted cgroup-v1 controller that marks sockets it is handed, or NULL. 0, or a
 * negative errno if memory or descriptors do not suffice to find it out.
 */
int pv_mounts_find_socket_tagging(int proc_dir, const char **controller);
