/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does a path stand for, and is a file that is open the one?
 *
 * A path is looked at once, by a descriptor with O_PATH and statx(2) (Linux 4.11), which neither
 * open the file nor ask a server on the network for fresh attributes. What the kernel gives no type
 * (an eventfd and its like, reached through /proc/PID/fd) has its inode in common with strangers,
 * and is refused.
 *
 * A device has two numbers on btrfs and overlayfs: the one that stat(2) tells, and the one of the
 * superblock, which mounts, mappings and BPF tell. The second is looked up by the number of the
 * mount, which statx(2) tells since Linux 5.8.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "what.h"

/* Only what has no device of its own may have two numbers, and then in other namespaces too. */
static const struct mount_line *
find_mount(const struct what *what, const struct statx *found)
{
	gconstpointer id = GUINT_TO_POINTER((guint)found->stx_mnt_id);
	const struct mount_line *line = NULL;
	const struct mount_view *view;

	if ((found->stx_mask & STATX_MNT_ID) == 0)
		return NULL;
	line = g_hash_table_lookup(what->views->own->by_id, id);
	if (line == NULL && found->stx_dev_major == 0 &&
	    (S_ISREG(found->stx_mode) || S_ISDIR(found->stx_mode)))
		line = mount_views_find(what->views, (guint)found->stx_mnt_id, &view);
	return line;
}

static void
become_file(struct what *what, const struct statx *found)
{
	const struct mount_line *line = find_mount(what, found);

	what->kind = WHAT_FILE;
	what->is_socket = S_ISSOCK(found->stx_mode);
	what->inode = found->stx_ino;
	what->device = (struct device_number){found->stx_dev_major, found->stx_dev_minor};
	what->mount_device = line != NULL ? line->device : (struct device_number){0, 0};
	what->is_plain = line != NULL && mount_line_has_plain_numbers(line) &&
			 device_is(line->device, found->stx_dev_major, found->stx_dev_minor);
	what->rdev = (struct device_number){found->stx_rdev_major, found->stx_rdev_minor};
	what->node = S_ISCHR(found->stx_mode)	? PROCVIEW_KIND_CHARDEV
		     : S_ISBLK(found->stx_mode) ? PROCVIEW_KIND_BLOCKDEV
						: PROCVIEW_KIND_UNKNOWN;
}

/* Of a directory: a slash asks for all below it, and a mount point stands for what is mounted. The
 * root directory is said with a slash, and no more. */
static void
widen(struct what *what, const struct statx *found, int fd)
{
	gboolean slash =
		g_str_has_suffix(what->word, "/") && strspn(what->word, "/") != strlen(what->word);
	gboolean mounted = (found->stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
	g_autofree char *path = slash ? path_dup_of_descriptor(fd) : NULL;
	guint mount_id = (guint)found->stx_mnt_id;

	if ((found->stx_mask & STATX_MNT_ID) == 0)
		return;
	if (path != NULL)
		what_become_tree(what, mount_id, path);
	else if (mounted && !slash)
		what_become_file_system(what, mount_id);
}

static void
become_nothing(struct what *what, const char *verb, const char *why)
{
	message_print("cannot look %s '%s': %s", verb, what->word, why);
	what->kind = WHAT_NOTHING;
}

static void
look_at_descriptor(struct what *what, int fd, struct mount_views *views)
{
	struct statx found;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO | STATX_MNT_ID,
		  &found) < 0) {
		become_nothing(what, "at", g_strerror(errno));
		return;
	}
	if ((found.stx_mode & S_IFMT) == 0) {
		become_nothing(what, "for",
			       "it leads to an anonymous inode, which many files have in common");
		return;
	}
	what->views = mount_views_ref(views);
	become_file(what, &found);
	if (S_ISDIR(found.stx_mode))
		widen(what, &found, fd);
	else if (S_ISBLK(found.stx_mode))
		what_become_device(what);
}

void
what_look_at_path(struct what *what, struct mount_views *views)
{
	int fd;

	if (what->kind == WHAT_SOCKET || what->kind == WHAT_PORT)
		return;
	fd = open(what->word, O_PATH | O_CLOEXEC);
	if (fd >= 0) {
		look_at_descriptor(what, fd, views);
		close(fd);
	} else if (errno == ENOENT) {
		what_become_lost(what);
	} else {
		become_nothing(what, "at", g_strerror(errno));
	}
}

static gboolean
is_inode(const struct what *what, guint64 inode, guint major, guint minor)
{
	return inode == what->inode && (device_is(what->device, major, minor) ||
					device_is(what->mount_device, major, minor));
}

/* The kernel's lists of sockets cut the inode number to 32 bits. */
static gboolean
is_bound_to(const struct what *what, ProcviewSocket *socket)
{
	struct device_number device;
	guint64 inode;

	if (!what->is_socket || socket == NULL ||
	    !procview_socket_get_file(socket, &inode, &device.major, &device.minor))
		return FALSE;
	if (inode == (guint32)inode)
		inode |= what->inode & ~(guint64)G_MAXUINT32;
	return is_inode(what, inode, device.major, device.minor);
}

static gboolean
is_node(const struct what *what, ProcviewFile *file)
{
	struct device_number device;

	return what->node != PROCVIEW_KIND_UNKNOWN && procview_file_get_kind(file) == what->node &&
	       procview_file_get_rdev(file, &device.major, &device.minor) &&
	       device_is(what->rdev, device.major, device.minor);
}

static gboolean
is_this_file(const struct what *what, ProcviewFile *file)
{
	struct device_number device;
	guint64 inode;

	if (procview_file_get_inode(file, &inode) &&
	    procview_file_get_device(file, &device.major, &device.minor) &&
	    is_inode(what, inode, device.major, device.minor))
		return TRUE;
	return is_bound_to(what, procview_file_get_socket(file)) || is_node(what, file);
}

gboolean
what_is_file(struct what *what, ProcviewFile *file)
{
	ProcviewSocket *socket;

	switch (what->kind) {
	case WHAT_FILE:
		return is_this_file(what, file);
	case WHAT_TREE:
	case WHAT_FILE_SYSTEM:
		return is_node(what, file) || what_holds_file(what, file) ||
		       what_holds_socket(what, file);
	case WHAT_LOST:
		return what_was_file(what, file);
	case WHAT_SOCKET:
	case WHAT_PORT:
		socket = procview_file_get_socket(file);
		return socket != NULL && what_is_socket(what, socket);
	default:
		return FALSE;
	}
}

static gboolean
is_this_place(const struct what *what, const struct place *place)
{
	struct device_number device;
	guint64 inode;

	return place_get_inode(place, &inode) &&
	       place_get_device(place, &device.major, &device.minor) &&
	       is_inode(what, inode, device.major, device.minor);
}

gboolean
what_is_place(struct what *what, const struct place *place)
{
	switch (what->kind) {
	case WHAT_FILE:
		return is_this_place(what, place);
	case WHAT_TREE:
	case WHAT_FILE_SYSTEM:
		return what_holds_place(what, place);
	case WHAT_LOST:
		return what_was_place(what, place);
	default:
		return FALSE;
	}
}

/* All by which a file can be held. */
#define OF_SOUGHT                                                                                  \
	(PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_PLACES | PROCVIEW_COLLECT_MAPPINGS |      \
	 PROCVIEW_COLLECT_HOLDINGS)

ProcviewCollect
what_get_needs(const struct what *what)
{
	switch (what->kind) {
	case WHAT_FILE:
		return what->is_socket ? OF_SOUGHT | PROCVIEW_COLLECT_SOCKETS : OF_SOUGHT;
	case WHAT_FILE_SYSTEM:
		return what->is_partial
			       ? OF_SOUGHT | PROCVIEW_COLLECT_SOCKETS | PROCVIEW_COLLECT_PATHS
			       : OF_SOUGHT | PROCVIEW_COLLECT_SOCKETS;
	case WHAT_TREE:
	case WHAT_LOST:
		return OF_SOUGHT | PROCVIEW_COLLECT_SOCKETS | PROCVIEW_COLLECT_PATHS;
	case WHAT_SOCKET:
	case WHAT_PORT:
		return PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_SOCKETS |
		       PROCVIEW_COLLECT_HOLDINGS;
	default:
		return PROCVIEW_COLLECT_NOTHING;
	}
}
