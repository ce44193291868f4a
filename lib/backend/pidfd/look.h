/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Looking at a copy of a descriptor.
 */
#pragma once

#include "backend/examine.h"

typedef struct {
	PvExaminer examiner;
	int own_fd_dir;	    /* /proc/thread-self/fd */
	int own_fdinfo_dir; /* /proc/thread-self/fdinfo */
	PvBuffer text;
} PvLooker;

/* Appends descriptor fd, of which copy is a copy. 0, -ENOMEM, or what the kernel refused. */
int pv_look_at(PvLooker *looker, int copy, gint32 fd, PvStore *store);
