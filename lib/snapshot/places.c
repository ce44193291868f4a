/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Directories, umask, executable and mapped files, once for each object that tasks share:
 *
 *   group tasks ──► a record an object ──► BPF fills them ──► procfs the rest ──► mapped files
 *
 * Where a caller wants to see no more than he could by himself (PROCVIEW_SCANNER_OWN_VIEW), what
 * is closed to him is read from procfs with his own rights, and so denied; what was read by BPF is
 * asked about once more, for a set-user-ID program may have been started since.
 */
#include "snapshot/places.h"

#include <errno.h>

#include "backend/bpf/places-reader.h"
#include "core/association.h"
#include "core/error.h"
#include "snapshot/own-view.h"

#define RETRIES		 4
#define MAX_TRIES	 8
#define OBJECTS_PER_LOOK 64

static void
places_clear(PvPlaces *places)
{
	pv_place_reader_clear(&places->reader);
	pv_kinship_clear(&places->fs);
	pv_kinship_clear(&places->memories);
	g_free(places->kin_of_fs);
	g_free(places->kin_of_memory);
}

/* Programs of BPF show all in one pass, and so all are told. */
gboolean *
pv_places_find_wanted(const PvPlaces *places, const PvKinship *kinship)
{
	const PvStore *store = places->step->store;
	gboolean *wanted = g_try_new0(gboolean, MAX(kinship->kins.n, 1));

	for (guint32 i = 0; wanted != NULL && i < store->tasks.n; i++) {
		const PvTask *task = pv_store_task(store, i);

		if (kinship->kin_of[i] != PV_NONE &&
		    (places->step->plan->bpf != NULL ||
		     pv_query_wants_files(places->step->query,
					  pv_store_process(store, task->process)->pid)))
			wanted[kinship->kin_of[i]] = TRUE;
	}
	return wanted;
}

gboolean
pv_places_is_denied(const PvPlaces *places, const PvKinship *kinship, guint32 kin)
{
	for (guint32 i = pv_kinship_at(kinship, kin)->first; i != PV_NONE; i = kinship->next[i]) {
		if (!(pv_store_task(places->step->store, i)->known & PV_TASK_DENIED))
			return FALSE;
	}
	return TRUE;
}

void
pv_places_deny(const PvPlaces *places, const PvPlaceState *state)
{
	*state->status = PV_STATUS_DENIED;
	*state->reason = PV_REASON_DENIED;
	*state->needs = places->step->plan->context->can_ptrace ? PV_NEED_NOTHING : PV_NEED_PTRACE;
}

static gboolean
note_outcome(PvPlaces *places, int outcome, const PvPlaceState *state, GError **error)
{
	switch (outcome) {
	case 0:
		*state->status = PV_STATUS_OK;
		*state->reason = PV_REASON_NONE;
		return TRUE;
	case -ENOMEM:
		return pv_error_no_memory(error);
	case -EMFILE:
	case -ENFILE:
		return pv_error_from_errno(error, "open", -outcome);
	case -EACCES:
	case -EPERM:
		pv_places_deny(places, state);
		return TRUE;
	case -ESRCH:
	case -ENOENT:
		*state->status = PV_STATUS_GONE;
		*state->reason = PV_REASON_EXITED;
		return TRUE;
	default:
		*state->status = PV_STATUS_PARTIAL;
		*state->reason = PV_REASON_FAILED;
		return TRUE;
	}
}

/* One after the other: the speaker, then all in their order. PV_NONE: that was the last. */
static guint32
next_member(const PvKinship *kinship, const PvKin *kin, guint32 *following)
{
	guint32 task = *following;

	*following = task == PV_NONE ? PV_NONE : kinship->next[task];
	return task == kin->speaker && task != PV_NONE ? next_member(kinship, kin, following)
						       : task;
}

/*
 * Who has exited sends us to the next. So does who may not be looked into, and who has something
 * else by now than another one, but not for ever.
 */
gboolean
pv_places_read_through(PvPlaces *places, PvKinship *kinship, guint32 kin_index, PvPlaceRead *read,
		       guint32 index, const PvPlaceState *state, GError **error)
{
	const PvStore *store = places->step->store;
	PvKin *kin = pv_kinship_at(kinship, kin_index);
	const PvKin before = *kin;
	guint32 following = kin->first;
	gboolean contradicted = FALSE, refused = FALSE;
	int outcome = -ESRCH;
	guint tries = 0;

	for (guint32 task = kin->speaker; task != PV_NONE && tries < MAX_TRIES;
	     task = next_member(kinship, &before, &following)) {
		outcome = read(places, pv_store_task(store, task), index);
		if (outcome == -ESRCH || outcome == -ENOENT)
			continue;
		tries++;
		kin->speaker = task;
		contradicted |= outcome == 0 && !pv_kinship_confirm(kinship, kin_index);
		refused |= outcome == -EACCES || outcome == -EPERM;
		if (outcome != -EACCES && outcome != -EPERM && !contradicted)
			break;
		/* Each of them was refused to kcmp(2), and for the same reason. */
		if (refused && kinship->usable && before.assumed)
			break;
		if (outcome == 0 && pv_kinship_confirm(kinship, kin_index))
			break;
	}
	if (refused && outcome == -ESRCH)
		outcome = -EACCES;
	if (!note_outcome(places, outcome, state, error))
		return FALSE;
	if (contradicted && *state->status == PV_STATUS_OK) {
		*state->status = PV_STATUS_PARTIAL;
		*state->reason = PV_REASON_CHANGED;
	}
	return TRUE;
}

/* Which of the members shows it, the try-th time; the first is as good as any. */
static gint32
pick_member(const PvPlaces *places, const PvKinship *kinship, guint32 kin, guint try)
{
	const PvStore *store = places->step->store;
	guint32 task = pv_kinship_at(kinship, kin)->first;

	for (guint i = 0; task != PV_NONE && i < try; i++)
		task = kinship->next[task];
	return task == PV_NONE ? 0 : pv_store_task(store, task)->tid;
}

/* What BPF may show, and has not shown. */
static void
want(PvPlaces *places, const PvKinship *kinship, guint32 kin, guint32 index, guint8 status,
     guint try, PvBpfPlaces *pass)
{
	guint64 key = pv_kinship_key(kinship, pv_kinship_at(kinship, kin)->first);
	gint32 tid = pick_member(places, kinship, kin, try);

	if (key == 0 || tid == 0 || status != PV_STATUS_GONE ||
	    pv_places_is_denied(places, kinship, kin))
		return;
	pass->holders[pass->n++] = (PvBpfHolder){.key = key, .tid = tid, .index = index};
}

static void
note_shown(PvPlaces *places, const PvBpfHolder *holder)
{
	const guint of_fs = PV_HOLDER_CWD | PV_HOLDER_ROOT;
	guint8 status = holder->cut == 0 ? PV_STATUS_OK : PV_STATUS_PARTIAL;
	guint8 reason = holder->cut == 0 ? PV_REASON_NONE : PV_REASON_FAILED;
	PvStore *store = places->step->store;

	if ((holder->seen & of_fs) == of_fs) {
		PvFsContext *fs = pv_store_fs_context(store, holder->index);

		fs->status = status;
		fs->reason = reason;
		fs->backend = "bpf";
	} else if (holder->seen & PV_HOLDER_EXE) {
		PvMemory *memory = pv_store_memory_at(store, holder->index);

		memory->status = status;
		memory->reason = reason;
		memory->backend = "bpf";
	}
}

static gboolean
run_pass(PvPlaces *places, guint try, PvBpfPlaces *pass, GError **error)
{
	PvStore *store = places->step->store;

	pass->n = 0;
	for (guint32 i = 0; i < store->details.fs_contexts.n; i++)
		want(places, &places->fs, places->kin_of_fs[i], i,
		     pv_store_fs_context(store, i)->status, try, pass);
	for (guint32 i = 0; i < store->details.memories.n; i++)
		want(places, &places->memories, places->kin_of_memory[i], i,
		     pv_store_memory_at(store, i)->status, try, pass);
	if (!pv_bpf_read_places(pass, store, places->step->watch, error))
		return FALSE;
	for (guint32 i = 0; i < pass->n; i++)
		note_shown(places, &pass->holders[i]);
	return TRUE;
}

/* Leaders, and threads that have something else than theirs. */
static guint32
count_showing(const PvStore *store)
{
	guint32 n = 0;

	for (guint32 i = 0; i < store->tasks.n; i++) {
		const PvTask *task = pv_store_task(store, i);
		const PvTask *leader =
			pv_store_task(store, pv_store_process(store, task->process)->leader);

		n += task == leader || task->fs_key != leader->fs_key ||
		     task->mm_key != leader->mm_key;
	}
	return n;
}

static gboolean
read_by_bpf(PvPlaces *places, GError **error)
{
	const PvStore *store = places->step->store;
	guint32 n = store->details.fs_contexts.n + store->details.memories.n;
	g_autofree PvBpfHolder *holders = g_try_new(PvBpfHolder, MAX(n, 1));
	PvBpfPlaces pass = {
		.bpf = places->step->plan->bpf,
		.holders = holders,
		.n_tasks = store->tasks.n,
		.n_showing = count_showing(store),
		.narrowed = store->narrowed,
	};

	if (holders == NULL)
		return pv_error_no_memory(error);
	for (guint try = 0; try < RETRIES; try++) {
		if (!run_pass(places, try, &pass, error))
			return FALSE;
		if (pass.n == 0)
			return TRUE;
		pass.narrowed = TRUE;
	}
	return TRUE;
}

/* If a program that changes its user was started meanwhile, what was read is not the caller's. */
static gboolean
is_closed_now(PvPlaces *places, const PvKinship *kinship, guint32 kin)
{
	const PvPlan *plan = places->step->plan;
	guint32 first = pv_kinship_at(kinship, kin)->first;

	if (!plan->own_view || plan->bpf == NULL || pv_kinship_key(kinship, first) == 0)
		return FALSE;
	for (guint32 i = first; i != PV_NONE; i = kinship->next[i]) {
		const PvTask *task = pv_store_task(places->step->store, i);

		if (!(task->known & PV_TASK_DENIED) &&
		    !pv_own_view_denies(places->step->kcmp, task->tid))
			return FALSE;
	}
	return TRUE;
}

static void
note_guess(const PvPlaces *places, const PvPlaceState *state, guint32 n_members)
{
	if (*state->proof == PV_PROOF_ASSUMED && *state->needs == PV_NEED_NOTHING &&
	    n_members > 1 && !places->step->plan->context->can_ptrace)
		*state->needs = PV_NEED_PTRACE;
}

static gboolean
complete_fs_contexts(PvPlaces *places, GError **error)
{
	PvStore *store = places->step->store;

	for (guint32 i = 0; i < store->details.fs_contexts.n; i++) {
		PvFsContext *fs = pv_store_fs_context(store, i);
		const PvPlaceState state = {&fs->status, &fs->reason, &fs->proof, &fs->needs};

		if (i % OBJECTS_PER_LOOK == 0 && pv_watch_cancelled(places->step->watch))
			return pv_watch_stop(error);
		if (is_closed_now(places, &places->fs, places->kin_of_fs[i]))
			pv_fs_context_forget(fs);
		if (fs->status != PV_STATUS_OK && !pv_fs_context_complete(places, i, error))
			return FALSE;
		note_guess(places, &state, fs->n_members);
	}
	return TRUE;
}

static gboolean
complete_memories(PvPlaces *places, GError **error)
{
	gboolean mappings = (places->step->query->collect & PV_COLLECT_MAPPINGS) != 0;
	PvStore *store = places->step->store;

	for (guint32 i = 0; i < store->details.memories.n; i++) {
		PvMemory *memory = pv_store_memory_at(store, i);
		const PvPlaceState state = {&memory->status, &memory->reason, &memory->proof,
					    &memory->needs};

		if (i % OBJECTS_PER_LOOK == 0 && pv_watch_cancelled(places->step->watch))
			return pv_watch_stop(error);
		if (is_closed_now(places, &places->memories, places->kin_of_memory[i]))
			pv_memory_forget(memory);
		if (memory->status != PV_STATUS_OK && !pv_memory_complete(places, i, error))
			return FALSE;
		if (mappings && !pv_memory_read_mappings(places, i, error))
			return FALSE;
		note_guess(places, &state, memory->n_members);
	}
	return TRUE;
}

static gboolean
has_fs(const PvTask *task, gpointer user_data)
{
	PvPlaces *places = user_data;

	return pv_place_reader_has_fs(&places->reader, places->step->store, task);
}

static gboolean
has_memory(const PvTask *task, gpointer user_data)
{
	PvPlaces *places = user_data;

	return pv_place_reader_has_memory(&places->reader, places->step->store, task);
}

static gboolean
is_wanted(const PvPlaces *places, const PvProcess *process)
{
	return pv_query_wants_files(places->step->query, process->pid);
}

static gboolean
is_any_in(const PvPlaces *places, const PvProcess *process, char state)
{
	const PvStore *store = places->step->store;

	for (guint32 i = 0; i < process->n_tasks; i++) {
		if (pv_store_task(store, process->first_task + i)->state == state)
			return TRUE;
	}
	return FALSE;
}

/* Who waits as vfork(2) does is excused by whoever has the memory, too (memories.c). */
static gboolean
does_any_wanted_sleep(const PvPlaces *places)
{
	const PvStore *store = places->step->store;

	for (guint32 i = 0; i < store->processes.n; i++) {
		const PvProcess *process = pv_store_process(store, i);

		if (is_wanted(places, process) && is_any_in(places, process, 'D'))
			return TRUE;
	}
	return FALSE;
}

/* And who sleeps, or may, holds the lock of a memory that perhaps is wanted. */
static gboolean
is_compared(const PvProcess *process, gpointer user_data)
{
	const PvPlaces *places = user_data;

	return places->all || is_wanted(places, process) || is_any_in(places, process, 'D') ||
	       is_any_in(places, process, '\0');
}

static void
prepare(PvPlaces *places, PvKinship *kinship, PvKinshipOf of,
	gboolean (*has_one)(const PvTask *task, gpointer user_data))
{
	const PvEnrichment *step = places->step;

	*kinship = (PvKinship){
		.of = of,
		.store = step->store,
		.kcmp = step->kcmp,
		.by_key = step->plan->bpf != NULL,
		.usable = step->plan->kcmp_errno == 0,
		.has_one = has_one,
		.includes = is_compared,
		.user_data = places,
	};
}

static gboolean
note_all(PvPlaces *places, GError **error)
{
	const PvEnrichment *step = places->step;
	const PvPlan *plan = step->plan;

	if (!pv_kinship_run(&places->fs, step->watch, error) ||
	    !pv_kinship_run(&places->memories, step->watch, error) ||
	    !pv_fs_contexts_lay_out(places, error) || !pv_memories_lay_out(places, error))
		return FALSE;
	if (plan->bpf != NULL && pv_bpf_shows_places(plan->bpf) && !read_by_bpf(places, error))
		return FALSE;
	return complete_fs_contexts(places, error) && complete_memories(places, error);
}

gboolean
pv_places_note(PvEnrichment *step, GError **error)
{
	PvPlaces places = {.step = step};
	gboolean done;

	/* Without procfs its part of the answer is missing, and no more. */
	pv_place_reader_open(&places.reader, step->plan->context);
	places.all = step->query->files_of == NULL || does_any_wanted_sleep(&places);
	prepare(&places, &places.fs, PV_KINSHIP_FS, has_fs);
	prepare(&places, &places.memories, PV_KINSHIP_MEMORY, has_memory);
	pv_array_init(&places.fs.kins, sizeof(PvKin));
	pv_array_init(&places.memories.kins, sizeof(PvKin));
	pv_kcmp_tree_init(&places.fs.tree, NULL, NULL);
	pv_kcmp_tree_init(&places.memories.tree, NULL, NULL);
	done = note_all(&places, error);
	places_clear(&places);
	return done;
}
