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
	const PvBackend *backend;
	gboolean by_name;
	int kcmp_errno;
	PvStore *refusals; /* for its refusals only */
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
	PvKcmp kcmp;

	pv_kcmp_init(&kcmp);
	scanner->proc_path = g_strdup(options->proc_path);
	scanner->refusals = pv_store_new();
	scanner->by_name = options->backend != PV_BACKEND_AUTO;
	if (pv_context_probe(&scanner->context, scanner->proc_path, error))
		scanner->backend = pv_registry_choose(&scanner->context, name_of(options->backend),
						      scanner->refusals, error);
	if (scanner->backend == NULL) {
		pv_scanner_close(scanner);
		return NULL;
	}
	scanner->kcmp_errno = scanner->context.recorded ? ENOSYS : pv_kcmp_probe(&kcmp);
	return scanner;
}

void
pv_scanner_close(PvScanner *scanner)
{
	pv_store_unref(scanner->refusals);
	g_free(scanner->proc_path);
	g_free(scanner);
}

/* Counts are the size of a directory, or before 6.2 its listing: procfs needs no thread for that. */
static void
make_plan(const PvScanner *scanner, guint collect, PvContext *context, PvPlan *plan)
{
	*context = scanner->context;
	context->can_ptrace = pv_privilege_can_ptrace();
	context->avoid_waiting = !scanner->by_name;
	*plan = (PvPlan){
		.context = context,
		.backend = scanner->backend,
		.by_name = scanner->by_name,
		.kcmp_errno = scanner->kcmp_errno,
	};
	if (!(collect & PV_COLLECT_DESCRIPTORS))
		plan->backend = pv_registry_last_resort();
}

static void
copy_refusals(const PvScanner *scanner, PvStore *store)
{
	for (guint i = 0; i < scanner->refusals->n_refusals; i++) {
		const PvRefusal *refusal = &scanner->refusals->refusals[i];

		pv_store_add_refusal(store, refusal->step, refusal->backend, refusal->why);
	}
}

PvStore *
pv_scanner_scan(PvScanner *scanner, const PvQuery *query, const PvWatch *watch, GError **error)
{
	PvQuery *everything = query == NULL ? pv_query_new() : NULL;
	const PvQuery *asked = query == NULL ? everything : query;
	PvContext context;
	PvPlan plan;
	PvStore *store;

	make_plan(scanner, asked->collect, &context, &plan);
	store = pv_build(&plan, asked, watch, error);
	if (store != NULL && (asked->collect & PV_COLLECT_DESCRIPTORS))
		copy_refusals(scanner, store);
	g_clear_pointer(&everything, pv_query_unref);
	return store;
}

gboolean
pv_scanner_revalidate(PvScanner *scanner, const PvTable *table, const PvWatch *watch,
		      guint8 *memberships, guint *content, GError **error)
{
	PvContext context;
	PvPlan plan;

	make_plan(scanner, PV_COLLECT_DESCRIPTORS, &context, &plan);
	return pv_revalidate(&plan, table, watch, memberships, content, error);
}
