/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Many connected sockets, in some processes, because one may have only so many descriptors.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scenes.h"
#include "sockets.h"

static const struct work_file socket_file = {.kind = "socket"};

/* Both ends of n connections, one after the other. */
static void
connect_many(struct work *w, unsigned n)
{
	/* When the scene ends its ports are free at once. */
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	int listener = sockets_listening(AF_INET, SOCK_STREAM, 0, 16);

	for (unsigned i = 0; i < n; i++) {
		int client = sockets_connected_to(AF_INET, SOCK_STREAM, 0, listener);
		int server = client < 0 ? -1 : accept(listener, NULL, NULL);

		if (server < 0 ||
		    setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) < 0)
			work_fail_errno(w, "a connection");
	}
	close(listener);
}

static void
many_sockets_main(struct work *w, void *arg)
{
	unsigned n_processes = work_param(w, "P", 8);
	unsigned n_tcp = work_param(w, "TCP", 20000) / n_processes / 2;
	unsigned n_unix = work_param(w, "UNIX", 20000) / n_processes / 2;
	pid_t self = getpid();
	int ends[2];

	(void)arg;
	work_set_limit(w, 2 * (n_tcp + n_unix) + 16);
	/* The listener's number is free again when all is connected. */
	connect_many(w, n_tcp);
	for (unsigned i = 0; i < n_unix; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
			work_fail_errno(w, "socketpair");
	work_say_process(w);
	work_say_table(w, &self, 1);
	work_say_count(w, self, 2 * (n_tcp + n_unix));
	if (work_param(w, "TELL", 0) != 0)
		for (unsigned i = 0; i < 2 * (n_tcp + n_unix); i++)
			work_say_fd(w, self, (int)i, &socket_file);
	work_arrive(w);
}

void
scene_many_sockets(struct work *w)
{
	unsigned n_processes = work_param(w, "P", 8);

	if (n_processes == 0)
		work_fail(w, WORK_USAGE, "P");
	for (unsigned i = 0; i < n_processes; i++)
		work_spawn(w, many_sockets_main, NULL);
	work_await_arrivals(w, n_processes);
}
