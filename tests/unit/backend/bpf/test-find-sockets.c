/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has a port, in whatever network namespace; and that files are told to be in queues and rings.
 */
#include <linux/io_uring.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "finding-files.h"
#include "util/fd.h"

/* In a namespace of its own any may be taken. */
enum {
	LISTENING = 2049,
	DATAGRAM = 514,
	SIXTH = 6010,
	RAW = 253, /* a protocol, where others have a port */
	NOBODYS = 3,
};

static int
own_network(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	pv_autofd fd = -1;

	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	return ioctl(fd, SIOCSIFFLAGS, &request);
}

static int
open_port(int type, guint16 port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, type, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ? -1 : fd;
}

static gint32
listen_there(const char *path)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(SIXTH)};

	if (own_network() < 0 || open_port(SOCK_DGRAM, DATAGRAM) < 0 ||
	    listen(open_port(SOCK_STREAM, LISTENING), 1) < 0 || socket(AF_INET, SOCK_RAW, RAW) < 0)
		return -1;
	if (bind(socket(AF_INET6, SOCK_STREAM, 0), (const struct sockaddr *)&at, sizeof(at)) < 0)
		return errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL ? 0 : -1;
	return SIXTH;
}

/* Has the connection, and neither the listener nor its number. */
static gint32
connect_there(const char *path)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(LISTENING)};
	int fd, listener;

	if (own_network() < 0)
		return -1;
	listener = open_port(SOCK_STREAM, LISTENING);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (listen(listener, 1) < 0 || connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return -1;
	/* The other end would be reset together with the listener. */
	return accept(listener, NULL, NULL) < 0 ? -1 : close(listener);
}

/* Only the end that has the port as its peer's. */
static gint32
keep_remote_end(const char *path)
{
	int fd = 3;

	if (connect_there(path) < 0)
		return -1;
	for (; fd < 64; fd++) {
		struct sockaddr_in at;
		socklen_t length = sizeof(at);

		if (getsockname(fd, (struct sockaddr *)&at, &length) == 0 &&
		    at.sin_family == AF_INET && ntohs(at.sin_port) == LISTENING)
			close(fd);
	}
	return 0;
}

static void
test_ports(void)
{
	Child listener, remote;

	child_start(&listener, listen_there, NULL);
	child_start(&remote, keep_remote_end, NULL);
	g_assert_cmpint(listener.told, >=, 0);
	g_assert_cmpint(remote.told, ==, 0);
	g_assert_true(holds_port(LISTENING, listener.pid));
	g_assert_true(holds_port(LISTENING, remote.pid));
	g_assert_true(holds_port(DATAGRAM, listener.pid));
	if (listener.told == SIXTH)
		g_assert_true(holds_port(SIXTH, listener.pid));
		/* /proc does not tell which. */
#ifndef FIND_IN_PROC
	g_assert_false(holds_port(DATAGRAM, remote.pid));
	g_assert_false(holds_port(RAW, listener.pid));
	g_assert_false(holds_port(NOBODYS, listener.pid));
	/* The same number the other way round is another. */
	g_assert_false(holds_port(GUINT16_SWAP_LE_BE(LISTENING), listener.pid));
	g_assert_false(holds_port(GUINT16_SWAP_LE_BE(LISTENING), remote.pid));
#endif
	child_end(&remote);
	child_end(&listener);
}

static void
test_both(void)
{
	static const guint16 ports[] = {NOBODYS, DATAGRAM, LISTENING, DATAGRAM};
	static const guint64 inodes[] = {NO_INODE, NO_INODE - 1};
	const PvSought sought = {inodes, ports, NULL, G_N_ELEMENTS(inodes), G_N_ELEMENTS(ports),
				 0,	 TRUE};
	Child listener;

	child_start(&listener, listen_there, NULL);
	g_assert_true(holds(&sought, listener.pid));
	child_end(&listener);
}

/* A socket by its own inode, which has a number in sockfs. */
static gint32
have_socket(const char *path)
{
	struct stat st;

	return fstat(socket(AF_UNIX, SOCK_STREAM, 0), &st) < 0 ? -1 : (gint32)st.st_ino;
}

static void
test_socket_inode(void)
{
	Child child;

	child_start(&child, have_socket, NULL);
	g_assert_cmpint(child.told, >, 0);
	g_assert_true(holds_inode((guint64)child.told, FALSE, child.pid));
	child_end(&child);
}

static gint32
send_away(const char *path)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 'x';
	struct iovec text = {&byte, 1};
	struct msghdr message = {.msg_iov = &text,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int pair[2], fd = open(path, O_RDONLY);

	if (fd < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -1;
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(pair[0], &message, 0) != 1)
		return -1;
	return close(fd);
}

static gint32
make_ring(const char *path, gboolean registers)
{
	struct io_uring_params params = {0};
	int fd = open(path, O_RDONLY);
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0 || fd < 0)
		return -1;
	if (registers && syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &fd, 1) < 0)
		return -1;
	return close(fd);
}

static gint32
give_to_ring(const char *path)
{
	return make_ring(path, TRUE);
}

static gint32
have_empty_ring(const char *path)
{
	return make_ring(path, FALSE);
}

static gint32
have_empty_queue(const char *path)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
}

/* Whatever is sought. */
static void
check_concealed(Arrange arrange, gboolean expected)
{
	guint64 inode;
	g_autofree char *path = make_file("concealed", &inode);
	Child child;

	child_start(&child, arrange, path);
	if (child.told < 0) {
		g_test_message("could not be arranged");
	} else {
		g_assert_cmpint(holds_inode(NO_INODE, FALSE, child.pid), ==, expected);
		g_assert_cmpint(holds_port(NOBODYS, child.pid), ==, expected);
		g_assert_cmpint(holds_inode(inode, TRUE, child.pid), ==, expected);
	}
	child_end(&child);
}

static void
test_concealed(void)
{
	check_concealed(have_empty_queue, FALSE);
	check_concealed(send_away, TRUE);
	check_concealed(have_empty_ring, FALSE);
	check_concealed(give_to_ring, TRUE);
}

int
main(int argc, char **argv)
{
	finding_begin(&argc, &argv);
	g_test_add_func("/find-sockets/ports", test_ports);
	g_test_add_func("/find-sockets/both", test_both);
	g_test_add_func("/find-sockets/inode", test_socket_inode);
	g_test_add_func("/find-sockets/concealed", test_concealed);
	return finding_run();
}
