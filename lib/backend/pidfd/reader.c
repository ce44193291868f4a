/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Reading a table by copying each of its descriptors with pidfd_getfd(2), since 5.6.
 *
 * PIDFD_THREAD, since 6.9, gives a pidfd of any thread, and so access to its own table also when
 * the leader has another one, or is a zombie. Before 6.9 only tables that a leader has can be read
 * this way, and the rest is left to procfs.
 *
 * Where to stop: the fd directory's st_size is the number of open descriptors, since 6.2. Numbers
 * are tried from 0 up until as many were found. Behind a wide hole the directory is listed from
 * there on if few are left, which makes an inode of each, and else the table is asked for its size
 * (FDSize in status). What was opened and closed meanwhile may have used up the count before the
 * highest number was reached, so that the directory is listed from there on in the end, too:
 * normally nothing is left, and no inode is made. Where there is no count, or the directory is
 * closed to us, all numbers up to the size are tried.
 *
 * What it may disturb: a file is referred to by us for some microseconds. If its owner closes it
 * just then, ours is the last close, and releasing it (truncating a deleted file, lingering on a
 * socket) is done here. Closing calls the file system's flush: see backend/mounts.c, and
 * backend/own-queues.c for what that does to message queues of the caller. A socket
 * that is received is tagged by cgroup-v1 net_cls and net_prio with the class of the receiver:
 * where they are mounted, this backend must be asked for by name.
 */
#include "backend/pidfd/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "backend/mounts.h"
#include "backend/pidfd/look.h"
#include "backend/procfs/task-look.h"
#include "core/error.h"

#define NAME_BYTES 64
#define MAX_PASSES 8
#define PATIENCE   64 /* free numbers in a row before the table is asked where it goes on */
#define FEW	   4  /* left, that are listed */

typedef struct {
	PvReader reader;
	const PvContext *context;
	PvLooker looker;
	PvMounts *mounts;
	gboolean own_waits; /* something is mounted here that a layer elsewhere may lie on */
	PvBuffer text;
	PvBuffer numbers;
	int proc_dir;
	/* Of the table under way. */
	const PvWatch *watch;
	int pidfd;
	int fd_dir;	       /* its directory of descriptors, -1: closed to us */
	char task[NAME_BYTES]; /* its directory below /proc, with a slash at the end */
} PidfdReader;

static const char no_thread_pidfd[] = "a thread that is no leader needs PIDFD_THREAD, Linux 6.9";
static const char may_wait[] =
	"a file system is mounted there whose close may wait for a server (FUSE, NFS, ...)";
static const char refused_by_ptrace[] =
	"pidfd_getfd was refused (ptrace access: kernel.yama.ptrace_scope, or a security module)";

static const char forbidden[] =
	"pidfd_open or pidfd_getfd was forbidden after the scanner was made";

static void
fail(PvOutcome *outcome, const PvContext *context, int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		outcome->declined = refused_by_ptrace;
		pv_outcome_denied(outcome, context);
		break;
	case ENOENT:
	case ESRCH:
		outcome->exited = TRUE;
		break;
	case ENOSYS:
		outcome->declined = forbidden;
		break;
	case ECANCELED:
		break;
	case EMFILE:
	case ENFILE:
		outcome->status = PV_STATUS_PARTIAL;
		outcome->reason = PV_REASON_NO_DESCRIPTORS;
		outcome->need = PV_NEED_NOFILE;
		break;
	default:
		outcome->status = PV_STATUS_PARTIAL;
		outcome->reason = PV_REASON_FAILED;
		outcome->no_memory = error == ENOMEM;
	}
}

static gboolean
open_task(PidfdReader *self, const PvSubject *subject, PvOutcome *outcome)
{
	const PvPidfdSupport *support = &self->context->pidfd;
	gboolean leader = subject->tid == subject->pid;
	guint64 identity;

	if (leader)
		g_snprintf(self->task, NAME_BYTES, "%d/", subject->pid);
	else
		g_snprintf(self->task, NAME_BYTES, "%d/task/%d/", subject->pid, subject->tid);
	if (support->thread_errno != 0 && !leader) {
		outcome->declined = no_thread_pidfd;
		return FALSE;
	}
	self->pidfd = pv_pidfd_open(subject->tid, support->thread_errno == 0);
	/* The kernel gives a pidfd to anybody: who is refused is under a filter of system calls. */
	if (self->pidfd == -EPERM || self->pidfd == -EACCES || self->pidfd == -ENOSYS) {
		outcome->declined = forbidden;
		return FALSE;
	}
	if (self->pidfd < 0) {
		fail(outcome, self->context, -self->pidfd);
		return FALSE;
	}
	identity = pv_pidfd_identity_of(support, self->pidfd);
	outcome->exited = subject->identity != 0 && identity != subject->identity;
	return !outcome->exited;
}

/*
 * Has the task its table still? /proc is read by number, but while the pidfd's task has not ended
 * the number is its own. 1, 0, or a negative errno if that cannot be found out.
 */
static int
is_alive(PidfdReader *self, const PvSubject *subject)
{
	struct pollfd ended = {self->pidfd, POLLIN, 0};
	PvStatus status;
	PvStat stat;
	int error = pv_task_read_status(self->proc_dir, self->task, &self->text, &status);

	if (error < 0)
		return pv_error_only_shortage(error);
	if (status.fd_size == 0 || poll(&ended, 1, 0) != 0)
		return 0;
	if (subject->identity != 0 || subject->start_time_ns == 0)
		return 1;
	error = pv_task_read_stat(self->proc_dir, self->task, &self->text, &stat);
	if (error < 0)
		return pv_error_only_shortage(error);
	return pv_stat_start_time_ns(self->context, &stat) == subject->start_time_ns;
}

static void
note_whether_alive(PidfdReader *self, const PvSubject *subject, PvOutcome *outcome)
{
	int alive = is_alive(self, subject);

	if (alive < 0)
		fail(outcome, self->context, -alive);
	outcome->exited = alive == 0;
}

static guint32
count(PidfdReader *self)
{
	char name[NAME_BYTES * 2];
	struct stat st;

	g_snprintf(name, sizeof(name), "%sfd", self->task);
	if (!self->context->has_counts || fstatat(self->proc_dir, name, &st, 0) < 0)
		return PV_NONE;
	return st.st_size;
}

static int
open_fd_dir(PidfdReader *self)
{
	char name[NAME_BYTES * 2];

	g_snprintf(name, sizeof(name), "%sfd", self->task);
	return pv_open_dir(self->proc_dir, name);
}

/* 0, or -errno where that is for want of memory or descriptors; a task that has gone has size 0. */
static int
table_size(PidfdReader *self, guint32 *size)
{
	PvStatus status;
	int error = pv_task_read_status(self->proc_dir, self->task, &self->text, &status);

	*size = error == 0 ? status.fd_size : 0;
	return pv_error_only_shortage(error);
}

/* Reads number fd. 1: it is open; 0: it is not; a negative errno: the table is out of reach. */
static int
read_number(PidfdReader *self, gint32 fd, PvStore *store, PvOutcome *outcome)
{
	int copy = pv_pidfd_getfd(self->pidfd, fd);
	int status;

	if (copy == -EBADF)
		return 0;
	/* No table has this number: EBADF says that the table is open to us, and the file is not. */
	if ((copy == -EPERM || copy == -EACCES) &&
	    pv_pidfd_getfd(self->pidfd, G_MAXINT) == -EBADF) {
		outcome->status = PV_STATUS_PARTIAL;
		outcome->reason = PV_REASON_DENIED;
		return pv_store_add_descriptor(store, fd, PV_CLOEXEC_UNKNOWN) ? 1 : -ENOMEM;
	}
	if (copy < 0)
		return copy;
	status = pv_look_at(&self->looker, copy, fd, store);
	close(copy);
	if (pv_error_is_shortage(status))
		return status;
	if (status < 0) {
		outcome->status = PV_STATUS_PARTIAL;
		outcome->reason = PV_REASON_FAILED;
	}
	return 1;
}

/* Reads from number *next until the table has shown as many as were counted. 0, or -errno. */
static int
read_numbers(PidfdReader *self, gint32 *next, PvStore *store, PvOutcome *outcome)
{
	guint32 wanted = outcome->open_count;
	guint32 size = G_MAXINT;
	guint32 found = 0;
	guint32 holes = 0;
	int error = wanted == PV_NONE ? table_size(self, &size) : 0;

	if (error < 0)
		return error;
	while (found < wanted && (guint32)*next < size) {
		int status;

		outcome->cancelled =
			*next % PV_DESCRIPTORS_PER_LOOK == 0 && pv_watch_cancelled(self->watch);
		if (outcome->cancelled)
			return -ECANCELED;
		status = read_number(self, *next, store, outcome);
		if (status < 0)
			return status;
		(*next)++;
		found += status;
		holes = status == 1 ? 0 : holes + 1;
		if (holes != PATIENCE || size != G_MAXINT)
			continue;
		if (wanted - found <= FEW && self->fd_dir >= 0)
			return 0;
		error = table_size(self, &size);
		if (error < 0)
			return error;
	}
	return 0;
}

/* The open numbers from next on: a fd directory lists number n at position n + 2. */
static int
list_tail(PidfdReader *self, gint32 next)
{
	self->numbers.n = 0;
	if (lseek(self->fd_dir, (off_t)next + 2, SEEK_SET) < 0)
		return -errno;
	return pv_list_numbers(self->fd_dir, &self->numbers);
}

/* Reads what is left behind the last number that was tried. 0: nothing was; 1: read; or -errno. */
static int
read_tail(PidfdReader *self, gint32 *next, PvStore *store, PvOutcome *outcome)
{
	int status = list_tail(self, *next);
	guint n = pv_numbers_count(&self->numbers);

	if (status < 0 || n == 0)
		return status;
	for (guint i = 0; i < n; i++) {
		*next = pv_numbers_get(&self->numbers, i);
		status = read_number(self, (*next)++, store, outcome);
		if (status < 0)
			return status;
	}
	return 1;
}

static void
read_descriptors(PidfdReader *self, PvStore *store, PvOutcome *outcome)
{
	guint32 before = store->descriptors.n;
	gint32 next = 0;
	int status;

	if (self->fd_dir < 0)
		outcome->open_count = PV_NONE;
	status = read_numbers(self, &next, store, outcome);
	for (guint pass = 0; status == 0 && self->fd_dir >= 0; pass++) {
		status = read_tail(self, &next, store, outcome);
		if (status <= 0)
			break;
		status = 0;
		if (pass < MAX_PASSES)
			continue;
		/* It is opened faster than we read. */
		outcome->status = PV_STATUS_PARTIAL;
		outcome->reason = PV_REASON_CHANGED;
		break;
	}
	if (status < 0)
		fail(outcome, self->context, -status);
	else
		outcome->open_count = store->descriptors.n - before;
}

/* Whether closing a copy might wait for a server. */
static gboolean
may_close(PidfdReader *self, PvOutcome *outcome)
{
	guint64 ns = pv_pidfd_mount_namespace(self->pidfd);
	const PvMountNamespace *mounts;
	pv_autofd dir = -1;
	int status;

	dir = openat(self->proc_dir, self->task, O_PATH | O_DIRECTORY | O_CLOEXEC);
	status = dir < 0 ? -errno : 0;
	mounts = pv_error_is_shortage(status) ? NULL
					      : pv_mounts_get(self->mounts, ns, dir, &status);
	if (mounts == NULL) {
		fail(outcome, self->context, -status);
		return FALSE;
	}
	if (mounts->waits || (mounts->stacked && self->own_waits))
		outcome->declined = may_wait;
	return outcome->declined == NULL;
}

static void
read_open_task(PidfdReader *self, const PvSubject *subject, PvStore *store, PvOutcome *outcome)
{
	outcome->open_count = count(self);
	/* An empty table has nothing that could be refused. */
	if (outcome->open_count != 0 && (subject->collect & PV_COLLECT_DESCRIPTORS)) {
		int allowed = pv_pidfd_getfd(self->pidfd, G_MAXINT);

		if (allowed != -EBADF)
			fail(outcome, self->context, -allowed);
		else if (may_close(self, outcome)) {
			self->fd_dir = open_fd_dir(self);
			read_descriptors(self, store, outcome);
			pv_fd_close(&self->fd_dir);
		}
	}
	if (outcome->declined == NULL && !pv_outcome_is_final(outcome))
		note_whether_alive(self, subject, outcome);
}

static void
read_table(PvReader *reader, const PvSubject *subject, PvStore *store, PvOutcome *outcome)
{
	PidfdReader *self = (PidfdReader *)reader;

	*outcome = (PvOutcome){.open_count = PV_NONE};
	self->looker.examiner.collect = subject->collect;
	self->watch = subject->watch;
	self->pidfd = -1;
	if (open_task(self, subject, outcome))
		read_open_task(self, subject, store, outcome);
	pv_fd_close(&self->pidfd);
}

static void
close_reader(PvReader *reader)
{
	PidfdReader *self = (PidfdReader *)reader;

	pv_fd_close(&self->proc_dir);
	pv_fd_close(&self->looker.own_fd_dir);
	pv_fd_close(&self->looker.own_fdinfo_dir);
	pv_buffer_clear(&self->text);
	pv_buffer_clear(&self->numbers);
	pv_buffer_clear(&self->looker.text);
	pv_buffer_clear(&self->looker.target_text);
	pv_locked_inodes_clear(&self->looker.locked);
	pv_buffer_clear(&self->looker.examiner.link);
	pv_mounts_free(self->mounts);
	g_free(self);
}

static gboolean
note_own_mounts(PidfdReader *self, GError **error)
{
	pv_autofd dir = openat(self->proc_dir, "thread-self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int status;
	const PvMountNamespace *own = pv_mounts_get(self->mounts, PV_OWN_MOUNTS, dir, &status);

	if (own == NULL)
		return pv_error_from_errno(error, "/proc/thread-self/mountinfo", -status);
	self->own_waits = own->waits;
	return TRUE;
}

static PvReader *
open_reader(const PvContext *context, GError **error)
{
	PidfdReader *self = g_new0(PidfdReader, 1);
	PvLooker *looker = &self->looker;

	self->reader = (PvReader){read_table, close_reader};
	self->context = context;
	looker->examiner.context = context;
	self->mounts = pv_mounts_new();
	self->proc_dir = looker->proc_dir = pv_open_dir(AT_FDCWD, "/proc");
	looker->task = self->task;
	looker->own_fd_dir = pv_open_dir(AT_FDCWD, "/proc/thread-self/fd");
	looker->own_fdinfo_dir = pv_open_dir(AT_FDCWD, "/proc/thread-self/fdinfo");
	if (self->proc_dir < 0 || looker->own_fd_dir < 0 || looker->own_fdinfo_dir < 0) {
		int status = MIN(self->proc_dir, MIN(looker->own_fd_dir, looker->own_fdinfo_dir));

		pv_error_from_errno(error, "/proc/thread-self", -status);
		close_reader(&self->reader);
		return NULL;
	}
	if (!note_own_mounts(self, error)) {
		close_reader(&self->reader);
		return NULL;
	}
	return &self->reader;
}

static char *
refuse(const PvContext *context)
{
	const PvPidfdSupport *support = &context->pidfd;

	if (context->foreign)
		return g_strdup("the numbers of /proc are not those of the caller's pid namespace");
	if (context->own_table_errno != 0)
		return g_strdup_printf("close_range: %s", g_strerror(context->own_table_errno));
	if (support->open_errno != 0)
		return g_strdup_printf("pidfd_open: %s", g_strerror(support->open_errno));
	if (support->getfd_errno != 0)
		return g_strdup_printf("pidfd_getfd: %s", g_strerror(support->getfd_errno));
	return NULL;
}

const PvBackend pv_pidfd_backend = {
	.name = "pidfd",
	.own_table = TRUE,
	.refuse = refuse,
	.open = open_reader,
};
