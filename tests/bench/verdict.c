/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Each bound is a comparison within one run: with a peer, with the floor, with a scene where
 * nothing is unusual; or it is a number of objects or bytes.
 */
#include "verdict.h"

/* Of one process among many, and of one alone: what the clock and the scheduler may add. */
#define NOISE_MS	   0.5
#define FLOOR_TIMES	   1.5
#define LEADER_TIMES	   2
#define DEATH_TIMES	   1.1
#define LSOF_TIMES	   10
#define SEED_INODES	   50
#define BYTES_A_DESCRIPTOR 64
#define AGENT_MS	   10

typedef struct {
	GPtrArray *verdicts;
	const Bench *bench;
	char *why; /* somebody is missing */
} Judge;

static const struct {
	guint scene;
	guint contestant;
	guint peer;
	double times;
} speeds[] = {
	{SEED, BPF, LSOF, 30},
	{SEED, BPF, LSFD, 30},
	{MANY, BPF, LSOF, 10},
	{MANY, BPF, LSFD, 25},
	{SEED, PIDFD, LSOF, 1},
	{UNDISTURBED, PIDFD, LSOF, 1},
	{MANY, PIDFD, LSOF, 1},
	{SEED, PROCFS, LSOF, 1},
	{UNDISTURBED, PROCFS, LSOF, 1},
	{MANY, PROCFS, LSOF, 1},
	{SOCKETS, BPF_SOCKETS, LSOF_SOCKETS, 10},
	{SOCKETS, BPF_SOCKETS, SS, 1},
};

static void
verdict_free(gpointer data)
{
	Verdict *verdict = data;

	g_free(verdict->bound);
	g_free(verdict->figures);
	g_free(verdict);
}

/* Takes both strings. */
static void
add(Judge *judge, VerdictStatus status, char *bound, char *figures)
{
	Verdict *verdict = g_new(Verdict, 1);

	*verdict = (Verdict){status, bound, figures};
	g_ptr_array_add(judge->verdicts, verdict);
}

static void
add_if(Judge *judge, gboolean met, char *bound, char *figures)
{
	add(judge, met ? VERDICT_MET : VERDICT_NOT_MET, bound, figures);
}

/* Where only some scenes were asked for, the bounds of the others are not missing. */
static void
add_unknown(Judge *judge, char *bound)
{
	if (judge->bench->partial)
		g_free(bound);
	else
		add(judge, VERDICT_UNKNOWN, bound, g_steal_pointer(&judge->why));
}

static void
say_why(Judge *judge, char *why)
{
	g_free(judge->why);
	judge->why = why;
}

/* NULL: it did not run, and the judge knows why there is nothing to judge. */
static const Result *
need(Judge *judge, guint scene, guint contestant)
{
	const Result *result = &judge->bench->results[scene][contestant];

	if (result->n_runs > 0)
		return result;
	say_why(judge, g_strdup_printf("%s did not run in %s", contestants[contestant].name,
				       scene_infos[scene].name));
	return NULL;
}

static const Death *
need_death(Judge *judge, guint scene, gint after)
{
	const Death *death = bench_find_death(judge->bench, scene, after);

	if (death == NULL)
		say_why(judge, g_strdup_printf("no death after %s in %s was timed",
					       after == NOBODY ? "nobody" : contestants[after].name,
					       scene_infos[scene].name));
	return death;
}

static void
judge_floor(Judge *judge)
{
	char *bound = g_strdup_printf("seed, bpf: at most %g times the kernel's own passes over "
				      "names and tasks",
				      FLOOR_TIMES);
	const Result *bpf = need(judge, SEED, BPF);
	const Result *names = need(judge, SEED, NAMES);
	const Result *tasks = need(judge, SEED, TASKS);
	double floor, cpu;

	if (bpf == NULL || names == NULL || tasks == NULL) {
		add_unknown(judge, bound);
		return;
	}
	floor = names->wall_ms + tasks->wall_ms;
	cpu = names->cpu_ms + tasks->cpu_ms;
	add_if(judge, bpf->wall_ms <= FLOOR_TIMES * floor, bound,
	       g_strdup_printf("%.2f ms to %.2f + %.2f ms: %.2f times, in processor time %.2f",
			       bpf->wall_ms, names->wall_ms, tasks->wall_ms, bpf->wall_ms / floor,
			       bpf->cpu_ms / cpu));
}

static void
judge_speed(Judge *judge, guint index)
{
	const char *scene = scene_infos[speeds[index].scene].name;
	const char *contestant = contestants[speeds[index].contestant].name;
	const char *peer = contestants[speeds[index].peer].name;
	double times = speeds[index].times;
	char *bound = times > 1
			      ? g_strdup_printf("%s, %s: at least %g times as fast as %s", scene,
						contestant, times, peer)
			      : g_strdup_printf("%s, %s: faster than %s", scene, contestant, peer);
	const Result *ours = need(judge, speeds[index].scene, speeds[index].contestant);
	const Result *theirs = need(judge, speeds[index].scene, speeds[index].peer);

	if (ours == NULL || theirs == NULL)
		add_unknown(judge, bound);
	else
		add_if(judge, theirs->wall_ms >= times * ours->wall_ms, bound,
		       g_strdup_printf("%.2f ms to %.2f ms: %.1f times, in processor time %.1f",
				       ours->wall_ms, theirs->wall_ms,
				       theirs->wall_ms / ours->wall_ms,
				       theirs->cpu_ms / ours->cpu_ms));
}

static gint64
inodes_allowed(guint contestant, const Sample *size)
{
	gint64 tasks = size->n_threads + 3 * (gint64)size->n_processes + 100;

	if (contestant == BPF)
		return SEED_INODES;
	return contestant == PROCFS ? 2 * (gint64)size->n_descriptors + tasks : tasks;
}

/*
 * The floor opens nothing in /proc: what the cache grows by meanwhile is the work of others. If that
 * is as much as a bound allows, no growth in this scene says anything. The least growth of several
 * runs would not do instead: others free inodes, too, and hide with it what was added.
 */
static gint64
growth_by_others(const Bench *bench, guint scene)
{
	gint64 most = 0;

	for (guint i = TASKS; i <= NAMES; i++)
		if (bench->results[scene][i].n_runs > 0)
			most = MAX(most, bench->results[scene][i].inodes);
	return most;
}

static void
judge_inodes(Judge *judge, guint scene, guint contestant)
{
	char *bound =
		g_strdup_printf("%s, %s: %s", scene_infos[scene].name, contestants[contestant].name,
				contestant == BPF     ? "less than 50 procfs inodes"
				: contestant == PIDFD ? "no procfs inode for a descriptor"
						      : "two procfs inodes a descriptor");
	const Result *result = need(judge, scene, contestant);
	gint64 others = growth_by_others(judge->bench, scene);
	gint64 allowed;
	gboolean known = result != NULL && result->inodes != INODES_UNKNOWN;

	if (result != NULL && !known)
		say_why(judge, g_strdup("others emptied the cache meanwhile"));
	if (known && others >= SEED_INODES)
		say_why(judge, g_strdup_printf("%d, but others added up to %d at a time",
					       (int)result->inodes, (int)others));
	if (!known || others >= SEED_INODES) {
		add_unknown(judge, bound);
		return;
	}
	allowed = inodes_allowed(contestant, &result->last);
	add_if(judge, result->inodes < allowed, bound,
	       g_strdup_printf("%d, %d allowed", (int)result->inodes, (int)allowed));
}

static void
judge_leader(Judge *judge, guint scene, guint contestant)
{
	char *bound = g_strdup_printf("%s, %s: at most %d times as long as undisturbed",
				      scene_infos[scene].name, contestants[contestant].name,
				      LEADER_TIMES);
	const Result *result = need(judge, scene, contestant);
	const Result *usual = need(judge, UNDISTURBED, contestant);

	if (result == NULL || usual == NULL)
		add_unknown(judge, bound);
	else
		add_if(judge, result->wall_ms <= LEADER_TIMES * usual->wall_ms, bound,
		       g_strdup_printf("%.2f ms to %.2f ms: %.2f times", result->wall_ms,
				       usual->wall_ms, result->wall_ms / usual->wall_ms));
}

/* Measurably: by more than a tenth. The fastest deaths tell, since others only delay them. */
static void
judge_death(Judge *judge)
{
	char *bound = g_strdup("seed, bpf: the process dies as fast as one that nobody looked at");
	const Death *death = need_death(judge, SEED, BPF);
	const Death *usual = need_death(judge, SEED, NOBODY);

	if (death == NULL || usual == NULL)
		add_unknown(judge, bound);
	else
		add_if(judge, death->min_ms <= DEATH_TIMES * usual->min_ms, bound,
		       g_strdup_printf("%.0f ms to %.0f ms at best, medians %.0f and %.0f",
				       death->min_ms, usual->min_ms, death->ms, usual->ms));
}

static void
judge_one(Judge *judge, guint contestant)
{
	char *bound = g_strdup_printf("one-of-many, %s: independent of how many others there are",
				      contestants[contestant].name);
	const Result *among = need(judge, ONE_OF_MANY, contestant);
	const Result *alone = need(judge, ONE_ALONE, contestant);

	if (among == NULL || alone == NULL)
		add_unknown(judge, bound);
	else
		add_if(judge, among->wall_ms <= 2 * alone->wall_ms + NOISE_MS, bound,
		       g_strdup_printf("%.2f ms, alone %.2f ms", among->wall_ms, alone->wall_ms));
}

static void
judge_memory(Judge *judge, guint scene, guint contestant)
{
	char *bound = g_strdup_printf("%s, %s: at most %d bytes a descriptor and its names",
				      scene_infos[scene].name, contestants[contestant].name,
				      BYTES_A_DESCRIPTOR);
	const Result *result = need(judge, scene, contestant);
	const MemoryUse *use;

	if (result != NULL && result->memory.n_descriptors == 0)
		say_why(judge, g_strdup("could not be measured"));
	if (result == NULL || result->memory.n_descriptors == 0) {
		add_unknown(judge, bound);
		return;
	}
	use = &result->memory;
	add_if(judge, use->bytes <= BYTES_A_DESCRIPTOR * use->n_descriptors + use->name_bytes,
	       bound,
	       g_strdup_printf("%.1f bytes, names %.1f", (double)use->bytes / use->n_descriptors,
			       (double)use->name_bytes / use->n_descriptors));
}

/* On an idle machine no slower than any other; elsewhere ten times as fast as lsof. */
static void
judge_command(Judge *judge, guint stage, guint peer)
{
	const CommandResult *ours = &judge->bench->commands[stage][command_of_ours(peer)];
	const CommandResult *theirs = &judge->bench->commands[stage][peer];
	const char *title = commands[command_of_ours(peer)].title;
	double times = stage == ON_IDLE ? 1 : LSOF_TIMES;
	char *bound = stage == ON_IDLE ? g_strdup_printf("idle, %s: no slower than %s", title,
							 commands[peer].title)
				       : g_strdup_printf("%s, %s: at least %g times as fast as %s",
							 stage_names[stage], title, times,
							 commands[peer].title);

	if (ours->n_runs == 0 || theirs->n_runs == 0) {
		say_why(judge, g_strdup_printf("%s did not run",
					       ours->n_runs == 0 ? title : commands[peer].title));
		add_unknown(judge, bound);
		return;
	}
	add_if(judge, theirs->wall_ms >= times * ours->wall_ms, bound,
	       g_strdup_printf("%.2f ms to %.2f ms: %.1f times, in processor time %.1f",
			       ours->wall_ms, theirs->wall_ms, theirs->wall_ms / ours->wall_ms,
			       theirs->cpu_ms / ours->cpu_ms));
}

static void
judge_commands(Judge *judge)
{
	for (guint stage = 0; stage < N_STAGES; stage++)
		for (guint i = 0; i < N_COMMANDS; i++)
			if (i != command_of_ours(i) && (stage == ON_IDLE || commands[i].is_lsof))
				judge_command(judge, stage, i);
}

/* One per cent of one processor. */
static void
judge_agent(Judge *judge)
{
	char *bound = g_strdup_printf("agent, bpf: counts once a second take less than %d ms of "
				      "processor time",
				      AGENT_MS);
	const AgentCost *cost = &judge->bench->agent[0][AGENT_COUNTS];

	say_why(judge, g_strdup("it was not measured"));
	if (cost->n_runs == 0)
		add_unknown(judge, bound);
	else
		add_if(judge, cost->median_ms < AGENT_MS, bound,
		       g_strdup_printf("%.2f ms (%.2f to %.2f)", cost->median_ms, cost->min_ms,
				       cost->max_ms));
}

GPtrArray *
bench_judge(const Bench *bench)
{
	static const guint ours[] = {BPF, PIDFD, PROCFS};
	Judge judge = {g_ptr_array_new_with_free_func(verdict_free), bench, NULL};

	judge_floor(&judge);
	for (guint i = 0; i < G_N_ELEMENTS(speeds); i++)
		judge_speed(&judge, i);
	for (guint i = 0; i < G_N_ELEMENTS(ours); i++) {
		judge_inodes(&judge, SEED, ours[i]);
		judge_leader(&judge, LEADER_UNSHARED, ours[i]);
		judge_leader(&judge, ZOMBIE_LEADER, ours[i]);
		/* Where leaders are not what they were, tables must not be read through them twice. */
		if (ours[i] != BPF) {
			judge_inodes(&judge, LEADER_UNSHARED, ours[i]);
			judge_inodes(&judge, ZOMBIE_LEADER, ours[i]);
		}
		judge_memory(&judge, SEED, ours[i]);
		judge_memory(&judge, MANY, ours[i]);
	}
	judge_death(&judge);
	judge_one(&judge, BPF);
	judge_one(&judge, PIDFD);
	judge_commands(&judge);
	judge_agent(&judge);
	g_free(judge.why);
	return judge.verdicts;
}

const char *
verdict_to_string(VerdictStatus status)
{
	switch (status) {
	case VERDICT_MET:
		return "met";
	case VERDICT_NOT_MET:
		return "not met";
	case VERDICT_UNKNOWN:
	default:
		return "unknown";
	}
}
