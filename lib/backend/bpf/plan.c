/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Costs in nanoseconds, measured on Linux 6.18 (doc/design/bpf-iterators.md). Only their ratios
 * matter here.
 *
 * A pass over everything pays for each task and, where threads have left their leader or he has
 * exited, for their table again with each of them. An iterator of its own costs as much as some
 * fifty descriptors, but shows what it is asked for and nothing else. There is no mixing the two:
 * no program can make the kernel skip a task.
 */
#include "backend/bpf/plan.h"

enum {
	TASK_NS = 430,
	ITERATOR_NS = 14000,
	FILE_NS = 250,
	PATH_NS = 300,
	DETAIL_NS = 600, /* of regular files less, of sockets more */
};

gboolean
pv_bpf_plan_whole_read(const PvBpfCosts *costs)
{
	guint64 file_ns = FILE_NS + (costs->paths || costs->details ? PATH_NS : 0) +
			  (costs->details ? DETAIL_NS : 0);
	guint64 whole = costs->n_visited * file_ns + (guint64)costs->n_tasks * TASK_NS;
	guint64 single = costs->n_wanted * file_ns + (guint64)costs->n_tables * ITERATOR_NS;

	return whole < single;
}

gboolean
pv_bpf_plan_whole_check(const PvBpfCosts *costs)
{
	return (guint64)costs->n_tasks * TASK_NS < (guint64)costs->n_tables * ITERATOR_NS;
}
