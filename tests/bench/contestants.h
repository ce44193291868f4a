/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who takes part: the library in its variants, other tools, and the floor.
 */
#pragma once

#include <procview/procview.h>

#include "floor.h"

/* What a scene asks for; a contestant takes part where it has an answer to give. */
typedef enum {
	ASKS_EVERYTHING = 1 << 0, /* what is open, on the whole machine */
	ASKS_LEADERS = 1 << 1,	  /* the same, where leaders are not what they were */
	ASKS_THREADS = 1 << 2,	  /* the same, small enough to be listed once for each thread */
	ASKS_COUNTS = 1 << 3,	  /* how much is open, on the whole machine */
	ASKS_ONE = 1 << 4,	  /* what one process has open */
	ASKS_SOCKETS = 1 << 5,	  /* all sockets, and who has them open */
} Asks;

typedef enum {
	CONTESTANT_LIBRARY,
	CONTESTANT_FLOOR,
	CONTESTANT_SCRIPT,
	CONTESTANT_COMMAND,
} ContestantKind;

typedef struct {
	const char *name;
	ContestantKind kind;
	guint asks; /* Asks that it answers */
	/* Of the library: */
	ProcviewBackend backend;
	ProcviewCollect collect;
	/* Of the floor: */
	FloorPass pass;
	/* Of a command: for the whole machine, and what to add for one process before its number. */
	const char *command[4];
	const char *one;
	/* The option by which it says its version, without a look at /proc. */
	const char *version;
} Contestant;

enum {
	BPF,
	PIDFD,
	PROCFS,
	BPF_ALL,
	PIDFD_ALL,
	PROCFS_ALL,
	BPF_COUNTS,
	PIDFD_COUNTS,
	PROCFS_COUNTS,
	BPF_SOCKETS,
	PIDFD_SOCKETS,
	PROCFS_SOCKETS,
	PTREE,
	LSOF,
	LSOF_THREADS,
	LSFD,
	SS,
	LSOF_SOCKETS,
	LSFD_SOCKETS,
	FUSER,
	PSUTIL,
	TASKS,
	FILES,
	NAMES,
	N_CONTESTANTS,
};

extern const Contestant contestants[N_CONTESTANTS];

/* The words of a command; pid 0: the whole machine. */
char **contestant_argv(const Contestant *contestant, int pid);
/* Whether the program of a command is there; if not, why says what is missing. */
gboolean contestant_is_installed(const Contestant *contestant, char **why);
