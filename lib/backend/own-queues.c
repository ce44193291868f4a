/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A process that has asked mq_notify(3) to be told of messages stops being told when it closes any
 * descriptor that leads to the queue: also a copy, of anybody's descriptor, which was taken only to
 * be looked at. That a process has asked cannot be seen; that it has a queue open can.
 *
 * mq_getsetattr(2) without new attributes changes nothing, waits for nobody, and fails for whatever
 * is no queue.
 */
#include "backend/own-queues.h"

#include <mqueue.h>
#include <sys/syscall.h>

#include "backend/procfs/task-look.h"
#include "core/error.h"

int
pv_has_own_queue(int proc_dir)
{
	g_auto(PvBuffer) text = {0};
	struct mq_attr attr;
	PvStatus status;
	int error = pv_task_read_status(proc_dir, "thread-self/", &text, &status);

	if (error < 0)
		return pv_error_only_shortage(error);
	for (guint32 fd = 0; fd < status.fd_size; fd++) {
		if (syscall(SYS_mq_getsetattr, fd, NULL, &attr) == 0)
			return 1;
	}
	return 0;
}
