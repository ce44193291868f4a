/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

enum what_kind {
	WHAT_ID,
	WHAT_USER,
	WHAT_FILE,
	WHAT_NOTHING, /* a path that cannot be looked at, or for: matches nothing */
};

struct device_number {
	guint major;
	guint minor;
};

/* One word of the command line that selects processes. */
struct what {
	const char *word; /* as typed */
	enum what_kind kind;
	gboolean matched;

	int id;
	guint uid;

	gboolean is_socket;
	/* A file is its device and inode. A device node is also any other node of the device. */
	guint64 inode;
	struct device_number device;
	struct device_number mount_device; /* the same as the kernel has it, or 0:0 */
	ProcviewKind node;		   /* CHARDEV, BLOCKDEV, or UNKNOWN: no device node */
	struct device_number rdev;
};

/* The words, which must outlive the answer, as an array of struct what. NULL: one is no WHAT. */
GArray *whats_parse(char **words, GError **error);
gboolean whats_have(const GArray *whats, enum what_kind kind);
/* Whether a file that a Unix socket may be bound to is among them. */
gboolean whats_have_socket(const GArray *whats);
/* Whether it is the one with this inode and device, whichever way the device is told. */
gboolean what_is_file(const struct what *what, guint64 inode, guint major, guint minor);
void whats_forget_matches(GArray *whats);
/* One line for each that led nowhere, for the user to read. */
void whats_tell_unmatched(const GArray *whats);
