/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Opening: what this kernel grants is found out once. Nothing of it is kept open but the programs of
 * BPF (snapshot/programs.c).
 *
 * What the caller may do is asked again at each scan, since capabilities may have been dropped.
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
#include "snapshot/programs.h"
#include "snapshot/revalidate-bpf.h"
#include "snapshot/revalidate.h"

/* Of holders who end meanwhile; then everybody is scanned. */
#define MAX_SEARCHES 3

struct _PvScanner {
	PvScannerOptions options;
	char *proc_path; /* of the options */
	PvContext context;
	PvPrograms programs;
	guint capabilities; /* of the caller, PV_CAPABILITY_*, when it was looked at last */
	int kcmp_errno;	    /* at opening */
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

/* Once a call: to find it out takes as long as to look at a task. */
static void
look_at_caller(PvScanner *scanner)
{
	PvPrivileges privileges;

	pv_privilege_look(&privileges);
	scanner->context.can_ptrace = privileges.can_ptrace;
	scanner->context.can_search = privileges.can_search;
	scanner->capabilities = privileges.capabilities;
}

guint
pv_scanner_get_capabilities(const PvScanner *scanner)
{
	return scanner->capabilities;
}

/* BPF, as far as capabilities go. */
static gboolean
may_load(const PvScanner *scanner)
{
	const guint both = PV_CAPABILITY_BPF | PV_CAPABILITY_PERFMON;

	return (scanner->capabilities & both) == both;
}

static gboolean
open_backends(PvScanner *scanner, GError **error)
{
	PvStore *refusals;
	gboolean works;

	if (!pv_context_probe(&scanner->context, scanner->proc_path, error))
		return FALSE;
	scanner->kcmp_errno = probe_kcmp(&scanner->context);
	look_at_caller(scanner);
	if (!pv_programs_open(&scanner->programs, scanner->kcmp_errno, error))
		return FALSE;
	if (scanner->programs.bpf != NULL)
		return TRUE;
	/* Of several, one that needs no more than /proc is always left. */
	if (scanner->options.backend == PV_BACKEND_AUTO && !scanner->context.absent)
		return TRUE;
	refusals = pv_store_new();
	works = pv_registry_choose(&scanner->context, name_of(scanner->options.backend), refusals,
				   error) != NULL;
	pv_store_unref(refusals);
	return works;
}

PvScanner *
pv_scanner_open(const PvScannerOptions *options, GError **error)
{
	PvScanner *scanner = g_new0(PvScanner, 1);

	scanner->options = *options;
	scanner->proc_path = g_strdup(options->proc_path);
	scanner->options.proc_path = scanner->proc_path;
	scanner->programs.options = &scanner->options;
	scanner->programs.context = &scanner->context;
	if (open_backends(scanner, error))
		return scanner;
	pv_scanner_close(scanner);
	return NULL;
}

void
pv_scanner_close(PvScanner *scanner)
{
	pv_programs_close(&scanner->programs);
	g_free(scanner->proc_path);
	g_free(scanner);
}

gboolean
pv_scanner_may_open(const PvScanner *scanner)
{
	return pv_programs_may_open(&scanner->programs);
}

/*
 * Copies of descriptors tell more than procfs of what files are, and of the rest the same; procfs
 * costs less. It leaves objects behind that a second scan would build anew, but not a single one.
 */
static const PvBackend *
choose_backend(const PvScanner *scanner, guint collect, const PvContext *context, PvStore *refusals,
	       GError **error)
{
	if (!scanner->programs.waits || (collect & PV_COLLECT_DETAILS))
		return pv_registry_choose(context, name_of(scanner->options.backend), refusals,
					  error);
	pv_store_add_refusal(refusals, PV_STEP_FILES, "pidfd",
			     "procfs costs less where no details are asked for");
	return pv_registry_last_resort();
}

/* What is known when a scan begins. */
static PvContext
look_at_context(const PvScanner *scanner)
{
	PvContext context = scanner->context;

	context.hides = context.hides && !context.can_ptrace;
	return context;
}

/*
 * Counts are the size of a directory, or before 6.2 its listing: procfs needs no thread for that.
 * Otherwise the backend is chosen anew each time, since cgroups come and go.
 */
static gboolean
make_plan(const PvScanner *scanner, guint collect, guint needs, PvContext *context, PvPlan *plan,
	  PvStore *refusals, GError **error)
{
	const char *name = name_of(scanner->options.backend);

	*context = look_at_context(scanner);
	*plan = (PvPlan){
		.context = context,
		.backend = pv_registry_last_resort(),
		.by_name = name != NULL,
		.kcmp_errno = probe_kcmp(context),
		.own_view = scanner->options.own_view,
	};
	if (!pv_programs_plan(&scanner->programs, needs, plan, refusals, error))
		return FALSE;
	if (plan->bpf == NULL && ((collect & PV_COLLECT_DESCRIPTORS) || context->absent))
		plan->backend = choose_backend(scanner, collect, context, refusals, error);
	return plan->backend != NULL;
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

	if (!pv_programs_open_the_rest(&scanner->programs, query, watch, first)) {
		if (!pv_watch_cancelled(watch))
			return first;
		pv_store_unref(first);
		pv_watch_stop(error);
		return NULL;
	}
	better = scan(scanner, query, watch, &failure);
	if (better == NULL && (g_error_matches(failure, PV_ERROR, PV_ERROR_NO_DESCRIPTORS) ||
			       g_error_matches(failure, PV_ERROR, PV_ERROR_NO_MEMORY))) {
		pv_programs_tell_refusal(first, failure->message);
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

	if (make_plan(scanner, query->collect, query->collect, &context, &plan, refusals, error))
		store = pv_build(&plan, query, watch, error);
	if (store != NULL)
		pv_store_copy_refusals(store, refusals);
	pv_store_unref(refusals);
	if (store == NULL || !pv_programs_lack_parts(&scanner->programs) ||
	    !pv_conceals(&context, query, store))
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
	pv_programs_open_what_pays(&scanner->programs, everybody, watch);
	store = scan(scanner, everybody, watch, error);
	pv_query_unref(everybody);
	return store;
}

/* NULL without an error: it cannot be made smaller. */
static PvQuery *
narrow(PvScanner *scanner, const PvQuery *query, PvPidSet *holders, const PvWatch *watch,
       GError **error)
{
	PvContext context = look_at_context(scanner);
	PvNarrowing narrowing = {
		.context = &context,
		.may_find = holders != NULL && scanner->programs.waits &&
			    pv_context_shows_others(&context),
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
	PvQuery *narrowed = NULL;
	PvStore *store = NULL;

	if (pv_narrow_applies(query))
		narrowed = narrow(scanner, query, holders, watch, &failure);
	if (failure == NULL) {
		pv_programs_open_what_pays(&scanner->programs, narrowed != NULL ? narrowed : query,
					   watch);
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
	PvStore *store;

	look_at_caller(scanner);
	store = seek(scanner, asked, watch, error);
	pv_query_unref(asked);
	return store;
}

gboolean
pv_scanner_plan_steps(PvScanner *scanner, const char *backends[PV_N_STEPS], PvStore *refusals,
		      GError **error)
{
	PvContext context;
	PvPlan plan;
	guint needs;

	look_at_caller(scanner);
	/* What is still to be had counts as open. */
	needs = may_load(scanner) && pv_scanner_may_open(scanner) ? 0 : PV_COLLECT_ALL;
	if (!make_plan(scanner, PV_COLLECT_ALL, needs, &context, &plan, refusals, error))
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

	look_at_caller(scanner);
	pv_programs_open_files(&scanner->programs, watch);
	done = make_plan(scanner, PV_COLLECT_DESCRIPTORS, PV_COLLECT_DESCRIPTORS, &context, &plan,
			 refusals, error);
	/* A snapshot of another scanner has keys that say nothing here. */
	if (done && plan.bpf != NULL && !pv_revalidate_has_key(&plan, table)) {
		plan.backend = pv_registry_choose(&context, NULL, refusals, error);
		done = plan.backend != NULL;
	}
	done = done && pv_revalidate(&plan, table, watch, memberships, content, error);
	pv_store_unref(refusals);
	return done;
}
