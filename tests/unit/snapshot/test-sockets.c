/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sockets of this process, also such that belong to another network namespace, as a scan by each
 * of the readers that do not know them at once sees them.
 */
#include <arpa/inet.h>
#include <grp.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "snapshot/scanner.h"
#include "socket/look-up.h"
#include "util/fd.h"

#define NOBODY	  65534
#define NO_RIGHTS 77

typedef struct {
	GMutex mutex;
	GCond changed;
	gboolean ready;
	gboolean done;
	guint64 netns; /* 0: no rights to make one */
	int tcp;
	int local;
	int packet;
} Elsewhere;

static PvStore *
scan_process(guint backend, guint collect, gint32 pid)
{
	const PvScannerOptions options = {.backend = backend};
	g_autoptr(GError) error = NULL;
	PvScanner *scanner = pv_scanner_open(&options, &error);
	PvQuery *query = pv_query_new();
	PvStore *store;

	g_assert_no_error(error);
	pv_query_set_collect(query, collect);
	g_array_append_val(query->pids, pid);
	store = pv_scanner_scan(scanner, query, NULL, &error);
	g_assert_no_error(error);
	pv_query_unref(query);
	pv_scanner_close(scanner);
	return store;
}

static PvStore *
scan(guint backend, guint collect)
{
	return scan_process(backend, collect, getpid());
}

static guint64
inode_of(int fd)
{
	struct stat st;

	g_assert_cmpint(fstat(fd, &st), ==, 0);
	return st.st_ino;
}

static const PvSocket *
found(const PvStore *store, int fd)
{
	const PvSocket *socket = pv_details_find_socket(&store->details, inode_of(fd));

	g_assert_nonnull(socket);
	return socket;
}

static void
assert_nature(const PvSocket *socket, int family, int type, int protocol)
{
	if (family >= 0)
		g_assert_true(socket->known & PV_SOCKET_FAMILY);
	g_assert_cmpint(socket->family, ==, family);
	if (type >= 0) {
		g_assert_true(socket->known & PV_SOCKET_TYPE);
		g_assert_cmpint(socket->type, ==, type);
	}
	if (protocol >= 0) {
		g_assert_true(socket->known & PV_SOCKET_PROTOCOL);
		g_assert_cmpint(socket->protocol, ==, protocol);
	}
}

static int
listen_somewhere(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(listen(fd, 5), ==, 0);
	return fd;
}

static int
bind_local(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, "\0elsewhere", 10);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address,
			     G_STRUCT_OFFSET(struct sockaddr_un, sun_path) + 10),
			==, 0);
	return fd;
}

/* Makes sockets in a network namespace of its own, and stays there until it is told. */
static gpointer
go_elsewhere(gpointer data)
{
	Elsewhere *elsewhere = data;

	if (unshare(CLONE_NEWNET) == 0) {
		elsewhere->netns = pv_netns_of_thread();
		elsewhere->tcp = listen_somewhere();
		elsewhere->local = bind_local();
		elsewhere->packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(0x0806));
	}
	g_mutex_lock(&elsewhere->mutex);
	elsewhere->ready = TRUE;
	g_cond_broadcast(&elsewhere->changed);
	while (!elsewhere->done)
		g_cond_wait(&elsewhere->changed, &elsewhere->mutex);
	g_mutex_unlock(&elsewhere->mutex);
	return NULL;
}

static GThread *
elsewhere_start(Elsewhere *elsewhere)
{
	GThread *thread;

	memset(elsewhere, 0, sizeof(*elsewhere));
	elsewhere->tcp = elsewhere->local = elsewhere->packet = -1;
	g_mutex_init(&elsewhere->mutex);
	g_cond_init(&elsewhere->changed);
	thread = g_thread_new("elsewhere", go_elsewhere, elsewhere);
	g_mutex_lock(&elsewhere->mutex);
	while (!elsewhere->ready)
		g_cond_wait(&elsewhere->changed, &elsewhere->mutex);
	g_mutex_unlock(&elsewhere->mutex);
	return thread;
}

static void
elsewhere_leave(Elsewhere *elsewhere, GThread *thread)
{
	g_mutex_lock(&elsewhere->mutex);
	elsewhere->done = TRUE;
	g_cond_broadcast(&elsewhere->changed);
	g_mutex_unlock(&elsewhere->mutex);
	g_thread_join(thread);
}

static void
elsewhere_close(Elsewhere *elsewhere)
{
	pv_fd_close(&elsewhere->tcp);
	pv_fd_close(&elsewhere->local);
	pv_fd_close(&elsewhere->packet);
	g_mutex_clear(&elsewhere->mutex);
	g_cond_clear(&elsewhere->changed);
}

static void
assert_elsewhere(const PvStore *store, const Elsewhere *elsewhere)
{
	const PvSocket *tcp = found(store, elsewhere->tcp);
	const PvSocket *local = found(store, elsewhere->local);
	const PvSocket *packet = found(store, elsewhere->packet);

	assert_nature(tcp, AF_INET, SOCK_STREAM, IPPROTO_TCP);
	g_assert_cmpint(tcp->state, ==, TCP_LISTEN);
	g_assert_cmpuint(tcp->backlog, ==, 5);
	g_assert_cmpuint(tcp->local_port, !=, 0);
	g_assert_cmpuint(tcp->netns, ==, elsewhere->netns);
	assert_nature(local, AF_UNIX, SOCK_DGRAM, 0);
	g_assert_cmpmem(pv_store_string(store, local->name), local->name_len, "elsewhere", 9);
	g_assert_cmpuint(local->netns, ==, elsewhere->netns);
	assert_nature(packet, AF_PACKET, SOCK_RAW, 0x0806);
	g_assert_cmpuint(packet->netns, ==, elsewhere->netns);
}

/* Somebody is in the namespace. */
static void
test_elsewhere(gconstpointer data)
{
	guint backend = GPOINTER_TO_UINT(data);
	guint64 own = pv_netns_of_thread();
	Elsewhere elsewhere;
	GThread *thread = elsewhere_start(&elsewhere);
	PvStore *store = NULL;

	if (elsewhere.netns != 0)
		store = scan(backend, PV_COLLECT_SOCKETS);
	else
		g_test_skip("no rights to make a network namespace");
	elsewhere_leave(&elsewhere, thread);
	if (store != NULL) {
		assert_elsewhere(store, &elsewhere);
		pv_store_unref(store);
	}
	g_assert_cmpuint(pv_netns_of_thread(), ==, own);
	elsewhere_close(&elsewhere);
}

/* Nobody is: only the sockets keep it. */
static void
test_left(gconstpointer data)
{
	guint backend = GPOINTER_TO_UINT(data);
	Elsewhere elsewhere;
	PvStore *store;

	elsewhere_leave(&elsewhere, elsewhere_start(&elsewhere));
	if (elsewhere.netns == 0) {
		g_test_skip("no rights to make a network namespace");
		elsewhere_close(&elsewhere);
		return;
	}
	store = scan(backend, PV_COLLECT_SOCKETS);
	if (backend == PV_BACKEND_PIDFD) {
		assert_elsewhere(store, &elsewhere);
	} else {
		const PvSocket *tcp = found(store, elsewhere.tcp);

		assert_nature(tcp, AF_INET, SOCK_STREAM, IPPROTO_TCP);
		g_assert_false(tcp->known & (PV_SOCKET_STATE | PV_SOCKET_NETNS | PV_SOCKET_LOCAL));
	}
	pv_store_unref(store);
	elsewhere_close(&elsewhere);
}

/* In no list. */
static void
test_unbound(gconstpointer data)
{
	guint backend = GPOINTER_TO_UINT(data);
	gboolean copies = backend == PV_BACKEND_PIDFD;
	pv_autofd tcp = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pv_autofd netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_AUDIT);
	pv_autofd vsock = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pv_autofd raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_IGMP);
	PvStore *store = scan(backend, PV_COLLECT_SOCKETS);

	assert_nature(found(store, tcp), AF_INET6, SOCK_STREAM, IPPROTO_TCP);
	g_assert_false(found(store, tcp)->known & (PV_SOCKET_STATE | PV_SOCKET_LOCAL));
	if (netlink >= 0)
		assert_nature(found(store, netlink), AF_NETLINK, copies ? SOCK_DGRAM : -1,
			      copies ? NETLINK_AUDIT : -1);
	if (vsock >= 0)
		assert_nature(found(store, vsock), AF_VSOCK, copies ? SOCK_STREAM : -1, 0);
	if (raw >= 0)
		assert_nature(found(store, raw), AF_INET, SOCK_RAW, IPPROTO_IGMP);
	if (copies) {
		g_assert_cmpuint(found(store, tcp)->cookie, !=, 0);
		g_assert_cmpuint(found(store, tcp)->netns, ==, pv_netns_of_thread());
		if (netlink >= 0)
			g_assert_true(found(store, netlink)->known & PV_SOCKET_LOCAL);
	}
	pv_store_unref(store);
}

static void
test_peers(gconstpointer data)
{
	guint backend = GPOINTER_TO_UINT(data);
	PvStore *store;
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
	store = scan(backend, PV_COLLECT_SOCKETS);
	assert_nature(found(store, pair[0]), AF_UNIX, SOCK_SEQPACKET, 0);
	g_assert_cmpuint(found(store, pair[0])->peer_ino, ==, inode_of(pair[1]));
	g_assert_cmpuint(found(store, pair[1])->peer_ino, ==, inode_of(pair[0]));
	if (backend == PV_BACKEND_PIDFD)
		g_assert_cmpint(found(store, pair[0])->peer_pid, ==, getpid());
	pv_store_unref(store);
	close(pair[0]);
	close(pair[1]);
}

/* Somebody without any privilege made a namespace of his own. */
static void
be_elsewhere(int ready, int wait)
{
	guint64 inos[2];
	char byte;

	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		_exit(NO_RIGHTS);
	inos[0] = inode_of(listen_somewhere());
	inos[1] = inode_of(bind_local());
	g_assert_cmpint(write(ready, inos, sizeof(inos)), ==, sizeof(inos));
	_exit(read(wait, &byte, 1) != 0);
}

/* Who may not enter reads its files: there is no name of a NUL, and no backlog. */
static void
assert_read(const PvStore *store, const guint64 inos[2])
{
	const PvSocket *tcp = pv_details_find_socket(&store->details, inos[0]);
	const PvSocket *local = pv_details_find_socket(&store->details, inos[1]);

	g_assert_nonnull(tcp);
	g_assert_nonnull(local);
	assert_nature(tcp, AF_INET, SOCK_STREAM, IPPROTO_TCP);
	g_assert_cmpint(tcp->state, ==, TCP_LISTEN);
	g_assert_cmpuint(tcp->local_port, !=, 0);
	g_assert_false(tcp->known & PV_SOCKET_BACKLOG);
	g_assert_cmpuint(tcp->netns, !=, pv_netns_of_thread());
	g_assert_cmpuint(tcp->netns, !=, 0);
	assert_nature(local, AF_UNIX, SOCK_DGRAM, 0);
	g_assert_cmpmem(pv_store_string(store, local->name), local->name_len, "elsewhere", 9);
	g_assert_cmpuint(local->netns, ==, tcp->netns);
}

static int
look_as_nobody(guint backend)
{
	int ready[2], wait[2];
	guint64 inos[2];
	PvStore *store;
	int status = 0;
	pid_t pid;

	prctl(PR_SET_DUMPABLE, 1);
	g_assert_cmpint(pipe(ready), ==, 0);
	g_assert_cmpint(pipe(wait), ==, 0);
	pid = fork();
	if (pid == 0) {
		close(wait[1]);
		be_elsewhere(ready[1], wait[0]);
	}
	close(ready[1]);
	if (read(ready[0], inos, sizeof(inos)) != sizeof(inos)) {
		close(wait[1]);
		waitpid(pid, &status, 0);
		return WEXITSTATUS(status);
	}
	store = scan_process(backend, PV_COLLECT_SOCKETS, pid);
	assert_read(store, inos);
	pv_store_unref(store);
	close(wait[1]);
	waitpid(pid, &status, 0);
	return 0;
}

static void
test_nobody(gconstpointer data)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (getuid() == 0 &&
		    (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
		     setresuid(NOBODY, NOBODY, NOBODY) < 0))
			_exit(NO_RIGHTS);
		_exit(look_as_nobody(GPOINTER_TO_UINT(data)));
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_RIGHTS)
		g_test_skip("no rights to make a user namespace");
	else
		g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static void
test_not_asked(gconstpointer data)
{
	guint backend = GPOINTER_TO_UINT(data);
	pv_autofd fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	PvStore *store = scan(backend, PV_COLLECT_DESCRIPTORS | PV_COLLECT_DETAILS);

	g_assert_null(pv_details_find_socket(&store->details, inode_of(fd)));
	pv_store_unref(store);
}

static void
add(const char *name, GTestDataFunc function)
{
	g_autofree char *pidfd = g_strconcat("/snapshot/sockets/", name, "/pidfd", NULL);
	g_autofree char *procfs = g_strconcat("/snapshot/sockets/", name, "/procfs", NULL);

	g_test_add_data_func(pidfd, GUINT_TO_POINTER(PV_BACKEND_PIDFD), function);
	g_test_add_data_func(procfs, GUINT_TO_POINTER(PV_BACKEND_PROCFS), function);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("elsewhere", test_elsewhere);
	add("left", test_left);
	add("unbound", test_unbound);
	add("peers", test_peers);
	add("nobody", test_nobody);
	add("not-asked", test_not_asked);
	return g_test_run();
}
