/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Effective capabilities of the calling thread, by libcap-ng.
 *
 * Asked anew for each scan, because the caller may have dropped or raised them since. libcap-ng
 * keeps a state for each thread, which may be the embedding program's own: it is put back.
 *
 * What it cannot see: security modules, and user namespaces. A capability counts only towards
 * tasks of the caller's own user namespace and below.
 */
#include "privilege/privilege.h"

#include <cap-ng.h>

static gboolean
has_either(unsigned int capability, unsigned int other)
{
	void *state = capng_save_state();
	gboolean has = capng_get_caps_process() == 0 &&
		       (capng_have_capability(CAPNG_EFFECTIVE, capability) ||
			capng_have_capability(CAPNG_EFFECTIVE, other));

	capng_restore_state(&state);
	return has;
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
