/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot as JSON, schema 1: one pass over its arrays, which lie in the order of the output.
 *
 * Nothing is gathered on the way, so memory does not depend on the size of the snapshot; the price
 * is that the caller's choice is asked for each task of a table, and not once a process.
 */
#include "export/json.h"

#include "core/association.h"
#include "core/ends.h"
#include "core/error.h"
#include "core/query.h"
#include "export/json-details.h"
#include "export/json-items.h"
#include "export/json-places.h"

typedef struct {
	const PvStore *store;
	const PvJsonOptions *options;
	PvJsonWriter writer;
	/* The last answer of the caller: the tasks of a process follow each other. */
	guint32 asked;
	guint extent;
} Export;

static guint
extent_of(Export *export, guint32 process)
{
	const PvJsonOptions *options = export->options;

	if (options->select == NULL)
		return PV_JSON_FULL;
	if (export->asked != process) {
		export->asked = process;
		export->extent = options->select(pv_store_process(export->store, process),
						 options->select_data);
	}
	return export->extent;
}

static void
write_backends(Export *export)
{
	static const char *const steps[PV_N_STEPS] = {"tasks", "grouping", "files"};
	PvJsonWriter *writer = &export->writer;

	pv_json_key(writer, "backend");
	pv_json_open(writer, '{');
	for (guint i = 0; i < PV_N_STEPS; i++) {
		if (export->store->backends[i] != NULL)
			pv_json_member_string(writer, steps[i], export->store->backends[i]);
	}
	pv_json_close(writer, '}');
	if (export->store->n_refusals == 0)
		return;
	pv_json_key(writer, "refused");
	pv_json_open(writer, '[');
	for (guint i = 0; i < export->store->n_refusals; i++) {
		const PvRefusal *refusal = &export->store->refusals[i];

		pv_json_open(writer, '{');
		pv_json_member_word(writer, "step", steps[refusal->step]);
		pv_json_member_string(writer, "backend", refusal->backend);
		pv_json_member_string(writer, "reason", refusal->why);
		pv_json_close(writer, '}');
	}
	pv_json_close(writer, ']');
}

static void
write_collected(Export *export)
{
	static const char *const words[] = {
		"threads",	"commands", "limits",  "tables",   "descriptors", "paths",
		"descriptions", "context",  "details", "sockets",  "locks",	  "mounts",
		"places",	"mappings", "peers",   "holdings",
	};

	G_STATIC_ASSERT(PV_COLLECT_MASK == (1 << G_N_ELEMENTS(words)) - 1);
	pv_json_key(&export->writer, "collected");
	pv_json_open(&export->writer, '[');
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if ((export->store->collected >> i & 1) != 0)
			pv_json_word(&export->writer, words[i]);
	}
	pv_json_close(&export->writer, ']');
}

static void
write_stats(Export *export)
{
	const PvStore *store = export->store;
	PvJsonWriter *writer = &export->writer;

	pv_json_key(writer, "stats");
	pv_json_open(writer, '{');
	pv_json_member_uint(writer, "processes", store->processes.n);
	pv_json_member_uint(writer, "tasks", store->tasks.n);
	if ((store->collected & PV_COLLECT_TABLES) != 0)
		pv_json_member_uint(writer, "fd_tables", store->tables.n);
	if ((store->collected & PV_COLLECT_DESCRIPTORS) != 0)
		pv_json_member_uint(writer, "descriptors", store->descriptors.n);
	if ((store->collected & PV_COLLECT_TABLES) != 0) {
		pv_json_member_uint(writer, "duplicates_avoided",
				    pv_store_duplicates_avoided(store));
		pv_json_member_uint(writer, "kcmp_calls", store->kcmp_calls);
	}
	pv_json_member_uint(writer, "duration_ns", store->duration_ns);
	pv_json_close(writer, '}');
}

static void
write_missing(Export *export)
{
	const PvStore *store = export->store;
	PvJsonWriter *writer = &export->writer;

	pv_json_key(writer, "missing");
	pv_json_open(writer, '[');
	for (guint i = 0; i < store->tables.n; i++) {
		const PvTable *table = pv_store_table(store, i);

		gboolean guess = table->status == PV_STATUS_OK && pv_table_is_guess(store, table);

		if (table->status == PV_STATUS_OK && !guess)
			continue;
		pv_json_open(writer, '{');
		pv_json_member_int(writer, "pid", pv_store_process(store, table->owner)->pid);
		pv_json_member_word(writer, "reason",
				    guess ? "assumed" : pv_status_name(table->status));
		pv_json_write_need(writer, table->needs);
		pv_json_close(writer, '}');
	}
	if (store->missed_threads) {
		pv_json_open(writer, '{');
		pv_json_member_word(writer, "reason", "threads");
		pv_json_close(writer, '}');
	}
	if (store->hidden) {
		pv_json_open(writer, '{');
		pv_json_member_word(writer, "reason", "hidden");
		pv_json_write_need(writer, store->hidden_need);
		pv_json_close(writer, '}');
	}
	pv_json_close(writer, ']');
}

static void
write_head(Export *export)
{
	PvJsonWriter *writer = &export->writer;

	pv_json_member_uint(writer, "procview", 1);
	pv_json_member_string(writer, "version", export->options->version);
	pv_json_member_bool(writer, "complete", pv_store_is_complete(export->store));
	if (export->store->hidden)
		pv_json_member_bool(writer, "hidden", TRUE);
	write_backends(export);
	write_collected(export);
	write_stats(export);
	write_missing(export);
}

/* As much as of the process with the most that has a task in the table. */
static guint
table_extent(Export *export, const PvTable *table)
{
	guint most = PV_JSON_SKIP;

	for (guint32 i = 0; i < table->n_members && most < PV_JSON_FULL; i++) {
		guint32 task = pv_store_member(export->store, table->first_member + i);

		most = MAX(most, extent_of(export, pv_store_task(export->store, task)->process));
	}
	return most;
}

/* One object of a list in the document, or one on a line of its own. */
static void
open_item(Export *export, const char *type)
{
	PvJsonWriter *writer = &export->writer;
	gboolean lines = (export->options->flags & PV_JSON_LINES) != 0;

	pv_json_break(writer);
	pv_json_open(writer, '{');
	if (lines)
		pv_json_member_word(writer, "type", type);
}

static void
close_item(Export *export)
{
	pv_json_close(&export->writer, '}');
	if ((export->options->flags & PV_JSON_LINES) != 0)
		pv_json_end_line(&export->writer);
}

static gboolean
wants(const Export *export, guint extent, guint flag)
{
	return extent == PV_JSON_FULL && (export->options->flags & flag) != 0;
}

static void
write_processes(Export *export)
{
	for (guint32 i = 0; i < export->store->processes.n && export->writer.error == NULL; i++) {
		guint extent = extent_of(export, i);

		if (extent == PV_JSON_SKIP)
			continue;
		open_item(export, "process");
		pv_json_write_process(&export->writer, pv_store_process(export->store, i),
				      wants(export, extent, PV_JSON_THREADS));
		if (extent == PV_JSON_BRIEF)
			pv_json_member_bool(&export->writer, "relative", TRUE);
		close_item(export);
	}
}

static void
write_tables(Export *export)
{
	for (guint32 i = 0; i < export->store->tables.n && export->writer.error == NULL; i++) {
		const PvTable *table = pv_store_table(export->store, i);
		guint extent = table_extent(export, table);

		if (extent == PV_JSON_SKIP)
			continue;
		open_item(export, "fd_table");
		pv_json_write_table(&export->writer, table, wants(export, extent, PV_JSON_FILES));
		close_item(export);
	}
}

static void
write_fs_contexts(Export *export)
{
	const PvStore *store = export->store;

	for (guint32 i = 0; i < store->details.fs_contexts.n && export->writer.error == NULL; i++) {
		const PvFsContext *fs = pv_store_fs_context(store, i);
		guint most = PV_JSON_SKIP;

		for (guint32 j = 0; j < fs->n_members && most < PV_JSON_FULL; j++) {
			guint32 task = *pv_array_at(&store->details.fs_members, guint32,
						    fs->first_member + j);

			most = MAX(most, extent_of(export, pv_store_task(store, task)->process));
		}
		if (most == PV_JSON_SKIP)
			continue;
		open_item(export, "fs_context");
		pv_json_write_fs_context(&export->writer, fs);
		close_item(export);
	}
}

static void
write_memories(Export *export)
{
	const PvStore *store = export->store;

	for (guint32 i = 0; i < store->details.memories.n && export->writer.error == NULL; i++) {
		const PvMemory *memory = pv_store_memory_at(store, i);
		guint most = PV_JSON_SKIP;

		for (guint32 j = 0; j < memory->n_members && most < PV_JSON_FULL; j++)
			most = MAX(
				most,
				extent_of(export, *pv_array_at(&store->details.memory_members,
							       guint32, memory->first_member + j)));
		if (most == PV_JSON_SKIP)
			continue;
		open_item(export, "memory");
		pv_json_write_memory(&export->writer, memory, wants(export, most, PV_JSON_FILES));
		close_item(export);
	}
}

static void
write_places(Export *export)
{
	if ((export->store->collected & PV_COLLECT_PLACES) == 0)
		return;
	pv_json_key(&export->writer, "fs_contexts");
	pv_json_open(&export->writer, '[');
	write_fs_contexts(export);
	pv_json_close(&export->writer, ']');
	pv_json_key(&export->writer, "memories");
	pv_json_open(&export->writer, '[');
	write_memories(export);
	pv_json_close(&export->writer, ']');
}

static void
write_mounts(Export *export)
{
	const PvArray *mounts = &export->store->details.mounts;

	for (guint32 i = 0; i < mounts->n && export->writer.error == NULL; i++) {
		open_item(export, "mount");
		pv_json_write_mount(&export->writer, pv_array_at(mounts, PvMount, i));
		close_item(export);
	}
}

typedef struct {
	Export *export;
	gboolean wanted;
} Choice;

static gboolean
choose(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	Choice *choice = data;
	const PvTable *table = pv_store_table_of(store, descriptor);

	choice->wanted = wants(choice->export, table_extent(choice->export, table), PV_JSON_FILES);
	return !choice->wanted;
}

/* A holding goes with the tables that its holder is in. */
static gboolean
wants_holding(Export *export, const PvHolding *holding)
{
	Choice choice = {export, FALSE};

	if (export->options->select == NULL)
		return (export->options->flags & PV_JSON_FILES) != 0;
	if (holding->holder != PV_NONE)
		pv_ends_each_descriptor(export->store, holding->holder, choose, &choice);
	return choice.wanted;
}

static void
write_holdings(Export *export)
{
	const PvArray *holdings = &export->store->details.holdings;

	for (guint32 i = 0; i < holdings->n && export->writer.error == NULL; i++) {
		const PvHolding *holding = pv_array_at(holdings, PvHolding, i);

		if (!wants_holding(export, holding))
			continue;
		open_item(export, "holding");
		pv_json_write_holding(&export->writer, holding);
		close_item(export);
	}
}

static void
write_list(Export *export, const char *key, void (*write)(Export *export))
{
	pv_json_key(&export->writer, key);
	pv_json_open(&export->writer, '[');
	write(export);
	pv_json_close(&export->writer, ']');
}

static void
write_document(Export *export)
{
	PvJsonWriter *writer = &export->writer;

	pv_json_open(writer, '{');
	write_head(export);
	pv_json_key(writer, "processes");
	pv_json_open(writer, '[');
	write_processes(export);
	pv_json_close(writer, ']');
	if ((export->store->collected & PV_COLLECT_TABLES) != 0) {
		pv_json_key(writer, "fd_tables");
		pv_json_open(writer, '[');
		write_tables(export);
		pv_json_close(writer, ']');
	}
	write_places(export);
	if ((export->store->collected & PV_COLLECT_MOUNTS) != 0)
		write_list(export, "mounts", write_mounts);
	if ((export->store->collected & PV_COLLECT_HOLDINGS) != 0)
		write_list(export, "holdings", write_holdings);
	pv_json_close(writer, '}');
	pv_json_end_line(writer);
}

static void
write_lines(Export *export)
{
	open_item(export, "snapshot");
	write_head(export);
	close_item(export);
	write_processes(export);
	write_tables(export);
	write_fs_contexts(export);
	write_memories(export);
	write_mounts(export);
	write_holdings(export);
}

gboolean
pv_json_write(const PvStore *store, const PvJsonOptions *options, GError **error)
{
	g_autofree Export *export = g_try_new(Export, 1);

	if (export == NULL)
		return pv_error_no_memory(error);
	export->store = store;
	export->options = options;
	export->asked = PV_NONE;
	export->extent = PV_JSON_SKIP;
	pv_json_writer_init(&export->writer, options->write, options->write_data);
	export->writer.one_line = (options->flags & PV_JSON_LINES) != 0;
	if ((options->flags & PV_JSON_LINES) != 0)
		write_lines(export);
	else
		write_document(export);
	return pv_json_writer_finish(&export->writer, error);
}
