/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a backend does: list tasks, and read one descriptor table through one living task.
 *
 * All backends leave the same records at the builder's door. A reader belongs to the thread that
 * opened it.
 */
#pragma once

#include "core/query.h"
#include "core/store.h"
#include "core/watch.h"
#include "util/pidfd.h"

/* What is known of the machine and of the caller when a scan begins. */
typedef struct {
	const char *proc_path; /* /proc, or a recorded tree */
	gboolean recorded;     /* a tree of files, whose links lead nowhere */
	gboolean absent;       /* no procfs is mounted there */
	gboolean foreign;      /* recorded, or of another pid namespace: not the kernel's numbers */
	gboolean hides;	       /* the mount hides the processes of others (hidepid=, subset=) */
	gboolean asks_servers; /* statx(2) of a file may wait for one, whatever it is told */
	PvPidfdSupport pidfd;
	int own_table_errno;	  /* close_range(CLOSE_RANGE_UNSHARE): 5.9; 0: works */
	gboolean has_counts;	  /* a fd directory's st_size is its number of descriptors: 6.2 */
	gboolean can_ptrace;	  /* CAP_SYS_PTRACE is in effect */
	gboolean can_search;	  /* CAP_DAC_READ_SEARCH, or CAP_DAC_OVERRIDE, is */
	guint32 pipe_dev;	  /* device of pipes without a name */
	guint32 nsfs_dev;	  /* device of namespaces; 0: unknown */
	gint64 clock_ticks_per_s; /* of start times */
} PvContext;

/* Whether the tasks of others are open to the caller, as far as capabilities go. */
static inline gboolean
pv_context_shows_others(const PvContext *context)
{
	return context->can_ptrace && context->can_search;
}

/* PF_KTHREAD, of the flags that stat and the iterators tell. */
#define PV_KERNEL_THREAD_FLAG 0x00200000

/* The task through which a table is read. */
typedef struct {
	gint32 pid;
	gint32 tid;
	guint64 identity;      /* 0: unknown */
	guint64 start_time_ns; /* 0: unknown */
	guint collect;	       /* PV_COLLECT_* */
	const PvWatch *watch;  /* asked between descriptors, since a table may be large */
} PvSubject;

typedef struct {
	guint8 status;
	guint8 reason;
	guint8 need;
	gboolean exited;      /* the subject has the table no longer: ask another task */
	gboolean no_memory;   /* the scan has to end */
	gboolean cancelled;   /* the caller wants it to end */
	guint32 open_count;   /* PV_NONE: unknown */
	const char *declined; /* static: why this reader leaves the table to procfs */
} PvOutcome;

typedef struct _PvReader PvReader;

struct _PvReader {
	/* Appends descriptors and files to the store. */
	void (*read)(PvReader *reader, const PvSubject *subject, PvStore *store,
		     PvOutcome *outcome);
	void (*close)(PvReader *reader);
};

typedef struct {
	const char *name;
	/* Readers are opened, used and closed in a thread with a descriptor table of its own. */
	gboolean own_table;
	/* NULL: works here; else why not, newly allocated. */
	char *(*refuse)(const PvContext *context);
	PvReader *(*open)(const PvContext *context, GError **error);
} PvBackend;

#define PV_DESCRIPTORS_PER_LOOK 256

static inline gboolean
pv_outcome_is_final(const PvOutcome *outcome)
{
	return outcome->exited || outcome->no_memory || outcome->cancelled;
}

static inline void
pv_outcome_denied(PvOutcome *outcome, const PvContext *context)
{
	outcome->status = PV_STATUS_DENIED;
	outcome->reason = PV_REASON_DENIED;
	outcome->need = context->can_ptrace ? PV_NEED_NOTHING : PV_NEED_PTRACE;
}
