/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The board: what is said, what is asked for, what is done, and waiting for each.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "work.h"

#define BOARD_BYTES ((size_t)256 << 20)
#define PATIENCE_MS 60000

static void
futex_wait(_Atomic uint32_t *word, uint32_t value, unsigned timeout_ms)
{
	struct timespec timeout = {timeout_ms / 1000, (timeout_ms % 1000) * 1000000L};

	syscall(SYS_futex, word, FUTEX_WAIT, value, timeout_ms > 0 ? &timeout : NULL, NULL, 0);
}

static void
futex_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

struct work *
work_new(void)
{
	static struct work work;

	work.board = mmap(NULL, BOARD_BYTES, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (work.board == MAP_FAILED)
		return NULL;
	work.capacity = BOARD_BYTES - sizeof(struct work_board);
	work.dir = work.board->dir;
	work.driver = getpid();
	work.janitor_fd = -1;
	return &work;
}

int
work_unavailable_unless_root(void)
{
	return geteuid() == 0 ? 0 : WORK_EPERM;
}

const char *
work_param_string(struct work *w, const char *name, const char *fallback)
{
	for (unsigned i = 0; i < w->n_params; i++)
		if (strcmp(w->params[i].name, name) == 0)
			return w->params[i].value;
	return fallback;
}

unsigned
work_param(struct work *w, const char *name, unsigned fallback)
{
	const char *text = work_param_string(w, name, NULL);
	char *end = NULL;
	unsigned long value;

	if (text == NULL)
		return fallback;
	value = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || value > INT32_MAX)
		work_fail(w, WORK_USAGE, name);
	return (unsigned)value;
}

static void
board_lock(struct work *w)
{
	uint32_t free_value = 0;

	while (!atomic_compare_exchange_weak(&w->board->lock, &free_value, 1)) {
		free_value = 0;
		sched_yield();
	}
}

static void
board_unlock(struct work *w)
{
	atomic_store(&w->board->lock, 0);
}

void
work_say(struct work *w, const char *format, ...)
{
	size_t room;
	va_list args;
	int n;

	board_lock(w);
	room = w->capacity - w->board->length;
	va_start(args, format);
	n = vsnprintf(w->board->text + w->board->length, room, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n + 1 < room) {
		w->board->length += (size_t)n;
		w->board->text[w->board->length++] = '\n';
	}
	board_unlock(w);
	if (n < 0 || (size_t)n + 1 >= room)
		work_fail(w, WORK_FAILED, "the description is too long");
}

void
work_announce(struct work *w, const char *step)
{
	work_say(w, "step=%s", step);
	atomic_fetch_add(&w->board->steps, 1);
}

void
work_fail(struct work *w, int status, const char *what)
{
	uint32_t none = 0;

	if (atomic_compare_exchange_strong(&w->board->failed, &none, (uint32_t)status))
		snprintf(w->board->failure, sizeof(w->board->failure), "%s", what);
	if (getpid() == w->driver)
		work_end(w, status);
	_exit(status);
}

void
work_fail_errno(struct work *w, const char *what)
{
	char text[200];
	int status = WORK_FAILED;

	snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));
	if (errno == EPERM || errno == EACCES)
		status = WORK_EPERM;
	else if (errno == ENOSYS)
		status = WORK_ENOSYS;
	work_fail(w, status, text);
}

void
work_park(struct work *w)
{
	for (;;)
		futex_wait(&w->board->never, 0, 0);
}

void
work_arrive(struct work *w)
{
	atomic_fetch_add(&w->board->arrived, 1);
	futex_wake(&w->board->arrived);
}

void
work_set_word(_Atomic uint32_t *word, uint32_t value)
{
	atomic_store(word, value);
	futex_wake(word);
}

void
work_await_word(struct work *w, _Atomic uint32_t *word, uint32_t value, const char *what)
{
	struct timespec begin, now;
	uint32_t seen;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	while ((seen = atomic_load(word)) < value) {
		if (atomic_load(&w->board->failed) != 0)
			work_fail(w, (int)atomic_load(&w->board->failed), "");
		clock_gettime(CLOCK_MONOTONIC, &now);
		if ((now.tv_sec - begin.tv_sec) * 1000 > PATIENCE_MS)
			work_fail(w, WORK_FAILED, what);
		futex_wait(word, seen, 100);
	}
}

void
work_await_arrivals(struct work *w, unsigned n)
{
	work_await_word(w, &w->board->arrived, n, "a subject did not arrive");
}

void
work_wake_step(struct work *w)
{
	futex_wake(&w->board->asked);
}

void
work_ask_step(struct work *w, unsigned step)
{
	atomic_store(&w->board->asked, step);
	work_wake_step(w);
	work_await_word(w, &w->board->done, step, "a step was not done in time");
}

void
work_await_step(struct work *w, unsigned step)
{
	uint32_t seen;

	while ((seen = atomic_load(&w->board->asked)) < step)
		futex_wait(&w->board->asked, seen, 0);
}

void
work_step_done(struct work *w, unsigned step)
{
	work_set_word(&w->board->done, step);
}
