/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Unix sockets: of all types, with names of all sorts, in all stages of a connection.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "sockets.h"

#define BACKLOG	     5
#define N_WAITING    2
#define N_SENDERS    3
#define UNREAD_BYTES 10

/* As many bytes as a name may have, without a NUL behind them. */
#define LONGEST                                                                                    \
	"0123456789012345678901234567890123456789012345678901"                                     \
	"23456789012345678901234567890123456789012345678901234567"

/* A name of n bytes, which may hold anything. */
static socklen_t
name(struct sockaddr_un *address, const char *bytes, size_t n)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address->sun_path, bytes, n);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

static int
bound_to(struct work *w, int type, const char *bytes, size_t n)
{
	struct sockaddr_un address;
	socklen_t size = name(&address, bytes, n);
	int fd = socket(AF_UNIX, type, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0)
		work_fail_errno(w, "bind of a unix socket");
	return fd;
}

static int
connected_to(struct work *w, int type, const char *bytes, size_t n)
{
	struct sockaddr_un address;
	socklen_t size = name(&address, bytes, n);
	int fd = socket(AF_UNIX, type, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, size) < 0)
		work_fail_errno(w, "connect of a unix socket");
	return fd;
}

static void
pairs(struct work *w)
{
	static const struct {
		int type;
		const char *name;
		const char *unread;
	} kinds[] = {
		{SOCK_STREAM, "unix-stream", "unix-stream-unread"},
		{SOCK_DGRAM, "unix-dgram", "unix-dgram-unread"},
		{SOCK_SEQPACKET, "unix-seqpacket", "unix-seqpacket-unread"},
	};
	struct work_socket known = WORK_SOCKET;
	int ends[2];

	for (unsigned i = 0; i < 3; i++) {
		if (socketpair(AF_UNIX, kinds[i].type, 0, ends) < 0)
			work_fail_errno(w, "socketpair");
		sockets_write(w, ends[0], UNREAD_BYTES);
		known.receive_queue = 0;
		ends[0] = sockets_say(w, ends[0], kinds[i].name, &known);
		known.receive_queue = UNREAD_BYTES;
		ends[1] = sockets_say(w, ends[1], kinds[i].unread, &known);
		sockets_say_pair(w, ends[0], ends[1]);
	}
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || shutdown(ends[0], SHUT_WR) < 0)
		work_fail_errno(w, "socketpair");
	known = WORK_SOCKET;
	known.shutdown = 2;
	ends[0] = sockets_say(w, ends[0], "unix-half-closed", &known);
	known.shutdown = 1;
	ends[1] = sockets_say(w, ends[1], "unix-half-closed", &known);
	sockets_say_pair(w, ends[0], ends[1]);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		work_fail_errno(w, "socketpair");
	close(ends[1]);
	known.shutdown = 3;
	sockets_say(w, ends[0], "unix-orphan", &known);
}

/* A listener with one connection that was accepted, and some that were not. */
static void
listeners(struct work *w, int type, const char *bytes, size_t n, const char *variant)
{
	struct work_socket known = WORK_SOCKET;
	int listener = bound_to(w, type, bytes, n);
	int ends[2];

	if (listen(listener, BACKLOG) < 0)
		work_fail_errno(w, variant);
	ends[0] = connected_to(w, type, bytes, n);
	ends[1] = accept(listener, NULL, NULL);
	ends[0] = sockets_say(w, ends[0], "unix-client", NULL);
	ends[1] = sockets_say(w, ends[1], "unix-accepted", NULL);
	sockets_say_pair(w, ends[0], ends[1]);
	known.backlog = BACKLOG;
	known.receive_queue = N_WAITING;
	for (unsigned i = 0; i < N_WAITING; i++) {
		int client = connected_to(w, type, bytes, n);

		/* The listener is told of when all wait at it. */
		if (i == N_WAITING - 1)
			listener = sockets_say(w, listener, variant, &known);
		else
			ends[0] = client;
		ends[1] = client;
	}
	for (unsigned i = 0; i < N_WAITING; i++) {
		ends[i] = sockets_say(w, ends[i], "unix-waiting", NULL);
		sockets_say_waiting(w, ends[i], listener);
	}
}

static void
receiver_of_many(struct work *w, const char *bytes, size_t n)
{
	int receiver = sockets_say(w, bound_to(w, SOCK_DGRAM, bytes, n), "unix-receiver", NULL);

	for (unsigned i = 0; i < N_SENDERS; i++) {
		int sender = connected_to(w, SOCK_DGRAM, bytes, n);

		sender = sockets_say(w, sender, "unix-sender", NULL);
		sockets_say_sender(w, sender, receiver);
	}
}

/* Anybody on the machine may have an abstract name: these have the scene's own bytes in them. */
static void
abstract_names(struct work *w)
{
	char bytes[40];
	size_t n;

	n = (size_t)snprintf(bytes, sizeof(bytes), "%cprocview\n%c\xfe x %s", 0, 0,
			     strrchr(w->dir, '.'));
	/* It ends with a NUL, which is part of the name. */
	sockets_say(w, bound_to(w, SOCK_STREAM, bytes, n + 1), "unix-abstract-nuls", NULL);
	/* The same name once with, and once without the NUL behind it. */
	n = (size_t)snprintf(bytes, sizeof(bytes), "%cprocview-same%s", 0, strrchr(w->dir, '.'));
	sockets_say(w, bound_to(w, SOCK_STREAM, bytes, n), "unix-abstract", NULL);
	sockets_say(w, bound_to(w, SOCK_STREAM, bytes, n + 1), "unix-abstract-nul", NULL);
}

static void
names(struct work *w)
{
	int fd;

	sockets_say(w, socket(AF_UNIX, SOCK_STREAM, 0), "unix-unbound", NULL);
	sockets_say(w, bound_to(w, SOCK_STREAM, "plain", 5), "unix-bound", NULL);
	fd = bound_to(w, SOCK_STREAM, "gone", 4);
	if (unlink("gone") < 0)
		work_fail_errno(w, "unlink");
	sockets_say(w, fd, "unix-deleted", NULL);
	sockets_say(w, bound_to(w, SOCK_STREAM, LONGEST, 108), "unix-longest", NULL);
	sockets_say(w, bound_to(w, SOCK_DGRAM, " \t\"\\\x1b[1m\xff\xc3", 10), "unix-hostile", NULL);
	/* The kernel makes up an abstract name of its own. */
	sockets_say(w, bound_to(w, SOCK_STREAM, "", 0), "unix-autobound", NULL);
	abstract_names(w);
}

void
sockets_unix(struct work *w)
{
	char path[64];

	/* Names are told as they were bound: these do not begin with a directory. */
	if (chdir(w->dir) < 0)
		work_fail_errno(w, w->dir);
	pairs(w);
	names(w);
	listeners(w, SOCK_STREAM, "lis\nten er", 10, "unix-listening");
	snprintf(path, sizeof(path), "%s/seqpacket", w->dir);
	listeners(w, SOCK_SEQPACKET, path, strlen(path), "unix-seqpacket-listening");
	receiver_of_many(w, "receiver", 8);
}
