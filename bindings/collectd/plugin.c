/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A plugin for collectd: who has how much open, and how near to the limit.
 *
 * The scanner is opened when collectd initializes its plugins, and kept. With BPF that takes
 * CAP_BPF and CAP_PERFMON at that moment and nothing afterwards: collectd itself never gives a
 * privilege up, but whoever starts it may take them away as soon as it is up.
 *
 * Each reading is one scan that counts descriptors and reads none. Only of processes whose kinds or
 * sockets were asked for the descriptors are read, by a second scan that is narrowed to them: so
 * these figures are some milliseconds younger than the others.
 *
 * collectd calls from any of its reading threads, one at a time; a lock makes sure of it.
 */
#include <string.h>
#include <time.h>

#include "agent.h"

/* Of so many, one pass over the whole machine costs less than asking for each. */
#define MANY(n, of) ((n) > (of) / 4)

static GMutex lock;
static Settings settings;
static ProcviewScanner *scanner;
static ProcviewQuery *counts_only;
static Members *members;

static double
now_s(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int
fail(const char *what, const GError *error)
{
	ERROR(SAYS "%s: %s", what, error->message);
	return -1;
}

/* What a scan uses, what it would rather have used, and what it will not see. */
static void
tell_rights(void)
{
	g_autoptr(ProcviewRights) rights = procview_scanner_dup_rights(scanner, NULL);

	if (rights == NULL)
		return;
	INFO(SAYS "counts by %s.", procview_rights_get_backend_name(rights, PROCVIEW_STEP_TASKS));
	for (guint i = 0; i < procview_rights_get_n_refusals(rights); i++) {
		const char *backend, *why;
		ProcviewStep step;

		why = procview_rights_get_refusal(rights, i, &step, &backend);
		if (step == PROCVIEW_STEP_TASKS)
			NOTICE(SAYS "not by %s: %s.", backend, why);
	}
	if (!procview_rights_sees_all(rights, PROCVIEW_STEP_FILES))
		WARNING(SAYS "tables of some processes will stay unread (count-fd_tables_unread) "
			     "without CAP_SYS_PTRACE.");
}

static int
start(void)
{
	g_autoptr(GError) error = NULL;

	if (scanner != NULL)
		return 0;
	scanner = procview_scanner_new_with_backend(settings.backend, &error);
	if (scanner == NULL)
		return fail("cannot open a scanner", error);
	counts_only = procview_query_new();
	procview_query_set_collect(counts_only, PROCVIEW_COLLECT_TABLES | PROCVIEW_COLLECT_LIMITS);
	members = members_new(&settings);
	tell_rights();
	return 0;
}

/* Of a group of a single one, its number is in the name. */
static gboolean
report_each(const Group *all, GError **error)
{
	for (guint i = 0; i < all->n_processes; i++) {
		g_autofree char *name = g_strdup_printf(
			"%s-%d", all->instance, procview_process_get_pid(all->processes[i]));
		Group one = *all;

		one.instance = name;
		one.processes = &all->processes[i];
		one.n_processes = 1;
		if (!figures_report(&one, error))
			return FALSE;
	}
	return TRUE;
}

/* The members of a target, in an array that has room for all processes; how many. */
static guint
list_members(ProcviewSnapshot *snapshot, guint target, ProcviewProcess **processes)
{
	guint n = 0;

	for (guint i = 0; i < procview_snapshot_get_n_processes(snapshot); i++) {
		if (members_has(members, i, target))
			processes[n++] = procview_snapshot_get_process(snapshot, i);
	}
	return n;
}

static gboolean
report_targets(ProcviewSnapshot *snapshot, ProcviewSnapshot *detailed, cdtime_t time,
	       GError **error)
{
	guint n = procview_snapshot_get_n_processes(snapshot);
	g_autofree ProcviewProcess **processes = g_new(ProcviewProcess *, MAX(n, 1));
	Group group = {.snapshot = snapshot,
		       .detailed = detailed,
		       .processes = processes,
		       .time = time};

	for (guint i = 0; i < settings.targets->len; i++) {
		group.target = g_ptr_array_index(settings.targets, i);
		group.instance = group.target->name;
		group.n_processes = list_members(snapshot, i, processes);
		if (!figures_report(&group, error))
			return FALSE;
		if (group.target->per_process && !report_each(&group, error))
			return FALSE;
	}
	if (!settings.machine)
		return TRUE;
	for (guint i = 0; i < n; i++)
		processes[i] = procview_snapshot_get_process(snapshot, i);
	group.target = NULL;
	group.instance = "machine";
	group.n_processes = n;
	return figures_report(&group, error);
}

/* Whose descriptors are to be read: of each process once, whatever targets it belongs to. */
static guint
name_processes(ProcviewQuery *query, ProcviewSnapshot *snapshot, guint *collect)
{
	guint n = 0;

	for (guint i = 0; i < settings.targets->len; i++) {
		const Target *target = g_ptr_array_index(settings.targets, i);

		if (target->by_kind || target->sockets)
			*collect |= PROCVIEW_COLLECT_DESCRIPTORS;
		if (target->sockets)
			*collect |= PROCVIEW_COLLECT_SOCKETS;
	}
	for (guint i = 0; *collect != 0 && i < procview_snapshot_get_n_processes(snapshot); i++) {
		gboolean wanted = FALSE;

		for (guint j = 0; j < settings.targets->len; j++) {
			const Target *target = g_ptr_array_index(settings.targets, j);

			wanted |=
				(target->by_kind || target->sockets) && members_has(members, i, j);
		}
		if (!wanted)
			continue;
		procview_query_add_pid(query, procview_process_get_pid(
						      procview_snapshot_get_process(snapshot, i)));
		n++;
	}
	return n;
}

/* The snapshot itself, where there is nobody whose descriptors are asked for. NULL: it failed. */
static ProcviewSnapshot *
look_closer(ProcviewSnapshot *snapshot, GError **error)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	guint collect = 0;
	guint n = name_processes(query, snapshot, &collect);

	if (n == 0)
		return procview_snapshot_ref(snapshot);
	if (MANY(n, procview_snapshot_get_n_processes(snapshot))) {
		procview_query_unref(query);
		query = procview_query_new();
	}
	procview_query_set_collect(query, collect);
	return procview_scanner_scan(scanner, query, error);
}

static gboolean
look(GError **error)
{
	double wall_s = now_s(CLOCK_MONOTONIC), cpu_s = now_s(CLOCK_THREAD_CPUTIME_ID);
	cdtime_t time = cdtime();
	g_autoptr(ProcviewSnapshot) snapshot = procview_scanner_scan(scanner, counts_only, error);
	g_autoptr(ProcviewSnapshot) detailed = NULL;

	if (snapshot == NULL || !members_update(members, scanner, snapshot, error))
		return FALSE;
	detailed = look_closer(snapshot, error);
	if (detailed == NULL || !report_targets(snapshot, detailed, time, error))
		return FALSE;
	if (settings.machine)
		figures_report_cost(time, now_s(CLOCK_MONOTONIC) - wall_s,
				    now_s(CLOCK_THREAD_CPUTIME_ID) - cpu_s);
	return TRUE;
}

static int
read_figures(user_data_t *data)
{
	g_autoptr(GError) error = NULL;
	gboolean done;

	g_mutex_lock(&lock);
	done = scanner != NULL && look(&error);
	g_mutex_unlock(&lock);
	if (error != NULL)
		return fail("cannot look", error);
	return done ? 0 : -1;
}

static int
configure(oconfig_item_t *block)
{
	return settings_read(&settings, block);
}

static int
stop(void)
{
	g_mutex_lock(&lock);
	g_clear_pointer(&members, members_free);
	g_clear_pointer(&counts_only, procview_query_unref);
	g_clear_object(&scanner);
	settings_clear(&settings);
	g_mutex_unlock(&lock);
	return 0;
}

/* All that collectd looks for in the module. */
__attribute__((visibility("default"))) void
module_register(void)
{
	settings_init(&settings);
	plugin_register_complex_config("procview", configure);
	plugin_register_init("procview", start);
	plugin_register_complex_read(NULL, "procview", read_figures, 0, NULL);
	plugin_register_shutdown("procview", stop);
}
