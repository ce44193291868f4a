/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has it open, asked of /proc: a look at each descriptor, and no more than that. What is found
 * is scanned afterwards, so that to find too many is no fault, and to miss one is.
 *
 *	fd/N			statx(2): inode, and type, without asking a server (backend/examine.c)
 *	a socket		the name of its protocol, 2.6.38 or so: only who has an internet
 *				socket can have a port; which one it is, no file of /proc tells
 *	its fdinfo		files in its queue (scm_fds, 5.10): any of them may be it
 *	a ring			files registered with it (UserFiles)
 *	cwd, root, exe, maps	where places are sought as well
 *
 * Inode numbers are compared and devices are not: st_dev of a file on btrfs or overlayfs is not what
 * the kernel calls its device elsewhere.
 *
 * What it cannot see: what waits in the queue of a connection that nobody has accepted; what is
 * opened while it looks, or taken out of a queue; the kernel's number of an inode where stat(2) has
 * another one (overlayfs). A file of 9p or the like, which asks its server whatever it is told, is
 * waited for; where one is mounted in the caller's namespace, nobody is looked for here.
 */
#include "backend/procfs/search.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "backend/procfs/fdinfo-conceal-parse.h"
#include "backend/procfs/maps-parse.h"
#include "backend/procfs/maps-query.h"
#include "backend/procfs/socket-entry.h"
#include "core/error.h"
#include "core/kind.h"

#define NAME_BYTES 64

/* Processor time on Linux 6.18; only ratios to what the other way costs matter (opening.c). */
enum {
	TABLE_NS = 12000,
	DESCRIPTOR_NS = 2000,
	FDINFO_NS = 7000,
	PLACE_NS = 3000,
	MAPPING_NS = 500,
	MAPPED_BYTE_NS = 8, /* of the file maps, where it has to be read */
};

gboolean
pv_search_init(PvSearch *search, const PvSought *sought, gint64 budget_ns)
{
	gsize n = sought->n_inodes;

	*search = (PvSearch){.n_inodes = n, .ports = sought->n_ports > 0, .left_ns = budget_ns};
	if (n == 0)
		return TRUE;
	search->inodes = g_try_new(guint64, n);
	if (search->inodes == NULL)
		return FALSE;
	memcpy(search->inodes, sought->inodes, n * sizeof(guint64));
	qsort(search->inodes, n, sizeof(guint64), pv_compare_u64);
	return TRUE;
}

void
pv_search_clear(PvSearch *search)
{
	g_clear_pointer(&search->inodes, g_free);
	pv_buffer_clear(&search->text);
	pv_buffer_clear(&search->numbers);
}

gboolean
pv_search_spend(PvSearch *search, gint64 cost_ns)
{
	search->left_ns -= cost_ns;
	return search->left_ns >= 0;
}

static gboolean
is_sought(const PvSearch *search, guint64 inode)
{
	return search->n_inodes > 0 && bsearch(&inode, search->inodes, search->n_inodes,
					       sizeof(guint64), pv_compare_u64) != NULL;
}

static PvSearchResult
judge(int status)
{
	return pv_error_is_shortage(status) ? PV_SEARCH_ENDED : PV_SEARCH_CLOSED;
}

/* A descriptor that was closed meanwhile, or what not every task has. */
static PvSearchResult
judge_part(int status)
{
	return status == -ENOENT || status == -ESRCH ? PV_SEARCH_MISSED : judge(status);
}

typedef struct {
	PvSearch *search;
	int dir_fd;
	const char *prefix;
	int fd_dir;
	char name[16]; /* of the descriptor under way */
} Look;

static int
read_fdinfo(const Look *look, PvLine *text)
{
	PvBuffer *buffer = &look->search->text;
	char name[NAME_BYTES];
	int status;

	g_snprintf(name, sizeof(name), "%sfdinfo/%s", look->prefix, look->name);
	status = pv_read_at(look->dir_fd, name, buffer);
	*text = (PvLine){buffer->data, buffer->data + buffer->n};
	return status;
}

static PvSearchResult
look_into(const Look *look, gboolean (*has_files)(PvLine text))
{
	PvLine text;
	int status;

	if (!pv_search_spend(look->search, FDINFO_NS))
		return PV_SEARCH_ENDED;
	status = read_fdinfo(look, &text);
	if (status < 0)
		return judge_part(status);
	return has_files(text) ? PV_SEARCH_FOUND : PV_SEARCH_MISSED;
}

/* The place of a socket in a file system is none: it has a path, and is asked for nothing. */
static PvSearchResult
look_at_socket(const Look *look, guint64 inode)
{
	static const char prefix[] = "socket:[";
	PvBuffer *link = &look->search->text;
	int status;

	if (!look->search->ports)
		return look_into(look, pv_fdinfo_has_queued);
	status = pv_readlink_at(look->fd_dir, look->name, link);
	if (status < 0)
		return judge_part(status);
	if (!g_str_has_prefix(link->data, prefix))
		return PV_SEARCH_MISSED;
	switch (pv_socket_entry_family(look->fd_dir, look->name, inode)) {
	case AF_UNSPEC:
	case AF_INET:
	case AF_INET6:
		return PV_SEARCH_FOUND;
	case AF_UNIX:
		return look_into(look, pv_fdinfo_has_queued);
	default:
		return PV_SEARCH_MISSED;
	}
}

static PvSearchResult
look_at_nameless(const Look *look)
{
	PvBuffer *link = &look->search->text;
	int status = pv_readlink_at(look->fd_dir, look->name, link);

	if (status < 0)
		return judge_part(status);
	if (pv_kind_classify(&(PvLook){.name = link->data}) != PV_KIND_IO_URING)
		return PV_SEARCH_MISSED;
	return look_into(look, pv_fdinfo_has_registered);
}

/* A file system may answer, too, that there is no such file any more. */
static PvSearchResult
judge_descriptor(const Look *look, int status)
{
	if (pv_readlink_at(look->fd_dir, look->name, &look->search->text) == 0)
		return judge(status);
	return judge_part(status);
}

static PvSearchResult
look_at_descriptor(const Look *look)
{
	struct statx stx;

	if (!pv_search_spend(look->search, DESCRIPTOR_NS))
		return PV_SEARCH_ENDED;
	if (statx(look->fd_dir, look->name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE | STATX_INO, &stx) < 0)
		return judge_descriptor(look, -errno);
	if (is_sought(look->search, stx.stx_ino))
		return PV_SEARCH_FOUND;
	switch (stx.stx_mode & S_IFMT) {
	case S_IFSOCK:
		return look_at_socket(look, stx.stx_ino);
	/* Of an anonymous inode. */
	case 0:
		return look_at_nameless(look);
	default:
		return PV_SEARCH_MISSED;
	}
}

PvSearchResult
pv_search_table(PvSearch *search, int dir_fd, const char *prefix)
{
	Look look = {.search = search, .dir_fd = dir_fd, .prefix = prefix};
	PvSearchResult result = PV_SEARCH_MISSED;
	char name[NAME_BYTES];
	pv_autofd fd_dir = -1;
	int status;

	if (!pv_search_spend(search, TABLE_NS))
		return PV_SEARCH_ENDED;
	g_snprintf(name, sizeof(name), "%sfd", prefix);
	status = fd_dir = pv_open_dir(dir_fd, name);
	if (status >= 0)
		status = pv_list_numbers(fd_dir, &search->numbers);
	if (status < 0)
		return judge(status);
	look.fd_dir = fd_dir;
	for (guint i = 0; i < pv_numbers_count(&search->numbers) && result < PV_SEARCH_FOUND; i++) {
		PvSearchResult one;

		g_snprintf(look.name, sizeof(look.name), "%d", pv_numbers_get(&search->numbers, i));
		one = look_at_descriptor(&look);
		result = MAX(result, one);
	}
	return result;
}

static PvSearchResult
look_at_place(PvSearch *search, int dir_fd, const char *prefix, const char *link)
{
	char name[NAME_BYTES];
	struct statx stx;

	if (!pv_search_spend(search, PLACE_NS))
		return PV_SEARCH_ENDED;
	g_snprintf(name, sizeof(name), "%s%s", prefix, link);
	if (statx(dir_fd, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &stx) < 0)
		return judge_part(-errno);
	return is_sought(search, stx.stx_ino) ? PV_SEARCH_FOUND : PV_SEARCH_MISSED;
}

PvSearchResult
pv_search_directories(PvSearch *search, int dir_fd, const char *prefix)
{
	PvSearchResult cwd = look_at_place(search, dir_fd, prefix, "cwd");
	PvSearchResult root = look_at_place(search, dir_fd, prefix, "root");

	return MAX(cwd, root);
}

PvSearchResult
pv_search_executable(PvSearch *search, int dir_fd, const char *prefix)
{
	return look_at_place(search, dir_fd, prefix, "exe");
}

/* PV_SEARCH_MISSED: of all that the kernel told. */
static PvSearchResult
ask_for_mappings(PvSearch *search, int fd, int *status)
{
	guint64 address = 0, inode;

	while ((*status = pv_maps_query_next(fd, &address, &inode)) > 0) {
		if (!pv_search_spend(search, MAPPING_NS))
			return PV_SEARCH_ENDED;
		if (is_sought(search, inode))
			return PV_SEARCH_FOUND;
	}
	return PV_SEARCH_MISSED;
}

static PvSearchResult
read_mappings(PvSearch *search, int dir_fd, const char *name)
{
	PvMapsLine line;
	gsize at = 0, taken;
	int status = pv_read_at(dir_fd, name, &search->text);

	/* It was left just now; perhaps another task has it still. */
	if (status < 0 || search->text.n == 0)
		return judge(status);
	while ((taken = pv_maps_parse(search->text.data + at, search->text.n - at, &line)) > 0) {
		at += taken;
		if (line.is_file && is_sought(search, line.ino))
			return PV_SEARCH_FOUND;
	}
	return pv_search_spend(search, (gint64)search->text.n * MAPPED_BYTE_NS) ? PV_SEARCH_MISSED
										: PV_SEARCH_ENDED;
}

PvSearchResult
pv_search_mappings(PvSearch *search, int dir_fd, const char *prefix)
{
	char name[NAME_BYTES];
	pv_autofd fd = -1;
	PvSearchResult result;
	int status;

	g_snprintf(name, sizeof(name), "%smaps", prefix);
	fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return judge(-errno);
	result = ask_for_mappings(search, fd, &status);
	if (result != PV_SEARCH_MISSED || status == 0)
		return result;
	return status == -ESRCH ? PV_SEARCH_CLOSED : read_mappings(search, dir_fd, name);
}
