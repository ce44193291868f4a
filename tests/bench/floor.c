/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Runs the programs of floor.bpf.c: BPF iterators, Linux 5.8; those of one task, 6.1. Loading them
 * takes CAP_BPF and CAP_PERFMON.
 */
#include "floor.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What bpftool writes minds other warnings than this project does. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-declarations"
#include <floor.skel.h>
#pragma GCC diagnostic pop

/* The kernel's own buffer has 32 KiB, so that no read returns more. */
#define BUFFER_BYTES 32768
/* After a million objects without a record it says EAGAIN: enough for ten thousand million. */
#define MAX_AGAIN 10000

struct _Floor {
	struct floor *skeleton;
	char buffer[BUFFER_BYTES];
};

static int
bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static gboolean
fail(char **why, const char *what)
{
	*why = g_strdup_printf("%s: %s", what, g_strerror(errno));
	return FALSE;
}

Floor *
floor_open(char **why)
{
	struct floor *skeleton = floor__open();
	Floor *floor;

	if (skeleton == NULL || floor__load(skeleton) < 0) {
		fail(why, "loading BPF iterators");
		floor__destroy(skeleton);
		return NULL;
	}
	floor = g_new0(Floor, 1);
	floor->skeleton = skeleton;
	return floor;
}

void
floor_close(Floor *floor)
{
	floor__destroy(floor->skeleton);
	g_free(floor);
}

static int
program_of(const Floor *floor, FloorPass pass)
{
	switch (pass) {
	case FLOOR_TASKS:
		return floor->skeleton->progs.floor_tasks.prog_fd;
	case FLOOR_FILES:
		return floor->skeleton->progs.floor_files.prog_fd;
	case FLOOR_NAMES:
	case FLOOR_N_PASSES:
	default:
		return floor->skeleton->progs.floor_names.prog_fd;
	}
}

static int
make_iterator(int program, int tid)
{
	union bpf_iter_link_info info = {.task = {.tid = (guint32)tid}};
	union bpf_attr attr = {0};
	int link, iterator;

	attr.link_create.prog_fd = (guint32)program;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	if (tid != 0) {
		attr.link_create.iter_info = (guintptr)&info;
		attr.link_create.iter_info_len = sizeof(info);
	}
	link = bpf(BPF_LINK_CREATE, &attr);
	if (link < 0)
		return -1;
	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (guint32)link;
	iterator = bpf(BPF_ITER_CREATE, &attr);
	close(link);
	return iterator;
}

static gboolean
read_all(Floor *floor, int iterator)
{
	ssize_t n;
	guint n_again = 0;

	do {
		n = read(iterator, floor->buffer, sizeof(floor->buffer));
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR) && n_again++ < MAX_AGAIN));
	return n == 0;
}

gboolean
floor_pass(Floor *floor, FloorPass pass, int tid, char **why)
{
	int iterator = make_iterator(program_of(floor, pass), tid);
	gboolean done;

	if (iterator < 0)
		return fail(why, "a BPF iterator");
	done = read_all(floor, iterator) || fail(why, "reading a BPF iterator");
	close(iterator);
	return done;
}
