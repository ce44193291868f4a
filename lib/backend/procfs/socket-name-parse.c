/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * struct proto.name, which sockfs shows as extended attribute system.sockprotoname, since 2.6.39.
 * "UNIX" is datagrams and sequences of packets alike, and before 5.15 streams too; what RAW,
 * NETLINK and PACKET are about is not in their names.
 */
#include "backend/procfs/socket-name-parse.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef AF_SMC
#define AF_SMC 43
#endif
#ifndef AF_QIPCRTR
#define AF_QIPCRTR 42
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#define UNKNOWN (-1)

static const struct {
	const char *name;
	gint16 family;
	gint16 type;
	gint16 protocol;
} names[] = {
	{"TCP", AF_INET, SOCK_STREAM, IPPROTO_TCP},
	{"TCPv6", AF_INET6, SOCK_STREAM, IPPROTO_TCP},
	{"MPTCP", AF_INET, SOCK_STREAM, IPPROTO_MPTCP},
	{"MPTCPv6", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP},
	{"UDP", AF_INET, SOCK_DGRAM, IPPROTO_UDP},
	{"UDPv6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP},
	{"UDP-Lite", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE},
	{"UDPLITEv6", AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE},
	{"PING", AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
	{"PINGv6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6},
	{"RAW", AF_INET, SOCK_RAW, UNKNOWN},
	{"RAWv6", AF_INET6, SOCK_RAW, UNKNOWN},
	{"SCTP", AF_INET, UNKNOWN, IPPROTO_SCTP},
	{"SCTPv6", AF_INET6, UNKNOWN, IPPROTO_SCTP},
	{"UNIX-STREAM", AF_UNIX, SOCK_STREAM, 0},
	{"UNIX", AF_UNIX, UNKNOWN, 0},
	{"NETLINK", AF_NETLINK, UNKNOWN, UNKNOWN},
	{"PACKET", AF_PACKET, UNKNOWN, UNKNOWN},
	{"AF_VSOCK", AF_VSOCK, UNKNOWN, 0},
	{"XDP", AF_XDP, SOCK_RAW, 0},
	{"ALG", AF_ALG, SOCK_SEQPACKET, 0},
	{"TIPC", AF_TIPC, UNKNOWN, 0},
	{"KEY", AF_KEY, SOCK_RAW, UNKNOWN},
	{"SMC", AF_SMC, SOCK_STREAM, 0},
	{"SMC6", AF_SMC, SOCK_STREAM, 1},
	{"QIPCRTR", AF_QIPCRTR, SOCK_DGRAM, 0},
	{"CAN_RAW", AF_CAN, SOCK_RAW, 1},
	{"CAN_BCM", AF_CAN, SOCK_DGRAM, 2},
};

gboolean
pv_socket_name_parse(const char *name, gsize length, PvSocket *socket)
{
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strlen(names[i].name) != length || memcmp(names[i].name, name, length) != 0)
			continue;
		socket->family = (guint16)names[i].family;
		socket->known |= PV_SOCKET_FAMILY;
		if (names[i].type != UNKNOWN) {
			socket->type = (guint8)names[i].type;
			socket->known |= PV_SOCKET_TYPE;
		}
		if (names[i].protocol != UNKNOWN) {
			socket->protocol = (guint32)names[i].protocol;
			socket->known |= PV_SOCKET_PROTOCOL;
		}
		return TRUE;
	}
	return FALSE;
}
