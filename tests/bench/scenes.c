/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The table of scenes. Those that look at the same processes follow each other.
 */
#include "scenes.h"

#include <string.h>

/* clang-format off */
const SceneInfo scene_infos[N_SCENES] = {
	[SEED] = {"seed", "one process, %s threads × %s files", ASKS_EVERYTHING, "massive",
		{"T=4096", "F=16384", "LEADER=sharing"}, {"T=64", "F=256", "LEADER=sharing"}},
	[SEED_COUNTS] = {"counts-seed", "the same, counts only", ASKS_COUNTS, NULL, {0}, {0}},
	[SMALL_SEED] = {"small-seed", "one process, %s threads × %s files", ASKS_THREADS, "massive",
		{"T=256", "F=1024", "LEADER=sharing"}, {"T=8", "F=64", "LEADER=sharing"}},
	[UNDISTURBED] = {"undisturbed", "one process, %s threads × %s files", ASKS_LEADERS, "massive",
		{"T=1024", "F=4096", "LEADER=sharing"}, {"T=32", "F=128", "LEADER=sharing"}},
	[LEADER_UNSHARED] = {"leader-unshared", "the same, its leader with a table of its own",
		ASKS_LEADERS, "massive",
		{"T=1024", "F=4096", "LEADER=unshared"}, {"T=32", "F=128", "LEADER=unshared"}},
	[ZOMBIE_LEADER] = {"zombie-leader", "the same, its leader a zombie", ASKS_LEADERS, "massive",
		{"T=1024", "F=4096", "LEADER=zombie"}, {"T=32", "F=128", "LEADER=zombie"}},
	[MANY] = {"many", "%s processes × %s files", ASKS_EVERYTHING, "many",
		{"P=5000", "F=20", NULL}, {"P=20", "F=20", NULL}},
	[MANY_COUNTS] = {"counts-many", "the same, counts only", ASKS_COUNTS, NULL, {0}, {0}},
	[ONE_OF_MANY] = {"one-of-many", "one of them, asked for by its number", ASKS_ONE, NULL,
		{0}, {0}},
	[ONE_ALONE] = {"one-alone", "the same with no others", ASKS_ONE, "many",
		{"P=1", "F=20", NULL}, {"P=1", "F=20", NULL}},
	[SOCKETS] = {"sockets", "%s TCP sockets and %s Unix sockets", ASKS_SOCKETS, "many-sockets",
		{"TCP=20000", "UNIX=20000", "P=8"}, {"TCP=400", "UNIX=400", "P=2"}},
	/* Nobody takes turns at it: it is there for what groups of facts cost. */
	[DETAILS] = {"details", "a descriptor of every kind", 0, "details", {0}, {0}},
};
/* clang-format on */

PvTestScene *
scene_start(const SceneInfo *info, gboolean quick)
{
	const char *const *params = quick ? info->quick : info->params;

	return pv_test_scene_start(info->workload, params[0], params[1], params[2], NULL);
}

int
scene_get_pid(PvTestScene *scene)
{
	return pv_test_scene_number(scene, "process", 0, 0);
}

char *
scene_dup_title(const SceneInfo *info, gboolean quick)
{
	const char *const *params = quick ? info->quick : info->params;
	g_autoptr(GString) title = g_string_new(info->title);

	/* Without "T=" and its like. */
	for (guint i = 0; i < 2 && params[i] != NULL; i++)
		g_string_replace(title, "%s", strchr(params[i], '=') + 1, 1);
	return g_string_free(g_steal_pointer(&title), FALSE);
}
