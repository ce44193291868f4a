/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The messages in what one read from a netlink socket brought: bytes in, messages out. Pure.
 */
#pragma once

#include <glib.h>
#include <linux/netlink.h>

/* FALSE: there is no memory for what the message says. */
typedef gboolean (*PvNetlinkTake)(const struct nlmsghdr *message, gpointer data);

typedef struct {
	guint32 sequence; /* of the request: answers to others are passed over */
	PvNetlinkTake take;
	gpointer data;
	gboolean interrupted; /* what is dumped changed meanwhile: NLM_F_DUMP_INTR */
} PvNetlinkWalk;

#define PV_NETLINK_MORE 1 /* the last message is still to come */

/*
 * Bytes as they were received, aligned as malloc(3) does it. PV_NETLINK_MORE, 0 when the dump has
 * ended well, or a negative errno: what the kernel refused, -EBADMSG where a message is cut,
 * -ENOMEM where one could not be taken.
 */
int pv_netlink_walk(PvNetlinkWalk *walk, const char *bytes, gsize n);
