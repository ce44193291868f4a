/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * BPF_PROG_LOAD, for programs that the library has put together itself: iterators of tasks, their
 * files and their mappings are programs of type "tracing" that are attached to a function of the
 * kernel (5.8). Loading takes CAP_BPF and CAP_PERFMON.
 *
 * The verifier's log is asked for only when it is needed: it makes loading slower.
 */
#include "backend/bpf/loading.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void
pv_bpf_hold_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, before);
}

void
pv_bpf_release_signals(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* It is the last line before the statistics. */
char *
pv_bpf_last_complaint(const char *log)
{
	g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
	const char *complaint = NULL;

	for (guint i = 0; lines[i] != NULL; i++) {
		if (lines[i][0] != '\0' && !g_str_has_prefix(lines[i], "processed "))
			complaint = lines[i];
	}
	return g_utf8_make_valid(complaint == NULL ? "no reason given" : complaint, -1);
}

static int
load(const PvAssembler *program, guint32 function, char *log)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = BPF_TRACE_ITER;
	attr.attach_btf_id = function;
	attr.insns = (gsize)program->code.data;
	attr.insn_cnt = program->code.n;
	attr.license = (gsize) "Dual BSD/GPL";
	if (log != NULL) {
		attr.log_level = 1;
		attr.log_buf = (gsize)log;
		attr.log_size = PV_BPF_LOG_BYTES;
	}
	for (guint i = 0; i < PV_BPF_MAX_ATTEMPTS; i++) {
		fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd < 0 ? -errno : fd;
}

static char *
explain(const PvAssembler *program, guint32 function, int error)
{
	g_autofree char *complaint = NULL;
	g_autofree char *log = NULL;
	int fd;

	if (error == EPERM)
		return g_strdup_printf("bpf: %s (needs CAP_BPF and CAP_PERFMON)",
				       g_strerror(error));
	if (error == EACCES || error == EINVAL || error == E2BIG)
		log = g_try_malloc0(PV_BPF_LOG_BYTES);
	if (log == NULL)
		return g_strdup_printf("bpf: %s", g_strerror(error));
	fd = load(program, function, log);
	if (fd >= 0)
		close(fd);
	complaint = pv_bpf_last_complaint(log);
	return g_strdup_printf("the kernel did not take a program: %s", complaint);
}

int
pv_bpf_load_iterator(const PvAssembler *program, guint32 function, char **why)
{
	int fd = load(program, function, NULL);

	if (fd >= 0)
		return fd;
	*why = explain(program, function, -fd);
	return -1;
}

/* All at once, since 5.6. */
static int
fill_set(int map, const guint64 *keys, guint n)
{
	g_autofree guint64 *values = g_try_new0(guint64, n);
	union bpf_attr attr;

	if (values == NULL)
		return -ENOMEM;
	memset(&attr, 0, sizeof(attr));
	attr.batch.map_fd = map;
	attr.batch.keys = (gsize)keys;
	attr.batch.values = (gsize)values;
	attr.batch.count = n;
	return syscall(SYS_bpf, BPF_MAP_UPDATE_BATCH, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int
pv_bpf_make_set(const guint64 *keys, guint n, char **why)
{
	union bpf_attr attr;
	int map, status;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_HASH;
	attr.key_size = sizeof(guint64);
	attr.value_size = sizeof(guint64);
	attr.max_entries = n;
	map = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
	status = map < 0 ? -errno : fill_set(map, keys, n);
	if (status == 0)
		return map;
	if (map >= 0)
		close(map);
	*why = g_strdup_printf("bpf: %s", g_strerror(-status));
	return -1;
}
