/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "what.h"

/* Which of many words a file may be, without asking each. */
struct candidates {
	GHashTable *by_inode; /* lower half of an inode number, and an array of words */
	GHashTable *by_rdev;  /* likewise, of device nodes */
	GArray *always;	      /* words that every file has to be compared with */
	GArray *found;	      /* the answer to the last question */
	gboolean have_socket;
};

struct candidates *candidates_new(const GArray *whats);
void candidates_free(struct candidates *candidates);
/* Numbers of words, as guint, one perhaps twice; the array is good until the next question. */
const GArray *candidates_for_file(struct candidates *candidates, ProcviewFile *file);
const GArray *candidates_for_place(struct candidates *candidates, const struct place *place);
