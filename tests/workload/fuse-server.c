/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The few requests of the FUSE protocol that opening, mapping and executing need.
 *
 * Nothing is cached for any time: whoever wants to know the attributes of a file asks the server,
 * each time. When the server does not answer any more, they wait until it dies: then the kernel
 * closes its descriptor, which ends the connection and wakes them all.
 */
#include "fuse-server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	NODE_ROOT = 1,
	NODE_FILE,
	NODE_MAPPED,
	NODE_PROGRAM,
	NODE_DIR,
	N_NODES,
};

static const struct {
	const char *name;
	uint32_t mode;
} nodes[N_NODES] = {
	[NODE_ROOT] = {"", S_IFDIR | 0755},	    [NODE_FILE] = {"file", S_IFREG | 0644},
	[NODE_MAPPED] = {"mapped", S_IFREG | 0644}, [NODE_PROGRAM] = {"program", S_IFREG | 0755},
	[NODE_DIR] = {"dir", S_IFDIR | 0755},
};

void
fuse_server_mount(struct work *w, struct fuse_server *server, const char *dir)
{
	char options[96];

	server->fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (server->fd < 0)
		work_fail(w, WORK_ENOSYS, "/dev/fuse");
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions",
		 server->fd);
	if (mount("procview-dead", dir, "fuse", MS_NOSUID | MS_NODEV, options) < 0)
		work_fail_errno(w, "mounting a fuse file system");
}

static void
answer(struct work *w, struct fuse_server *server, uint64_t unique, int error, const void *data,
       size_t size)
{
	struct fuse_out_header out = {.len = (uint32_t)(sizeof(out) + size), .unique = unique};
	struct iovec parts[2] = {{&out, sizeof(out)}, {(void *)data, size}};

	out.error = -error;
	/* ENOENT: who asked has gone. */
	if (writev(server->fd, parts, size > 0 ? 2 : 1) < 0 && errno != ENOENT)
		work_fail_errno(w, "answering a fuse request");
}

static struct fuse_attr
attributes(struct fuse_server *server, uint64_t node)
{
	struct fuse_attr attr = {.ino = node, .mode = nodes[node].mode, .nlink = 1};
	struct stat st;

	attr.blksize = 4096;
	attr.size = S_ISDIR(attr.mode) ? 0 : 4096;
	if (node == NODE_PROGRAM && fstat(server->program, &st) == 0)
		attr.size = (uint64_t)st.st_size;
	return attr;
}

static void
do_lookup(struct work *w, struct fuse_server *server, const struct fuse_in_header *in)
{
	const char *name = (const char *)(in + 1);

	for (uint64_t node = NODE_FILE; in->nodeid == NODE_ROOT && node < N_NODES; node++) {
		struct fuse_entry_out entry = {.nodeid = node, .generation = 1};

		if (strcmp(nodes[node].name, name) != 0)
			continue;
		entry.attr = attributes(server, node);
		answer(w, server, in->unique, 0, &entry, sizeof(entry));
		return;
	}
	answer(w, server, in->unique, ENOENT, NULL, 0);
}

static void
do_read(struct work *w, struct fuse_server *server, const struct fuse_in_header *in)
{
	const struct fuse_read_in *request = (const void *)(in + 1);
	static char bytes[1 << 20];
	size_t size = request->size < sizeof(bytes) ? request->size : sizeof(bytes);
	ssize_t n = request->offset < 4096 ? 4096 - (ssize_t)request->offset : 0;

	memset(bytes, 'x', 4096);
	if (in->nodeid == NODE_PROGRAM)
		n = pread(server->program, bytes, size, (off_t)request->offset);
	else if (n > (ssize_t)size)
		n = (ssize_t)size;
	answer(w, server, in->unique, n < 0 ? EIO : 0, bytes, n < 0 ? 0 : (size_t)n);
}

static void
do_init(struct work *w, struct fuse_server *server, const struct fuse_in_header *in)
{
	const struct fuse_init_in *request = (const void *)(in + 1);
	struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = 31};

	out.max_readahead = request->max_readahead;
	out.max_write = 4096;
	out.time_gran = 1;
	answer(w, server, in->unique, 0, &out, sizeof(out));
}

static void
serve(struct work *w, struct fuse_server *server, const struct fuse_in_header *in)
{
	struct fuse_attr_out attr = {.attr_valid = 0};
	struct fuse_open_out opened = {.open_flags = 0};
	struct fuse_statfs_out statfs = {.st = {.bsize = 4096, .namelen = 255}};

	switch (in->opcode) {
	case FUSE_INIT:
		do_init(w, server, in);
		break;
	case FUSE_LOOKUP:
		do_lookup(w, server, in);
		break;
	case FUSE_GETATTR:
		attr.attr = attributes(server, in->nodeid);
		answer(w, server, in->unique, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer(w, server, in->unique, 0, &opened, sizeof(opened));
		break;
	case FUSE_READ:
		do_read(w, server, in);
		break;
	case FUSE_READDIR:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
		answer(w, server, in->unique, 0, NULL, 0);
		break;
	case FUSE_STATFS:
		answer(w, server, in->unique, 0, &statfs, sizeof(statfs));
		break;
	case FUSE_FLUSH:
		answer(w, server, in->unique, server->keeps_flush ? 0 : ENOSYS, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(w, server, in->unique, ENOSYS, NULL, 0);
	}
}

void
fuse_server_run(struct work *w, struct fuse_server *server, _Atomic int32_t *stop)
{
	static _Alignas(8) char request[FUSE_MIN_READ_BUFFER * 2];
	struct pollfd wait = {.fd = server->fd, .events = POLLIN};

	while (atomic_load(stop) == 0) {
		ssize_t n;

		if (poll(&wait, 1, 10) <= 0)
			continue;
		n = read(server->fd, request, sizeof(request));
		if (n >= (ssize_t)sizeof(struct fuse_in_header))
			serve(w, server, (const void *)request);
		else if (n < 0 && errno != EINTR && errno != EAGAIN && errno != ENOENT)
			work_fail_errno(w, "/dev/fuse");
	}
}
