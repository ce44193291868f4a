/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What descriptors are, beyond their kind: pipes that are full or not, counters, timers, masks,
 * names, and what the kernel's other objects have to tell (details-*.c).
 *
 * Values are what the subject has set, or has asked the object itself for, never fdinfo's.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "details.h"
#include "scenes.h"

#define SECOND_NS UINT64_C(1000000000)

static void
say_pipe(struct work *w, int fd, unsigned used, unsigned readers, unsigned writers)
{
	details_number(w, fd, "pipe.used_bytes", used);
	details_number(w, fd, "pipe.capacity_bytes", (uint64_t)fcntl(fd, F_GETPIPE_SZ));
	details_number(w, fd, "pipe.readers", readers);
	details_number(w, fd, "pipe.writers", writers);
}

static void
make_pipe(struct work *w, int flags, int ends[2])
{
	if (pipe2(ends, flags) < 0)
		work_fail_errno(w, "pipe");
	ends[0] = details_put_numbered(w, ends[0], "pipe", "pipe");
	ends[1] = details_put_numbered(w, ends[1], "pipe", "pipe");
}

static void
fill(struct work *w, int fd, size_t n)
{
	static char bytes[100000];

	if (write(fd, bytes, n) != (ssize_t)n)
		work_fail_errno(w, "writing to a pipe");
}

/* Another open file description for an end: a pipe can be opened by the name of its descriptor. */
static void
open_again(struct work *w, int fd, int flags)
{
	char name[32];
	int again;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	again = open(name, flags | O_NONBLOCK);
	if (again < 0)
		work_fail_errno(w, name);
	details_put_numbered(w, again, "pipe", "pipe");
}

static void
open_pipes(struct work *w)
{
	int ends[2];
	char byte[1000];

	make_pipe(w, 0, ends);
	say_pipe(w, ends[0], 0, 1, 1);
	say_pipe(w, ends[1], 0, 1, 1);

	/* More than a page, less than whole pages, and partly read. */
	make_pipe(w, O_CLOEXEC, ends);
	fill(w, ends[1], 10000);
	fill(w, ends[1], 77);
	if (read(ends[0], byte, sizeof(byte)) != sizeof(byte))
		work_fail_errno(w, "reading from a pipe");
	say_pipe(w, ends[0], 9077, 1, 1);
	say_pipe(w, ends[1], 9077, 1, 1);

	make_pipe(w, 0, ends);
	if (fcntl(ends[0], F_SETPIPE_SZ, 131072) != 131072)
		work_fail_errno(w, "F_SETPIPE_SZ");
	fill(w, ends[1], 100000);
	say_pipe(w, ends[1], 100000, 1, 1);

	/* Each message in a page of its own. */
	make_pipe(w, O_DIRECT, ends);
	fill(w, ends[1], 3);
	fill(w, ends[1], 4);
	say_pipe(w, ends[0], 7, 1, 1);

	/* Descriptions count, descriptors do not. */
	make_pipe(w, 0, ends);
	open_again(w, ends[0], O_RDONLY);
	open_again(w, ends[0], O_RDONLY);
	open_again(w, ends[1], O_WRONLY);
	work_say(w, "ofd=%d:%d,%d:%d", (int)getpid(), ends[1], (int)getpid(),
		 details_put_numbered(w, dup(ends[1]), "pipe", "pipe"));
	say_pipe(w, ends[0], 0, 3, 2);
	say_pipe(w, ends[1], 0, 3, 2);

	/* Nobody reads, and what was written is still there. */
	if (pipe2(ends, 0) < 0)
		work_fail_errno(w, "pipe");
	fill(w, ends[1], 5);
	close(ends[0]);
	ends[1] = details_put_numbered(w, ends[1], "pipe", "pipe");
	say_pipe(w, ends[1], 5, 0, 1);
}

static int
open_fifo(struct work *w, const char *name, int flags)
{
	char *path = work_path(w, name);
	int fd;

	if (mkfifo(path, 0600) < 0 && errno != EEXIST)
		work_fail_errno(w, path);
	fd = open(path, flags);
	if (fd < 0)
		work_fail_errno(w, path);
	fd = details_put(w, fd, "fifo", path, false);
	free(path);
	return fd;
}

static void
open_fifos(struct work *w)
{
	int both = open_fifo(w, "fifo-both", O_RDWR);
	int reader, writer;

	fill(w, both, 12);
	say_pipe(w, both, 12, 1, 1);
	reader = open_fifo(w, "fifo", O_RDONLY | O_NONBLOCK);
	writer = open_fifo(w, "fifo", O_WRONLY);
	open_fifo(w, "fifo", O_WRONLY);
	fill(w, writer, 4097);
	say_pipe(w, reader, 4097, 1, 2);
	say_pipe(w, writer, 4097, 1, 2);
	/* Neither reads nor writes, nor is counted. */
	open_fifo(w, "fifo-by-path", O_PATH);
}

static void
open_counters(struct work *w)
{
	static const struct {
		uint64_t count;
		int flags;
	} counters[] = {
		{0, 0},
		{3, EFD_NONBLOCK},
		{7, EFD_SEMAPHORE | EFD_CLOEXEC},
		{UINT64_MAX - 1, 0},
	};

	for (unsigned i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		int fd = eventfd(0, counters[i].flags);

		if (fd < 0 || write(fd, &counters[i].count, 8) != 8)
			work_fail_errno(w, "eventfd");
		fd = details_put(w, fd, "eventfd", "anon_inode:[eventfd]", false);
		details_number(w, fd, "eventfd.count", counters[i].count);
		details_number(w, fd, "eventfd.semaphore",
			       (counters[i].flags & EFD_SEMAPHORE) != 0);
	}
}

static void
await_expiry(struct work *w, int fd)
{
	struct itimerspec spec;

	do {
		usleep(1000);
		if (timerfd_gettime(fd, &spec) < 0)
			work_fail_errno(w, "timerfd_gettime");
	} while (spec.it_value.tv_sec != 0 || spec.it_value.tv_nsec != 0);
}

/* Remaining is 0 for one that is not set, or that has expired and was never asked since. */
static void
open_timer(struct work *w, int clock, int flags, const struct itimerspec *spec)
{
	int fd = timerfd_create(clock, 0);
	uint64_t remaining = (uint64_t)spec->it_value.tv_sec * SECOND_NS;
	bool soon = spec->it_value.tv_sec == 0 && spec->it_value.tv_nsec != 0;

	if (fd < 0) {
		details_missing(w, "timerfd");
		return;
	}
	if (timerfd_settime(fd, flags, spec, NULL) < 0)
		work_fail_errno(w, "timerfd_settime");
	fd = details_put(w, fd, "timerfd", "anon_inode:[timerfd]", false);
	if (soon)
		await_expiry(w, fd);
	details_number(w, fd, "timerfd.clock", (uint64_t)clock);
	details_number(w, fd, "timerfd.ticks", soon);
	details_number(w, fd, "timerfd.flags", (uint64_t)flags);
	if (remaining != 0)
		details_most(w, fd, "timerfd.remaining_ns", remaining);
	else
		details_number(w, fd, "timerfd.remaining_ns", 0);
	details_number(w, fd, "timerfd.interval_ns",
		       (uint64_t)spec->it_interval.tv_sec * SECOND_NS +
			       (uint64_t)spec->it_interval.tv_nsec);
}

static void
open_timers(struct work *w)
{
	static const struct itimerspec unset, once = {.it_value = {1000, 0}},
					      periodic = {{3600, 5}, {500, 0}},
					      expired = {.it_value = {0, 1}};
	struct itimerspec absolute = {.it_interval = {0, 0}};
	struct timespec now;
	int fd;

	open_timer(w, CLOCK_MONOTONIC, 0, &unset);
	open_timer(w, CLOCK_REALTIME, 0, &once);
	open_timer(w, CLOCK_BOOTTIME, 0, &periodic);
	open_timer(w, CLOCK_MONOTONIC, 0, &periodic);
	open_timer(w, CLOCK_MONOTONIC, 0, &expired);
	open_timer(w, CLOCK_REALTIME, 0, &expired);
	if (geteuid() == 0) {
		open_timer(w, CLOCK_BOOTTIME_ALARM, 0, &once);
		open_timer(w, CLOCK_REALTIME_ALARM, 0, &unset);
	}
	clock_gettime(CLOCK_REALTIME, &now);
	absolute.it_value.tv_sec = now.tv_sec + 700;
	fd = timerfd_create(CLOCK_REALTIME, 0);
	if (fd < 0 || timerfd_settime(fd, TFD_TIMER_ABSTIME, &absolute, NULL) < 0)
		work_fail_errno(w, "timerfd");
	fd = details_put(w, fd, "timerfd", "anon_inode:[timerfd]", false);
	details_number(w, fd, "timerfd.clock", CLOCK_REALTIME);
	details_number(w, fd, "timerfd.flags", TFD_TIMER_ABSTIME);
	details_most(w, fd, "timerfd.remaining_ns", 700 * SECOND_NS);
}

static void
open_signals(struct work *w)
{
	/* By number from 1 on: user signals, the last real-time signal, and all that can be. */
	const uint64_t never = UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1);
	const uint64_t masks[] = {
		0,
		UINT64_C(1) << (SIGUSR1 - 1) | UINT64_C(1) << (SIGTERM - 1),
		UINT64_C(1) << 63,
		~never,
	};

	for (unsigned i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		int fd = (int)syscall(SYS_signalfd4, -1, &masks[i], 8, 0);

		if (fd < 0)
			work_fail_errno(w, "signalfd");
		fd = details_put(w, fd, "signalfd", "anon_inode:[signalfd]", false);
		details_number(w, fd, "signalfd.mask", masks[i]);
	}
}

static void
open_memories(struct work *w)
{
	static const struct {
		const char *name;
		int seals; /* 0: none can be set */
	} memories[] = {
		{"plain", 0},
		{"", F_SEAL_WRITE},
		{"sealed (deleted)", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL},
		{"odd\n\033[31m \377/..\\n", F_SEAL_FUTURE_WRITE},
	};

	for (unsigned i = 0; i < sizeof(memories) / sizeof(memories[0]); i++) {
		int flags = memories[i].seals != 0 ? MFD_ALLOW_SEALING : 0;
		int fd = memfd_create(memories[i].name, MFD_CLOEXEC | (unsigned)flags);
		char path[64];

		if (fd < 0 ||
		    (memories[i].seals != 0 && fcntl(fd, F_ADD_SEALS, memories[i].seals) < 0))
			work_fail_errno(w, "memfd");
		snprintf(path, sizeof(path), "/memfd:%s", memories[i].name);
		fd = details_put(w, fd, "memfd", path, true);
		details_text(w, fd, "memfd.name", memories[i].name);
		details_number(w, fd, "memfd.seals", (uint64_t)fcntl(fd, F_GET_SEALS));
	}
}

static void
open_queues(struct work *w)
{
	static const char text[64];
	struct mq_attr attr = {.mq_maxmsg = 5, .mq_msgsize = sizeof(text)};
	char name[64];
	int fd;

	for (unsigned n = 0; n <= 3; n += 3) {
		snprintf(name, sizeof(name), "/procview-details-%d", (int)getpid());
		fd = mq_open(name, O_CREAT | O_RDWR, 0600, &attr);
		if (fd < 0) {
			details_missing(w, "mqueue");
			return;
		}
		mq_unlink(name);
		for (unsigned i = 0; i < n; i++)
			if (mq_send(fd, text, 10 * (i + 1), i) < 0)
				work_fail_errno(w, "mq_send");
		fd = details_put(w, fd, "mqueue", name, true);
		details_number(w, fd, "mqueue.n_messages", n);
		details_number(w, fd, "mqueue.max_messages", 5);
		details_number(w, fd, "mqueue.message_size_bytes", sizeof(text));
		details_number(w, fd, "mqueue.size_bytes", n == 0 ? 0 : 10 + 20 + 30);
	}
}

static void
open_namespaces(struct work *w)
{
	static const char *const names[] = {"cgroup", "ipc",  "mnt",  "net",
					    "pid",    "time", "user", "uts"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[32];
		int fd;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		fd = open(path, O_RDONLY);
		if (fd < 0) {
			details_missing(w, path);
			continue;
		}
		fd = details_put_numbered(w, fd, "nsfs", names[i]);
		details_text(w, fd, "nsfs.type", names[i]);
	}
}

static void
details_main(struct work *w, void *arg)
{
	(void)arg;
	details_begin(w);
	open_pipes(w);
	open_fifos(w);
	open_counters(w);
	open_timers(w);
	open_signals(w);
	open_memories(w);
	open_queues(w);
	open_namespaces(w);
	details_end(w);
}

static void
objects_main(struct work *w, void *arg)
{
	(void)arg;
	details_begin(w);
	details_open_kernel_objects(w);
	details_open_processes(w);
	details_open_devices(w);
	details_open_marks(w);
	details_end(w);
}

void
scene_details(struct work *w)
{
	static work_body *const privileged[] = {details_tun_main, details_pty_main,
						details_marks_main};
	unsigned n = 2;

	work_spawn(w, details_main, NULL);
	work_spawn(w, objects_main, NULL);
	if (geteuid() == 0)
		for (unsigned i = 0; i < sizeof(privileged) / sizeof(privileged[0]); i++, n++)
			work_spawn(w, privileged[i], NULL);
	work_await_arrivals(w, n);
}
