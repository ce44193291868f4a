/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Making sockets, and telling what they are.
 *
 * What is told comes from what the subject did, and from what the kernel tells the owner of a
 * socket: getsockname(2), getsockopt(2) and the like. No dump and no file of /proc/net is read.
 */
#pragma once

#include <stdint.h>
#include <sys/socket.h>

#include "work.h"

/* What the kernel does not tell of a socket by itself: -1 means that nothing is foretold. */
struct work_socket {
	int receive_queue; /* bytes unread; of a listener: connections that wait */
	int backlog;	   /* as it was asked for */
	int shutdown;	   /* 1: receive, 2: send */
	int interface;	   /* index */
	int uid;
	int64_t groups; /* netlink */
	bool unnamed;	/* it has no name or address, whatever getsockname(2) makes up */
};

#define WORK_SOCKET                                                                                \
	(struct work_socket)                                                                       \
	{                                                                                          \
		-1, -1, -1, -1, -1, -1, false                                                      \
	}

/* sockets.c */
/*
 * Moves a socket to the next number and tells all of it, with the name of the variant; returns the
 * number. A socket that was told of already is not moved.
 */
int sockets_say(struct work *w, int fd, const char *variant, const struct work_socket *known);
/* As it is, at its number. */
void sockets_say_at(struct work *w, int fd, const char *variant, const struct work_socket *known);
/* Two descriptors of this process that are each other's other end. */
void sockets_say_pair(struct work *w, int a, int b);
/* One that sends to another, which has no other end of its own. */
void sockets_say_sender(struct work *w, int sender, int receiver);
/* A connection that nobody has accepted, and where it waits. */
void sockets_say_waiting(struct work *w, int client, int listener);
/* A variant that this kernel, or its configuration, does not let us make. */
void sockets_say_missing(struct work *w, const char *variant);
unsigned sockets_count(void);
/* What of a family there is, bound to a loopback address and a port of the kernel's choice. */
int sockets_bound(int family, int type, int protocol);
int sockets_listening(int family, int type, int protocol, int backlog);
/* Connected to where another is bound; the family may be another one. */
int sockets_connected_to(int family, int type, int protocol, int other);
/* Both ends of a connection; the listener is closed. */
int sockets_pair(int family, int type, int protocol, int ends[2]);
/* Waits for what the kernel does behind a call: a state, and bytes unread or connections there. */
void sockets_await(struct work *w, int fd, int state, unsigned n);
void sockets_write(struct work *w, int fd, unsigned n_bytes);

/* Each makes some sockets of the calling process. */
void sockets_tcp(struct work *w);
void sockets_udp(struct work *w);
void sockets_raw(struct work *w);
void sockets_unix(struct work *w);
void sockets_netlink(struct work *w);
void sockets_others(struct work *w);
void sockets_of_others(struct work *w);
