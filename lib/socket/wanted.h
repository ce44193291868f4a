/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The sockets that something is to be learnt of.
 */
#pragma once

#include "core/detail.h"
#include "core/strings.h"
#include "socket/decode.h"

typedef struct {
	PvArray *sockets; /* PvSocket, each once */
	PvStrings *strings;
	guint32 *slots;	 /* by inode number: index of a socket, with 1 added; 0: free */
	guint32 n_slots; /* a power of two */
	guint8 *open;	 /* for each socket: no list has had it, and one that is left may */
	guint n_open;
} PvWanted;

/*
 * Puts records of one socket together. A socket whose state is known is told of already. FALSE: out
 * of memory.
 */
gboolean pv_wanted_init(PvWanted *wanted, PvArray *sockets, PvStrings *strings);
void pv_wanted_clear(PvWanted *wanted);
/* FALSE: out of memory. netns 0: unknown. */
gboolean pv_wanted_take(PvWanted *wanted, const PvDecoded *decoded, guint64 netns);
/* The lists of a network namespace (0: one that nobody can name) that have to be looked into. */
guint32 pv_wanted_lists(const PvWanted *wanted, guint64 netns);
/* The lists of that network namespace have been looked into: what they do not have no other has. */
void pv_wanted_give_up(PvWanted *wanted, guint64 netns);
/* The record of a socket that no list has had yet; NULL: there is no such. */
const PvSocket *pv_wanted_find_open(const PvWanted *wanted, guint64 ino);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PvWanted, pv_wanted_clear)
