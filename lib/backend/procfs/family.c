/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Ancestors by the parent that stat names, descendants by /proc/PID/task/TID/children (since 3.5,
 * CONFIG_CHECKPOINT_RESTORE; since 4.2 CONFIG_PROC_CHILDREN): what is read are the relatives. Where
 * a kernel has no such file, or a recorded tree, the parent of everybody is read instead; so it is
 * where the relatives have more threads than the machine has processes.
 *
 * A process is the child of that thread which created it, and when the thread ends of another one;
 * when the process ends, of an ancestor (PR_SET_CHILD_SUBREAPER) or of the first process of the
 * namespace. proc(5) warns of the file: the kernel finds its way through the list by counting, so
 * that a child which is gone in the midst of it lets another one be left out. But that one was
 * printed before. So the lists are read once more after the walk, of all who have children, and a
 * list counts only if whoever was in it still is; if not, or if somebody new is in one, they are
 * read again. Where that never comes to rest, the parent of everybody is read.
 *
 * What it cannot see: who was started since the lists were read for the last time; who lost two
 * parents meanwhile, each just before a list was read that then had him; and who is behind a
 * process that /proc does not show to the caller (hidepid=).
 */
#include "backend/procfs/family.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/procfs/children-parse.h"
#include "backend/procfs/task-look.h"
#include "core/descent.h"
#include "core/error.h"

#define NAME_BYTES	   64
#define MAX_READINGS	   8  /* of all lists */
#define MAX_LISTINGS	   16 /* of the threads of a process */
#define PROCESSES_PER_LOOK 64

/* Of each in the set, at the same place. */
typedef struct {
	/* The last in which a list had it; 0: none had, or it was missed already. */
	guint reading;
	/* Its lists are read again: it has children, or threads for them to go to. */
	gboolean counts;
} Member;

typedef struct {
	const PvContext *context;
	const PvWatch *watch;
	int proc_dir;
	PvPidSet *pids;
	PvArray members;
	PvArray children; /* gint32: of one thread */
	PvBuffer text;
	PvBuffer tids;
	guint64 n_threads;   /* of the members, by the first reading */
	guint64 n_processes; /* of the machine; a few more, for /proc has other links */
	guint reading;	     /* from 1 on */
	gboolean is_new;     /* in this reading, somebody was found who was not known */
	int error;	     /* errno that ends the scan */
} Walk;

static void
walk_clear(Walk *walk)
{
	pv_fd_close(&walk->proc_dir);
	pv_array_clear(&walk->members);
	pv_array_clear(&walk->children);
	pv_buffer_clear(&walk->text);
	pv_buffer_clear(&walk->tids);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

/* Of the status of a look at something. FALSE: it is not there, or not to be seen. */
static gboolean
is_there(Walk *walk, int status)
{
	if (pv_error_is_shortage(status))
		walk->error = -status;
	return status >= 0;
}

static gboolean
goes_on(const Walk *walk)
{
	return walk->error == 0;
}

/* A list costs about what a process's parent does, and those of many are read twice. */
static gboolean
has_too_many_threads(const Walk *walk)
{
	return walk->n_threads > walk->n_processes;
}

static gboolean
tell_failure(const Walk *walk, GError **error)
{
	if (walk->error == ENOMEM)
		return pv_error_no_memory(error);
	return walk->error == 0 || pv_error_from_errno(error, "open", walk->error);
}

static gboolean
look_for_end(const Walk *walk, guint i, GError **error)
{
	return i % PROCESSES_PER_LOOK != 0 || !pv_watch_cancelled(walk->watch) ||
	       pv_watch_stop(error);
}

static gboolean
open_proc(Walk *walk, GError **error)
{
	struct stat st;

	walk->proc_dir = pv_open_dir(AT_FDCWD, walk->context->proc_path);
	if (walk->proc_dir < 0 || fstat(walk->proc_dir, &st) < 0)
		return pv_error_from_errno(error, walk->context->proc_path,
					   walk->proc_dir < 0 ? -walk->proc_dir : errno);
	walk->n_processes = st.st_nlink;
	return TRUE;
}

static Walk
new_walk(const PvContext *context, PvPidSet *pids, const PvWatch *watch)
{
	Walk walk = {.context = context, .watch = watch, .proc_dir = -1, .pids = pids};

	pv_array_init(&walk.members, sizeof(Member));
	pv_array_init(&walk.children, sizeof(gint32));
	return walk;
}

static void
note_member(Walk *walk, gint32 pid, gboolean as_child)
{
	PvPidResult result = pv_pid_set_add(walk->pids, pid);
	guint place = pv_pid_set_find(walk->pids, pid);

	if (result == PV_PID_NO_MEMORY ||
	    (place == walk->members.n && pv_array_append(&walk->members) == NULL)) {
		walk->error = ENOMEM;
		return;
	}
	if (as_child)
		pv_array_at(&walk->members, Member, place)->reading = walk->reading;
	if (result == PV_PID_ADDED)
		walk->is_new = TRUE;
}

static void
read_children_of_thread(Walk *walk, int task_dir, gint32 tid, guint place)
{
	char name[NAME_BYTES];
	int status;

	g_snprintf(name, sizeof(name), "%d/children", tid);
	pv_array_truncate(&walk->children, 0);
	status = pv_read_at(task_dir, name, &walk->text);
	if (status == 0)
		status = pv_children_parse(walk->text.data, walk->text.n, &walk->children);
	if (!is_there(walk, status) || walk->children.n == 0)
		return;
	pv_array_at(&walk->members, Member, place)->counts = TRUE;
	for (guint i = 0; i < walk->children.n && goes_on(walk); i++)
		note_member(walk, *pv_array_at(&walk->children, gint32, i), TRUE);
}

static gboolean
add_tid(Walk *walk, gint32 tid)
{
	walk->tids.n = 0;
	if (!is_there(walk, pv_buffer_reserve(&walk->tids, sizeof(tid)) ? 0 : -ENOMEM))
		return FALSE;
	memcpy(walk->tids.data, &tid, sizeof(tid));
	walk->tids.n = sizeof(tid);
	return TRUE;
}

static gboolean
count_threads(Walk *walk, const struct stat *task_dir)
{
	if (walk->reading == 1 && task_dir->st_nlink > 2)
		walk->n_threads += task_dir->st_nlink - 2;
	return !has_too_many_threads(walk);
}

/*
 * The links of the directory are its threads, and two: where there is one, it need not be listed,
 * and a listing that is shorter was cut by the end of a thread.
 */
static gboolean
list_threads(Walk *walk, int task_dir, gint32 pid)
{
	for (guint i = 0; i < MAX_LISTINGS; i++) {
		struct stat st;

		if (fstat(task_dir, &st) < 0 || (i == 0 && !count_threads(walk, &st)))
			return FALSE;
		if (st.st_nlink == 2 + 1)
			return add_tid(walk, pid);
		if (lseek(task_dir, 0, SEEK_SET) < 0 ||
		    !is_there(walk, pv_list_numbers(task_dir, &walk->tids)))
			return FALSE;
		if (pv_numbers_count(&walk->tids) + 2 >= st.st_nlink)
			return TRUE;
	}
	return TRUE;
}

static void
read_children(Walk *walk, guint place)
{
	gint32 pid = pv_pid_set_get(walk->pids, place);
	char name[NAME_BYTES];
	pv_autofd task_dir = -1;

	g_snprintf(name, sizeof(name), "%d/task", pid);
	task_dir = pv_open_dir(walk->proc_dir, name);
	if (!is_there(walk, task_dir) || !list_threads(walk, task_dir, pid))
		return;
	if (pv_numbers_count(&walk->tids) > 1)
		pv_array_at(&walk->members, Member, place)->counts = TRUE;
	for (guint i = 0; i < pv_numbers_count(&walk->tids) && goes_on(walk); i++)
		read_children_of_thread(walk, task_dir, pv_numbers_get(&walk->tids, i), place);
}

static gboolean
read_member(Walk *walk, guint place, GError **error)
{
	if (!look_for_end(walk, place, error))
		return FALSE;
	read_children(walk, place);
	return tell_failure(walk, error);
}

/* From a place in the set on, which grows meanwhile. */
static gboolean
read_from(Walk *walk, guint first, GError **error)
{
	for (guint i = first; i < pv_pid_set_count(walk->pids) && !has_too_many_threads(walk);
	     i++) {
		if (!read_member(walk, i, error))
			return FALSE;
	}
	return TRUE;
}

/* Of the first so many, those whose lists may have changed to matter. */
static gboolean
read_again(Walk *walk, guint n, GError **error)
{
	for (guint i = 0; i < n; i++) {
		if (pv_array_at(&walk->members, Member, i)->counts && !read_member(walk, i, error))
			return FALSE;
	}
	return TRUE;
}

/* Whether somebody is in no list any more, who was in the last reading. */
static gboolean
has_lost(Walk *walk)
{
	gboolean lost = FALSE;

	for (guint i = 0; i < walk->members.n; i++) {
		Member *member = pv_array_at(&walk->members, Member, i);

		if (member->reading == 0 || member->reading == walk->reading)
			continue;
		member->reading = 0;
		lost = TRUE;
	}
	return lost;
}

/* Until a reading shows that the one before it left nobody out. */
static gboolean
read_descendants(Walk *walk, gboolean *at_rest, GError **error)
{
	walk->reading = 1;
	for (guint i = 0; i < pv_pid_set_count(walk->pids); i++) {
		if (pv_array_append(&walk->members) == NULL)
			return pv_error_no_memory(error);
	}
	if (!read_from(walk, 0, error))
		return FALSE;
	*at_rest = FALSE;
	while (!*at_rest && !has_too_many_threads(walk) && walk->reading < MAX_READINGS) {
		guint n = pv_pid_set_count(walk->pids);

		walk->reading++;
		walk->is_new = FALSE;
		if (!read_again(walk, n, error) || !read_from(walk, n, error))
			return FALSE;
		*at_rest = !has_lost(walk) && !walk->is_new;
	}
	return TRUE;
}

/* 0: it has none here, or it is not to be seen. */
static gint32
find_parent(Walk *walk, gint32 pid)
{
	char prefix[NAME_BYTES];
	PvStat stat;

	g_snprintf(prefix, sizeof(prefix), "%d/", pid);
	if (!is_there(walk, pv_task_read_stat(walk->proc_dir, prefix, &walk->text, &stat)))
		return 0;
	return stat.ppid;
}

/* Of the first so many. Whoever is a member already has his ancestors here, or gets them. */
static gboolean
add_ancestors(Walk *walk, guint n, GError **error)
{
	for (guint i = 0; i < n; i++) {
		gint32 pid = find_parent(walk, pv_pid_set_get(walk->pids, i));
		PvPidResult result = PV_PID_ADDED;

		if (!look_for_end(walk, i, error))
			return FALSE;
		for (; pid > 0 && result == PV_PID_ADDED; pid = find_parent(walk, pid))
			result = pv_pid_set_add(walk->pids, pid);
		if (result == PV_PID_NO_MEMORY)
			walk->error = ENOMEM;
		if (!goes_on(walk))
			return tell_failure(walk, error);
	}
	return TRUE;
}

static gboolean
read_parentages(Walk *walk, PvArray *parentages, GError **error)
{
	if (!is_there(walk, pv_list_numbers(walk->proc_dir, &walk->tids)))
		return tell_failure(walk, error);
	for (guint i = 0; i < pv_numbers_count(&walk->tids); i++) {
		gint32 pid = pv_numbers_get(&walk->tids, i);
		gint32 ppid = find_parent(walk, pid);
		PvParentage *parentage;

		if (!look_for_end(walk, i, error))
			return FALSE;
		if (!goes_on(walk))
			return tell_failure(walk, error);
		if (ppid <= 0)
			continue;
		parentage = pv_array_append(parentages);
		if (parentage == NULL)
			return pv_error_no_memory(error);
		*parentage = (PvParentage){.pid = pid, .ppid = ppid};
	}
	return TRUE;
}

static gboolean
add_by_parents(Walk *walk, GError **error)
{
	PvArray parentages;
	gboolean done;

	pv_array_init(&parentages, sizeof(PvParentage));
	done = read_parentages(walk, &parentages, error) &&
	       (pv_descent_add_family(&parentages, walk->pids) || pv_error_no_memory(error));
	pv_array_clear(&parentages);
	return done;
}

/* Only a process that lives can tell: nobody else has a directory in which the file is missing. */
static gboolean
has_children_files(const Walk *walk)
{
	for (guint i = 0; i < pv_pid_set_count(walk->pids); i++) {
		gint32 pid = pv_pid_set_get(walk->pids, i);
		char name[NAME_BYTES];

		g_snprintf(name, sizeof(name), "%d/task/%d/children", pid, pid);
		if (faccessat(walk->proc_dir, name, F_OK, 0) == 0)
			return TRUE;
		g_snprintf(name, sizeof(name), "%d/stat", pid);
		if (faccessat(walk->proc_dir, name, F_OK, 0) == 0)
			return FALSE;
	}
	return TRUE;
}

gboolean
pv_procfs_add_family(const PvContext *context, PvPidSet *pids, const PvWatch *watch, GError **error)
{
	g_auto(Walk) walk = new_walk(context, pids, watch);
	guint n = pv_pid_set_count(pids);
	gboolean at_rest = FALSE;

	if (!open_proc(&walk, error))
		return FALSE;
	if (!has_children_files(&walk))
		return add_by_parents(&walk, error);
	if (!read_descendants(&walk, &at_rest, error))
		return FALSE;
	return at_rest ? add_ancestors(&walk, n, error) : add_by_parents(&walk, error);
}

gint32
pv_procfs_find_process(const PvContext *context, gint32 tid)
{
	PvStatus status;

	if (pv_task_look_up_status(context, 0, tid, &status) < 0)
		return 0;
	return status.tgid;
}

gboolean
pv_procfs_list_pids(const PvContext *context, PvPidSet *pids, GError **error)
{
	g_auto(Walk) walk = new_walk(context, pids, NULL);

	if (!open_proc(&walk, error))
		return FALSE;
	if (!is_there(&walk, pv_list_numbers(walk.proc_dir, &walk.tids)))
		return tell_failure(&walk, error);
	for (guint i = 0; i < pv_numbers_count(&walk.tids); i++) {
		if (pv_pid_set_add(pids, pv_numbers_get(&walk.tids, i)) == PV_PID_NO_MEMORY)
			return pv_error_no_memory(error);
	}
	return TRUE;
}
