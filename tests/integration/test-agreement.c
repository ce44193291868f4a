/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Every scene of the workload program that holds still, with every backend, asked for its
 * processes and found on the whole machine: they say the same of it.
 *
 * The first to speak is procfs, whose words the other tests hold against what the scene did.
 */
#include <string.h>

#include "agree.h"

#define MAX_PARAMS 4

/* Those that are smaller here than they would be by themselves, or that do not hold still. */
static const struct {
	const char *name;
	const char *params[MAX_PARAMS];
	gboolean moving; /* offsets and flags do not hold still */
	gboolean wild;	 /* nothing does */
} special[] = {
	{.name = "massive", .params = {"T=64", "F=200"}},
	{.name = "many", .params = {"P=60", "F=20"}},
	{.name = "thousands", .params = {"N=1500"}},
	{.name = "many-sockets", .params = {"TCP=60", "UNIX=60", "P=3"}},
	{.name = "epoll-targets", .params = {"N=300"}},
	/* What stat(2) says of their files is not what the kernel itself has: test-mounts. */
	{.name = "mounts", .params = {"OWN=0"}},
	{.name = "moving-offset", .moving = TRUE},
	{.name = "storm", .wild = TRUE},
	{.name = "gale", .wild = TRUE},
};

typedef struct {
	ProcviewBackend backend;
	char *scene;
	char *params[MAX_PARAMS + 1];
	gboolean moving;
} Case;

/* Everything that can be asked for. */
static ProcviewSnapshot *
look(PvTestScene *scene, ProcviewScanner *scanner, gboolean whole)
{
	const ProcviewCollect collect = PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_CONTEXT;
	g_autoptr(ProcviewQuery) query = whole ? procview_query_new()
					       : pv_test_scene_query(scene, collect);
	g_autoptr(GError) error = NULL;
	ProcviewSnapshot *snapshot;

	procview_query_set_collect(query, collect);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	return snapshot;
}

static ProcviewSnapshot *
look_first(PvTestScene *scene)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner =
		procview_scanner_new_with_backend(PROCVIEW_BACKEND_PROCFS, &error);

	g_assert_no_error(error);
	return look(scene, scanner, FALSE);
}

/* One backend beside the first view, by both ways to come by a process. */
static void
agree(gconstpointer data)
{
	const Case *item = data;
	g_autoptr(PvTestScene) scene =
		pv_test_scene_start(item->scene, item->params[0], item->params[1], item->params[2],
				    item->params[3], NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(item->backend);
	g_autoptr(ProcviewSnapshot) first = NULL;
	guint n = 0;

	if (scene == NULL || scanner == NULL)
		return;
	first = look_first(scene);
	for (guint whole = 0; whole < 2; whole++) {
		g_autoptr(ProcviewSnapshot) snapshot = look(scene, scanner, whole == 1);
		g_autofree char *name =
			g_strconcat(pv_test_backend_name(item->backend),
				    whole == 1 ? " of the whole machine" : " by number", NULL);
		const PvTestView views[] = {{"procfs", first}, {name, snapshot}};

		pv_test_assert_sane(snapshot);
		n += pv_test_differences(scene, item->scene, &views[0], &views[1], item->moving);
	}
	g_assert_cmpuint(n, ==, 0);
}

static void
case_free(gpointer data)
{
	Case *item = data;

	g_free(item->scene);
	for (guint i = 0; i < MAX_PARAMS; i++)
		g_free(item->params[i]);
	g_free(item);
}

static void
add_case(const char *scene, const char *leader, ProcviewBackend backend)
{
	Case *item = g_new0(Case, 1);
	g_autofree char *path =
		g_strdup_printf("/agreement/%s%s%s/%s", scene, leader != NULL ? "-" : "",
				leader != NULL ? leader : "", pv_test_backend_name(backend));
	guint n = 0;

	item->backend = backend;
	item->scene = g_strdup(scene);
	for (guint i = 0; i < G_N_ELEMENTS(special); i++) {
		if (strcmp(special[i].name, scene) != 0)
			continue;
		item->moving = special[i].moving;
		for (; n < MAX_PARAMS - 1 && special[i].params[n] != NULL; n++)
			item->params[n] = g_strdup(special[i].params[n]);
	}
	if (leader != NULL)
		item->params[n] = g_strdup_printf("LEADER=%s", leader);
	g_test_add_data_func_full(path, item, agree, case_free);
}

static void
add_cases(const char *scene, const char *leader)
{
	/* procfs beside itself: what that test finds is not the backends' doing. */
	add_case(scene, leader, PROCVIEW_BACKEND_PROCFS);
	add_case(scene, leader, PROCVIEW_BACKEND_PIDFD);
	add_case(scene, leader, PROCVIEW_BACKEND_BPF);
}

static gboolean
is_wild(const char *scene)
{
	for (guint i = 0; i < G_N_ELEMENTS(special); i++)
		if (special[i].wild && strcmp(special[i].name, scene) == 0)
			return TRUE;
	return FALSE;
}

/* The workload program's answer; what it prints is the caller's. */
static int
ask_workload(const char *question, const char *scene, char **text)
{
	const char *const argv[] = {g_getenv("PROCVIEW_TEST_WORKLOAD"), question, scene, NULL};
	g_autoptr(GError) error = NULL;
	int status;

	g_assert_nonnull(argv[0]);
	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, text, NULL, &status,
		     &error);
	g_assert_no_error(error);
	return status;
}

static void
unavailable(void)
{
	g_test_skip("the scene is not available here");
}

/* As the program lists them: a scene that is added takes part. */
static void
add_scenes(void)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_cmpint(ask_workload("--list", NULL, &text), ==, 0);
	lines = g_strsplit(g_strchomp(text), "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), >=, 20);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree char *path = NULL;

		lines[i][strcspn(lines[i], " ")] = '\0';
		path = g_strconcat("/agreement/", lines[i], NULL);
		if (is_wild(lines[i]))
			continue;
		if (ask_workload("--is-available", lines[i], NULL) == 0)
			add_cases(lines[i], NULL);
		else
			g_test_add_func(path, unavailable);
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 110);
	pv_test_require_kcmp();
	add_scenes();
	add_cases("massive", "unshared");
	add_cases("massive", "zombie");
	return g_test_run();
}
