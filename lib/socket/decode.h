/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Messages of sock_diag(7) and lines of /proc/PID/net: bytes in, one socket out. Pure.
 */
#pragma once

#include <linux/netlink.h>

#include "core/detail.h"

/* What a decoder learnt. Names lie in the bytes that were decoded, and may hold NULs. */
typedef struct {
	PvSocket socket; /* without its name */
	const char *name;
	gsize name_len;
	/* unix, of a listener: inode numbers, in no alignment, of clients that it has not accepted */
	const char *pending;
	gsize n_pending;
} PvDecoded;

/*
 * FALSE: no socket of the family that its first byte says, or cut. The protocol is that which was
 * asked for: messages of inet and inet6 do not say it. 0 where it does not matter.
 */
gboolean pv_socket_decode(const struct nlmsghdr *message, guint protocol, PvDecoded *decoded);

/* One for each family, for pv_socket_decode(). */
gboolean pv_inet_decode(const struct nlmsghdr *message, guint protocol, PvDecoded *decoded);
gboolean pv_unix_decode(const struct nlmsghdr *message, PvDecoded *decoded);
gboolean pv_netlink_decode(const struct nlmsghdr *message, PvDecoded *decoded);
gboolean pv_packet_decode(const struct nlmsghdr *message, PvDecoded *decoded);
gboolean pv_vsock_decode(const struct nlmsghdr *message, PvDecoded *decoded);

/* A name as in sun_path: a path, or after a NUL an abstract name. */
void pv_decoded_name(PvDecoded *decoded, const char *sun_path, gsize n);
/* SOCK_* of an internet protocol; 0: unknown. */
guint8 pv_inet_type(guint protocol);
/* The two halves of an identity as messages have it. */
guint64 pv_cookie(const guint32 halves[2]);
/* The queues of a listener, that are no bytes, or those of another. */
void pv_decoded_queues(PvDecoded *decoded, guint32 receive, guint32 send);
