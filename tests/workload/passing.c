/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * SCM_RIGHTS.
 */
#include "passing.h"

#include <string.h>
#include <sys/socket.h>

#define MOST 16

void
pass_fds(struct work *w, int socket_fd, const int *fds, unsigned n)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(MOST * sizeof(int))];
	} control = {0};
	char byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	if (n > MOST)
		work_fail(w, WORK_USAGE, "too many descriptors in one message");
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(header), fds, n * sizeof(int));
	if (sendmsg(socket_fd, &message, 0) != 1)
		work_fail_errno(w, "sendmsg");
}

void
pass_fd(struct work *w, int socket_fd, int fd)
{
	pass_fds(w, socket_fd, &fd, 1);
}
