/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What Linux 6.18 showed in /proc/net of the sockets that record.c makes, and lines that no kernel
 * should write.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "recorded.h"
#include "socket/lists.h"
#include "socket/proc-parse.h"

typedef struct {
	GArray *all; /* PvDecoded */
	char *text;
} Text;

static Text
parse(PvList list, char *text, gsize n)
{
	Text self = {.all = g_array_new(FALSE, FALSE, sizeof(PvDecoded)), .text = text};
	const char *at = text;
	PvDecoded decoded;
	gsize taken;

	while ((taken = pv_list_parse(list, at, n, &decoded)) > 0) {
		g_assert_cmpuint(taken, <=, n);
		if (decoded.socket.known != 0)
			g_array_append_val(self.all, decoded);
		at += taken;
		n -= taken;
	}
	g_assert_cmpuint(n, ==, 0);
	return self;
}

static Text
load(const char *name, PvList list)
{
	gsize n;
	char *text = recorded_load(name, &n);

	return parse(list, text, n);
}

static void
text_clear(Text *self)
{
	g_array_unref(self->all);
	g_free(self->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Text, text_clear)

static const PvSocket *
at_ports(const Text *self, guint local, guint remote)
{
	for (guint i = 0; i < self->all->len; i++) {
		const PvSocket *socket = &g_array_index(self->all, PvDecoded, i).socket;

		if (socket->local_port == local && socket->remote_port == remote)
			return socket;
	}
	g_assert_not_reached();
}

static void
test_inet(void)
{
	static const struct {
		const char *name;
		PvList list;
		guint family;
		guint protocol;
	} cases[] = {
		{"tcp", PV_LIST_TCP4, AF_INET, IPPROTO_TCP},
		{"tcp6", PV_LIST_TCP6, AF_INET6, IPPROTO_TCP},
		{"udp", PV_LIST_UDP4, AF_INET, IPPROTO_UDP},
		{"udp6", PV_LIST_UDP6, AF_INET6, IPPROTO_UDP},
		{"udplite", PV_LIST_UDPLITE4, AF_INET, IPPROTO_UDPLITE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Text) text = load(cases[i].name, cases[i].list);
		gboolean tcp = cases[i].protocol == IPPROTO_TCP;
		const PvSocket *open = at_ports(&text, tcp ? 8080 : 5300, 0);
		const PvSocket *connected = at_ports(&text, tcp ? 8080 : 5301, tcp ? 8081 : 5300);

		g_assert_cmpuint(text.all->len, ==, tcp ? 5 : 2);
		g_assert_cmpuint(open->state, ==, tcp ? TCP_LISTEN : TCP_CLOSE);
		g_assert_false(open->known & PV_SOCKET_REMOTE);
		g_assert_cmpint((open->known & PV_SOCKET_QUEUES) != 0, ==, !tcp);
		g_assert_cmpuint(connected->state, ==, TCP_ESTABLISHED);
		g_assert_cmpuint(connected->receive_queue, ==, tcp ? 10 : 0);
		recorded_assert_loopback(connected, cases[i].family, cases[i].protocol);
	}
}

static void
test_raw(void)
{
	g_auto(Text) raw = load("raw", PV_LIST_RAW4);
	g_auto(Text) raw6 = load("raw6", PV_LIST_RAW6);
	const PvSocket *socket = &g_array_index(raw.all, PvDecoded, 0).socket;

	g_assert_cmpuint(raw.all->len, ==, 1);
	g_assert_cmpuint(socket->type, ==, SOCK_RAW);
	g_assert_cmpuint(socket->protocol, ==, IPPROTO_IGMP);
	g_assert_cmpuint(socket->local_port, ==, 0);
	socket = &g_array_index(raw6.all, PvDecoded, 0).socket;
	g_assert_cmpuint(raw6.all->len, ==, 1);
	g_assert_cmpuint(socket->family, ==, AF_INET6);
	g_assert_cmpuint(socket->protocol, ==, IPPROTO_ICMPV6);
}

static const PvDecoded *
named(const Text *text, const char *name, gsize n, guint state)
{
	for (guint i = 0; i < text->all->len; i++) {
		const PvDecoded *decoded = &g_array_index(text->all, PvDecoded, i);

		if (decoded->name_len == n && (n == 0 || memcmp(decoded->name, name, n) == 0) &&
		    decoded->socket.state == state && decoded->socket.ino != 0)
			return decoded;
	}
	g_assert_not_reached();
}

static void
test_unix(void)
{
	g_auto(Text) text = load("unix", PV_LIST_UNIX);
	const PvDecoded *decoded;

	g_assert_cmpuint(text.all->len, ==, 13);
	decoded = named(&text, "a path\nwith 2 lines", 19, TCP_CLOSE);
	g_assert_cmpuint(decoded->socket.type, ==, SOCK_DGRAM);
	g_assert_false(decoded->socket.name_is_abstract);
	decoded = named(&text, "od@d \n\xff", 7, TCP_LISTEN);
	g_assert_cmpuint(decoded->socket.type, ==, SOCK_STREAM);
	g_assert_true(decoded->socket.name_is_abstract);
	named(&text, "od@d \n\xff", 7, TCP_ESTABLISHED);
	decoded = named(&text, "", 0, TCP_ESTABLISHED);
	g_assert_false(decoded->socket.known & PV_SOCKET_NAME);
}

static void
test_others(void)
{
	g_auto(Text) netlink = load("netlink", PV_LIST_NETLINK);
	g_auto(Text) packet = load("packet", PV_LIST_PACKET);
	const PvSocket *socket = at_ports(&netlink, 4711, 0);

	g_assert_cmpuint(socket->protocol, ==, 0);
	g_assert_cmphex(socket->groups, ==, 5);
	g_assert_false(socket->known & PV_SOCKET_TYPE);
	socket = &g_array_index(packet.all, PvDecoded, 0).socket;
	g_assert_cmpuint(packet.all->len, ==, 1);
	g_assert_cmphex(socket->protocol, ==, 0x0806);
	g_assert_cmpuint(socket->type, ==, SOCK_DGRAM);
	g_assert_cmpuint(socket->interface, ==, 1);
}

static void
test_no_line(void)
{
	static const char *const lines[] = {
		"\n",
		" \n",
		"   0: 0100007F:1F90 00000000:0000 0A\n",
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 "
		"x\n",
		"   0: 0100007F1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 7 "
		"1\n",
		"   0: 0100007F:11F90 0:0 0A 00000000:00000000 00:00000000 00000000 0 0 7 1\n",
		"0: 00000002 00000000 00010000 0001 01 21032 /x\n",
		"00000000: 00000002 00000000 00010000 0001 01 21032x\n",
		"00000000: 00000002 00000000 00010000 0001 01 99999999999999999999 x\n",
		"00000000 15 2481 00000002 0 0 0 2 0 -1\n",
		"00000000 3 3 zzzz 0 1 0 0 21035\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		for (guint list = 0; list < PV_N_LISTS; list++) {
			PvDecoded decoded;
			gsize n = strlen(lines[i]);

			if (pv_list_file(list) == NULL)
				continue;
			g_assert_cmpuint(pv_list_parse(list, lines[i], n, &decoded), ==, n);
			g_assert_cmphex(decoded.socket.known, ==, 0);
			g_assert_cmpuint(pv_list_parse(list, lines[i], n - 1, &decoded), ==, 0);
		}
	}
}

/* Pointers as they were, and as they are hidden. */
static void
test_addresses(void)
{
	static const char *const addresses[] = {"ffff888003d5c400", "c1de6f0d", "(____ptrval____)",
						"0000000000000000"};

	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autofree char *line = g_strconcat(
			addresses[i], ": 00000002 00000000 00010000 0001 01 21032 /x\n", NULL);
		PvDecoded decoded;

		g_assert_cmpuint(pv_proc_unix_parse(line, strlen(line), &decoded), ==,
				 strlen(line));
		g_assert_cmpuint(decoded.socket.ino, ==, 21032);
		g_assert_cmpmem(decoded.name, decoded.name_len, "/x", 2);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
	g_test_add_func("/socket/proc-parse/inet", test_inet);
#endif
	g_test_add_func("/socket/proc-parse/raw", test_raw);
	g_test_add_func("/socket/proc-parse/unix", test_unix);
	g_test_add_func("/socket/proc-parse/others", test_others);
	g_test_add_func("/socket/proc-parse/no-line", test_no_line);
	g_test_add_func("/socket/proc-parse/addresses", test_addresses);
	return g_test_run();
}
