/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Sockets that do not leave the machine, compared with what getsockname says of them: by netlink,
 * and by the files of /proc/net.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

#include "looking-up.h"

/* A name with a NUL and a newline, in nobody's way. */
static socklen_t
abstract_name(struct sockaddr_un *address)
{
	int n;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	n = g_snprintf(address->sun_path + 1, 100, "procview-%d\n", getpid());
	memcpy(address->sun_path + 1 + n, "\0x", 2);
	return (socklen_t)(G_STRUCT_OFFSET(struct sockaddr_un, sun_path) + 1 + (gsize)n + 2);
}

static void
assert_name(const World *world, const PvSocket *record, const struct sockaddr_un *address,
	    socklen_t length)
{
	gsize n = length - G_STRUCT_OFFSET(struct sockaddr_un, sun_path) - 1;

	g_assert_true(record->known & PV_SOCKET_NAME);
	g_assert_true(record->name_is_abstract);
	g_assert_cmpmem(pv_strings_get(&world->strings, record->name), record->name_len,
			address->sun_path + 1, n);
}

static void
test_unix(void)
{
	g_auto(World) world;
	struct sockaddr_un address;
	socklen_t length = abstract_name(&address);
	pv_autofd listener = new_socket(AF_UNIX, SOCK_STREAM, 0);
	pv_autofd client = new_socket(AF_UNIX, SOCK_STREAM, 0);
	pv_autofd waiting = new_socket(AF_UNIX, SOCK_STREAM, 0);
	pv_autofd loose = new_socket(AF_UNIX, SOCK_DGRAM, 0);
	pv_autofd server = -1;
	const PvSocket *record;

	world_init(&world);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(listener, 9), ==, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&address, length), ==, 0);
	server = accept(listener, NULL, NULL);
	g_assert_cmpint(connect(waiting, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(write(client, "12345", 5), ==, 5);
	want(&world, listener, AF_UNIX);
	want(&world, client, -1);
	want(&world, waiting, AF_UNIX);
	want(&world, server, AF_UNIX);
	want(&world, loose, AF_UNIX);
	look_up(&world);
	g_assert_cmpuint(world.wanted.n_open, ==, 0);
	record = found(&world, listener);
	assert_nature(record, listener);
	assert_name(&world, record, &address, length);
	assert_cookie(record, listener);
	g_assert_cmpuint(record->state, ==, TCP_LISTEN);
	g_assert_cmpuint(record->backlog, ==, 9);
	g_assert_cmpuint(record->receive_queue, ==, 1);
	g_assert_cmpuint(record->peer_ino, ==, 0);
	record = found(&world, server);
	assert_name(&world, record, &address, length);
	g_assert_cmpuint(record->peer_ino, ==, inode_of(client));
	g_assert_cmpuint(record->receive_queue, ==, 5);
	g_assert_cmpuint(record->state, ==, TCP_ESTABLISHED);
	record = found(&world, client);
	g_assert_cmpuint(record->peer_ino, ==, inode_of(server));
	g_assert_cmpuint(record->listener_ino, ==, 0);
	g_assert_false(record->known & PV_SOCKET_NAME);
	record = found(&world, waiting);
	g_assert_cmpuint(record->peer_ino, ==, 0);
	g_assert_cmpuint(record->listener_ino, ==, inode_of(listener));
	g_assert_cmpuint(record->state, ==, TCP_ESTABLISHED);
	record = found(&world, loose);
	assert_nature(record, loose);
	g_assert_cmpuint(record->state, ==, TCP_CLOSE);
}

/* The file shows a NUL as "@": what comes from there may be wrong in that. */
static void
test_unix_text(void)
{
	g_auto(World) world;
	struct sockaddr_un address;
	socklen_t length = abstract_name(&address);
	pv_autofd listener = new_socket(AF_UNIX, SOCK_SEQPACKET, 0);
	pv_autofd client = new_socket(AF_UNIX, SOCK_SEQPACKET, 0);
	const PvSocket *record;

	world_init(&world);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(listener, 9), ==, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&address, length), ==, 0);
	want(&world, listener, AF_UNIX);
	want(&world, client, AF_UNIX);
	look_up_text(&world);
	g_assert_cmpuint(world.wanted.n_open, ==, 0);
	record = found(&world, listener);
	assert_nature(record, listener);
	address.sun_path[length - G_STRUCT_OFFSET(struct sockaddr_un, sun_path) - 2] = '@';
	assert_name(&world, record, &address, length);
	g_assert_cmpuint(record->state, ==, TCP_LISTEN);
	g_assert_cmpuint(found(&world, client)->state, ==, TCP_ESTABLISHED);
}

static void
test_unix_path(void)
{
	g_autofree char *dir = g_dir_make_tmp("procview-unix-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "a socket\n", NULL);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_auto(World) world;
	pv_autofd fd = new_socket(AF_UNIX, SOCK_DGRAM, 0);
	const PvSocket *record;
	struct stat st;

	world_init(&world);
	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(stat(path, &st), ==, 0);
	want(&world, fd, AF_UNIX);
	look_up(&world);
	record = found(&world, fd);
	g_assert_cmpstr(pv_strings_get(&world.strings, record->name), ==, path);
	g_assert_cmpuint(record->name_len, ==, strlen(path));
	g_assert_false(record->name_is_abstract);
	g_assert_cmpuint(record->file_ino, ==, (guint32)st.st_ino);
	g_assert_cmpint(unlink(path), ==, 0);
	g_assert_cmpint(rmdir(dir), ==, 0);
}

static void
test_netlink(gconstpointer data)
{
	const Case *test = data;
	struct sockaddr_nl address = {.nl_family = AF_NETLINK,
				      .nl_groups = RTMGRP_LINK | RTMGRP_NEIGH};
	socklen_t length = sizeof(address);
	g_auto(World) world;
	pv_autofd fd = new_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	pv_autofd loose = new_socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	const PvSocket *record;

	world_init(&world);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
	want(&world, fd, -1);
	want(&world, loose, AF_NETLINK);
	if (test->text)
		look_up_text(&world);
	else
		look_up(&world);
	record = found(&world, fd);
	g_assert_cmpuint(record->protocol, ==, NETLINK_ROUTE);
	g_assert_cmpuint(record->local_port, ==, address.nl_pid);
	g_assert_true(record->known & PV_SOCKET_LOCAL);
	g_assert_cmphex(record->groups, ==, RTMGRP_LINK | RTMGRP_NEIGH);
	if (!test->text) {
		assert_nature(record, fd);
		assert_cookie(record, fd);
		g_assert_cmpuint(record->state, ==, TCP_CLOSE);
	}
}

static void
test_packet(gconstpointer data)
{
	const Case *test = data;
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = 1,
	};
	g_auto(World) world;
	pv_autofd fd = -1;
	pv_autofd idle = -1;
	const PvSocket *record;

	world_init(&world);
	if (!can_make(AF_PACKET, SOCK_RAW, 0))
		return;
	fd = new_socket(AF_PACKET, SOCK_RAW, 0);
	idle = new_socket(AF_PACKET, SOCK_DGRAM, 0);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	want(&world, fd, -1);
	want(&world, idle, AF_PACKET);
	if (test->text)
		look_up_text(&world);
	else
		look_up(&world);
	g_assert_cmpuint(world.wanted.n_open, ==, 0);
	record = found(&world, fd);
	assert_nature(record, fd);
	g_assert_cmpuint(record->protocol, ==, ETH_P_ARP);
	g_assert_cmpuint(record->interface, ==, 1);
	g_assert_cmpuint(record->uid, ==, getuid());
	record = found(&world, idle);
	assert_nature(record, idle);
	g_assert_cmpuint(record->protocol, ==, 0);
	g_assert_cmpuint(record->interface, ==, 0);
}

#define ADD(name, function, family, protocol, text)                                                \
	do {                                                                                       \
		static const Case test = {family, protocol, text};                                 \
		g_test_add_data_func("/socket/look-up-local/" name, &test, function);              \
	} while (0)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/socket/look-up-local/unix", test_unix);
	g_test_add_func("/socket/look-up-local/unix-text", test_unix_text);
	g_test_add_func("/socket/look-up-local/unix-path", test_unix_path);
	ADD("netlink", test_netlink, AF_NETLINK, 0, FALSE);
	ADD("netlink-text", test_netlink, AF_NETLINK, 0, TRUE);
	ADD("packet", test_packet, AF_PACKET, 0, FALSE);
	ADD("packet-text", test_packet, AF_PACKET, 0, TRUE);
	return g_test_run();
}
