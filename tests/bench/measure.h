/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What all contestants took for all scenes.
 */
#pragma once

#include "commands.h"
#include "runner.h"
#include "scenes.h"

#define INODES_UNKNOWN G_MININT64

/* Medians, unless they say otherwise. */
typedef struct {
	guint n_runs; /* 0: did not take part */
	char *why;    /* it could not, though the scene asks for it */
	double wall_ms;
	double wall_min_ms;
	double wall_max_ms;
	double cpu_ms;
	double open_ms;
	guint64 rss_kib; /* peak of all */
	gint64 inodes;	 /* growth of proc_inode_cache */
	gint64 inodes_min;
	Sample last;
	MemoryUse memory;
} Result;

/* How long a process takes to die after somebody has looked at it. */
typedef struct {
	guint scene;
	gint after; /* contestant; NOBODY */
	guint n_runs;
	double ms;
	double min_ms;
	double max_ms;
} Death;

#define NOBODY	 (-1)
#define N_DEATHS 8

/* What a group of facts adds to a plain scan with one backend. */
enum {
	COST_PLAIN,
	COST_DETAILS,
	COST_SOCKETS,
	COST_LOCKS,
	COST_MOUNTS,
	COST_PLACES,
	COST_MAPPINGS,
	COST_PEERS,
	COST_HOLDINGS,
	N_COSTS,
};

#define N_COST_SCENES 3

typedef struct {
	guint scene;
	guint contestant; /* BPF, PIDFD or PROCFS */
	guint n_runs;	  /* 0: did not take part */
	guint n_descriptors;
	double ms[N_COSTS]; /* of the whole scan; median */
} Cost;

extern const char *const cost_names[N_COSTS];

/* What an agent pays that looks once a second. */
enum {
	AGENT_COUNTS,
	AGENT_KINDS,
	AGENT_SOCKETS,
	AGENT_TABLES,
	N_AGENT_SCANS,
};

#define N_AGENT_BACKENDS 3

/* Processor time of a scan. */
typedef struct {
	guint contestant;
	guint n_runs; /* 0: did not take part */
	double median_ms;
	double min_ms;
	double max_ms;
	Sample last;
} AgentCost;

extern const char *const agent_names[N_AGENT_SCANS];

typedef struct {
	gboolean quick;
	gboolean partial; /* not all scenes were asked for */
	guint n_runs;
	Result results[N_SCENES][N_CONTESTANTS];
	Death deaths[N_DEATHS];
	Cost costs[N_COST_SCENES][3];
	AgentCost agent[N_AGENT_BACKENDS][N_AGENT_SCANS];
	CommandResult commands[N_STAGES][N_COMMANDS];
	char *versions[N_CONTESTANTS];
} Bench;

void bench_free(Bench *bench);
/* Runs all contestants that have an answer, in turns, while what the scene looks at is there. */
void measure_scene(Bench *bench, guint scene, int pid);
/* deaths.c */
void measure_deaths(Bench *bench);
const Death *bench_find_death(const Bench *bench, guint scene, gint after);

/* costs.c */
void measure_costs(Bench *bench);

/* agent.c */
void measure_agent(Bench *bench);

/* commands.c */
void measure_commands(Bench *bench);

double median(double *values, guint n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)
