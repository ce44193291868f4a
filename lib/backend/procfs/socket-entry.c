/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * getxattr(2) of what the entry leads to. The number may lead elsewhere by now: to another socket,
 * or to a file of a server that never answers, which would be asked for the attribute. So what is
 * there is held first, by O_PATH, which opens no file, and is asked only if it is the socket that is
 * meant. It takes a path: our own entry for what is held.
 *
 * What it cannot see: network namespace, cookie and peer; for those a copy is needed.
 */
#include "backend/procfs/socket-entry.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "backend/procfs/socket-name-parse.h"
#include "util/fd.h"

static gboolean
is_socket(int fd, guint64 ino)
{
	struct statx stx;

	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &stx) ==
		       0 &&
	       S_ISSOCK(stx.stx_mode) && stx.stx_ino == ino;
}

/* What the kernel calls its protocol, into the record. */
static void
read_protocol(int fd_dir, const char *name, PvSocket *record)
{
	pv_autofd held = openat(fd_dir, name, O_PATH | O_CLOEXEC);
	char path[64];
	char protocol[64];
	gssize length;

	if (held < 0 || !is_socket(held, record->ino))
		return;
	g_snprintf(path, sizeof(path), "/proc/thread-self/fd/%d", held);
	length = getxattr(path, "system.sockprotoname", protocol, sizeof(protocol));
	/* It ends with a NUL. */
	if (length > 1)
		pv_socket_name_parse(protocol, (gsize)length - 1, record);
}

gboolean
pv_socket_entry_note(int fd_dir, const char *name, guint64 ino, guint32 uid, PvStore *store)
{
	PvSocket *record = pv_array_append(&store->details.sockets);

	if (record == NULL)
		return FALSE;
	record->ino = ino;
	/* The owner of a socket is that of its inode, also after fchown(2). */
	record->uid = uid;
	record->known |= PV_SOCKET_UID;
	read_protocol(fd_dir, name, record);
	return TRUE;
}

guint
pv_socket_entry_family(int fd_dir, const char *name, guint64 ino)
{
	PvSocket record = {.ino = ino};

	read_protocol(fd_dir, name, &record);
	return record.known & PV_SOCKET_FAMILY ? record.family : AF_UNSPEC;
}
