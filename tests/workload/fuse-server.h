/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A file system that is served by hand, over /dev/fuse, for as long as it pleases.
 */
#pragma once

#include "work.h"

/* In its root: "file", "mapped", "program" (this very program) and "dir". */
struct fuse_server {
	int fd;
	int program;	  /* what is read as "program"; -1: nothing */
	bool keeps_flush; /* close(2) of each file asks the server */
};

/* Mounts it on the directory; fails the scene where the kernel has none. */
void fuse_server_mount(struct work *w, struct fuse_server *server, const char *dir);
/* Answers until the word is not 0. */
void fuse_server_run(struct work *w, struct fuse_server *server, _Atomic int32_t *stop);
