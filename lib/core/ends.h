/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The other ends of pipes, sockets and the like: who is at the other end of a file, and which
 * descriptors lead to it.
 *
 * What a file is connected to is told by its own records, and each way to be connected is a
 * *channel*: a pipe's inode, a pair of addresses. The index (PvDetails.ends) has the files that are
 * on each channel, by the role that they have there; a question computes the channels of the file
 * and looks up who has the opposite role.
 */
#pragma once

#include "core/store.h"

/* FALSE: no more of them is wanted. */
typedef gboolean (*PvEachFile)(const PvStore *store, guint32 file, gpointer data);
typedef gboolean (*PvEachDescriptor)(const PvStore *store, const PvDescriptor *descriptor,
				     gpointer data);

/* Fills the index. FALSE: out of memory. Details must be settled. */
gboolean pv_ends_index(PvStore *store);
/* Only which descriptors lead to a file. */
gboolean pv_ends_index_descriptors(PvStore *store);

/* Each peer once, in no order that means anything; never the file itself. */
void pv_ends_each_peer(const PvStore *store, guint32 file, PvEachFile each, gpointer data);
/* The eventpoll sets that wait for the file. */
void pv_ends_each_watcher(const PvStore *store, guint32 file, PvEachFile each, gpointer data);
/* In the order of tables and numbers. Looks at all descriptors where there is no index. FALSE: was
 * stopped. */
gboolean pv_ends_each_descriptor(const PvStore *store, guint32 file, PvEachDescriptor each,
				 gpointer data);
/* All that lead to peers; of an eventfd, which has no sides, the others that lead to it. */
void pv_ends_each_peer_descriptor(const PvStore *store, const PvDescriptor *descriptor,
				  PvEachDescriptor each, gpointer data);
/* The process that a pidfd leads to; NULL: is none, or it is not here. */
PvProcess *pv_ends_process(const PvStore *store, guint32 file);
