/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is looked at: scenes of the workload program, and what is asked about them.
 */
#pragma once

#include "contestants.h"
#include "pv-test.h"

/* In the order in which they are run. */
enum {
	SEED,
	SEED_COUNTS,
	SMALL_SEED,
	UNDISTURBED,
	LEADER_UNSHARED,
	ZOMBIE_LEADER,
	MANY,
	MANY_COUNTS,
	ONE_OF_MANY,
	ONE_ALONE,
	SOCKETS,
	DETAILS,
	N_SCENES,
};

typedef struct {
	const char *name;
	const char *title;
	Asks asks;
	const char *workload; /* NULL: what runs for the scene before it */
	/* Parameters; a reduced size for --quick. */
	const char *params[3];
	const char *quick[3];
} SceneInfo;

extern const SceneInfo scene_infos[N_SCENES];

/* Starts what a scene looks at. NULL: not possible here. */
PvTestScene *scene_start(const SceneInfo *info, gboolean quick);
/* The process that it is about, or its first. */
int scene_get_pid(PvTestScene *scene);
/* For people: its title with the sizes that it has. */
char *scene_dup_title(const SceneInfo *info, gboolean quick);
