/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Each at a number of its own, and with values that are the same wherever this is run.
 */
#include "record-details.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

static int
must(int result, const char *what)
{
	if (result < 0)
		g_error("%s: %s", what, g_strerror(errno));
	return result;
}

#define MUST(call) must((call), #call)

static void
put_at(int fd, int wanted)
{
	MUST(dup2(MUST(fd), wanted));
	close(fd);
}

static void
open_plain(void)
{
	const struct itimerspec timer = {.it_interval = {5, 0}, .it_value = {1000, 0}};
	struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 0x1122334455667788};
	sigset_t signals;
	int ends[2];

	MUST(pipe(ends));
	put_at(ends[0], 10);
	put_at(ends[1], 11);
	MUST(fcntl(11, F_SETPIPE_SZ, 8192));
	g_assert_cmpint(write(11, "12345", 5), ==, 5);
	put_at(eventfd(7, EFD_SEMAPHORE), 12);
	put_at(epoll_create1(0), 13);
	/* Registered by a number that leads elsewhere now. */
	MUST(dup2(10, 20));
	MUST(epoll_ctl(13, EPOLL_CTL_ADD, 20, &event));
	MUST(close(20));
	put_at(timerfd_create(CLOCK_BOOTTIME, 0), 14);
	MUST(timerfd_settime(14, 0, &timer, NULL));
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	put_at(signalfd(-1, &signals, 0), 15);
	put_at(inotify_init1(0), 16);
	MUST(inotify_add_watch(16, "/home/w", IN_CREATE | IN_EXCL_UNLINK));
	put_at(memfd_create("detail of a memfd", MFD_ALLOW_SEALING), 17);
	MUST(fcntl(17, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
	put_at(syscall(SYS_pidfd_open, getpid(), 0), 18);
}

static void
open_locked(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_start = 10, .l_len = 5};

	put_at(open("/home/w/posix", O_RDWR | O_CREAT, 0600), 21);
	MUST(fcntl(21, F_SETLK, &lock));
	put_at(open("/home/w/ofd", O_RDWR | O_CREAT, 0600), 22);
	lock.l_type = F_RDLCK;
	lock.l_len = 0;
	MUST(fcntl(22, F_OFD_SETLK, &lock));
	put_at(open("/home/w/flock", O_RDWR | O_CREAT, 0600), 23);
	MUST(flock(23, LOCK_EX));
	put_at(open("/home/w/lease", O_RDONLY | O_CREAT, 0600), 24);
	MUST(fcntl(24, F_SETLEASE, F_RDLCK));
}

static void
bring_loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	MUST(ioctl(30, SIOCSIFFLAGS, &request));
}

static void
open_inet(void)
{
	struct sockaddr_in name = {
		.sin_family = AF_INET,
		.sin_port = htons(5001),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr_in6 name6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(5002),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};

	put_at(socket(AF_INET, SOCK_STREAM, 0), 30);
	bring_loopback_up();
	MUST(bind(30, (struct sockaddr *)&name, sizeof(name)));
	MUST(listen(30, 7));
	put_at(socket(AF_INET, SOCK_STREAM, 0), 31);
	MUST(connect(31, (struct sockaddr *)&name, sizeof(name)));
	put_at(accept(30, NULL, NULL), 32);
	g_assert_cmpint(write(31, "0123456789", 10), ==, 10);
	put_at(socket(AF_INET6, SOCK_DGRAM, 0), 33);
	MUST(bind(33, (struct sockaddr *)&name6, sizeof(name6)));
}

static void
open_netlink(void)
{
	struct sockaddr_nl name = {.nl_family = AF_NETLINK, .nl_pid = 4711, .nl_groups = 5};

	put_at(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), 34);
	MUST(bind(34, (struct sockaddr *)&name, sizeof(name)));
}

/* Two files, one of which is closed here. */
static void
send_files(int fd)
{
	int files[] = {open("/home/w/sent", O_RDWR | O_CREAT, 0600), 12};
	char control[CMSG_SPACE(sizeof(files))] = {0};
	char bytes[] = "abc";
	struct iovec data = {bytes, 3};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(files));
	memcpy(CMSG_DATA(header), files, sizeof(files));
	g_assert_cmpint(sendmsg(fd, &message, 0), ==, 3);
	close(files[0]);
}

static void
open_unix(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/home/w/listener"};
	struct sockaddr_un abstract = {.sun_family = AF_UNIX, .sun_path = "\0abstract\0name"};
	int ends[2];

	put_at(socket(AF_UNIX, SOCK_STREAM, 0), 40);
	MUST(bind(40, (struct sockaddr *)&name, sizeof(name)));
	MUST(listen(40, 5));
	put_at(socket(AF_UNIX, SOCK_STREAM, 0), 41);
	MUST(connect(41, (struct sockaddr *)&name, sizeof(name)));
	put_at(socket(AF_UNIX, SOCK_DGRAM, 0), 42);
	MUST(bind(42, (struct sockaddr *)&abstract, sizeof(sa_family_t) + 14));
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	put_at(ends[0], 43);
	put_at(ends[1], 44);
	send_files(43);
	MUST(shutdown(44, SHUT_WR));
}

static void
open_ring(void)
{
	struct io_uring_params params = {0};
	int files[] = {-1, open("/home/w/fixed", O_RDONLY | O_CREAT, 0600)};

	put_at(syscall(SYS_io_uring_setup, 4, &params), 50);
	MUST(syscall(SYS_io_uring_register, 50, IORING_REGISTER_FILES, files, 2));
	close(files[1]);
}

void
open_detailed_files(void)
{
	MUST(unshare(CLONE_NEWNET));
	open_plain();
	open_locked();
	open_inet();
	open_netlink();
	open_unix();
	open_ring();
}
