/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What two snapshots say of the same processes, field by field, as text: what one knows and the
 * other does not is a difference too. Only of close-on-exec a backend may know nothing (pidfd), and
 * how sharing is known is each backend's own.
 *
 * Start times are compared in the hundredths of a second that procfs tells. The numbers of open
 * file descriptions are a snapshot's own: they are the same if each number here goes with one
 * number there.
 */
#include "agree.h"

#define TICK_NS 10000000

typedef struct {
	const char *title;
	PvTestView views[2];
	gboolean moving;
	GHashTable *there; /* number of a description: the one of the other view */
	GHashTable *here;
	guint n;
} Agreement;

/* What is being compared, for whoever reads of a difference. */
typedef struct {
	int pid;
	int tid; /* 0: the process */
	int fd;	 /* -1: the table, or no descriptor at all */
} Place;

static void
compare(Agreement *g, const Place *place, const char *field, const char *a, const char *b)
{
	g_autoptr(GString) where = NULL;

	if (g_strcmp0(a, b) == 0)
		return;
	where = g_string_new(g->title);
	g_string_append_printf(where, ": process %d", place->pid);
	if (place->tid != 0)
		g_string_append_printf(where, ", task %d", place->tid);
	if (place->fd >= 0)
		g_string_append_printf(where, ", descriptor %d", place->fd);
	g_printerr("# %s: %s: %s in %s, %s in %s\n", where->str, field, a != NULL ? a : "unknown",
		   g->views[0].name, b != NULL ? b : "unknown", g->views[1].name);
	g->n++;
}

/* Both values are taken over. */
static void
compare_taken(Agreement *g, const Place *place, const char *field, char *a, char *b)
{
	compare(g, place, field, a, b);
	g_free(a);
	g_free(b);
}

static void
compare_bytes(Agreement *g, const Place *place, const char *field, const char *a, const char *b)
{
	compare_taken(g, place, field, a != NULL ? g_strescape(a, "") : NULL,
		      b != NULL ? g_strescape(b, "") : NULL);
}

static void
compare_numbers(Agreement *g, const Place *place, const char *field, guint64 a, guint64 b)
{
	compare_taken(g, place, field, g_strdup_printf("%" G_GUINT64_FORMAT, a),
		      g_strdup_printf("%" G_GUINT64_FORMAT, b));
}

/* What a getter of a file that may not know tells; NULL: it does not. */
static char *
tell_pos(ProcviewFile *file)
{
	gint64 pos;

	if (!procview_file_get_pos(file, &pos))
		return NULL;
	return g_strdup_printf("%" G_GINT64_FORMAT, pos);
}

static char *
tell_size(ProcviewFile *file)
{
	guint64 size;

	if (!procview_file_get_size_bytes(file, &size))
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT, size);
}

static char *
tell_inode(ProcviewFile *file)
{
	guint64 inode;

	if (!procview_file_get_inode(file, &inode))
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT, inode);
}

static char *
tell_device(ProcviewFile *file)
{
	guint major, minor;

	return procview_file_get_device(file, &major, &minor)
		       ? g_strdup_printf("%u:%u", major, minor)
		       : NULL;
}

static char *
tell_rdev(ProcviewFile *file)
{
	guint major, minor;

	return procview_file_get_rdev(file, &major, &minor) ? g_strdup_printf("%u:%u", major, minor)
							    : NULL;
}

static char *
tell_mount(ProcviewFile *file)
{
	guint mount;

	return procview_file_get_mount_id(file, &mount) ? g_strdup_printf("%u", mount) : NULL;
}

static char *
tell_flags(ProcviewFile *file)
{
	guint flags;

	return procview_file_get_flags(file, &flags) ? g_strdup_printf("0%o", flags) : NULL;
}

static const struct {
	const char *name;
	char *(*tell)(ProcviewFile *file);
	gboolean moves;
} file_fields[] = {
	{"offset", tell_pos, TRUE},	{"size", tell_size, FALSE}, {"inode", tell_inode, FALSE},
	{"device", tell_device, FALSE}, {"rdev", tell_rdev, FALSE}, {"mount", tell_mount, FALSE},
	{"flags", tell_flags, TRUE},
};

static void
compare_mapping(Agreement *g, const Place *place, GHashTable *map, guint from, guint to)
{
	gpointer before;

	if (!g_hash_table_lookup_extended(map, GUINT_TO_POINTER(from), NULL, &before))
		g_hash_table_insert(map, GUINT_TO_POINTER(from), GUINT_TO_POINTER(to));
	else
		compare_numbers(g, place,
				map == g->there ? "description goes with"
						: "description comes from",
				GPOINTER_TO_UINT(before), to);
}

static void
compare_files(Agreement *g, const Place *place, ProcviewFile *a, ProcviewFile *b)
{
	guint description_a = procview_file_get_description(a);
	guint description_b = procview_file_get_description(b);

	compare(g, place, "kind", procview_kind_to_string(procview_file_get_kind(a)),
		procview_kind_to_string(procview_file_get_kind(b)));
	compare_bytes(g, place, "path", procview_file_get_path(a), procview_file_get_path(b));
	compare_numbers(g, place, "deleted", (guint)procview_file_is_deleted(a),
			(guint)procview_file_is_deleted(b));
	compare_numbers(g, place, "access", procview_file_get_access(a),
			procview_file_get_access(b));
	for (guint i = 0; i < G_N_ELEMENTS(file_fields); i++)
		if (!g->moving || !file_fields[i].moves)
			compare_taken(g, place, file_fields[i].name, file_fields[i].tell(a),
				      file_fields[i].tell(b));
	compare_mapping(g, place, g->there, description_a, description_b);
	compare_mapping(g, place, g->here, description_b, description_a);
}

static void
compare_descriptors(Agreement *g, Place place, ProcviewDescriptor *a, ProcviewDescriptor *b)
{
	gboolean cloexec_a, cloexec_b;

	if (a == NULL || b == NULL) {
		compare(g, &place, "is there", a != NULL ? "yes" : "no", b != NULL ? "yes" : "no");
		return;
	}
	if (procview_descriptor_get_cloexec(a, &cloexec_a) &&
	    procview_descriptor_get_cloexec(b, &cloexec_b))
		compare_numbers(g, &place, "close-on-exec", (guint)cloexec_a, (guint)cloexec_b);
	compare_files(g, &place, procview_descriptor_get_file(a), procview_descriptor_get_file(b));
}

/* The numbers of both, in step. */
static void
compare_contents(Agreement *g, Place place, ProcviewFdTable *a, ProcviewFdTable *b)
{
	guint n_a = procview_fd_table_get_n_descriptors(a);
	guint n_b = procview_fd_table_get_n_descriptors(b);

	for (guint i = 0, j = 0; i < n_a || j < n_b;) {
		ProcviewDescriptor *one = NULL, *other = NULL;
		int fd_a = G_MAXINT, fd_b = G_MAXINT;

		if (i < n_a) {
			one = procview_fd_table_get_descriptor(a, i);
			fd_a = procview_descriptor_get_fd(one);
		}
		if (j < n_b) {
			other = procview_fd_table_get_descriptor(b, j);
			fd_b = procview_descriptor_get_fd(other);
		}
		place.fd = MIN(fd_a, fd_b);
		compare_descriptors(g, place, fd_a <= fd_b ? one : NULL,
				    fd_b <= fd_a ? other : NULL);
		i += fd_a <= fd_b;
		j += fd_b <= fd_a;
	}
}

static char *
tell_members(ProcviewFdTable *table)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < procview_fd_table_get_n_tasks(table); i++)
		g_string_append_printf(text, "%d ",
				       procview_task_get_tid(procview_fd_table_get_task(table, i)));
	return g_string_free(text, FALSE);
}

static char *
tell_count(ProcviewFdTable *table)
{
	guint count;

	return procview_fd_table_get_open_count(table, &count) ? g_strdup_printf("%u", count)
							       : NULL;
}

static void
compare_tables(Agreement *g, const Place *place, ProcviewFdTable *a, ProcviewFdTable *b)
{
	if (a == NULL || b == NULL) {
		compare(g, place, "has a table", a != NULL ? "yes" : "no",
			b != NULL ? "yes" : "no");
		return;
	}
	/* Through its first task only. */
	if (procview_task_get_tid(procview_fd_table_get_task(a, 0)) != place->tid)
		return;
	compare_taken(g, place, "tasks of the table", tell_members(a), tell_members(b));
	compare(g, place, "status", procview_status_to_string(procview_fd_table_get_status(a)),
		procview_status_to_string(procview_fd_table_get_status(b)));
	compare(g, place, "reason", procview_reason_to_string(procview_fd_table_get_reason(a)),
		procview_reason_to_string(procview_fd_table_get_reason(b)));
	compare(g, place, "needs", procview_fd_table_get_needs(a), procview_fd_table_get_needs(b));
	compare_numbers(g, place, "owner",
			(guint)procview_process_get_pid(procview_fd_table_get_owner(a)),
			(guint)procview_process_get_pid(procview_fd_table_get_owner(b)));
	compare_taken(g, place, "count of descriptors", tell_count(a), tell_count(b));
	compare_contents(g, *place, a, b);
}

/* Who runs now may wait the next moment; who has ended has ended. */
static const char *
state_class(char state)
{
	switch (state) {
	case 'Z':
	case 'X':
		return "ended";
	case 'T':
	case 't':
		return "stopped";
	case '\0':
		return NULL;
	default:
		return "lives";
	}
}

static char *
tell_ns_tids(ProcviewTask *task)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < procview_task_get_n_ns_tids(task); i++)
		g_string_append_printf(text, "%d ", procview_task_get_ns_tid(task, i));
	return g_string_free(text, FALSE);
}

static void
compare_tasks(Agreement *g, const Place *place, ProcviewTask *a, ProcviewTask *b)
{
	static const struct {
		const char *name;
		guint (*get)(ProcviewTask *task);
	} numbers[] = {
		{"uid", procview_task_get_uid},
		{"euid", procview_task_get_euid},
		{"gid", procview_task_get_gid},
		{"egid", procview_task_get_egid},
	};

	if (a == NULL || b == NULL) {
		compare(g, place, "is there", a != NULL ? "yes" : "no", b != NULL ? "yes" : "no");
		return;
	}
	compare_numbers(g, place, "details", (guint)procview_task_has_details(a),
			(guint)procview_task_has_details(b));
	compare_bytes(g, place, "comm", procview_task_get_comm(a), procview_task_get_comm(b));
	compare(g, place, "state", state_class(procview_task_get_state(a)),
		state_class(procview_task_get_state(b)));
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
		compare_numbers(g, place, numbers[i].name, numbers[i].get(a), numbers[i].get(b));
	compare_numbers(g, place, "start time", procview_task_get_start_time_ns(a) / TICK_NS,
			procview_task_get_start_time_ns(b) / TICK_NS);
	compare_numbers(g, place, "identity", procview_task_get_identity(a),
			procview_task_get_identity(b));
	compare_taken(g, place, "numbers in namespaces", tell_ns_tids(a), tell_ns_tids(b));
	compare_tables(g, place, procview_task_get_fd_table(a), procview_task_get_fd_table(b));
}

static char *
tell_limit(ProcviewProcess *process)
{
	guint64 soft, hard;

	return procview_process_get_fd_limit(process, &soft, &hard)
		       ? g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, soft, hard)
		       : NULL;
}

static void
compare_commands(Agreement *g, const Place *place, ProcviewProcess *a, ProcviewProcess *b)
{
	guint n = MAX(procview_process_get_n_arguments(a), procview_process_get_n_arguments(b));

	compare_bytes(g, place, "exe", procview_process_get_exe(a), procview_process_get_exe(b));
	compare_numbers(g, place, "arguments", procview_process_get_n_arguments(a),
			procview_process_get_n_arguments(b));
	for (guint i = 0; i < n && i < procview_process_get_n_arguments(b); i++)
		if (i < procview_process_get_n_arguments(a))
			compare_bytes(g, place, "argument", procview_process_get_argument(a, i),
				      procview_process_get_argument(b, i));
}

static void
compare_contexts(Agreement *g, const Place *place, ProcviewProcess *a, ProcviewProcess *b)
{
	static const char *const namespaces[] = {
		[PROCVIEW_NAMESPACE_CGROUP] = "cgroup namespace",
		[PROCVIEW_NAMESPACE_IPC] = "ipc namespace",
		[PROCVIEW_NAMESPACE_MNT] = "mnt namespace",
		[PROCVIEW_NAMESPACE_NET] = "net namespace",
		[PROCVIEW_NAMESPACE_PID] = "pid namespace",
		[PROCVIEW_NAMESPACE_TIME] = "time namespace",
		[PROCVIEW_NAMESPACE_USER] = "user namespace",
		[PROCVIEW_NAMESPACE_UTS] = "uts namespace",
	};

	compare_bytes(g, place, "cwd", procview_process_get_cwd(a), procview_process_get_cwd(b));
	compare_bytes(g, place, "root", procview_process_get_root(a), procview_process_get_root(b));
	/* A pidfd tells it since 6.13 only. */
	if (procview_process_get_cgroup_id(a) != 0 && procview_process_get_cgroup_id(b) != 0)
		compare_numbers(g, place, "cgroup", procview_process_get_cgroup_id(a),
				procview_process_get_cgroup_id(b));
	for (guint i = 0; i < G_N_ELEMENTS(namespaces); i++)
		compare_numbers(g, place, namespaces[i], procview_process_get_namespace(a, i),
				procview_process_get_namespace(b, i));
}

static void
compare_members(Agreement *g, int pid, ProcviewProcess *a, ProcviewProcess *b)
{
	ProcviewProcess *sides[] = {a, b};

	for (guint side = 0; side < 2; side++) {
		for (guint i = 0; i < procview_process_get_n_tasks(sides[side]); i++) {
			int tid = procview_task_get_tid(procview_process_get_task(sides[side], i));
			Place place = {pid, tid, -1};
			ProcviewTask *one, *other;

			one = procview_snapshot_find_task(g->views[0].snapshot, tid);
			other = procview_snapshot_find_task(g->views[1].snapshot, tid);
			/* Those that both have were compared from the first side. */
			if (side == 0 || one == NULL)
				compare_tasks(g, &place, one, other);
		}
	}
}

static void
compare_processes(Agreement *g, int pid)
{
	ProcviewProcess *a = procview_snapshot_find_process(g->views[0].snapshot, pid);
	ProcviewProcess *b = procview_snapshot_find_process(g->views[1].snapshot, pid);
	Place place = {pid, 0, -1};

	if (a == NULL || b == NULL) {
		/* Nobody has it: then it is not worth a comparison. */
		compare(g, &place, "is there", a != NULL ? "yes" : "no", "yes");
		compare(g, &place, "is there", "yes", b != NULL ? "yes" : "no");
		return;
	}
	compare_numbers(g, &place, "ppid", (guint)procview_process_get_ppid(a),
			(guint)procview_process_get_ppid(b));
	compare_numbers(g, &place, "pgid", (guint)procview_process_get_pgid(a),
			(guint)procview_process_get_pgid(b));
	compare_numbers(g, &place, "sid", (guint)procview_process_get_sid(a),
			(guint)procview_process_get_sid(b));
	compare_numbers(g, &place, "start time", procview_process_get_start_time_ns(a) / TICK_NS,
			procview_process_get_start_time_ns(b) / TICK_NS);
	compare_numbers(g, &place, "identity", procview_process_get_identity(a),
			procview_process_get_identity(b));
	compare_numbers(g, &place, "kernel thread", (guint)procview_process_is_kernel_thread(a),
			(guint)procview_process_is_kernel_thread(b));
	compare_taken(g, &place, "limit of descriptors", tell_limit(a), tell_limit(b));
	compare_commands(g, &place, a, b);
	compare_contexts(g, &place, a, b);
	compare_members(g, pid, a, b);
}

guint
pv_test_differences(PvTestScene *scene, const char *title, const PvTestView *a, const PvTestView *b,
		    gboolean moving)
{
	g_autoptr(GHashTable) there = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) here = g_hash_table_new(NULL, NULL);
	GPtrArray *processes = pv_test_scene_all(scene, "process");
	Agreement g = {title, {*a, *b}, moving, there, here, 0};

	g_assert_cmpuint(processes->len, >, 0);
	for (guint i = 0; i < processes->len; i++)
		compare_processes(&g, pv_test_scene_number(scene, "process", i, 0));
	return g.n;
}
