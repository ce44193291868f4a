/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does an epoll set wait for?
 *
 * It was given a number, and keeps the file that the number led to then. Where that is another
 * number by now, or in another process, both are said; a number of which it is not known what it
 * meant has a question mark.
 */
#include <sys/epoll.h>

#include "detail.h"

/* More than these are counted, not named. */
#define TARGETS_NAMED 4

static const struct {
	guint32 bit;
	const char *word;
} event_words[] = {
	{EPOLLIN, "IN"},
	{EPOLLPRI, "PRI"},
	{EPOLLOUT, "OUT"},
	{EPOLLRDHUP, "RDHUP"},
	{EPOLLEXCLUSIVE, "EXCLUSIVE"},
	{EPOLLWAKEUP, "WAKEUP"},
	{EPOLLONESHOT, "ONESHOT"},
	{EPOLLET, "ET"},
};

/* ERR and HUP are always waited for. */
static void
append_events(GString *out, guint32 events)
{
	char separator = ' ';

	for (gsize i = 0; i < G_N_ELEMENTS(event_words); i++) {
		if ((events & event_words[i].bit) == 0)
			continue;
		g_string_append_printf(out, "%c%s", separator, event_words[i].word);
		separator = '|';
	}
}

/* The descriptor to name it by: the registered number, else one of this table, else any. */
static ProcviewDescriptor *
choose_descriptor(GPtrArray *descriptors, ProcviewFdTable *home, int fd)
{
	ProcviewDescriptor *best = NULL;

	for (guint i = 0; i < descriptors->len; i++) {
		ProcviewDescriptor *descriptor = g_ptr_array_index(descriptors, i);

		if (procview_descriptor_get_fd_table(descriptor) != home)
			continue;
		if (procview_descriptor_get_fd(descriptor) == fd)
			return descriptor;
		if (best == NULL)
			best = descriptor;
	}
	if (best == NULL && descriptors->len > 0)
		best = g_ptr_array_index(descriptors, 0);
	return best;
}

static void
append_target(GString *out, ProcviewRegistration *registration, ProcviewFdTable *home,
	      const struct view *view)
{
	int fd = procview_registration_get_fd(registration);
	ProcviewFile *target = procview_registration_get_target(registration);
	g_autoptr(GPtrArray) descriptors = NULL;
	ProcviewDescriptor *descriptor = NULL;

	if (target != NULL) {
		descriptors = procview_file_list_descriptors(target);
		descriptor = choose_descriptor(descriptors, home, fd);
	}
	if (descriptor == NULL) {
		g_string_append_printf(out, "fd %d?", fd);
	} else {
		detail_append_holder(out, descriptor, home, view);
		if (procview_descriptor_get_fd_table(descriptor) != home ||
		    procview_descriptor_get_fd(descriptor) != fd)
			g_string_append_printf(out, " (was fd %d)", fd);
	}
	append_events(out, procview_registration_get_events(registration));
}

void
detail_append_targets(GString *out, ProcviewDescriptor *descriptor, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(descriptor);
	ProcviewFdTable *home = procview_descriptor_get_fd_table(descriptor);
	guint n = procview_file_get_n_registrations(file);

	for (guint i = 0; i < MIN(n, TARGETS_NAMED); i++) {
		g_string_append(out, i == 0 ? view_get_arrow(view) : ",");
		g_string_append_c(out, ' ');
		append_target(out, procview_file_get_registration(file, i), home, view);
	}
	if (n > TARGETS_NAMED)
		g_string_append_printf(out, " +%u", n - TARGETS_NAMED);
}
