/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* Names of users, each looked up once. */
GHashTable *users_new(void);
/* The name, or the number where there is none. Bytes: not fit for a terminal as they are. */
const char *users_get_name(GHashTable *users, guint uid);
