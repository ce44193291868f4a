/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Telling what a subject knows of its descriptors.
 */
#include "details.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Of the calling process: a subject has one thread while it opens. */
static int next_number;

void
details_begin(struct work *w)
{
	next_number = DETAILS_FIRST;
	work_say_process(w);
}

int
details_put(struct work *w, int fd, const char *kind, const char *path, bool unlinked)
{
	struct work_file file = {.kind = kind, .path = path, .unlinked = unlinked};

	fd = work_move(w, fd, next_number++);
	work_say_fd(w, getpid(), fd, &file);
	return fd;
}

int
details_put_unsaid(struct work *w, int fd)
{
	return work_move(w, fd, next_number++);
}

int
details_put_numbered(struct work *w, int fd, const char *kind, const char *prefix)
{
	char path[64];
	struct stat st;

	if (fstat(fd, &st) < 0)
		work_fail_errno(w, kind);
	snprintf(path, sizeof(path), "%s:[%llu]", prefix, (unsigned long long)st.st_ino);
	return details_put(w, fd, kind, path, false);
}

void
details_end(struct work *w)
{
	pid_t self = getpid();

	work_say_table(w, &self, 1);
	work_say_count(w, self, (unsigned)(next_number - DETAILS_FIRST));
	work_arrive(w);
}

void
details_missing(struct work *w, const char *what)
{
	work_say(w, "missing=%s:%s", what, strerror(errno));
}

void
details_number(struct work *w, int fd, const char *fact, uint64_t value)
{
	work_say(w, "number=%d:%d:%s:%llu", (int)getpid(), fd, fact, (unsigned long long)value);
}

void
details_most(struct work *w, int fd, const char *fact, uint64_t value)
{
	work_say(w, "most=%d:%d:%s:%llu", (int)getpid(), fd, fact, (unsigned long long)value);
}

void
details_text(struct work *w, int fd, const char *fact, const char *value)
{
	char prefix[96];

	snprintf(prefix, sizeof(prefix), "%d:%d:%s:", (int)getpid(), fd, fact);
	work_say_hex(w, "text", prefix, value);
}

void
details_mark(struct work *w, int fd, const struct details_mark *mark)
{
	work_say(w, "mark=%d:%d:%s:%d:%llu:%u.%u:%u:%llx:%llx", (int)getpid(), fd, mark->type,
		 mark->wd, (unsigned long long)mark->ino, major(mark->dev), minor(mark->dev),
		 mark->mount_id, (unsigned long long)mark->mask,
		 (unsigned long long)mark->ignored_mask);
}
