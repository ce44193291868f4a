/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * TCP, UDP, UDP-Lite, raw and ICMP sockets, of IPv4 and IPv6.
 */
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sockets.h"

#define BACKLOG	     7
#define N_WAITING    3
#define UNREAD_BYTES 10

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* The name of a variant, which lives as long as it is used. */
static const char *
name_of(const char *protocol, const char *what)
{
	static char names[8][64];
	static unsigned next;
	char *name = names[next++ % 8];

	snprintf(name, sizeof(names[0]), "%s-%s", protocol, what);
	return name;
}

/* Bound, and with connections that nobody has accepted. */
static void
listeners(struct work *w, int family, int protocol, const char *prefix)
{
	struct work_socket known = WORK_SOCKET;
	int listener = sockets_listening(family, SOCK_STREAM, protocol, BACKLOG);
	int clients[N_WAITING];

	if (listener < 0) {
		sockets_say_missing(w, name_of(prefix, "listening"));
		return;
	}
	for (unsigned i = 0; i < N_WAITING; i++) {
		clients[i] = sockets_connected_to(family, SOCK_STREAM, protocol, listener);
		if (clients[i] < 0)
			work_fail_errno(w, "connect");
	}
	/* The last step of the handshake is not awaited by connect(2), but by that of SCTP. */
	if (protocol != IPPROTO_SCTP)
		sockets_await(w, listener, TCP_LISTEN, N_WAITING);
	known.backlog = BACKLOG;
	known.receive_queue = N_WAITING;
	listener = sockets_say(w, listener, name_of(prefix, "listening"), &known);
	for (unsigned i = 0; i < N_WAITING; i++) {
		clients[i] = sockets_say(w, clients[i], name_of(prefix, "waiting"), NULL);
		sockets_say_waiting(w, clients[i], listener);
	}
}

static void
connected(struct work *w, int family, int protocol, const char *prefix)
{
	struct work_socket known = WORK_SOCKET;
	int ends[2];

	if (sockets_pair(family, SOCK_STREAM, protocol, ends) < 0) {
		sockets_say_missing(w, name_of(prefix, "connected"));
		return;
	}
	sockets_write(w, ends[0], UNREAD_BYTES);
	sockets_await(w, ends[1], TCP_ESTABLISHED, UNREAD_BYTES);
	/* What the kernel counts for MPTCP is memory, and nobody can foretell how much. */
	known.receive_queue = protocol == IPPROTO_MPTCP ? -1 : 0;
	ends[0] = sockets_say(w, ends[0], name_of(prefix, "connected"), &known);
	known.receive_queue = protocol == IPPROTO_MPTCP ? -1 : UNREAD_BYTES;
	ends[1] = sockets_say(w, ends[1], name_of(prefix, "unread"), &known);
	sockets_say_pair(w, ends[0], ends[1]);
}

/* One side has said that it sends no more. */
static void
half_closed(struct work *w, int family, const char *prefix)
{
	int ends[2];

	if (sockets_pair(family, SOCK_STREAM, 0, ends) < 0) {
		sockets_say_missing(w, name_of(prefix, "fin-wait"));
		return;
	}
	if (shutdown(ends[0], SHUT_WR) < 0)
		work_fail_errno(w, "shutdown");
	sockets_await(w, ends[0], TCP_FIN_WAIT2, 0);
	sockets_await(w, ends[1], TCP_CLOSE_WAIT, 0);
	ends[0] = sockets_say(w, ends[0], name_of(prefix, "fin-wait"), NULL);
	ends[1] = sockets_say(w, ends[1], name_of(prefix, "close-wait"), NULL);
	sockets_say_pair(w, ends[0], ends[1]);
}

/* The same port, seen as IPv4 by one end and as IPv6 by the other. */
static void
mapped(struct work *w)
{
	int listener = socket(AF_INET6, SOCK_STREAM, 0);
	int client, server;

	if (listener < 0 || listen(listener, 1) < 0) {
		sockets_say_missing(w, "tcp6-mapped");
		return;
	}
	client = sockets_connected_to(AF_INET, SOCK_STREAM, 0, listener);
	server = client < 0 ? -1 : accept(listener, NULL, NULL);
	if (server < 0) {
		sockets_say_missing(w, "tcp6-mapped");
		return;
	}
	sockets_say(w, listener, "tcp6-any", NULL);
	client = sockets_say(w, client, "tcp-to-mapped", NULL);
	server = sockets_say(w, server, "tcp6-mapped", NULL);
	sockets_say_pair(w, client, server);
}

static void
bound_to_device(struct work *w)
{
	struct work_socket known = WORK_SOCKET;
	int fd = sockets_bound(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) < 0 ||
	    listen(fd, 1) < 0) {
		sockets_say_missing(w, "tcp-to-device");
		return;
	}
	known.interface = (int)if_nametoindex("lo");
	sockets_say(w, fd, "tcp-to-device", &known);
}

void
sockets_tcp(struct work *w)
{
	static const struct work_socket unnamed = {-1, -1, -1, -1, -1, -1, true};
	static const struct {
		int family;
		const char *prefix;
	} families[] = {{AF_INET, "tcp"}, {AF_INET6, "tcp6"}};

	for (unsigned i = 0; i < 2; i++) {
		const char *prefix = families[i].prefix;
		int family = families[i].family;
		int bound = sockets_bound(family, SOCK_STREAM, 0);

		if (bound < 0) {
			sockets_say_missing(w, prefix);
			continue;
		}
		sockets_say(w, bound, name_of(prefix, "bound"), NULL);
		sockets_say(w, socket(family, SOCK_STREAM, 0), name_of(prefix, "unbound"),
			    &unnamed);
		listeners(w, family, 0, prefix);
		connected(w, family, 0, prefix);
		half_closed(w, family, prefix);
	}
	mapped(w);
	bound_to_device(w);
	listeners(w, AF_INET, IPPROTO_MPTCP, "mptcp");
	connected(w, AF_INET, IPPROTO_MPTCP, "mptcp");
	listeners(w, AF_INET, IPPROTO_SCTP, "sctp");
}

/* Two that are connected with each other. */
static void
udp_pair(struct work *w, int family, int protocol, const char *prefix)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	int ends[2];

	ends[0] = sockets_bound(family, SOCK_DGRAM, protocol);
	ends[1] = ends[0] < 0 ? -1 : sockets_connected_to(family, SOCK_DGRAM, protocol, ends[0]);
	if (ends[1] < 0 || getsockname(ends[1], (struct sockaddr *)&address, &size) < 0 ||
	    connect(ends[0], (struct sockaddr *)&address, size) < 0) {
		sockets_say_missing(w, name_of(prefix, "connected"));
		return;
	}
	ends[0] = sockets_say(w, ends[0], name_of(prefix, "connected"), NULL);
	ends[1] = sockets_say(w, ends[1], name_of(prefix, "connected"), NULL);
	sockets_say_pair(w, ends[0], ends[1]);
}

/* One that listens to everybody, with something unread, and one that sends to it. */
static void
udp_receiver(struct work *w, int family, int protocol, const char *prefix)
{
	int receiver = sockets_bound(family, SOCK_DGRAM, protocol);
	int sender = receiver < 0 ? -1
				  : sockets_connected_to(family, SOCK_DGRAM, protocol, receiver);

	if (sender < 0) {
		sockets_say_missing(w, name_of(prefix, "receiver"));
		return;
	}
	sockets_write(w, sender, UNREAD_BYTES);
	receiver = sockets_say(w, receiver, name_of(prefix, "receiver"), NULL);
	sender = sockets_say(w, sender, name_of(prefix, "sender"), NULL);
	sockets_say_sender(w, sender, receiver);
}

void
sockets_udp(struct work *w)
{
	static const struct work_socket unnamed = {-1, -1, -1, -1, -1, -1, true};
	static const struct {
		int family;
		int protocol;
		const char *prefix;
	} kinds[] = {
		{AF_INET, IPPROTO_UDP, "udp"},
		{AF_INET6, IPPROTO_UDP, "udp6"},
		{AF_INET, IPPROTO_UDPLITE, "udplite"},
		{AF_INET6, IPPROTO_UDPLITE, "udplite6"},
	};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *prefix = kinds[i].prefix;
		int bound = sockets_bound(kinds[i].family, SOCK_DGRAM, kinds[i].protocol);

		if (bound < 0) {
			sockets_say_missing(w, prefix);
			continue;
		}
		sockets_say(w, bound, name_of(prefix, "bound"), NULL);
		sockets_say(w, socket(kinds[i].family, SOCK_DGRAM, kinds[i].protocol),
			    name_of(prefix, "unbound"), &unnamed);
		udp_pair(w, kinds[i].family, kinds[i].protocol, prefix);
		udp_receiver(w, kinds[i].family, kinds[i].protocol, prefix);
	}
}

void
sockets_raw(struct work *w)
{
	static const struct {
		int family;
		int type;
		int protocol;
		const char *name;
	} kinds[] = {
		{AF_INET, SOCK_RAW, IPPROTO_ICMP, "raw"},
		{AF_INET, SOCK_RAW, 253, "raw-experimental"},
		{AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, "raw6"},
		{AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "ping"},
		{AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, "ping6"},
	};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int fd = sockets_bound(kinds[i].family, kinds[i].type, kinds[i].protocol);

		if (fd < 0)
			sockets_say_missing(w, kinds[i].name);
		else
			sockets_say(w, fd, kinds[i].name, NULL);
	}
}
