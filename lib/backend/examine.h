/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a file is, asked of an open copy of it or of its entry in a fd directory.
 */
#pragma once

#include "backend/backend.h"
#include "core/kind.h"
#include "util/fd.h"

typedef struct {
	const PvContext *context;
	guint collect;
	PvBuffer link;
	/* Of the file last examined: */
	guint n_links;
	guint32 uid; /* its owner, as the calling process knows users */
} PvExaminer;

/*
 * Inode, device, mode, size and mount by statx(2), which leads through the link at_flags say so.
 * 0 or a negative errno.
 */
int pv_examine_inode(PvExaminer *examiner, int dir_fd, const char *name, int at_flags,
		     PvFile *file);
/* Whether kind or query ask for the name. */
gboolean pv_examine_wants_name(const PvExaminer *examiner, const PvFile *file);
/*
 * Kind and path, from the link that a fd directory has for the file; dir_fd -1: without a name.
 * FALSE: out of memory.
 */
gboolean pv_examine_name(PvExaminer *examiner, int dir_fd, const char *name, PvStore *store,
			 PvFile *file);
/*
 * Kind, deletion and path, however they were learnt; length: of look->name. FALSE: out of memory.
 */
gboolean pv_examine_keep(PvStore *store, PvFile *file, const PvLook *look, gsize length,
			 gboolean wants_path);
/* The same as of a file that has the same name and inode. */
void pv_examine_keep_like(PvFile *file, const PvFile *like);
/* Whether the query asks what socket it is; one that was opened by its name (O_PATH) is none. */
gboolean pv_examine_wants_socket(const PvExaminer *examiner, const PvFile *file);
/* Whether the kernel keeps an offset for such a file. */
gboolean pv_file_has_pos(const PvFile *file);
/* Appends a descriptor and its file to the store; NULL: out of memory. */
PvFile *pv_store_add_descriptor(PvStore *store, gint32 fd, guint cloexec);
