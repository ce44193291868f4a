/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Opening: what this kernel grants is found out once, and nothing of it is kept open. So a scanner
 * costs no descriptor between scans, and survives a fork.
 *
 * What the caller may do is asked again at each scan, since capabilities may have been dropped.
 */
#include "snapshot/scanner.h"

#include <errno.h>

#include "backend/registry.h"
#include "privilege/privilege.h"
#include "snapshot/builder.h"
#include "snapshot/revalidate.h"

struct _PvScanner {
	char *proc_path;
	PvContext context;
	const char *name; /* of the backend that was asked for; NULL: whichever is best */
	int kcmp_errno;
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

PvScanner *
pv_scanner_open(const PvScannerOptions *options, GError **error)
{
	PvScanner *scanner = g_new0(PvScanner, 1);
	PvStore *refusals = pv_store_new();
	gboolean works;
	PvKcmp kcmp;

	pv_kcmp_init(&kcmp);
	scanner->proc_path = g_strdup(options->proc_path);
	scanner->name = name_of(options->backend);
	works = pv_context_probe(&scanner->context, scanner->proc_path, error) &&
		pv_registry_choose(&scanner->context, scanner->name, refusals, error) != NULL;
	pv_store_unref(refusals);
	if (!works) {
		pv_scanner_close(scanner);
		return NULL;
	}
	scanner->kcmp_errno = scanner->context.foreign ? ENOSYS : pv_kcmp_probe(&kcmp);
	return scanner;
}

void
pv_scanner_close(PvScanner *scanner)
{
	g_free(scanner->proc_path);
	g_free(scanner);
}

/*
 * Counts are the size of a directory, or before 6.2 its listing: procfs needs no thread for that.
 * Otherwise the backend is chosen anew each time, since cgroups come and go.
 */
static gboolean
make_plan(const PvScanner *scanner, guint collect, PvContext *context, PvPlan *plan,
	  PvStore *refusals, GError **error)
{
	*context = scanner->context;
	context->can_ptrace = pv_privilege_can_ptrace();
	context->can_search = pv_privilege_can_search();
	context->avoid_waiting = scanner->name == NULL;
	context->hides = context->hides && !context->can_ptrace;
	*plan = (PvPlan){
		.context = context,
		.backend = pv_registry_last_resort(),
		.by_name = scanner->name != NULL,
		.kcmp_errno = scanner->kcmp_errno,
	};
	if (collect & PV_COLLECT_DESCRIPTORS)
		plan->backend = pv_registry_choose(context, scanner->name, refusals, error);
	return plan->backend != NULL;
}

static void
copy_refusals(const PvStore *refusals, PvStore *store)
{
	for (guint i = 0; i < refusals->n_refusals; i++) {
		const PvRefusal *refusal = &refusals->refusals[i];

		pv_store_add_refusal(store, refusal->step, refusal->backend, refusal->why);
	}
}

PvStore *
pv_scanner_scan(PvScanner *scanner, const PvQuery *query, const PvWatch *watch, GError **error)
{
	PvQuery *everything = query == NULL ? pv_query_new() : NULL;
	const PvQuery *asked = query == NULL ? everything : query;
	PvStore *refusals = pv_store_new();
	PvStore *store = NULL;
	PvContext context;
	PvPlan plan;

	if (make_plan(scanner, asked->collect, &context, &plan, refusals, error))
		store = pv_build(&plan, asked, watch, error);
	if (store != NULL)
		copy_refusals(refusals, store);
	pv_store_unref(refusals);
	g_clear_pointer(&everything, pv_query_unref);
	return store;
}

gboolean
pv_scanner_revalidate(PvScanner *scanner, const PvTable *table, const PvWatch *watch,
		      guint8 *memberships, guint *content, GError **error)
{
	PvStore *refusals = pv_store_new();
	gboolean done;
	PvContext context;
	PvPlan plan;

	done = make_plan(scanner, PV_COLLECT_DESCRIPTORS, &context, &plan, refusals, error) &&
	       pv_revalidate(&plan, table, watch, memberships, content, error);
	pv_store_unref(refusals);
	return done;
}
