/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The scanner as an object: cancellation, progress and errors as GLib has them, and a guard
 * against two threads at once. The work is done in lib/snapshot.
 */
#include "snapshot/scanner.h"

#include <unistd.h>

#include "api/private.h"
#include "core/error.h"

/* At most some twenty calls of the progress function a second. */
#define PROGRESS_INTERVAL_US (G_USEC_PER_SEC / 20)
#define KNOWN_FLAGS                                                                                \
	((guint)(PROCVIEW_SCANNER_OWN_VIEW | PROCVIEW_SCANNER_TABLES_ONLY | PROCVIEW_SCANNER_ONCE))

/**
 * ProcviewScanner:
 *
 * Takes snapshots.
 *
 * A scanner is opened once, which probes the kernel and may need privilege, and then takes many
 * snapshots cheaply. Snapshots live on without it.
 *
 * One scanner may be used by one thread at a time; a second one gets %PROCVIEW_ERROR_BUSY.
 * Several scanners scan in parallel.
 *
 * The library never writes to another process, never sends it a signal, and changes nothing of
 * the calling process: no signal handler, no child, no capability, no working directory. While the
 * kernel verifies BPF programs, some tenths of a second, signals to the calling thread wait. A scan
 * takes a handful of descriptors while it runs, however large the machine is, and opening some twenty
 * for a moment. Where BPF is used, a scanner holds nine descriptors at most, close-on-exec, from its
 * opening on (or, with %PROCVIEW_SCANNER_ONCE, from the scan that opens it).
 *
 * A child made by fork(2) has the scanner too, descriptors and all, and may scan with it whatever the
 * parent does with its own, even if another thread of the parent was scanning at that moment. Where
 * the parent has several threads, what POSIX says of such a child is true of GLib as well: another
 * thread may have held a lock of GLib's, which nobody releases in the child. It is safe then to call
 * execve(2), which closes all of the scanner's descriptors. A scan whose progress function forks goes
 * on in the parent, and fails in the child with %G_IO_ERROR_CANCELLED.
 *
 * A scanner made by g_object_new() is opened by its first scan. The last reference closes it. Where
 * nobody knows when that goes, as in languages with a garbage collector,
 * [method@GObject.Object.run_dispose] closes it at once, unless it is scanning; from then on scans
 * fail with %PROCVIEW_ERROR_INVALID_ARGUMENT.
 *
 * # Privileges
 *
 * **A scanner that was opened with privilege may outlive it.** Where BPF is used, opening needs
 * `CAP_BPF` and `CAP_PERFMON`, and the kernel checks nothing after that: even when the caller has
 * dropped every capability and changed its user, each scan goes on to see **the tasks and the open
 * files of all users**. That is what a monitoring agent wants, which opens a scanner as root and
 * works as nobody. It is also a privilege that the program has kept: whoever gets hold of the
 * scanner, by a bug in the program or because the program hands out what it is asked for, sees all
 * of it. %PROCVIEW_SCANNER_OWN_VIEW limits a scanner to what its caller could see without it;
 * %PROCVIEW_BACKEND_PIDFD and %PROCVIEW_BACKEND_PROCFS are limited by the kernel.
 *
 * [method@Procview.Scanner.dup_rights] tells what a scanner may see, what would unlock the rest,
 * and which capabilities it still uses, so that all others can be dropped.
 *
 * Since: 0.1
 */
struct _ProcviewScanner {
	GObject parent_instance;
	PvScanner *engine; /* NULL: to be opened */
	PvScannerOptions options;
	guint opened_with; /* PV_CAPABILITY_*: in effect at that time */
	gint use;	   /* atomic; whose turn it is: a process, or one of: */
};

enum {
	DISPOSED = -1,
	IDLE = 0,
};

G_DEFINE_FINAL_TYPE(ProcviewScanner, procview_scanner, G_TYPE_OBJECT)

/* Who follows one scan. */
typedef struct {
	GCancellable *cancellable;
	ProcviewProgressFunc progress;
	gpointer user_data;
	gint64 next_us;
	guint step;
	guint done; /* of the step, as told last */
	gint pid;   /* the process that scans */
} Follower;

static void
procview_scanner_init(ProcviewScanner *self)
{
}

/* Where a garbage collector comes when it likes, somebody else wants the descriptors back earlier. */
static void
procview_scanner_dispose(GObject *object)
{
	ProcviewScanner *self = PROCVIEW_SCANNER(object);

	/* Whoever scans holds a reference, so that this is not the last one that goes. */
	if (g_atomic_int_compare_and_exchange(&self->use, IDLE, DISPOSED))
		g_clear_pointer(&self->engine, pv_scanner_close);
	G_OBJECT_CLASS(procview_scanner_parent_class)->dispose(object);
}

static void
procview_scanner_class_init(ProcviewScannerClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = procview_scanner_dispose;
}

/* What opening may have needed can be gone later, so it is noted at that time. */
static gboolean
open_engine(ProcviewScanner *self, GError **error)
{
	self->engine = pv_scanner_open(&self->options, error);
	if (self->engine == NULL)
		return FALSE;
	self->opened_with = pv_scanner_get_capabilities(self->engine);
	return TRUE;
}

/**
 * procview_scanner_new:
 * @error: return location for an error
 *
 * Opens a scanner that takes the best kernel interface that works here, step by step.
 *
 * Opened with `CAP_BPF` and `CAP_PERFMON`, it may go on to see the open files of all users after
 * these were dropped: see [class@Procview.Scanner].
 *
 * Fails with %PROCVIEW_ERROR_NO_PROCFS where `/proc` is not mounted, and with
 * %PROCVIEW_ERROR_NO_DESCRIPTORS or %PROCVIEW_ERROR_NO_MEMORY where the calling process has run
 * out of these.
 *
 * Returns: (transfer full): a scanner, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewScanner *
procview_scanner_new(GError **error)
{
	return procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_NONE, error);
}

/**
 * procview_scanner_new_with_backend:
 * @backend: which kernel interface to use
 * @error: return location for an error
 *
 * Opens a scanner that uses one kernel interface, and fails where it cannot be used.
 *
 * Fails like [ctor@Procview.Scanner.new_full].
 *
 * Returns: (transfer full): a scanner, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewScanner *
procview_scanner_new_with_backend(ProcviewBackend backend, GError **error)
{
	return procview_scanner_new_full(backend, PROCVIEW_SCANNER_NONE, error);
}

/**
 * procview_scanner_new_full:
 * @backend: which kernel interface to use; %PROCVIEW_BACKEND_AUTO: the best that works here, step
 *   by step
 * @flags: how the scanner is made
 * @error: return location for an error
 *
 * Opens a scanner, with everything that can be said about it.
 *
 * With %PROCVIEW_BACKEND_BPF, or with %PROCVIEW_BACKEND_AUTO where BPF works, a scanner that was
 * opened with `CAP_BPF` and `CAP_PERFMON` **goes on to see the tasks and the open files of all
 * users when the caller has dropped every privilege**, for the kernel checks nothing once the
 * programs are loaded. Where that is more than the caller should see, give
 * %PROCVIEW_SCANNER_OWN_VIEW: the kernel is then asked, in each scan and for each table, whether
 * the caller may look into it.
 *
 * What tells of sockets, details and places is a large program, and to have the kernel verify it is
 * most of what opening costs: who takes one snapshot of tables, and ends, gives
 * %PROCVIEW_SCANNER_TABLES_ONLY; and who does not look twice %PROCVIEW_SCANNER_ONCE, which has it
 * opened only where that saves time.
 *
 * Fails like [ctor@Procview.Scanner.new]; with %PROCVIEW_ERROR_NOT_SUPPORTED where the kernel
 * lacks the interface, %PROCVIEW_ERROR_PERMISSION where the caller may not use it, and
 * %PROCVIEW_ERROR_INVALID_ARGUMENT for a backend or a flag that this release does not know.
 *
 * Returns: (transfer full): a scanner, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewScanner *
procview_scanner_new_full(ProcviewBackend backend, ProcviewScannerFlags flags, GError **error)
{
	g_autoptr(ProcviewScanner) self = NULL;

	g_return_val_if_fail(error == NULL || *error == NULL, NULL);

	if ((guint)backend > PROCVIEW_BACKEND_BPF) {
		g_set_error(error, PV_ERROR, PV_ERROR_INVALID_ARGUMENT, "There is no backend %d",
			    backend);
		return NULL;
	}
	/* A flag limits what is shown: to leave out an unknown one would be no small thing. */
	if (flags & ~KNOWN_FLAGS) {
		g_set_error(error, PV_ERROR, PV_ERROR_INVALID_ARGUMENT,
			    "There are no scanner flags 0x%x", (guint)flags & ~KNOWN_FLAGS);
		return NULL;
	}
	self = g_object_new(PROCVIEW_TYPE_SCANNER, NULL);
	self->options.backend = backend;
	self->options.own_view = (flags & PROCVIEW_SCANNER_OWN_VIEW) != 0;
	self->options.tables_only = (flags & PROCVIEW_SCANNER_TABLES_ONLY) != 0;
	self->options.once = (flags & PROCVIEW_SCANNER_ONCE) != 0;
	return open_engine(self, error) ? g_steal_pointer(&self) : NULL;
}

/* Unless a child that was forked meanwhile has gone on to another use of it. */
static void
release(ProcviewScanner *self, gint pid)
{
	g_atomic_int_compare_and_exchange(&self->use, pid, IDLE);
	g_object_unref(self);
}

static void
refuse(ProcviewScanner *self, GError **error)
{
	if (g_atomic_int_get(&self->use) == DISPOSED)
		g_set_error_literal(error, PV_ERROR, PV_ERROR_INVALID_ARGUMENT,
				    "The scanner was closed");
	else
		g_set_error_literal(error, PV_ERROR, PV_ERROR_BUSY,
				    "The scanner is in use; take one scanner a thread");
}

/*
 * FALSE, with an error: somebody else has it, it is closed, or it cannot be opened.
 *
 * A child that was forked while a thread of its parent used it has the mark of that thread, and not
 * the thread: it takes the scanner over. Nothing of it is half done, for a scan changes it by single
 * words only. The reference of that thread is lost, so that in the child nobody's is the last.
 */
static gboolean
claim(ProcviewScanner *self, gint pid, GError **error)
{
	gint use = g_atomic_int_get(&self->use);

	if (use == DISPOSED || use == pid ||
	    !g_atomic_int_compare_and_exchange(&self->use, use, pid)) {
		refuse(self, error);
		return FALSE;
	}
	/* What is told of a scan may drop the last reference of the caller. */
	g_object_ref(self);
	if (self->engine == NULL && !open_engine(self, error)) {
		release(self, pid);
		return FALSE;
	}
	return TRUE;
}

/* A scan belongs to the process that began it: for a child that is forked on the way it is over. */
static gboolean
is_cancelled(gpointer data)
{
	const Follower *follower = data;

	return g_cancellable_is_cancelled(follower->cancellable) ||
	       (follower->progress != NULL && follower->pid != getpid());
}

/*
 * The begin of each step is told, and then one of many. Where something changed meanwhile a step is
 * taken again in part, and counts from the beginning: what was told once is not taken back.
 */
static void
tell_progress(guint step, guint done, guint total, gpointer data)
{
	Follower *follower = data;
	gint64 now = g_get_monotonic_time();

	if (step == follower->step && (now < follower->next_us || done < follower->done))
		return;
	if (follower->step != G_MAXUINT && step < follower->step)
		return;
	follower->step = step;
	follower->done = done;
	follower->next_us = now + PROGRESS_INTERVAL_US;
	follower->progress(step, done, total, follower->user_data);
}

static void
follow(PvWatch *watch, Follower *follower)
{
	*watch = (PvWatch){
		.cancelled = follower->cancellable != NULL || follower->progress != NULL
				     ? is_cancelled
				     : NULL,
		.progress = follower->progress != NULL ? tell_progress : NULL,
		.user_data = follower,
	};
}

/* Takes the error of a layer below, which does not know the codes of Gio. */
static void
pass_error(GError *inner, GError **error)
{
	if (!g_error_matches(inner, PV_ERROR, PV_ERROR_CANCELLED)) {
		g_propagate_error(error, inner);
		return;
	}
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, inner->message);
	g_error_free(inner);
}

/**
 * procview_scanner_scan:
 * @scanner: a scanner
 * @query: (nullable): what to look for; %NULL: everything
 * @error: return location for an error
 *
 * Takes a snapshot.
 *
 * A process that exits meanwhile, or that the caller may not look into, is no error: the snapshot
 * says so of its table. Blocks while it scans; see [method@Procview.Scanner.scan_full] for how it
 * fails.
 *
 * Returns: (transfer full): a snapshot, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_scanner_scan(ProcviewScanner *scanner, ProcviewQuery *query, GError **error)
{
	return procview_scanner_scan_full(scanner, query, NULL, NULL, NULL, error);
}

/**
 * procview_scanner_scan_full:
 * @scanner: a scanner
 * @query: (nullable): what to look for; %NULL: everything
 * @cancellable: (nullable): stops the scan, from any thread
 * @progress: (nullable) (scope call) (closure user_data): told how far the scan has come
 * @user_data: handed to @progress
 * @error: return location for an error
 *
 * Takes a snapshot that can be followed and stopped.
 *
 * Fails with %G_IO_ERROR_CANCELLED if it was stopped, also by @progress, %PROCVIEW_ERROR_INVALID_ARGUMENT if the
 * query names a process id below 1, %PROCVIEW_ERROR_BUSY if another thread (or @progress) uses
 * the scanner, %PROCVIEW_ERROR_NO_MEMORY and %PROCVIEW_ERROR_NO_DESCRIPTORS if the calling
 * process has run out of these, and %PROCVIEW_ERROR_FAILED if the kernel fails in a way that has
 * no better word.
 *
 * Returns: (transfer full): a snapshot, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewSnapshot *
procview_scanner_scan_full(ProcviewScanner *scanner, ProcviewQuery *query,
			   GCancellable *cancellable, ProcviewProgressFunc progress,
			   gpointer user_data, GError **error)
{
	Follower follower = {cancellable, progress, user_data, 0, G_MAXUINT, 0, getpid()};
	GError *inner = NULL;
	PvStore *store = NULL;
	PvWatch watch;

	g_return_val_if_fail(PROCVIEW_IS_SCANNER(scanner), NULL);
	g_return_val_if_fail(cancellable == NULL || G_IS_CANCELLABLE(cancellable), NULL);
	g_return_val_if_fail(error == NULL || *error == NULL, NULL);

	if (!pv_query_check(query, error) ||
	    g_cancellable_set_error_if_cancelled(cancellable, error))
		return NULL;
	follow(&watch, &follower);
	if (claim(scanner, follower.pid, &inner)) {
		store = pv_scanner_scan(scanner->engine, query, &watch, &inner);
		release(scanner, follower.pid);
	}
	if (store == NULL)
		pass_error(inner, error);
	return store;
}

static ProcviewRevalidation *
revalidate(ProcviewScanner *scanner, ProcviewFdTable *table, const PvWatch *watch, GError **error)
{
	g_autofree guint8 *memberships = g_try_new0(guint8, MAX(table->n_members, 1));
	ProcviewRevalidation *revalidation;
	guint content = PV_CONTENT_UNKNOWN;

	if (memberships == NULL) {
		pv_error_no_memory(error);
		return NULL;
	}
	if (!pv_scanner_revalidate(scanner->engine, table, watch, memberships, &content, error))
		return NULL;
	revalidation = pv_revalidation_new(table, g_steal_pointer(&memberships), content);
	if (revalidation == NULL)
		pv_error_no_memory(error);
	return revalidation;
}

/**
 * procview_scanner_revalidate:
 * @scanner: a scanner
 * @table: a table of any snapshot, of this scanner or another
 * @cancellable: (nullable): stops it, from any thread
 * @error: return location for an error
 *
 * Asks the kernel again about one table: which of the tasks that shared it share it still, which
 * have left it, exited or been replaced, and whether what it held is still current.
 *
 * The kernel tells who shares with whom now, and nothing of the past. Two tasks of the table that
 * share one now share that one, and whoever is not with them has left. Where the tasks have all
 * parted, the order of tables that a whole snapshot remembers may tell who kept it; where it does
 * not, membership is %PROCVIEW_MEMBERSHIP_UNKNOWN.
 *
 * Costs some calls of kcmp(2) a task and one reading of the table; no other process is looked at.
 * Fails like [method@Procview.Scanner.scan_full].
 *
 * Returns: (transfer full): the answer, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewRevalidation *
procview_scanner_revalidate(ProcviewScanner *scanner, ProcviewFdTable *table,
			    GCancellable *cancellable, GError **error)
{
	Follower follower = {cancellable, NULL, NULL, 0, G_MAXUINT, 0, getpid()};
	ProcviewRevalidation *revalidation = NULL;
	GError *inner = NULL;
	PvWatch watch;

	g_return_val_if_fail(PROCVIEW_IS_SCANNER(scanner), NULL);
	g_return_val_if_fail(table != NULL, NULL);
	g_return_val_if_fail(cancellable == NULL || G_IS_CANCELLABLE(cancellable), NULL);
	g_return_val_if_fail(error == NULL || *error == NULL, NULL);

	if (g_cancellable_set_error_if_cancelled(cancellable, error))
		return NULL;
	follow(&watch, &follower);
	if (claim(scanner, follower.pid, &inner)) {
		revalidation = revalidate(scanner, table, &watch, &inner);
		release(scanner, follower.pid);
	}
	if (revalidation == NULL)
		pass_error(inner, error);
	return revalidation;
}

/**
 * procview_scanner_dup_rights:
 * @scanner: a scanner
 * @error: return location for an error
 *
 * Finds out what a scan would see if it were taken now by the calling thread, what would unlock
 * the rest, and which capabilities it would use. Costs some system calls, and no scan.
 *
 * Fails with %PROCVIEW_ERROR_BUSY if another thread uses the scanner, and like
 * [ctor@Procview.Scanner.new_full] if what it was opened for does not work any more.
 *
 * Returns: (transfer full): the rights, or %NULL with @error set
 *
 * Since: 0.1
 */
ProcviewRights *
procview_scanner_dup_rights(ProcviewScanner *scanner, GError **error)
{
	ProcviewRights *rights = NULL;
	gint pid = getpid();
	PvRights found;

	g_return_val_if_fail(PROCVIEW_IS_SCANNER(scanner), NULL);
	g_return_val_if_fail(error == NULL || *error == NULL, NULL);

	if (!claim(scanner, pid, error))
		return NULL;
	if (pv_rights_look(&found, scanner->engine, &scanner->options, scanner->opened_with, error))
		rights = pv_rights_new(&found);
	release(scanner, pid);
	return rights;
}
