/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/locks lists all locks of the machine, by process and inode. It cannot be used to say which
 * descriptor has a lock: locks of open file descriptions have no process there, flocks that were
 * inherited have that of whoever took them, and device numbers are the kernel's own, which stat(2)
 * does not tell of btrfs and overlayfs. It is used to say which inodes are worth a look at fdinfo.
 *
 * What it cannot see: in a nested pid namespace the kernel leaves out what was locked by processes
 * outside of it, and by those that have ended. There, any inode may be locked. The kernel writes some
 * sixty locks at a time, and goes on by counting: if one before is given up between two reads, one
 * behind is passed over.
 *
 * It holds up all who lock files while it is read, so that it is not read more often than ten times
 * a second; and to begin, the kernel waits until all processors have seen it, some ten milliseconds.
 */
#include "backend/procfs/locked-inodes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/procfs/lock-parse.h"
#include "core/detail.h"
#include "util/order.h"

#define FRESH_US (100 * 1000)
/* PROC_PID_INIT_INO: of the first pid namespace, whose inode number is part of the interface. */
#define FIRST_PID_NAMESPACE 0xeffffffcu

void
pv_locked_inodes_clear(PvLockedInodes *locked)
{
	pv_buffer_clear(&locked->text);
	pv_buffer_clear(&locked->inodes);
	pv_buffer_clear(&locked->posix);
}

static gboolean
append(PvBuffer *inodes, guint64 ino)
{
	if (!pv_buffer_reserve(inodes, sizeof(ino)))
		return FALSE;
	memcpy(inodes->data + inodes->n, &ino, sizeof(ino));
	inodes->n += sizeof(ino);
	return TRUE;
}

static int
compare(const void *a, const void *b)
{
	guint64 x = *(const guint64 *)a;
	guint64 y = *(const guint64 *)b;

	return pv_order_u64(x, y);
}

static void
sort(PvBuffer *inodes)
{
	if (inodes->n > 0)
		qsort(inodes->data, inodes->n / sizeof(guint64), sizeof(guint64), compare);
}

static gboolean
contains(const PvBuffer *inodes, guint64 ino)
{
	return inodes->n > 0 && bsearch(&ino, inodes->data, inodes->n / sizeof(guint64),
					sizeof(guint64), compare) != NULL;
}

gboolean
pv_locked_inodes_parse(PvLockedInodes *locked, const char *text, gsize length)
{
	PvLine lines = {text, text + length};
	PvLine line;
	PvLockLine lock;

	locked->inodes.n = locked->posix.n = 0;
	while (length > 0 && pv_line_next(&lines, &line)) {
		if (!pv_lock_parse(&line, &lock) || lock.blocked || lock.ino == 0)
			continue;
		if (!append(&locked->inodes, lock.ino) ||
		    (lock.type == PV_LOCK_POSIX && !append(&locked->posix, lock.ino)))
			return FALSE;
	}
	sort(&locked->inodes);
	sort(&locked->posix);
	return TRUE;
}

static gboolean
sees_all(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == FIRST_PID_NAMESPACE;
}

gboolean
pv_locked_inodes_are_fresh(const PvLockedInodes *locked)
{
	return locked->read_us != 0 && g_get_monotonic_time() - locked->read_us < FRESH_US;
}

int
pv_locked_inodes_refresh(PvLockedInodes *locked, int proc_dir)
{
	int status;

	if (pv_locked_inodes_are_fresh(locked))
		return 0;
	locked->read_us = g_get_monotonic_time();
	status = pv_read_at(proc_dir, "locks", &locked->text);
	locked->unknown = status < 0 || !sees_all();
	if (status == -ENOMEM)
		return status;
	if (status < 0)
		locked->text.n = 0;
	return pv_locked_inodes_parse(locked, locked->text.data, locked->text.n) ? 0 : -ENOMEM;
}

gboolean
pv_inode_may_be_locked(const PvLockedInodes *locked, guint64 ino)
{
	return locked->unknown || contains(&locked->inodes, ino);
}

gboolean
pv_inode_may_be_posix_locked(const PvLockedInodes *locked, guint64 ino)
{
	return locked->unknown || contains(&locked->posix, ino);
}
