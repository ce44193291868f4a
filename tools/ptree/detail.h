/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "view.h"

/* Each appends nothing where nothing is known, and no blank around what it appends. */

/* What a file is beyond what all files are: its counter, its clock, its addresses, ... */
void detail_append(GString *out, ProcviewDescriptor *descriptor, const struct view *view);
/* The same, but for what a name says as well: the driver of /dev/null is no news. */
void detail_append_news(GString *out, ProcviewDescriptor *descriptor, const struct view *view);
void detail_append_locks(GString *out, ProcviewDescriptor *descriptor);
/* Whether the name of the file says no more than its kind and its detail do. */
gboolean detail_says_name(ProcviewFile *file);

/* detail-socket.c */
const char *detail_get_protocol(ProcviewSocket *socket);
void detail_append_socket(GString *out, ProcviewSocket *socket, const struct view *view);

/* detail-epoll.c */
void detail_append_targets(GString *out, ProcviewDescriptor *descriptor, const struct view *view);

/* detail-peer.c */
/* "PID COMMAND fd N", without the process where that is the reader's own. */
void detail_append_holder(GString *out, ProcviewDescriptor *descriptor, ProcviewFdTable *home,
			  const struct view *view);
/* Where it is kept who has the other ends, where these are many. */
GHashTable *detail_new_ends(void);
/* Who has the other end, or is what a pidfd leads to. */
void detail_append_peers(GString *out, ProcviewDescriptor *descriptor, const struct view *view);
