/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Whom a query comes down to, with made-up answers of the kernel, a made-up scan, and a made-up
 * /proc, in which nobody comes and goes.
 */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "backend/bpf/find.h"
#include "backend/bpf/owners.h"
#include "backend/procfs/family.h"
#include "snapshot/holders.h"
#include "snapshot/narrow.h"
#include "snapshot/store.h"

#define N_CHILDREN 4
#define NO_SUCH	   4194305

/* What pv_bpf_find() says, or pv_holders_find(). Those who are not to be shown are the exception. */
typedef struct {
	gint32 holders[N_CHILDREN + 1];
	gint32 sharers[N_CHILDREN + 1];
	gint32 unshown[N_CHILDREN + 1];
	gboolean fails;
	gboolean nobody_shares;
	gboolean in_proc;
} Answer;

static Answer answer;
static guint n_found;
static guint n_found_in_proc;
static guint n_looked;
static gboolean asked_places;
static const gint32 children[N_CHILDREN] = {11, 12, 13, 14};
/* As /proc has it. By the scan, each of the children is the parent of the next. */
static const gint32 parents[N_CHILDREN] = {0, 11, 11, 12};
static PvContext context;

static int
compare(const void *a, const void *b)
{
	return *(const gint32 *)a - *(const gint32 *)b;
}

static void
fill(PvArray *array, const gint32 *pids)
{
	pv_array_init(array, sizeof(gint32));
	for (; *pids != 0; pids++)
		*(gint32 *)pv_array_append(array) = *pids;
	if (array->n > 0)
		qsort(array->data, array->n, sizeof(gint32), compare);
}

static gboolean
is_among(const gint32 *pids, gint32 pid)
{
	for (; *pids != 0; pids++) {
		if (*pids == pid)
			return TRUE;
	}
	return FALSE;
}

gboolean
pv_bpf_nobody_shares(const gint32 *pids, guint n_pids)
{
	g_assert_cmpuint(n_pids, >, 0);
	return answer.nobody_shares;
}

static void
tell(const gint32 *holders, PvFound *found)
{
	g_auto(PvPidSet) all;

	pv_pid_set_init(&all);
	g_assert_true(pv_procfs_list_pids(&context, &all, NULL));
	fill(&found->holders, holders);
	pv_array_init(&found->shown, sizeof(gint32));
	for (guint i = 0; i < pv_pid_set_count(&all); i++) {
		if (!is_among(answer.unshown, pv_pid_set_get(&all, i)))
			*(gint32 *)pv_array_append(&found->shown) = pv_pid_set_get(&all, i);
	}
	qsort(found->shown.data, found->shown.n, sizeof(gint32), compare);
}

gboolean
pv_bpf_find(const PvSought *sought, PvFound *found, char **why)
{
	n_found++;
	asked_places = sought->in_places;
	if (answer.fails) {
		*why = g_strdup("it was told to");
		return FALSE;
	}
	tell(sought->n_pids > 0 ? answer.sharers : answer.holders, found);
	return TRUE;
}

gboolean
pv_holders_find(const PvContext *where, const PvSought *sought, gint64 budget_ns,
		const PvWatch *watch, PvFound *found)
{
	g_assert_true(where == &context);
	g_assert_cmpuint(sought->n_pids, ==, 0);
	g_assert_cmpint(budget_ns, ==, pv_holders_budget_ns(sought));
	n_found_in_proc++;
	if (!answer.in_proc)
		return FALSE;
	tell(answer.holders, found);
	return TRUE;
}

gint64
pv_holders_budget_ns(const PvSought *sought)
{
	return sought->in_places ? 2 : 1;
}

/* Everybody: the children, of which the first two share a table. */
static PvStore *
look_over(gpointer user_data, guint collect, const PvWatch *watch, GError **error)
{
	PvStore *store = pv_store_new();
	PvTable *table;

	n_looked++;
	g_assert_cmpuint(collect & ~PV_COLLECT_TABLES, ==, 0);
	for (guint i = 0; i < N_CHILDREN; i++) {
		PvProcess *process = pv_array_append(&store->processes);
		PvTask *task = pv_array_append(&store->tasks);

		*process = (PvProcess){.index = i,
				       .pid = children[i],
				       .ppid = i > 0 ? children[i - 1] : 0,
				       .first_task = i,
				       .leader = i,
				       .n_tasks = 1};
		*task = (PvTask){.index = i,
				 .tid = children[i],
				 .process = i,
				 .known = PV_TASK_LEADER,
				 .table = i < 2 ? 0 : PV_NONE};
	}
	table = pv_array_append(&store->tables);
	*table = (PvTable){.n_members = 2};
	for (guint32 i = 0; i < 2; i++)
		*(guint32 *)pv_array_append(&store->members) = i;
	g_assert_true(pv_store_seal(store, error));
	return store;
}

static PvQuery *
narrow(PvQuery *query, gboolean may_find)
{
	const PvNarrowing narrowing = {
		.context = &context,
		.may_find = may_find,
		.look_over = look_over,
	};
	GError *error = NULL;
	PvQuery *narrowed = pv_narrow(&narrowing, query, &error);

	g_assert_no_error(error);
	pv_query_unref(query);
	return narrowed;
}

/* Takes the query. */
static void
assert_is_about_all(PvQuery *query)
{
	g_assert_nonnull(query);
	g_assert_cmpuint(query->pids->len, ==, 0);
	g_assert_false(query->nobody);
	pv_query_unref(query);
}

/* Takes the query. */
static void
assert_is_about(PvQuery *query, const gint32 *pids)
{
	guint n = 0;

	g_assert_nonnull(query);
	for (; pids[n] != 0; n++) {
		gboolean found = FALSE;

		for (guint i = 0; i < query->pids->len; i++)
			found |= g_array_index(query->pids, gint32, i) == pids[n];
		g_assert_true(found);
	}
	g_assert_cmpuint(query->pids->len, ==, n);
	g_assert_true(query->nobody == (n == 0));
	g_assert_cmpuint(query->relatives, ==, 0);
	pv_query_unref(query);
}

static PvQuery *
ask(guint64 inode, guint relatives)
{
	PvQuery *query = pv_query_new();

	if (inode != 0)
		g_array_append_val(query->inodes, inode);
	query->relatives = relatives;
	return query;
}

static PvQuery *
ask_pid(gint32 pid, guint64 inode, guint relatives)
{
	PvQuery *query = ask(inode, relatives);

	g_array_append_val(query->pids, pid);
	return query;
}

static void
begin(Answer made_up)
{
	answer = made_up;
	n_found = 0;
	n_found_in_proc = 0;
	n_looked = 0;
}

static void
test_nothing_to_do(void)
{
	PvQuery *query = pv_query_new();

	begin((Answer){.fails = FALSE});
	g_assert_null(narrow(query, TRUE));
	g_assert_null(narrow(ask(0, PV_RELATIVES_MASK), TRUE));
	g_assert_null(narrow(ask_pid(children[0], 0, 0), TRUE));
	/* It may not be sought. */
	g_assert_null(narrow(ask(77, PV_RELATIVES_MASK), FALSE));
	assert_is_about_all(narrow(ask_pid(children[0], 77, 0), FALSE));
	g_assert_cmpuint(n_found + n_found_in_proc + n_looked, ==, 0);
}

static void
test_holders(void)
{
	const gint32 *c = children;
	PvQuery *query;

	/* One has ended: /proc does not list it. */
	begin((Answer){.holders = {c[1], NO_SUCH}});
	assert_is_about(narrow(ask(77, 0), TRUE), (const gint32[]){c[1], 0});
	g_assert_false(asked_places);
	query = ask(77, 0);
	pv_query_set_collect(query, PV_COLLECT_PLACES);
	assert_is_about(narrow(query, TRUE), (const gint32[]){c[1], 0});
	g_assert_true(asked_places);

	begin((Answer){.holders = {c[1]}, .unshown = {c[2], c[3]}});
	assert_is_about(narrow(ask(77, 0), TRUE), (const gint32[]){c[1], c[2], c[3], 0});
	query = pv_query_new();
	g_array_append_val(query->ports, (guint16){80});
	assert_is_about(narrow(query, TRUE), (const gint32[]){c[1], c[2], c[3], 0});
}

/* Then no program is asked for holders; for those who share a table with them, still. */
static void
test_holders_in_proc(void)
{
	const gint32 *c = children;

	begin((Answer){.holders = {c[1]}, .unshown = {c[2]}, .in_proc = TRUE});
	assert_is_about(narrow(ask(77, 0), TRUE), (const gint32[]){c[1], c[2], 0});
	g_assert_cmpuint(n_found, ==, 0);
	begin((Answer){.holders = {c[0]}, .sharers = {c[0], c[3]}, .in_proc = TRUE});
	assert_is_about(narrow(ask(77, PV_RELATIVES_SHARERS), TRUE),
			(const gint32[]){c[0], c[3], 0});
	g_assert_cmpuint(n_found, ==, 1);
	g_assert_cmpuint(n_found_in_proc, ==, 1);
	/* Sharers are not sought there. */
	begin((Answer){.sharers = {c[0], c[3]}, .in_proc = TRUE});
	assert_is_about(narrow(ask_pid(c[0], 0, PV_RELATIVES_SHARERS), TRUE),
			(const gint32[]){c[0], c[3], 0});
	g_assert_cmpuint(n_found_in_proc, ==, 0);
}

static void
test_beside_some(void)
{
	const gint32 *c = children;

	begin((Answer){.holders = {c[1]}, .unshown = {c[2], c[3]}});
	assert_is_about(narrow(ask_pid(c[1], 77, 0), TRUE), (const gint32[]){c[1], c[2], c[3], 0});
	assert_is_about(narrow(ask_pid(c[0], 77, 0), TRUE),
			(const gint32[]){c[0], c[1], c[2], c[3], 0});
}

static void
test_nobody(void)
{
	PvStore *store = pv_store_new();
	PvQuery *query;
	const PvProcess process = {.pid = children[0]};
	const PvTask leader = {.tid = children[0]};

	begin((Answer){.fails = FALSE});
	query = narrow(ask(77, PV_RELATIVES_MASK), TRUE);
	g_assert_true(pv_store_note_query(store, query));
	g_assert_true(store->narrowed);
	g_assert_false(pv_store_covers(store, &process, &leader));
	assert_is_about(query, (const gint32[]){0});
	pv_store_unref(store);
}

static void
test_cannot_be_told(void)
{
	const gint32 *c = children;

	begin((Answer){.fails = TRUE});
	g_assert_null(narrow(ask(77, PV_RELATIVES_FAMILY), TRUE));
	assert_is_about_all(narrow(ask_pid(c[1], 77, PV_RELATIVES_SHARERS), TRUE));
	g_assert_cmpuint(n_looked, ==, 0);
}

static void
test_sharers(void)
{
	const gint32 *c = children;

	begin((Answer){.holders = {c[0]}, .sharers = {c[0], c[3]}});
	assert_is_about(narrow(ask_pid(c[0], 0, PV_RELATIVES_SHARERS), TRUE),
			(const gint32[]){c[0], c[3], 0});
	assert_is_about(narrow(ask(77, PV_RELATIVES_SHARERS), TRUE),
			(const gint32[]){c[0], c[3], 0});
	g_assert_cmpuint(n_looked, ==, 0);

	/* Then nobody is looked for; unless he might not be asked. */
	begin((Answer){.sharers = {c[0], c[3]}, .nobody_shares = TRUE});
	assert_is_about(narrow(ask_pid(c[0], 0, PV_RELATIVES_SHARERS), TRUE),
			(const gint32[]){c[0], 0});
	g_assert_cmpuint(n_found + n_looked, ==, 0);

	assert_is_about(narrow(ask_pid(c[1], 0, PV_RELATIVES_SHARERS), FALSE),
			(const gint32[]){c[0], c[1], 0});
	assert_is_about(narrow(ask_pid(c[2], 0, PV_RELATIVES_SHARERS), FALSE),
			(const gint32[]){c[2], 0});
	g_assert_cmpuint(n_found, ==, 0);
	g_assert_cmpuint(n_looked, ==, 2);
}

/* One scan serves both. By it, each of the children is the parent of the next. */
static void
test_family_of_overview(void)
{
	const gint32 *c = children;
	const gint32 all[] = {c[0], c[1], c[2], c[3], 0};

	begin((Answer){.fails = FALSE});
	assert_is_about(narrow(ask_pid(c[1], 0, PV_RELATIVES_MASK), FALSE), all);
	g_assert_cmpuint(n_looked, ==, 1);
	context.hides = TRUE;
	assert_is_about(narrow(ask_pid(c[2], 0, PV_RELATIVES_FAMILY), FALSE), all);
	g_assert_cmpuint(n_looked, ==, 2);
	/* Who is not there stays asked for. */
	assert_is_about(narrow(ask_pid(NO_SUCH, 0, PV_RELATIVES_FAMILY), FALSE),
			(const gint32[]){NO_SUCH, 0});
	context.hides = FALSE;
}

/* Without a scan. */
static void
test_family(void)
{
	const gint32 *c = children;

	begin((Answer){.fails = FALSE});
	assert_is_about(narrow(ask_pid(c[1], 0, PV_RELATIVES_FAMILY), FALSE),
			(const gint32[]){c[0], c[1], c[3], 0});
	assert_is_about(narrow(ask_pid(NO_SUCH, 0, PV_RELATIVES_FAMILY), FALSE),
			(const gint32[]){NO_SUCH, 0});
	g_assert_cmpuint(n_found + n_looked, ==, 0);

	begin((Answer){.holders = {c[3]}, .sharers = {c[2]}, .unshown = {c[1]}});
	assert_is_about(narrow(ask(77, PV_RELATIVES_FAMILY), TRUE),
			(const gint32[]){c[0], c[1], c[3], 0});
	begin((Answer){.holders = {c[1]}, .sharers = {c[2]}});
	assert_is_about(narrow(ask(77, PV_RELATIVES_MASK), TRUE),
			(const gint32[]){c[0], c[1], c[2], c[3], 0});
	/* The families of others are nobody's business. */
	begin((Answer){.holders = {c[2]}, .sharers = {c[1]}, .unshown = {c[1]}});
	assert_is_about(narrow(ask(77, PV_RELATIVES_MASK), TRUE),
			(const gint32[]){c[0], c[1], c[2], 0});
}

/* Takes the query. */
static void
assert_reads(PvQuery *query, const gint32 *pids)
{
	guint n = 0;

	g_assert_nonnull(query);
	for (guint i = 0; i < N_CHILDREN; i++) {
		n += is_among(pids, children[i]);
		g_assert_true(pv_query_wants_files(query, children[i]) ==
			      is_among(pids, children[i]));
	}
	g_assert_cmpuint(query->files_of == NULL ? N_CHILDREN : query->files_of->len, ==, n);
	pv_query_unref(query);
}

/* Who was asked for, who has what is sought, and of whom that is not known; no relative of theirs. */
static void
test_counted(void)
{
	const guint family = PV_RELATIVES_FAMILY | PV_RELATIVES_COUNTED;
	const gint32 *c = children;

	begin((Answer){.sharers = {c[3]}});
	assert_reads(narrow(ask_pid(c[1], 0, family), TRUE), (const gint32[]){c[1], 0});
	assert_reads(narrow(ask_pid(c[1], 0, family | PV_RELATIVES_SHARERS), TRUE),
		     (const gint32[]){c[1], 0});
	assert_reads(narrow(ask_pid(c[1], 0, PV_RELATIVES_FAMILY), TRUE),
		     (const gint32[]){c[0], c[1], c[2], c[3], 0});
	begin((Answer){.holders = {c[3]}, .unshown = {c[2]}});
	assert_reads(narrow(ask(77, family), TRUE), (const gint32[]){c[2], c[3], 0});
	assert_reads(narrow(ask_pid(c[0], 77, family), TRUE),
		     (const gint32[]){c[0], c[2], c[3], 0});
	/* By itself it asks for nobody. */
	g_assert_null(narrow(ask_pid(c[1], 0, PV_RELATIVES_COUNTED), TRUE));
	/* Anybody may have it. */
	begin((Answer){.fails = TRUE});
	g_assert_null(narrow(ask(77, family), TRUE));
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
make_proc(const char *proc)
{
	for (guint i = 0; i < N_CHILDREN; i++) {
		g_autofree char *folder = g_strdup_printf("%s/%d", proc, children[i]);
		g_autofree char *stat = g_strdup_printf(
			"%d (a) S %d 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 442368 0\n",
			children[i], parents[i]);
		g_autofree char *status = g_strdup_printf(
			"Tgid:\t%d\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nThreads:\t1\n",
			children[i]);

		g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
		write_file(folder, "stat", stat);
		write_file(folder, "status", status);
	}
}

static void
remove_proc(const char *proc)
{
	static const char *const names[] = {"stat", "status", ""};

	for (guint i = 0; i < N_CHILDREN * G_N_ELEMENTS(names); i++) {
		g_autofree char *path =
			g_strdup_printf("%s/%d/%s", proc, children[i / G_N_ELEMENTS(names)],
					names[i % G_N_ELEMENTS(names)]);

		g_assert_cmpint(g_remove(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(proc), ==, 0);
}

int
main(int argc, char **argv)
{
	g_autofree char *proc = g_dir_make_tmp("procview-narrow-XXXXXX", NULL);
	int status;

	g_test_init(&argc, &argv, NULL);
	make_proc(proc);
	context.proc_path = proc;
	g_test_add_func("/snapshot/narrow/nothing-to-do", test_nothing_to_do);
	g_test_add_func("/snapshot/narrow/holders", test_holders);
	g_test_add_func("/snapshot/narrow/holders-in-proc", test_holders_in_proc);
	g_test_add_func("/snapshot/narrow/beside-some", test_beside_some);
	g_test_add_func("/snapshot/narrow/nobody", test_nobody);
	g_test_add_func("/snapshot/narrow/cannot-be-told", test_cannot_be_told);
	g_test_add_func("/snapshot/narrow/sharers", test_sharers);
	g_test_add_func("/snapshot/narrow/family-of-overview", test_family_of_overview);
	g_test_add_func("/snapshot/narrow/family", test_family);
	g_test_add_func("/snapshot/narrow/counted", test_counted);
	status = g_test_run();
	remove_proc(proc);
	return status;
}
