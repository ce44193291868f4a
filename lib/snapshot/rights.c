/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What may this scanner see, and what would unlock the rest? Answered without a scan: out of the
 * plan that a scan would follow, the capabilities in effect, and the table of lib/privilege.
 *
 * What it cannot see: what security modules and seccomp filters forbid. Only a scan finds that.
 */
#include "snapshot/rights.h"

#include "privilege/needs.h"

/* What it takes for a step to see everything; FALSE: nothing known would do. */
static gboolean
find_needs(const PvRights *rights, const PvScannerOptions *options, guint step, guint *needs)
{
	guint more;

	if (!pv_needs_find(rights->backends[step], step, PV_WHEN_SCANNING, needs))
		return FALSE;
	if (options->own_view &&
	    pv_needs_find(rights->backends[step], step, PV_WHEN_OWN_VIEW, &more))
		*needs |= more;
	return TRUE;
}

/* Descriptors are counted by procfs, and some tables are left to it where the choice is free. */
static guint
find_needs_of_procfs(const PvRights *rights, guint step)
{
	guint needs = 0;

	if (step == PV_STEP_FILES && g_str_equal(rights->backends[step], "pidfd"))
		pv_needs_find("procfs", step, PV_WHEN_SCANNING, &needs);
	return needs;
}

/* Then the options of its mount count. */
static gboolean
lists_by_procfs(const PvRights *rights, const PvScannerOptions *options)
{
	return options->own_view || g_str_equal(rights->backends[PV_STEP_TASKS], "procfs");
}

static void
judge_step(PvRights *rights, const PvScannerOptions *options, guint held, guint step)
{
	gboolean hidden = FALSE;
	guint needs;

	if (step == PV_STEP_TASKS && lists_by_procfs(rights, options))
		hidden = rights->refusals->hidden;
	if (!find_needs(rights, options, step, &needs))
		return;
	rights->uses |= needs | find_needs_of_procfs(rights, step);
	if (options->backend == PV_BACKEND_AUTO)
		needs |= find_needs_of_procfs(rights, step);
	rights->needs[step] = needs & ~held;
	rights->sees_all[step] = rights->needs[step] == 0 && !hidden;
}

void
pv_rights_judge(PvRights *rights, const PvScannerOptions *options, const PvRightsHeld *held)
{
	for (guint step = 0; step < PV_N_STEPS; step++)
		judge_step(rights, options, held->now, step);
	/* Who drops what is not used must not drop what stands in for it. */
	if ((rights->uses & PV_CAPABILITY_DAC_READ_SEARCH) &&
	    (held->now & PV_CAPABILITY_DAC_OVERRIDE))
		rights->uses ^= PV_CAPABILITY_DAC_READ_SEARCH | PV_CAPABILITY_DAC_OVERRIDE;
	for (guint i = 0; i < rights->refusals->n_refusals; i++) {
		const PvRefusal *refusal = &rights->refusals->refusals[i];
		guint needs;

		if (pv_needs_find(refusal->backend, refusal->step, PV_WHEN_OPENING, &needs))
			rights->opening_needs |= needs & ~held->at_opening;
	}
}

gboolean
pv_rights_look(PvRights *rights, PvScanner *scanner, const PvScannerOptions *options,
	       guint at_opening, GError **error)
{
	PvRightsHeld held = {.at_opening = at_opening};
	guint opening;

	*rights = (PvRights){.refusals = pv_store_new()};
	if (!pv_scanner_plan_steps(scanner, rights->backends, rights->refusals, error)) {
		pv_rights_clear(rights);
		return FALSE;
	}
	held.now = pv_scanner_get_capabilities(scanner);
	pv_rights_judge(rights, options, &held);
	if (pv_scanner_may_open(scanner) &&
	    pv_needs_find("bpf", PV_STEP_FILES, PV_WHEN_OPENING, &opening))
		rights->uses |= opening;
	return TRUE;
}

void
pv_rights_clear(PvRights *rights)
{
	g_clear_pointer(&rights->refusals, pv_store_unref);
}
