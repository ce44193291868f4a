/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A list has all sockets of a network namespace, of which a snapshot may have met few. They are
 * found by inode number: all sockets of a machine lie on one file system, sockfs.
 *
 * What a list says of a socket is good only if it is about the same thing: a connection of mptcp is
 * also in the list of tcp, with the inode number of the whole and the address of a part.
 */
#include "socket/wanted.h"

#include <string.h>
#include <sys/socket.h>

#include "socket/lists.h"
#include "util/hash.h"

/* Under a key: whoever makes many sockets can choose which numbers he keeps. */
static guint32
first_slot(const PvWanted *wanted, guint64 ino)
{
	guint64 hash = pv_hash_bytes(wanted->strings->key, (const char *)&ino, sizeof(ino));

	return pv_hash_fold(hash) & (wanted->n_slots - 1);
}

static PvSocket *
socket_at(const PvWanted *wanted, guint32 i)
{
	return pv_array_at(wanted->sockets, PvSocket, i);
}

/* The slot that holds the socket, or the free one where it belongs. */
static guint32 *
find_slot(const PvWanted *wanted, guint64 ino)
{
	guint32 i = first_slot(wanted, ino);

	while (wanted->slots[i] != 0 && socket_at(wanted, wanted->slots[i] - 1)->ino != ino)
		i = (i + 1) & (wanted->n_slots - 1);
	return &wanted->slots[i];
}

static gboolean
make_room(PvWanted *wanted)
{
	guint n = wanted->sockets->n;
	gsize n_slots = 16;

	while (n_slots < (gsize)n * 2)
		n_slots *= 2;
	wanted->slots = g_try_new0(guint32, n_slots);
	wanted->open = g_try_new0(guint8, MAX(n, 1));
	wanted->n_slots = (guint32)n_slots;
	return wanted->slots != NULL && wanted->open != NULL;
}

gboolean
pv_wanted_init(PvWanted *wanted, PvArray *sockets, PvStrings *strings)
{
	guint n = sockets->n;
	guint kept = 0;

	*wanted = (PvWanted){.sockets = sockets, .strings = strings};
	if (!make_room(wanted))
		return FALSE;
	for (guint i = 0; i < n; i++) {
		PvSocket record = *socket_at(wanted, i);
		guint32 *slot = find_slot(wanted, record.ino);

		if (*slot != 0) {
			pv_socket_merge(socket_at(wanted, *slot - 1), &record);
			continue;
		}
		*socket_at(wanted, kept++) = record;
		*slot = kept;
	}
	pv_array_truncate(sockets, kept);
	for (guint i = 0; i < kept; i++) {
		const PvSocket *socket = socket_at(wanted, i);

		wanted->open[i] = !(socket->known & PV_SOCKET_STATE) && pv_lists_of(socket) != 0;
		wanted->n_open += wanted->open[i];
	}
	return TRUE;
}

void
pv_wanted_clear(PvWanted *wanted)
{
	g_free(wanted->slots);
	g_free(wanted->open);
	memset(wanted, 0, sizeof(*wanted));
}

static gboolean
is_same(const PvSocket *socket, const PvSocket *told)
{
	gboolean is_inet = told->family == AF_INET || told->family == AF_INET6;

	if ((socket->known & PV_SOCKET_FAMILY) && socket->family != told->family)
		return FALSE;
	return !is_inet || !(socket->known & told->known & PV_SOCKET_PROTOCOL) ||
	       socket->protocol == told->protocol;
}

static gboolean
take_name(PvWanted *wanted, const PvDecoded *decoded, PvSocket *told)
{
	if (!(told->known & PV_SOCKET_NAME))
		return TRUE;
	told->name = pv_strings_intern(wanted->strings, decoded->name, decoded->name_len);
	return told->name != 0;
}

/* Clients that wait at a listener have no peer yet that could lead there. */
static void
take_pending(PvWanted *wanted, const PvDecoded *decoded)
{
	for (gsize i = 0; i < decoded->n_pending; i++) {
		guint32 ino, slot;

		memcpy(&ino, decoded->pending + i * sizeof(ino), sizeof(ino));
		slot = *find_slot(wanted, ino);
		if (slot != 0)
			socket_at(wanted, slot - 1)->listener_ino = decoded->socket.ino;
	}
}

gboolean
pv_wanted_take(PvWanted *wanted, const PvDecoded *decoded, guint64 netns)
{
	PvSocket told = decoded->socket;
	guint32 slot;

	take_pending(wanted, decoded);
	slot = told.ino == 0 ? 0 : *find_slot(wanted, told.ino);
	if (slot == 0 || !is_same(socket_at(wanted, slot - 1), &told))
		return TRUE;
	if (!take_name(wanted, decoded, &told))
		return FALSE;
	if (netns != 0) {
		told.netns = netns;
		told.known |= PV_SOCKET_NETNS;
	}
	pv_socket_merge(socket_at(wanted, slot - 1), &told);
	wanted->n_open -= wanted->open[slot - 1];
	wanted->open[slot - 1] = FALSE;
	return TRUE;
}

guint32
pv_wanted_lists(const PvWanted *wanted, guint64 netns)
{
	guint32 mask = 0;

	for (guint i = 0; i < wanted->sockets->n && wanted->n_open > 0; i++) {
		const PvSocket *socket = socket_at(wanted, i);

		if (wanted->open[i] &&
		    (!(socket->known & PV_SOCKET_NETNS) || netns == 0 || socket->netns == netns))
			mask |= pv_lists_of(socket);
	}
	return mask;
}

void
pv_wanted_give_up(PvWanted *wanted, guint64 netns)
{
	for (guint i = 0; i < wanted->sockets->n && wanted->n_open > 0; i++) {
		const PvSocket *socket = socket_at(wanted, i);

		if (!wanted->open[i] || !(socket->known & PV_SOCKET_NETNS) ||
		    socket->netns != netns)
			continue;
		wanted->open[i] = FALSE;
		wanted->n_open--;
	}
}

const PvSocket *
pv_wanted_find_open(const PvWanted *wanted, guint64 ino)
{
	guint32 slot = *find_slot(wanted, ino);

	return slot != 0 && wanted->open[slot - 1] ? socket_at(wanted, slot - 1) : NULL;
}
