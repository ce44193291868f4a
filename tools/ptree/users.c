/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who is user 33? Asked once a number: behind getpwuid(3) may be a directory on the network.
 */
#include "users.h"

#include <pwd.h>

GHashTable *
users_new(void)
{
	return g_hash_table_new_full(NULL, NULL, NULL, g_free);
}

const char *
users_get_name(GHashTable *users, guint uid)
{
	char *name = g_hash_table_lookup(users, GUINT_TO_POINTER(uid));
	const struct passwd *entry;

	if (name != NULL)
		return name;
	entry = getpwuid(uid);
	if (entry != NULL && entry->pw_name != NULL && *entry->pw_name != '\0')
		name = g_strdup(entry->pw_name);
	else
		name = g_strdup_printf("%u", uid);
	g_hash_table_insert(users, GUINT_TO_POINTER(uid), name);
	return name;
}
