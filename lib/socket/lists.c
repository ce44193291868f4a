/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What sock_diag(7) dumps, and what /proc/PID/net shows. Not all is in both: icmp has no module of
 * inet_diag at all, mptcp and vsock have no file, and a kernel may lack any of the modules.
 *
 * sctp, tipc and xdp are not asked for. Their dumps take a lock of each socket: a thread holds that
 * of sctp and tipc while it copies what it sends, and that of xdp while it hands over the memory for
 * its packets (XDP_UMEM_REG). If that memory is never filled (userfaultfd, FUSE) we would wait for
 * ever, and could not even be killed. None of the lists here does that.
 *
 * A connection that is being made or has ended (SYN_RECV, TIME_WAIT) belongs to no file: such
 * states are left out. Those of tcp that are bound and no more come with state 13, since 6.8.
 */
#include "socket/lists.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "socket/proc-parse.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#define TCP_NEW_SYN_RECV 12
#define ALL_STATES	 G_MAXUINT32
#define WITH_FILE	 (~(1u << TCP_SYN_RECV | 1u << TCP_TIME_WAIT | 1u << TCP_NEW_SYN_RECV))
/* Of no module: where the attribute that says mptcp is not understood, nothing is found. */
#define NO_PROTOCOL 254

static const struct {
	guint family;
	guint protocol;
	const char *file;
	gboolean has_dump;
} lists[PV_N_LISTS] = {
	[PV_LIST_MPTCP4] = {AF_INET, IPPROTO_MPTCP, NULL, TRUE},
	[PV_LIST_MPTCP6] = {AF_INET6, IPPROTO_MPTCP, NULL, TRUE},
	[PV_LIST_TCP4] = {AF_INET, IPPROTO_TCP, "tcp", TRUE},
	[PV_LIST_TCP6] = {AF_INET6, IPPROTO_TCP, "tcp6", TRUE},
	[PV_LIST_UDP4] = {AF_INET, IPPROTO_UDP, "udp", TRUE},
	[PV_LIST_UDP6] = {AF_INET6, IPPROTO_UDP, "udp6", TRUE},
	[PV_LIST_UDPLITE4] = {AF_INET, IPPROTO_UDPLITE, "udplite", TRUE},
	[PV_LIST_UDPLITE6] = {AF_INET6, IPPROTO_UDPLITE, "udplite6", TRUE},
	[PV_LIST_RAW4] = {AF_INET, IPPROTO_RAW, "raw", TRUE},
	[PV_LIST_RAW6] = {AF_INET6, IPPROTO_RAW, "raw6", TRUE},
	[PV_LIST_PING4] = {AF_INET, IPPROTO_ICMP, "icmp", FALSE},
	[PV_LIST_PING6] = {AF_INET6, IPPROTO_ICMPV6, "icmp6", FALSE},
	[PV_LIST_UNIX] = {AF_UNIX, 0, "unix", TRUE},
	[PV_LIST_NETLINK] = {AF_NETLINK, 0, "netlink", TRUE},
	[PV_LIST_PACKET] = {AF_PACKET, 0, "packet", TRUE},
	[PV_LIST_VSOCK] = {AF_VSOCK, 0, NULL, TRUE},
};

static gboolean
may_hold(PvList list, const PvSocket *socket)
{
	gboolean is_inet = lists[list].family == AF_INET || lists[list].family == AF_INET6;
	guint protocol = lists[list].protocol;
	guint8 type = pv_inet_type(protocol);

	if (!(socket->known & PV_SOCKET_FAMILY))
		return TRUE;
	if (lists[list].family != socket->family)
		return FALSE;
	if (!is_inet)
		return TRUE;
	/* Others than ping are SOCK_RAW with the protocol of icmp. */
	if (type == 0)
		type = SOCK_DGRAM;
	if ((socket->known & PV_SOCKET_TYPE) && socket->type != type)
		return FALSE;
	return type == SOCK_RAW || !(socket->known & PV_SOCKET_PROTOCOL) ||
	       socket->protocol == protocol;
}

guint32
pv_lists_of(const PvSocket *socket)
{
	guint32 mask = 0;

	for (guint list = 0; list < PV_N_LISTS; list++) {
		if (may_hold(list, socket))
			mask |= PV_LIST_BIT(list);
	}
	return mask;
}

static void
put_inet(PvList list, struct nlmsghdr *message)
{
	struct inet_diag_req_v2 *request =
		mnl_nlmsg_put_extra_header(message, sizeof(struct inet_diag_req_v2));

	request->sdiag_family = lists[list].family;
	request->sdiag_protocol = lists[list].protocol;
	request->idiag_ext = 1 << (INET_DIAG_SHUTDOWN - 1);
	request->idiag_states = WITH_FILE;
	if (lists[list].protocol > G_MAXUINT8) {
		request->sdiag_protocol = NO_PROTOCOL;
		mnl_attr_put_u32(message, INET_DIAG_REQ_PROTOCOL, lists[list].protocol);
	}
}

static void
put_unix(struct nlmsghdr *message)
{
	struct unix_diag_req *request =
		mnl_nlmsg_put_extra_header(message, sizeof(struct unix_diag_req));

	request->sdiag_family = AF_UNIX;
	request->udiag_states = ALL_STATES;
	request->udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_PEER |
			      UDIAG_SHOW_ICONS | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID;
}

static void
put_netlink(struct nlmsghdr *message)
{
	struct netlink_diag_req *request =
		mnl_nlmsg_put_extra_header(message, sizeof(struct netlink_diag_req));

	request->sdiag_family = AF_NETLINK;
	request->sdiag_protocol = NDIAG_PROTO_ALL;
	request->ndiag_show = NDIAG_SHOW_MEMINFO | NDIAG_SHOW_GROUPS;
}

static void
put_packet(struct nlmsghdr *message)
{
	struct packet_diag_req *request =
		mnl_nlmsg_put_extra_header(message, sizeof(struct packet_diag_req));

	request->sdiag_family = AF_PACKET;
	request->pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO;
}

static void
put_vsock(struct nlmsghdr *message)
{
	struct vsock_diag_req *request =
		mnl_nlmsg_put_extra_header(message, sizeof(struct vsock_diag_req));

	request->sdiag_family = AF_VSOCK;
	request->vdiag_states = ALL_STATES;
}

struct nlmsghdr *
pv_list_request(PvList list, char buffer[PV_LIST_REQUEST_BYTES])
{
	struct nlmsghdr *message;

	if (!lists[list].has_dump)
		return NULL;
	message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	switch (lists[list].family) {
	case AF_UNIX:
		put_unix(message);
		break;
	case AF_NETLINK:
		put_netlink(message);
		break;
	case AF_PACKET:
		put_packet(message);
		break;
	case AF_VSOCK:
		put_vsock(message);
		break;
	default:
		put_inet(list, message);
		break;
	}
	return message;
}

gboolean
pv_list_decode(PvList list, const struct nlmsghdr *message, PvDecoded *decoded)
{
	return pv_socket_decode(message, lists[list].protocol, decoded) &&
	       decoded->socket.family == lists[list].family;
}

const char *
pv_list_file(PvList list)
{
	return lists[list].file;
}

gsize
pv_list_parse(PvList list, const char *text, gsize length, PvDecoded *decoded)
{
	switch (lists[list].family) {
	case AF_UNIX:
		return pv_proc_unix_parse(text, length, decoded);
	case AF_NETLINK:
		return pv_proc_netlink_parse(text, length, decoded);
	case AF_PACKET:
		return pv_proc_packet_parse(text, length, decoded);
	default:
		return pv_proc_inet_parse(text, length, lists[list].family, lists[list].protocol,
					  decoded);
	}
}
