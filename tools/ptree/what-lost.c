/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where nothing is any more: is a file that is open the one that was there?
 *
 * There is no inode to compare, so it is the name that counts, of files whose name was removed: as
 * the kernel tells it, which is the whole path from the root directory. A log that was rotated away
 * and a socket whose file was cleaned up are found by what they were called.
 *
 * The kernel appends " (deleted)" to such a name, and a file may be called so: one that still is
 * there by that very name is not the one.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "what.h"

#define DELETED_SUFFIX " (deleted)"

/* As the kernel spells it, as far as there still is something. */
static char *
spell_directory(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *spelt = NULL;

	if (fd >= 0) {
		spelt = path_dup_of_descriptor(fd);
		close(fd);
	}
	return spelt != NULL ? spelt : g_strdup(path);
}

void
what_become_lost(struct what *what)
{
	g_autofree char *path = g_canonicalize_filename(what->word, NULL);
	g_autofree char *directory = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *spelt = spell_directory(directory);

	what->kind = WHAT_LOST;
	what->name = g_build_filename(spelt, name, NULL);
}

/* Whether there is a file that is called so, suffix and all. */
static gboolean
is_there(const char *path)
{
	struct statx found;

	return statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW, STATX_TYPE,
		     &found) == 0;
}

static gboolean
was_called(const struct what *what, const char *path)
{
	gsize n = strlen(what->name);

	return path != NULL && strncmp(path, what->name, n) == 0 &&
	       strcmp(path + n, DELETED_SUFFIX) == 0 && !is_there(path);
}

static gboolean
was_bound(const struct what *what, ProcviewSocket *socket)
{
	const char *name;

	if (socket == NULL || procview_socket_is_abstract(socket))
		return FALSE;
	name = (const char *)procview_socket_get_name(socket, NULL);
	return name != NULL && strcmp(name, what->name) == 0;
}

gboolean
what_was_file(const struct what *what, ProcviewFile *file)
{
	const char *path = procview_file_get_path(file);

	if (procview_file_is_deleted(file) && g_strcmp0(path, what->name) == 0)
		return TRUE;
	return was_called(what, path) || was_bound(what, procview_file_get_socket(file));
}

gboolean
what_was_place(const struct what *what, const struct place *place)
{
	const char *path = place_get_path(place);

	return (place_is_deleted(place) && g_strcmp0(path, what->name) == 0) ||
	       was_called(what, path);
}
