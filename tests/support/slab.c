/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * /proc/slabinfo, for root only, and /proc/sys/vm/drop_caches (since 2.6.16), whose value 2 frees
 * dentries and inodes that nobody uses.
 *
 * The allocator (SLUB) takes all objects of a slab that a CPU holds for active, be they or not:
 * some hundred inodes. Writing to its "shrink" makes CPUs give their slabs back, so that what is
 * counted is what there is.
 */
#include "slab.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean
write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	gboolean done;

	if (fd < 0)
		return FALSE;
	done = write(fd, text, strlen(text)) > 0;
	close(fd);
	return done;
}

gint64
pv_slab_proc_inodes(void)
{
	g_autofree char *text = NULL;
	const char *line;
	gint64 active;

	write_to("/sys/kernel/slab/proc_inode_cache/shrink", "1");
	if (!g_file_get_contents("/proc/slabinfo", &text, NULL, NULL))
		return -1;
	line = strstr(text, "\nproc_inode_cache ");
	if (line == NULL || sscanf(line, " proc_inode_cache %" G_GINT64_FORMAT, &active) != 1)
		return -1;
	return active;
}

/* What was dropped is freed a grace period later: waits until it gets no less. */
static void
settle(void)
{
	gint64 before = G_MAXINT64;

	for (guint i = 0; i < 50; i++) {
		gint64 now = pv_slab_proc_inodes();

		if (now >= before)
			return;
		before = now;
		g_usleep(40000);
	}
}

gboolean
pv_slab_drop(void)
{
	if (!write_to("/proc/sys/vm/drop_caches", "2"))
		return FALSE;
	settle();
	return TRUE;
}
