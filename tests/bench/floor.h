/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The floor under every tool that asks the kernel for what is open: passes over tasks and over
 * their files that do next to nothing. floor.c, or floor-none.c in a build without BPF.
 */
#pragma once

#include <glib.h>

typedef enum {
	FLOOR_TASKS, /* over all tasks, doing nothing */
	FLOOR_FILES, /* over all files of all tasks, doing nothing */
	FLOOR_NAMES, /* the same, with the name of each file */
	FLOOR_N_PASSES,
} FloorPass;

typedef struct _Floor Floor;

/* NULL: not possible here; why says the reason, to be freed. */
Floor *floor_open(char **why);
void floor_close(Floor *floor);
/* One pass over the machine or, where tid is not 0, over one task. */
gboolean floor_pass(Floor *floor, FloorPass pass, int tid, char **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Floor, floor_close)
