/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Effective capabilities of the calling thread, by libcap-ng.
 *
 * Asked anew for each scan, because the caller may have dropped or raised them since. libcap-ng
 * keeps a state for each thread, which may be the embedding program's own: it is put back.
 *
 * In a user namespace below the first, capabilities count only towards tasks of that namespace and
 * below, so that they are not taken to open those of the whole machine.
 *
 * What it cannot see: security modules, lockdown, and seccomp filters.
 */
#include "privilege/privilege.h"

#include <cap-ng.h>
#include <sys/stat.h>

#define FIRST_USER_NS 0xEFFFFFFDU

/* Linux 5.8 split these two off CAP_SYS_ADMIN; headers older than that lack them. */
#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

/* The number of a bit: its name, the capability, and a mightier one that includes it. */
static const struct {
	const char *name;
	guint capability;
	guint includes_it;
} known[PV_N_CAPABILITIES] = {
	{"CAP_BPF", CAP_BPF, CAP_SYS_ADMIN},
	{"CAP_PERFMON", CAP_PERFMON, CAP_SYS_ADMIN},
	{"CAP_SYS_PTRACE", CAP_SYS_PTRACE, CAP_SYS_PTRACE},
	{"CAP_DAC_READ_SEARCH", CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE},
	{"CAP_DAC_OVERRIDE", CAP_DAC_OVERRIDE, CAP_DAC_OVERRIDE},
};

/* The first user namespace has a fixed inode number (PROC_USER_INIT_INO). */
static gboolean
is_in_first_user_namespace(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/user", &st) < 0 || st.st_ino == FIRST_USER_NS;
}

static gboolean
is_effective(guint capability)
{
	return capng_have_capability(CAPNG_EFFECTIVE, capability) != 0;
}

static guint
look_up_effective(void)
{
	void *state = capng_save_state();
	guint found = 0;

	if (capng_get_caps_process() == 0) {
		for (guint i = 0; i < PV_N_CAPABILITIES; i++) {
			if (is_effective(known[i].capability) || is_effective(known[i].includes_it))
				found |= 1U << i;
		}
		if (is_effective(CAP_DAC_READ_SEARCH))
			found &= ~(guint)PV_CAPABILITY_DAC_OVERRIDE;
	}
	capng_restore_state(&state);
	return found;
}

void
pv_privilege_look(PvPrivileges *privileges)
{
	guint found = look_up_effective();

	if (found != 0 && !is_in_first_user_namespace())
		found = 0;
	*privileges = (PvPrivileges){
		.capabilities = found,
		.can_ptrace = (found & PV_CAPABILITY_SYS_PTRACE) != 0,
		.can_search = (found & PV_CAPABILITY_DAC_READ_SEARCH) != 0,
	};
}

gboolean
pv_privilege_can_ptrace(void)
{
	PvPrivileges privileges;

	pv_privilege_look(&privileges);
	return privileges.can_ptrace;
}

gboolean
pv_privilege_can_search(void)
{
	PvPrivileges privileges;

	pv_privilege_look(&privileges);
	return privileges.can_search;
}

const char *
pv_capability_name(guint number)
{
	return number < PV_N_CAPABILITIES ? known[number].name : NULL;
}
