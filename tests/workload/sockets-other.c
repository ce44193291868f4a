/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Netlink, packet, vsock and XDP sockets, and those of families that nobody asks about.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "sockets.h"

#define OTHER_USER 65534

#ifndef AF_XDP
#define AF_XDP 44
#endif

static int
netlink_bound(int protocol, unsigned groups)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd = socket(AF_NETLINK, SOCK_RAW, protocol);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

void
sockets_netlink(struct work *w)
{
	static const struct {
		int protocol;
		unsigned groups;
		const char *name;
	} kinds[] = {
		{NETLINK_ROUTE, 0, "netlink-route"},
		{NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR, "netlink-route-groups"},
		{NETLINK_KOBJECT_UEVENT, 1, "netlink-uevent"},
		{NETLINK_GENERIC, 0, "netlink-generic"},
		{NETLINK_SOCK_DIAG, 0, "netlink-sock-diag"},
		{NETLINK_AUDIT, 0, "netlink-audit"},
		{NETLINK_CONNECTOR, 0, "netlink-connector"},
	};
	struct work_socket known = WORK_SOCKET;
	int group = RTNLGRP_IPV6_IFADDR, fd;

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		fd = netlink_bound(kinds[i].protocol, kinds[i].groups);
		known.groups = kinds[i].groups;
		if (fd < 0)
			sockets_say_missing(w, kinds[i].name);
		else
			sockets_say(w, fd, kinds[i].name, &known);
	}
	/* A group beyond those that an address has room for. */
	fd = netlink_bound(NETLINK_ROUTE, 0);
	group = 34;
	known.groups = (int64_t)1 << (group - 1);
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		sockets_say_missing(w, "netlink-high-group");
	else
		sockets_say(w, fd, "netlink-high-group", &known);
	known = WORK_SOCKET;
	known.unnamed = true;
	sockets_say(w, socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE), "netlink-unbound", &known);
}

static void
packets(struct work *w)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = (int)if_nametoindex("lo"),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_LOOPBACK));

	if (fd < 0) {
		sockets_say_missing(w, "packet");
		return;
	}
	sockets_say(w, fd, "packet", NULL);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		work_fail_errno(w, "a packet socket");
	sockets_say(w, fd, "packet-bound", NULL);
}

static void
vsocks(struct work *w)
{
	const struct sockaddr_vm address = {
		.svm_family = AF_VSOCK,
		.svm_cid = VMADDR_CID_ANY,
		.svm_port = VMADDR_PORT_ANY,
	};
	struct work_socket known = WORK_SOCKET;
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

	if (fd < 0) {
		sockets_say_missing(w, "vsock");
		return;
	}
	known.unnamed = true;
	sockets_say(w, fd, "vsock-unbound", &known);
	fd = socket(AF_VSOCK, SOCK_STREAM, 0);
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		sockets_say_missing(w, "vsock-bound");
		return;
	}
	if (listen(fd, 4) < 0)
		sockets_say_missing(w, "vsock-listening");
	sockets_say(w, fd, "vsock-listening", NULL);
}

void
sockets_others(struct work *w)
{
	static const struct {
		int family;
		int type;
		const char *name;
	} kinds[] = {
		{AF_XDP, SOCK_RAW, "xdp"},	 {AF_TIPC, SOCK_RDM, "tipc"},
		{AF_ALG, SOCK_SEQPACKET, "alg"}, {AF_KEY, SOCK_RAW, "key"},
		{AF_CAN, SOCK_RAW, "can"},
	};
	static const struct work_socket unnamed = {-1, -1, -1, -1, -1, -1, true};

	packets(w);
	vsocks(w);
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int fd = socket(kinds[i].family, kinds[i].type, kinds[i].family == AF_KEY ? 2 : 0);

		if (fd < 0)
			sockets_say_missing(w, kinds[i].name);
		else
			sockets_say(w, fd, kinds[i].name, &unnamed);
	}
}

/* A socket belongs to whoever made it, and may be given away. */
void
sockets_of_others(struct work *w)
{
	struct work_socket known = WORK_SOCKET;
	int made, given;

	if (geteuid() != 0) {
		errno = EPERM;
		sockets_say_missing(w, "tcp-of-another");
		return;
	}
	setfsuid(OTHER_USER);
	made = sockets_listening(AF_INET, SOCK_STREAM, 0, 1);
	setfsuid(0);
	given = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (made < 0 || given < 0 || fchown(given, 4321, (gid_t)-1) < 0)
		work_fail_errno(w, "a socket of another user");
	known.uid = OTHER_USER;
	sockets_say(w, made, "tcp-of-another", &known);
	known.uid = 4321;
	sockets_say(w, given, "unix-given-away", &known);
}
