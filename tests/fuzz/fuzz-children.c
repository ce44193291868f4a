/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parser of /proc/PID/task/TID/children.
 */
#include <glib.h>

#include "backend/procfs/children-parse.h"
#include "fuzz.h"

/* What was taken is the text, printed as the kernel prints it: but for zeros in front. */
static void
check_round_trip(const PvArray *pids)
{
	GString *text = g_string_new(NULL);
	PvArray again;

	pv_array_init(&again, sizeof(gint32));
	for (guint i = 0; i < pids->n; i++)
		g_string_append_printf(text, "%d ", *pv_array_at(pids, gint32, i));
	g_assert_cmpint(pv_children_parse(text->str, text->len, &again), ==, 0);
	g_assert_cmpmem(again.data, again.n * sizeof(gint32), pids->data, pids->n * sizeof(gint32));
	pv_array_clear(&again);
	g_string_free(text, TRUE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PvArray pids;
	int status;

	pv_array_init(&pids, sizeof(gint32));
	status = pv_children_parse((const char *)data, size, &pids);
	for (guint i = 0; i < pids.n; i++)
		g_assert_cmpint(*pv_array_at(&pids, gint32, i), >, 0);
	if (status == 0) {
		g_assert_cmpuint(pids.n, <=, size / 2);
		check_round_trip(&pids);
	}
	pv_array_clear(&pids);
	return 0;
}
