/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parser of /proc/PID/mountinfo.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/mountinfo-parse.h"
#include "core/record.h"
#include "fuzz.h"

static void
check_options(const PvMountLine *mount)
{
	const char *comma = memchr(mount->super_options, ',', mount->super_options_len);
	const char *end = mount->super_options + mount->super_options_len;
	gsize length = (gsize)((comma == NULL ? end : comma) - mount->super_options);
	g_autofree char *first = NULL;

	g_assert_false(pv_mount_has_option(mount, "a,b"));
	/* As a string a word ends at its first NUL. */
	if (memchr(mount->super_options, '\0', length) != NULL)
		return;
	first = g_strndup(mount->super_options, length);
	g_assert_true(pv_mount_has_option(mount, first));
}

static void
check_mount(const char *line, gsize used, const PvMountLine *mount)
{
	const char *newline = line + used - 1;
	const char *type_end = mount->fstype + mount->fstype_len;

	/* "1 2 3:4 / / rw - t s o\n" is the shortest. */
	g_assert_cmpuint(used, >=, strlen("1 2 3:4    - t  \n"));
	g_assert_true(mount->fstype > line && type_end < newline);
	g_assert_cmpuint(mount->fstype_len, >, 0);
	g_assert_null(memchr(mount->fstype, ' ', mount->fstype_len));
	g_assert_cmpmem(mount->fstype - 3, 3, " - ", 3);
	g_assert_true(*type_end == ' ' && mount->super_options[-1] == ' ');
	g_assert_true(mount->super_options > type_end);
	g_assert_true(mount->super_options + mount->super_options_len == newline);
	g_assert_cmpuint(pv_dev(pv_dev_major(mount->dev), pv_dev_minor(mount->dev)), ==,
			 mount->dev);
	g_assert_true(mount->root > line && mount->root[mount->root_len] == ' ');
	g_assert_true(mount->point == mount->root + mount->root_len + 1);
	g_assert_true(mount->point + mount->point_len < mount->fstype);
	g_assert_true(mount->source == type_end + 1);
	g_assert_true(mount->source + mount->source_len + 1 == mount->super_options);
	check_options(mount);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	gsize used;
	PvMountLine mount;

	while ((used = pv_mountinfo_parse(text, size, &mount)) != 0) {
		g_assert_cmpuint(used, <=, size);
		g_assert_true(memchr(text, '\n', size) == text + used - 1);
		if (mount.fstype != NULL)
			check_mount(text, used, &mount);
		else
			g_assert_false(pv_mount_has_option(&mount, ""));
		text += used;
		size -= used;
	}
	g_assert_true(size == 0 || memchr(text, '\n', size) == NULL);
	g_assert_null(mount.fstype);
	return 0;
}
