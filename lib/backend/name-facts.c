/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * "/memfd:NAME (deleted)", where NAME is the user's and may end in any way, and "net:[INODE]".
 *
 * What it cannot see: the type of a namespace that was opened through a bind mount, as those of
 * ip-netns(8) are: its name is a path then.
 */
#include "backend/name-facts.h"

#include <string.h>

#include "core/kind.h"

static const char memfd_prefix[] = "/memfd:";
static const char deleted_suffix[] = " (deleted)";

static gboolean
add_text(PvStore *store, const PvFile *file, guint fact, const char *text, gsize length)
{
	PvString string = pv_strings_intern(&store->strings, text, length);

	return string != 0 && pv_details_add_number(&store->details, file->index, fact, string);
}

static gboolean
note_memfd(PvStore *store, const PvFile *file, const char *name, gsize length)
{
	gsize prefix = strlen(memfd_prefix);
	gsize suffix = strlen(deleted_suffix);

	if (length < prefix || memcmp(name, memfd_prefix, prefix) != 0)
		return TRUE;
	name += prefix;
	length -= prefix;
	if (length >= suffix && memcmp(name + length - suffix, deleted_suffix, suffix) == 0)
		length -= suffix;
	return add_text(store, file, PV_FACT_MEMFD_NAME, name, length);
}

static gboolean
note_namespace(PvStore *store, const PvFile *file, const char *name, gsize length)
{
	const char *colon = memchr(name, ':', length);

	if (name[0] == '/' || colon == NULL || colon == name)
		return TRUE;
	return add_text(store, file, PV_FACT_NAMESPACE_TYPE, name, (gsize)(colon - name));
}

gboolean
pv_name_facts_note(PvStore *store, const PvFile *file, const char *name, gsize length)
{
	if (length == 0)
		return TRUE;
	switch (file->kind) {
	case PV_KIND_MEMFD:
		return note_memfd(store, file, name, length);
	case PV_KIND_NSFS:
		return note_namespace(store, file, name, length);
	default:
		return TRUE;
	}
}
