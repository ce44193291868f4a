/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who is at the other end of a pipe, a socket, a terminal; and whom does a pidfd lead to?
 *
 * A table that many tasks share is named once, by the process that owns it, and the reader's own
 * process not at all. What the end itself is known by to others comes first: the first few ends are
 * named, the rest is counted.
 *
 * Of one pipe each of thousands of ends may have a line of its own, which says the same as the one
 * before: what was told of many ends is kept.
 */
#include <string.h>

#include "detail.h"

/* More ends than these are counted, not named. */
#define ENDS_NAMED 2

static void
append_process(GString *out, ProcviewProcess *process, const struct view *view)
{
	const char *comm = procview_task_get_comm(procview_process_get_leader(process));

	g_string_append_printf(out, "%d", procview_process_get_pid(process));
	if (comm == NULL)
		return;
	g_string_append_c(out, ' ');
	view_append_comm(view, out, comm);
}

void
detail_append_holder(GString *out, ProcviewDescriptor *descriptor, ProcviewFdTable *home,
		     const struct view *view)
{
	ProcviewFdTable *table = procview_descriptor_get_fd_table(descriptor);

	if (table != home) {
		append_process(out, procview_fd_table_get_owner(table), view);
		g_string_append_c(out, ' ');
	}
	g_string_append_printf(out, "fd %d", procview_descriptor_get_fd(descriptor));
}

/* The ends that are named, and how many there are: of one pipe it may be thousands, and each of
 * thousands may have a line of its own, so they are not sorted but looked through. */
struct ends {
	ProcviewFdTable *home;
	ProcviewDescriptor *first[ENDS_NAMED];
	guint n;
};

/* Those of the reader's own table first: whoever has both ends of a pipe is told so. */
static gboolean
is_before(ProcviewDescriptor *one, ProcviewDescriptor *other, ProcviewFdTable *home)
{
	ProcviewFdTable *table = procview_descriptor_get_fd_table(one);
	ProcviewFdTable *table_of_other = procview_descriptor_get_fd_table(other);
	int pid, pid_of_other;

	if (table == table_of_other)
		return procview_descriptor_get_fd(one) < procview_descriptor_get_fd(other);
	if ((table == home) != (table_of_other == home))
		return table == home;
	pid = procview_process_get_pid(procview_fd_table_get_owner(table));
	pid_of_other = procview_process_get_pid(procview_fd_table_get_owner(table_of_other));
	if (pid != pid_of_other)
		return pid < pid_of_other;
	return procview_fd_table_get_id(table) < procview_fd_table_get_id(table_of_other);
}

static void
add_end(struct ends *ends, ProcviewDescriptor *descriptor)
{
	guint n_named = MIN(ends->n, ENDS_NAMED);

	ends->n++;
	for (guint i = 0; i < n_named; i++) {
		if (is_before(descriptor, ends->first[i], ends->home)) {
			ProcviewDescriptor *next = ends->first[i];

			ends->first[i] = descriptor;
			descriptor = next;
		}
	}
	if (n_named < ENDS_NAMED)
		ends->first[n_named] = descriptor;
}

static void
find_ends(ProcviewFile *file, struct ends *ends)
{
	g_autoptr(GPtrArray) peers = procview_file_list_peers(file);

	for (guint i = 0; i < peers->len; i++) {
		ProcviewFile *peer = g_ptr_array_index(peers, i);
		g_autoptr(GPtrArray) descriptors = procview_file_list_descriptors(peer);

		for (guint j = 0; j < descriptors->len; j++)
			add_end(ends, g_ptr_array_index(descriptors, j));
	}
}

/* Whose ends they are, and who reads of them. */
struct reader {
	ProcviewFile *file;
	ProcviewFdTable *home;
};

static guint
hash_reader(gconstpointer key)
{
	const struct reader *reader = key;

	return g_direct_hash(reader->file) * 31 + g_direct_hash(reader->home);
}

static gboolean
equal_readers(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct reader)) == 0;
}

GHashTable *
detail_new_ends(void)
{
	return g_hash_table_new_full(hash_reader, equal_readers, g_free, g_free);
}

/* A thread, or a process that was not scanned, is known by its number alone. */
static void
append_target(GString *out, ProcviewFile *file, const struct view *view)
{
	ProcviewProcess *process = procview_file_get_peer_process(file);
	guint64 pid;

	if (process != NULL)
		append_process(out, process, view);
	else if (procview_file_get_number(file, PROCVIEW_FACT_PIDFD_PID, &pid))
		g_string_append_printf(out, (gint64)pid > 0 ? "%" G_GINT64_FORMAT : "ended",
				       (gint64)pid);
}

static void
append_ends(GString *out, const struct reader *reader, const struct view *view)
{
	struct ends ends = {.home = reader->home};
	gsize start = out->len;

	find_ends(reader->file, &ends);
	for (guint i = 0; i < MIN(ends.n, ENDS_NAMED); i++) {
		if (i > 0)
			g_string_append(out, ", ");
		detail_append_holder(out, ends.first[i], reader->home, view);
	}
	if (ends.n <= ENDS_NAMED)
		return;
	g_string_append_printf(out, " +%u", ends.n - ENDS_NAMED);
	if (view->ends != NULL)
		g_hash_table_insert(view->ends, g_memdup2(reader, sizeof(*reader)),
				    g_strdup(out->str + start));
}

/* Most files have no other end, and there may be very many of them. */
static gboolean
has_no_end(ProcviewFile *file)
{
	ProcviewKind kind = procview_file_get_kind(file);

	return kind == PROCVIEW_KIND_REGULAR || kind == PROCVIEW_KIND_DIRECTORY;
}

void
detail_append_peers(GString *out, ProcviewDescriptor *descriptor, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(descriptor);
	const struct reader reader = {
		.file = file,
		.home = procview_descriptor_get_fd_table(descriptor),
	};
	const char *known;

	if (procview_file_get_kind(file) == PROCVIEW_KIND_PIDFD) {
		append_target(out, file, view);
		return;
	}
	if (has_no_end(file))
		return;
	known = view->ends != NULL ? g_hash_table_lookup(view->ends, &reader) : NULL;
	if (known != NULL)
		g_string_append(out, known);
	else
		append_ends(out, &reader, view);
}
