/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which directory tree, or which file system, does a path stand for, and is a file within it?
 *
 * A tree is not walked: it may be large, on a server that does not answer, and what is deleted is
 * not in it any more. Nor are names compared, which in another mount namespace are those of other
 * files. A tree is the parts of file systems that are mounted there, each known by the device of
 * its superblock and the path within it where the part begins: of the directory's own mount, and of
 * every mount below it. An open file knows its mount; what is held without a descriptor has a path
 * and a device, and from its process the view in which the path is meant.
 *
 * A mount point without a slash behind it stands for what is mounted there, all of it or a part,
 * and a block device for the file system on it.
 */
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "what.h"

static void
clear_branch(gpointer data)
{
	struct branch_of_fs *branch = data;

	g_free(branch->root);
}

static void
add_branch(struct what *what, struct device_number device, const char *root)
{
	struct branch_of_fs branch = {.device = device, .root = g_strdup(root)};

	if (what->branches == NULL) {
		what->branches = g_array_new(FALSE, FALSE, sizeof(branch));
		g_array_set_clear_func(what->branches, clear_branch);
	}
	g_array_append_val(what->branches, branch);
	what->is_partial |= strcmp(root, "/") != 0;
}

static void
add_mount(struct what *what, const struct mount_line *line, const char *root)
{
	add_branch(what, line->device, root);
	what->has_own_devices |= mount_line_has_own_devices(line);
}

gboolean
what_become_tree(struct what *what, guint mount_id, const char *path)
{
	const struct mount_view *view;
	const struct mount_line *own = mount_views_find(what->views, mount_id, &view);
	g_autofree char *inner = own != NULL ? mount_line_dup_inner_path(own, view, path) : NULL;

	if (inner == NULL)
		return FALSE;
	what->kind = WHAT_TREE;
	add_mount(what, own, inner);
	for (guint i = 0; i < view->lines->len; i++) {
		const struct mount_line *line = g_ptr_array_index(view->lines, i);
		g_autofree char *point = g_strconcat(view->root, line->point, NULL);

		if (line != own && path_is_below(point, path))
			add_mount(what, line, line->root);
	}
	return TRUE;
}

gboolean
what_become_file_system(struct what *what, guint mount_id)
{
	const struct mount_view *view;
	const struct mount_line *line = mount_views_find(what->views, mount_id, &view);

	if (line == NULL)
		return FALSE;
	what->kind = WHAT_FILE_SYSTEM;
	what->mount_id = mount_id;
	add_mount(what, line, line->root);
	return TRUE;
}

/* Whether that is the name of a node of the device. */
static gboolean
is_node_of(const char *source, struct device_number device)
{
	struct stat st;

	return g_str_has_prefix(source, "/dev/") && stat(source, &st) == 0 && S_ISBLK(st.st_mode) &&
	       device_is(device, major(st.st_rdev), minor(st.st_rdev));
}

/* A file system may be on several devices, and then has a number of its own. */
static void
add_mounts_of_node(struct what *what, const struct mount_view *view)
{
	for (guint i = 0; i < view->lines->len; i++) {
		const struct mount_line *line = g_ptr_array_index(view->lines, i);

		if (mount_line_has_own_devices(line) &&
		    !what_has_branch(what, line->device, NULL) &&
		    is_node_of(line->source, what->rdev))
			add_mount(what, line, "/");
	}
}

/* It may be mounted where we do not see it. */
void
what_become_device(struct what *what)
{
	struct mount_views *views = what->views;

	what->kind = WHAT_FILE_SYSTEM;
	add_branch(what, what->rdev, "/");
	add_mounts_of_node(what, views->own);
	mount_views_get_all(views);
	for (guint i = 0; i < views->others->len; i++)
		add_mounts_of_node(what, g_ptr_array_index(views->others, i));
}

void
what_end_search(struct what *what)
{
	g_clear_pointer(&what->views, mount_views_unref);
	g_clear_pointer(&what->owners, g_hash_table_unref);
	what->snapshot = NULL;
}

void
what_begin_search(struct what *what, ProcviewSnapshot *snapshot, struct mount_views *views)
{
	what_end_search(what);
	if (what->branches == NULL && what->kind != WHAT_FILE)
		return;
	what->views = mount_views_ref(views);
	what->snapshot = snapshot;
}

gboolean
what_has_branch(const struct what *what, struct device_number device, const char *inner)
{
	for (guint i = 0; i < what->branches->len; i++) {
		const struct branch_of_fs *branch =
			&g_array_index(what->branches, struct branch_of_fs, i);

		if (device_is(branch->device, device.major, device.minor) &&
		    (inner != NULL ? path_is_below(inner, branch->root)
				   : strcmp(branch->root, "/") == 0))
			return TRUE;
	}
	return FALSE;
}

static gboolean
has_device(const struct what *what, struct device_number device)
{
	if (what->has_own_devices && device.major == 0)
		return TRUE;
	for (guint i = 0; i < what->branches->len; i++) {
		if (device_is(g_array_index(what->branches, struct branch_of_fs, i).device,
			      device.major, device.minor))
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_on_mount(const struct what *what, const struct mount_line *line, const struct mount_view *view,
	    const char *path)
{
	g_autofree char *inner = NULL;

	if (what_has_branch(what, line->device, NULL))
		return TRUE;
	if (path == NULL || !has_device(what, line->device))
		return FALSE;
	inner = mount_line_dup_inner_path(line, view, path);
	return inner != NULL && what_has_branch(what, line->device, inner);
}

static gboolean
is_in_view(const struct what *what, const struct mount_view *view, const char *path,
	   struct device_number device)
{
	const struct mount_line *line = mount_view_look_up(view, path, &device);

	return line != NULL && is_on_mount(what, line, view, path);
}

/* In what view a process says its paths; ours, if that cannot be told. */
static const struct mount_view *
find_view(const struct what *what, ProcviewProcess *process)
{
	const struct mount_view *view = NULL;

	if (process != NULL)
		view = mount_views_get(what->views, procview_process_get_pid(process));
	return view != NULL ? view : what->views->own;
}

gboolean
what_holds_file(struct what *what, ProcviewFile *file)
{
	const char *path = procview_file_get_path(file);
	const struct mount_view *view;
	const struct mount_line *line;
	struct device_number device;
	guint id;

	/* What is mounted nowhere, as pipes, has a name that is no path. */
	if (path != NULL && *path != '/')
		return FALSE;
	if (!procview_file_get_device(file, &device.major, &device.minor))
		device = (struct device_number){0, 0};
	if (procview_file_get_mount_id(file, &id)) {
		line = g_hash_table_lookup(what->views->own->by_id, GUINT_TO_POINTER(id));
		view = what->views->own;
		if (line == NULL && has_device(what, device))
			line = mount_views_find(what->views, id, &view);
		if (line != NULL)
			return is_on_mount(what, line, view, path);
	}
	/* Its mount is in no namespace, or not known. */
	return what_has_branch(what, device, NULL) ||
	       (path != NULL && has_device(what, device) &&
		is_in_view(what, what->views->own, path, device));
}

gboolean
what_holds_place(struct what *what, const struct place *place)
{
	const char *path = place_get_path(place);
	struct device_number device;

	if (!place_get_device(place, &device.major, &device.minor))
		return FALSE;
	if (what_has_branch(what, device, NULL))
		return TRUE;
	return path != NULL && *path == '/' && has_device(what, device) &&
	       is_in_view(what, find_view(what, place_get_sharer(place, 0)), path, device);
}

/* Of all sockets at once: from a file to its descriptors no way leads that is short. */
static GHashTable *
list_owners(ProcviewSnapshot *snapshot)
{
	GHashTable *owners = g_hash_table_new(NULL, NULL);
	guint n_tables = procview_snapshot_get_n_fd_tables(snapshot);

	for (guint i = 0; i < n_tables; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);
		guint n = procview_fd_table_get_n_descriptors(table);

		for (guint j = 0; j < n; j++) {
			ProcviewFile *file = procview_descriptor_get_file(
				procview_fd_table_get_descriptor(table, j));

			if (procview_file_get_kind(file) == PROCVIEW_KIND_SOCKET)
				g_hash_table_insert(owners, file,
						    procview_fd_table_get_owner(table));
		}
	}
	return owners;
}

static ProcviewProcess *
find_owner(struct what *what, ProcviewFile *file)
{
	if (what->owners == NULL && what->snapshot != NULL)
		what->owners = list_owners(what->snapshot);
	return what->owners != NULL ? g_hash_table_lookup(what->owners, file) : NULL;
}

/* The name is what the process gave to bind(2), so it may also be one that leads nowhere. */
gboolean
what_holds_socket(struct what *what, ProcviewFile *file)
{
	ProcviewSocket *socket = procview_file_get_socket(file);
	struct device_number device;
	const char *name;

	if (socket == NULL || procview_socket_is_abstract(socket) ||
	    !procview_socket_get_file(socket, NULL, &device.major, &device.minor))
		return FALSE;
	if (what_has_branch(what, device, NULL))
		return TRUE;
	name = (const char *)procview_socket_get_name(socket, NULL);
	return name != NULL && *name == '/' && has_device(what, device) &&
	       is_in_view(what, find_view(what, find_owner(what, file)), name, device);
}
