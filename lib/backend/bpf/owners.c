/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A table counts who has it (struct files_struct, count): where that is how many threads of a
 * process have it, nobody else does, and the other processes of the machine need not be looked at.
 * The count may be larger for a moment, and who makes it so is not known: then it is not told.
 *
 * Of several threads one may end and another begin between two looks at the count, which then seems
 * right though a stranger has the table, too; so the look is taken twice, and has to be the same.
 *
 * Iterators that are limited to one process: Linux 6.1. What it cannot see: who shares from now on.
 */
#include "backend/bpf/owners.h"

#include <stdlib.h>
#include <string.h>

#include "backend/bpf/find-programs.h"
#include "backend/bpf/find.h"
#include "backend/bpf/iterator.h"
#include "backend/bpf/loading.h"
#include "util/fd.h"

/* Of more, all are looked at sooner. */
#define MOST_PROCESSES 64

static int
load(void)
{
	g_autofree char *why = pv_bpf_judge_namespaces();
	g_auto(PvAssembler) text;
	PvLayout layout;
	sigset_t before;
	int program = -1;

	pv_asm_init(&text);
	if (why == NULL)
		why = pv_layout_read(&layout);
	if (why != NULL)
		return -1;
	pv_find_write_owners(&text, &layout, &(PvFindText){.inode_map = -1});
	if (!pv_asm_finish(&text))
		return -1;
	pv_bpf_hold_signals(&before);
	program = pv_bpf_load_iterator(&text, layout.functions[PV_FUNCTION_TASK], &why);
	pv_bpf_release_signals(&before);
	return program;
}

/* FALSE: it could not be asked, or there is none. */
static gboolean
list_owners(int program, gint32 pid, PvIterator *iterator, PvArray *owners)
{
	guint n_before = owners->n;
	const char *text;
	gssize size;

	if (pv_iterator_start_other(iterator, program, PV_SCOPE_PROCESS, pid) < 0)
		return FALSE;
	while ((size = pv_iterator_next(iterator, &text)) > 0) {
		const PvFoundRecord *record = (const PvFoundRecord *)text;
		PvFoundRecord *room;

		if (size != sizeof(*record) || record->pid != pid)
			return FALSE;
		room = pv_array_append(owners);
		if (room == NULL)
			return FALSE;
		*room = *record;
	}
	return size == 0 && owners->n > n_before;
}

static int
compare_tables(const void *a, const void *b)
{
	return pv_order_u64(((const PvFoundRecord *)a)->files, ((const PvFoundRecord *)b)->files);
}

/* The most that any of them saw. */
static gboolean
have_all_to_themselves(const PvArray *owners)
{
	for (guint i = 0, n; i < owners->n; i += n) {
		const PvFoundRecord *first = pv_array_at(owners, PvFoundRecord, i);
		guint32 n_users = 0;

		for (n = 0; i + n < owners->n && first[n].files == first->files; n++)
			n_users = MAX(n_users, first[n].n_users);
		if (n != n_users)
			return FALSE;
	}
	return TRUE;
}

/* Sorted by table, and by what comes in the order of tasks. */
static gboolean
look(int program, const gint32 *pids, guint n_pids, PvArray *owners)
{
	g_auto(PvIterator) iterator;
	gboolean listed = TRUE;

	pv_iterator_init(&iterator, NULL);
	for (guint i = 0; i < n_pids && listed; i++)
		listed = list_owners(program, pids[i], &iterator, owners);
	if (!listed || owners->n == 0)
		return FALSE;
	qsort(owners->data, owners->n, sizeof(PvFoundRecord), compare_tables);
	return have_all_to_themselves(owners);
}

static gboolean
look_twice(int program, const gint32 *pids, guint n_pids)
{
	PvArray once, again;
	gboolean nobody;

	pv_array_init(&once, sizeof(PvFoundRecord));
	pv_array_init(&again, sizeof(PvFoundRecord));
	nobody = look(program, pids, n_pids, &once);
	if (nobody && once.n > 1)
		nobody = look(program, pids, n_pids, &again) && once.n == again.n;
	pv_array_clear(&once);
	pv_array_clear(&again);
	return nobody;
}

gboolean
pv_bpf_nobody_shares(const gint32 *pids, guint n_pids)
{
	pv_autofd program = -1;

	if (n_pids == 0 || n_pids > MOST_PROCESSES)
		return FALSE;
	program = load();
	return program >= 0 && look_twice(program, pids, n_pids);
}
