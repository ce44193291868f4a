/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sockets in network namespaces other than that of the test: with the process that made them, with
 * one that has left, and with one that was never there.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "scenes.h"
#include "sockets.h"

/* A new network namespace has a loopback device that is down, and nobody may ping. */
static void
enter_new_namespace(struct work *w)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK};
	int fd, file;

	if (unshare(CLONE_NEWNET) < 0)
		work_fail_errno(w, "unshare(CLONE_NEWNET)");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		work_fail_errno(w, "lo");
	close(fd);
	file = open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY);
	if (file >= 0 && write(file, "0 65535", 7) < 0)
		work_say(w, "missing=ping_group_range:%s", strerror(errno));
	if (file >= 0)
		close(file);
}

static void
say_subject(struct work *w)
{
	pid_t self = getpid();

	work_say_process(w);
	work_say_table(w, &self, 1);
}

static void
arrive(struct work *w)
{
	work_say_count(w, getpid(), sockets_count());
	work_arrive(w);
}

/* All sorts of sockets, and nobody else in the namespace. */
static void
netns_main(struct work *w, void *arg)
{
	(void)arg;
	work_set_limit(w, 1024);
	enter_new_namespace(w);
	say_subject(w);
	sockets_tcp(w);
	sockets_udp(w);
	sockets_raw(w);
	sockets_unix(w);
	sockets_netlink(w);
	sockets_others(w);
	arrive(w);
}

void
scene_netns(struct work *w)
{
	work_spawn(w, netns_main, NULL);
	work_await_arrivals(w, 1);
}

/* The same address and port in two namespaces: pairs must not be mixed. */
static void
twin_main(struct work *w, void *arg)
{
	const struct sockaddr_in there = {
		.sin_family = AF_INET,
		.sin_port = htons(7),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = htons(8),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener, client, server;

	(void)arg;
	enter_new_namespace(w);
	say_subject(w);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	client = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (const struct sockaddr *)&there, sizeof(there)) < 0 ||
	    listen(listener, 1) < 0 ||
	    bind(client, (const struct sockaddr *)&here, sizeof(here)) < 0 ||
	    connect(client, (const struct sockaddr *)&there, sizeof(there)) < 0)
		work_fail_errno(w, "a twin");
	server = accept(listener, NULL, NULL);
	sockets_say(w, listener, "tcp-twin-listening", NULL);
	client = sockets_say(w, client, "tcp-twin", NULL);
	server = sockets_say(w, server, "tcp-twin", NULL);
	sockets_say_pair(w, client, server);
	arrive(w);
}

void
scene_netns_twins(struct work *w)
{
	work_spawn(w, twin_main, NULL);
	work_spawn(w, twin_main, NULL);
	work_await_arrivals(w, 2);
}

/*
 * Made in a namespace that nobody is in any more: its maker has gone back, and the sockets alone
 * keep it.
 */
static void
foreign_main(struct work *w, void *arg)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int bound, ends[2], datagram, local, of_unix, route;

	(void)arg;
	work_move(w, home, 10);
	enter_new_namespace(w);
	bound = sockets_listening(AF_INET6, SOCK_STREAM, 0, 3);
	if (sockets_pair(AF_INET, SOCK_STREAM, 0, ends) < 0)
		work_fail_errno(w, "a pair in another namespace");
	datagram = sockets_bound(AF_INET, SOCK_DGRAM, 0);
	of_unix = socket(AF_UNIX, SOCK_STREAM, 0);
	route = socket(AF_NETLINK, SOCK_RAW, 0);
	if (setns(10, CLONE_NEWNET) < 0)
		work_fail_errno(w, "setns");
	close(10);
	local = sockets_listening(AF_INET, SOCK_STREAM, 0, 3);
	say_subject(w);
	sockets_say(w, bound, "tcp6-foreign", NULL);
	ends[0] = sockets_say(w, ends[0], "tcp-foreign", NULL);
	ends[1] = sockets_say(w, ends[1], "tcp-foreign", NULL);
	sockets_say_pair(w, ends[0], ends[1]);
	sockets_say(w, datagram, "udp-foreign", NULL);
	sockets_say(w, of_unix, "unix-foreign", NULL);
	sockets_say(w, route, "netlink-foreign",
		    &(struct work_socket){-1, -1, -1, -1, -1, -1, true});
	sockets_say(w, local, "tcp-home", NULL);
	arrive(w);
}

void
scene_foreign_sockets(struct work *w)
{
	work_spawn(w, foreign_main, NULL);
	work_await_arrivals(w, 1);
}
