/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has a file, or a port, without a scan of those who have not.
 *
 * What the library may do to find them, it does only for those who take one scan; everybody else
 * gets all processes.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pv-test.h"

#define MAX_INHERITED 64

/* A process that has what is open when it is started, and one that has not. */
typedef struct {
	int holder;
	int other;
	int fd;
	char *path;
	guint64 inode;
} Scene;

static int
start(int fd_to_close)
{
	int pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(fd_to_close);
	for (;;)
		pause();
}

/* On a machine that has just started numbers are low, and other file systems have the same. */
static gboolean
is_number_of_another(int fd, guint64 inode)
{
	struct stat st;

	for (int i = 0; i < MAX_INHERITED; i++) {
		if (i != fd && fstat(i, &st) == 0 && st.st_ino == inode)
			return TRUE;
	}
	return FALSE;
}

static void
make_file(Scene *scene)
{
	g_autoptr(GError) error = NULL;
	struct stat st;

	scene->fd = g_file_open_tmp("procview-narrow-XXXXXX", &scene->path, &error);
	g_assert_no_error(error);
	g_assert_cmpint(fstat(scene->fd, &st), ==, 0);
	scene->inode = st.st_ino;
}

static void
scene_start(Scene *scene)
{
	make_file(scene);
	while (is_number_of_another(scene->fd, scene->inode)) {
		g_autofree char *before = g_steal_pointer(&scene->path);
		int fd = scene->fd;

		make_file(scene);
		g_unlink(before);
		close(fd);
	}
	scene->holder = start(-1);
	scene->other = start(scene->fd);
	close(scene->fd);
	/* The other one has closed it when it is known to nobody but the holder. */
	for (;;) {
		g_autofree char *path = g_strdup_printf("/proc/%d/fd/%d", scene->other, scene->fd);

		if (access(path, F_OK) < 0)
			break;
		g_usleep(1000);
	}
}

static void
scene_end(Scene *scene)
{
	kill(scene->holder, SIGKILL);
	kill(scene->other, SIGKILL);
	waitpid(scene->holder, NULL, 0);
	waitpid(scene->other, NULL, 0);
	g_unlink(scene->path);
	g_free(scene->path);
}

static ProcviewSnapshot *
scan_once(ProcviewScannerFlags flags, ProcviewQuery *query)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner =
		procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, flags, &error);
	ProcviewSnapshot *snapshot;

	g_assert_no_error(error);
	procview_query_set_collect(query, PROCVIEW_COLLECT_DESCRIPTORS);
	snapshot = procview_scanner_scan(scanner, query, &error);
	g_assert_no_error(error);
	pv_test_assert_sane(snapshot);
	return snapshot;
}

static gboolean
has(ProcviewSnapshot *snapshot, int pid)
{
	return procview_snapshot_find_process(snapshot, pid) != NULL;
}

static void
inode(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	Scene scene;

	scene_start(&scene);
	procview_query_add_inode(query, scene.inode);
	snapshot = scan_once(PROCVIEW_SCANNER_ONCE, query);
	g_assert_true(has(snapshot, scene.holder));
	g_assert_false(has(snapshot, scene.other));
	g_assert_false(has(snapshot, getpid()));
	scene_end(&scene);
}

static void
family_of_holder(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	Scene scene;

	scene_start(&scene);
	procview_query_add_inode(query, scene.inode);
	procview_query_set_relatives(query, PROCVIEW_RELATIVES_FAMILY | PROCVIEW_RELATIVES_SHARERS);
	snapshot = scan_once(PROCVIEW_SCANNER_ONCE, query);
	g_assert_true(has(snapshot, scene.holder));
	g_assert_true(has(snapshot, getpid()));
	g_assert_false(has(snapshot, scene.other));
	scene_end(&scene);
}

/* A number beside is one more. */
static void
beside_some(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	Scene scene;

	scene_start(&scene);
	procview_query_add_inode(query, scene.inode);
	procview_query_add_pid(query, scene.other);
	snapshot = scan_once(PROCVIEW_SCANNER_ONCE, query);
	g_assert_true(has(snapshot, scene.holder));
	g_assert_true(has(snapshot, scene.other));
	g_assert_false(has(snapshot, getpid()));
	g_clear_pointer(&snapshot, procview_snapshot_unref);
	snapshot = scan_once(PROCVIEW_SCANNER_NONE, query);
	g_assert_true(has(snapshot, scene.holder));
	g_assert_true(has(snapshot, scene.other));
	g_assert_true(has(snapshot, getpid()));
	scene_end(&scene);
}

/* Once nobody has it any more. What cannot be looked into stays: nobody knows. */
static void
nobody(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	Scene scene;

	scene_start(&scene);
	procview_query_add_inode(query, scene.inode);
	g_assert_cmpint(kill(scene.holder, SIGKILL), ==, 0);
	g_assert_cmpint(waitid(P_PID, (id_t)scene.holder, NULL, WEXITED | WNOWAIT), ==, 0);
	snapshot = scan_once(PROCVIEW_SCANNER_ONCE, query);
	g_assert_false(has(snapshot, scene.holder));
	g_assert_false(has(snapshot, scene.other));
	g_assert_false(has(snapshot, getpid()));
	scene_end(&scene);
}

static void
not_for_once(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	Scene scene;

	scene_start(&scene);
	procview_query_add_inode(query, scene.inode);
	snapshot = scan_once(PROCVIEW_SCANNER_NONE, query);
	g_assert_true(has(snapshot, scene.holder));
	g_assert_true(has(snapshot, scene.other));
	g_assert_true(has(snapshot, getpid()));
	scene_end(&scene);
}

static guint16
listen_somewhere(int fd)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	socklen_t length = sizeof(address);

	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(listen(fd, 1), ==, 0);
	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
	return ntohs(address.sin_port);
}

static void
port(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	Scene scene;

	g_assert_cmpint(fd, >=, 0);
	procview_query_add_port(query, listen_somewhere(fd));
	scene_start(&scene);
	snapshot = scan_once(PROCVIEW_SCANNER_ONCE, query);
	/* All three have it. */
	g_assert_true(has(snapshot, scene.holder));
	g_assert_true(has(snapshot, scene.other));
	g_assert_true(has(snapshot, getpid()));
	scene_end(&scene);
	close(fd);
	scene_start(&scene);
	g_clear_pointer(&snapshot, procview_snapshot_unref);
	snapshot = scan_once(PROCVIEW_SCANNER_ONCE, query);
	g_assert_false(has(snapshot, scene.other));
	g_assert_false(has(snapshot, getpid()));
	scene_end(&scene);
}

/* Who leaves what he has open to a child, and ends; the child waits for the end of the pipe. */
typedef struct {
	int holder; /* 0: has ended */
	int heir;   /* 0: is not there yet */
	int orders[2];
	int told[2];
} Succession;

static void
succession_run(const Succession *succession)
{
	char byte;
	int self;

	close(succession->orders[1]);
	if (read(succession->orders[0], &byte, 1) != 1 || fork() != 0)
		_exit(0);
	self = getpid();
	if (write(succession->told[1], &self, sizeof(self)) != sizeof(self))
		_exit(1);
	while (read(succession->orders[0], &byte, 1) > 0)
		;
	_exit(0);
}

static guint64
succession_start(Succession *succession)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("procview-narrow-XXXXXX", &path, &error);
	struct stat st;

	g_assert_no_error(error);
	g_assert_cmpint(fstat(fd, &st), ==, 0);
	g_assert_cmpint(pipe(succession->orders), ==, 0);
	g_assert_cmpint(pipe(succession->told), ==, 0);
	succession->heir = 0;
	succession->holder = fork();
	g_assert_cmpint(succession->holder, >=, 0);
	if (succession->holder == 0)
		succession_run(succession);
	close(fd);
	g_unlink(path);
	return st.st_ino;
}

/* When the holders are known, and nobody has been scanned. */
static void
succeed(ProcviewStep step, guint done, guint total, gpointer user_data)
{
	Succession *succession = user_data;

	if (succession->holder == 0)
		return;
	g_assert_cmpint(write(succession->orders[1], "x", 1), ==, 1);
	g_assert_cmpint(read(succession->told[0], &succession->heir, sizeof(succession->heir)), ==,
			sizeof(succession->heir));
	g_assert_cmpint(waitpid(succession->holder, NULL, 0), ==, succession->holder);
	succession->holder = 0;
}

static void
succession_end(Succession *succession)
{
	close(succession->orders[0]);
	close(succession->orders[1]);
	close(succession->told[0]);
	close(succession->told[1]);
}

static void
heir_of_holder(void)
{
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;
	Succession succession;

	procview_query_add_inode(query, succession_start(&succession));
	procview_query_set_collect(query, PROCVIEW_COLLECT_DESCRIPTORS);
	scanner = procview_scanner_new_full(PROCVIEW_BACKEND_AUTO, PROCVIEW_SCANNER_ONCE, &error);
	g_assert_no_error(error);
	snapshot = procview_scanner_scan_full(scanner, query, NULL, succeed, &succession, &error);
	g_assert_no_error(error);
	g_assert_cmpint(succession.holder, ==, 0);
	g_assert_true(has(snapshot, succession.heir));
	succession_end(&succession);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_root();
	pv_test_require_kcmp();
	pv_test_require_bpf();
	g_test_add_func("/narrow/inode", inode);
	g_test_add_func("/narrow/family-of-holder", family_of_holder);
	g_test_add_func("/narrow/beside-some", beside_some);
	g_test_add_func("/narrow/nobody", nobody);
	g_test_add_func("/narrow/not-for-once", not_for_once);
	g_test_add_func("/narrow/port", port);
	g_test_add_func("/narrow/heir-of-holder", heir_of_holder);
	return g_test_run();
}
