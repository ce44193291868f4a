/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * netlink(7): messages one after the other, each with its length, aligned to 4 bytes.
 *
 *   NLMSG_ERROR   payload: a negative errno, or 0 (an acknowledgement), and the request
 *   NLMSG_DONE    payload: how the dump ended, an int, negative if it failed
 *
 * The second is easily overlooked: libmnl's mnl_cb_run() does. A dump of a protocol that inet_diag
 * has no module for ends with -ENOENT there, and would look like a protocol without any socket.
 * An NLMSG_DONE without payload is a good end.
 */
#include "netlink/walk.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>

/* The int that a payload begins with. */
static int
leading_int(const struct nlmsghdr *message, int absent)
{
	int number = absent;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(number))
		memcpy(&number, mnl_nlmsg_get_payload(message), sizeof(number));
	return number;
}

static int
take_message(PvNetlinkWalk *walk, const struct nlmsghdr *message)
{
	int status;

	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		walk->interrupted = TRUE;
	switch (message->nlmsg_type) {
	case NLMSG_NOOP:
		return PV_NETLINK_MORE;
	case NLMSG_DONE:
		status = leading_int(message, 0);
		return MIN(status, 0);
	case NLMSG_ERROR:
		status = leading_int(message, -EBADMSG);
		return status <= 0 ? status : -EBADMSG;
	case NLMSG_OVERRUN:
		return -ENOBUFS;
	default:
		return walk->take(message, walk->data) ? PV_NETLINK_MORE : -ENOMEM;
	}
}

/*
 * libmnl compares lengths as signed numbers: one of 2 GiB and more would pass. And it looks for
 * attributes up to where the next message would begin, so the padding has to be there too.
 */
static gboolean
is_whole(const struct nlmsghdr *message, int left)
{
	return mnl_nlmsg_ok(message, left) && message->nlmsg_len <= (guint32)left &&
	       NLMSG_ALIGN(message->nlmsg_len) <= (guint32)left;
}

int
pv_netlink_walk(PvNetlinkWalk *walk, const char *bytes, gsize n)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)bytes;
	int left = (int)MIN(n, G_MAXINT);

	while (left > 0) {
		int status;

		if (!is_whole(message, left))
			return -EBADMSG;
		if (message->nlmsg_seq == walk->sequence) {
			status = take_message(walk, message);
			if (status != PV_NETLINK_MORE)
				return status;
		}
		message = mnl_nlmsg_next(message, &left);
	}
	return PV_NETLINK_MORE;
}
