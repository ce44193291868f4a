/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The tasks of one process: its leader, and the other threads.
 */
#pragma once

#include "backend/backend.h"
#include "backend/procfs/task-parse.h"
#include "util/fd.h"

/* A listing that goes on. */
typedef struct {
	const PvContext *context;
	const PvQuery *query;
	PvStore *store;
	int proc_dir;
	PvBuffer text;
	PvBuffer tids;
	gboolean no_memory;
	gboolean refused; /* a file that everybody may read was not to be read */
	int error;	  /* errno that ends the listing: no descriptors left */
} PvListing;

void pv_listing_clear(PvListing *listing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvListing, pv_listing_clear)
/* Of the status of a look at something: FALSE: do without it. */
gboolean pv_listing_is_there(PvListing *listing, int status);
/* The task whose directory this is, and its pidfd, -1: none. */
gboolean pv_listing_read_task(PvListing *listing, int task_dir, int pidfd, PvStat *stat,
			      PvTask *task);
/* Appends all threads but the leader, who was appended last, and puts them in order with him. */
void pv_listing_add_threads(PvListing *listing, int process_dir, PvProcess *process);

static inline gboolean
pv_listing_has_failed(const PvListing *listing)
{
	return listing->no_memory || listing->error != 0;
}
