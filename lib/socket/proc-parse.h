/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Files of /proc/PID/net that list sockets: bytes in, one socket a line. Pure.
 *
 * Each parses what the text begins with. It returns how many bytes that took with its newline, or 0
 * at the end of the text or where only a cut line is left. A line that lists no socket, as the
 * heading does, gives inode number 0.
 */
#pragma once

#include "socket/decode.h"

/* tcp, udp, udplite, raw and icmp, and their twins for inet6. */
gsize pv_proc_inet_parse(const char *text, gsize length, guint family, guint protocol,
			 PvDecoded *decoded);
gsize pv_proc_unix_parse(const char *text, gsize length, PvDecoded *decoded);
gsize pv_proc_netlink_parse(const char *text, gsize length, PvDecoded *decoded);
gsize pv_proc_packet_parse(const char *text, gsize length, PvDecoded *decoded);

/* socket/proc-fields.c: fields between spaces. Each returns where the next one begins, or NULL. */
typedef const char *PvField;

PvField pv_field_skip(PvField p, const char *end, guint n);
PvField pv_field_decimal(PvField p, const char *end, guint64 *value);
PvField pv_field_hex(PvField p, const char *end, guint64 *value);
