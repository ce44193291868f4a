/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The lists of sockets that a kernel keeps for each network namespace.
 */
#pragma once

#include <linux/netlink.h>

#include "socket/decode.h"

typedef enum {
	PV_LIST_MPTCP4,
	PV_LIST_MPTCP6,
	PV_LIST_TCP4,
	PV_LIST_TCP6,
	PV_LIST_UDP4,
	PV_LIST_UDP6,
	PV_LIST_UDPLITE4,
	PV_LIST_UDPLITE6,
	PV_LIST_RAW4,
	PV_LIST_RAW6,
	PV_LIST_PING4,
	PV_LIST_PING6,
	PV_LIST_UNIX,
	PV_LIST_NETLINK,
	PV_LIST_PACKET,
	PV_LIST_VSOCK,
	PV_N_LISTS,
} PvList;

#define PV_LIST_BIT(list)     (1u << (list))
#define PV_LIST_REQUEST_BYTES 128

/* Those in which a socket may be found, by what is known of it; 0: in none. */
guint32 pv_lists_of(const PvSocket *socket);
/* The request for a dump, built in the buffer; NULL: there is no such thing. */
struct nlmsghdr *pv_list_request(PvList list, char buffer[PV_LIST_REQUEST_BYTES]);
gboolean pv_list_decode(PvList list, const struct nlmsghdr *message, PvDecoded *decoded);
/* The file of /proc/PID/net that has it; NULL: none has. */
const char *pv_list_file(PvList list);
/* As the parsers of socket/proc-parse.h. */
gsize pv_list_parse(PvList list, const char *text, gsize length, PvDecoded *decoded);
