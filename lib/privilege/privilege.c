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
 * What it cannot see: security modules.
 */
#include "privilege/privilege.h"

#include <cap-ng.h>
#include <sys/stat.h>

#define FIRST_USER_NS 0xEFFFFFFDU

/* The first user namespace has a fixed inode number (PROC_USER_INIT_INO). */
static gboolean
is_in_first_user_namespace(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/user", &st) < 0 || st.st_ino == FIRST_USER_NS;
}

static gboolean
has_either(unsigned int capability, unsigned int other)
{
	void *state = capng_save_state();
	gboolean has = capng_get_caps_process() == 0 &&
		       (capng_have_capability(CAPNG_EFFECTIVE, capability) ||
			capng_have_capability(CAPNG_EFFECTIVE, other));

	capng_restore_state(&state);
	return has && is_in_first_user_namespace();
}

gboolean
pv_privilege_can_ptrace(void)
{
	return has_either(CAP_SYS_PTRACE, CAP_SYS_PTRACE);
}

gboolean
pv_privilege_can_search(void)
{
	return has_either(CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE);
}
