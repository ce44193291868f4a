/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The programs of BPF are loaded when a scanner is opened, all of them, and held: a descriptor each,
 * which is what lets a scan go on without privilege. After a fork they are the child's as well.
 *
 * Who takes one scan only has BPF opened by it, and not before, if it pays (snapshot/opening.c) or
 * if what was seen without it is not all (snapshot/concealed.c); and of BPF what the scan has a use
 * for, so that a second scan may have to add to it.
 */
#include "snapshot/programs.h"

#include <errno.h>

#include "snapshot/opening.h"

static const char no_more_programs[] =
	"the programs for what is asked were not loaded, and cannot be any more";

static char *
tell_no_kcmp(int kcmp_errno)
{
	return g_strdup_printf("kcmp, which tells what the caller may see: %s",
			       g_strerror(kcmp_errno));
}

/* Whether they are of any use here, before they are loaded. NULL, or why not. */
static char *
object(const PvPrograms *programs, int kcmp_errno)
{
	if (programs->context->recorded)
		return g_strdup("a recorded tree is no kernel");
	if (programs->options->own_view && kcmp_errno != 0)
		return tell_no_kcmp(kcmp_errno);
	if (programs->context->foreign && programs->options->backend == PV_BACKEND_AUTO)
		return g_strdup("/proc shows another pid namespace than the caller's");
	return NULL;
}

static gboolean
fail(GError **error, const char *when, int saved_errno, const char *why)
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
may_wait(const PvPrograms *programs, int kcmp_errno)
{
	return programs->options->once && programs->refusal == NULL &&
	       programs->options->backend == PV_BACKEND_AUTO && !programs->options->own_view &&
	       !programs->context->absent && kcmp_errno == 0 &&
	       pv_context_shows_others(programs->context);
}

static guint
all_parts(const PvPrograms *programs)
{
	return programs->options->tables_only ? PV_BPF_BASIC : PV_BPF_ALL;
}

gboolean
pv_programs_open(PvPrograms *programs, int kcmp_errno, GError **error)
{
	guint backend = programs->options->backend;
	int saved_errno = ENOTSUP;

	if (backend != PV_BACKEND_AUTO && backend != PV_BACKEND_BPF)
		return TRUE;
	programs->refusal = object(programs, kcmp_errno);
	programs->once = may_wait(programs, kcmp_errno);
	programs->waits = programs->once;
	if (programs->waits)
		return TRUE;
	if (programs->refusal == NULL)
		programs->bpf =
			pv_bpf_open(all_parts(programs), NULL, &programs->refusal, &saved_errno);
	if (programs->bpf != NULL || backend == PV_BACKEND_AUTO)
		return TRUE;
	return fail(error, "here", saved_errno, programs->refusal);
}

void
pv_programs_close(PvPrograms *programs)
{
	if (programs->bpf != NULL)
		pv_bpf_close(programs->bpf);
	g_free(programs->refusal);
}

gboolean
pv_programs_may_open(const PvPrograms *programs)
{
	if (programs->bpf != NULL && programs->once)
		return pv_bpf_lacks(programs->bpf, all_parts(programs)) != 0;
	return programs->waits && pv_bpf_absence() == NULL;
}

/*
 * What a scan about so many is worth opening for, and not more. Who may not look into the tasks of
 * others gets all of it from BPF.
 */
static guint
parts_for(const PvPrograms *programs, const PvMachine *machine, guint collect)
{
	static const PvMachine large = {G_MAXUINT32, G_MAXUINT32, G_MAXUINT32};
	gboolean is_choice = pv_context_shows_others(programs->context);

	return pv_opening_parts(is_choice ? machine : &large, collect) & all_parts(programs);
}

/*
 * What is refused once is not asked for a second time, unless that was for want of descriptors or
 * memory, or because the caller wanted no more: the scan asks him again before it does anything.
 */
static gboolean
add(PvPrograms *programs, guint parts, const PvWatch *watch)
{
	int status = 0;

	if (programs->waits) {
		g_clear_pointer(&programs->refusal, g_free);
		programs->bpf = pv_bpf_open(parts, watch, &programs->refusal, &status);
	} else if (programs->bpf != NULL) {
		status = pv_bpf_add(programs->bpf, parts, watch);
	}
	if (status == ECANCELED)
		g_clear_pointer(&programs->refusal, g_free);
	if (status == ECANCELED || pv_error_is_shortage(-status))
		return FALSE;
	programs->waits = FALSE;
	return programs->bpf != NULL;
}

static void
look_at_machine(const PvPrograms *programs, const PvQuery *query, PvMachine *machine)
{
	pv_machine_look(machine);
	pv_machine_narrow(machine, programs->context, (const gint32 *)(gpointer)query->pids->data,
			  query->pids->len);
}

/* Who may not look into the tasks of others any more needs it in any case. */
void
pv_programs_open_what_pays(PvPrograms *programs, const PvQuery *query, const PvWatch *watch)
{
	PvMachine machine;
	guint parts;

	if (!programs->once || query->nobody)
		return;
	look_at_machine(programs, query, &machine);
	parts = parts_for(programs, &machine, query->collect);
	if (!programs->waits || !pv_context_shows_others(programs->context) ||
	    pv_opening_pays(&machine, query->collect, query->pids->len, parts))
		add(programs, parts, watch);
}

void
pv_programs_open_files(PvPrograms *programs, const PvWatch *watch)
{
	if (programs->bpf != NULL && !pv_bpf_serves(programs->bpf, PV_COLLECT_DESCRIPTORS))
		add(programs, PV_BPF_FILES, watch);
}

gboolean
pv_programs_lack_parts(const PvPrograms *programs)
{
	if (programs->waits)
		return TRUE;
	return programs->once && programs->bpf != NULL &&
	       pv_bpf_lacks(programs->bpf, PV_BPF_DETAILS & all_parts(programs)) != 0;
}

/* What is not to be had any more. */
static void
tell_why_no_rest(const PvPrograms *programs, PvStore *store)
{
	if (programs->refusal != NULL)
		pv_programs_tell_refusal(store, programs->refusal);
	else if (programs->bpf != NULL && pv_programs_lack_parts(programs))
		pv_programs_tell_refusal(store, no_more_programs);
}

gboolean
pv_programs_open_the_rest(PvPrograms *programs, const PvQuery *query, const PvWatch *watch,
			  PvStore *store)
{
	PvMachine machine;
	guint parts;

	look_at_machine(programs, query, &machine);
	parts = parts_for(programs, &machine, query->collect) |
		(PV_BPF_DETAILS & all_parts(programs));
	if (add(programs, parts, watch) && !pv_programs_lack_parts(programs))
		return TRUE;
	tell_why_no_rest(programs, store);
	return FALSE;
}

static void
note_refusal(PvStore *refusals, const char *why)
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

/* The calling thread may be in other namespaces by now, or under a filter of system calls. */
static char *
object_now(const PvPrograms *programs, guint needs, int kcmp_errno, int *saved_errno)
{
	if (programs->options->own_view && kcmp_errno != 0)
		return tell_no_kcmp(kcmp_errno);
	if (!pv_bpf_serves(programs->bpf, needs))
		return g_strdup(no_more_programs);
	return pv_bpf_probe(programs->bpf, saved_errno);
}

gboolean
pv_programs_plan(const PvPrograms *programs, guint needs, PvPlan *plan, PvStore *refusals,
		 GError **error)
{
	g_autofree char *why = NULL;
	int saved_errno = ENOTSUP;

	if (programs->bpf != NULL)
		why = object_now(programs, needs, plan->kcmp_errno, &saved_errno);
	if (why == NULL)
		plan->bpf = programs->bpf;
	if (why != NULL && programs->options->backend == PV_BACKEND_BPF)
		return fail(error, "any more", saved_errno, why);
	if (programs->waits && programs->refusal == NULL)
		note_refusal(refusals, tell_why_not_yet());
	if (why != NULL || programs->refusal != NULL)
		note_refusal(refusals, why != NULL ? why : programs->refusal);
	return TRUE;
}

void
pv_programs_tell_refusal(PvStore *store, const char *why)
{
	PvStore *refusals = pv_store_new();

	note_refusal(refusals, why);
	pv_store_copy_refusals(store, refusals);
	pv_store_unref(refusals);
}
