/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The table of all contestants.
 *
 * Peers do not know of open file descriptions, nor of details of threads: where speed is compared,
 * the library is asked for what lsof -nP -Ki tells. What it tells by default is a contestant of its
 * own.
 */
#include "contestants.h"

#define AS_LSOF (PROCVIEW_COLLECT_ALL & ~PROCVIEW_COLLECT_DESCRIPTIONS & ~PROCVIEW_COLLECT_THREADS)
#define COUNTS	PROCVIEW_COLLECT_TABLES
/* What ss -anp tells, too: the names of processes are there in any case. */
#define AS_SS (PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_SOCKETS)

#define WHERE_LISTS (ASKS_EVERYTHING | ASKS_LEADERS | ASKS_THREADS | ASKS_ONE)

/* Of a build without the command. */
#ifndef BENCH_PTREE
#define BENCH_PTREE "ptree"
#endif

/* clang-format off */
const Contestant contestants[N_CONTESTANTS] = {
	[BPF] = {.name = "bpf", .asks = WHERE_LISTS,
		.backend = PROCVIEW_BACKEND_BPF, .collect = AS_LSOF},
	[PIDFD] = {.name = "pidfd", .asks = WHERE_LISTS,
		.backend = PROCVIEW_BACKEND_PIDFD, .collect = AS_LSOF},
	[PROCFS] = {.name = "procfs", .asks = WHERE_LISTS,
		.backend = PROCVIEW_BACKEND_PROCFS, .collect = AS_LSOF},
	[BPF_ALL] = {.name = "bpf, all details", .asks = ASKS_EVERYTHING,
		.backend = PROCVIEW_BACKEND_BPF, .collect = PROCVIEW_COLLECT_ALL},
	[PIDFD_ALL] = {.name = "pidfd, all details", .asks = ASKS_EVERYTHING,
		.backend = PROCVIEW_BACKEND_PIDFD, .collect = PROCVIEW_COLLECT_ALL},
	[PROCFS_ALL] = {.name = "procfs, all details", .asks = ASKS_EVERYTHING,
		.backend = PROCVIEW_BACKEND_PROCFS, .collect = PROCVIEW_COLLECT_ALL},
	[BPF_COUNTS] = {.name = "bpf, counts", .asks = ASKS_COUNTS,
		.backend = PROCVIEW_BACKEND_BPF, .collect = COUNTS},
	[PIDFD_COUNTS] = {.name = "pidfd, counts", .asks = ASKS_COUNTS,
		.backend = PROCVIEW_BACKEND_PIDFD, .collect = COUNTS},
	[PROCFS_COUNTS] = {.name = "procfs, counts", .asks = ASKS_COUNTS,
		.backend = PROCVIEW_BACKEND_PROCFS, .collect = COUNTS},
	[BPF_SOCKETS] = {.name = "bpf, sockets", .asks = ASKS_SOCKETS,
		.backend = PROCVIEW_BACKEND_BPF, .collect = AS_SS},
	[PIDFD_SOCKETS] = {.name = "pidfd, sockets", .asks = ASKS_SOCKETS,
		.backend = PROCVIEW_BACKEND_PIDFD, .collect = AS_SS},
	[PROCFS_SOCKETS] = {.name = "procfs, sockets", .asks = ASKS_SOCKETS,
		.backend = PROCVIEW_BACKEND_PROCFS, .collect = AS_SS},
	[PTREE] = {.name = "ptree -f -J", .kind = CONTESTANT_COMMAND,
		.asks = ASKS_EVERYTHING | ASKS_ONE,
		.command = {BENCH_PTREE, "-f", "-J"}, .one = "--", .version = "-V"},
	[LSOF] = {.name = "lsof -nP -Ki", .kind = CONTESTANT_COMMAND, .asks = WHERE_LISTS,
		.command = {"lsof", "-nP", "-Ki"}, .one = "-p", .version = "-v"},
	[LSOF_THREADS] = {.name = "lsof -nP", .kind = CONTESTANT_COMMAND, .asks = ASKS_THREADS,
		.command = {"lsof", "-nP"}, .version = "-v"},
	[LSFD] = {.name = "lsfd", .kind = CONTESTANT_COMMAND, .asks = WHERE_LISTS,
		.command = {"lsfd"}, .one = "-p", .version = "--version"},
	[SS] = {.name = "ss -anp", .kind = CONTESTANT_COMMAND, .asks = ASKS_SOCKETS,
		.command = {"ss", "-anp"}, .version = "-V"},
	[LSOF_SOCKETS] = {.name = "lsof -nPi", .kind = CONTESTANT_COMMAND, .asks = ASKS_SOCKETS,
		.command = {"lsof", "-nPi"}, .version = "-v"},
	/* Its option -i is younger than the version that many have. */
	[LSFD_SOCKETS] = {.name = "lsfd -Q SOCK", .kind = CONTESTANT_COMMAND, .asks = ASKS_SOCKETS,
		.command = {"lsfd", "-Q", "TYPE == \"SOCK\""}, .version = "--version"},
	/* The file is the program that all of the library's contestants run. */
	[FUSER] = {.name = "fuser FILE", .kind = CONTESTANT_COMMAND,
		.asks = ASKS_EVERYTHING,
		.command = {"fuser", BENCH_PROGRAM}, .version = "-V"},
	[PSUTIL] = {.name = "psutil", .kind = CONTESTANT_SCRIPT,
		.asks = ASKS_EVERYTHING | ASKS_ONE,
		.command = {"python3", BENCH_PSUTIL}},
	[TASKS] = {.name = "floor: tasks", .kind = CONTESTANT_FLOOR, .pass = FLOOR_TASKS,
		.asks = ASKS_EVERYTHING | ASKS_LEADERS | ASKS_COUNTS},
	[FILES] = {.name = "floor: files", .kind = CONTESTANT_FLOOR, .pass = FLOOR_FILES,
		.asks = ASKS_EVERYTHING | ASKS_LEADERS},
	[NAMES] = {.name = "floor: d_path of files", .kind = CONTESTANT_FLOOR, .pass = FLOOR_NAMES,
		.asks = ASKS_EVERYTHING | ASKS_LEADERS | ASKS_ONE},
};
/* clang-format on */

char **
contestant_argv(const Contestant *contestant, int pid)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (guint i = 0; i < G_N_ELEMENTS(contestant->command) && contestant->command[i]; i++)
		g_strv_builder_add(words, contestant->command[i]);
	if (pid != 0 && contestant->one != NULL) {
		g_autofree char *number = g_strdup_printf("%d", pid);

		g_strv_builder_add_many(words, contestant->one, number, NULL);
	}
	return g_strv_builder_end(words);
}

gboolean
contestant_is_installed(const Contestant *contestant, char **why)
{
	g_autofree char *path = g_find_program_in_path(contestant->command[0]);

	if (path == NULL)
		*why = g_strdup_printf("%s is not installed", contestant->command[0]);
	return path != NULL;
}
