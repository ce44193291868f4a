/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One socket is told of from several sides: by whoever read a table that it is in, and by the
 * kernel's lists of sockets. None of them knows all of it, so records are put together, field by
 * field. What is known already stays: of two sides that disagree the first was asked first.
 */
#include <string.h>

#include "core/detail.h"

#define FIELD(bit, member)                                                                         \
	{                                                                                          \
		bit, G_STRUCT_OFFSET(PvSocket, member), sizeof(((PvSocket *)NULL)->member)         \
	}

/* The bit that says whether a field is known; 0: it is if it is not zero. */
static const struct {
	guint32 bit;
	guint16 offset;
	guint16 size;
} fields[] = {
	FIELD(PV_SOCKET_LOCAL, local),
	FIELD(PV_SOCKET_LOCAL, local_port),
	FIELD(PV_SOCKET_LOCAL, local_cid),
	FIELD(PV_SOCKET_REMOTE, remote),
	FIELD(PV_SOCKET_REMOTE, remote_port),
	FIELD(PV_SOCKET_REMOTE, remote_cid),
	FIELD(PV_SOCKET_STATE, state),
	FIELD(PV_SOCKET_QUEUES, receive_queue),
	FIELD(PV_SOCKET_QUEUES, send_queue),
	FIELD(PV_SOCKET_BACKLOG, backlog),
	FIELD(PV_SOCKET_UID, uid),
	FIELD(PV_SOCKET_NAME, name),
	FIELD(PV_SOCKET_NAME, name_len),
	FIELD(PV_SOCKET_NAME, name_is_abstract),
	FIELD(PV_SOCKET_NETNS, netns),
	FIELD(PV_SOCKET_TYPE, type),
	FIELD(PV_SOCKET_PROTOCOL, protocol),
	FIELD(PV_SOCKET_INTERFACE, interface),
	FIELD(PV_SOCKET_GROUPS, groups),
	FIELD(PV_SOCKET_SHUTDOWN, shutdown),
	FIELD(PV_SOCKET_FAMILY, family),
	FIELD(PV_SOCKET_PEER_PID, peer_pid),
	FIELD(PV_SOCKET_IN_FLIGHT, in_flight),
	FIELD(0, cookie),
	FIELD(0, peer_ino),
	FIELD(0, listener_ino),
	FIELD(0, file_ino),
	FIELD(0, file_dev),
};

static gboolean
is_missing(const PvSocket *socket, guint i)
{
	static const guint64 zero = 0;

	if (fields[i].bit != 0)
		return !(socket->known & fields[i].bit);
	return memcmp((const char *)socket + fields[i].offset, &zero, fields[i].size) == 0;
}

void
pv_socket_merge(PvSocket *socket, const PvSocket *other)
{
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (is_missing(socket, i))
			memcpy((char *)socket + fields[i].offset,
			       (const char *)other + fields[i].offset, fields[i].size);
	}
	socket->known |= other->known;
}
