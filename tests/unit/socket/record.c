/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Makes tests/data/sockets anew: what the kernel says, by netlink and by /proc/net, of a few sockets
 * in a network namespace that has no others. Needs root; the directory is the one argument.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket/lists.h"
#include "util/fd.h"

static void
raise_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	pv_autofd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(ioctl(fd, SIOCSIFFLAGS, &request), ==, 0);
}

static int
bind_to(int family, int type, int protocol, guint16 port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	int fd = socket(family, type, protocol);

	g_assert_cmpint(fd, >=, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (family == AF_INET)
		g_assert_cmpint(bind(fd, (struct sockaddr *)&in, sizeof(in)), ==, 0);
	else
		g_assert_cmpint(bind(fd, (struct sockaddr *)&in6, sizeof(in6)), ==, 0);
	return fd;
}

static void
connect_to(int fd, int other)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	g_assert_cmpint(getsockname(other, (struct sockaddr *)&address, &length), ==, 0);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, length), ==, 0);
}

/* A listener, a connection that was accepted, with bytes on the way, and one that was not. */
static void
make_streams(int family, int protocol)
{
	int listener = bind_to(family, SOCK_STREAM, protocol, 8080);
	int client = bind_to(family, SOCK_STREAM, protocol, 8081);
	int waiting = bind_to(family, SOCK_STREAM, protocol, 8082);

	g_assert_cmpint(listen(listener, 7), ==, 0);
	connect_to(client, listener);
	g_assert_cmpint(accept(listener, NULL, NULL), >=, 0);
	connect_to(waiting, listener);
	g_assert_cmpint(write(client, "0123456789", 10), ==, 10);
}

static void
make_datagrams(int family, int protocol)
{
	int bound = bind_to(family, SOCK_DGRAM, protocol, 5300);

	connect_to(bind_to(family, SOCK_DGRAM, protocol, 5301), bound);
}

static void
make_unix(const char *name, gsize n, int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t length = (socklen_t)(G_STRUCT_OFFSET(struct sockaddr_un, sun_path) + n);
	int listener = socket(AF_UNIX, type, 0);
	int client = socket(AF_UNIX, type, 0);
	int waiting = socket(AF_UNIX, type, 0);

	memcpy(address.sun_path, name, n);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&address, length), ==, 0);
	if (type == SOCK_DGRAM)
		return;
	g_assert_cmpint(listen(listener, 9), ==, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(accept(listener, NULL, NULL), >=, 0);
	g_assert_cmpint(connect(waiting, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(write(client, "12345", 5), ==, 5);
	g_assert_cmpint(shutdown(client, SHUT_RD), ==, 0);
}

static void
make_others(void)
{
	struct sockaddr_nl netlink = {.nl_family = AF_NETLINK, .nl_pid = 4711, .nl_groups = 5};
	struct sockaddr_ll packet = {.sll_family = AF_PACKET, .sll_ifindex = 1};
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);

	g_assert_cmpint(bind(fd, (struct sockaddr *)&netlink, sizeof(netlink)), ==, 0);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	packet.sll_protocol = htons(0x0806);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&packet, sizeof(packet)), ==, 0);
	g_assert_cmpint(socket(AF_INET, SOCK_RAW, IPPROTO_IGMP), >=, 0);
	g_assert_cmpint(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), >=, 0);
}

static void
make_all(void)
{
	static const char odd[] = "\0od\0d \n\xff";

	make_streams(AF_INET, IPPROTO_TCP);
	make_streams(AF_INET6, IPPROTO_TCP);
	make_datagrams(AF_INET, IPPROTO_UDP);
	make_datagrams(AF_INET6, IPPROTO_UDP);
	make_datagrams(AF_INET, IPPROTO_UDPLITE);
	make_unix(odd, sizeof(odd) - 1, SOCK_STREAM);
	make_unix("a path\nwith 2 lines", 20, SOCK_DGRAM);
	g_assert_cmpint(unlink("a path\nwith 2 lines"), ==, 0);
	make_unix("@relative", 10, SOCK_SEQPACKET);
	g_assert_cmpint(unlink("@relative"), ==, 0);
	make_others();
}

/* All that comes, until the last message of the answer is there. */
static GByteArray *
dump(PvList list)
{
	char request[PV_LIST_REQUEST_BYTES] __attribute__((aligned(8)));
	static char buffer[32768] __attribute__((aligned(8)));
	struct nlmsghdr *message = pv_list_request(list, request);
	pv_autofd fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	GByteArray *bytes = g_byte_array_new();
	guint type = 0;

	message->nlmsg_seq = 1;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	g_assert_cmpint(send(fd, message, message->nlmsg_len, 0), ==, message->nlmsg_len);
	while (type != NLMSG_DONE && type != NLMSG_ERROR) {
		gssize n = recv(fd, buffer, sizeof(buffer), 0);

		g_assert_cmpint(n, >, 0);
		g_byte_array_append(bytes, (const guint8 *)buffer, (guint)n);
		for (gssize at = 0; at < n;) {
			const struct nlmsghdr *answer = (const struct nlmsghdr *)(buffer + at);

			type = answer->nlmsg_type;
			at += NLMSG_ALIGN(answer->nlmsg_len);
		}
	}
	return bytes;
}

static void
record_dump(const char *dir, const char *name, PvList list)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	GByteArray *bytes = dump(list);

	g_assert_true(
		g_file_set_contents(path, (const char *)bytes->data, (gssize)bytes->len, NULL));
	g_byte_array_unref(bytes);
}

static void
record_text(const char *dir, const char *name)
{
	g_autofree char *from = g_build_filename("/proc/thread-self/net", name, NULL);
	g_autofree char *to = g_build_filename(dir, name, NULL);
	g_autofree char *text = NULL;
	gsize n;

	g_assert_true(g_file_get_contents(from, &text, &n, NULL));
	g_assert_true(g_file_set_contents(to, text, (gssize)n, NULL));
}

int
main(int argc, char **argv)
{
	static const char *const texts[] = {"tcp", "tcp6", "udp",  "udp6",    "udplite",
					    "raw", "raw6", "unix", "netlink", "packet"};
	const char *dir;

	g_assert_cmpint(argc, ==, 2);
	dir = argv[1];
	g_assert_cmpint(unshare(CLONE_NEWNET), ==, 0);
	raise_loopback();
	make_all();
	record_dump(dir, "tcp.bin", PV_LIST_TCP4);
	record_dump(dir, "tcp6.bin", PV_LIST_TCP6);
	record_dump(dir, "udp.bin", PV_LIST_UDP4);
	record_dump(dir, "udp6.bin", PV_LIST_UDP6);
	record_dump(dir, "udplite.bin", PV_LIST_UDPLITE4);
	record_dump(dir, "unix.bin", PV_LIST_UNIX);
	record_dump(dir, "netlink.bin", PV_LIST_NETLINK);
	record_dump(dir, "packet.bin", PV_LIST_PACKET);
	record_dump(dir, "raw-no-module.bin", PV_LIST_RAW4);
	record_dump(dir, "vsock-no-module.bin", PV_LIST_VSOCK);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		record_text(dir, texts[i]);
	return 0;
}
