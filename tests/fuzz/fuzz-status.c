/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parser of /proc/PID/status.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/task-parse.h"
#include "fuzz.h"

static void
assert_same(const PvStatus *a, const PvStatus *b)
{
	g_assert_cmpint(a->tgid, ==, b->tgid);
	g_assert_cmpuint(a->uid, ==, b->uid);
	g_assert_cmpuint(a->euid, ==, b->euid);
	g_assert_cmpuint(a->gid, ==, b->gid);
	g_assert_cmpuint(a->egid, ==, b->egid);
	g_assert_cmpuint(a->fd_size, ==, b->fd_size);
	g_assert_cmpuint(a->n_ns_tids, ==, b->n_ns_tids);
	for (guint i = 0; i < a->n_ns_tids; i++)
		g_assert_cmpint(a->ns_tids[i], ==, b->ns_tids[i]);
}

/* Once the answer is there, nothing behind it changes it; and a cut line gives none. */
static void
check_prefixes(const char *text, gsize size, const PvStatus *whole)
{
	gboolean enough = FALSE;
	PvStatus part;

	for (gsize n = 1; n <= size; n++) {
		gboolean parsed;

		if (text[n - 1] != '\n')
			continue;
		parsed = pv_status_parse(text, n, &part);
		g_assert_true(parsed || !enough);
		enough = parsed;
		if (parsed)
			assert_same(&part, whole);
		else
			g_assert_false(pv_status_parse(text, n - 1, &part));
	}
	g_assert_true(enough);
}

static void
check_round_trip(const PvStatus *status)
{
	GString *text = g_string_new("Name:\tx\n");
	PvStatus again;

	g_string_append_printf(text, "Tgid:\t%d\nUid:\t%u\t%u\t0\t0\nGid:\t%u\t%u\t0\t0\n",
			       status->tgid, status->uid, status->euid, status->gid, status->egid);
	g_string_append_printf(text, "FDSize:\t%u\n", status->fd_size);
	for (guint i = 0; i < status->n_ns_tids; i++)
		g_string_append_printf(text, "%s\t%d", i == 0 ? "NSpid:" : "", status->ns_tids[i]);
	g_string_append(text, status->n_ns_tids == 0 ? "Threads:\t1\n" : "\n");
	g_assert_true(pv_status_parse(text->str, text->len, &again));
	assert_same(&again, status);
	g_string_free(text, TRUE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	PvStatus status;

	if (!pv_status_parse(text, size, &status))
		return 0;
	g_assert_cmpuint(status.n_ns_tids, <=, PV_MAX_NS_TIDS);
	g_assert_cmpint(status.tgid, >=, 0);
	for (guint i = 0; i < status.n_ns_tids; i++)
		g_assert_cmpint(status.ns_tids[i], >=, 0);
	check_prefixes(text, size, &status);
	check_round_trip(&status);
	return 0;
}
