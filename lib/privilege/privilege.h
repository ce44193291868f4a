/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the caller may do.
 */
#pragma once

#include <glib.h>

/* Those that a scan can make use of, as bits. */
enum {
	PV_CAPABILITY_BPF = 1 << 0,
	PV_CAPABILITY_PERFMON = 1 << 1,
	PV_CAPABILITY_SYS_PTRACE = 1 << 2,
	PV_CAPABILITY_DAC_READ_SEARCH = 1 << 3,
	/* Includes the former, and is only looked for where that is not in effect. */
	PV_CAPABILITY_DAC_OVERRIDE = 1 << 4,
	PV_N_CAPABILITIES = 5,
};

/* At one moment, of the calling thread. */
typedef struct {
	guint capabilities;  /* PV_CAPABILITY_*: in effect, or included in one that is */
	gboolean can_ptrace; /* tasks of all users may be looked into */
	gboolean can_search; /* directories of others may be listed, such as /proc/PID/fd */
} PvPrivileges;

void pv_privilege_look(PvPrivileges *privileges);
/* CAP_SYS_PTRACE is in effect: tasks of all users may be looked into. */
gboolean pv_privilege_can_ptrace(void);
/* Directories of others may be listed, such as /proc/PID/fd, which is its owner's alone. */
gboolean pv_privilege_can_search(void);
/* "CAP_BPF" and so on, of the bit with that number; NULL: there is none. */
const char *pv_capability_name(guint number);
