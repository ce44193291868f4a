/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Reading whole files, links and directories of numbers below /proc.
 *
 * Directories are opened with O_PATH where only a foothold is wanted: an O_PATH descriptor on
 * /proc/PID stays bound to that very process, so that what is opened relative to it can never
 * belong to another process that got the same number.
 */
#include "util/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "util/number.h"
#include "util/order.h"

/* procfs writes a link's target into one page. */
#define LINK_BYTES   4096
#define FIRST_BYTES  4096
#define DIRENT_BYTES 32768

void
pv_buffer_clear(PvBuffer *buffer)
{
	g_clear_pointer(&buffer->data, g_free);
	buffer->n = 0;
	buffer->allocated = 0;
}

gboolean
pv_buffer_reserve(PvBuffer *buffer, gsize n_more)
{
	gsize wanted = buffer->n + n_more;
	gsize size = MAX(buffer->allocated, FIRST_BYTES);
	char *data;

	if (wanted < n_more)
		return FALSE;
	if (wanted <= buffer->allocated)
		return TRUE;
	while (size < wanted) {
		if (size > G_MAXSIZE / 2)
			return FALSE;
		size *= 2;
	}
	data = g_try_realloc(buffer->data, size);
	if (data == NULL)
		return FALSE;
	buffer->data = data;
	buffer->allocated = size;
	return TRUE;
}

int
pv_open_dir(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* One file of /proc has one content a read: read until the end, and not by its size (0). */
static int
read_file(int dir_fd, const char *name, gboolean one_piece, PvBuffer *buffer)
{
	pv_autofd fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	buffer->n = 0;
	if (fd < 0)
		return -errno;
	for (;;) {
		gssize got;

		if (!pv_buffer_reserve(buffer, FIRST_BYTES))
			return -ENOMEM;
		got = read(fd, buffer->data + buffer->n, buffer->allocated - buffer->n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return 0;
		buffer->n += got;
		if (one_piece && buffer->n < buffer->allocated)
			return 0;
	}
}

int
pv_read_at(int dir_fd, const char *name, PvBuffer *buffer)
{
	return read_file(dir_fd, name, FALSE, buffer);
}

int
pv_read_piece_at(int dir_fd, const char *name, PvBuffer *buffer)
{
	return read_file(dir_fd, name, TRUE, buffer);
}

int
pv_read_head_at(int dir_fd, const char *name, PvBuffer *buffer)
{
	pv_autofd fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	gssize got;

	buffer->n = 0;
	if (fd < 0)
		return -errno;
	if (!pv_buffer_reserve(buffer, FIRST_BYTES))
		return -ENOMEM;
	got = read(fd, buffer->data, buffer->allocated);
	if (got < 0)
		return -errno;
	buffer->n = got;
	return 0;
}

int
pv_readlink_at(int dir_fd, const char *name, PvBuffer *buffer)
{
	gssize got;

	buffer->n = 0;
	if (!pv_buffer_reserve(buffer, LINK_BYTES + 1))
		return -ENOMEM;
	got = readlinkat(dir_fd, name, buffer->data, LINK_BYTES);
	if (got < 0)
		return -errno;
	buffer->n = got;
	buffer->data[got] = '\0';
	return 0;
}

static gboolean
append_numbers(const char *entries, gsize length, PvBuffer *numbers)
{
	gsize at = 0;

	while (at < length) {
		const struct dirent64 *entry = (const struct dirent64 *)(entries + at);
		gint32 number;

		at += entry->d_reclen;
		if (!pv_number_from_name(entry->d_name, &number))
			continue;
		if (!pv_buffer_reserve(numbers, sizeof(number)))
			return FALSE;
		memcpy(numbers->data + numbers->n, &number, sizeof(number));
		numbers->n += sizeof(number);
	}
	return TRUE;
}

/* getdents64(2) itself: readdir(3) would allocate a stream for each directory. */
int
pv_list_numbers(int dir_fd, PvBuffer *numbers)
{
	g_autofree char *entries = g_try_malloc(DIRENT_BYTES);

	numbers->n = 0;
	if (entries == NULL)
		return -ENOMEM;
	for (;;) {
		glong got = syscall(SYS_getdents64, dir_fd, entries, DIRENT_BYTES);

		if (got < 0)
			return -errno;
		if (got == 0)
			return 0;
		if (!append_numbers(entries, got, numbers))
			return -ENOMEM;
	}
}

void
pv_numbers_sort(PvBuffer *numbers)
{
	if (numbers->n > 0)
		qsort(numbers->data, pv_numbers_count(numbers), sizeof(gint32), pv_compare_i32);
}
