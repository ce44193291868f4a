/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One request, many messages in answer, until the kernel says that it is done.
 *
 *   send ──► receive ──► walk ──► more? ──► receive …
 *                          └──► interrupted, overrun, cut ──► reset ──► send again, a few times
 *
 * A dump is repeated from the start: what is taken must be such that it can be taken twice. Where
 * the last try was interrupted too, what came is good, but may not be all.
 *
 * A socket whose dump has not ended refuses the next one (EBUSY), so that it is made anew.
 *
 * The kernel answers a dump while we send and receive, in our own thread: there is nothing to wait
 * for, and where nothing comes, nothing ever will. So the wait is bounded.
 */
#include "netlink/dump.h"

#include <errno.h>

#define MAX_TRIES   5
#define MAX_SILENCE 20
/* The kernel puts as many messages together as the reader has room for, but no more than this. */
#define SIZE	 (32 * 1024)
#define MAX_SIZE (1024 * 1024)

/* PV_NETLINK_MORE, 0 or -errno. */
static int
receive_once(PvNetlink *netlink, PvNetlinkWalk *walk)
{
	gssize n = netlink->carrier->receive(netlink, netlink->buffer, netlink->size);

	if (n < 0)
		return (int)n;
	return pv_netlink_walk(walk, netlink->buffer, (gsize)n);
}

static int
receive_all(PvNetlink *netlink, PvNetlinkWalk *walk, const PvWatch *watch)
{
	guint silence = 0;

	for (;;) {
		int status;

		if (pv_watch_cancelled(watch))
			return -ECANCELED;
		status = receive_once(netlink, walk);
		if (status == -EINTR)
			continue;
		if (status == -EAGAIN && ++silence < MAX_SILENCE)
			continue;
		if (status != PV_NETLINK_MORE)
			return status == -EAGAIN ? -ETIMEDOUT : status;
		silence = 0;
	}
}

static gboolean
make_room(PvNetlink *netlink, gsize size)
{
	char *buffer;

	if (size <= netlink->size)
		return TRUE;
	buffer = size > MAX_SIZE ? NULL : g_try_realloc(netlink->buffer, size);
	if (buffer == NULL)
		return FALSE;
	netlink->buffer = buffer;
	netlink->size = size;
	return TRUE;
}

/* Whether another try may go better. */
static gboolean
is_worth_repeating(PvNetlink *netlink, int status)
{
	if (status == -EMSGSIZE)
		return make_room(netlink, netlink->size * 2);
	return status == -ENOBUFS || status == -EBUSY;
}

int
pv_netlink_dump(PvNetlink *netlink, struct nlmsghdr *request, PvNetlinkTake take, gpointer data,
		const PvWatch *watch)
{
	int status = -ENOMEM;

	if (!make_room(netlink, SIZE))
		return -ENOMEM;
	for (guint try = 0; try < MAX_TRIES; try++) {
		PvNetlinkWalk walk = {.take = take, .data = data};
		int reset = try == 0 ? 0 : netlink->carrier->reset(netlink);

		if (reset < 0)
			return reset;
		walk.sequence = request->nlmsg_seq = ++netlink->sequence;
		request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		status = netlink->carrier->send(netlink, request);
		if (status == 0)
			status = receive_all(netlink, &walk, watch);
		if (status == 0 && !walk.interrupted)
			return 0;
		if (status != 0 && !is_worth_repeating(netlink, status))
			return status;
	}
	return status == 0 ? PV_NETLINK_INCOMPLETE : status;
}

void
pv_netlink_clear(PvNetlink *netlink)
{
	g_free(netlink->buffer);
}
