/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Names of protocols, made up, and as this kernel says them.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "backend/procfs/socket-entry.h"
#include "backend/procfs/socket-name-parse.h"
#include "util/fd.h"

static void
test_names(void)
{
	static const struct {
		const char *name;
		guint32 known;
	} cases[] = {
		{"TCPv6", PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL},
		{"UNIX", PV_SOCKET_FAMILY | PV_SOCKET_PROTOCOL},
		{"NETLINK", PV_SOCKET_FAMILY},
		{"RAW", PV_SOCKET_FAMILY | PV_SOCKET_TYPE},
		{"TCPv", 0},
		{"", 0},
		{"tcp", 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		PvSocket socket = {0};

		g_assert_cmpint(pv_socket_name_parse(cases[i].name, strlen(cases[i].name), &socket),
				==, cases[i].known != 0);
		g_assert_cmphex(socket.known, ==, cases[i].known);
	}
}

static void
test_live(void)
{
	static const struct {
		int family;
		int type;
		int protocol;
	} cases[] = {
		{AF_INET, SOCK_STREAM, 0},
		{AF_INET, SOCK_STREAM, 262},
		{AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE},
		{AF_INET6, SOCK_DGRAM, 0},
		{AF_INET, SOCK_RAW, IPPROTO_IGMP},
		{AF_UNIX, SOCK_STREAM, 0},
		{AF_UNIX, SOCK_SEQPACKET, 0},
		{AF_NETLINK, SOCK_RAW, 0},
		{AF_PACKET, SOCK_RAW, 0},
		{AF_VSOCK, SOCK_STREAM, 0},
	};
	pv_autofd dir = pv_open_dir(AT_FDCWD, "/proc/self/fd");
	PvStore *store = pv_store_new();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		pv_autofd fd = socket(cases[i].family, cases[i].type, cases[i].protocol);
		const PvSocket *record;
		struct stat st;
		char name[16];

		if (fd < 0)
			continue;
		g_assert_cmpint(fstat(fd, &st), ==, 0);
		g_snprintf(name, sizeof(name), "%d", fd);
		g_assert_true(pv_socket_entry_note(dir, name, st.st_ino, 7, store));
		record = pv_array_at(&store->details.sockets, PvSocket,
				     store->details.sockets.n - 1);
		g_assert_true(record->known & PV_SOCKET_FAMILY);
		g_assert_cmpint(record->family, ==, cases[i].family);
		if (record->known & PV_SOCKET_TYPE)
			g_assert_cmpint(record->type, ==, cases[i].type);
		if ((record->known & PV_SOCKET_PROTOCOL) && cases[i].protocol != 0)
			g_assert_cmpint(record->protocol, ==, cases[i].protocol);
	}
	pv_store_unref(store);
}

/* The number was given to another socket, or closed, since it was looked at. */
static void
test_other(void)
{
	pv_autofd dir = pv_open_dir(AT_FDCWD, "/proc/self/fd");
	pv_autofd fd = socket(AF_UNIX, SOCK_STREAM, 0);
	PvStore *store = pv_store_new();
	struct stat st;
	char name[16];

	g_assert_cmpint(fstat(fd, &st), ==, 0);
	g_snprintf(name, sizeof(name), "%d", fd);
	g_assert_true(pv_socket_entry_note(dir, name, st.st_ino + 1, 7, store));
	g_assert_true(pv_socket_entry_note(dir, "999999", st.st_ino, 7, store));
	g_assert_cmpuint(store->details.sockets.n, ==, 2);
	for (guint i = 0; i < store->details.sockets.n; i++)
		g_assert_cmphex(pv_array_at(&store->details.sockets, PvSocket, i)->known, ==,
				PV_SOCKET_UID);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/socket-name-parse/names", test_names);
	g_test_add_func("/backend/procfs/socket-name-parse/live", test_live);
	g_test_add_func("/backend/procfs/socket-name-parse/other", test_other);
	return g_test_run();
}
