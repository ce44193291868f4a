/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Has one task an inode or a port open that is sought?
 */
#pragma once

#include "backend/backend.h"
#include "backend/sought.h"
#include "util/fd.h"

/* Of two, the larger one holds for both. */
typedef enum {
	PV_SEARCH_MISSED, /* has it not, or nothing at all any more */
	PV_SEARCH_CLOSED, /* may not be looked into */
	PV_SEARCH_FOUND,  /* has it, or may have it: the scan tells */
	PV_SEARCH_ENDED,  /* no memory or no descriptors are left, or it costs too much */
} PvSearchResult;

typedef struct {
	guint64 *inodes; /* sorted */
	guint n_inodes;
	gboolean ports; /* are sought, too */
	gint64 left_ns; /* what it may cost still, as reckoned */
	PvBuffer text;
	PvBuffer numbers;
} PvSearch;

/* FALSE: out of memory. */
gboolean pv_search_init(PvSearch *search, const PvSought *sought, gint64 budget_ns);
void pv_search_clear(PvSearch *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvSearch, pv_search_clear)
/* FALSE: that is too much. */
gboolean pv_search_spend(PvSearch *search, gint64 cost_ns);
/* The prefix leads from the directory to the task's: "" or "task/12/". */
PvSearchResult pv_search_table(PvSearch *search, int dir_fd, const char *prefix);
PvSearchResult pv_search_directories(PvSearch *search, int dir_fd, const char *prefix);
PvSearchResult pv_search_executable(PvSearch *search, int dir_fd, const char *prefix);
/* Waits where the lock of the memory is held. */
PvSearchResult pv_search_mappings(PvSearch *search, int dir_fd, const char *prefix);
