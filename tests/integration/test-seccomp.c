/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A scanner that takes whatever works, from which each of the system calls that it would like to
 * make is taken away: before it is opened, or when it believes to know what works here. What it
 * says then is right, or marked as doubtful, and it says what it could not use and why.
 *
 * Each case runs in a program of its own: a filter cannot be taken off again.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "confine.h"
#include "pv-test.h"

#define MAX_CALLS 4

typedef struct {
	const char *name;
	long calls[MAX_CALLS];
	guint n;
} Loss;

/* Where BPF works nothing else is asked for: the others are missed only without it. */
static const Loss losses[] = {
	{"bpf", {SYS_bpf}, 1},
	{"kcmp", {SYS_kcmp}, 1},
	{"pidfd-getfd", {SYS_pidfd_getfd}, 1},
	{"pidfd-open", {SYS_pidfd_open}, 1},
	{"bpf-kcmp", {SYS_bpf, SYS_kcmp}, 2},
	{"bpf-pidfd-getfd", {SYS_bpf, SYS_pidfd_getfd}, 2},
	{"bpf-pidfd-open", {SYS_bpf, SYS_pidfd_open}, 2},
	{"bpf-pidfd", {SYS_bpf, SYS_pidfd_getfd, SYS_pidfd_open}, 3},
	{"all", {SYS_bpf, SYS_kcmp, SYS_pidfd_getfd, SYS_pidfd_open}, 4},
};

typedef struct {
	const Loss *loss;
	int with_errno;
	gboolean after_open;
} Case;

/* Of each way to share and to have none, one. */
static const char *const scene_names[] = {"threads", "zombie-leader", "zombies", "fork", "seed"};

#define N_SCENES G_N_ELEMENTS(scene_names)

typedef struct {
	PvTestScene *scenes[N_SCENES];
	PvTestScene *parted; /* whose threads do not all share */
	const char *best[PROCVIEW_STEP_FILES + 1];
} World;

static gboolean
is_assumed(ProcviewSnapshot *snapshot)
{
	return pv_test_served_by(snapshot, PROCVIEW_STEP_GROUPING, "assumed");
}

/* A reason that says which call it was, or how the kernel put it. */
static gboolean
is_reason(const Case *item, const char *why)
{
	if (strstr(why, g_strerror(item->with_errno)) != NULL)
		return TRUE;
	for (guint i = 0; i < item->loss->n; i++)
		if (strstr(why, pv_test_call_name(item->loss->calls[i])) != NULL)
			return TRUE;
	return FALSE;
}

static char *
json_of(ProcviewSnapshot *snapshot)
{
	g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable();
	g_autoptr(GError) error = NULL;

	procview_snapshot_write_json(snapshot, stream, PROCVIEW_JSON_DOCUMENT, NULL, NULL, NULL,
				     &error);
	g_assert_no_error(error);
	g_output_stream_write(stream, "", 1, NULL, NULL);
	g_output_stream_close(stream, NULL, NULL);
	return g_memory_output_stream_steal_data(G_MEMORY_OUTPUT_STREAM(stream));
}

/* The step is served by something else than it would be: a refusal says why, in JSON too. */
static void
assert_told(const Case *item, ProcviewSnapshot *snapshot, ProcviewStep step, const char *best)
{
	static const char *const steps[] = {"tasks", "grouping", "files"};
	g_autofree char *json = json_of(snapshot);
	g_autofree char *member = g_strdup_printf(
		"{\"step\":\"%s\",\"backend\":\"%s\",\"reason\":", steps[step], best);

	for (guint i = 0; i < procview_snapshot_get_n_refusals(snapshot); i++) {
		ProcviewStep refused_step;
		const char *refused;
		const char *why =
			procview_snapshot_get_refusal(snapshot, i, &refused_step, &refused);

		g_test_message("%s by %s: %s", steps[refused_step], refused, why);
		if (refused_step != step || strcmp(refused, best) != 0)
			continue;
		g_assert_true(is_reason(item, why));
		if (strstr(json, member) == NULL)
			g_error("no %s in %s", member, json);
		return;
	}
	g_error("%s was served by %s, with no word of %s", steps[step],
		procview_snapshot_get_backend_name(snapshot, step), best);
}

/* What serves each step, the best first. */
static const char *const preferred[][4] = {
	[PROCVIEW_STEP_TASKS] = {"bpf", "procfs", NULL},
	[PROCVIEW_STEP_GROUPING] = {"bpf", "kcmp", "assumed", NULL},
	[PROCVIEW_STEP_FILES] = {"bpf", "pidfd", "procfs", NULL},
};

/* From what it would be served by, down to what it was served by: each has been refused. */
static void
assert_steps_told(const Case *item, const World *world, ProcviewSnapshot *snapshot)
{
	for (ProcviewStep step = PROCVIEW_STEP_TASKS; step <= PROCVIEW_STEP_FILES; step++) {
		guint i = 0;

		g_assert_nonnull(procview_snapshot_get_backend_name(snapshot, step));
		while (preferred[step][i] != NULL &&
		       strcmp(preferred[step][i], world->best[step]) != 0)
			i++;
		for (; !pv_test_served_by(snapshot, step, preferred[step][i]); i++) {
			g_assert_nonnull(preferred[step][i]);
			assert_told(item, snapshot, step, preferred[step][i]);
		}
	}
}

/* Nobody may be asked who shares, so it is a guess, and of descriptions nothing is known. */
static void
assert_guessed(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	gboolean guess = FALSE;

	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		g_assert_cmpint(procview_fd_table_get_proof(table), ==, PROCVIEW_PROOF_ASSUMED);
		g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_OK);
		guess = guess || procview_fd_table_get_n_tasks(table) > 1;
		for (guint j = 0; j < procview_fd_table_get_n_descriptors(table); j++) {
			ProcviewFile *file = procview_descriptor_get_file(
				procview_fd_table_get_descriptor(table, j));

			g_assert_cmpuint(procview_file_get_description(file), ==, 0);
		}
	}
	g_assert_cmpint(procview_snapshot_is_complete(snapshot), ==, !guess);
	g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==,
			 pv_test_scene_all(scene, "table")->len);
	pv_test_assert_descriptors(scene, snapshot);
}

static void
assert_honest(const Case *item, const World *world, PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	pv_test_assert_sane(snapshot);
	assert_steps_told(item, world, snapshot);
	pv_test_assert_ids(scene, snapshot);
	if (is_assumed(snapshot))
		assert_guessed(scene, snapshot);
	else
		pv_test_assert_scene(scene, snapshot);
}

/* Where threads have parted, a guess is wrong: it must not be told for the truth. */
static void
assert_parted(const World *world, ProcviewSnapshot *snapshot)
{
	if (!is_assumed(snapshot)) {
		pv_test_assert_scene(world->parted, snapshot);
		return;
	}
	g_assert_false(procview_snapshot_is_complete(snapshot));
	for (guint i = 0; i < procview_snapshot_get_n_fd_tables(snapshot); i++)
		g_assert_cmpint(
			procview_fd_table_get_proof(procview_snapshot_get_fd_table(snapshot, i)),
			==, PROCVIEW_PROOF_ASSUMED);
}

static World
world_new(void)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(PROCVIEW_BACKEND_AUTO);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	World world;

	for (guint i = 0; i < N_SCENES; i++) {
		world.scenes[i] = pv_test_scene_start(scene_names[i], NULL);
		g_assert_nonnull(world.scenes[i]);
	}
	world.parted = pv_test_scene_start("unshared-thread", NULL);
	g_assert_nonnull(world.parted);
	/* The control: with all calls it is right. */
	snapshot = pv_test_scene_scan(world.scenes[0], scanner);
	pv_test_assert_scene(world.scenes[0], snapshot);
	for (ProcviewStep step = PROCVIEW_STEP_TASKS; step <= PROCVIEW_STEP_FILES; step++)
		world.best[step] = procview_snapshot_get_backend_name(snapshot, step);
	return world;
}

static void
world_end(World *world)
{
	for (guint i = 0; i < N_SCENES; i++)
		pv_test_scene_end(world->scenes[i]);
	pv_test_scene_end(world->parted);
}

/* The machine as a whole, and counts alone, go other ways through the backends. */
static void
look_around(const Case *item, const World *world, ProcviewScanner *scanner)
{
	g_autoptr(ProcviewQuery) query =
		pv_test_scene_query(world->scenes[0], PROCVIEW_COLLECT_TABLES);
	g_autoptr(ProcviewSnapshot) whole = NULL;
	g_autoptr(ProcviewSnapshot) counts = NULL;
	g_autoptr(GError) error = NULL;

	whole = procview_scanner_scan(scanner, NULL, &error);
	g_assert_no_error(error);
	pv_test_assert_sane(whole);
	assert_steps_told(item, world, whole);
	if (!is_assumed(whole))
		pv_test_assert_within(world->scenes[0], whole);
	else
		pv_test_assert_descriptors(world->scenes[0], whole);
	counts = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	pv_test_assert_sane(counts);
	if (!is_assumed(counts))
		pv_test_assert_tables(world->scenes[0], counts);
}

/* Nobody who stayed may be said to have left. */
static void
look_again(const World *world, ProcviewScanner *scanner)
{
	g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(world->scenes[0], scanner);
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;

	now = procview_scanner_revalidate(scanner, procview_snapshot_get_fd_table(snapshot, 0),
					  NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_SHARING) +
				 procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_UNKNOWN),
			 ==, procview_revalidation_get_n_tasks(now));
	g_assert_true(procview_revalidation_get_content(now) == PROCVIEW_CONTENT_CURRENT ||
		      procview_revalidation_get_content(now) == PROCVIEW_CONTENT_UNKNOWN);
}

static void
confined(const Case *item)
{
	World world = world_new();
	g_autoptr(ProcviewScanner) scanner = NULL;

	if (item->after_open)
		scanner = pv_test_scanner(PROCVIEW_BACKEND_AUTO);
	pv_test_forbid(item->loss->calls, item->loss->n, item->with_errno);
	if (!item->after_open)
		scanner = pv_test_scanner(PROCVIEW_BACKEND_AUTO);
	/* Twice: the scanner may have learned something. */
	for (guint i = 0; i < 2 * N_SCENES; i++) {
		PvTestScene *scene = world.scenes[i % N_SCENES];
		g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(scene, scanner);

		assert_honest(item, &world, scene, snapshot);
	}
	{
		g_autoptr(ProcviewSnapshot) snapshot = pv_test_scene_scan(world.parted, scanner);

		pv_test_assert_sane(snapshot);
		assert_parted(&world, snapshot);
	}
	look_around(item, &world, scanner);
	look_again(&world, scanner);
	world_end(&world);
}

static void
run_case(gconstpointer data)
{
	if (g_test_subprocess()) {
		confined(data);
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
	g_test_trap_assert_passed();
}

static gboolean
has_refusal(ProcviewSnapshot *snapshot, const char *backend, int with_errno)
{
	for (guint i = 0; i < procview_snapshot_get_n_refusals(snapshot); i++) {
		const char *refused;
		const char *why = procview_snapshot_get_refusal(snapshot, i, NULL, &refused);

		if (strcmp(refused, backend) == 0 && strstr(why, g_strerror(with_errno)) != NULL)
			return TRUE;
	}
	return FALSE;
}

/* BPF is opened by the scan that has a use for it. Each says that it was refused, not only the first. */
static void
confined_once(void)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("held", NULL);
	g_autoptr(ProcviewQuery) query = NULL;
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(scene);
	query = pv_test_scene_query(scene, PROCVIEW_COLLECT_EVERYTHING);
	scanner = procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE, &error);
	g_assert_no_error(error);
	pv_test_forbid(losses[0].calls, losses[0].n, EPERM);
	for (guint i = 0; i < 3; i++) {
		g_autoptr(ProcviewSnapshot) snapshot =
			procview_scanner_scan(scanner, query, &error);

		g_assert_no_error(error);
		g_assert_true(has_refusal(snapshot, "bpf", EPERM));
		pv_test_assert_sane(snapshot);
	}
}

static void
once(void)
{
	if (g_test_subprocess()) {
		confined_once();
		return;
	}
	if (g_strcmp0(g_getenv("PROCVIEW_TEST_BPF"), "0") == 0) {
		g_test_skip("this build of the library has no BPF, so nothing forbids it");
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
	g_test_trap_assert_passed();
}

static void
add_case(const Loss *loss, int with_errno, gboolean after_open)
{
	Case *item = g_new(Case, 1);
	g_autofree char *path = g_strdup_printf("/seccomp/%s/%s/%s", loss->name,
						with_errno == EPERM ? "eperm" : "enosys",
						after_open ? "after-open" : "before-open");

	*item = (Case){loss, with_errno, after_open};
	g_test_add_data_func_full(path, item, run_case, g_free);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	pv_test_require_pidfd();
	for (guint i = 0; i < G_N_ELEMENTS(losses); i++)
		for (guint after = 0; after < 2; after++) {
			add_case(&losses[i], EPERM, after == 1);
			add_case(&losses[i], ENOSYS, after == 1);
		}
	g_test_add_func("/seccomp/bpf/eperm/once", once);
	return g_test_run();
}
