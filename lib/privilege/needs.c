/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which capability does each step of each backend need, in order to see what is not the caller's?
 *
 * As found in the kernel's sources and tried, one capability at a time, on Linux 6.18: see
 * doc/design/privileges.md. What is the caller's own needs none of these, but for opening bpf.
 *
 * What it cannot see: security modules, seccomp filters, and processes that the kernel protects
 * from everyone. A capability is needed; it need not be enough.
 */
#include "privilege/needs.h"

#include <string.h>

#define PTRACE	  PV_CAPABILITY_SYS_PTRACE
#define SEARCH	  PV_CAPABILITY_DAC_READ_SEARCH
#define LOAD	  (PV_CAPABILITY_BPF | PV_CAPABILITY_PERFMON)
#define ALL_STEPS PV_N_STEPS

/* clang-format off */
static const PvNeeds table[] = {
	{"bpf", ALL_STEPS, PV_WHEN_OPENING, LOAD, "6.1",
	 "loading its programs"},
	{"bpf", ALL_STEPS, PV_WHEN_SCANNING, 0, "6.1",
	 "nothing is asked once they are loaded"},
	{"bpf", PV_STEP_TASKS, PV_WHEN_OWN_VIEW, PTRACE, "6.1",
	 "kcmp(2) is asked: ptrace read"},
	{"bpf", PV_STEP_FILES, PV_WHEN_OWN_VIEW, PTRACE, "6.1",
	 "kcmp(2) is asked: ptrace read"},
	{"kcmp", PV_STEP_GROUPING, PV_WHEN_SCANNING, PTRACE, "3.5",
	 "ptrace read"},
	{"pidfd", PV_STEP_FILES, PV_WHEN_SCANNING, PTRACE, "5.9",
	 "ptrace attach"},
	{"procfs", PV_STEP_TASKS, PV_WHEN_SCANNING, PTRACE, "any",
	 "ptrace read: exe, cwd, root, ns; with hidepid, the process"},
	{"procfs", PV_STEP_FILES, PV_WHEN_SCANNING, PTRACE | SEARCH, "any",
	 "ptrace read: links, fdinfo; search: fd is its owner's alone"},
};
/* clang-format on */

const PvNeeds *
pv_needs_table(guint *n_rows)
{
	*n_rows = G_N_ELEMENTS(table);
	return table;
}

gboolean
pv_needs_find(const char *backend, guint step, guint when, guint *capabilities)
{
	gboolean found = FALSE;

	*capabilities = 0;
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		if ((table[i].step != step && table[i].step != ALL_STEPS) ||
		    table[i].when != when || strcmp(table[i].backend, backend) != 0)
			continue;
		*capabilities |= table[i].capabilities;
		found = TRUE;
	}
	return found;
}
