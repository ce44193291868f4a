/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What record.c wrote, and what all its internet sockets have in common.
 */
#pragma once

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/detail.h"

static inline char *
recorded_load(const char *name, gsize *n)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "tests", "data", "sockets", name, NULL);
	g_autoptr(GError) error = NULL;
	char *bytes = NULL;

	g_file_get_contents(path, &bytes, n, &error);
	g_assert_no_error(error);
	return bytes;
}

static inline void
recorded_assert_loopback(const PvSocket *socket, guint family, guint protocol)
{
	static const guint8 in[4] = {127, 0, 0, 1};
	const struct in6_addr in6 = IN6ADDR_LOOPBACK_INIT;
	gconstpointer expected = family == AF_INET ? (gconstpointer)in : (gconstpointer)&in6;
	gsize n = family == AF_INET ? 4 : 16;

	g_assert_cmpuint(socket->family, ==, family);
	g_assert_cmpuint(socket->type, ==, protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM);
	g_assert_cmpuint(socket->protocol, ==, protocol);
	g_assert_cmpmem(socket->local, n, expected, n);
	g_assert_cmpmem(socket->remote, n, expected, n);
	g_assert_cmphex(~socket->known & (PV_SOCKET_LOCAL | PV_SOCKET_REMOTE | PV_SOCKET_STATE |
					  PV_SOCKET_UID | PV_SOCKET_QUEUES),
			==, 0);
	g_assert_cmpuint(socket->ino, !=, 0);
}
