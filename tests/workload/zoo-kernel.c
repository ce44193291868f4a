/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The animals of the zoo that are no files: objects of the kernel that are reached by a descriptor.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "zoo.h"

int
zoo_event_counter(struct work *w)
{
	(void)w;
	return eventfd(3, EFD_NONBLOCK);
}

int
zoo_epoll(struct work *w)
{
	(void)w;
	return epoll_create1(EPOLL_CLOEXEC);
}

int
zoo_timer(struct work *w)
{
	(void)w;
	return timerfd_create(CLOCK_MONOTONIC, 0);
}

int
zoo_signals(struct work *w)
{
	sigset_t set;

	(void)w;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return signalfd(-1, &set, 0);
}

int
zoo_inotify(struct work *w)
{
	int fd = inotify_init1(0);

	return fd >= 0 && inotify_add_watch(fd, w->dir, IN_CREATE) >= 0 ? fd : -1;
}

int
zoo_fanotify(struct work *w)
{
	(void)w;
	return (int)syscall(SYS_fanotify_init, FAN_CLASS_NOTIF, O_RDONLY);
}

int
zoo_process(struct work *w)
{
	(void)w;
	return (int)syscall(SYS_pidfd_open, getppid(), 0);
}

int
zoo_thread(struct work *w)
{
	(void)w;
	return (int)syscall(SYS_pidfd_open, gettid(), O_EXCL);
}

int
zoo_io_uring(struct work *w)
{
	struct io_uring_params params = {0};

	(void)w;
	return (int)syscall(SYS_io_uring_setup, 4, &params);
}

static int
bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

int
zoo_bpf_map(struct work *w)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY};

	(void)w;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 1;
	return bpf(BPF_MAP_CREATE, &attr);
}

static int
load_program(uint32_t type)
{
	static const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {.prog_type = type};

	attr.insn_cnt = 2;
	attr.insns = (uintptr_t)code;
	attr.license = (uintptr_t) "GPL";
	return bpf(BPF_PROG_LOAD, &attr);
}

int
zoo_bpf_prog(struct work *w)
{
	(void)w;
	return load_program(BPF_PROG_TYPE_SOCKET_FILTER);
}

int
zoo_bpf_link(struct work *w)
{
	union bpf_attr attr = {0};
	int prog = load_program(BPF_PROG_TYPE_RAW_TRACEPOINT);
	int link;

	(void)w;
	if (prog < 0)
		return -1;
	/* An event that hardly ever happens. */
	attr.raw_tracepoint.name = (uintptr_t) "task_rename";
	attr.raw_tracepoint.prog_fd = (uint32_t)prog;
	link = bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	close(prog);
	return link;
}

int
zoo_userfaults(struct work *w)
{
	(void)w;
	return (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
}

int
zoo_perf_event(struct work *w)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.disabled = 1,
	};

	(void)w;
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

int
zoo_memfd(struct work *w)
{
	(void)w;
	return memfd_create("zoo (deleted)", MFD_CLOEXEC);
}

int
zoo_mqueue(struct work *w)
{
	char name[64];
	int fd;

	(void)w;
	snprintf(name, sizeof(name), "/procview-zoo-%d", (int)getpid());
	fd = mq_open(name, O_CREAT | O_RDWR, 0600, NULL);
	if (fd >= 0)
		mq_unlink(name);
	return fd;
}

int
zoo_namespace(struct work *w)
{
	(void)w;
	return open("/proc/self/ns/net", O_RDONLY);
}

int
zoo_landlock(struct work *w)
{
	uint64_t handled = 1;

	(void)w;
	return (int)syscall(444 /* landlock_create_ruleset */, &handled, sizeof(handled), 0);
}

int
zoo_mount_context(struct work *w)
{
	(void)w;
	return (int)syscall(430 /* fsopen */, "tmpfs", 1 /* FSOPEN_CLOEXEC */);
}
