/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A pass that meets a table again, under the number of the task that it was read through: with the
 * whole machine for a storm that came about once in some hundred thousand scans.
 */
#include "backend/bpf/bpf.h"

#define LEADER 100
#define OTHER  102

typedef struct {
	PvBpfTable tables[2];
	PvBpfPass pass;
	guint32 n; /* descriptors kept */
} Pass;

static Pass *
pass_new(void)
{
	Pass *self = g_new0(Pass, 1);

	self->tables[0].tid = LEADER;
	self->tables[1].tid = OTHER;
	self->pass = (PvBpfPass){.tables = self->tables, .n = G_N_ELEMENTS(self->tables)};
	return self;
}

/* A record comes, as the reader takes it. */
static gboolean
take(Pass *self, gint32 tid, gint32 fd)
{
	PvBpfTable *table = pv_bpf_pass_find(&self->pass, tid);

	g_assert_nonnull(table);
	if (!pv_bpf_table_admits(table, fd, self->n))
		return FALSE;
	table->n_descriptors++;
	self->n++;
	return TRUE;
}

static void
test_two_tables(void)
{
	g_autofree Pass *pass = pass_new();

	g_assert_true(take(pass, LEADER, 0));
	g_assert_true(take(pass, LEADER, 1));
	g_assert_true(take(pass, LEADER, 1000));
	g_assert_true(take(pass, OTHER, 0));
	g_assert_true(take(pass, OTHER, 7));
	g_assert_cmpuint(pass->tables[0].first_descriptor, ==, 0);
	g_assert_cmpuint(pass->tables[0].n_descriptors, ==, 3);
	g_assert_cmpuint(pass->tables[1].first_descriptor, ==, 3);
	g_assert_cmpuint(pass->tables[1].n_descriptors, ==, 2);
}

/* The leader has left, and the thread after him has his number: his table from its beginning. */
static void
test_again_at_once(void)
{
	g_autofree Pass *pass = pass_new();

	g_assert_true(take(pass, LEADER, 0));
	g_assert_true(take(pass, LEADER, 3));
	g_assert_false(take(pass, LEADER, 0));
	g_assert_false(take(pass, LEADER, 3));
	g_assert_cmpuint(pass->tables[0].n_descriptors, ==, 2);
	g_assert_cmpuint(pass->tables[0].first_descriptor, ==, 0);
}

/* The same after another table, whose descriptors must not be taken for the leader's. */
static void
test_again_later(void)
{
	g_autofree Pass *pass = pass_new();

	g_assert_true(take(pass, LEADER, 0));
	g_assert_true(take(pass, OTHER, 0));
	g_assert_false(take(pass, LEADER, 0));
	g_assert_false(take(pass, LEADER, 5));
	g_assert_cmpuint(pass->tables[0].first_descriptor, ==, 0);
	g_assert_cmpuint(pass->tables[0].n_descriptors, ==, 1);
	g_assert_true(take(pass, OTHER, 1));
}

static void
test_find(void)
{
	g_autofree Pass *pass = pass_new();
	const PvBpfPass nothing = {.n = 0};

	g_assert_true(pv_bpf_pass_find(&pass->pass, OTHER) == &pass->tables[1]);
	g_assert_null(pv_bpf_pass_find(&pass->pass, LEADER + 1));
	g_assert_null(pv_bpf_pass_find(&nothing, LEADER));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/bpf/pass/two-tables", test_two_tables);
	g_test_add_func("/backend/bpf/pass/again-at-once", test_again_at_once);
	g_test_add_func("/backend/bpf/pass/again-later", test_again_later);
	g_test_add_func("/backend/bpf/pass/find", test_find);
	return g_test_run();
}
