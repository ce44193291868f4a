/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is different from the view before?
 *
 * New is what was not shown, gone is what is not shown any more: a process that closed the file
 * that was asked for is gone from this view, and lives on. A process is the same if it has its
 * number and its start time; a thread likewise. Which descriptor table is which, and what a number
 * leads to, the library knows.
 *
 * Ancestors are there for the others' sake. They are no news.
 */
#include "news.h"

#include <string.h>

#include "options.h"
#include "select.h"

static gboolean
is_shown(const struct branch *branch)
{
	return !branch->gone && (branch->role == ROLE_MATCHED || branch->role == ROLE_DESCENDANT);
}

static ProcviewProcess *
find_again(ProcviewSnapshot *snapshot, ProcviewProcess *process)
{
	ProcviewProcess *other =
		procview_snapshot_find_process(snapshot, procview_process_get_pid(process));

	if (other == NULL || procview_process_get_start_time_ns(other) !=
				     procview_process_get_start_time_ns(process))
		return NULL;
	return other;
}

static ProcviewTask *
find_task_again(ProcviewProcess *process, ProcviewTask *task)
{
	ProcviewTask *other = procview_snapshot_find_task(procview_process_get_snapshot(process),
							  procview_task_get_tid(task));

	if (other == NULL || procview_task_get_process(other) != process ||
	    procview_task_get_start_time_ns(other) != procview_task_get_start_time_ns(task))
		return NULL;
	return other;
}

static void
tell(struct differences *news, gconstpointer object, enum news what)
{
	g_hash_table_insert(news->of_objects, (gpointer)object, GINT_TO_POINTER(what));
}

static gboolean
count_open(ProcviewProcess *process, guint *count)
{
	guint n = procview_process_get_n_tasks(process);
	ProcviewTask *leader = procview_process_get_leader(process);
	ProcviewFdTable *table = procview_task_get_fd_table(leader);

	for (guint i = 0; i < n && table == NULL; i++)
		table = procview_task_get_fd_table(procview_process_get_task(process, i));
	return table != NULL && procview_fd_table_get_open_count(table, count);
}

static gboolean
has_same_command(ProcviewProcess *before, ProcviewProcess *now)
{
	guint n = procview_process_get_n_arguments(now);
	const char *one = n > 0 ? procview_process_get_argument(now, 0) : NULL;
	const char *other;

	if (procview_process_get_n_arguments(before) != n ||
	    g_strcmp0(procview_task_get_comm(procview_process_get_leader(before)),
		      procview_task_get_comm(procview_process_get_leader(now))) != 0)
		return FALSE;
	other = n > 0 ? procview_process_get_argument(before, 0) : NULL;
	/* Each stands behind the one before it: somebody may have given it a million. */
	for (guint i = 0; i < n; i++) {
		if (strcmp(one, other) != 0)
			return FALSE;
		one += strlen(one) + 1;
		other += strlen(other) + 1;
	}
	return TRUE;
}

static gboolean
has_changed(ProcviewProcess *before, ProcviewProcess *now)
{
	guint n_before, n_now;

	if (procview_process_get_n_tasks(before) != procview_process_get_n_tasks(now))
		return TRUE;
	if (count_open(before, &n_before) && count_open(now, &n_now) && n_before != n_now)
		return TRUE;
	return !has_same_command(before, now);
}

static void
compare_tasks(struct differences *news, ProcviewProcess *before, ProcviewProcess *now)
{
	guint n_before = procview_process_get_n_tasks(before);
	guint n_now = procview_process_get_n_tasks(now);
	GPtrArray *gone = g_ptr_array_new();

	for (guint i = 0; i < n_now; i++) {
		ProcviewTask *task = procview_process_get_task(now, i);

		if (find_task_again(before, task) == NULL)
			tell(news, task, NEWS_NEW);
	}
	for (guint i = 0; i < n_before; i++) {
		ProcviewTask *task = procview_process_get_task(before, i);

		if (find_task_again(now, task) != NULL)
			continue;
		tell(news, task, NEWS_GONE);
		g_ptr_array_add(gone, task);
	}
	if (gone->len > 0)
		g_hash_table_insert(news->gone_tasks, now, gone);
	else
		g_ptr_array_unref(gone);
}

static void
find_new(struct differences *news, const struct selection *before, const struct selection *now,
	 gboolean threads)
{
	for (guint i = 0; i < now->forest->n_branches; i++) {
		const struct branch *branch = &now->forest->branches[i];
		ProcviewProcess *process = branch->process;
		ProcviewProcess *other;

		if (!is_shown(branch))
			continue;
		other = find_again(before->snapshot, process);
		if (other == NULL || selection_get_role(before, other) == ROLE_NONE) {
			tell(news, process, NEWS_NEW);
			news->n_new++;
			continue;
		}
		if (has_changed(other, process))
			tell(news, process, NEWS_CHANGED);
		if (threads)
			compare_tasks(news, other, process);
	}
}

/* The parent that it had, if that is still there, or gone with it: from the view, if it lives on. */
static ProcviewProcess *
find_parent(const struct selection *before, const struct branch *branch,
	    const struct selection *now)
{
	const struct branch *parent = &before->forest->branches[branch->parent];
	ProcviewProcess *other;

	if (parent->process == NULL || parent->gone)
		return NULL;
	other = find_again(now->snapshot, parent->process);
	if (other == NULL || (is_shown(parent) && selection_get_role(now, other) == ROLE_NONE))
		return parent->process;
	return other;
}

static void
find_gone(struct differences *news, const struct selection *before, struct selection *now)
{
	g_autoptr(GArray) gone = g_array_new(FALSE, TRUE, sizeof(struct leaf));

	for (guint i = 0; i < before->forest->n_branches; i++) {
		const struct branch *branch = &before->forest->branches[i];
		ProcviewProcess *other;
		struct leaf leaf;

		if (!is_shown(branch))
			continue;
		other = find_again(now->snapshot, branch->process);
		if (other != NULL && selection_get_role(now, other) != ROLE_NONE)
			continue;
		leaf = (struct leaf){branch->process, find_parent(before, branch, now),
				     branch->role};
		g_array_append_val(gone, leaf);
		tell(news, branch->process, NEWS_GONE);
	}
	news->n_gone = gone->len;
	forest_insert_gone(now->forest, gone);
}

static void
lose(struct differences *news, ProcviewFdTable *table, ProcviewDescriptor *descriptor)
{
	GPtrArray *gone = g_hash_table_lookup(news->gone_descriptors, table);

	if (gone == NULL) {
		gone = g_ptr_array_new();
		g_hash_table_insert(news->gone_descriptors, table, gone);
	}
	g_ptr_array_add(gone, descriptor);
	tell(news, descriptor, NEWS_GONE);
}

static gboolean
was_shown(const struct selection *before, const struct options *options,
	  ProcviewDescriptor *descriptor)
{
	return options->files || g_hash_table_contains(before->descriptors, descriptor);
}

static void
take_change(struct differences *news, ProcviewChange *change, const struct selection *before,
	    const struct options *options)
{
	ProcviewDescriptor *lost = procview_change_get_descriptor_before(change);
	ProcviewDescriptor *found = procview_change_get_descriptor_after(change);
	ProcviewFdTable *table = procview_change_get_fd_table_after(change);

	switch (procview_change_get_kind(change)) {
	case PROCVIEW_CHANGE_DESCRIPTOR_OPENED:
	case PROCVIEW_CHANGE_DESCRIPTOR_CLOSED:
	case PROCVIEW_CHANGE_DESCRIPTOR_REPLACED:
		if (found != NULL)
			tell(news, found, NEWS_NEW);
		if (lost != NULL && table != NULL && was_shown(before, options, lost))
			lose(news, table, lost);
		break;
	case PROCVIEW_CHANGE_TABLE_JOINED:
	case PROCVIEW_CHANGE_TABLE_LEFT:
		if (table != NULL)
			tell(news, table, NEWS_CHANGED);
		break;
	default:
		break;
	}
}

static gboolean
compare_tables(struct differences *news, const struct selection *before,
	       const struct selection *now, const struct options *options, GError **error)
{
	news->changes = procview_snapshot_compare(before->snapshot, now->snapshot, error);
	if (news->changes == NULL)
		return FALSE;
	for (guint i = 0; i < procview_changes_get_n_changes(news->changes); i++)
		take_change(news, procview_changes_get_change(news->changes, i), before, options);
	return TRUE;
}

struct differences *
news_new(const struct selection *before, struct selection *now, const struct options *options,
	 GError **error)
{
	struct differences *news = g_new0(struct differences, 1);
	GDestroyNotify unref = (GDestroyNotify)g_ptr_array_unref;

	news->of_objects = g_hash_table_new(NULL, NULL);
	news->gone_descriptors = g_hash_table_new_full(NULL, NULL, NULL, unref);
	news->gone_tasks = g_hash_table_new_full(NULL, NULL, NULL, unref);
	find_new(news, before, now, options->threads);
	find_gone(news, before, now);
	if (!compare_tables(news, before, now, options, error))
		g_clear_pointer(&news, news_free);
	return news;
}

void
news_free(struct differences *news)
{
	if (news == NULL)
		return;
	g_clear_pointer(&news->changes, procview_changes_unref);
	g_hash_table_unref(news->gone_tasks);
	g_hash_table_unref(news->gone_descriptors);
	g_hash_table_unref(news->of_objects);
	g_free(news);
}

enum news
news_of(const struct differences *news, gconstpointer object)
{
	if (news == NULL)
		return NEWS_NONE;
	return (enum news)GPOINTER_TO_INT(g_hash_table_lookup(news->of_objects, object));
}

const GPtrArray *
news_get_gone_descriptors(const struct differences *news, ProcviewFdTable *table)
{
	return news != NULL ? g_hash_table_lookup(news->gone_descriptors, table) : NULL;
}

const GPtrArray *
news_get_gone_tasks(const struct differences *news, ProcviewProcess *process)
{
	return news != NULL ? g_hash_table_lookup(news->gone_tasks, process) : NULL;
}
