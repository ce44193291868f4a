/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What could not be seen, and what did it cost?  Both go to stderr, beside the answer.
 */
#include "report.h"

#include <stdio.h>
#include <string.h>

#include "message.h"
#include "names.h"
#include "sharers.h"
#include "text.h"

/* Tables, or processes, of which something is not known. */
struct amount {
	guint n;
	int pid; /* of the owner of the first */
};

struct unseen {
	struct amount denied;
	struct amount partial;
	struct amount assumed; /* processes */
	guint n_causes;
	const char *needs; /* what all of them lack; NULL: not one and the same */
};

static void
count(struct unseen *unseen, struct amount *amount, ProcviewFdTable *table)
{
	const char *needs = procview_fd_table_get_needs(table);

	if (amount->n++ == 0)
		amount->pid = procview_process_get_pid(procview_fd_table_get_owner(table));
	if (unseen->n_causes++ == 0)
		unseen->needs = needs;
	else if (g_strcmp0(unseen->needs, needs) != 0)
		unseen->needs = NULL;
}

static void
append_read(GString *text, const struct amount *amount, const char *one, const char *many)
{
	if (amount->n == 0)
		return;
	if (text->len > 0)
		g_string_append(text, ", ");
	if (amount->n == 1)
		g_string_append_printf(text, "a descriptor table of process %d %s", amount->pid,
				       one);
	else
		g_string_append_printf(text, "%u descriptor tables %s", amount->n, many);
}

static void
append_need(GString *text, const struct unseen *unseen)
{
	guint n_tables = unseen->denied.n + unseen->partial.n;

	if (unseen->needs == NULL)
		return;
	g_string_append_printf(text, "; %s%s would %s", text_before_need(unseen->needs),
			       unseen->needs,
			       n_tables == 0   ? "tell"
			       : n_tables == 1 ? "show it"
					       : "show them");
}

static void
append_doubt(GString *text, const struct unseen *unseen)
{
	const struct amount *assumed = &unseen->assumed;
	guint n_tables = unseen->denied.n + unseen->partial.n;
	int pid = unseen->denied.n > 0 ? unseen->denied.pid : unseen->partial.pid;

	if (assumed->n == 0)
		return;
	if (n_tables > 0)
		g_string_append(text, ", and ");
	if (assumed->n == 1 && n_tables == 1 && assumed->pid == pid)
		g_string_append(text, "which of its threads share it could not be proven");
	else if (assumed->n == 1)
		g_string_append_printf(text,
				       "which threads share could not be proven for process %d",
				       assumed->pid);
	else
		g_string_append_printf(text,
				       "which threads share could not be proven for %u processes",
				       assumed->n);
}

static void
append_unread(GString *text, const struct unseen *unseen)
{
	append_read(text, &unseen->denied, "could not be read", "could not be read");
	append_read(text, &unseen->partial, "was read in part", "were read in part");
	append_doubt(text, unseen);
	append_need(text, unseen);
}

/* What is not shown, or not asked for, is not missed; to find a file, all must be seen that those
 * have who could match. */
static gboolean
is_missed(const struct scan *scan, ProcviewFdTable *table)
{
	ProcviewProcess *process;
	guint at = 0;

	if (scan->seeks_file && !scan->all)
		return TRUE;
	while ((process = sharers_next(table, &at)) != NULL) {
		if (scan->seeks_file ? selection_could_match(scan->selection, process)
				     : selection_get_role(scan->selection, process) == ROLE_MATCHED)
			return TRUE;
	}
	return FALSE;
}

/* Where the kernel does not say, only threads of one process are taken to share: one table, one process. */
static gboolean
is_in_doubt(ProcviewFdTable *table)
{
	ProcviewProcess *owner = procview_fd_table_get_owner(table);

	return text_is_assumed(table) && !procview_process_is_kernel_thread(owner);
}

/* A table whose tasks have ended is nobody's any more, and not missed. */
static void
count_table(struct unseen *unseen, ProcviewFdTable *table)
{
	ProcviewStatus status = procview_fd_table_get_status(table);

	if (status == PROCVIEW_STATUS_GONE)
		return;
	if (status == PROCVIEW_STATUS_DENIED)
		count(unseen, &unseen->denied, table);
	else if (status == PROCVIEW_STATUS_PARTIAL)
		count(unseen, &unseen->partial, table);
	if (is_in_doubt(table))
		count(unseen, &unseen->assumed, table);
}

void
report_unseen(const struct scan *scan)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint n = procview_snapshot_get_n_fd_tables(scan->snapshot);
	struct unseen unseen = {0};

	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(scan->snapshot, i);

		if (is_missed(scan, table))
			count_table(&unseen, table);
	}
	append_unread(text, &unseen);
	if (procview_snapshot_has_hidden_processes(scan->snapshot))
		g_string_append_printf(text, "%s/proc hides the processes of others (hidepid)",
				       text->len > 0 ? "; " : "");
	if (text->len > 0)
		message_print("%s", text->str);
}

static const char *
name_step(ProcviewStep step)
{
	switch (step) {
	case PROCVIEW_STEP_TASKS:
		return "tasks";
	case PROCVIEW_STEP_GROUPING:
		return "grouping";
	case PROCVIEW_STEP_FILES:
		return "files";
	}
	return "?";
}

static void
report_step(ProcviewSnapshot *snapshot, ProcviewStep step, const char *amount)
{
	const char *backend = procview_snapshot_get_backend_name(snapshot, step);

	if (backend != NULL)
		fprintf(stderr, "%-9s %-7s %s\n", name_step(step), backend, amount);
}

static void
report_amounts(ProcviewSnapshot *snapshot)
{
	g_autofree char *tasks = NULL;
	g_autofree char *grouping = NULL;
	g_autofree char *files = NULL;

	tasks = g_strdup_printf("%u processes, %u tasks",
				procview_snapshot_get_n_processes(snapshot),
				procview_snapshot_get_n_tasks(snapshot));
	grouping = g_strdup_printf("%u descriptor tables, %" G_GUINT64_FORMAT " kcmp calls",
				   procview_snapshot_get_n_fd_tables(snapshot),
				   procview_snapshot_get_kcmp_calls(snapshot));
	files = g_strdup_printf("%u descriptors, %" G_GUINT64_FORMAT " duplicates avoided",
				procview_snapshot_get_n_descriptors(snapshot),
				procview_snapshot_get_duplicates_avoided(snapshot));
	report_step(snapshot, PROCVIEW_STEP_TASKS, tasks);
	report_step(snapshot, PROCVIEW_STEP_GROUPING, grouping);
	report_step(snapshot, PROCVIEW_STEP_FILES, files);
}

static void
report_cost(const struct scan *scan)
{
	guint64 ns = procview_snapshot_get_duration_ns(scan->snapshot);

	fprintf(stderr, "%-9s %.1f ms, %.1f KiB kept", "cost", (double)ns / 1e6,
		(double)procview_snapshot_get_memory_bytes(scan->snapshot) / 1024);
	if (scan->overview != NULL) {
		ns = procview_snapshot_get_duration_ns(scan->overview);
		fprintf(stderr, "; before that %.1f ms to find the relatives among %u processes",
			(double)ns / 1e6, procview_snapshot_get_n_processes(scan->overview));
	}
	fputc('\n', stderr);
}

void
report_stats(const struct scan *scan)
{
	guint n = procview_snapshot_get_n_refusals(scan->snapshot);

	report_amounts(scan->snapshot);
	report_cost(scan);
	for (guint i = 0; i < n; i++) {
		ProcviewStep step;
		const char *backend;
		const char *why = procview_snapshot_get_refusal(scan->snapshot, i, &step, &backend);
		g_autofree char *safe = names_dup_safe(why);

		fprintf(stderr, "%-9s %-7s not used: %s\n", name_step(step), backend, safe);
	}
}
