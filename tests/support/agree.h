/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Two snapshots of one scene, side by side.
 */
#pragma once

#include "pv-test.h"

typedef struct {
	const char *name; /* for the reader of a difference */
	ProcviewSnapshot *snapshot;
} PvTestView;

/*
 * All that two snapshots say of the processes of a scene, which holds still; if it is "moving",
 * offsets and flags of its files do not. Each difference is printed, and they are counted.
 */
guint pv_test_differences(PvTestScene *scene, const char *title, const PvTestView *a,
			  const PvTestView *b, gboolean moving);
