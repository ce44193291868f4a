/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scanner may see, as an answer that is kept: capabilities by their names, as callers and
 * their users know them.
 */
#include "api/private.h"

/* Ends with NULL. */
typedef struct {
	const char *names[PV_N_CAPABILITIES + 1];
} Names;

struct _ProcviewRights {
	gatomicrefcount refs;
	PvRights found;
	Names needs[PV_N_STEPS];
	Names opening_needs;
	Names uses;
};

/**
 * ProcviewRights:
 *
 * What a scanner may see, what would unlock the rest, and which capabilities it still uses.
 *
 * Made by [method@Procview.Scanner.dup_rights], without a scan: out of the kernel interfaces that
 * a scan would use now, the capabilities that the calling thread has in effect now, and those that
 * it had when the scanner was opened. Capabilities count if they are held in the first user
 * namespace; `CAP_SYS_ADMIN` includes `CAP_BPF` and `CAP_PERFMON`, and `CAP_DAC_OVERRIDE` includes
 * `CAP_DAC_READ_SEARCH`.
 *
 * It is about capabilities alone. Security modules, seccomp filters, and processes that the kernel
 * protects from everyone may keep more from the caller: a snapshot tells, table by table.
 *
 * With this a program does with as little privilege as possible: open a scanner, drop every
 * capability but those in [method@Procview.Rights.get_uses], and scan.
 *
 * Immutable, and readable from any thread. Does not keep the scanner alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewRights, procview_rights, procview_rights_ref, procview_rights_unref)

static void
fill(Names *names, guint capabilities)
{
	guint n = 0;

	for (guint i = 0; i < PV_N_CAPABILITIES; i++) {
		if (capabilities & (1U << i))
			names->names[n++] = pv_capability_name(i);
	}
}

ProcviewRights *
pv_rights_new(PvRights *found)
{
	ProcviewRights *rights = g_new0(ProcviewRights, 1);

	g_atomic_ref_count_init(&rights->refs);
	rights->found = *found;
	*found = (PvRights){0};
	for (guint step = 0; step < PV_N_STEPS; step++)
		fill(&rights->needs[step], rights->found.needs[step]);
	fill(&rights->opening_needs, rights->found.opening_needs);
	fill(&rights->uses, rights->found.uses);
	return rights;
}

/**
 * procview_rights_ref:
 * @rights: rights
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): the rights
 *
 * Since: 0.1
 */
ProcviewRights *
procview_rights_ref(ProcviewRights *rights)
{
	g_return_val_if_fail(rights != NULL, NULL);

	g_atomic_ref_count_inc(&rights->refs);
	return rights;
}

/**
 * procview_rights_unref:
 * @rights: (transfer full): rights
 *
 * Drops a reference; frees the rights with the last one. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_rights_unref(ProcviewRights *rights)
{
	g_return_if_fail(rights != NULL);

	if (!g_atomic_ref_count_dec(&rights->refs))
		return;
	pv_rights_clear(&rights->found);
	g_free(rights);
}

/**
 * procview_rights_get_backend_name:
 * @rights: rights
 * @step: a step of a scan
 *
 * Which kernel interface a scan would use now: a name as of
 * [method@Procview.Snapshot.get_backend_name].
 *
 * Returns: (transfer none) (nullable): a name; %NULL for a step out of range, which is an error of
 *   the caller
 *
 * Since: 0.1
 */
const char *
procview_rights_get_backend_name(ProcviewRights *rights, ProcviewStep step)
{
	g_return_val_if_fail(rights != NULL, NULL);
	g_return_val_if_fail((guint)step < PV_N_STEPS, NULL);

	return rights->found.backends[step];
}

/**
 * procview_rights_get_n_refusals:
 * @rights: rights
 *
 * How many better kernel interfaces a scan could not use now.
 *
 * Returns: a count
 *
 * Since: 0.1
 */
guint
procview_rights_get_n_refusals(ProcviewRights *rights)
{
	g_return_val_if_fail(rights != NULL, 0);

	return rights->found.refusals->n_refusals;
}

/**
 * procview_rights_get_refusal:
 * @rights: rights
 * @index: which one; less than [method@Procview.Rights.get_n_refusals]
 * @step: (out) (optional): the step that could not use it
 * @backend: (out) (optional) (transfer none): the name of the interface, borrowed from the rights
 *
 * Says which better kernel interface a scan could not use now, and why.
 *
 * Returns: (transfer none) (nullable): the reason, for people, borrowed from the rights; %NULL if
 *   @index is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
const char *
procview_rights_get_refusal(ProcviewRights *rights, guint index, ProcviewStep *step,
			    const char **backend)
{
	g_return_val_if_fail(rights != NULL, NULL);

	return procview_snapshot_get_refusal(rights->found.refusals, index, step, backend);
}

/**
 * procview_rights_sees_all:
 * @rights: rights
 * @step: a step of a scan
 *
 * Whether this step may see everything of the tasks of all users. Otherwise it sees what the
 * kernel's ptrace rules allow the caller (ptrace(2), "Ptrace access mode checking"): as a rule, its
 * own processes.
 *
 * Of %PROCVIEW_STEP_TASKS it is %FALSE if executables and working directories of others, or with
 * `hidepid` their processes, are kept from the caller. Otherwise everybody may see processes and
 * threads.
 *
 * Of a step that BPF serves it is %TRUE even if the caller has dropped everything since the
 * scanner was opened, unless the scanner has %PROCVIEW_SCANNER_OWN_VIEW.
 *
 * Returns: whether it may; %FALSE for a step out of range, which is an error of the caller
 *
 * Since: 0.1
 */
gboolean
procview_rights_sees_all(ProcviewRights *rights, ProcviewStep step)
{
	g_return_val_if_fail(rights != NULL, FALSE);
	g_return_val_if_fail((guint)step < PV_N_STEPS, FALSE);

	return rights->found.sees_all[step];
}

/**
 * procview_rights_get_needs:
 * @rights: rights
 * @step: a step of a scan
 *
 * The capabilities that this step lacks: with all of them in effect, the next scan of this scanner
 * would see what this one may not.
 *
 * Empty if the step sees all, or if there is no capability that would help: where kcmp(2) is
 * missing, or forbidden by a seccomp filter.
 *
 * Returns: (transfer none) (array zero-terminated=1): names such as `CAP_SYS_PTRACE`, ended by
 *   %NULL; empty for a step out of range, which is an error of the caller
 *
 * Since: 0.1
 */
const char *const *
procview_rights_get_needs(ProcviewRights *rights, ProcviewStep step)
{
	static const char *const none[] = {NULL};

	g_return_val_if_fail(rights != NULL, none);
	g_return_val_if_fail((guint)step < PV_N_STEPS, none);

	return rights->needs[step].names;
}

/**
 * procview_rights_get_opening_needs:
 * @rights: rights
 *
 * The capabilities that were lacking when the scanner was opened, and that a better kernel
 * interface asks for at that time: of those that were refused, BPF. A scanner that is opened with
 * all of them may use it, and then needs none of them any more. It may be refused for other
 * reasons still: see [method@Procview.Rights.get_refusal].
 *
 * Returns: (transfer none) (array zero-terminated=1): names such as `CAP_BPF`, ended by %NULL;
 *   empty if none were lacking
 *
 * Since: 0.1
 */
const char *const *
procview_rights_get_opening_needs(ProcviewRights *rights)
{
	static const char *const none[] = {NULL};

	g_return_val_if_fail(rights != NULL, none);

	return rights->opening_needs.names;
}

/**
 * procview_rights_get_uses:
 * @rights: rights
 *
 * The capabilities that scans of this scanner make use of, whether the caller has them or not. All
 * others can be dropped, and the next scan sees as much as before. `CAP_DAC_OVERRIDE` takes the
 * place of `CAP_DAC_READ_SEARCH` if the caller has the former alone.
 *
 * Empty where BPF serves every step, unless the scanner has %PROCVIEW_SCANNER_OWN_VIEW: that one
 * asks the kernel what the caller may see, and `CAP_SYS_PTRACE` is part of the answer.
 *
 * Returns: (transfer none) (array zero-terminated=1): names such as `CAP_SYS_PTRACE`, ended by
 *   %NULL
 *
 * Since: 0.1
 */
const char *const *
procview_rights_get_uses(ProcviewRights *rights)
{
	static const char *const none[] = {NULL};

	g_return_val_if_fail(rights != NULL, none);

	return rights->uses.names;
}
