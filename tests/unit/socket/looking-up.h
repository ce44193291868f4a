/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sockets of the test's own process, looked up in the kernel's lists.
 */
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "socket/lists.h"
#include "socket/look-up.h"
#include "util/fd.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

typedef struct {
	PvArray sockets;
	PvStrings strings;
	PvWanted wanted;
} World;

static inline guint64
inode_of(int fd)
{
	struct stat st;

	g_assert_cmpint(fstat(fd, &st), ==, 0);
	return st.st_ino;
}

static inline void
world_init(World *world)
{
	memset(world, 0, sizeof(*world));
	pv_array_init(&world->sockets, sizeof(PvSocket));
	pv_strings_init(&world->strings);
}

static inline void
world_clear(World *world)
{
	pv_wanted_clear(&world->wanted);
	pv_array_clear(&world->sockets);
	pv_strings_clear(&world->strings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static inline void
want(World *world, int fd, int family)
{
	PvSocket *socket = pv_array_append(&world->sockets);

	socket->ino = inode_of(fd);
	if (family >= 0) {
		socket->family = (guint16)family;
		socket->known = PV_SOCKET_FAMILY;
	}
}

static inline const PvSocket *
found(const World *world, int fd)
{
	for (guint i = 0; i < world->sockets.n; i++) {
		const PvSocket *socket = pv_array_at(&world->sockets, PvSocket, i);

		if (socket->ino == inode_of(fd))
			return socket;
	}
	g_assert_not_reached();
}

static inline void
look_up(World *world)
{
	guint32 unsupported = 0;

	g_assert_true(pv_wanted_init(&world->wanted, &world->sockets, &world->strings));
	g_assert_cmpint(pv_socket_look_up(&world->wanted, pv_netns_of_thread(), &unsupported, NULL),
			==, 0);
}

static inline void
look_up_text(World *world)
{
	pv_autofd net_dir = pv_open_dir(AT_FDCWD, "/proc/thread-self/net");

	g_assert_cmpint(net_dir, >=, 0);
	g_assert_true(pv_wanted_init(&world->wanted, &world->sockets, &world->strings));
	g_assert_cmpint(pv_socket_look_up_text(&world->wanted, 0, net_dir, NULL), ==, 0);
}

static inline void
assert_cookie(const PvSocket *socket, int fd)
{
	guint64 cookie = 0;
	socklen_t length = sizeof(cookie);

	g_assert_cmpint(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length), ==, 0);
	g_assert_cmphex(socket->cookie, ==, cookie);
}

static inline void
assert_option(int fd, int option, guint expected)
{
	int value = -1;
	socklen_t length = sizeof(value);

	g_assert_cmpint(getsockopt(fd, SOL_SOCKET, option, &value, &length), ==, 0);
	g_assert_cmpint(value, ==, expected);
}

/* What every list says of a socket. */
static inline void
assert_nature(const PvSocket *socket, int fd)
{
	g_assert_cmphex(socket->known & (PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL),
			==, PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL);
	assert_option(fd, SO_DOMAIN, socket->family);
	assert_option(fd, SO_TYPE, socket->type);
	if (socket->family != AF_PACKET)
		assert_option(fd, SO_PROTOCOL, socket->protocol);
}

static inline int
new_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

typedef struct {
	int family;
	int protocol;
	gboolean text;
} Case;

/* Also a machine that knows inet6 may have no address of it. */
static inline gboolean
can_make(int family, int type, int protocol)
{
	const struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	pv_autofd fd = socket(family, type | SOCK_CLOEXEC, protocol);

	if (fd >= 0 && (family != AF_INET6 || type == SOCK_RAW ||
			bind(fd, (const struct sockaddr *)&in6, sizeof(in6)) == 0))
		return TRUE;
	g_test_skip("this machine, or this user, has no such sockets");
	return FALSE;
}
