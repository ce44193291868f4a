/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * BPF_LINK_CREATE, BPF_ITER_CREATE and read(2). A link may be limited to one process or one task,
 * since 6.1. Neither call asks for a privilege once the program is loaded; before 5.19 they did.
 *
 * A read returns what is in the kernel's buffer of eight pages, whole records as a rule. What is
 * cut off comes with the next one. EAGAIN means that a million tasks or files were passed without
 * a record, and that the next read goes on from there.
 *
 * What it cannot see: tasks outside of the pid namespace of whoever starts the pass.
 */
#include "backend/bpf/iterator.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>

#include "backend/bpf/decode.h"

#define BUFFER_BYTES 65536
/* In a row; each stands for a million tasks or files. */
#define MAX_EMPTY_READS 4096

/* As <linux/bpf.h> has it since 6.1; it may be older than the kernel. */
typedef struct {
	guint32 tid;
	guint32 pid;
	guint32 pid_fd;
	guint32 reserved;
} TaskLimits;

static int
call_bpf(int command, union bpf_attr *attr, guint size)
{
	int result = syscall(SYS_bpf, command, attr, size);

	return result < 0 ? -errno : result;
}

static int
create_link(int program, PvScope scope, gint32 number)
{
	TaskLimits limits = {0};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = program;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	if (scope != PV_SCOPE_ALL) {
		limits.tid = scope == PV_SCOPE_TASK ? number : 0;
		limits.pid = scope == PV_SCOPE_PROCESS ? number : 0;
		attr.link_create.iter_info = (gsize)&limits;
		attr.link_create.iter_info_len = sizeof(limits);
	}
	return call_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static int
create_iterator(int link)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = link;
	return call_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
}

void
pv_iterator_init(PvIterator *iterator, const PvBpf *bpf)
{
	*iterator = (PvIterator){.bpf = bpf, .fd = -1};
}

static void
end_pass(PvIterator *iterator)
{
	pv_fd_close(&iterator->fd);
	iterator->fd = -1;
	iterator->at = iterator->taken = 0;
	iterator->text.n = 0;
}

void
pv_iterator_clear(PvIterator *iterator)
{
	end_pass(iterator);
	pv_buffer_clear(&iterator->text);
}

int
pv_iterator_start_other(PvIterator *iterator, int program, PvScope scope, gint32 number)
{
	pv_autofd link = -1;

	end_pass(iterator);
	iterator->ended = FALSE;
	if (!pv_buffer_reserve(&iterator->text, 2 * BUFFER_BYTES))
		return -ENOMEM;
	link = create_link(program, scope, number);
	if (link < 0)
		return link;
	iterator->fd = create_iterator(link);
	return MIN(iterator->fd, 0);
}

int
pv_iterator_start(PvIterator *iterator, PvProgram program, PvScope scope, gint32 number)
{
	return pv_iterator_start_other(iterator, iterator->bpf->programs[program], scope, number);
}

/* Moves what is left to the front and reads on behind it. 0 or a negative errno. */
static int
fill(PvIterator *iterator)
{
	PvBuffer *text = &iterator->text;
	gssize n = -1;

	memmove(text->data, text->data + iterator->at, text->n - iterator->at);
	text->n -= iterator->at;
	iterator->at = 0;
	for (guint i = 0; n < 0 && i < MAX_EMPTY_READS; i++) {
		n = read(iterator->fd, text->data + text->n, text->allocated - text->n);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	if (n < 0)
		return -EAGAIN;
	iterator->ended = n == 0;
	text->n += n;
	return 0;
}

gssize
pv_iterator_next(PvIterator *iterator, const char **record)
{
	PvBuffer *text = &iterator->text;

	iterator->at += iterator->taken;
	iterator->taken = 0;
	for (;;) {
		PvWireResult result = pv_wire_frame(text->data + iterator->at,
						    text->n - iterator->at, &iterator->taken);
		int status;

		*record = text->data + iterator->at;
		if (result == PV_WIRE_GOOD)
			return iterator->taken;
		iterator->taken = 0;
		if (result == PV_WIRE_BAD || (result == PV_WIRE_PARTIAL && iterator->ended))
			return -EPROTO;
		if (iterator->ended)
			return 0;
		status = fill(iterator);
		if (status < 0)
			return status;
	}
}
