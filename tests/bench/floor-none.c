/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * No floor: a build without clang or bpftool.
 */
#include "floor.h"

Floor *
floor_open(char **why)
{
	*why = g_strdup("built without BPF");
	return NULL;
}

void
floor_close(Floor *floor)
{
}

gboolean
floor_pass(Floor *floor, FloorPass pass, int tid, char **why)
{
	return FALSE;
}
