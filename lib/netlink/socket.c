/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The kernel's end of netlink(7). Any process may send to a port of ours if the kernel lets it (for
 * sock_diag it has to be privileged), so each message's sender is looked at: the kernel is port 0.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink/dump.h"

#define PATIENCE_MS 100

typedef struct {
	PvNetlink netlink;
	struct mnl_socket *socket;
	int protocol;
} RealNetlink;

static int
send_request(PvNetlink *netlink, const struct nlmsghdr *request)
{
	const RealNetlink *self = (const RealNetlink *)netlink;

	return mnl_socket_sendto(self->socket, request, request->nlmsg_len) < 0 ? -errno : 0;
}

static gssize
receive(PvNetlink *netlink, char *buffer, gsize size)
{
	const RealNetlink *self = (const RealNetlink *)netlink;
	struct sockaddr_nl sender = {0};
	struct iovec part = {buffer, size};
	struct msghdr message = {
		.msg_name = &sender,
		.msg_namelen = sizeof(sender),
		.msg_iov = &part,
		.msg_iovlen = 1,
	};
	struct pollfd ready = {mnl_socket_get_fd(self->socket), POLLIN, 0};
	gssize n = recvmsg(ready.fd, &message, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN && poll(&ready, 1, PATIENCE_MS) > 0)
		n = recvmsg(ready.fd, &message, MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	if (message.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	return sender.nl_pid == 0 ? n : 0;
}

static int
open_socket(RealNetlink *self)
{
	self->socket = mnl_socket_open2(self->protocol, SOCK_CLOEXEC);
	if (self->socket == NULL)
		return -errno;
	return mnl_socket_bind(self->socket, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
}

static void
close_socket(RealNetlink *self)
{
	if (self->socket != NULL)
		mnl_socket_close(self->socket);
	self->socket = NULL;
}

static int
reset(PvNetlink *netlink)
{
	RealNetlink *self = (RealNetlink *)netlink;

	close_socket(self);
	return open_socket(self);
}

static const PvNetlinkCarrier carrier = {send_request, receive, reset};

int
pv_netlink_open(int protocol, PvNetlink **netlink)
{
	RealNetlink *self = g_new0(RealNetlink, 1);
	int status;

	self->netlink.carrier = &carrier;
	self->protocol = protocol;
	status = open_socket(self);
	if (status < 0) {
		pv_netlink_close(&self->netlink);
		return status;
	}
	*netlink = &self->netlink;
	return 0;
}

void
pv_netlink_close(PvNetlink *netlink)
{
	RealNetlink *self = (RealNetlink *)netlink;

	close_socket(self);
	pv_netlink_clear(netlink);
	g_free(self);
}
