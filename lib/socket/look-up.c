/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Only the lists are looked into in which one of the sockets may be that are still wanted, and only
 * as long as there are such. By sock_diag(7) first; what it cannot tell, for this kernel has no
 * module for it or somebody forbids it, by /proc/thread-self/net.
 */
#include "socket/look-up.h"

#include <errno.h>
#include <fcntl.h>

#include "core/error.h"
#include "netlink/dump.h"
#include "socket/lists.h"
#include "util/fd.h"

#define LINES_PER_LOOK 256

typedef struct {
	PvWanted *wanted;
	guint64 netns;
	PvList list;
	const PvWatch *watch;
	int net_dir; /* -1: not opened, or there is none */
	PvBuffer text;
} LookUp;

static void
look_up_clear(LookUp *self)
{
	pv_fd_close(&self->net_dir);
	pv_buffer_clear(&self->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LookUp, look_up_clear)

static gboolean
take_message(const struct nlmsghdr *message, gpointer data)
{
	LookUp *self = data;
	PvDecoded decoded;

	return !pv_list_decode(self->list, message, &decoded) ||
	       pv_wanted_take(self->wanted, &decoded, self->netns);
}

static int
take_lines(LookUp *self)
{
	const char *at = self->text.data;
	gsize left = self->text.n;
	PvDecoded decoded;
	gsize n;

	for (guint i = 1; (n = pv_list_parse(self->list, at, left, &decoded)) > 0; i++) {
		if (i % LINES_PER_LOOK == 0 && pv_watch_cancelled(self->watch))
			return -ECANCELED;
		if (decoded.socket.ino != 0 && !pv_wanted_take(self->wanted, &decoded, self->netns))
			return -ENOMEM;
		at += n;
		left -= n;
	}
	return 0;
}

static int
read_file(LookUp *self)
{
	const char *name = pv_list_file(self->list);
	int status;

	if (name == NULL || self->net_dir < 0)
		return 0;
	status = pv_read_at(self->net_dir, name, &self->text);
	if (status < 0)
		return pv_error_only_shortage(status);
	return take_lines(self);
}

static gboolean
ends_all(int status)
{
	return pv_error_is_shortage(status) || status == -ECANCELED;
}

/* 0: the list has told what it knows; -ENOTSUP: it could not be asked; or what ends all. */
static int
dump_list(LookUp *self, PvNetlink *netlink, guint32 *unsupported)
{
	char buffer[PV_LIST_REQUEST_BYTES] __attribute__((aligned(8)));
	struct nlmsghdr *request = pv_list_request(self->list, buffer);
	int status;

	if (netlink == NULL || request == NULL || (*unsupported & PV_LIST_BIT(self->list)))
		return -ENOTSUP;
	status = pv_netlink_dump(netlink, request, take_message, self, self->watch);
	if (status >= 0 || ends_all(status))
		return MIN(status, 0);
	if (status == -ENOENT || status == -EOPNOTSUPP || status == -EPROTONOSUPPORT)
		*unsupported |= PV_LIST_BIT(self->list);
	return -ENOTSUP;
}

static int
look_into(LookUp *self, PvNetlink *netlink, guint32 *unsupported)
{
	int status = dump_list(self, netlink, unsupported);

	if (status != -ENOTSUP)
		return status;
	if (self->net_dir < 0)
		self->net_dir = pv_open_dir(AT_FDCWD, "/proc/thread-self/net");
	if (ends_all(self->net_dir))
		return self->net_dir;
	return read_file(self);
}

int
pv_socket_look_up(PvWanted *wanted, guint64 netns, guint32 *unsupported, const PvWatch *watch)
{
	g_auto(LookUp) self = {.wanted = wanted, .netns = netns, .watch = watch, .net_dir = -1};
	guint32 mask = pv_wanted_lists(wanted, netns);
	PvNetlink *netlink = NULL;
	int status = 0;

	if (mask == 0)
		return 0;
	status = pv_netlink_open(NETLINK_SOCK_DIAG, &netlink);
	if (ends_all(status))
		return status;
	if (status < 0)
		netlink = NULL;
	status = 0;
	for (guint list = 0; list < PV_N_LISTS && wanted->n_open > 0 && status == 0; list++) {
		if (!(mask & PV_LIST_BIT(list)))
			continue;
		self.list = list;
		status = look_into(&self, netlink, unsupported);
	}
	if (netlink != NULL)
		pv_netlink_close(netlink);
	return status;
}

int
pv_socket_look_up_text(PvWanted *wanted, guint64 netns, int net_dir, const PvWatch *watch)
{
	LookUp self = {.wanted = wanted, .netns = netns, .watch = watch, .net_dir = net_dir};
	guint32 mask = pv_wanted_lists(wanted, netns);
	int status = 0;

	for (guint list = 0; list < PV_N_LISTS && wanted->n_open > 0 && status == 0; list++) {
		if (!(mask & PV_LIST_BIT(list)))
			continue;
		self.list = list;
		status = read_file(&self);
	}
	pv_buffer_clear(&self.text);
	return status;
}
