/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does the row of a descriptor say of it, and of the file behind it?
 */
#include <fcntl.h>

#include "columns.h"
#include "detail.h"
#include "text.h"

static ProcviewFile *
file_of(const struct row *row)
{
	if (row->kind == ROW_HELD)
		return procview_holding_get_file(row->holding);
	return row->kind == ROW_DESCRIPTOR ? procview_descriptor_get_file(row->descriptor) : NULL;
}

static void
append_fd(GString *out, const struct row *row, const struct view *view)
{
	if (row->kind == ROW_DESCRIPTOR)
		g_string_append_printf(out, "%d", procview_descriptor_get_fd(row->descriptor));
}

/* lsof(8) and lsfd(1) have it so. */
static void
append_association(GString *out, const struct row *row, const struct view *view)
{
	if (row->kind == ROW_PLACE)
		g_string_append(out, place_get_word(&row->place));
	else if (row->kind == ROW_HELD)
		g_string_append(out, text_of_holding(row->holding));
	else
		append_fd(out, row, view);
}

static void
append_mode(GString *out, const struct row *row, const struct view *view)
{
	if (file_of(row) != NULL)
		g_string_append(out, text_of_access(file_of(row)));
}

static void
append_kind(GString *out, const struct row *row, const struct view *view)
{
	if (file_of(row) != NULL)
		g_string_append(out, procview_kind_to_string(procview_file_get_kind(file_of(row))));
}

static void
append_name(GString *out, const struct row *row, const struct view *view)
{
	if (row->kind == ROW_PLACE)
		view_append_path_of(view, out, place_get_path(&row->place),
				    place_is_deleted(&row->place));
	else if (file_of(row) != NULL)
		view_append_path(view, out, file_of(row));
}

static void
append_deleted(GString *out, const struct row *row, const struct view *view)
{
	if (file_of(row) != NULL && procview_file_is_deleted(file_of(row)))
		g_string_append(out, "deleted");
}

static void
append_cloexec(GString *out, const struct row *row, const struct view *view)
{
	gboolean cloexec;

	if (row->kind == ROW_DESCRIPTOR &&
	    procview_descriptor_get_cloexec(row->descriptor, &cloexec))
		g_string_append(out, cloexec ? "yes" : "no");
}

static void
append_detail(GString *out, const struct row *row, const struct view *view)
{
	char access[5];

	if (row->kind == ROW_DESCRIPTOR)
		detail_append(out, row->descriptor, view);
	else if (row->kind == ROW_PLACE && place_tell_access(&row->place, access))
		g_string_append(out, access);
}

static void
append_mapped(GString *out, const struct row *row, const struct view *view)
{
	if (row->kind == ROW_PLACE && row->place.kind == PLACE_MAPPING)
		g_string_append_printf(out, "%" G_GUINT64_FORMAT,
				       procview_mapping_get_size_bytes(row->place.mapping));
}

static void
append_peer(GString *out, const struct row *row, const struct view *view)
{
	if (row->kind == ROW_DESCRIPTOR)
		detail_append_peers(out, row->descriptor, view);
}

static void
append_locks(GString *out, const struct row *row, const struct view *view)
{
	if (row->kind == ROW_DESCRIPTOR)
		detail_append_locks(out, row->descriptor);
}

static ProcviewMount *
mount_of(const struct row *row)
{
	return file_of(row) != NULL ? procview_file_get_mount(file_of(row)) : NULL;
}

static void
append_fs_type(GString *out, const struct row *row, const struct view *view)
{
	ProcviewMount *mount = mount_of(row);
	const char *type = mount != NULL ? procview_mount_get_fs_type(mount) : NULL;

	if (type != NULL)
		view_append_name(view, out, type);
}

static void
append_source(GString *out, const struct row *row, const struct view *view)
{
	ProcviewMount *mount = mount_of(row);
	const char *source = mount != NULL ? procview_mount_get_source(mount) : NULL;

	if (source != NULL)
		view_append_name(view, out, source);
}

static const struct {
	guint flag;
	const char *name;
} flag_names[] = {
	{O_APPEND, "append"},	    {O_NONBLOCK, "nonblock"}, {O_SYNC, "sync"},
	{O_DSYNC, "dsync"},	    {O_DIRECT, "direct"},     {O_ASYNC, "async"},
	{O_NOATIME, "noatime"},	    {O_PATH, "path"},	      {O_TMPFILE, "tmpfile"},
	{O_DIRECTORY, "directory"}, {O_NOFOLLOW, "nofollow"},
};

/* O_SYNC holds O_DSYNC, and O_TMPFILE holds O_DIRECTORY: what is named is taken out. */
static void
append_flags(GString *out, const struct row *row, const struct view *view)
{
	gsize start = out->len;
	guint flags;

	if (file_of(row) == NULL || !procview_file_get_flags(file_of(row), &flags))
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(flag_names); i++) {
		if ((flags & flag_names[i].flag) != flag_names[i].flag)
			continue;
		flags &= ~flag_names[i].flag;
		if (out->len > start)
			g_string_append_c(out, ',');
		g_string_append(out, flag_names[i].name);
	}
}

static void
append_pos(GString *out, const struct row *row, const struct view *view)
{
	gint64 pos;

	if (file_of(row) != NULL && procview_file_get_pos(file_of(row), &pos))
		g_string_append_printf(out, "%" G_GINT64_FORMAT, pos);
}

static void
append_size(GString *out, const struct row *row, const struct view *view)
{
	guint64 size;

	if (file_of(row) != NULL && procview_file_get_size_bytes(file_of(row), &size))
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, size);
}

static void
append_inode(GString *out, const struct row *row, const struct view *view)
{
	guint64 inode;

	if ((row->kind == ROW_PLACE && place_get_inode(&row->place, &inode)) ||
	    (file_of(row) != NULL && procview_file_get_inode(file_of(row), &inode)))
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, inode);
}

static void
append_device(GString *out, const struct row *row, const struct view *view)
{
	guint major, minor;

	if ((row->kind == ROW_PLACE && place_get_device(&row->place, &major, &minor)) ||
	    (file_of(row) != NULL && procview_file_get_device(file_of(row), &major, &minor)))
		g_string_append_printf(out, "%u:%u", major, minor);
}

static void
append_rdev(GString *out, const struct row *row, const struct view *view)
{
	guint major, minor;

	if (file_of(row) != NULL && procview_file_get_rdev(file_of(row), &major, &minor))
		g_string_append_printf(out, "%u:%u", major, minor);
}

static void
append_mount(GString *out, const struct row *row, const struct view *view)
{
	guint mount_id;

	if (file_of(row) != NULL && procview_file_get_mount_id(file_of(row), &mount_id))
		g_string_append_printf(out, "%u", mount_id);
}

static void
append_description(GString *out, const struct row *row, const struct view *view)
{
	guint description = file_of(row) != NULL ? procview_file_get_description(file_of(row)) : 0;

	if (description != 0)
		g_string_append_printf(out, "%u", description);
}

#define FILES	     PROCVIEW_COLLECT_DESCRIPTORS
#define PATHS	     (FILES | PROCVIEW_COLLECT_PATHS)
#define DESCRIPTIONS (FILES | PROCVIEW_COLLECT_DESCRIPTIONS)
#define DETAILS	     (FILES | PROCVIEW_COLLECT_DETAILS | PROCVIEW_COLLECT_SOCKETS)
#define PEERS	     (FILES | PROCVIEW_COLLECT_PEERS)
#define LOCKS	     (FILES | PROCVIEW_COLLECT_LOCKS)
#define ASSOCIATIONS (FILES | PROCVIEW_COLLECT_PLACES | PROCVIEW_COLLECT_HOLDINGS)
#define MAPPINGS     PROCVIEW_COLLECT_MAPPINGS
#define MOUNTS	     (FILES | PROCVIEW_COLLECT_MOUNTS)
#define RIGHT	     TRUE
#define LEFT	     FALSE

/* clang-format off */
const struct column columns_of_files[] = {
	{"FD", "descriptor (this and the next need -f, or a path)", RIGHT, FILES, append_fd},
	{"MODE", "r read, w write, rw both, - neither", LEFT, FILES, append_mode},
	{"KIND", "kind of file", LEFT, FILES, append_kind},
	{"NAME", "name of the file", LEFT, PATHS, append_name},
	{"DELETED", "\"deleted\" if the file has no name any more", LEFT, FILES, append_deleted},
	{"CLOEXEC", "whether execve(2) closes it; backend pidfd does not see it",
		LEFT, FILES, append_cloexec},
	{"FLAGS", "status flags: append, nonblock, ...", LEFT, FILES, append_flags},
	{"POS", "offset, in bytes", RIGHT, FILES, append_pos},
	{"SIZE", "size of the file, in bytes", RIGHT, FILES, append_size},
	{"INODE", "inode number", RIGHT, FILES, append_inode},
	{"DEV", "device the file is on", RIGHT, FILES, append_device},
	{"RDEV", "device that the file is", RIGHT, FILES, append_rdev},
	{"MNT", "mount id", RIGHT, FILES, append_mount},
	{"DESC", "open file description: equal numbers are the same one",
		RIGHT, DESCRIPTIONS, append_description},
	{"DETAIL", "what a file of its kind is: addresses, counters, clocks, ...",
		LEFT, DETAILS, append_detail},
	{"PEER", "who is at the other end: process, its name, descriptor", LEFT, PEERS, append_peer},
	{"LOCKS", "record locks, flock(2) and leases, with ranges", LEFT, LOCKS, append_locks},
	{"ASSOC", "descriptor, or: cwd, root, exe, mem, queue, ring", RIGHT, ASSOCIATIONS,
		append_association},
	{"MAPPED", "bytes mapped; shows mapped files", RIGHT, MAPPINGS, append_mapped},
	{"FSTYPE", "type of the file system", LEFT, MOUNTS, append_fs_type},
	{"SOURCE", "what is mounted there", LEFT, MOUNTS, append_source},
	{NULL, NULL, LEFT, 0, NULL},
};
/* clang-format on */
