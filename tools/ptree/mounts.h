/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

struct device_number {
	guint major;
	guint minor;
};

/* A line of mountinfo. */
struct mount_line {
	guint id;
	guint parent;
	struct device_number device; /* of the superblock */
	char *type;
	char *source;
	char *root;  /* the directory of the file system that is mounted */
	char *point; /* where, from the root directory of whoever was asked */
};

/* What one process sees mounted. */
struct mount_view {
	GPtrArray *lines;  /* struct mount_line */
	GHashTable *by_id; /* number of the mount: its line */
	char *root;	   /* with what paths begin that are told of there; "": with nothing */
	int pid;	   /* of a process that sees it; 0: this one */
};

/* What is mounted for us and, as far as somebody asks, for others. */
struct mount_views {
	guint refs;
	struct mount_view *own;
	GPtrArray *others;
	GHashTable *by_name; /* what tells them apart: the view */
	GHashTable *by_pid;
	ProcviewSnapshot *snapshot; /* that tells of processes; NULL: they are asked now */
	gboolean has_all;
};

/* The snapshot, or NULL, is borrowed. */
struct mount_views *mount_views_new(ProcviewSnapshot *snapshot);
struct mount_views *mount_views_ref(struct mount_views *views);
void mount_views_unref(struct mount_views *views);
/* NULL: it has ended, or sees nothing. */
const struct mount_view *mount_views_get(struct mount_views *views, int pid);
/* Looks at the processes of the machine, each namespace once. */
void mount_views_get_all(struct mount_views *views);
/* A mount of any namespace, our own first; NULL: it is in none. */
const struct mount_line *mount_views_find(struct mount_views *views, guint id,
					  const struct mount_view **view);
/* What is on top where the path leads; with a device, the nearest that has it. */
const struct mount_line *mount_view_look_up(const struct mount_view *view, const char *path,
					    const struct device_number *device);

/* The path within the file system; NULL: it leads not there. */
char *mount_line_dup_inner_path(const struct mount_line *line, const struct mount_view *view,
				const char *path);
/* Whether files there have a device in stat(2) that is not the superblock's. */
gboolean mount_line_has_own_devices(const struct mount_line *line);
/* Whether the kernel is known to number inodes there as stat(2) tells. */
gboolean mount_line_has_plain_numbers(const struct mount_line *line);

gboolean device_is(struct device_number device, guint major, guint minor);
/* Whole components: /var/log is below /var, /variable is not. */
gboolean path_is_below(const char *path, const char *directory);
/* Absolute, as the kernel spells it: of an open file; NULL: cannot be told. */
char *path_dup_of_descriptor(int fd);
