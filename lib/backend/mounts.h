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
 * A namespace that cannot be read counts as one that waits.
 */
const PvMountNamespace *pv_mounts_get(PvMounts *mounts, guint64 ns, int process_dir);
/* Name of a mounted cgroup-v1 controller that marks sockets it is handed, or NULL. */
const char *pv_mounts_find_socket_tagging(int proc_dir);
