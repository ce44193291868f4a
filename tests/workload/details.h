/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Subjects that know more of their descriptors than that they are open.
 *
 * Descriptors are put at numbers from 10 on, in the order in which they are made: what a kernel
 * does not permit leaves no hole, and what is said of a descriptor names it by its number.
 */
#pragma once

#include "work.h"

#define DETAILS_FIRST 10

/* Says the process, and begins at the first number. */
void details_begin(struct work *w);
/* Gives it the next number and says it; a path as in work_file. */
int details_put(struct work *w, int fd, const char *kind, const char *path, bool unlinked);
/* The same, and says nothing of it: stat(2) would not say what others do. */
int details_put_unsaid(struct work *w, int fd);
/* Of those whose name is KIND:[INODE]. */
int details_put_numbered(struct work *w, int fd, const char *kind, const char *prefix);
/* Says the table of this process, which has what was put and nothing else; and arrives. */
void details_end(struct work *w);
void details_missing(struct work *w, const char *what);

/* GROUP.NAME of the fact, as in JSON. */
void details_number(struct work *w, int fd, const char *fact, uint64_t value);
/* It is falling: was so much when it was said. */
void details_most(struct work *w, int fd, const char *fact, uint64_t value);
void details_text(struct work *w, int fd, const char *fact, const char *value);
/* Of a mark or a watch; file: what it is on, -1: see the others; type: inode, mount, filesystem. */
struct details_mark {
	const char *type;
	int wd; /* -1: none */
	uint64_t ino;
	dev_t dev;
	unsigned mount_id;
	uint64_t mask;
	uint64_t ignored_mask;
};
void details_mark(struct work *w, int fd, const struct details_mark *mark);

/* details-kernel.c, details-devices.c: more of the scene */
void details_open_kernel_objects(struct work *w);
void details_open_devices(struct work *w);
void details_open_marks(struct work *w);
void details_open_processes(struct work *w);
void details_tun_main(struct work *w, void *arg);
void details_pty_main(struct work *w, void *arg);
void details_marks_main(struct work *w, void *arg);
