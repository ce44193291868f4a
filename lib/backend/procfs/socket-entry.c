/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * getxattr(2) through the entry: no file is opened. It takes a path, so the directory that is held
 * open is named by our own entry for it, which stays what it is whoever gets the process id.
 *
 * What it cannot see: network namespace, cookie and peer; for those a copy is needed.
 */
#include "backend/procfs/socket-entry.h"

#include <sys/xattr.h>

#include "backend/procfs/socket-name-parse.h"

gboolean
pv_socket_entry_note(int fd_dir, const char *name, guint64 ino, guint32 uid, PvStore *store)
{
	PvSocket *record = pv_array_append(&store->details.sockets);
	char path[64];
	char protocol[64];
	gssize length;

	if (record == NULL)
		return FALSE;
	record->ino = ino;
	/* The owner of a socket is that of its inode, also after fchown(2). */
	record->uid = uid;
	record->known |= PV_SOCKET_UID;
	g_snprintf(path, sizeof(path), "/proc/thread-self/fd/%d/%s", fd_dir, name);
	length = getxattr(path, "system.sockprotoname", protocol, sizeof(protocol));
	/* It ends with a NUL. */
	if (length > 1)
		pv_socket_name_parse(protocol, (gsize)length - 1, record);
	return TRUE;
}
