/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A thread sends from memory that nobody fills, and holds the lock of its socket all the while. No
 * list may wait for it. (getsockname would: that is tried as well, to know that the lock is held.)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backend/pidfd/look-socket.h"
#include "core/store.h"
#include "socket/look-up.h"
#include "util/fd.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#define PAGE	    4096
#define PATIENCE_US (20 * 1000)

typedef struct {
	int socket;
	const char *page;
	int flags;
	int done;
} Sender;

static gpointer
send_page(gpointer data)
{
	Sender *sender = data;
	gssize n = send(sender->socket, sender->page, 100, sender->flags);

	g_atomic_int_set(&sender->done, 1);
	return GINT_TO_POINTER((int)n);
}

static gpointer
ask_for_name(gpointer data)
{
	Sender *asker = data;
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	getsockname(asker->socket, (struct sockaddr *)&address, &length);
	g_atomic_int_set(&asker->done, 1);
	return NULL;
}

/* A descriptor that holds back the page, -1: not here. */
static int
hold_back(char *page)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {
		.range = {(guintptr)page, PAGE},
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd >= 0 && ioctl(fd, UFFDIO_API, &api) == 0 && ioctl(fd, UFFDIO_REGISTER, &range) == 0)
		return fd;
	pv_fd_close(&fd);
	return -1;
}

static guint64
inode_of(int fd)
{
	struct stat st;

	g_assert_cmpint(fstat(fd, &st), ==, 0);
	return st.st_ino;
}

static void
look_up_one(int fd)
{
	guint32 unsupported = 0;
	PvStore *store = pv_store_new();
	PvSocketLooker looker = {0};
	PvWanted wanted;
	const PvSocket *found;

	/* As the pidfd backend looks at a copy. */
	g_assert_true(pv_look_at_socket(&looker, fd, inode_of(fd), 0, store));
	g_assert_true(pv_wanted_init(&wanted, &store->details.sockets, &store->strings));
	g_assert_cmpint(pv_socket_look_up(&wanted, 0, &unsupported, NULL), ==, 0);
	found = pv_array_at(&store->details.sockets, PvSocket, 0);
	g_assert_true(found->known & PV_SOCKET_STATE);
	pv_wanted_clear(&wanted);
	pv_store_unref(store);
}

static void
look_at_sending(int fd, int flags)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int uffd = hold_back(page);
	Sender sender = {fd, page, flags, 0};
	Sender asker = {.socket = fd};
	GThread *threads[2];

	if (uffd < 0) {
		g_test_skip("no userfaultfd for this user");
		munmap(page, PAGE);
		return;
	}
	threads[0] = g_thread_new("sender", send_page, &sender);
	g_usleep(PATIENCE_US);
	g_assert_cmpint(g_atomic_int_get(&sender.done), ==, 0);
	threads[1] = g_thread_new("asker", ask_for_name, &asker);
	g_usleep(PATIENCE_US);
	look_up_one(fd);
	g_assert_cmpint(g_atomic_int_get(&sender.done), ==, 0);
	g_test_message("getsockname %s",
		       g_atomic_int_get(&asker.done) ? "answers" : "waits for the lock");
	/* Now the page is as empty as any. */
	close(uffd);
	g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(threads[0])), ==, 100);
	g_thread_join(threads[1]);
	munmap(page, PAGE);
}

static void
test_stream(gconstpointer data)
{
	int protocol = GPOINTER_TO_INT(data);
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	pv_autofd listener = socket(AF_INET, SOCK_STREAM, protocol);
	pv_autofd client = socket(AF_INET, SOCK_STREAM, protocol);

	if (listener < 0) {
		g_test_skip("this kernel has no such sockets");
		return;
	}
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
	g_assert_cmpint(getsockname(listener, (struct sockaddr *)&address, &length), ==, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&address, length), ==, 0);
	look_at_sending(client, 0);
}

static void
test_datagram(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
	pv_autofd fd = socket(AF_INET, SOCK_DGRAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	look_at_sending(fd, MSG_MORE);
}

static void
test_unix(void)
{
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
	look_at_sending(pair[0], 0);
	close(pair[0]);
	close(pair[1]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/socket/held-lock/tcp", GINT_TO_POINTER(IPPROTO_TCP), test_stream);
	g_test_add_data_func("/socket/held-lock/mptcp", GINT_TO_POINTER(IPPROTO_MPTCP),
			     test_stream);
	g_test_add_func("/socket/held-lock/udp", test_datagram);
	g_test_add_func("/socket/held-lock/unix", test_unix);
	return g_test_run();
}
