/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parser of /proc/locks.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/lock-parse.h"
#include "backend/procfs/locked-inodes.h"
#include "core/detail.h"
#include "fuzz.h"

static void
check_line(const PvLine *line, const PvLockedInodes *locked)
{
	PvLockLine lock;

	if (!pv_lock_parse(line, &lock))
		return;
	g_assert_cmpuint(lock.type, <=, PV_LOCK_DELEGATION);
	g_assert_cmpint(lock.pid, >=, 0);
	if (lock.ino == 0 || lock.blocked)
		return;
	g_assert_true(pv_inode_may_be_locked(locked, lock.ino));
	if (lock.type == PV_LOCK_POSIX)
		g_assert_true(pv_inode_may_be_posix_locked(locked, lock.ino));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	PvLine lines = {text, text + size};
	PvLine line;
	PvLockedInodes locked = {0};

	g_assert_true(pv_locked_inodes_parse(&locked, text, size));
	while (size > 0 && pv_line_next(&lines, &line))
		check_line(&line, &locked);
	pv_locked_inodes_clear(&locked);
	return 0;
}
