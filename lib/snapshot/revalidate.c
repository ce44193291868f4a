/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Revalidation, without a new scan: each task of the table is looked at by its number.
 *
 * 1. Is it the same task? By the pidfs inode of its pidfd (6.9), else by its start time.
 * 2. Which of those that live share still? They are sorted into sets by kcmp(2). unshare(2) and
 *    execve(2) give the caller a copy of its own and leave the original to the rest, and no call
 *    gives a task a table that another one has. So two tasks of the old table that share one now
 *    share that one, and whoever is in no such set has left it.
 * 3. Does it hold what it held? It is read again through a task that has it.
 *
 * Where each has a table of its own, the copies look as good as the original: then the order in
 * which the kernel had the tables of the snapshot tells (snapshot/witness.c). If even that leaves
 * more than one, or the original may have gone with a task that has exited, membership is unknown.
 * A process of one thread, then and now, has nobody to leave, and keeps its table until it exits.
 *
 * A scanner that sees the kernel's pointers has no need of all this for its own snapshots
 * (snapshot/revalidate-bpf.c).
 *
 * What it cannot see: that such a process had a thread in between, gave it the table and took a copy
 * itself; or that it shared with a process that the query had left out.
 */
#include "snapshot/revalidate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "backend/procfs/task-look.h"
#include "backend/registry.h"
#include "core/error.h"
#include "snapshot/reading.h"
#include "snapshot/revalidate-bpf.h"
#include "snapshot/scanner.h"
#include "snapshot/witness.h"
#include "util/fd.h"

#define TASKS_PER_LOOK 256

typedef struct {
	const PvPlan *plan;
	const PvTable *table;
	const PvWatch *watch;
	const PvStore *store; /* of the table */
	guint8 *memberships;
	guint32 *set_of; /* for each member: the first member of its set */
	guint32 *set_size;
	PvKcmp kcmp;
	guint32 n_threads; /* of the process last looked at */
	int failed;	   /* errno that ends the revalidation */
	const PvBackend *backend;
	/* The table as it is now. */
	PvStore *fresh;
	PvOutcome outcome;
	GError *error;
} Revalidation;

static void
revalidation_clear(Revalidation *self)
{
	g_free(self->set_of);
	g_free(self->set_size);
	g_clear_pointer(&self->fresh, pv_store_unref);
	g_clear_error(&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Revalidation, revalidation_clear)

static const PvTask *
member(const Revalidation *self, guint32 i)
{
	return pv_store_task(self->store,
			     pv_store_member(self->store, self->table->first_member + i));
}

static gint32
pid_of(const Revalidation *self, const PvTask *task)
{
	return pv_store_process(self->store, task->process)->pid;
}

/*
 * What not being able to look means. A number that /proc does not show may yet belong to somebody:
 * a mount with hidepid= hides him.
 */
static guint8
judge_failure(Revalidation *self, const PvTask *task, int error)
{
	pv_autofd pidfd = -1;

	switch (error) {
	case -ENOENT:
	case -ESRCH:
		if (self->plan->context->foreign)
			return PV_MEMBERSHIP_EXITED;
		pidfd = pv_pidfd_open(task->tid, self->plan->context->pidfd.thread_errno == 0);
		if (pidfd < 0 && !pv_error_is_shortage(pidfd))
			return PV_MEMBERSHIP_EXITED;
		self->failed = pidfd < 0 ? -pidfd : self->failed;
		break;
	case -EMFILE:
	case -ENFILE:
	case -ENOMEM:
		self->failed = -error;
	}
	return PV_MEMBERSHIP_UNKNOWN;
}

/* SHARING here means no more than: it lives, and has a table. */
static guint8
find_task(Revalidation *self, const PvTask *task)
{
	const PvContext *context = self->plan->context;
	guint64 identity = task->identity == 0 ? 0 : pv_pidfd_identity(&context->pidfd, task->tid);
	PvStatus status;
	PvStat stat;
	int error;

	if (identity != 0 && identity != task->identity)
		return PV_MEMBERSHIP_REPLACED;
	error = pv_task_look_up_stat(context, 0, task->tid, &stat);
	if (error < 0)
		return judge_failure(self, task, error);
	if (task->start_time_ns != 0 &&
	    pv_stat_start_time_ns(context, &stat) != task->start_time_ns)
		return PV_MEMBERSHIP_REPLACED;
	self->n_threads = stat.n_threads;
	error = pv_task_look_up_status(context, 0, task->tid, &status);
	if (error < 0)
		return judge_failure(self, task, error);
	return status.fd_size > 0 ? PV_MEMBERSHIP_SHARING : PV_MEMBERSHIP_EXITED;
}

/* A task that shares with none of those before it starts a set, if it may be asked at all. */
static guint8
start_set(Revalidation *self, guint32 i)
{
	gint32 tid = member(self, i)->tid;

	if (pv_kcmp_tables(&self->kcmp, tid, tid) != PV_ORDER_ERROR)
		return PV_MEMBERSHIP_SHARING;
	return self->kcmp.error == ESRCH ? PV_MEMBERSHIP_EXITED : PV_MEMBERSHIP_UNKNOWN;
}

/* Finds the set of a living member among those of the members before it. */
static void
find_set(Revalidation *self, guint32 i)
{
	self->set_of[i] = i;
	for (guint32 j = 0; j < i; j++) {
		if (self->memberships[j] != PV_MEMBERSHIP_SHARING || self->set_of[j] != j)
			continue;
		if (pv_kcmp_tables(&self->kcmp, member(self, i)->tid, member(self, j)->tid) !=
		    PV_ORDER_EQUAL)
			continue;
		self->set_of[i] = j;
		self->set_size[j]++;
		return;
	}
	self->memberships[i] = start_set(self, i);
	self->set_size[i] = 1;
}

/*
 * Nobody shares. Whoever is out of place has left; if all are alive, one of them must have stayed,
 * because the last task to have a table cannot leave it. A task that was the only one may have got
 * a thread that stayed in its place.
 */
static void
ask_witnesses(Revalidation *self)
{
	PvWitnesses *witnesses = pv_witnesses_new(self->plan->context, &self->kcmp, self->table);
	guint32 n_left = 0;
	guint32 n_possible = 0;

	for (guint32 i = 0; i < self->table->n_members; i++) {
		if (self->memberships[i] != PV_MEMBERSHIP_SHARING)
			continue;
		if (pv_witnesses_exclude(witnesses, &self->kcmp, member(self, i)->tid)) {
			self->memberships[i] = PV_MEMBERSHIP_LEFT;
			n_left++;
		} else {
			n_possible++;
		}
	}
	for (guint32 i = 0; i < self->table->n_members; i++) {
		if (self->memberships[i] == PV_MEMBERSHIP_SHARING &&
		    (n_possible > 1 || n_possible + n_left < self->table->n_members ||
		     self->table->n_members == 1))
			self->memberships[i] = PV_MEMBERSHIP_UNKNOWN;
	}
	pv_witnesses_free(witnesses);
}

/* Then and now one process of one thread: it had nobody to leave. */
static gboolean
was_always_alone(const Revalidation *self)
{
	const PvTask *task = member(self, 0);

	return self->table->n_members == 1 && self->n_threads == 1 &&
	       pv_store_process(self->store, task->process)->n_tasks == 1;
}

static void
sort_out(Revalidation *self)
{
	guint32 n = self->table->n_members;
	guint32 original = PV_NONE;

	if (was_always_alone(self))
		return;
	for (guint32 i = 0; i < n; i++) {
		if (self->set_size[i] > 1)
			original = i;
	}
	for (guint32 i = 0; i < n && original != PV_NONE; i++) {
		if (self->memberships[i] == PV_MEMBERSHIP_SHARING && self->set_of[i] != original)
			self->memberships[i] = PV_MEMBERSHIP_LEFT;
	}
	if (original == PV_NONE)
		ask_witnesses(self);
}

static gboolean
look_at_members(Revalidation *self, GError **error)
{
	guint32 n = self->table->n_members;

	if (pv_revalidate_has_key(self->plan, self->table))
		return pv_revalidate_members_by_key(self->plan, self->table, self->watch,
						    self->memberships, error);
	for (guint32 i = 0; i < n; i++) {
		if (i % TASKS_PER_LOOK == 0 &&
		    !pv_watch_step(self->watch, PV_STEP_GROUPING, i, n, error))
			return FALSE;
		self->memberships[i] = find_task(self, member(self, i));
		if (self->failed != 0)
			return pv_error_from_errno(error, "open", self->failed);
		if (self->memberships[i] != PV_MEMBERSHIP_SHARING)
			continue;
		/* Alone it cannot have left, and without kcmp(2) nobody can tell. */
		if (self->plan->kcmp_errno != 0 && n > 1)
			self->memberships[i] = PV_MEMBERSHIP_UNKNOWN;
		else
			find_set(self, i);
	}
	sort_out(self);
	return TRUE;
}

static const PvTask *
find_sharing(const Revalidation *self)
{
	for (guint32 i = 0; i < self->table->n_members; i++) {
		if (self->memberships[i] == PV_MEMBERSHIP_SHARING)
			return member(self, i);
	}
	return NULL;
}

static void
read_again(gpointer data)
{
	Revalidation *self = data;
	const PvTask *task = find_sharing(self);
	const PvSubject subject = {
		.pid = pid_of(self, task),
		.tid = task->tid,
		.identity = task->identity,
		.start_time_ns = task->start_time_ns,
		.collect = PV_COLLECT_TABLES | PV_COLLECT_DESCRIPTORS,
		.watch = self->watch,
	};
	PvReader *reader = self->backend->open(self->plan->context, &self->error);

	if (reader == NULL)
		return;
	reader->read(reader, &subject, self->fresh, &self->outcome);
	reader->close(reader);
	if (self->outcome.declined == NULL)
		return;
	pv_store_rewind(self->fresh, 0);
	reader = pv_registry_last_resort()->open(self->plan->context, &self->error);
	if (reader == NULL)
		return;
	reader->read(reader, &subject, self->fresh, &self->outcome);
	reader->close(reader);
}

/* Flags that fcntl(2) changes, and the offset, are no other file. */
static gboolean
is_same_file(const PvFile *then, const PvFile *now)
{
	return then->ino == now->ino && then->dev == now->dev &&
	       (then->mode & S_IFMT) == (now->mode & S_IFMT) &&
	       (then->flags & O_ACCMODE) == (now->flags & O_ACCMODE);
}

static guint
compare_content(const Revalidation *self)
{
	const PvStore *fresh = self->fresh;
	const PvTable *table = self->table;

	if (self->outcome.exited)
		return PV_CONTENT_GONE;
	if (self->outcome.status != PV_STATUS_OK || table->status != PV_STATUS_OK)
		return PV_CONTENT_UNKNOWN;
	if (!pv_table_has_descriptors(self->store, table))
		return table->open_count == self->outcome.open_count ? PV_CONTENT_UNKNOWN
								     : PV_CONTENT_CHANGED;
	if (fresh->descriptors.n != table->n_descriptors)
		return PV_CONTENT_CHANGED;
	for (guint32 i = 0; i < table->n_descriptors; i++) {
		const PvDescriptor *then =
			pv_store_descriptor(self->store, table->first_descriptor + i);
		const PvDescriptor *now = pv_store_descriptor(fresh, i);

		if (then->fd != now->fd || !is_same_file(pv_store_file(self->store, then->file),
							 pv_store_file(fresh, now->file)))
			return PV_CONTENT_CHANGED;
	}
	return PV_CONTENT_CURRENT;
}

static gboolean
read_in_worker(Revalidation *self, GError **error)
{
	PvWorker *worker;

	if (!pv_plan_start_worker(self->plan, &self->backend, &worker, error))
		return FALSE;
	pv_plan_run_in(worker, read_again, self);
	if (worker != NULL)
		pv_worker_stop(worker);
	if (self->outcome.cancelled)
		return pv_watch_stop(error);
	if (self->outcome.no_memory)
		return pv_error_no_memory(error);
	if (self->error == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&self->error));
	return FALSE;
}

static gboolean
look_at_content(Revalidation *self, guint *content, GError **error)
{
	gboolean alive = FALSE;
	gboolean done;

	for (guint32 i = 0; i < self->table->n_members; i++)
		alive = alive || self->memberships[i] == PV_MEMBERSHIP_SHARING ||
			self->memberships[i] == PV_MEMBERSHIP_UNKNOWN;
	*content = alive ? PV_CONTENT_UNKNOWN : PV_CONTENT_GONE;
	if (find_sharing(self) == NULL)
		return TRUE;
	if (pv_revalidate_has_key(self->plan, self->table))
		done = pv_revalidate_read_by_bpf(self->plan, self->table, find_sharing(self),
						 self->watch, self->fresh, &self->outcome, error);
	else
		done = read_in_worker(self, error);
	if (!done)
		return FALSE;
	*content = compare_content(self);
	return TRUE;
}

gboolean
pv_revalidate(const PvPlan *plan, const PvTable *table, const PvWatch *watch, guint8 *memberships,
	      guint *content, GError **error)
{
	g_auto(Revalidation) self = {
		.plan = plan,
		.table = table,
		.watch = watch,
		.store = pv_store_of(table),
		.memberships = memberships,
		.fresh = pv_store_new(),
	};

	pv_kcmp_init(&self.kcmp);
	self.set_of = g_try_new0(guint32, table->n_members);
	self.set_size = g_try_new0(guint32, table->n_members);
	if (self.set_of == NULL || self.set_size == NULL)
		return pv_error_no_memory(error);
	return look_at_members(&self, error) && look_at_content(&self, content, error);
}
