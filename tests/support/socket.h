/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a scene says of its sockets, beside what a snapshot says of them.
 */
#pragma once

#include "pv-test.h"

typedef struct {
	int tid;
	int fd;
	char *variant;
	GHashTable *told; /* key: value, as the scene wrote them */
} PvTestSocket;

/* What a backend cannot know, and says nothing of. NULL: any. */
typedef struct {
	const char *backend; /* "pidfd", "procfs", or "diag" for either */
	const char *variant; /* a pattern */
	const char *key;
} PvTestAbsence;

/*
 * What holds of all sockets: the kernel's lists have no sockets that are not bound, and none of
 * families without a module for it; and where a list comes from /proc/net it has no cookies.
 */
extern const PvTestAbsence pv_test_absences[];
extern const guint pv_test_n_absences;

GPtrArray *pv_test_scene_sockets(PvTestScene *scene);
/* With sockets, details and their other ends, of the scene alone. */
ProcviewSnapshot *pv_test_sockets_scan(PvTestScene *scene, ProcviewScanner *scanner);
/*
 * Everything that the scene tells is told equally, or is absent where that is allowed. How many
 * values differ or are missing; each is a message.
 */
guint pv_test_socket_differences(PvTestScene *scene, ProcviewSnapshot *snapshot,
				 const PvTestAbsence *allowed, guint n_allowed);
/* Likewise for other ends: of pairs, of senders, and of connections that wait. */
guint pv_test_peer_differences(PvTestScene *scene, ProcviewSnapshot *snapshot);
