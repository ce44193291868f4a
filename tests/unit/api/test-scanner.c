/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The scanner object: what it refuses, how it is stopped and followed. It looks at the test itself
 * only, which needs no privilege.
 */
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/private.h"

static ProcviewScanner *
open_scanner(void)
{
	g_autoptr(GError) error = NULL;
	ProcviewScanner *scanner = procview_scanner_new(&error);

	g_assert_no_error(error);
	g_assert_nonnull(scanner);
	return scanner;
}

static ProcviewQuery *
about_myself(void)
{
	ProcviewQuery *query = procview_query_new();

	procview_query_add_pid(query, getpid());
	return query;
}

static void
test_words(void)
{
	g_assert_cmpstr(procview_get_version_string(), ==, PROCVIEW_VERSION_STRING);
	g_assert_true(PROCVIEW_CHECK_VERSION(0, 1, 0));
	g_assert_cmpstr(procview_kind_to_string(PROCVIEW_KIND_BPF_MAP), ==, "bpf-map");
	g_assert_cmpstr(procview_kind_to_string(PROCVIEW_KIND_ANON_INODE), ==, "anon-inode");
	g_assert_cmpstr(procview_kind_to_string(1000), ==, "unknown");
	g_assert_cmpstr(procview_status_to_string(PROCVIEW_STATUS_GONE), ==, "gone");
	g_assert_cmpstr(procview_reason_to_string(PROCVIEW_REASON_EXITED), ==, "exited");
	g_assert_cmpstr(procview_proof_to_string(PROCVIEW_PROOF_KCMP), ==, "kcmp");
	g_assert_cmpstr(g_quark_to_string(PROCVIEW_ERROR), ==, "procview-error-quark");
}

static void
test_query(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();

	g_assert_cmpint(procview_query_get_collect(query), ==, PROCVIEW_COLLECT_ALL);
	procview_query_set_collect(query, PROCVIEW_COLLECT_PATHS | 1 << 20);
	g_assert_cmpint(procview_query_get_collect(query), ==,
			PROCVIEW_COLLECT_PATHS | PROCVIEW_COLLECT_DESCRIPTORS |
				PROCVIEW_COLLECT_TABLES);
	procview_query_set_collect(query, PROCVIEW_COLLECT_NOTHING);
	g_assert_cmpint(procview_query_get_collect(query), ==, PROCVIEW_COLLECT_NOTHING);
}

static void
test_invalid(void)
{
	g_autoptr(ProcviewScanner) scanner = open_scanner();
	static const int pids[] = {0, -1, G_MININT};

	for (guint i = 0; i < G_N_ELEMENTS(pids); i++) {
		g_autoptr(ProcviewQuery) query = about_myself();
		g_autoptr(GError) error = NULL;

		procview_query_add_pid(query, pids[i]);
		g_assert_null(procview_scanner_scan(scanner, query, &error));
		g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_INVALID_ARGUMENT);
	}
}

static void
test_no_such_backend(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(procview_scanner_new_with_backend(4, &error));
	g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_INVALID_ARGUMENT);
}

/* A flag that this release does not know may forbid what it would do. */
static void
test_no_such_flag(void)
{
	static const guint flags[] = {8, 15, 1U << 31, G_MAXUINT};

	for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, flags[i], &error));
		g_assert_error(error, PROCVIEW_ERROR, PROCVIEW_ERROR_INVALID_ARGUMENT);
	}
}

/* Whatever it may not see, it sees itself. */
static void
test_own_view(void)
{
	for (guint i = PROCVIEW_BACKEND_AUTO; i <= PROCVIEW_BACKEND_BPF; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ProcviewScanner) scanner = NULL;
		g_autoptr(ProcviewQuery) query = about_myself();
		g_autoptr(ProcviewSnapshot) snapshot = NULL;
		ProcviewTask *task;

		scanner = procview_scanner_new_full(i, PROCVIEW_SCANNER_OWN_VIEW, &error);
		if (scanner == NULL) {
			g_assert_cmpuint(i, !=, PROCVIEW_BACKEND_AUTO);
			g_assert_true(error->domain == PROCVIEW_ERROR);
			g_assert_true(error->code == PROCVIEW_ERROR_NOT_SUPPORTED ||
				      error->code == PROCVIEW_ERROR_PERMISSION);
			continue;
		}
		snapshot = procview_scanner_scan(scanner, query, &error);
		g_assert_no_error(error);
		task = procview_snapshot_find_task(snapshot, getpid());
		g_assert_nonnull(task);
		g_assert_cmpint(procview_fd_table_get_status(procview_task_get_fd_table(task)), ==,
				PROCVIEW_STATUS_OK);
	}
}

/* Without its own programs for them, details are what they are without BPF: here, of ourselves. */
static void
test_tables_only(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewQuery) query = about_myself();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewFdTable *table;
	ProcviewFile *file;
	ProcviewSocket *socket;
	guint64 count = 0;
	int family = 0;
	int event = eventfd(5, EFD_CLOEXEC);
	int pair[2];

	g_assert_cmpint(event, >=, 0);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
	scanner = procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_TABLES_ONLY,
					    &error);
	g_assert_no_error(error);
	procview_query_set_collect(query, PROCVIEW_COLLECT_EVERYTHING);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	table = procview_task_get_fd_table(procview_snapshot_find_task(snapshot, getpid()));
	file = procview_descriptor_get_file(procview_fd_table_find_descriptor(table, event));
	g_assert_true(procview_file_get_number(file, PROCVIEW_FACT_EVENTFD_COUNT, &count));
	g_assert_cmpuint(count, ==, 5);
	file = procview_descriptor_get_file(procview_fd_table_find_descriptor(table, pair[0]));
	socket = procview_file_get_socket(file);
	g_assert_nonnull(socket);
	g_assert_true(procview_socket_get_family(socket, &family));
	g_assert_cmpint(family, ==, AF_UNIX);
	g_assert_cmpuint(procview_socket_get_peer_inode(socket), !=, 0);
	g_assert_cmpuint(procview_snapshot_get_n_fs_contexts(snapshot), >, 0);
	close(event);
	close(pair[0]);
	close(pair[1]);
}

static void
test_made_by_gobject(void)
{
	g_autoptr(ProcviewScanner) scanner = g_object_new(PROCVIEW_TYPE_SCANNER, NULL);
	g_autoptr(ProcviewQuery) query = about_myself();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	g_assert_nonnull(procview_snapshot_find_process(snapshot, getpid()));
}

static void
test_cancelled_before(void)
{
	g_autoptr(ProcviewScanner) scanner = open_scanner();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;

	g_cancellable_cancel(cancellable);
	g_assert_null(procview_scanner_scan_full(scanner, NULL, cancellable, NULL, NULL, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
cancel(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	g_cancellable_cancel(user_data);
}

static void
test_cancelled_meanwhile(void)
{
	g_autoptr(ProcviewScanner) scanner = open_scanner();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(ProcviewQuery) query = about_myself();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(procview_scanner_scan_full(scanner, NULL, cancellable, cancel, cancellable,
						 &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_clear_error(&error);
	/* The scanner is not the worse for it. */
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
}

typedef struct {
	ProcviewScanner *scanner;
	GError *error;
	guint n_calls;
} Nested;

static void
scan_again(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Nested *nested = user_data;

	g_assert_cmpint(step, <=, PROCVIEW_STEP_FILES);
	nested->n_calls++;
	if (nested->error == NULL)
		g_assert_null(procview_scanner_scan(nested->scanner, NULL, &nested->error));
}

static void
test_busy(void)
{
	g_autoptr(ProcviewScanner) scanner = open_scanner();
	g_autoptr(ProcviewQuery) query = about_myself();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	Nested nested = {scanner, NULL, 0};

	snapshot = procview_scanner_scan_full(scanner, query, NULL, scan_again, &nested, &error);
	g_assert_no_error(error);
	g_assert_nonnull(snapshot);
	/* One call a step, and one each twentieth of a second. */
	g_assert_cmpuint(nested.n_calls, >, 0);
	g_assert_cmpuint(nested.n_calls, <=,
			 3 + procview_snapshot_get_duration_ns(snapshot) / 50000000);
	g_assert_error(nested.error, PROCVIEW_ERROR, PROCVIEW_ERROR_BUSY);
	g_clear_error(&nested.error);
}

static void
test_revalidate(void)
{
	g_autoptr(ProcviewScanner) scanner = open_scanner();
	g_autoptr(ProcviewScanner) other = open_scanner();
	g_autoptr(ProcviewQuery) query = about_myself();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) revalidation = NULL;
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	ProcviewFdTable *table;

	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	table = procview_task_get_fd_table(procview_snapshot_find_task(snapshot, getpid()));
	g_assert_nonnull(table);
	revalidation = procview_scanner_revalidate(other, table, cancellable, &error);
	g_assert_no_error(error);
	g_assert_true(procview_revalidation_get_fd_table(revalidation) == table);
	g_assert_cmpuint(procview_revalidation_get_n_tasks(revalidation), ==,
			 procview_fd_table_get_n_tasks(table));

	g_cancellable_cancel(cancellable);
	g_assert_null(procview_scanner_revalidate(other, table, cancellable, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
send_descriptor(int to, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec data = {.iov_base = (char *)"x", .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	*(int *)CMSG_DATA(header) = fd;
	g_assert_cmpint(sendmsg(to, &message, 0), ==, 1);
}

/* How many files of ours no descriptor leads to, as such a scanner sees it. */
static guint
count_holdings(ProcviewScannerFlags flags, guint *n_descriptors)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewQuery) query = about_myself();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewScanner) scanner =
		procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, flags, &error);

	g_assert_no_error(error);
	procview_query_set_collect(query, PROCVIEW_COLLECT_HOLDINGS);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	*n_descriptors = procview_fd_table_get_n_descriptors(
		procview_task_get_fd_table(procview_snapshot_find_task(snapshot, getpid())));
	return procview_snapshot_get_n_holdings(snapshot);
}

/* However it looks: it sees no less than a scanner that was opened with everything. */
static void
test_once(void)
{
	guint n_usual, n_once;
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
	g_assert_cmpuint(count_holdings(PROCVIEW_SCANNER_ONCE, &n_once), ==, 0);
	g_assert_cmpuint(n_once, >=, 2);
	send_descriptor(pair[0], STDERR_FILENO);
	g_assert_cmpuint(count_holdings(PROCVIEW_SCANNER_ONCE, &n_once), ==,
			 count_holdings(PROCVIEW_SCANNER_NONE, &n_usual));
	close(pair[0]);
	close(pair[1]);
}

/* What is open altogether takes no capability any more; what waits takes those for opening. */
static void
test_rights_once(void)
{
	ProcviewScannerFlags flags = PROCVIEW_SCANNER_ONCE | PROCVIEW_SCANNER_TABLES_ONLY;
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner =
		procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, flags, &error);
	g_autoptr(ProcviewQuery) query = about_myself();

	g_assert_no_error(error);
	for (guint i = 0; i < 3; i++) {
		g_autoptr(ProcviewRights) rights = procview_scanner_dup_rights(scanner, &error);
		g_autoptr(ProcviewSnapshot) snapshot = NULL;
		gboolean open;

		g_assert_no_error(error);
		open = g_str_equal(procview_rights_get_backend_name(rights, PROCVIEW_STEP_FILES),
				   "bpf");
		if (open)
			g_assert_null(procview_rights_get_uses(rights)[0]);
		/* The later ones are of all, which more is worth opening for. */
		snapshot = procview_scanner_scan(scanner, i == 0 ? query : NULL, &error);
		g_assert_no_error(error);
		if (open)
			g_assert_cmpstr(
				procview_snapshot_get_backend_name(snapshot, PROCVIEW_STEP_FILES),
				==, "bpf");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/api/scanner/words", test_words);
	g_test_add_func("/api/scanner/query", test_query);
	g_test_add_func("/api/scanner/invalid", test_invalid);
	g_test_add_func("/api/scanner/no-such-backend", test_no_such_backend);
	g_test_add_func("/api/scanner/no-such-flag", test_no_such_flag);
	g_test_add_func("/api/scanner/own-view", test_own_view);
	g_test_add_func("/api/scanner/tables-only", test_tables_only);
	g_test_add_func("/api/scanner/once", test_once);
	g_test_add_func("/api/scanner/rights-once", test_rights_once);
	g_test_add_func("/api/scanner/made-by-gobject", test_made_by_gobject);
	g_test_add_func("/api/scanner/cancelled-before", test_cancelled_before);
	g_test_add_func("/api/scanner/cancelled-meanwhile", test_cancelled_meanwhile);
	g_test_add_func("/api/scanner/busy", test_busy);
	g_test_add_func("/api/scanner/revalidate", test_revalidate);
	return g_test_run();
}
