/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does a row say of its process, its thread and its descriptor table?
 */
#include "columns.h"
#include "glance.h"
#include "text.h"
#include "usage.h"
#include "users.h"

static void
append_number(GString *out, guint64 number)
{
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, number);
}

/* A descriptor may be in the table of another thread than the first, and still is the process's. */
static ProcviewTask *
get_subject(const struct row *row)
{
	return row->kind == ROW_THREAD ? row->task : procview_process_get_leader(row->process);
}

/* As top(1) has it: the row of a thread has the thread's number here. */
static void
append_pid(GString *out, const struct row *row, const struct view *view)
{
	if (row->kind == ROW_THREAD)
		append_number(out, (guint64)procview_task_get_tid(row->task));
	else if (view_tells_process(view, row))
		append_number(out, (guint64)procview_process_get_pid(row->process));
}

static void
append_tgid(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_process(view, row) || row->kind == ROW_THREAD)
		append_number(out, (guint64)procview_process_get_pid(row->process));
}

static void
append_ppid(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_process(view, row))
		append_number(out, (guint64)procview_process_get_ppid(row->process));
}

static void
append_pgid(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_process(view, row))
		append_number(out, (guint64)procview_process_get_pgid(row->process));
}

static void
append_sid(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_process(view, row))
		append_number(out, (guint64)procview_process_get_sid(row->process));
}

static void
append_nspid(GString *out, const struct row *row, const struct view *view)
{
	ProcviewTask *task = get_subject(row);
	guint n = procview_task_get_n_ns_tids(task);

	if (n > 0 && (view_tells_process(view, row) || row->kind == ROW_THREAD))
		append_number(out, (guint64)procview_task_get_ns_tid(task, n - 1));
}

static void
append_user_of(GString *out, guint uid, const struct view *view)
{
	if (view->options->numeric)
		append_number(out, uid);
	else
		view_append_name(view, out, users_get_name(view->users, uid));
}

static void
append_user(GString *out, const struct row *row, const struct view *view)
{
	guint of_process = procview_task_get_euid(procview_process_get_leader(row->process));
	ProcviewTask *task = get_subject(row);
	guint uid = procview_task_get_euid(task);

	if (!procview_task_has_details(task))
		return;
	if (view_tells_process(view, row) || (row->kind == ROW_THREAD && uid != of_process))
		append_user_of(out, uid, view);
}

static void
append_ruser(GString *out, const struct row *row, const struct view *view)
{
	ProcviewTask *task = get_subject(row);

	if (view_tells_process(view, row) && procview_task_has_details(task))
		append_user_of(out, procview_task_get_uid(task), view);
}

static void
append_gid(GString *out, const struct row *row, const struct view *view)
{
	ProcviewTask *task = get_subject(row);

	if (view_tells_process(view, row) && procview_task_has_details(task))
		append_number(out, procview_task_get_egid(task));
}

static void
append_state(GString *out, const struct row *row, const struct view *view)
{
	ProcviewTask *task = get_subject(row);

	if (!view_tells_process(view, row) && row->kind != ROW_THREAD)
		return;
	if (procview_task_has_details(task))
		g_string_append_c(out, procview_task_get_state(task));
}

static void
append_start(GString *out, const struct row *row, const struct view *view)
{
	ProcviewTask *task = get_subject(row);
	guint64 ns = procview_task_get_start_time_ns(task);

	if (!view_tells_process(view, row) && row->kind != ROW_THREAD)
		return;
	if (procview_task_has_details(task))
		g_string_append_printf(out, "%" G_GUINT64_FORMAT ".%02u",
				       ns / G_GUINT64_CONSTANT(1000000000),
				       (guint)(ns / 10000000 % 100));
}

static void
append_comm(GString *out, const struct row *row, const struct view *view)
{
	const char *comm = procview_task_get_comm(get_subject(row));

	if (comm != NULL && (view_tells_process(view, row) || row->kind == ROW_THREAD))
		view_append_name(view, out, comm);
}

static void
append_exe(GString *out, const struct row *row, const struct view *view)
{
	const char *exe = procview_process_get_exe(row->process);

	if (exe != NULL && view_tells_process(view, row))
		view_append_name(view, out, exe);
}

static void
append_cwd(GString *out, const struct row *row, const struct view *view)
{
	const char *cwd = procview_process_get_cwd(row->process);

	if (cwd != NULL && view_tells_process(view, row))
		view_append_name(view, out, cwd);
}

static void
append_root(GString *out, const struct row *row, const struct view *view)
{
	const char *root = procview_process_get_root(row->process);

	if (root != NULL && view_tells_process(view, row))
		view_append_name(view, out, root);
}

static void
append_known(GString *out, const struct row *row, const struct view *view, guint64 number)
{
	if (number != 0 && view_tells_process(view, row))
		append_number(out, number);
}

static void
append_cgroup(GString *out, const struct row *row, const struct view *view)
{
	append_known(out, row, view, procview_process_get_cgroup_id(row->process));
}

#define APPEND_NAMESPACE(name, TYPE)                                                               \
	static void append_##name(GString *out, const struct row *row, const struct view *view)    \
	{                                                                                          \
		append_known(                                                                      \
			out, row, view,                                                            \
			procview_process_get_namespace(row->process, PROCVIEW_NAMESPACE_##TYPE));  \
	}

APPEND_NAMESPACE(cgroupns, CGROUP)
APPEND_NAMESPACE(ipcns, IPC)
APPEND_NAMESPACE(mntns, MNT)
APPEND_NAMESPACE(netns, NET)
APPEND_NAMESPACE(pidns, PID)
APPEND_NAMESPACE(timens, TIME)
APPEND_NAMESPACE(userns, USER)
APPEND_NAMESPACE(utsns, UTS)

static void
append_threads(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_process(view, row))
		append_number(out, procview_process_get_n_tasks(row->process));
}

static void
append_fds(GString *out, const struct row *row, const struct view *view)
{
	guint count;

	if (!view_tells_table(view, row))
		return;
	if (procview_fd_table_get_open_count(row->table, &count))
		append_number(out, count);
	else
		g_string_append_c(out, '?');
	/* Where there are colours, they say it. */
	if (!view->raw && !view->terminal->shows_colors && usage_get_level(row, view) != USAGE_LOW)
		g_string_append_c(out, '!');
}

static void
append_limit(GString *out, const struct row *row, const struct view *view)
{
	guint64 soft;

	/* What has no table cannot open anything, and what is of the kernel never does. */
	if (!view_tells_process(view, row) || (row->table == NULL && !view->raw) ||
	    procview_process_is_kernel_thread(row->process) ||
	    !procview_process_get_fd_limit(row->process, &soft, NULL))
		return;
	if (view->raw && soft != G_MAXUINT64)
		append_number(out, soft);
	else
		usage_append_short(out, soft);
}

static void
append_percent(GString *out, const struct row *row, const struct view *view)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	double percent;

	/* Programs, and who sorts by it, tell 5 of 20000 from 7; they want a point in any locale. */
	if (usage_get_percent(row, view, &percent))
		g_string_append(out, g_ascii_formatd(text, sizeof(text),
						     view->raw ? "%.4f" : "%.1f", percent));
}

/* Those that not the first, but other threads of the process have. */
static void
append_more_tables(GString *out, const struct row *row)
{
	guint n = glance_count_more(row->process, row->table);

	if (n > 0)
		g_string_append_printf(out, "+%u", n);
}

static void
append_table(GString *out, const struct row *row, const struct view *view)
{
	gboolean tells = view_tells_table(view, row) || row->kind == ROW_THREAD;

	if (row->table == NULL || !tells || (row->kind == ROW_TABLE && !view->flat))
		return;
	if (view->tells_shared && !glance_is_told(row, view))
		return;
	if (!view->raw)
		g_string_append_c(out, '#');
	append_number(out, procview_fd_table_get_id(row->table));
	if (!view->raw && text_is_assumed(row->table))
		g_string_append_c(out, '?');
	if (view->tells_shared && row->kind == ROW_PROCESS)
		append_more_tables(out, row);
}

static void
append_sharers(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_table(view, row))
		append_number(out, procview_fd_table_get_n_tasks(row->table));
}

static void
append_status(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_table(view, row))
		g_string_append(
			out, procview_status_to_string(procview_fd_table_get_status(row->table)));
}

static void
append_needs(GString *out, const struct row *row, const struct view *view)
{
	const char *needs = row->table != NULL ? procview_fd_table_get_needs(row->table) : NULL;

	if (needs != NULL && view_tells_table(view, row))
		g_string_append(out, needs);
}

static void
append_proof(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_table(view, row))
		g_string_append(out,
				procview_proof_to_string(procview_fd_table_get_proof(row->table)));
}

static void
append_command(GString *out, const struct row *row, const struct view *view)
{
	if (view_tells_process(view, row) && row->kind != ROW_THREAD)
		text_append_command(out, row, view);
	else if (row->kind == ROW_THREAD)
		text_append_thread(out, row, view);
	else if (row->kind == ROW_TABLE)
		text_append_table(out, row, view);
	else if (row->kind == ROW_PLACE)
		text_append_place(out, row, view);
	else if (row->kind == ROW_HELD)
		text_append_held(out, row, view);
	else
		text_append_descriptor(out, row, view);
}

#define COMMANDS PROCVIEW_COLLECT_COMMANDS
#define LIMITS	 PROCVIEW_COLLECT_LIMITS
#define TABLES	 PROCVIEW_COLLECT_TABLES
#define CONTEXT	 PROCVIEW_COLLECT_CONTEXT
#define NOTHING	 PROCVIEW_COLLECT_NOTHING

#define RIGHT TRUE
#define LEFT  FALSE

/* clang-format off */
const struct column columns_of_processes[] = {
	{"PID", "process id; thread id in the row of a thread", RIGHT, NOTHING, append_pid},
	{"TGID", "process id, in the row of a thread too", RIGHT, NOTHING, append_tgid},
	{"PPID", "process id of the parent", RIGHT, NOTHING, append_ppid},
	{"PGID", "process group", RIGHT, NOTHING, append_pgid},
	{"SID", "session", RIGHT, NOTHING, append_sid},
	{"NSPID", "process or thread id in its own pid namespace", RIGHT, NOTHING, append_nspid},
	{"USER", "effective user", LEFT, NOTHING, append_user},
	{"RUSER", "real user", LEFT, NOTHING, append_ruser},
	{"GID", "effective group, by number", RIGHT, NOTHING, append_gid},
	{"STATE", "R running, S sleeping, D disk sleep, T stopped, Z zombie, I idle, X ended",
		LEFT, NOTHING, append_state},
	{"START", "when it started, in seconds since boot", RIGHT, NOTHING, append_start},
	{"COMM", "name of the process or thread", LEFT, NOTHING, append_comm},
	{"EXE", "the file it executes", LEFT, COMMANDS, append_exe},
	{"CWD", "its working directory", LEFT, CONTEXT, append_cwd},
	{"ROOT", "its root directory", LEFT, CONTEXT, append_root},
	{"CGROUP", "its cgroup, by inode number (version 2)", RIGHT, CONTEXT, append_cgroup},
	{"CGROUPNS", "cgroup namespace, by inode number", RIGHT, CONTEXT, append_cgroupns},
	{"IPCNS", "IPC namespace", RIGHT, CONTEXT, append_ipcns},
	{"MNTNS", "mount namespace", RIGHT, CONTEXT, append_mntns},
	{"NETNS", "network namespace", RIGHT, CONTEXT, append_netns},
	{"PIDNS", "pid namespace", RIGHT, CONTEXT, append_pidns},
	{"TIMENS", "time namespace", RIGHT, CONTEXT, append_timens},
	{"USERNS", "user namespace", RIGHT, CONTEXT, append_userns},
	{"UTSNS", "UTS namespace (name of the host)", RIGHT, CONTEXT, append_utsns},
	{"THR", "number of threads", RIGHT, NOTHING, append_threads},
	{"FDS", "open descriptors of the table; ? if they could not be counted",
		RIGHT, TABLES, append_fds},
	{"LIMIT", "how many descriptors it may have open (soft RLIMIT_NOFILE)",
		RIGHT, LIMITS, append_limit},
	{"FDS%", "open descriptors, as per cent of LIMIT", RIGHT, TABLES | LIMITS, append_percent},
	{"TABLE", "number of the descriptor table, in this output only; ? if sharing is assumed",
		RIGHT, TABLES, append_table},
	{"SHARERS", "tasks that have this descriptor table", RIGHT, TABLES, append_sharers},
	{"STATUS", "of the table: ok, partial, denied, gone", LEFT, TABLES, append_status},
	{"NEEDS", "what it would take to read the table", LEFT, TABLES, append_needs},
	{"PROOF", "how the sharing is known: kcmp, kernel, or assumed", LEFT, TABLES, append_proof},
	{"COMMAND", "command line; [name] where there is none; {name} of a thread",
		LEFT, COMMANDS, append_command},
	{NULL, NULL, LEFT, 0, NULL},
};
/* clang-format on */
