/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parsers of what stands behind the head of fdinfo: the text as that of each kind of file.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/fdinfo-detail-parse.h"
#include "core/kind.h"
#include "fuzz.h"

static guint
n_records(const PvDetails *details)
{
	return details->facts.n + details->registrations.n + details->marks.n + details->locks.n +
	       details->sockets.n + details->holdings.n;
}

static void
check_facts(PvStore *store)
{
	for (guint i = 0; i < store->details.facts.n; i++) {
		const PvFact *fact = pv_array_at(&store->details.facts, PvFact, i);

		g_assert_cmpuint(fact->file, ==, 0);
		g_assert_cmpuint(fact->fact, <, PV_N_FACTS);
		if (pv_fact_type(fact->fact) == PV_FACT_TEXT)
			g_assert_cmpuint(fact->value, <, store->strings.used);
		if (pv_fact_type(fact->fact) == PV_FACT_TEXT)
			g_assert_cmpuint(fact->value, >, 0);
	}
}

static void
check_holdings(PvStore *store)
{
	for (guint i = 0; i < store->details.holdings.n; i++) {
		const PvHolding *holding = pv_array_at(&store->details.holdings, PvHolding, i);

		g_assert_cmpuint(holding->holder, ==, 0);
		g_assert_cmpuint(holding->file, <, store->details.held_files.n);
		g_assert_cmpuint(
			pv_array_at(&store->details.held_files, PvFile, holding->file)->kind, <,
			PV_N_KINDS);
	}
}

static guint
check(const char *text, size_t size, guint kind, guint collect)
{
	PvStore *store = pv_store_new();
	PvFile *file = pv_array_append(&store->files);
	guint n;

	file->kind = (guint8)kind;
	g_assert_true(pv_fdinfo_detail_parse(text, size, store, 0, collect));
	n = n_records(&store->details);
	check_facts(store);
	check_holdings(store);
	pv_details_settle(&store->details);
	pv_store_unref(store);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *newline = size == 0 ? NULL : memrchr(text, '\n', size);
	size_t whole = newline == NULL ? 0 : (size_t)(newline - text) + 1;

	for (guint kind = 0; kind < PV_N_KINDS; kind++) {
		guint n = check(text, size, kind, PV_COLLECT_EVERYTHING);

		/* A line that is cut says nothing. */
		g_assert_cmpuint(check(text, whole, kind, PV_COLLECT_EVERYTHING), ==, n);
		g_assert_cmpuint(check(text, size, kind, PV_COLLECT_ALL), ==, 0);
	}
	return 0;
}
