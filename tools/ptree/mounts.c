/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where, within its file system, is a file whose path is known?
 *
 * One directory has many names: it is mounted here and there, and other mount namespaces have names
 * of their own for it. What stays the same is the device of the superblock, and the path within the
 * file system: the path from the mount point on, behind the directory that is mounted there. Both
 * are in /proc/PID/mountinfo, which everybody may read and the kernel writes from memory: no server
 * is asked.
 *
 * Mounts are numbered for the whole machine, each namespace has its own. So the first number that a
 * process sees tells whether its view is known already. A path is told from our root directory, and
 * of another namespace from the root of that; mountinfo speaks from the root directory of the
 * process, which then has to be taken off.
 *
 * What it cannot see: mounts that were detached, and are in no mountinfo.
 */
#include "mounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

gboolean
device_is(struct device_number device, guint major, guint minor)
{
	return device.major == major && device.minor == minor;
}

gboolean
path_is_below(const char *path, const char *directory)
{
	gsize n = strlen(directory);

	if (n > 0 && directory[n - 1] == '/')
		n--;
	return strncmp(path, directory, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

char *
path_dup_of_descriptor(int fd)
{
	g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree char *path = g_file_read_link(link, NULL);

	return path != NULL && path[0] == '/' ? g_steal_pointer(&path) : NULL;
}

static void
free_line(gpointer data)
{
	struct mount_line *line = data;

	g_free(line->type);
	g_free(line->source);
	g_free(line->root);
	g_free(line->point);
	g_free(line);
}

/* Blanks and the like are written in octal, as is the backslash. */
static struct mount_line *
parse_line(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	struct mount_line *line;
	struct device_number device;
	guint n = g_strv_length(words);
	guint dash = 6;
	guint id, parent;

	while (dash < n && strcmp(words[dash], "-") != 0)
		dash++;
	if (dash + 2 >= n ||
	    sscanf(text, "%u %u %u:%u", &id, &parent, &device.major, &device.minor) != 4)
		return NULL;
	line = g_new0(struct mount_line, 1);
	line->id = id;
	line->parent = parent;
	line->device = device;
	line->root = g_strcompress(words[3]);
	line->point = g_strcompress(words[4]);
	line->type = g_strcompress(words[dash + 1]);
	line->source = g_strcompress(words[dash + 2]);
	return line;
}

static void
free_view(gpointer data)
{
	struct mount_view *view = data;

	g_hash_table_unref(view->by_id);
	g_ptr_array_unref(view->lines);
	g_free(view->root);
	g_free(view);
}

static struct mount_view *
parse_view(const char *text, int pid, const char *root)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	struct mount_view *view = g_new0(struct mount_view, 1);

	view->lines = g_ptr_array_new_with_free_func(free_line);
	view->by_id = g_hash_table_new(NULL, NULL);
	view->root = g_strdup(root);
	view->pid = pid;
	for (guint i = 0; lines[i] != NULL; i++) {
		struct mount_line *line = parse_line(lines[i]);

		if (line == NULL)
			continue;
		g_ptr_array_add(view->lines, line);
		g_hash_table_insert(view->by_id, GUINT_TO_POINTER(line->id), line);
	}
	return view;
}

struct mount_views *
mount_views_new(ProcviewSnapshot *snapshot)
{
	struct mount_views *views = g_new0(struct mount_views, 1);
	g_autofree char *text = NULL;

	views->refs = 1;
	g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL);
	views->own = parse_view(text != NULL ? text : "", 0, "");
	views->others = g_ptr_array_new_with_free_func(free_view);
	views->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	views->by_pid = g_hash_table_new(NULL, NULL);
	views->snapshot = snapshot;
	return views;
}

struct mount_views *
mount_views_ref(struct mount_views *views)
{
	views->refs++;
	return views;
}

void
mount_views_unref(struct mount_views *views)
{
	if (--views->refs > 0)
		return;
	g_hash_table_unref(views->by_pid);
	g_hash_table_unref(views->by_name);
	g_ptr_array_unref(views->others);
	free_view(views->own);
	g_free(views);
}

/* The number of the first mount; 0: it cannot be read. So little, because the kernel writes no more
 * lines than are asked for, and most processes are in a namespace that is known. */
static guint
read_first_id(const char *name)
{
	char head[16] = "";
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	guint id = 0;

	if (fd < 0)
		return 0;
	if (read(fd, head, sizeof(head) - 1) <= 0 || sscanf(head, "%u", &id) != 1)
		id = 0;
	close(fd);
	return id;
}

/* Who has given up the right to look into processes may ask the snapshot. */
static char *
dup_root(const struct mount_views *views, int pid)
{
	g_autofree char *link = g_strdup_printf("/proc/%d/root", pid);
	ProcviewProcess *process = views->snapshot != NULL
					   ? procview_snapshot_find_process(views->snapshot, pid)
					   : NULL;
	ProcviewFsContext *fs =
		process != NULL
			? procview_task_get_fs_context(procview_process_get_task(process, 0))
			: NULL;

	if (fs != NULL && procview_fs_context_get_root(fs) != NULL)
		return g_strdup(procview_fs_context_get_root(fs));
	return g_file_read_link(link, NULL);
}

static const struct mount_view *
read_view(struct mount_views *views, int pid)
{
	g_autofree char *name = g_strdup_printf("/proc/%d/mountinfo", pid);
	g_autofree char *text = NULL;
	g_autofree char *key = NULL;
	g_autofree char *link = NULL;
	const char *root;
	struct mount_view *view;
	guint first = read_first_id(name);

	if (first == 0)
		return NULL;
	if (g_hash_table_contains(views->own->by_id, GUINT_TO_POINTER(first)))
		return views->own;
	link = dup_root(views, pid);
	root = link == NULL || strcmp(link, "/") == 0 ? "" : link;
	key = g_strdup_printf("%u:%s", first, root);
	view = g_hash_table_lookup(views->by_name, key);
	if (view != NULL || !g_file_get_contents(name, &text, NULL, NULL))
		return view;
	view = parse_view(text, pid, root);
	g_ptr_array_add(views->others, view);
	g_hash_table_insert(views->by_name, g_steal_pointer(&key), view);
	return view;
}

const struct mount_view *
mount_views_get(struct mount_views *views, int pid)
{
	gpointer found = NULL;

	if (g_hash_table_lookup_extended(views->by_pid, GINT_TO_POINTER(pid), NULL, &found))
		return found;
	found = (gpointer)read_view(views, pid);
	g_hash_table_insert(views->by_pid, GINT_TO_POINTER(pid), found);
	return found;
}

void
mount_views_get_all(struct mount_views *views)
{
	g_autoptr(GDir) proc = views->has_all ? NULL : g_dir_open("/proc", 0, NULL);
	const char *name;

	views->has_all = TRUE;
	while (proc != NULL && (name = g_dir_read_name(proc)) != NULL) {
		guint64 pid;

		if (g_ascii_string_to_unsigned(name, 10, 1, G_MAXINT, &pid, NULL))
			mount_views_get(views, (int)pid);
	}
}

const struct mount_line *
mount_views_find(struct mount_views *views, guint id, const struct mount_view **view)
{
	gconstpointer key = GUINT_TO_POINTER(id);
	const struct mount_line *line = g_hash_table_lookup(views->own->by_id, key);

	*view = views->own;
	if (line != NULL)
		return line;
	mount_views_get_all(views);
	for (guint i = 0; i < views->others->len && line == NULL; i++) {
		*view = g_ptr_array_index(views->others, i);
		line = g_hash_table_lookup((*view)->by_id, key);
	}
	return line;
}

gboolean
mount_line_has_own_devices(const struct mount_line *line)
{
	static const char *const types[] = {"bcachefs", "btrfs", "overlay", NULL};

	return g_strv_contains(types, line->type);
}

gboolean
mount_line_has_plain_numbers(const struct mount_line *line)
{
	static const char *const types[] = {"devtmpfs", "erofs", "exfat",     "ext2",	 "ext3",
					    "ext4",	"f2fs",	 "hugetlbfs", "iso9660", "ramfs",
					    "squashfs", "tmpfs", "vfat",      "xfs",	 NULL};

	return g_strv_contains(types, line->type);
}

/* From the root directory of whoever was asked; NULL: it does not lead there. */
static const char *
take_off_root(const struct mount_view *view, const char *path)
{
	if (*path != '/' || !path_is_below(path, view->root))
		return NULL;
	path += strlen(view->root);
	return *path != '\0' ? path : "/";
}

typedef gboolean (*line_test)(const struct mount_line *line, const struct device_number *device);

static gboolean
is_any(const struct mount_line *line, const struct device_number *device)
{
	return TRUE;
}

static gboolean
is_of_device(const struct mount_line *line, const struct device_number *device)
{
	return device_is(line->device, device->major, device->minor);
}

static gboolean
may_be_of_device(const struct mount_line *line, const struct device_number *device)
{
	return device->major == 0 && mount_line_has_own_devices(line);
}

/* Of those that are mounted at one point, the last hides the others. */
static const struct mount_line *
find_nearest(const struct mount_view *view, const char *path, line_test test,
	     const struct device_number *device)
{
	const struct mount_line *nearest = NULL;

	for (guint i = 0; i < view->lines->len; i++) {
		const struct mount_line *line = g_ptr_array_index(view->lines, i);

		if (test(line, device) && path_is_below(path, line->point) &&
		    (nearest == NULL || strlen(line->point) >= strlen(nearest->point)))
			nearest = line;
	}
	return nearest;
}

const struct mount_line *
mount_view_look_up(const struct mount_view *view, const char *path,
		   const struct device_number *device)
{
	const struct mount_line *line;

	path = take_off_root(view, path);
	if (path == NULL)
		return NULL;
	if (device == NULL)
		return find_nearest(view, path, is_any, NULL);
	line = find_nearest(view, path, is_of_device, device);
	return line != NULL ? line : find_nearest(view, path, may_be_of_device, device);
}

char *
mount_line_dup_inner_path(const struct mount_line *line, const struct mount_view *view,
			  const char *path)
{
	gboolean whole = strcmp(line->root, "/") == 0;

	path = take_off_root(view, path);
	if (path == NULL || !path_is_below(path, line->point))
		return NULL;
	if (strcmp(line->point, "/") != 0)
		path += strlen(line->point);
	if (strcmp(path, "/") == 0)
		path = "";
	if (whole)
		return g_strdup(*path != '\0' ? path : "/");
	return g_strconcat(line->root, path, NULL);
}
