/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Type and source of the file systems that files lie on, from /proc/PID/mountinfo (mount ids there
 * since 2.6.26, of files since 3.15). Mount ids are the machine's: one that is found in one mount
 * namespace is not looked for in another.
 *
 *   mount ids of files ──► the caller's own mountinfo
 *                            └──► what is left: mountinfo of the processes that have those files,
 *                                 once for each mount namespace, or for each process if
 *                                 it is not told which it is in
 *                                   └──► what is left: of the namespaces met in the snapshot
 *
 * Nothing here can wait for a server: the kernel writes mountinfo from what it has in memory, and
 * neither path nor file is looked up.
 *
 * What it cannot see: mounts that are mounted nowhere: detached ones (umount -l, open_tree(2)), those
 * inside of the kernel (pipes, sockets, memfds, secretmem), and those outside of the root directory
 * of whoever was asked. Files there have a mount id and nothing more. A mount id may be reused as
 * soon as its mount is gone.
 */
#include "snapshot/file-systems.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "backend/procfs/escapes.h"
#include "backend/procfs/mountinfo-parse.h"
#include "backend/procfs/ns-link-parse.h"
#include "core/error.h"
#include "core/kind.h"
#include "util/fd.h"
#include "util/order.h"

#define LINES_PER_LOOK 1024

typedef struct {
	guint32 mount_id;
	gboolean found;
	PvMount mount;
} Wanted;

typedef struct {
	PvEnrichment *step;
	PvStore *store;
	int proc_dir;
	PvArray wanted;	    /* Wanted, by mount id */
	PvArray namespaces; /* guint32: those that were read */
	guint n_left;
	int status; /* a negative errno: memory or descriptors have run out */
	PvBuffer text;
	PvBuffer field;
} Search;

static int
compare_wanted(const void *a, const void *b)
{
	guint32 x = ((const Wanted *)a)->mount_id;
	guint32 y = ((const Wanted *)b)->mount_id;

	return pv_order_u64(x, y);
}

static Wanted *
find_wanted(const Search *search, guint32 mount_id)
{
	const Wanted key = {.mount_id = mount_id};

	if (search->wanted.n == 0)
		return NULL;
	return bsearch(&key, search->wanted.data, search->wanted.n, sizeof(Wanted), compare_wanted);
}

/* Others lie on mounts inside of the kernel, which are in no list. */
static gboolean
has_mount(const PvFile *file)
{
	if (!(file->known & PV_FILE_MOUNT))
		return FALSE;
	if (file->kind == PV_KIND_SOCKET)
		return (file->flags & O_PATH) != 0;
	return file->kind == PV_KIND_MQUEUE || pv_kind_is_mounted(file->kind);
}

/* Appends it, unless it is the one before. */
static gboolean
want(PvArray *wanted, guint32 mount_id)
{
	Wanted *added;

	if (wanted->n > 0 && pv_array_at(wanted, Wanted, wanted->n - 1)->mount_id == mount_id)
		return TRUE;
	added = pv_array_append(wanted);
	if (added != NULL)
		added->mount_id = mount_id;
	return added != NULL;
}

static void
drop_duplicates(PvArray *wanted)
{
	guint kept = 0;

	if (wanted->n > 1)
		qsort(wanted->data, wanted->n, sizeof(Wanted), compare_wanted);
	for (guint i = 0; i < wanted->n; i++) {
		Wanted *from = pv_array_at(wanted, Wanted, i);

		if (kept == 0 || pv_array_at(wanted, Wanted, kept - 1)->mount_id != from->mount_id)
			*pv_array_at(wanted, Wanted, kept++) = *from;
	}
	pv_array_truncate(wanted, kept);
}

static gboolean
list_wanted(Search *search)
{
	const PvArray *marks = &search->store->details.marks;

	for (guint32 i = 0; i < search->store->files.n; i++) {
		const PvFile *file = pv_store_file(search->store, i);

		if (has_mount(file) && !want(&search->wanted, file->mount_id))
			return FALSE;
	}
	for (guint i = 0; i < marks->n; i++) {
		const PvMark *mark = pv_array_at(marks, PvMark, i);

		if (mark->type == PV_MARK_MOUNT && !want(&search->wanted, mark->mount_id))
			return FALSE;
	}
	drop_duplicates(&search->wanted);
	search->n_left = search->wanted.n;
	return TRUE;
}

static gboolean
keep_field(Search *search, const char *text, gsize length, PvString *string)
{
	search->field.n = 0;
	if (!pv_buffer_reserve(&search->field, length + 1))
		return FALSE;
	length = pv_unescape(text, length, search->field.data);
	*string = pv_strings_intern(&search->store->strings, search->field.data, length);
	return *string != 0;
}

static gboolean
keep_line(Search *search, const PvMountLine *line)
{
	Wanted *wanted = find_wanted(search, line->mount_id);

	if (wanted == NULL || wanted->found)
		return TRUE;
	wanted->found = TRUE;
	wanted->mount.mount_id = line->mount_id;
	wanted->mount.dev = line->dev;
	search->n_left--;
	return keep_field(search, line->fstype, line->fstype_len, &wanted->mount.type) &&
	       keep_field(search, line->source, line->source_len, &wanted->mount.source) &&
	       keep_field(search, line->root, line->root_len, &wanted->mount.root) &&
	       keep_field(search, line->point, line->point_len, &wanted->mount.point);
}

/* Whether the search can go on after that; most failures are the end of a process. */
static gboolean
is_bearable(Search *search, int status)
{
	if (pv_error_is_shortage(status))
		search->status = status;
	return search->status == 0;
}

/* Also where it could not be read: no other try is worth its while. FALSE: the search is over. */
static gboolean
read_mounts(Search *search, const char *name)
{
	PvMountLine line;
	gsize at = 0;
	gsize taken;
	guint n = 0;
	int status = pv_read_at(search->proc_dir, name, &search->text);

	if (status < 0)
		return is_bearable(search, status);
	while ((taken = pv_mountinfo_parse(search->text.data + at, search->text.n - at, &line)) >
		       0 &&
	       search->n_left > 0) {
		at += taken;
		if (line.fstype != NULL && !keep_line(search, &line))
			return FALSE;
		if (++n % LINES_PER_LOOK == 0 && pv_watch_cancelled(search->step->watch))
			return TRUE;
	}
	return TRUE;
}

/* A task of the table: no zombie, which would have no mounts. */
static const PvTask *
task_of(const Search *search, const PvTable *table)
{
	return pv_store_task(search->store, pv_store_member(search->store, table->first_member));
}

/* 0: cannot be told. */
static guint32
read_namespace(Search *search, const char *name)
{
	guint32 inode = 0;
	int status = pv_readlink_at(search->proc_dir, name, &search->field);

	if (is_bearable(search, status) && status == 0)
		pv_ns_link_parse(search->field.data, search->field.n, "mnt", &inode);
	return inode;
}

static guint32
namespace_of(Search *search, const PvProcess *process, const PvTask *task)
{
	char name[64];
	guint32 inode = process->namespaces[PV_NAMESPACE_MNT];

	if (inode != 0)
		return inode;
	g_snprintf(name, sizeof(name), "%d/task/%d/ns/mnt", process->pid, task->tid);
	return read_namespace(search, name);
}

/* Whether the namespace was read already; if not, it is noted. */
static gboolean
note_namespace(Search *search, guint32 inode, gboolean *known)
{
	guint32 *added;

	*known = TRUE;
	for (guint i = 0; i < search->namespaces.n; i++) {
		if (*pv_array_at(&search->namespaces, guint32, i) == inode)
			return TRUE;
	}
	*known = FALSE;
	added = pv_array_append(&search->namespaces);
	if (added != NULL)
		*added = inode;
	return added != NULL;
}

static gboolean
has_open_questions(const Search *search, const PvTable *table)
{
	for (guint32 i = 0; i < table->n_descriptors; i++) {
		const PvDescriptor *descriptor =
			pv_store_descriptor(search->store, table->first_descriptor + i);
		const PvFile *file = pv_store_file(search->store, descriptor->file);
		const Wanted *wanted = has_mount(file) ? find_wanted(search, file->mount_id) : NULL;

		if (wanted != NULL && !wanted->found)
			return TRUE;
	}
	return FALSE;
}

static gboolean
ask_owner(Search *search, const PvTable *table)
{
	const PvTask *task = task_of(search, table);
	const PvProcess *process = pv_store_process(search->store, task->process);
	guint32 inode = namespace_of(search, process, task);
	char name[64];
	gboolean known = FALSE;

	/* Everybody may read mountinfo, but whose namespace it is of only who may trace the task. */
	if (search->status < 0 || (inode != 0 && !note_namespace(search, inode, &known)))
		return FALSE;
	g_snprintf(name, sizeof(name), "%d/task/%d/mountinfo", process->pid, task->tid);
	return known || read_mounts(search, name);
}

/*
 * The tables whose own files have questions first; then, for files that came from elsewhere, every
 * table whose namespace is known without a look into /proc.
 */
static gboolean
ask_owners(Search *search, gboolean anybody)
{
	for (guint32 i = 0; i < search->store->tables.n && search->n_left > 0; i++) {
		const PvTable *table = pv_store_table(search->store, i);
		const PvProcess *process;

		if (table->n_members == 0 || pv_watch_cancelled(search->step->watch))
			continue;
		process = pv_store_process(search->store, task_of(search, table)->process);
		if (anybody ? process->namespaces[PV_NAMESPACE_MNT] == 0
			    : !has_open_questions(search, table))
			continue;
		if (!ask_owner(search, table))
			return FALSE;
	}
	return TRUE;
}

static gboolean
note_own_namespace(Search *search)
{
	guint32 inode = read_namespace(search, "thread-self/ns/mnt");
	gboolean known;

	if (search->status < 0)
		return FALSE;
	return inode == 0 || note_namespace(search, inode, &known);
}

static gboolean
keep_found(Search *search)
{
	PvArray *mounts = &search->store->details.mounts;

	for (guint i = 0; i < search->wanted.n; i++) {
		const Wanted *wanted = pv_array_at(&search->wanted, Wanted, i);
		PvMount *mount;

		if (!wanted->found)
			continue;
		mount = pv_array_append(mounts);
		if (mount == NULL)
			return FALSE;
		*mount = wanted->mount;
		mount->index = mounts->n - 1;
	}
	return TRUE;
}

static gboolean
run(Search *search)
{
	if (!list_wanted(search))
		return FALSE;
	if (search->n_left == 0)
		return TRUE;
	if (search->proc_dir < 0)
		return is_bearable(search, search->proc_dir);
	if (!note_own_namespace(search) || !read_mounts(search, "thread-self/mountinfo"))
		return FALSE;
	return ask_owners(search, FALSE) && ask_owners(search, TRUE) && keep_found(search);
}

gboolean
pv_file_systems_note(PvEnrichment *step, GError **error)
{
	Search search = {.step = step, .store = step->store};
	gboolean done;

	/* Recorded trees have no mounts of this machine, and a pid elsewhere names another process. */
	if (step->plan->context->recorded || step->plan->context->absent)
		return TRUE;
	pv_array_init(&search.wanted, sizeof(Wanted));
	pv_array_init(&search.namespaces, sizeof(guint32));
	search.proc_dir = pv_open_dir(AT_FDCWD, step->plan->context->proc_path);
	done = run(&search);
	pv_fd_close(&search.proc_dir);
	pv_array_clear(&search.wanted);
	pv_array_clear(&search.namespaces);
	pv_buffer_clear(&search.text);
	pv_buffer_clear(&search.field);
	if (!done)
		return pv_error_from_errno(error, "mountinfo",
					   search.status < 0 ? -search.status : ENOMEM);
	return !pv_watch_cancelled(step->watch) || pv_watch_stop(error);
}
