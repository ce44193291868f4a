/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Asking the kernel for all that it has of something, over a netlink socket.
 */
#pragma once

#include "core/watch.h"
#include "netlink/walk.h"

typedef struct _PvNetlink PvNetlink;

/* How bytes are carried; functions return a negative errno where they fail. */
typedef struct {
	int (*send)(PvNetlink *netlink, const struct nlmsghdr *request);
	/*
	 * Number of bytes; 0: from somebody else than the kernel. -EAGAIN: nothing came for a while,
	 * -ENOBUFS: messages were lost, -EMSGSIZE: the message is longer than the buffer.
	 */
	gssize (*receive)(PvNetlink *netlink, char *buffer, gsize size);
	/* Ends a dump that is under way. */
	int (*reset)(PvNetlink *netlink);
} PvNetlinkCarrier;

struct _PvNetlink {
	const PvNetlinkCarrier *carrier;
	guint32 sequence;
	char *buffer;
	gsize size;
};

/* 0, 1: some may be missing, for things changed faster than they could be dumped; or -errno. */
#define PV_NETLINK_INCOMPLETE 1
int pv_netlink_dump(PvNetlink *netlink, struct nlmsghdr *request, PvNetlinkTake take, gpointer data,
		    const PvWatch *watch);
void pv_netlink_clear(PvNetlink *netlink);

/* netlink/socket.c: in the network namespace that the calling thread is in. 0 or -errno. */
int pv_netlink_open(int protocol, PvNetlink **netlink);
void pv_netlink_close(PvNetlink *netlink);
