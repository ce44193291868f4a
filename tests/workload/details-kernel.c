/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Objects of the kernel that tell of themselves: rings, BPF objects, faults, counters of events.
 *
 * Numbers and tags of BPF objects are the kernel's own: BPF_OBJ_GET_INFO_BY_FD tells the subject.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "details.h"

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

static int
ring_register(int fd, unsigned what, const void *arg, unsigned n)
{
	return (int)syscall(SYS_io_uring_register, fd, what, arg, n);
}

static void
open_ring(struct work *w, unsigned entries, unsigned cq_entries, bool with_resources)
{
	struct io_uring_params params = {.cq_entries = cq_entries};
	/* Not of the program: a kernel may refuse memory that is partly a file's. */
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct iovec buffers[2] = {{page, 1024}, {page + 1024, 2048}};
	int files[3] = {-1, -1, -1};
	int fd;

	if (cq_entries != 0)
		params.flags = IORING_SETUP_CQSIZE;
	fd = (int)syscall(SYS_io_uring_setup, entries, &params);
	if (fd < 0) {
		details_missing(w, "io_uring");
		return;
	}
	if (with_resources && ring_register(fd, IORING_REGISTER_FILES, files, 3) < 0)
		work_fail_errno(w, "IORING_REGISTER_FILES");
	if (with_resources && ring_register(fd, IORING_REGISTER_BUFFERS, buffers, 2) < 0)
		work_fail_errno(w, "IORING_REGISTER_BUFFERS");
	fd = details_put(w, fd, "io_uring", "anon_inode:[io_uring]", false);
	details_number(w, fd, "io_uring.sq_entries", params.sq_entries);
	details_number(w, fd, "io_uring.cq_entries", params.cq_entries);
	details_number(w, fd, "io_uring.n_files", with_resources ? 3 : 0);
	details_number(w, fd, "io_uring.n_buffers", with_resources ? 2 : 0);
}

static int
bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static void
bpf_info(struct work *w, int fd, void *info, size_t size)
{
	union bpf_attr attr = {.info = {.bpf_fd = (uint32_t)fd, .info_len = (uint32_t)size}};

	attr.info.info = (uintptr_t)info;
	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) < 0)
		work_fail_errno(w, "BPF_OBJ_GET_INFO_BY_FD");
}

static bool
open_map(struct work *w, uint32_t type, const char *type_name, const char *name, uint32_t key,
	 uint32_t value, uint32_t n)
{
	union bpf_attr attr = {.map_type = type};
	struct bpf_map_info info = {0};
	int fd;

	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = n;
	snprintf(attr.map_name, sizeof(attr.map_name), "%s", name);
	fd = bpf(BPF_MAP_CREATE, &attr);
	if (fd < 0) {
		details_missing(w, "bpf-map");
		return false;
	}
	bpf_info(w, fd, &info, sizeof(info));
	fd = details_put(w, fd, "bpf-map", "anon_inode:bpf-map", false);
	details_number(w, fd, "bpf.id", info.id);
	details_number(w, fd, "bpf.type", type);
	details_text(w, fd, "bpf.type_name", type_name);
	if (name[0] != '\0')
		details_text(w, fd, "bpf.name", name);
	details_number(w, fd, "bpf.key_size_bytes", key);
	details_number(w, fd, "bpf.value_size_bytes", value);
	details_number(w, fd, "bpf.max_entries", n);
	return true;
}

static int
open_program(struct work *w, uint32_t type, const char *type_name, const char *name, uint32_t *id)
{
	static const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {.prog_type = type};
	struct bpf_prog_info info = {0};
	char tag[2 * BPF_TAG_SIZE + 1];
	int fd;

	attr.insn_cnt = 2;
	attr.insns = (uintptr_t)code;
	attr.license = (uintptr_t) "GPL";
	snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", name);
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0) {
		details_missing(w, "bpf-prog");
		return -1;
	}
	bpf_info(w, fd, &info, sizeof(info));
	for (unsigned i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
	fd = details_put(w, fd, "bpf-prog", "anon_inode:bpf-prog", false);
	details_number(w, fd, "bpf.id", info.id);
	details_number(w, fd, "bpf.type", type);
	details_text(w, fd, "bpf.type_name", type_name);
	if (name[0] != '\0')
		details_text(w, fd, "bpf.name", name);
	details_text(w, fd, "bpf.tag", tag);
	*id = info.id;
	return fd;
}

static void
open_link(struct work *w, int program, uint32_t program_id)
{
	union bpf_attr attr = {0};
	struct bpf_link_info info = {0};
	int fd;

	/* An event that hardly ever happens. */
	attr.raw_tracepoint.name = (uintptr_t) "task_rename";
	attr.raw_tracepoint.prog_fd = (uint32_t)program;
	fd = bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	if (fd < 0) {
		details_missing(w, "bpf-link");
		return;
	}
	bpf_info(w, fd, &info, sizeof(info));
	fd = details_put(w, fd, "bpf-link", NULL, false);
	details_number(w, fd, "bpf.id", info.id);
	details_number(w, fd, "bpf.type", info.type);
	details_text(w, fd, "bpf.type_name", "raw_tracepoint");
	details_number(w, fd, "bpf.prog_id", program_id);
}

static void
open_bpf(struct work *w)
{
	uint32_t id;
	int program;

	if (!open_map(w, BPF_MAP_TYPE_ARRAY, "array", "details_array", 4, 8, 1))
		return;
	open_map(w, BPF_MAP_TYPE_HASH, "hash", "fifteen_bytes_x", 16, 100, 1000);
	open_map(w, BPF_MAP_TYPE_ARRAY, "array", "", 4, 4, 3);
	open_program(w, BPF_PROG_TYPE_SOCKET_FILTER, "socket_filter", "details_filter", &id);
	open_program(w, BPF_PROG_TYPE_SOCKET_FILTER, "socket_filter", "", &id);
	program = open_program(w, BPF_PROG_TYPE_RAW_TRACEPOINT, "raw_tracepoint", "tracer", &id);
	if (program >= 0)
		open_link(w, program, id);
}

static void
open_faults(struct work *w)
{
	const long mode = O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY;
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {.mode = UFFDIO_REGISTER_MODE_MISSING};
	int fd = (int)syscall(SYS_userfaultfd, mode);
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (fd < 0) {
		details_missing(w, "userfaultfd");
		return;
	}
	api.features = UFFD_FEATURE_THREAD_ID;
	range.range.start = (uintptr_t)page;
	range.range.len = 4096;
	if (ioctl(fd, UFFDIO_API, &api) < 0 || ioctl(fd, UFFDIO_REGISTER, &range) < 0)
		work_fail_errno(w, "userfaultfd");
	fd = details_put(w, fd, "userfaultfd", "anon_inode:[userfaultfd]", false);
	details_number(w, fd, "userfaultfd.features", UFFD_FEATURE_THREAD_ID);
	details_number(w, fd, "userfaultfd.pending", 0);
}

static void
open_events(struct work *w)
{
	static const struct {
		uint32_t type;
		uint64_t config;
	} events[] = {
		{PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
		{PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
	};

	for (unsigned i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct perf_event_attr attr = {
			.type = events[i].type,
			.size = sizeof(attr),
			.config = events[i].config,
			.disabled = 1,
			.exclude_kernel = 1,
		};
		int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);

		if (fd < 0) {
			details_missing(w, "perf-event");
			continue;
		}
		fd = details_put(w, fd, "perf-event", "anon_inode:[perf_event]", false);
		details_number(w, fd, "perf_event.type", events[i].type);
		details_number(w, fd, "perf_event.config", events[i].config);
	}
}

static void
open_secret(struct work *w)
{
	int fd = (int)syscall(447 /* memfd_secret */, 0);

	if (fd < 0 || ftruncate(fd, 4096) < 0) {
		details_missing(w, "secretmem");
		return;
	}
	details_put(w, fd, "secretmem", "/secretmem", true);
}

void
details_open_kernel_objects(struct work *w)
{
	open_ring(w, 8, 0, false);
	open_ring(w, 4, 64, true);
	open_bpf(w);
	open_faults(w);
	open_events(w);
	open_secret(w);
}
