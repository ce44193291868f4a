/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* A new list of arguments in which each option stands alone and no value sticks to its letter;
 * lines says whether -J had the value "lines". NULL: an option has a value that it cannot have. */
char **arguments_spell_out(char **argv, const GOptionEntry *entries, gboolean *lines,
			   GError **error);
gboolean arguments_takes_value(const GOptionEntry *entry);
