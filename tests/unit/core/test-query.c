/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Queries: what asking for one thing implies, and whose processes are wanted.
 */
#include "core/query.h"

static void
test_default_is_everything(void)
{
	PvQuery *query = pv_query_new();

	g_assert_cmpuint(query->collect, ==, PV_COLLECT_ALL);
	g_assert_false(query->collect & PV_COLLECT_CONTEXT);
	g_assert_cmpuint(query->pids->len, ==, 0);
	g_assert_true(pv_query_wants_user(query, 0, 0));
	g_assert_true(pv_query_wants_user(query, 65534, 4294967295u));
	g_assert_true(pv_query_ref(query) == query);
	pv_query_unref(query);
	g_assert_cmpuint(query->collect, ==, PV_COLLECT_ALL);
	pv_query_unref(query);
}

static void
test_implied(void)
{
	const guint descriptors = PV_COLLECT_DESCRIPTORS | PV_COLLECT_TABLES;
	const struct {
		guint asked, completed;
	} cases[] = {
		{0, 0},
		{PV_COLLECT_THREADS, PV_COLLECT_THREADS},
		{PV_COLLECT_COMMANDS, PV_COLLECT_COMMANDS},
		{PV_COLLECT_LIMITS, PV_COLLECT_LIMITS},
		{PV_COLLECT_TABLES, PV_COLLECT_TABLES},
		{PV_COLLECT_DESCRIPTORS, descriptors},
		{PV_COLLECT_PATHS, PV_COLLECT_PATHS | descriptors},
		{PV_COLLECT_DESCRIPTIONS, PV_COLLECT_DESCRIPTIONS | descriptors},
		{PV_COLLECT_ALL, PV_COLLECT_ALL},
		{PV_COLLECT_CONTEXT, PV_COLLECT_CONTEXT},
		{PV_COLLECT_ALL | PV_COLLECT_CONTEXT, PV_COLLECT_ALL | PV_COLLECT_CONTEXT},
		{PV_COLLECT_DETAILS, PV_COLLECT_DETAILS | descriptors},
		{PV_COLLECT_SOCKETS, PV_COLLECT_SOCKETS | descriptors},
		{PV_COLLECT_LOCKS, PV_COLLECT_LOCKS | descriptors},
		{PV_COLLECT_MOUNTS, PV_COLLECT_MOUNTS | descriptors},
		{PV_COLLECT_HOLDINGS, PV_COLLECT_HOLDINGS | descriptors},
		{PV_COLLECT_PLACES, PV_COLLECT_PLACES},
		{PV_COLLECT_MAPPINGS, PV_COLLECT_MAPPINGS | PV_COLLECT_PLACES},
		{PV_COLLECT_PEERS, PV_COLLECT_PEERS | PV_COLLECT_DETAILS | PV_COLLECT_SOCKETS |
					   PV_COLLECT_DESCRIPTIONS | descriptors},
		{PV_COLLECT_EVERYTHING, PV_COLLECT_MASK},
		/* Flags of a newer header are no reason to do strange things. */
		{1u << 31 | PV_COLLECT_LIMITS, PV_COLLECT_LIMITS},
	};
	PvQuery *query = pv_query_new();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		pv_query_set_collect(query, cases[i].asked);
		g_assert_cmpuint(query->collect, ==, cases[i].completed);
	}
	pv_query_unref(query);
}

static void
test_users(void)
{
	PvQuery *query = pv_query_new();
	guint32 wanted[] = {33, 4294967294u};

	g_array_append_vals(query->uids, wanted, G_N_ELEMENTS(wanted));
	g_assert_true(pv_query_wants_user(query, 33, 0));
	g_assert_true(pv_query_wants_user(query, 0, 33));
	g_assert_true(pv_query_wants_user(query, 4294967294u, 7));
	g_assert_false(pv_query_wants_user(query, 0, 0));
	g_assert_false(pv_query_wants_user(query, 34, 32));
	pv_query_unref(query);
}

static void
test_copy(void)
{
	PvQuery *query = pv_query_new();
	PvQuery *copy;
	const gint32 pids[] = {3, 1};
	guint64 inode = G_MAXUINT64;
	guint16 port = 65535;
	guint32 uid = 33;

	g_array_append_val(query->inodes, inode);
	g_array_append_val(query->ports, port);
	g_array_append_val(query->uids, uid);
	query->relatives = PV_RELATIVES_FAMILY;
	pv_query_set_collect(query, PV_COLLECT_LIMITS);
	copy = pv_query_copy(query);
	pv_query_unref(query);
	g_assert_cmpuint(copy->collect, ==, PV_COLLECT_LIMITS);
	g_assert_cmpuint(copy->relatives, ==, PV_RELATIVES_FAMILY);
	g_assert_cmpuint(g_array_index(copy->inodes, guint64, 0), ==, inode);
	g_assert_cmpuint(g_array_index(copy->ports, guint16, 0), ==, port);
	g_assert_cmpuint(g_array_index(copy->uids, guint32, 0), ==, uid);
	g_assert_false(copy->nobody);

	g_assert_true(pv_query_set_pids(copy, pids, 2));
	g_assert_cmpuint(copy->pids->len, ==, 2);
	g_assert_cmpint(g_array_index(copy->pids, gint32, 1), ==, 1);
	g_assert_false(copy->nobody);
	g_assert_true(pv_query_set_pids(copy, NULL, 0));
	g_assert_cmpuint(copy->pids->len, ==, 0);
	g_assert_true(copy->nobody);
	pv_query_unref(copy);
}

/* In any order, each perhaps more than once; nobody is somebody else than everybody. */
static void
test_files_of(void)
{
	static const gint32 pids[] = {7, 3, 4194304, 3};
	PvQuery *query = pv_query_new();
	PvQuery *copy;

	g_assert_true(pv_query_wants_files(query, 4));
	g_assert_true(pv_query_set_files_of(query, pids, G_N_ELEMENTS(pids)));
	copy = pv_query_copy(query);
	g_assert_true(pv_query_set_files_of(query, NULL, 0));
	g_assert_false(pv_query_wants_files(query, 3));
	pv_query_unref(query);
	for (guint i = 0; i < G_N_ELEMENTS(pids); i++)
		g_assert_true(pv_query_wants_files(copy, pids[i]));
	g_assert_false(pv_query_wants_files(copy, 4));
	g_assert_false(pv_query_wants_files(copy, 0));
	pv_query_unref(copy);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/query/default-is-everything", test_default_is_everything);
	g_test_add_func("/core/query/implied", test_implied);
	g_test_add_func("/core/query/users", test_users);
	g_test_add_func("/core/query/copy", test_copy);
	g_test_add_func("/core/query/files-of", test_files_of);
	return g_test_run();
}
