/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "clip.h"
#include "graph-model.h"

/* The ports at which somebody on this machine can be called. */
GHashTable *ports_new(ProcviewSnapshot *snapshot);
/* Whether the socket's own port is one of them. */
gboolean ports_have(GHashTable *ports, ProcviewSocket *socket);
/* "tcp :443" */
char *ports_dup_label(ProcviewSocket *socket, gboolean remote);
