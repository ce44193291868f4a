/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Statuses, reasons and kinds as words, and what would unlock a table that was refused.
 *
 * The values are those of the public enums (include/procview/enums.h), which the core does not
 * include because it knows nothing of the API; a test holds the two together.
 */
#pragma once

#include <glib.h>

enum {
	PV_STATUS_OK,
	PV_STATUS_PARTIAL,
	PV_STATUS_DENIED,
	PV_STATUS_GONE,
};

enum {
	PV_REASON_NONE,
	PV_REASON_DENIED,
	PV_REASON_EXITED,
	PV_REASON_CHANGED,
	PV_REASON_NO_DESCRIPTORS,
	PV_REASON_FAILED,
};

enum {
	PV_PROOF_ASSUMED,
	PV_PROOF_KCMP,
	PV_PROOF_KERNEL,
};

/* What the caller lacks. */
typedef enum {
	PV_NEED_NOTHING, /* or nobody knows: the kernel protects the process from everyone */
	PV_NEED_PTRACE,	 /* CAP_SYS_PTRACE */
	PV_NEED_SEARCH,	 /* CAP_DAC_READ_SEARCH: fd directories are their owners' */
	PV_NEED_PTRACE_AND_SEARCH,
	PV_NEED_NOFILE, /* a higher RLIMIT_NOFILE */
} PvNeed;

const char *pv_status_name(guint status);
const char *pv_reason_name(guint reason);
const char *pv_proof_name(guint proof);
const char *pv_need_name(guint need); /* NULL for PV_NEED_NOTHING */
