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

gboolean
pv_privilege_can_ptrace(void)
{
	void *state = capng_save_state();
	gboolean has = capng_get_caps_process() == 0 &&
		       capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_PTRACE);

	capng_restore_state(&state);
	return has;
}
