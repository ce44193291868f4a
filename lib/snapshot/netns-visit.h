/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Going from one network namespace to the next, each once, to look sockets up in its lists.
 */
#pragma once

#include "backend/pidfd/worker.h"
#include "snapshot/enrich.h"
#include "socket/look-up.h"

typedef struct {
	const PvEnrichment *step;
	PvWanted wanted;
	PvArray visited;  /* guint64: network namespaces, also those that let nobody in */
	PvWorker *worker; /* goes into other namespaces than ours; NULL: not started */
	gboolean no_worker;
	guint32 unsupported;
	gboolean more; /* a namespace that was not visited may have a socket that is wanted */
	int status;    /* -ECANCELED, -ENOMEM, -EMFILE or -ENFILE: that was all */
} PvNetnsVisit;

/* FALSE: out of memory. */
gboolean pv_netns_visit_init(PvNetnsVisit *visit, const PvEnrichment *step);
void pv_netns_visit_clear(PvNetnsVisit *visit);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvNetnsVisit, pv_netns_visit_clear)

/* The one that the calling thread is in. */
void pv_netns_visit_own(PvNetnsVisit *visit);
/* The one that a task is in. */
void pv_netns_visit_task(PvNetnsVisit *visit, gint32 pid, gint32 tid);
/* One that has a name, and a number that is known. */
void pv_netns_visit_name(PvNetnsVisit *visit, const char *path, guint64 netns);
/* The one that a socket belongs to which a task has open. */
void pv_netns_visit_socket(PvNetnsVisit *visit, gint32 tid, gboolean is_leader, gint32 fd,
			   guint64 netns);
