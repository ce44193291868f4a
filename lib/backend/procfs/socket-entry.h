/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What an entry of a fd directory tells of a socket.
 */
#pragma once

#include "core/store.h"

/* Adds a record for the socket that the entry leads to. FALSE: out of memory. */
gboolean pv_socket_entry_note(int fd_dir, const char *name, guint64 ino, guint32 uid,
			      PvStore *store);
/* The family of that socket; AF_UNSPEC: it is not known, or the socket is not there any more. */
guint pv_socket_entry_family(int fd_dir, const char *name, guint64 ino);
