/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Child processes of the benchmark.
 */
#pragma once

#include <glib.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Descriptors for a child; -1: /dev/null. */
typedef struct {
	int in;
	int out;
	int err;
} ChildFiles;

/* -1: cannot be started, and errno says why. The child ends with the caller. */
pid_t child_start(char **argv, const ChildFiles *files);
/* Its exit status; -1: it was killed, or could not be executed. Usage may be NULL. */
int child_wait(pid_t pid, struct rusage *usage);
/* Runs a command to its end; what it says on both streams, NULL: it could not be run. */
char *child_output(char **argv);
