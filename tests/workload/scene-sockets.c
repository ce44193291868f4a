/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One process with a socket of every sort, and processes that are each other's other end.
 */
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "scenes.h"
#include "sockets.h"

static void
say_subject(struct work *w)
{
	pid_t self = getpid();

	work_say_process(w);
	work_say_table(w, &self, 1);
}

/* The directory becomes the user's, since some names are made in it. */
static void
become(struct work *w, uid_t uid)
{
	pid_t driver = getppid();

	if (chown(w->dir, uid, uid) < 0 || setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		work_fail_errno(w, "setresuid");
	/* Changing credentials forgets that wish, and forbids others of the user to look. */
	work_follow_to_death(driver);
	prctl(PR_SET_DUMPABLE, 1);
}

static void
sockets_main(struct work *w, void *arg)
{
	uid_t uid = work_param(w, "UID", geteuid());

	(void)arg;
	/* Low numbers are for what is opened and closed on the way. */
	work_set_limit(w, 1024);
	if (uid != geteuid())
		become(w, uid);
	say_subject(w);
	sockets_tcp(w);
	sockets_udp(w);
	sockets_raw(w);
	sockets_unix(w);
	sockets_netlink(w);
	sockets_others(w);
	sockets_of_others(w);
	work_say_count(w, getpid(), sockets_count());
	work_arrive(w);
}

void
scene_sockets(struct work *w)
{
	work_spawn(w, sockets_main, NULL);
	work_await_arrivals(w, 1);
}

/* What two processes are connected by; the first of each pair is the parent's. */
enum {
	BY_TCP,
	BY_TCP6,
	BY_UDP,
	BY_STREAM,
	BY_DGRAM,
	BY_SEQPACKET,
	N_WAYS,
};

static const char *const ways[N_WAYS] = {
	"tcp-across",	      "tcp6-across",	   "udp-across",
	"unix-stream-across", "unix-dgram-across", "unix-seqpacket-across",
};

static int
udp_pair(int ends[2])
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	ends[0] = sockets_bound(AF_INET, SOCK_DGRAM, 0);
	ends[1] = sockets_connected_to(AF_INET, SOCK_DGRAM, 0, ends[0]);
	if (ends[1] < 0 || getsockname(ends[1], (struct sockaddr *)&address, &size) < 0)
		return -1;
	return connect(ends[0], (struct sockaddr *)&address, size);
}

static int
make_pair(int way, int ends[2])
{
	switch (way) {
	case BY_TCP:
		return sockets_pair(AF_INET, SOCK_STREAM, 0, ends);
	case BY_TCP6:
		return sockets_pair(AF_INET6, SOCK_STREAM, 0, ends);
	case BY_UDP:
		return udp_pair(ends);
	case BY_STREAM:
		return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
	case BY_DGRAM:
		return socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
	default:
		return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
	}
}

/* Of each pair, keeps the ends of one side, at numbers of that side. */
static void
keep_side(struct work *w, int (*pairs)[2], int side)
{
	unsigned n = 0;

	for (int way = 0; way < N_WAYS; way++) {
		if (pairs[way][0] < 0)
			continue;
		close(pairs[way][1 - side]);
		sockets_say_at(w, pairs[way][side], ways[way], &WORK_SOCKET);
		n++;
	}
	work_say_count(w, getpid(), n);
	work_arrive(w);
}

static void
peers_main(struct work *w, void *arg)
{
	static int pairs[N_WAYS][2];
	pid_t child;

	(void)arg;
	for (int way = 0; way < N_WAYS; way++) {
		if (make_pair(way, pairs[way]) < 0) {
			sockets_say_missing(w, ways[way]);
			pairs[way][0] = -1;
			continue;
		}
		for (int side = 0; side < 2; side++)
			pairs[way][side] = work_move(w, pairs[way][side], 50 + 10 * side + way);
	}
	child = work_fork(w);
	say_subject(w);
	keep_side(w, pairs, child == 0);
	for (int way = 0; child != 0 && way < N_WAYS; way++)
		if (pairs[way][0] >= 0)
			work_say(w, "pair=%d:%d,%d:%d", (int)getpid(), pairs[way][0], (int)child,
				 pairs[way][1]);
	work_arrive(w);
}

void
scene_socket_peers(struct work *w)
{
	work_spawn(w, peers_main, NULL);
	work_await_arrivals(w, 4);
}
