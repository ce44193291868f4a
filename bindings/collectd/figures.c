/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The values of a group of processes, in types that every types.db has, so that no server of a fleet
 * needs to be told of new ones:
 *
 *	file_handles                  open descriptors; each table once, whoever shares it
 *	percent-fd_limit              of the process that is nearest to its RLIMIT_NOFILE
 *	ps_count                      processes and threads
 *	count-fd_tables               descriptor tables
 *	count-fd_tables_shared        those that several processes use
 *	count-fd_tables_unread        those of which nothing is known
 *	files-KIND                    descriptors by kind
 *	tcp_connections-STATE         TCP sockets; each once, whoever has it
 *	current_connections-FAMILY-STATE   all others
 *
 * What is unknown is NaN, not 0, and not a sum that leaves something out.
 */
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "agent.h"

static void
submit(const Group *group, const char *type, const char *type_instance, const double *numbers,
       size_t n)
{
	value_list_t list = VALUE_LIST_INIT;
	value_t values[2];

	for (size_t i = 0; i < n; i++)
		values[i].gauge = numbers[i];
	list.values = values;
	list.values_len = n;
	list.time = group->time;
	g_strlcpy(list.plugin, "procview", sizeof(list.plugin));
	g_strlcpy(list.plugin_instance, group->instance, sizeof(list.plugin_instance));
	g_strlcpy(list.type, type, sizeof(list.type));
	g_strlcpy(list.type_instance, type_instance, sizeof(list.type_instance));
	plugin_dispatch_values(&list);
}

static void
submit_one(const Group *group, const char *type, const char *type_instance, double number)
{
	submit(group, type, type_instance, &number, 1);
}

static ProcviewCounts *
count(const Group *group, ProcviewSnapshot *snapshot, GError **error)
{
	ProcviewCounts *counts = procview_counts_new(snapshot, error);

	for (guint i = 0; counts != NULL && i < group->n_processes; i++)
		procview_counts_add_process(counts, group->processes[i]);
	return counts;
}

static void
report_counts(const Group *group, ProcviewCounts *counts)
{
	double processes[2] = {procview_counts_get_n_processes(counts),
			       procview_counts_get_n_tasks(counts)};
	gboolean known;
	guint64 n_open;
	double share;

	known = procview_counts_get_n_descriptors(counts, &n_open);
	submit_one(group, "file_handles", "", known ? (double)n_open : NAN);
	known = procview_counts_get_limit_share(counts, &share, NULL);
	submit_one(group, "percent", "fd_limit", known ? share * 100 : NAN);
	submit(group, "ps_count", "", processes, 2);
	submit_one(group, "count", "fd_tables", procview_counts_get_n_fd_tables(counts));
	submit_one(group, "count", "fd_tables_shared",
		   procview_counts_get_n_shared_fd_tables(counts));
	submit_one(group, "count", "fd_tables_unread",
		   procview_counts_get_n_unread_fd_tables(counts));
}

static void
report_kinds(const Group *group, ProcviewCounts *counts)
{
	guint64 *seen = &group->target->kinds_seen;

	for (guint kind = 0; kind < procview_counts_get_n_kinds(counts); kind++) {
		guint64 bit = G_GUINT64_CONSTANT(1) << (kind % 64);
		guint64 n;
		gboolean known = procview_counts_get_n_of_kind(counts, kind, &n);

		if (n > 0)
			*seen |= bit;
		if (*seen & bit)
			submit_one(group, "files", procview_kind_to_string(kind),
				   known ? (double)n : NAN);
	}
}

static int
by_address(const void *a, const void *b)
{
	guintptr x = (guintptr) * (gpointer const *)a;
	guintptr y = (guintptr) * (gpointer const *)b;

	return (x > y) - (x < y);
}

static void
collect_sockets(ProcviewFdTable *table, GPtrArray *sockets)
{
	for (guint i = 0; i < procview_fd_table_get_n_descriptors(table); i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewSocket *socket =
			procview_file_get_socket(procview_descriptor_get_file(descriptor));

		if (socket != NULL)
			g_ptr_array_add(sockets, socket);
	}
}

/* Each socket once, whatever tables and descriptors lead to it. */
static GPtrArray *
list_sockets(const Group *group)
{
	GPtrArray *sockets = g_ptr_array_new();
	guint n = 0;

	for (guint i = 0; i < group->n_processes; i++) {
		ProcviewFdTable *last = NULL;

		for (guint j = 0; j < procview_process_get_n_tasks(group->processes[i]); j++) {
			ProcviewFdTable *table = procview_task_get_fd_table(
				procview_process_get_task(group->processes[i], j));

			if (table != NULL && table != last)
				collect_sockets(table, sockets);
			last = table;
		}
	}
	if (sockets->len > 0)
		qsort(sockets->pdata, sockets->len, sizeof(gpointer), by_address);
	for (guint i = 0; i < sockets->len; i++) {
		if (n == 0 || sockets->pdata[n - 1] != sockets->pdata[i])
			sockets->pdata[n++] = sockets->pdata[i];
	}
	g_ptr_array_set_size(sockets, (int)n);
	return sockets;
}

static gboolean
is_tcp(ProcviewSocket *socket)
{
	int family, protocol;

	return procview_socket_get_family(socket, &family) &&
	       (family == AF_INET || family == AF_INET6) &&
	       procview_socket_get_protocol(socket, &protocol) && protocol == IPPROTO_TCP;
}

/* Type and type instance, with a slash between them, which neither can have. */
static char *
name_series(ProcviewSocket *socket)
{
	const char *family = procview_socket_get_family_name(socket);
	const char *state = procview_socket_get_state_name(socket);

	if (state == NULL)
		state = "unknown";
	if (is_tcp(socket))
		return g_strdup_printf("tcp_connections/%s", state);
	return g_strdup_printf("current_connections/%s-%s", family == NULL ? "unknown" : family,
			       state);
}

static void
expect_tcp_states(GHashTable *seen)
{
	static const char *const states[] = {
		"ESTABLISHED", "SYN_SENT",   "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
		"CLOSE",       "CLOSE_WAIT", "LAST_ACK", "LISTEN",    "CLOSING",
	};

	if (g_hash_table_size(seen) > 0)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		g_hash_table_add(seen, g_strdup_printf("tcp_connections/%s", states[i]));
}

static void
report_sockets(const Group *group, gboolean known)
{
	g_autoptr(GHashTable) numbers =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) sockets = list_sockets(group);
	GHashTable *seen = group->target->states_seen;
	GHashTableIter iter;
	gpointer series;

	expect_tcp_states(seen);
	for (guint i = 0; i < sockets->len; i++) {
		char *name = name_series(g_ptr_array_index(sockets, i));
		guint n = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, name));

		g_hash_table_add(seen, g_strdup(name));
		g_hash_table_insert(numbers, name, GUINT_TO_POINTER(n + 1));
	}
	g_hash_table_iter_init(&iter, seen);
	while (g_hash_table_iter_next(&iter, &series, NULL)) {
		g_auto(GStrv) parts = g_strsplit(series, "/", 2);
		guint n = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, series));

		submit_one(group, parts[0], parts[1], known ? n : NAN);
	}
}

/* The same processes in the other snapshot, as far as they live still. None: any snapshot will do. */
static ProcviewProcess **
find_again(const Group *group, guint *n)
{
	ProcviewProcess **found = g_new(ProcviewProcess *, MAX(group->n_processes, 1));

	*n = 0;
	for (guint i = 0; i < group->n_processes; i++) {
		ProcviewProcess *before = group->processes[i];
		ProcviewProcess *now = procview_snapshot_find_process(
			group->detailed, procview_process_get_pid(before));

		if (now != NULL && procview_process_get_start_time_ns(now) ==
					   procview_process_get_start_time_ns(before))
			found[(*n)++] = now;
	}
	return found;
}

static gboolean
report_details(const Group *group, GError **error)
{
	Group again = *group;
	g_autofree ProcviewProcess **found = find_again(group, &again.n_processes);
	g_autoptr(ProcviewCounts) counts = NULL;

	again.processes = found;
	counts = count(&again, again.detailed, error);
	if (counts == NULL)
		return FALSE;
	if (group->target->by_kind)
		report_kinds(&again, counts);
	if (group->target->sockets)
		report_sockets(&again,
			       procview_counts_get_n_of_kind(counts, PROCVIEW_KIND_SOCKET, NULL));
	return TRUE;
}

gboolean
figures_report(const Group *group, GError **error)
{
	g_autoptr(ProcviewCounts) counts = count(group, group->snapshot, error);

	if (counts == NULL)
		return FALSE;
	report_counts(group, counts);
	return group->target == NULL || !(group->target->by_kind || group->target->sockets) ||
	       report_details(group, error);
}

void
figures_report_cost(cdtime_t time, double wall_s, double cpu_s)
{
	const Group machine = {.instance = "machine", .time = time};

	submit_one(&machine, "duration", "read", wall_s);
	submit_one(&machine, "duration", "read_cpu", cpu_s);
}
