/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Most is in fdinfo, and the one of our copy says the same as that of the original, without an
 * inode in the target's part of /proc. What only calls tell is asked by those which change nothing
 * and wait for nobody: F_GET_SEALS (3.17), mq_getsetattr(2) without new attributes, NS_GET_NSTYPE
 * (4.11), SO_DOMAIN. TIOCGPTPEER (4.13) names the slave of a pseudoterminal's master; with O_PATH it
 * does not open it, so that nobody sees a terminal come or go.
 *
 * POSIX locks belong to a table. Our copy is in another one, and its fdinfo does not show them: for
 * inodes that /proc/locks says to be locked so, and for them only, the target's own is read; in a
 * small scan, which does without that list, for all. Locks of other kinds are the open file
 * description's.
 *
 * fdinfo of an epoll set, and kcmp(2) about it, take the set's mutex. A task in epoll_wait(2) holds it
 * while events are copied to its memory, and whoever can withhold that memory can make us wait: only
 * BPF reads sets without it.
 *
 * What it does not ask: how full a pipe is and what it holds (FIONREAD, F_GETPIPE_SZ). Both take the
 * pipe's mutex, and a writer holds that while it copies from its own memory, which userfaultfd or
 * FUSE may withhold for ever: the wait for it cannot be interrupted. TUNGETIFF and TIOCGPTN say what
 * fdinfo says too. Reading a message queue's file would tell how many bytes lie in it, and would
 * change its time of last access.
 */
#include "backend/pidfd/look-details.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <mqueue.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "backend/procfs/fdinfo-detail-parse.h"
#include "backend/procfs/fdinfo-parse.h"

#define MEM_MAJOR    1
#define PTMX_MAJOR   5
#define PTMX_MINOR   2
#define PTS_MAJOR    136
#define MAX_UNLISTED 64

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static gboolean
add_number(PvStore *store, const PvFile *file, guint fact, guint64 value)
{
	return pv_details_add_number(&store->details, file->index, fact, value);
}

static gboolean
note_seals(int copy, PvStore *store, const PvFile *file)
{
	int seals = fcntl(copy, F_GET_SEALS);

	return seals < 0 || add_number(store, file, PV_FACT_MEMFD_SEALS, (guint64)seals);
}

/* glibc has mq_getattr() in a library of its own before 2.34. */
static gboolean
note_queue(int copy, PvStore *store, const PvFile *file)
{
	struct mq_attr attr;

	if (syscall(SYS_mq_getsetattr, copy, NULL, &attr) < 0)
		return TRUE;
	return add_number(store, file, PV_FACT_MQUEUE_N_MESSAGES, (guint64)attr.mq_curmsgs) &&
	       add_number(store, file, PV_FACT_MQUEUE_MAX_MESSAGES, (guint64)attr.mq_maxmsg) &&
	       add_number(store, file, PV_FACT_MQUEUE_MESSAGE_SIZE_BYTES, (guint64)attr.mq_msgsize);
}

static const char *
namespace_type(int type)
{
	static const struct {
		int type;
		const char *name;
	} types[] = {
		{CLONE_NEWCGROUP, "cgroup"}, {CLONE_NEWIPC, "ipc"}, {CLONE_NEWNS, "mnt"},
		{CLONE_NEWNET, "net"},	     {CLONE_NEWPID, "pid"}, {CLONE_NEWTIME, "time"},
		{CLONE_NEWUSER, "user"},     {CLONE_NEWUTS, "uts"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		if (types[i].type == type)
			return types[i].name;
	}
	return NULL;
}

/* One that has a path, by a bind mount; the name of the others says it. */
static gboolean
note_namespace(PvLooker *looker, int copy, PvStore *store, const PvFile *file)
{
	const PvBuffer *link = &looker->examiner.link;
	const char *name;
	PvString string;

	if (link->n > 0 && link->data[0] != '/')
		return TRUE;
	name = namespace_type(ioctl(copy, NS_GET_NSTYPE));
	if (name == NULL)
		return TRUE;
	string = pv_strings_intern(&store->strings, name, strlen(name));
	return string != 0 && add_number(store, file, PV_FACT_NAMESPACE_TYPE, string);
}

/* A devpts may be mounted more than once, and each counts from 0: which one is it? */
static gboolean
note_devpts(int copy, PvStore *store, const PvFile *file)
{
	pv_autofd slave = -1;
	struct stat st;

	if (file->extent != pv_dev(PTMX_MAJOR, PTMX_MINOR))
		return TRUE;
	slave = ioctl(copy, TIOCGPTPEER, O_PATH | O_CLOEXEC);
	return slave < 0 || fstat(slave, &st) < 0 ||
	       add_number(store, file, PV_FACT_PTY_DEV, pv_dev(major(st.st_dev), minor(st.st_dev)));
}

/* Calls that fdinfo does not make needless. */
static gboolean
ask(PvLooker *looker, int copy, PvStore *store, const PvFile *file)
{
	switch (file->flags & O_PATH ? PV_KIND_UNKNOWN : file->kind) {
	case PV_KIND_MEMFD:
		return note_seals(copy, store, file);
	case PV_KIND_MQUEUE:
		return note_queue(copy, store, file);
	case PV_KIND_NSFS:
		return note_namespace(looker, copy, store, file);
	case PV_KIND_CHARDEV:
		return note_devpts(copy, store, file);
	default:
		return TRUE;
	}
}

/* Only those of unix sockets have lines of their own. */
static gboolean
is_worth_reading(const PvLooker *looker, int copy, const PvFile *file)
{
	socklen_t length = sizeof(int);
	int domain;

	if (!pv_fdinfo_has_details(file, looker->examiner.collect))
		return FALSE;
	return file->kind != PV_KIND_SOCKET ||
	       (getsockopt(copy, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 &&
		domain == AF_UNIX);
}

static gboolean
are_of_one_file(const PvFdinfo *x, const PvFdinfo *y)
{
	return x->ino == y->ino && x->mount_id == y->mount_id &&
	       ((x->flags ^ y->flags) & ~(guint32)O_CLOEXEC) == 0;
}

/*
 * The target's own fdinfo, if it is of the same file still. 1: it is; 0: it is not, or is closed to
 * us; -ENOMEM.
 */
static int
read_of_target(PvLooker *looker, gint32 fd, const PvFdinfo *own)
{
	char name[128];
	PvFdinfo theirs;
	int status;

	if (looker->task == NULL)
		return 0;
	g_snprintf(name, sizeof(name), "%sfdinfo/%d", looker->task, fd);
	status = pv_read_at(looker->proc_dir, name, &looker->target_text);
	if (status < 0)
		return status == -ENOMEM ? status : 0;
	return pv_fdinfo_parse(looker->target_text.data, looker->target_text.n, &theirs) &&
	       are_of_one_file(own, &theirs);
}

/* Whose fdinfo waits for nobody: drivers have their own, and so have epoll sets. */
static gboolean
is_harmless(const PvFile *file)
{
	guint dev_major = pv_dev_major((guint32)file->extent);

	if (S_ISCHR(file->mode))
		return dev_major == MEM_MAJOR || dev_major == PTS_MAJOR;
	return S_ISREG(file->mode) || S_ISDIR(file->mode) || S_ISFIFO(file->mode) ||
	       S_ISSOCK(file->mode);
}

/*
 * The list of locks spares a look at most files, but costs a wait that is longer than to look at
 * some dozens: it is read when there are more. 1: there is a list; 0: none is needed yet; -ENOMEM.
 */
static int
consult_list(PvLooker *looker, const PvFile *file)
{
	int status;

	if (pv_locked_inodes_are_fresh(&looker->locked))
		return 1;
	if (is_harmless(file) && looker->n_unlisted < MAX_UNLISTED) {
		looker->n_unlisted++;
		return 0;
	}
	status = pv_locked_inodes_refresh(&looker->locked, looker->proc_dir);
	return status < 0 ? status : 1;
}

/* Also of pipes, sockets and devices: flock(2) takes whatever is open. */
static gboolean
note_locks(PvLooker *looker, const char *name, gint32 fd, PvStore *store, const PvFile *file)
{
	const PvBuffer *text = &looker->text;
	int listed = consult_list(looker, file);
	PvFdinfo own;
	int status;

	if (listed < 0)
		return FALSE;
	/* Of files on overlayfs fdinfo and the list of locks have the number, and stat(2) may not. */
	if (listed && !S_ISREG(file->mode) && !S_ISDIR(file->mode) &&
	    !pv_inode_may_be_locked(&looker->locked, file->ino))
		return TRUE;
	status = pv_looker_read_own(looker, name);
	if (status < 0 || !pv_fdinfo_parse(text->data, text->n, &own))
		return status != -ENOMEM;
	status = 0;
	if (!listed ||
	    pv_inode_may_be_posix_locked(&looker->locked, own.has_ino ? own.ino : file->ino))
		status = read_of_target(looker, fd, &own);
	if (status < 0)
		return FALSE;
	if (status == 1)
		text = &looker->target_text;
	return pv_fdinfo_locks_parse(text->data, text->n, store, file->index);
}

int
pv_look_at_details(PvLooker *looker, int copy, const char *name, gint32 fd, PvStore *store,
		   const PvFile *file)
{
	guint collect = looker->examiner.collect;
	int status;

	if ((collect & PV_COLLECT_DETAILS) && !ask(looker, copy, store, file))
		return -ENOMEM;
	if ((collect & PV_COLLECT_LOCKS) && !(file->flags & O_PATH) &&
	    !note_locks(looker, name, fd, store, file))
		return -ENOMEM;
	if (!is_worth_reading(looker, copy, file))
		return 0;
	status = pv_looker_read_own(looker, name);
	if (status < 0)
		return status == -ENOMEM ? status : 0;
	return pv_fdinfo_detail_parse(looker->text.data, looker->text.n, store, file->index,
				      collect & ~(guint)PV_COLLECT_LOCKS)
		       ? 0
		       : -ENOMEM;
}
