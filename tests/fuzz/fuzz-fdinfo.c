/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parser of the head of /proc/PID/fdinfo/N.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/fdinfo-conceal-parse.h"
#include "backend/procfs/fdinfo-parse.h"
#include "fuzz.h"

static void
assert_same(const PvFdinfo *a, const PvFdinfo *b)
{
	g_assert_cmpint(a->pos, ==, b->pos);
	g_assert_cmpuint(a->flags, ==, b->flags);
	g_assert_cmpuint(a->mount_id, ==, b->mount_id);
	g_assert_cmpint(a->has_ino, ==, b->has_ino);
	g_assert_cmpuint(a->ino, ==, b->ino);
}

static void
assert_parses_to(const GString *text, const PvFdinfo *expected)
{
	PvFdinfo fdinfo;

	g_assert_true(pv_fdinfo_parse(text->str, text->len, &fdinfo));
	assert_same(&fdinfo, expected);
}

/* A driver's lines behind the head change nothing. */
static void
check_appended(const char *text, gsize size, const PvFdinfo *fdinfo)
{
	GString *longer = g_string_new_len(text, (gssize)size);

	g_string_append(longer, "tfd: 1\nino:\t123\npos:\t1\nflags:\t01\nmnt_id:\t1\n");
	assert_parses_to(longer, fdinfo);
	g_string_free(longer, TRUE);
}

static void
check_round_trip(const PvFdinfo *fdinfo)
{
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "pos:\t%" G_GINT64_FORMAT "\nflags:\t0%o\nmnt_id:\t%u\n",
			       fdinfo->pos, fdinfo->flags, fdinfo->mount_id);
	if (fdinfo->has_ino)
		g_string_append_printf(text, "ino:\t%" G_GUINT64_FORMAT "\n", fdinfo->ino);
	assert_parses_to(text, fdinfo);
	g_string_free(text, TRUE);
}

/* What is told of a text is told of it with one line more in front. */
static void
check_concealed(const char *text, size_t size)
{
	g_autofree char *longer = g_malloc(size + 2);
	const PvLine line = {text, text + size};
	const PvLine more = {longer, longer + size + 2};

	memcpy(longer, "x\n", 2);
	if (size > 0)
		memcpy(longer + 2, text, size);
	g_assert_true(pv_fdinfo_has_queued(line) == pv_fdinfo_has_queued(more));
	g_assert_true(pv_fdinfo_has_registered(line) == pv_fdinfo_has_registered(more));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	PvFdinfo fdinfo;

	check_concealed(text, size);
	if (!pv_fdinfo_parse(text, size, &fdinfo))
		return 0;
	g_assert_true(fdinfo.has_ino || fdinfo.ino == 0);
	g_assert_true(size > 5 && memcmp(text, "pos:\t", 5) == 0);
	check_appended(text, size, &fdinfo);
	check_round_trip(&fdinfo);
	return 0;
}
