/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Is it said what could not be seen, in one line that reads well, and are those that ended during
 * the scan told from those that live?
 *
 * Neither can be made on demand, so this program brings its own tables and tasks, and the functions
 * of the library that report.c and text.c ask about them.
 */
#include "columns.h"
#include "message.h"
#include "report.h"
#include "text.h"

struct _ProcviewTask {
	ProcviewProcess *process;
	const char *comm;
	char state;
};

struct _ProcviewProcess {
	int pid;
	ProcviewTask leader;
	gboolean is_kernel_thread;
	const char *argument;
};

struct _ProcviewFdTable {
	ProcviewProcess *owner;
	ProcviewStatus status;
	ProcviewProof proof;
	const char *needs;
	guint n_tasks;
};

struct _ProcviewSnapshot {
	guint n;
	ProcviewFdTable *tables;
	gboolean hides;
};

static char *said;

void
message_print(const char *format, ...)
{
	va_list args;

	g_assert_null(said);
	va_start(args, format);
	said = g_strdup_vprintf(format, args);
	va_end(args);
}

guint
procview_snapshot_get_n_fd_tables(ProcviewSnapshot *snapshot)
{
	return snapshot->n;
}

ProcviewFdTable *
procview_snapshot_get_fd_table(ProcviewSnapshot *snapshot, guint i)
{
	return &snapshot->tables[i];
}

gboolean
procview_snapshot_has_hidden_processes(ProcviewSnapshot *snapshot)
{
	return snapshot->hides;
}

ProcviewStatus
procview_fd_table_get_status(ProcviewFdTable *table)
{
	return table->status;
}

ProcviewProof
procview_fd_table_get_proof(ProcviewFdTable *table)
{
	return table->proof;
}

const char *
procview_fd_table_get_needs(ProcviewFdTable *table)
{
	return table->needs;
}

ProcviewProcess *
procview_fd_table_get_owner(ProcviewFdTable *table)
{
	return table->owner;
}

guint
procview_fd_table_get_n_tasks(ProcviewFdTable *table)
{
	return table->n_tasks;
}

int
procview_process_get_pid(ProcviewProcess *process)
{
	return process->pid;
}

gboolean
procview_process_is_kernel_thread(ProcviewProcess *process)
{
	return process->is_kernel_thread;
}

ProcviewTask *
procview_process_get_leader(ProcviewProcess *process)
{
	return &process->leader;
}

guint
procview_process_get_n_arguments(ProcviewProcess *process)
{
	return process->argument != NULL;
}

const char *
procview_process_get_argument(ProcviewProcess *process, guint i)
{
	return process->argument;
}

const char *
procview_task_get_comm(ProcviewTask *task)
{
	return task->comm;
}

char
procview_task_get_state(ProcviewTask *task)
{
	return task->state;
}

gboolean
procview_task_has_details(ProcviewTask *task)
{
	return task->state != 0;
}

/* What text.c and report.c would have of their neighbours, and these tests do not reach. */
gboolean
columns_have(const GPtrArray *columns, const char *name)
{
	return FALSE;
}

enum role
selection_get_role(const struct selection *selection, ProcviewProcess *process)
{
	return ROLE_MATCHED;
}

gboolean
selection_could_match(const struct selection *selection, ProcviewProcess *process)
{
	return TRUE;
}

ProcviewProcess *
selection_find_head(const struct selection *selection, ProcviewFdTable *table)
{
	return table->owner;
}

#define PTRACE "CAP_SYS_PTRACE"

static ProcviewProcess first = {.pid = 5};
static ProcviewProcess second = {.pid = 6};
static ProcviewProcess kernel = {.pid = 2, .is_kernel_thread = TRUE};

static const ProcviewFdTable whole = {&first, PROCVIEW_STATUS_OK, PROCVIEW_PROOF_KCMP, NULL, 4};
static const ProcviewFdTable denied = {&first, PROCVIEW_STATUS_DENIED, PROCVIEW_PROOF_ASSUMED,
				       PTRACE, 1};
static const ProcviewFdTable denied_threads = {&first, PROCVIEW_STATUS_DENIED,
					       PROCVIEW_PROOF_ASSUMED, PTRACE, 3};
static const ProcviewFdTable partial = {&second, PROCVIEW_STATUS_PARTIAL, PROCVIEW_PROOF_KCMP,
					PTRACE, 1};
static const ProcviewFdTable changed = {&second, PROCVIEW_STATUS_PARTIAL, PROCVIEW_PROOF_KCMP, NULL,
					1};
static const ProcviewFdTable gone = {&first, PROCVIEW_STATUS_GONE, PROCVIEW_PROOF_ASSUMED, NULL, 3};
static const ProcviewFdTable doubt = {&first, PROCVIEW_STATUS_OK, PROCVIEW_PROOF_ASSUMED, PTRACE,
				      3};
static const ProcviewFdTable doubt_second = {&second, PROCVIEW_STATUS_OK, PROCVIEW_PROOF_ASSUMED,
					     PTRACE, 2};
static const ProcviewFdTable doubt_kernel = {&kernel, PROCVIEW_STATUS_OK, PROCVIEW_PROOF_ASSUMED,
					     PTRACE, 9};

static void
check(const ProcviewFdTable *one, const ProcviewFdTable *other, const ProcviewFdTable *third,
      const char *expected)
{
	ProcviewFdTable tables[] = {*one, *other, *third};
	ProcviewSnapshot snapshot = {G_N_ELEMENTS(tables), tables, FALSE};
	struct scan scan = {.snapshot = &snapshot, .seeks_file = TRUE};

	report_unseen(&scan);
	g_assert_cmpstr(said, ==, expected);
	g_clear_pointer(&said, g_free);
}

static void
test_unread(void)
{
	check(&whole, &whole, &whole, NULL);
	check(&gone, &whole, &doubt_kernel, NULL);
	check(&denied, &whole, &gone,
	      "a descriptor table of process 5 could not be read; " PTRACE " would show it");
	check(&denied, &whole, &denied,
	      "2 descriptor tables could not be read; " PTRACE " would show them");
	check(&partial, &whole, &whole,
	      "a descriptor table of process 6 was read in part; " PTRACE " would show it");
	check(&denied, &partial, &denied,
	      "2 descriptor tables could not be read, a descriptor table of process 6 was read in "
	      "part; " PTRACE " would show them");
	check(&denied, &changed, &changed,
	      "a descriptor table of process 5 could not be read, 2 descriptor tables were read in "
	      "part");
}

static void
test_unproven(void)
{
	check(&doubt, &whole, &doubt_kernel,
	      "which threads share could not be proven for process 5; " PTRACE " would tell");
	check(&doubt, &doubt_second, &whole,
	      "which threads share could not be proven for 2 processes; " PTRACE " would tell");
	check(&denied_threads, &whole, &whole,
	      "a descriptor table of process 5 could not be read, and which of its threads share "
	      "it could not be proven; " PTRACE " would show it");
	check(&denied, &doubt_second, &denied,
	      "2 descriptor tables could not be read, and which threads share could not be proven "
	      "for process 6; " PTRACE " would show them");
}

static void
check_command(char state, const char *comm, const char *argument, const char *expected)
{
	ProcviewProcess process = {.leader = {.comm = comm, .state = state}, .argument = argument};
	struct row row = {.kind = ROW_PROCESS, .process = &process, .task = &process.leader};
	g_autoptr(GString) out = g_string_new(NULL);
	struct view view = {.utf8 = TRUE};

	text_append_command(out, &row, &view);
	g_assert_cmpstr(out->str, ==, expected);
}

static void
test_ended(void)
{
	ProcviewTask thread = {.comm = "worker", .state = 'X'};
	struct row row = {.kind = ROW_THREAD, .task = &thread};
	g_autoptr(GString) out = g_string_new(NULL);
	struct view view = {.utf8 = TRUE};

	check_command('S', "sleep", "sleep 9", "sleep 9");
	check_command('Z', "sleep", NULL, "[sleep] <defunct>");
	check_command('X', "sleep", NULL, "[sleep] <ended>");
	check_command('X', "sleep", "sleep 9", "sleep 9 <ended>");
	check_command('X', NULL, NULL, "<ended>");
	check_command(0, NULL, NULL, "");
	text_append_thread(out, &row, &view);
	g_assert_cmpstr(out->str, ==, "{worker} <ended>");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ptree/report/unread", test_unread);
	g_test_add_func("/ptree/report/unproven", test_unproven);
	g_test_add_func("/ptree/text/ended", test_ended);
	return g_test_run();
}
