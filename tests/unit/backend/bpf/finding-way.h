/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How the tests of finding have somebody found: by programs of BPF, or in /proc.
 */
#pragma once

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef FIND_IN_PROC

#include "backend/registry.h"
#include "grouping/kcmp.h"
#include "snapshot/holders.h"

static PvContext context;

/* FALSE, too, if anybody on the machine sleeps just then as vfork(2) does. */
static inline gboolean
find_once(const PvSought *sought, PvFound *found, char **why)
{
	if (pv_holders_find(&context, sought, G_MAXINT64 / 2, NULL, found))
		return TRUE;
	*why = g_strdup("who may hold it was not to be told");
	return FALSE;
}

static inline gboolean
find_in_the_end(const PvSought *sought, PvFound *found, char **why)
{
	for (guint i = 0; i < 5000; i++) {
		if (find_once(sought, found, why))
			return TRUE;
		g_clear_pointer(why, g_free);
		g_usleep(1000);
	}
	return find_once(sought, found, why);
}

/* Exits where what others have is not to be seen. */
static inline void
require_find(void)
{
	PvKcmp kcmp;

	pv_kcmp_init(&kcmp);
	g_assert_true(pv_context_probe(&context, "/proc", NULL));
	if (geteuid() == 0 && pv_kcmp_probe(&kcmp) == 0)
		return;
	g_print("1..0 # SKIP not root, or no kcmp(2)\n");
	exit(0);
}

#else

#include "backend/bpf/find.h"

static inline gboolean
find_once(const PvSought *sought, PvFound *found, char **why)
{
	return pv_bpf_find(sought, found, why);
}

static inline gboolean
find_in_the_end(const PvSought *sought, PvFound *found, char **why)
{
	return find_once(sought, found, why);
}

static inline gboolean
has_namespace(const char *path, guint64 inode)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_ino == inode;
}

/* Where nothing stands in its way it has to work. Exits where something does. */
static inline void
require_find(void)
{
	const PvSought nothing = {0};
	g_autofree char *why = NULL;
	PvFound found;

	if (pv_bpf_find(&nothing, &found, &why)) {
		pv_found_clear(&found);
		return;
	}
	if (geteuid() == 0 && has_namespace("/proc/self/ns/pid", 0xEFFFFFFC) &&
	    has_namespace("/proc/self/ns/user", 0xEFFFFFFD) &&
	    g_file_test("/sys/kernel/btf/vmlinux", G_FILE_TEST_EXISTS) &&
	    strstr(why, "has no BPF") == NULL && strstr(why, "CAP_BPF") == NULL)
		g_error("%s", why);
	g_print("1..0 # SKIP %s\n", why);
	exit(0);
}

#endif
