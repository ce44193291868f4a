/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Tables are numbered by the process, then by the thread, that comes first among their tasks.
 *
 * Groups that came up while tables were read (a task had left its group) are out of this order,
 * and so are their descriptors. Where there are any, the descriptors are laid out anew, so that
 * those of each table lie together and tables and descriptors ascend side by side.
 */
#include "snapshot/arrange.h"

static void
fill_table(PvTable *table, const PvGroup *group, const PvReading *reading, guint proof)
{
	const PvOutcome *outcome = &reading->outcome;

	table->status = outcome->status;
	table->reason = outcome->reason;
	table->needs = outcome->need;
	table->proof = group->assumed || group->unproven ? PV_PROOF_ASSUMED : proof;
	table->open_count = outcome->open_count;
	table->rank = group->unsettled || group->unproven ? 0 : group->rank;
	table->first_descriptor = reading->first_descriptor;
	table->n_descriptors = reading->n_descriptors;
	table->counted = reading->counted;
	table->backend = reading->backend;
}

/* Gives each group that still has a task a table, and each task its table's index. */
static gboolean
make_tables(PvStore *store, const PvGrouper *grouper, const PvArray *readings, guint proof)
{
	g_autofree guint32 *table_of = g_try_new(guint32, MAX(grouper->groups.n, 1));

	if (table_of == NULL || !pv_array_reserve(&store->tables, grouper->groups.n))
		return FALSE;
	for (guint32 i = 0; i < grouper->groups.n; i++)
		table_of[i] = PV_NONE;
	for (guint32 i = 0; i < store->tasks.n; i++) {
		PvTask *task = pv_store_task(store, i);
		guint32 group = task->table;
		PvTable *table;

		if (group >= PV_PENDING) {
			task->table = PV_NONE;
			continue;
		}
		if (table_of[group] == PV_NONE) {
			table = pv_array_append(&store->tables);
			if (table == NULL)
				return FALSE;
			table_of[group] = store->tables.n - 1;
			table->index = table_of[group];
			table->owner = task->process;
			table->key = task->files_key;
			fill_table(table, pv_grouper_group(grouper, group),
				   pv_array_at(readings, PvReading, group), proof);
		}
		task->table = table_of[group];
		pv_store_table(store, task->table)->n_members++;
	}
	return TRUE;
}

static gboolean
make_members(PvStore *store)
{
	guint32 total = 0;

	for (guint32 i = 0; i < store->tables.n; i++) {
		PvTable *table = pv_store_table(store, i);

		table->first_member = total;
		total += table->n_members;
		table->n_members = 0;
	}
	if (!pv_array_reserve(&store->members, total))
		return FALSE;
	for (guint32 i = 0; i < total; i++)
		pv_array_append(&store->members);
	for (guint32 i = 0; i < store->tasks.n; i++) {
		const PvTask *task = pv_store_task(store, i);
		PvTable *table;

		if (task->table == PV_NONE)
			continue;
		table = pv_store_table(store, task->table);
		pv_store_member(store, table->first_member + table->n_members++) = i;
	}
	return TRUE;
}

static gboolean
is_in_order(const PvStore *store)
{
	guint32 next = 0;

	for (guint32 i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);

		if (table->first_descriptor != next)
			return FALSE;
		next += table->n_descriptors;
	}
	return next == store->descriptors.n;
}

static gboolean
lay_out_descriptors(PvStore *store)
{
	PvArray ordered;

	pv_array_init(&ordered, sizeof(PvDescriptor));
	if (!pv_array_reserve(&ordered, store->descriptors.n))
		return FALSE;
	for (guint32 i = 0; i < store->tables.n; i++) {
		PvTable *table = pv_store_table(store, i);
		guint32 first = ordered.n;

		for (guint32 j = 0; j < table->n_descriptors; j++) {
			PvDescriptor *descriptor = pv_array_append(&ordered);

			*descriptor = *pv_store_descriptor(store, table->first_descriptor + j);
			descriptor->index = first + j;
		}
		table->first_descriptor = first;
	}
	pv_array_clear(&store->descriptors);
	store->descriptors = ordered;
	return TRUE;
}

gboolean
pv_arrange(PvStore *store, const PvGrouper *grouper, const PvArray *readings, guint proof,
	   GError **error)
{
	if (!make_tables(store, grouper, readings, proof) || !make_members(store))
		return pv_error_no_memory(error);
	if (!is_in_order(store) && !lay_out_descriptors(store))
		return pv_error_no_memory(error);
	return TRUE;
}
