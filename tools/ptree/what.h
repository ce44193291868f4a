/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

#include "mounts.h"
#include "place.h"

enum what_kind {
	WHAT_ID,
	WHAT_NAME,	  /* of a user, of a command, or of both */
	WHAT_PATTERN,	  /* a regular expression, for command lines */
	WHAT_FILE,	  /* one file, found by its device and inode */
	WHAT_TREE,	  /* a directory, and all that is below it */
	WHAT_FILE_SYSTEM, /* a mount point, or a block device */
	WHAT_LOST,   /* a path where nothing is any more: a file, or a socket, that was there */
	WHAT_SOCKET, /* an abstract name */
	WHAT_PORT,
	WHAT_NOTHING, /* a path that cannot be looked at, or for: matches nothing */
};

/* A port, of which protocol, at which address. */
struct port {
	int protocol; /* IPPROTO_*; 0: any */
	int family;   /* of the address; AF_UNSPEC: any address */
	guint8 address[16];
	guint interface; /* by index; 0: any */
	guint number;
};

/* An end of a connection: its own, or the other. */
struct port_end {
	const guint8 *address; /* in network order; NULL: unknown */
	gsize length;
	guint number;
	gboolean is_local;
};

/* What of a mounted file system is meant: the part of it that begins with a path within it. */
struct branch_of_fs {
	struct device_number device;
	char *root;
};

/* One word of the command line that selects processes. */
struct what {
	const char *word; /* as typed */
	enum what_kind kind;
	gboolean matched;

	int id;
	gboolean is_user;
	guint uid;
	GRegex *pattern;
	struct port port;
	char *name;	     /* of WHAT_SOCKET and WHAT_LOST: bytes; absolute, if it is a path */
	GArray *branches;    /* struct branch_of_fs: of WHAT_TREE and WHAT_FILE_SYSTEM */
	gboolean is_partial; /* one of them is not the whole file system */
	gboolean has_own_devices;   /* stat(2) may tell other devices than mounts do */
	guint mount_id;		    /* of WHAT_FILE_SYSTEM, by its mount point; else 0 */
	struct mount_views *views;  /* of what is mounted, now */
	ProcviewSnapshot *snapshot; /* what is searched */
	GHashTable *owners;	    /* who has a file that is a socket */

	gboolean is_socket;
	gboolean is_plain; /* the kernel has the same numbers for it */
	/* A file is its device and inode. A device node is also any other node of the device. */
	guint64 inode;
	struct device_number device;
	struct device_number mount_device; /* the same as the kernel has it, or 0:0 */
	ProcviewKind node;		   /* CHARDEV, BLOCKDEV, or UNKNOWN: no device node */
	struct device_number rdev;
};

/* The words, which must outlive the answer, as an array of struct what. NULL: one is no WHAT. */
GArray *whats_parse(char **words, GError **error);
/* Whether what is open must be looked into, of all processes. */
gboolean whats_seek_files(const GArray *whats);
/* Whether one led nowhere that could not be looked at. */
gboolean whats_have(const GArray *whats, enum what_kind kind);
/* Whether one was looked up as a path. */
gboolean whats_have_paths(const GArray *whats);
ProcviewCollect whats_get_needs(const GArray *whats);
void whats_forget_matches(GArray *whats);
/* To be said before the first file of a snapshot is compared; it has to live as long. */
void whats_begin_search(GArray *whats, ProcviewSnapshot *snapshot);
/* One line for each that led nowhere, for the user to read. */
void whats_tell_unmatched(const GArray *whats, guint n_matched);

/* what-process.c */
gboolean what_parse_name(struct what *what, GError **error);
gboolean what_parse_pattern(struct what *what, GError **error);
/* What is ptree itself has no name here. FALSE with an error: nobody can tell. */
gboolean what_is_process(const struct what *what, ProcviewProcess *process, gboolean is_self,
			 GError **error);

/* what-file.c: once the usage is known to be right */
void what_look_at_path(struct what *what, struct mount_views *views);
/* Also sockets, whatever they are known by. */
gboolean what_is_file(struct what *what, ProcviewFile *file);
gboolean what_is_place(struct what *what, const struct place *place);
ProcviewCollect what_get_needs(const struct what *what);
/* To be asked before the first file of a snapshot. */
void what_begin_search(struct what *what, ProcviewSnapshot *snapshot, struct mount_views *views);
void what_end_search(struct what *what);

/* what-tree.c: FALSE: it cannot be told what is mounted there. */
gboolean what_become_tree(struct what *what, guint mount_id, const char *path);
gboolean what_become_file_system(struct what *what, guint mount_id);
void what_become_device(struct what *what);
/* All of the file system, or the part that this path within it is in. */
gboolean what_has_branch(const struct what *what, struct device_number device, const char *inner);
gboolean what_holds_file(struct what *what, ProcviewFile *file);
gboolean what_holds_place(struct what *what, const struct place *place);
gboolean what_holds_socket(struct what *what, ProcviewFile *file);

/* what-lost.c */
void what_become_lost(struct what *what);
gboolean what_was_file(const struct what *what, ProcviewFile *file);
gboolean what_was_place(const struct what *what, const struct place *place);

/* what-port.c: FALSE without an error: it is none. */
gboolean what_parse_port(struct what *what, GError **error);
gboolean what_is_socket(const struct what *what, ProcviewSocket *socket);
gboolean port_is_end(const struct port *port, const struct port_end *end);

/* what-notes.c: what else there is to say, for the user to read */
void what_tell_unmatched(const struct what *what);
void whats_tell_notes(GArray *whats);
