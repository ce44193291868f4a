/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is written at the branch: a command, a thread, who shares a table?
 */
#include "text.h"

#include <string.h>

#include "columns.h"
#include "sharers.h"

/* More processes than these are counted, not named. */
#define SHARERS_NAMED 4

/* A zombie waits to be waited for; who ended during the scan is no more. */
static void
append_end(GString *out, gsize start, ProcviewTask *task)
{
	char state = procview_task_has_details(task) ? procview_task_get_state(task) : '?';

	if (state != 'Z' && state != 'X')
		return;
	if (out->len > start)
		g_string_append_c(out, ' ');
	g_string_append(out, state == 'Z' ? "<defunct>" : "<ended>");
}

void
text_drop_trailing_blanks(GString *out, gsize start)
{
	while (out->len > start && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
}

/* As ps(1) has it: what has no command line is named in brackets. */
void
text_append_command(GString *out, const struct row *row, const struct view *view)
{
	ProcviewTask *leader = procview_process_get_leader(row->process);
	const char *comm = procview_task_get_comm(leader);
	guint n = procview_process_get_n_arguments(row->process);
	const char *argument = n > 0 ? procview_process_get_argument(row->process, 0) : NULL;
	gsize start = out->len;

	/* Somebody may have given it a million. */
	for (guint i = 0; i < n; i++) {
		if (i > 0)
			g_string_append_c(out, ' ');
		view_append_name(view, out, argument);
		argument += strlen(argument) + 1;
	}
	/* A process that renames itself leaves empty arguments behind the name. */
	text_drop_trailing_blanks(out, start);
	if (out->len == start && comm != NULL) {
		g_string_append_c(out, '[');
		view_append_name(view, out, comm);
		g_string_append_c(out, ']');
	}
	append_end(out, start, leader);
}

void
text_append_thread(GString *out, const struct row *row, const struct view *view)
{
	const char *comm = procview_task_get_comm(row->task);
	gsize start = out->len;

	g_string_append_c(out, '{');
	if (comm != NULL)
		view_append_name(view, out, comm);
	g_string_append_c(out, '}');
	append_end(out, start, row->task);
}

static guint
count_tasks_of(ProcviewFdTable *table, ProcviewProcess *process)
{
	guint n = procview_fd_table_get_n_tasks(table);
	guint count = 0;

	for (guint i = 0; i < n; i++)
		count += procview_task_get_process(procview_fd_table_get_task(table, i)) == process;
	return count;
}

/* Which of the process's threads have the table. */
static void
append_threads(GString *out, const struct row *row, const struct view *view)
{
	guint n_here = count_tasks_of(row->table, row->process);
	guint n_threads = procview_process_get_n_tasks(row->process);
	ProcviewTask *task = row->task;

	if (n_here == 1 && n_threads > 1) {
		g_string_append_printf(out, ", thread %d", procview_task_get_tid(task));
		if (procview_task_get_comm(task) != NULL) {
			g_string_append_c(out, ' ');
			text_append_thread(out, row, view);
		}
	} else if (n_here < n_threads) {
		g_string_append_printf(out, ", %u of %u threads", n_here, n_threads);
	} else if (n_here > 1) {
		g_string_append_printf(out, ", %u threads", n_here);
	}
}

static void
append_other_processes(GString *out, const struct row *row)
{
	ProcviewProcess *process;
	guint others = 0;
	guint at = 0;

	while ((process = sharers_next(row->table, &at)) != NULL) {
		if (process == row->process)
			continue;
		if (others++ < SHARERS_NAMED)
			g_string_append_printf(out, "%s%d", others == 1 ? ", shared with " : ", ",
					       procview_process_get_pid(process));
	}
	if (others > SHARERS_NAMED)
		g_string_append_printf(out, " and %u more", others - SHARERS_NAMED);
}

const char *
text_before_need(const char *needs)
{
	if (g_str_has_prefix(needs, "CAP_"))
		return "";
	return g_str_has_prefix(needs, "RLIMIT_") ? "a higher " : "a lower ";
}

gboolean
text_is_assumed(ProcviewFdTable *table)
{
	return procview_fd_table_get_proof(table) == PROCVIEW_PROOF_ASSUMED &&
	       procview_fd_table_get_n_tasks(table) > 1;
}

static void
append_what_is_missing(GString *out, ProcviewFdTable *table)
{
	ProcviewStatus status = procview_fd_table_get_status(table);
	ProcviewReason reason = procview_fd_table_get_reason(table);
	const char *needs = procview_fd_table_get_needs(table);

	if (status == PROCVIEW_STATUS_OK)
		return;
	g_string_append_printf(out, ": %s", procview_status_to_string(status));
	if (reason != PROCVIEW_REASON_NONE && reason != PROCVIEW_REASON_DENIED)
		g_string_append_printf(out, " (%s)", procview_reason_to_string(reason));
	if (needs != NULL)
		g_string_append_printf(out, ", %s%s would show it", text_before_need(needs), needs);
}

void
text_append_table(GString *out, const struct row *row, const struct view *view)
{
	ProcviewProcess *head = selection_find_head(view->selection, row->table);

	g_string_append_printf(out, "table #%u", procview_fd_table_get_id(row->table));
	if (head != row->process) {
		g_string_append_printf(out, " of process %d", procview_process_get_pid(head));
		return;
	}
	append_threads(out, row, view);
	append_other_processes(out, row);
	if (text_is_assumed(row->table))
		g_string_append(out, ", assumed");
	append_what_is_missing(out, row->table);
}
