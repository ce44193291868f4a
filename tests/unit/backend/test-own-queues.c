/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Message queues of the process itself are seen, and asking does not end a notification.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backend/own-queues.h"
#include "util/fd.h"

/* Those of the C library are in a library of their own before glibc 2.34. */
static int
open_queue(const char *name)
{
	int fd = (int)syscall(SYS_mq_open, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, NULL);

	if (fd >= 0)
		syscall(SYS_mq_unlink, name);
	return fd;
}

static void
test_queue(void)
{
	g_autofree char *name = g_strdup_printf("procview-%d", getpid());
	const struct sigevent event = {.sigev_notify = SIGEV_NONE};
	pv_autofd proc_dir = pv_open_dir(AT_FDCWD, "/proc");
	pv_autofd queue = -1;

	g_assert_false(pv_has_own_queue(proc_dir));
	queue = open_queue(name);
	if (queue < 0) {
		g_test_skip("no message queues here");
		return;
	}
	g_assert_cmpint(syscall(SYS_mq_notify, queue, &event), ==, 0);
	g_assert_true(pv_has_own_queue(proc_dir));
	g_assert_cmpint(syscall(SYS_mq_notify, queue, &event), ==, -1);
	g_assert_cmpint(errno, ==, EBUSY);
	pv_fd_close(&queue);
	queue = -1;
	g_assert_false(pv_has_own_queue(proc_dir));
	g_assert_false(pv_has_own_queue(-1));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/own-queues/queue", test_queue);
	return g_test_run();
}
