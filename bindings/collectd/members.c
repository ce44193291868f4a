/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which processes belong to which target.
 *
 * Names come with every scan. Command lines would make each scan several times as dear, and change
 * only with execve(2); so they are read once, when a process is new or has another name, of these
 * processes alone, and what was found is kept from one reading to the next. A process that executes
 * something else under the same name, or writes over its arguments as setproctitle(3) does, is
 * noticed when all are read anew, once in REFRESH_S seconds.
 */
#include <string.h>

#include "agent.h"

#define REFRESH_S 60
/* Of so many, one pass over the whole machine costs less than asking for each. */
#define MANY(n, of) ((n) > (of) / 4)
/* What the kernel keeps of a name, without its NUL. */
#define NAME_BYTES 15

typedef struct {
	int pid;
	guint64 start_time_ns;
	char comm[NAME_BYTES + 1];
} Known;

struct _Members {
	const Settings *settings;
	gboolean has_patterns;
	GArray *known;	  /* Known, one for each process of the last snapshot, by pid */
	GByteArray *bits; /* for each of them, a byte a target */
	gint64 refreshed_us;
};

Members *
members_new(const Settings *settings)
{
	Members *members = g_new0(Members, 1);

	members->settings = settings;
	members->known = g_array_new(FALSE, TRUE, sizeof(Known));
	members->bits = g_byte_array_new();
	for (guint i = 0; i < settings->targets->len; i++) {
		const Target *target = g_ptr_array_index(settings->targets, i);

		members->has_patterns |= target->pattern != NULL;
	}
	return members;
}

void
members_free(Members *members)
{
	g_array_unref(members->known);
	g_byte_array_unref(members->bits);
	g_free(members);
}

gboolean
members_has(const Members *members, guint process, guint target)
{
	return members->bits->data[process * members->settings->targets->len + target];
}

/* Of a name that is longer the kernel keeps no more. */
static gboolean
has_name(const Target *target, const char *comm)
{
	return target->comm != NULL && strncmp(target->comm, comm, NAME_BYTES) == 0;
}

static void
match_name(const Members *members, guint8 *bits, const char *comm)
{
	for (guint i = 0; i < members->settings->targets->len; i++)
		bits[i] = has_name(g_ptr_array_index(members->settings->targets, i), comm);
}

/* Kernel threads and zombies have no arguments: their name has to do, as in "processes". */
static char *
dup_command_line(ProcviewProcess *process, const char *comm)
{
	guint n = procview_process_get_n_arguments(process);
	const char *argument = n > 0 ? procview_process_get_argument(process, 0) : NULL;
	GString *line;

	if (argument == NULL)
		return g_strdup(comm);
	line = g_string_new(argument);
	for (guint i = 1; i < n; i++) {
		argument += strlen(argument) + 1;
		g_string_append_printf(line, " %s", argument);
	}
	return g_string_free(line, FALSE);
}

static void
match_patterns(const Members *members, guint8 *bits, ProcviewProcess *process, const char *comm)
{
	g_autofree char *line = dup_command_line(process, comm);

	for (guint i = 0; i < members->settings->targets->len; i++) {
		const Target *target = g_ptr_array_index(members->settings->targets, i);

		if (target->pattern != NULL)
			bits[i] = regexec(target->pattern, line, 0, NULL, 0) == 0;
	}
}

static void
note(Known *known, ProcviewProcess *process)
{
	const char *comm = procview_task_get_comm(procview_process_get_leader(process));

	known->pid = procview_process_get_pid(process);
	known->start_time_ns = procview_process_get_start_time_ns(process);
	g_strlcpy(known->comm, comm == NULL ? "" : comm, sizeof(known->comm));
}

static gboolean
is_same(const Known *old, const Known *now)
{
	return old->pid == now->pid && old->start_time_ns == now->start_time_ns &&
	       strcmp(old->comm, now->comm) == 0;
}

/* Command lines of those that have none yet: places in the snapshot, in order. */
static gboolean
ask(Members *members, ProcviewScanner *scanner, const GArray *new, GError **error)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint n_targets = members->settings->targets->len;

	procview_query_set_collect(query, PROCVIEW_COLLECT_COMMANDS);
	for (guint i = 0; !MANY(new->len, members->known->len) && i < new->len; i++) {
		guint place = g_array_index(new, guint, i);

		procview_query_add_pid(query, g_array_index(members->known, Known, place).pid);
	}
	snapshot = procview_scanner_scan(scanner, query, error);
	if (snapshot == NULL)
		return FALSE;
	for (guint i = 0; i < new->len; i++) {
		guint place = g_array_index(new, guint, i);
		Known *known = &g_array_index(members->known, Known, place);
		ProcviewProcess *process = procview_snapshot_find_process(snapshot, known->pid);

		if (process != NULL &&
		    procview_process_get_start_time_ns(process) == known->start_time_ns)
			match_patterns(members, members->bits->data + place * n_targets, process,
				       known->comm);
	}
	return TRUE;
}

static gboolean
is_due(Members *members)
{
	gint64 now_us = g_get_monotonic_time();

	if (members->refreshed_us != 0 && now_us - members->refreshed_us < REFRESH_S * 1000000LL)
		return FALSE;
	members->refreshed_us = now_us;
	return TRUE;
}

/* Fills in what is known still, and returns the places of the others. */
static GArray *
carry_over(Members *members, ProcviewSnapshot *snapshot, gboolean anew)
{
	guint n_targets = members->settings->targets->len;
	guint n = procview_snapshot_get_n_processes(snapshot);
	GArray *known = g_array_sized_new(FALSE, TRUE, sizeof(Known), n);
	GByteArray *bits = g_byte_array_sized_new(n * n_targets);
	GArray *new = g_array_new(FALSE, FALSE, sizeof(guint));
	guint at = 0;

	g_array_set_size(known, n);
	g_byte_array_set_size(bits, n * n_targets);
	for (guint i = 0; i < n; i++) {
		Known *now = &g_array_index(known, Known, i);
		guint8 *row = bits->data + i * n_targets;

		note(now, procview_snapshot_get_process(snapshot, i));
		while (at < members->known->len &&
		       g_array_index(members->known, Known, at).pid < now->pid)
			at++;
		if (!anew && at < members->known->len &&
		    is_same(&g_array_index(members->known, Known, at), now)) {
			memcpy(row, members->bits->data + at * n_targets, n_targets);
			continue;
		}
		match_name(members, row, now->comm);
		g_array_append_val(new, i);
	}
	g_array_unref(members->known);
	g_byte_array_unref(members->bits);
	members->known = known;
	members->bits = bits;
	return new;
}

gboolean
members_update(Members *members, ProcviewScanner *scanner, ProcviewSnapshot *snapshot,
	       GError **error)
{
	gboolean anew = members->has_patterns && is_due(members);
	g_autoptr(GArray) new = NULL;

	if (members->settings->targets->len == 0)
		return TRUE;
	new = carry_over(members, snapshot, anew);
	if (!members->has_patterns || new->len == 0 || ask(members, scanner, new, error))
		return TRUE;
	/* They shall be asked about again. */
	g_array_set_size(members->known, 0);
	g_byte_array_set_size(members->bits, 0);
	return FALSE;
}
