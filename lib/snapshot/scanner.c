/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Opening: what this kernel grants is found out once. Nothing of it is kept open but the programs of
 * BPF, a descriptor each, which is what lets a scan go on without privilege. After a fork they are
 * the child's as well.
 *
 * What the caller may do is asked again at each scan, since capabilities may have been dropped.
 *
 * Who takes one scan only has BPF opened by it, and not before, if it pays (snapshot/opening.c) or
 * if what was seen without it is not all (snapshot/concealed.c).
 *
 * A scan about few begins with finding out who they are (snapshot/narrow.c), and begins again if
 * they have ended by the time it comes to them.
 */
#include "snapshot/scanner.h"

#include <errno.h>

#include "backend/registry.h"
#include "privilege/privilege.h"
#include "snapshot/builder.h"
#include "snapshot/concealed.h"
#include "snapshot/narrow.h"
#include "snapshot/opening.h"
#include "snapshot/revalidate-bpf.h"
#include "snapshot/revalidate.h"

/* Of holders who end meanwhile; then everybody is scanned. */
#define MAX_SEARCHES 3

struct _PvScanner {
	char *proc_path;
	PvContext context;
	guint backend; /* PV_BACKEND_*: what was asked for */
	gboolean own_view;
	gboolean tables_only;
	gboolean once;	/* what scans need is opened by them */
	gboolean waits; /* nothing of BPF was opened yet */
	int kcmp_errno; /* at opening */
	guint parts;	/* PV_BPF_* of bpf */
	PvBpf *bpf;
	char *no_bpf; /* why not, where it would be welcome */
};

static const char *
name_of(guint backend)
{
	switch (backend) {
	case PV_BACKEND_PROCFS:
		return "procfs";
	case PV_BACKEND_PIDFD:
		return "pidfd";
	default:
		return NULL;
	}
}

static int
probe_kcmp(const PvContext *context)
{
	PvKcmp kcmp;

	pv_kcmp_init(&kcmp);
	return context->foreign ? ENOSYS : pv_kcmp_probe(&kcmp);
}

/* Whether its programs are of any use here, before they are loaded. NULL, or why not. */
static char *
object_to_bpf(const PvScanner *scanner)
{
	if (scanner->context.recorded)
		return g_strdup("a recorded tree is no kernel");
	if (scanner->own_view && scanner->kcmp_errno != 0)
		return g_strdup_printf("kcmp, which tells what the caller may see: %s",
				       g_strerror(scanner->kcmp_errno));
	if (scanner->context.foreign && scanner->backend == PV_BACKEND_AUTO)
		return g_strdup("/proc shows another pid namespace than the caller's");
	return NULL;
}

static gboolean
fail_bpf(GError **error, const char *when, int saved_errno, const char *why)
{
	guint code = PV_ERROR_NOT_SUPPORTED;

	if (saved_errno == EPERM || saved_errno == EACCES)
		code = PV_ERROR_PERMISSION;
	else if (saved_errno == EMFILE || saved_errno == ENFILE)
		code = PV_ERROR_NO_DESCRIPTORS;
	else if (saved_errno == ENOMEM)
		code = PV_ERROR_NO_MEMORY;
	g_set_error(error, PV_ERROR, code, "The bpf backend does not work %s: %s", when, why);
	return FALSE;
}

/* Whether a scan can do without it: else it is needed in any case, and may be forbidden by then. */
static gboolean
may_wait(const PvScanner *scanner)
{
	PvPrivileges privileges;

	pv_privilege_look(&privileges);
	return scanner->once && scanner->no_bpf == NULL && scanner->backend == PV_BACKEND_AUTO &&
	       !scanner->own_view && !scanner->context.absent && scanner->kcmp_errno == 0 &&
	       privileges.can_ptrace && privileges.can_search;
}

/* FALSE: it was asked for by name, and does not work. */
static gboolean
open_bpf(PvScanner *scanner, GError **error)
{
	int saved_errno = ENOTSUP;

	if (scanner->backend != PV_BACKEND_AUTO && scanner->backend != PV_BACKEND_BPF)
		return TRUE;
	scanner->no_bpf = object_to_bpf(scanner);
	scanner->once = may_wait(scanner);
	scanner->waits = scanner->once;
	if (scanner->waits)
		return TRUE;
	scanner->parts = scanner->tables_only ? 0 : PV_BPF_ALL;
	if (scanner->no_bpf == NULL)
		scanner->bpf = pv_bpf_open(scanner->parts, NULL, &scanner->no_bpf, &saved_errno);
	if (scanner->bpf != NULL || scanner->backend == PV_BACKEND_AUTO)
		return TRUE;
	return fail_bpf(error, "here", saved_errno, scanner->no_bpf);
}

static gboolean
open_backends(PvScanner *scanner, GError **error)
{
	PvStore *refusals;
	gboolean works;

	if (!pv_context_probe(&scanner->context, scanner->proc_path, error))
		return FALSE;
	scanner->kcmp_errno = probe_kcmp(&scanner->context);
	if (!open_bpf(scanner, error))
		return FALSE;
	if (scanner->bpf != NULL)
		return TRUE;
	refusals = pv_store_new();
	works = pv_registry_choose(&scanner->context, name_of(scanner->backend), refusals, error) !=
		NULL;
	pv_store_unref(refusals);
	return works;
}

PvScanner *
pv_scanner_open(const PvScannerOptions *options, GError **error)
{
	PvScanner *scanner = g_new0(PvScanner, 1);

	scanner->proc_path = g_strdup(options->proc_path);
	scanner->backend = options->backend;
	scanner->own_view = options->own_view;
	scanner->tables_only = options->tables_only;
	scanner->once = options->once;
	if (open_backends(scanner, error))
		return scanner;
	pv_scanner_close(scanner);
	return NULL;
}

void
pv_scanner_close(PvScanner *scanner)
{
	if (scanner->bpf != NULL)
		pv_bpf_close(scanner->bpf);
	g_free(scanner->no_bpf);
	g_free(scanner->proc_path);
	g_free(scanner);
}

/* What a scan is worth opening for, and not more. */
static guint
parts_for(const PvScanner *scanner, guint collect)
{
	guint parts = 0;

	if (collect & (PV_COLLECT_DETAILS | PV_COLLECT_LOCKS))
		parts |= PV_BPF_DETAILS;
	if (collect & PV_COLLECT_PLACES)
		parts |= PV_BPF_PLACES;
	if (collect & PV_COLLECT_MAPPINGS)
		parts |= PV_BPF_MAPPINGS;
	return scanner->tables_only ? 0 : parts;
}

/*
 * What is refused once is not asked for a second time, unless that was for want of descriptors or
 * memory, or because the caller wanted no more: the scan asks him again before it does anything.
 */
static gboolean
open_for_scan(PvScanner *scanner, guint parts, const PvWatch *watch)
{
	int status = 0;

	if (scanner->waits) {
		g_clear_pointer(&scanner->no_bpf, g_free);
		scanner->bpf = pv_bpf_open(parts, watch, &scanner->no_bpf, &status);
	} else if (scanner->bpf != NULL) {
		status = pv_bpf_add(scanner->bpf, parts, watch);
	}
	if (status == ECANCELED)
		g_clear_pointer(&scanner->no_bpf, g_free);
	if (status == ECANCELED || pv_error_is_shortage(-status))
		return FALSE;
	scanner->waits = FALSE;
	scanner->parts |= parts;
	return scanner->bpf != NULL;
}

/* Before a scan. Who may not look into the tasks of others any more needs it in any case. */
static void
open_what_pays(PvScanner *scanner, const PvQuery *query, const PvWatch *watch)
{
	guint parts = parts_for(scanner, query->collect);
	PvPrivileges privileges;
	PvMachine machine;

	if (!scanner->once || query->nobody)
		return;
	if (scanner->waits) {
		pv_privilege_look(&privileges);
		pv_machine_look(&machine);
		pv_machine_narrow(&machine, &scanner->context,
				  (const gint32 *)(gpointer)query->pids->data, query->pids->len);
	}
	if (!scanner->waits || !privileges.can_ptrace || !privileges.can_search ||
	    pv_opening_pays(&machine, query->collect, query->pids->len, parts))
		open_for_scan(scanner, parts, watch);
}

/* Whether there is more to be had than what a scan was taken with. */
static gboolean
lacks_parts(const PvScanner *scanner)
{
	if (scanner->waits)
		return TRUE;
	return scanner->once && scanner->bpf != NULL && !scanner->tables_only &&
	       !(scanner->parts & PV_BPF_DETAILS);
}

/* After a scan that does not show all. FALSE: it cannot be had. */
static gboolean
open_the_rest(PvScanner *scanner, guint collect, const PvWatch *watch)
{
	guint parts = parts_for(scanner, collect) | PV_BPF_DETAILS;

	return open_for_scan(scanner, scanner->tables_only ? 0 : parts, watch);
}

gboolean
pv_scanner_may_open(const PvScanner *scanner)
{
	if (scanner->bpf != NULL && scanner->once && !scanner->tables_only)
		return scanner->parts != PV_BPF_ALL;
	return scanner->waits && pv_bpf_absence() == NULL;
}

static void
note_no_bpf(PvStore *refusals, const char *why)
{
	for (guint step = 0; step < PV_N_STEPS; step++)
		pv_store_add_refusal(refusals, step, "bpf", why);
}

static const char *
tell_why_not_yet(void)
{
	const char *absence = pv_bpf_absence();

	return absence != NULL ? absence : "opening it would cost more than it saves";
}

/*
 * Whether BPF serves this scan: the programs are there, but the calling thread may be in other
 * namespaces by now, or under a filter of system calls. FALSE: it was asked for by name, and fails.
 */
static gboolean
plan_bpf(const PvScanner *scanner, PvPlan *plan, PvStore *refusals, GError **error)
{
	g_autofree char *why = NULL;
	int saved_errno = ENOTSUP;

	if (scanner->bpf != NULL && scanner->own_view && plan->kcmp_errno != 0)
		why = g_strdup_printf("kcmp, which tells what the caller may see: %s",
				      g_strerror(plan->kcmp_errno));
	else if (scanner->bpf != NULL)
		why = pv_bpf_probe(scanner->bpf, &saved_errno);
	if (why == NULL)
		plan->bpf = scanner->bpf;
	if (why != NULL && scanner->backend == PV_BACKEND_BPF)
		return fail_bpf(error, "any more", saved_errno, why);
	if (scanner->waits && scanner->no_bpf == NULL)
		note_no_bpf(refusals, tell_why_not_yet());
	if (why != NULL || scanner->no_bpf != NULL)
		note_no_bpf(refusals, why != NULL ? why : scanner->no_bpf);
	return TRUE;
}

/*
 * Copies of descriptors tell more than procfs of what files are, and of the rest the same; procfs
 * costs less. It leaves objects behind that a second scan would build anew, but not a single one.
 */
static const PvBackend *
choose_backend(const PvScanner *scanner, guint collect, const PvContext *context, PvStore *refusals,
	       GError **error)
{
	if (!scanner->waits || (collect & PV_COLLECT_DETAILS))
		return pv_registry_choose(context, name_of(scanner->backend), refusals, error);
	pv_store_add_refusal(refusals, PV_STEP_FILES, "pidfd",
			     "procfs costs less where no details are asked for");
	return pv_registry_last_resort();
}

/* What is known when a scan begins. */
static PvContext
look_at_context(const PvScanner *scanner)
{
	PvContext context = scanner->context;
	PvPrivileges privileges;

	pv_privilege_look(&privileges);
	context.can_ptrace = privileges.can_ptrace;
	context.can_search = privileges.can_search;
	context.hides = context.hides && !context.can_ptrace;
	return context;
}

/*
 * Counts are the size of a directory, or before 6.2 its listing: procfs needs no thread for that.
 * Otherwise the backend is chosen anew each time, since cgroups come and go.
 */
static gboolean
make_plan(const PvScanner *scanner, guint collect, PvContext *context, PvPlan *plan,
	  PvStore *refusals, GError **error)
{
	const char *name = name_of(scanner->backend);

	*context = look_at_context(scanner);
	*plan = (PvPlan){
		.context = context,
		.backend = pv_registry_last_resort(),
		.by_name = name != NULL,
		.kcmp_errno = probe_kcmp(context),
		.own_view = scanner->own_view,
	};
	if (!plan_bpf(scanner, plan, refusals, error))
		return FALSE;
	if (plan->bpf == NULL && ((collect & PV_COLLECT_DESCRIPTORS) || context->absent))
		plan->backend = choose_backend(scanner, collect, context, refusals, error);
	return plan->backend != NULL;
}

static void
copy_refusals(const PvStore *refusals, PvStore *store)
{
	for (guint i = 0; i < refusals->n_refusals; i++) {
		const PvRefusal *refusal = &refusals->refusals[i];

		/* Of a step that was not asked for nothing was refused. */
		if (store->backends[refusal->step] != NULL)
			pv_store_add_refusal(store, refusal->step, refusal->backend, refusal->why);
	}
}

/* Of a snapshot that would have been better with it. */
static void
tell_no_bpf(PvStore *store, const char *why)
{
	PvStore *refusals = pv_store_new();

	note_no_bpf(refusals, why);
	copy_refusals(refusals, store);
	pv_store_unref(refusals);
}

static PvStore *scan(PvScanner *scanner, const PvQuery *query, const PvWatch *watch,
		     GError **error);

/* What was seen at first is an answer, too, if descriptors or memory do not suffice for a better. */
static PvStore *
scan_again(PvScanner *scanner, const PvQuery *query, const PvWatch *watch, PvStore *first,
	   GError **error)
{
	GError *failure = NULL;
	PvStore *better;

	if (!open_the_rest(scanner, query->collect, watch)) {
		if (scanner->no_bpf != NULL)
			tell_no_bpf(first, scanner->no_bpf);
		if (!pv_watch_cancelled(watch))
			return first;
		pv_store_unref(first);
		pv_watch_stop(error);
		return NULL;
	}
	better = scan(scanner, query, watch, &failure);
	if (better == NULL && (g_error_matches(failure, PV_ERROR, PV_ERROR_NO_DESCRIPTORS) ||
			       g_error_matches(failure, PV_ERROR, PV_ERROR_NO_MEMORY))) {
		tell_no_bpf(first, failure->message);
		g_error_free(failure);
		return first;
	}
	pv_store_unref(first);
	if (better == NULL)
		g_propagate_error(error, failure);
	return better;
}

static PvStore *
scan(PvScanner *scanner, const PvQuery *query, const PvWatch *watch, GError **error)
{
	PvStore *refusals = pv_store_new();
	PvStore *store = NULL;
	PvContext context;
	PvPlan plan;

	if (make_plan(scanner, query->collect, &context, &plan, refusals, error))
		store = pv_build(&plan, query, watch, error);
	if (store != NULL)
		copy_refusals(refusals, store);
	pv_store_unref(refusals);
	if (store == NULL || !lacks_parts(scanner) || !pv_conceals(&context, query, store))
		return store;
	return scan_again(scanner, query, watch, store, error);
}

static PvStore *
look_over(gpointer user_data, guint collect, const PvWatch *watch, GError **error)
{
	PvScanner *scanner = user_data;
	PvQuery *everybody = pv_query_new();
	PvStore *store;

	pv_query_set_collect(everybody, collect);
	open_what_pays(scanner, everybody, watch);
	store = scan(scanner, everybody, watch, error);
	pv_query_unref(everybody);
	return store;
}

/* NULL without an error: there is nothing to narrow. */
static PvQuery *
narrow(PvScanner *scanner, const PvQuery *query, PvPidSet *holders, const PvWatch *watch,
       GError **error)
{
	PvContext context = look_at_context(scanner);
	PvNarrowing narrowing = {
		.context = &context,
		.may_find = holders != NULL && scanner->waits && context.can_ptrace &&
			    context.can_search,
		.look_over = look_over,
		.user_data = scanner,
		.watch = watch,
		.holders = holders,
	};

	return pv_narrow(&narrowing, query, error);
}

/* NULL for holders: they are not sought, but everybody is scanned who may be one. */
static PvStore *
scan_narrowed(PvScanner *scanner, const PvQuery *query, PvPidSet *holders, const PvWatch *watch,
	      GError **error)
{
	GError *failure = NULL;
	PvQuery *narrowed = narrow(scanner, query, holders, watch, &failure);
	PvStore *store = NULL;

	if (failure == NULL) {
		open_what_pays(scanner, narrowed != NULL ? narrowed : query, watch);
		store = scan(scanner, narrowed != NULL ? narrowed : query, watch, &failure);
	}
	if (narrowed != NULL)
		pv_query_unref(narrowed);
	if (failure != NULL)
		g_propagate_error(error, failure);
	return store;
}

static PvStore *
seek(PvScanner *scanner, const PvQuery *query, const PvWatch *watch, GError **error)
{
	for (guint i = 0; i < MAX_SEARCHES; i++) {
		g_auto(PvPidSet) holders = {0};
		PvStore *store;

		pv_pid_set_init(&holders);
		store = scan_narrowed(scanner, query, &holders, watch, error);
		if (store == NULL || !pv_narrow_has_lost(store, &holders))
			return store;
		pv_store_unref(store);
	}
	return scan_narrowed(scanner, query, NULL, watch, error);
}

PvStore *
pv_scanner_scan(PvScanner *scanner, const PvQuery *query, const PvWatch *watch, GError **error)
{
	PvQuery *asked = query == NULL ? pv_query_new() : pv_query_copy(query);
	PvStore *store = seek(scanner, asked, watch, error);

	pv_query_unref(asked);
	return store;
}

gboolean
pv_scanner_plan_steps(PvScanner *scanner, const char *backends[PV_N_STEPS], PvStore *refusals,
		      GError **error)
{
	PvContext context;
	PvPlan plan;

	if (!make_plan(scanner, PV_COLLECT_ALL, &context, &plan, refusals, error))
		return FALSE;
	backends[PV_STEP_TASKS] = plan.bpf != NULL ? "bpf" : "procfs";
	backends[PV_STEP_GROUPING] = plan.bpf != NULL ? "bpf" : "kcmp";
	backends[PV_STEP_FILES] = plan.bpf != NULL ? "bpf" : plan.backend->name;
	if (plan.bpf == NULL && plan.kcmp_errno != 0) {
		backends[PV_STEP_GROUPING] = "assumed";
		pv_plan_note_no_kcmp(&plan, refusals);
	}
	refusals->hidden = context.hides && (plan.bpf == NULL || plan.own_view);
	return TRUE;
}

gboolean
pv_scanner_revalidate(PvScanner *scanner, const PvTable *table, const PvWatch *watch,
		      guint8 *memberships, guint *content, GError **error)
{
	PvStore *refusals = pv_store_new();
	gboolean done;
	PvContext context;
	PvPlan plan;

	done = make_plan(scanner, PV_COLLECT_DESCRIPTORS, &context, &plan, refusals, error);
	/* A snapshot of another scanner has keys that say nothing here. */
	if (done && plan.bpf != NULL && !pv_revalidate_has_key(&plan, table)) {
		plan.backend = pv_registry_choose(&context, NULL, refusals, error);
		done = plan.backend != NULL;
	}
	done = done && pv_revalidate(&plan, table, watch, memberships, content, error);
	pv_store_unref(refusals);
	return done;
}
