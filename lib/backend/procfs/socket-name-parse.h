/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The name that the kernel has for a socket's protocol: bytes in, family, type and protocol out.
 * Pure.
 */
#pragma once

#include "core/detail.h"

/* FALSE: a name that says nothing to us. */
gboolean pv_socket_name_parse(const char *name, gsize length, PvSocket *socket);
