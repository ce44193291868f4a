/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Reading a table through /proc/PID/fd, or /proc/PID/task/TID/fd of a thread that is no leader.
 *
 *   /proc/PID           held open (O_PATH): stays this process, whoever gets the number
 *     +- fd, fdinfo     of the leader
 *     +- task/TID/fd, task/TID/fdinfo
 *
 * Works on every kernel, needs no privilege for the caller's own processes, and disturbs nobody:
 * no file is opened. The kernel builds two inodes for each descriptor (fd/N, fdinfo/N), which stay
 * until the process exits.
 */
#include "backend/procfs/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "backend/procfs/entries.h"
#include "backend/procfs/task-look.h"
#include "core/error.h"

#define NAME_BYTES 64
#define ENOUGH	   8 /* refusals, with nothing else */
#define LONG_TEXT  (64 * 1024)

/* Where things of one task are, relative to the directory of its process. */
typedef struct {
	char fd[NAME_BYTES];
	char fdinfo[NAME_BYTES];
	char task[PV_TASK_PREFIX_BYTES];
} TaskNames;

typedef struct {
	PvReader reader;
	const PvContext *context;
	PvExaminer examiner;
	PvBuffer text;
	PvBuffer fds;
	int proc_dir;
	TaskNames names; /* of the task under way */
} ProcfsReader;

static void
name_task(const PvSubject *subject, TaskNames *names)
{
	pv_task_prefix_within(subject->pid, subject->tid, names->task);
	g_snprintf(names->fd, NAME_BYTES, "%sfd", names->task);
	g_snprintf(names->fdinfo, NAME_BYTES, "%sfdinfo", names->task);
}

/* The one that was listed? 1, 0, or a negative errno if that cannot be found out. */
static int
is_subject(ProcfsReader *self, int process_dir, const PvSubject *subject)
{
	const PvContext *context = self->context;
	PvStat stat;
	int error;

	if (subject->identity != 0)
		return pv_pidfd_is(&context->pidfd, subject->tid, subject->identity);
	if (subject->start_time_ns == 0)
		return 1;
	error = pv_task_read_stat(process_dir, self->names.task, &self->text, &stat);
	if (error < 0)
		return pv_error_only_shortage(error);
	return pv_stat_start_time_ns(context, &stat) == subject->start_time_ns;
}

/* Does it have a table still? 1, 0, or a negative errno if that cannot be found out. */
static int
is_alive(ProcfsReader *self, int process_dir, const PvSubject *subject)
{
	PvStatus status;
	int error = is_subject(self, process_dir, subject);

	if (error <= 0)
		return error;
	error = pv_task_read_status(process_dir, self->names.task, &self->text, &status);
	if (error < 0)
		return pv_error_only_shortage(error);
	return status.fd_size > 0;
}

static void
fail(PvOutcome *outcome, const PvContext *context, int error)
{
	if (error == EPERM || error == EACCES) {
		pv_outcome_denied(outcome, context);
		/* ptrace access is for what the links lead to, the directory has an owner too. */
		if (!context->can_search)
			outcome->need = context->can_ptrace ? PV_NEED_SEARCH
							    : PV_NEED_PTRACE_AND_SEARCH;
		return;
	}
	if (error == ENOENT || error == ESRCH) {
		outcome->exited = TRUE;
		return;
	}
	outcome->status = PV_STATUS_PARTIAL;
	outcome->reason = PV_REASON_FAILED;
	if (error == EAGAIN)
		outcome->reason = PV_REASON_CHANGED;
	if (error == EMFILE || error == ENFILE) {
		outcome->reason = PV_REASON_NO_DESCRIPTORS;
		outcome->need = PV_NEED_NOFILE;
	}
	outcome->no_memory = error == ENOMEM;
}

static void
note_whether_alive(ProcfsReader *self, int alive, PvOutcome *outcome)
{
	if (alive < 0)
		fail(outcome, self->context, -alive);
	outcome->exited = alive == 0;
}

/* The number of descriptors is the size of the directory, for whoever may see the process: 6.2. */
static void
count(ProcfsReader *self, int process_dir, PvOutcome *outcome)
{
	struct stat st;

	if (self->context->has_counts && fstatat(process_dir, self->names.fd, &st, 0) == 0)
		outcome->open_count = st.st_size;
}

/*
 * One descriptor that is refused makes a table partial. But where the first few are all refused it
 * is the process that is closed to us, and the numbers alone are not worth an inode each.
 */
static void
note_failure(ProcfsReader *self, int error, gboolean nothing_but_failures, PvOutcome *outcome)
{
	fail(outcome, self->context, error);
	if (outcome->status == PV_STATUS_DENIED && !nothing_but_failures)
		outcome->status = PV_STATUS_PARTIAL;
}

static void
read_entries(ProcfsReader *self, PvEntries *entries, const PvWatch *watch, PvOutcome *outcome)
{
	guint n = pv_numbers_count(&self->fds);
	guint n_failed = 0;

	for (guint i = 0; i < n; i++) {
		int error = 0;

		outcome->cancelled =
			(i % PV_DESCRIPTORS_PER_LOOK == 0 || self->text.n > LONG_TEXT) &&
			pv_watch_cancelled(watch);
		if (pv_outcome_is_final(outcome))
			return;
		switch (pv_entries_read(entries, pv_numbers_get(&self->fds, i), &error)) {
		case PV_ENTRY_ADDED:
		case PV_ENTRY_CLOSED:
			break;
		case PV_ENTRY_NO_MEMORY:
			outcome->no_memory = TRUE;
			break;
		case PV_ENTRY_FAILED:
			n_failed++;
			note_failure(self, error, n_failed == i + 1 && n_failed == MIN(ENOUGH, n),
				     outcome);
			if (outcome->status == PV_STATUS_DENIED ||
			    outcome->reason == PV_REASON_NO_DESCRIPTORS)
				return;
			break;
		}
	}
}

static void
read_directory(ProcfsReader *self, int process_dir, const PvSubject *subject, PvStore *store,
	       PvOutcome *outcome)
{
	const TaskNames *names = &self->names;
	/*
	 * fdinfo can be opened by whoever may look into the process, fd by its owner too: where the
	 * former is refused, listing the latter would but leave an inode for each descriptor.
	 */
	pv_autofd fdinfo_dir = pv_open_dir(process_dir, names->fdinfo);
	pv_autofd fd_dir = -1;
	PvEntries entries = {&self->examiner, store, -1, fdinfo_dir, &self->text};
	int status = fdinfo_dir;

	if (status >= 0)
		status = fd_dir = pv_open_dir(process_dir, names->fd);
	if (status >= 0)
		status = pv_list_numbers(fd_dir, &self->fds);
	if (status < 0) {
		fail(outcome, self->context, -status);
		return;
	}
	pv_numbers_sort(&self->fds);
	outcome->open_count = pv_numbers_count(&self->fds);
	if (!(self->examiner.collect & PV_COLLECT_DESCRIPTORS))
		return;
	entries.fd_dir = fd_dir;
	read_entries(self, &entries, subject->watch, outcome);
}

static void
read_table(PvReader *reader, const PvSubject *subject, PvStore *store, PvOutcome *outcome)
{
	ProcfsReader *self = (ProcfsReader *)reader;
	guint32 first_descriptor = store->descriptors.n;
	char name[NAME_BYTES];
	pv_autofd process_dir = -1;
	gboolean counted;
	int status;

	*outcome = (PvOutcome){.open_count = PV_NONE};
	self->examiner.collect = subject->collect;
	name_task(subject, &self->names);
	g_snprintf(name, sizeof(name), "%d", subject->pid);
	process_dir = openat(self->proc_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process_dir < 0) {
		fail(outcome, self->context, errno);
		return;
	}
	status = is_subject(self, process_dir, subject);
	if (status <= 0) {
		note_whether_alive(self, status, outcome);
		return;
	}
	count(self, process_dir, outcome);
	counted = outcome->open_count != PV_NONE && outcome->open_count > 0 &&
		  subject->tid == subject->pid && !(subject->collect & PV_COLLECT_DESCRIPTORS);
	/* An empty table has nothing that could be refused. */
	if (outcome->open_count == PV_NONE ||
	    (outcome->open_count > 0 && (subject->collect & PV_COLLECT_DESCRIPTORS)))
		read_directory(self, process_dir, subject, store, outcome);
	if (outcome->status == PV_STATUS_DENIED)
		pv_store_rewind(store, first_descriptor);
	/* What was counted, through the directory of the process itself, was there. */
	if (!counted && !pv_outcome_is_final(outcome))
		note_whether_alive(self, is_alive(self, process_dir, subject), outcome);
	if ((subject->collect & PV_COLLECT_DESCRIPTORS) && outcome->status == PV_STATUS_OK)
		outcome->open_count = store->descriptors.n - first_descriptor;
}

static void
close_reader(PvReader *reader)
{
	ProcfsReader *self = (ProcfsReader *)reader;

	pv_fd_close(&self->proc_dir);
	pv_buffer_clear(&self->text);
	pv_buffer_clear(&self->fds);
	pv_buffer_clear(&self->examiner.link);
	g_free(self);
}

static PvReader *
open_reader(const PvContext *context, GError **error)
{
	int proc_dir = pv_open_dir(AT_FDCWD, context->proc_path);
	ProcfsReader *self;

	if (proc_dir < 0) {
		pv_error_from_errno(error, context->proc_path, -proc_dir);
		return NULL;
	}
	self = g_new0(ProcfsReader, 1);
	self->reader = (PvReader){read_table, close_reader};
	self->context = context;
	self->examiner.context = context;
	self->proc_dir = proc_dir;
	return &self->reader;
}

static char *
refuse(const PvContext *context)
{
	return NULL;
}

const PvBackend pv_procfs_backend = {
	.name = "procfs",
	.refuse = refuse,
	.open = open_reader,
};
