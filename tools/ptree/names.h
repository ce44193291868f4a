/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* Whether the locale's characters are UTF-8; else everything beyond ASCII is escaped. */
gboolean names_are_utf8(void);

/* Appends bytes of anybody's choosing in a form that no terminal obeys. */
void names_append(GString *out, const char *bytes, gboolean utf8);
char *names_dup_safe(const char *bytes);
