/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * PROCMAP_QUERY, an ioctl(2) of an open /proc/PID/maps, since 6.11: what a line of the file says,
 * without the line, and without the path, which is most of what the line costs. It takes the same
 * lock of the memory as a read does, for one range at a time.
 *
 * What it cannot see: a range that was mapped behind the address meanwhile.
 */
#include "backend/procfs/maps-query.h"

#include <errno.h>
#include <linux/ioctl.h>
#include <sys/ioctl.h>

/*
 * struct procmap_query of the kernel's linux/fs.h, which headers before 6.11 do not have; the size
 * tells versions apart.
 */
typedef struct {
	guint64 size;
	guint64 query_flags;
	guint64 query_addr;
	guint64 vma_start;
	guint64 vma_end;
	guint64 vma_flags;
	guint64 vma_page_size;
	guint64 vma_offset;
	guint64 inode;
	guint32 dev_major;
	guint32 dev_minor;
	guint32 vma_name_size; /* 0: is not asked for; so it is with the other one */
	guint32 build_id_size;
	guint64 vma_name_addr;
	guint64 build_id_addr;
} Query;

#define QUERY		     _IOWR('f', 17, Query)
#define COVERING_OR_NEXT_VMA 0x10
#define FILE_BACKED_VMA	     0x20

int
pv_maps_query_next(int maps_fd, guint64 *address, guint64 *inode)
{
	Query query = {
		.size = sizeof(query),
		.query_flags = COVERING_OR_NEXT_VMA | FILE_BACKED_VMA,
		.query_addr = *address,
	};

	if (ioctl(maps_fd, QUERY, &query) < 0)
		return errno == ENOENT ? 0 : -errno;
	*address = query.vma_end;
	*inode = query.inode;
	return 1;
}
