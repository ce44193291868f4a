/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* An option whose value may be left out, and the value as it was given. */
struct optional {
	const char *name;
	char *value; /* NULL: none */
};

/* A new list of arguments in which each option stands alone and no value sticks to its letter; the
 * values that may be left out go where they belong, of which the last has no name. NULL: an option
 * has a value that it cannot have. */
char **arguments_spell_out(char **argv, const GOptionEntry *entries, struct optional *optionals,
			   GError **error);
gboolean arguments_takes_value(const GOptionEntry *entry);
