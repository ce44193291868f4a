/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * kcmp(2), since 3.5; KCMP_FILES compares descriptor tables, KCMP_FILE open file descriptions,
 * KCMP_FS what has working directory, root and umask, KCMP_VM memories; KCMP_EPOLL_TFD, since 4.13,
 * a file with one that an epoll set waits for, in the same order as KCMP_FILE.
 *
 * Both tasks must be open to PTRACE_MODE_READ_REALCREDS. The kernel compares pointers after a
 * secret but order-preserving transformation of its own, so that the answers of one boot order all
 * objects of one type.
 *
 * What it cannot see: whether there is an object at all. Two tasks without a descriptor table, two
 * zombies say, compare as equal, because NULL equals NULL. Nor does it take pidfds: a number that
 * was reused in between is compared as if nothing had happened.
 */
#include "grouping/kcmp.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
call_kernel(gint32 tid, gint32 other_tid, int type, gulong index, gulong other_index,
	    gpointer user_data)
{
	glong answer = syscall(SYS_kcmp, tid, other_tid, type, index, other_index);

	return answer < 0 ? -errno : (int)answer;
}

void
pv_kcmp_init(PvKcmp *kcmp)
{
	*kcmp = (PvKcmp){.call = call_kernel};
}

static PvOrder
compare(PvKcmp *kcmp, gint32 tid, gint32 other_tid, int type, const gulong index[2])
{
	int answer = kcmp->call(tid, other_tid, type, index[0], index[1], kcmp->user_data);

	kcmp->n_calls++;
	switch (answer) {
	case 0:
		return PV_ORDER_EQUAL;
	case 1:
		return PV_ORDER_LESS;
	case 2:
		return PV_ORDER_GREATER;
	case 3:
		return PV_ORDER_UNORDERED;
	default:
		kcmp->error = answer < 0 ? -answer : EINVAL;
		return PV_ORDER_ERROR;
	}
}

PvOrder
pv_kcmp_tables(PvKcmp *kcmp, gint32 tid, gint32 other_tid)
{
	return compare(kcmp, tid, other_tid, KCMP_FILES, (const gulong[2]){0, 0});
}

PvOrder
pv_kcmp_files(PvKcmp *kcmp, gint32 tid, int fd, gint32 other_tid, int other_fd)
{
	return compare(kcmp, tid, other_tid, KCMP_FILE, (const gulong[2]){fd, other_fd});
}

PvOrder
pv_kcmp_fs_contexts(PvKcmp *kcmp, gint32 tid, gint32 other_tid)
{
	return compare(kcmp, tid, other_tid, KCMP_FS, (const gulong[2]){0, 0});
}

PvOrder
pv_kcmp_memories(PvKcmp *kcmp, gint32 tid, gint32 other_tid)
{
	return compare(kcmp, tid, other_tid, KCMP_VM, (const gulong[2]){0, 0});
}

PvOrder
pv_kcmp_epoll_target(PvKcmp *kcmp, gint32 tid, int fd, const PvEpollSlot *slot)
{
	struct kcmp_epoll_slot kernel_slot = {
		.efd = (guint32)slot->epoll_fd,
		.tfd = (guint32)slot->target_fd,
		.toff = slot->n,
	};

	return compare(kcmp, tid, slot->tid, KCMP_EPOLL_TFD,
		       (const gulong[2]){fd, (gulong)&kernel_slot});
}

int
pv_kcmp_probe(PvKcmp *kcmp)
{
	gint32 self = getpid();

	return pv_kcmp_tables(kcmp, self, self) == PV_ORDER_ERROR ? kcmp->error : 0;
}
