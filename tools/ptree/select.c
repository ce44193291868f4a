/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which processes did the user mean?
 *
 * A file is sought in every descriptor table of the snapshot, by device and inode: also in the
 * table of a thread that has one of its own, and in that of a process whose first thread has
 * ended. All the tasks of a table that holds it have it open. Then it is sought where no
 * descriptor is needed: as a working directory or root, an executable, a mapped file, in the queue
 * of a socket, in an io_uring. A socket is found by the file that it is bound to.
 *
 * This command itself never counts: the file may be its own output, and who ends all that have it
 * open does not mean the one who asked.
 */
#include "select.h"

#include <unistd.h>

static void
match_process(struct selection *selection, ProcviewProcess *process)
{
	guint place = forest_find(selection->forest, process);

	if (place == FOREST_NONE || selection->forest->branches[place].role == ROLE_MATCHED)
		return;
	selection->forest->branches[place].role = ROLE_MATCHED;
	selection->n_matched++;
}

static void
match_id(struct selection *selection, struct what *what)
{
	ProcviewTask *task = procview_snapshot_find_task(selection->snapshot, what->id);

	if (task == NULL)
		return;
	what->matched = TRUE;
	match_process(selection, procview_task_get_process(task));
	if (!procview_task_is_leader(task))
		g_hash_table_add(selection->tasks, task);
}

static void
match_user(struct selection *selection, struct what *what)
{
	for (guint i = 0; i < selection->forest->n_branches; i++) {
		ProcviewProcess *process = selection->forest->branches[i].process;
		ProcviewTask *leader = procview_process_get_leader(process);

		if (!procview_task_has_details(leader))
			continue;
		if (procview_task_get_euid(leader) != what->uid &&
		    procview_task_get_uid(leader) != what->uid)
			continue;
		what->matched = TRUE;
		match_process(selection, process);
	}
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
	return what_is_file(what, inode, device.major, device.minor);
}

static gboolean
is_file(const struct what *what, ProcviewFile *file)
{
	struct device_number device;
	guint64 inode;

	if (what->kind != WHAT_FILE)
		return FALSE;
	if (procview_file_get_inode(file, &inode) &&
	    procview_file_get_device(file, &device.major, &device.minor) &&
	    what_is_file(what, inode, device.major, device.minor))
		return TRUE;
	if (is_bound_to(what, procview_file_get_socket(file)))
		return TRUE;
	return what->node != PROCVIEW_KIND_UNKNOWN && procview_file_get_kind(file) == what->node &&
	       procview_file_get_rdev(file, &device.major, &device.minor) &&
	       device.major == what->rdev.major && device.minor == what->rdev.minor;
}

static gboolean
match_file(ProcviewFile *file, GArray *whats)
{
	gboolean matched = FALSE;

	for (guint i = 0; i < whats->len; i++) {
		struct what *what = &g_array_index(whats, struct what, i);

		if (is_file(what, file)) {
			what->matched = TRUE;
			matched = TRUE;
		}
	}
	return matched;
}

static void
match_sharers(struct selection *selection, ProcviewFdTable *table)
{
	g_hash_table_add(selection->tables, table);
	for (guint i = 0; i < procview_fd_table_get_n_tasks(table); i++)
		match_process(selection,
			      procview_task_get_process(procview_fd_table_get_task(table, i)));
}

static void
match_table(struct selection *selection, ProcviewFdTable *table, GArray *whats)
{
	guint n = procview_fd_table_get_n_descriptors(table);
	gboolean matched = FALSE;

	for (guint i = 0; i < n; i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);

		if (match_file(procview_descriptor_get_file(descriptor), whats)) {
			matched = TRUE;
			g_hash_table_add(selection->descriptors, descriptor);
		}
	}
	if (matched)
		match_sharers(selection, table);
}

/* The number of this command where /proc is mounted, which may be in another pid namespace. */
static int
find_own_pid(void)
{
	g_autofree char *link = g_file_read_link("/proc/self", NULL);
	guint64 pid;

	if (link != NULL && g_ascii_string_to_unsigned(link, 10, 1, G_MAXINT, &pid, NULL))
		return (int)pid;
	return getpid();
}

static void
match_tables(struct selection *selection, GArray *whats, int own)
{
	guint n = procview_snapshot_get_n_fd_tables(selection->snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(selection->snapshot, i);

		if (procview_process_get_pid(procview_fd_table_get_owner(table)) != own)
			match_table(selection, table, whats);
	}
}

/* Who has what holds it. */
static void
match_carriers(struct selection *selection, ProcviewHolding *holding)
{
	g_autoptr(GPtrArray) descriptors =
		procview_file_list_descriptors(procview_holding_get_holder(holding));

	g_hash_table_add(selection->holdings, holding);
	for (guint i = 0; i < descriptors->len; i++) {
		ProcviewDescriptor *descriptor = g_ptr_array_index(descriptors, i);

		g_hash_table_add(selection->carriers, descriptor);
		match_sharers(selection, procview_descriptor_get_fd_table(descriptor));
	}
}

static void
match_holdings(struct selection *selection, GArray *whats)
{
	guint n = procview_snapshot_get_n_holdings(selection->snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewHolding *holding = procview_snapshot_get_holding(selection->snapshot, i);

		if (match_file(procview_holding_get_file(holding), whats))
			match_carriers(selection, holding);
	}
}

struct search {
	struct selection *selection;
	GArray *whats;
	int own;
};

static void
match_place(const struct place *place, gpointer data)
{
	struct search *search = data;
	struct device_number device;
	gboolean matched = FALSE;
	guint64 inode;

	if (place_get_n_sharers(place) == 0 || !place_get_inode(place, &inode) ||
	    !place_get_device(place, &device.major, &device.minor) ||
	    procview_process_get_pid(place_get_sharer(place, 0)) == search->own)
		return;
	for (guint i = 0; i < search->whats->len; i++) {
		struct what *what = &g_array_index(search->whats, struct what, i);

		if (what_is_file(what, inode, device.major, device.minor)) {
			what->matched = TRUE;
			matched = TRUE;
		}
	}
	if (!matched)
		return;
	g_hash_table_add(search->selection->places[place->kind], (gpointer)place_get_key(place));
	for (guint i = 0; i < place_get_n_sharers(place); i++)
		match_process(search->selection, place_get_sharer(place, i));
}

static void
match_files(struct selection *selection, GArray *whats)
{
	struct search search = {selection, whats, find_own_pid()};
	ProcviewSnapshot *snapshot = selection->snapshot;
	guint n_contexts = procview_snapshot_get_n_fs_contexts(snapshot);
	guint n_memories = procview_snapshot_get_n_memories(snapshot);

	match_tables(selection, whats, search.own);
	match_holdings(selection, whats);
	for (guint i = 0; i < n_contexts; i++)
		place_for_each_of_fs(procview_snapshot_get_fs_context(snapshot, i), match_place,
				     &search);
	for (guint i = 0; i < n_memories; i++)
		place_for_each_of_memory(procview_snapshot_get_memory(snapshot, i), match_place,
					 &search);
}

static GHashTable *
index_holdings(ProcviewSnapshot *snapshot)
{
	GHashTable *held =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	guint n = procview_snapshot_get_n_holdings(snapshot);

	for (guint i = 0; i < n; i++) {
		ProcviewHolding *holding = procview_snapshot_get_holding(snapshot, i);
		ProcviewFile *holder = procview_holding_get_holder(holding);
		GPtrArray *holdings = g_hash_table_lookup(held, holder);

		if (holdings == NULL) {
			holdings = g_ptr_array_new();
			g_hash_table_insert(held, holder, holdings);
		}
		g_ptr_array_add(holdings, holding);
	}
	return held;
}

static void
match_everything(struct selection *selection)
{
	selection->everything = TRUE;
	selection->n_matched = selection->forest->n_branches;
	for (guint i = 0; i < selection->forest->n_branches; i++)
		selection->forest->branches[i].role = ROLE_MATCHED;
}

struct selection *
selection_new(ProcviewSnapshot *snapshot, GArray *whats)
{
	struct selection *selection = g_new0(struct selection, 1);

	selection->snapshot = procview_snapshot_ref(snapshot);
	selection->forest = forest_new(snapshot);
	selection->tasks = g_hash_table_new(NULL, NULL);
	selection->tables = g_hash_table_new(NULL, NULL);
	selection->descriptors = g_hash_table_new(NULL, NULL);
	selection->carriers = g_hash_table_new(NULL, NULL);
	selection->holdings = g_hash_table_new(NULL, NULL);
	selection->held = index_holdings(snapshot);
	for (guint i = 0; i < PLACE_KINDS; i++)
		selection->places[i] = g_hash_table_new(NULL, NULL);
	if (whats->len == 0) {
		match_everything(selection);
		return selection;
	}
	for (guint i = 0; i < whats->len; i++) {
		struct what *what = &g_array_index(whats, struct what, i);

		if (what->kind == WHAT_ID)
			match_id(selection, what);
		else if (what->kind == WHAT_USER)
			match_user(selection, what);
	}
	if (whats_have(whats, WHAT_FILE))
		match_files(selection, whats);
	forest_mark_relatives(selection->forest);
	return selection;
}

void
selection_free(struct selection *selection)
{
	if (selection == NULL)
		return;
	for (guint i = 0; i < PLACE_KINDS; i++)
		g_hash_table_unref(selection->places[i]);
	g_hash_table_unref(selection->held);
	g_hash_table_unref(selection->holdings);
	g_hash_table_unref(selection->carriers);
	g_hash_table_unref(selection->descriptors);
	g_hash_table_unref(selection->tables);
	g_hash_table_unref(selection->tasks);
	forest_free(selection->forest);
	procview_snapshot_unref(selection->snapshot);
	g_free(selection);
}

enum role
selection_get_role(const struct selection *selection, ProcviewProcess *process)
{
	guint place = forest_find(selection->forest, process);

	return place == FOREST_NONE ? ROLE_NONE : selection->forest->branches[place].role;
}

ProcviewProcess *
selection_find_head(const struct selection *selection, ProcviewFdTable *table)
{
	guint n = procview_fd_table_get_n_tasks(table);
	ProcviewProcess *last = NULL;

	for (guint i = 0; i < n; i++) {
		ProcviewProcess *process =
			procview_task_get_process(procview_fd_table_get_task(table, i));

		if (process == last)
			continue;
		last = process;
		if (selection_get_role(selection, process) == ROLE_MATCHED)
			return process;
	}
	return procview_fd_table_get_owner(table);
}

gboolean
selection_has_place(const struct selection *selection, const struct place *place)
{
	return g_hash_table_contains(selection->places[place->kind], place_get_key(place));
}

ProcviewProcess *
selection_find_head_of_place(const struct selection *selection, const struct place *place)
{
	guint n = place_get_n_sharers(place);

	for (guint i = 0; i < n; i++) {
		ProcviewProcess *process = place_get_sharer(place, i);

		if (selection_get_role(selection, process) == ROLE_MATCHED)
			return process;
	}
	return place_get_sharer(place, 0);
}
