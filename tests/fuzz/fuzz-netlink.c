/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the walk over what a netlink socket received, and the decoders of sock_diag: each message
 * as one of every list, in a block of its own, where a sanitizer sees what is read beyond it.
 */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "netlink/walk.h"
#include "socket/lists.h"

static gboolean
lies_in(const struct nlmsghdr *message, gconstpointer bytes, gsize n)
{
	const char *first = bytes;
	const char *start = (const char *)message;

	return first >= start && first <= start + NLMSG_ALIGN(message->nlmsg_len) &&
	       n <= (gsize)(start + NLMSG_ALIGN(message->nlmsg_len) - first);
}

static void
check_decoded(const struct nlmsghdr *message, const PvDecoded *decoded)
{
	const PvSocket *socket = &decoded->socket;

	g_assert_true(socket->known & PV_SOCKET_FAMILY);
	g_assert_cmpuint(socket->shutdown, <=, 3);
	g_assert_cmpuint(socket->name, ==, 0);
	g_assert_cmpuint(socket->name_len, ==, decoded->name_len);
	if (socket->known & PV_SOCKET_NAME)
		g_assert_true(lies_in(message, decoded->name, decoded->name_len));
	if (decoded->n_pending > 0)
		g_assert_true(lies_in(message, decoded->pending, decoded->n_pending * 4));
}

static gboolean
take(const struct nlmsghdr *message, gpointer data)
{
	g_autofree struct nlmsghdr *copy = g_memdup2(message, NLMSG_ALIGN(message->nlmsg_len));
	guint *n_taken = data;

	for (guint list = 0; list < PV_N_LISTS; list++) {
		PvDecoded decoded;

		if (pv_list_decode(list, copy, &decoded))
			check_decoded(copy, &decoded);
	}
	return ++*n_taken < 1000;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	guint n_taken = 0;
	PvNetlinkWalk walk = {.sequence = 1, .take = take, .data = &n_taken};
	g_autofree char *bytes = g_memdup2(data, size);
	int status = pv_netlink_walk(&walk, bytes, size);

	g_assert_cmpint(status, <=, PV_NETLINK_MORE);
	return 0;
}
