/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a pass over tables keeps of what it meets. Pure.
 *
 * A pass goes by the numbers of tasks, and those can change hands meanwhile: the number of an exited
 * leader goes to whichever of his threads calls execve(2), even while the iterator is at that thread.
 * Then a table that was read through the leader comes again, through the thread, under his number.
 */
#include <stdlib.h>

#include "backend/bpf/bpf.h"
#include "util/order.h"

static int
compare_tables(const void *a, const void *b)
{
	return pv_order_i32(((const PvBpfTable *)a)->tid, ((const PvBpfTable *)b)->tid);
}

void
pv_bpf_pass_sort(PvBpfPass *pass)
{
	if (pass->n > 0)
		qsort(pass->tables, pass->n, sizeof(PvBpfTable), compare_tables);
}

PvBpfTable *
pv_bpf_pass_find(const PvBpfPass *pass, gint32 tid)
{
	const PvBpfTable wanted = {.tid = tid};

	if (pass->n == 0)
		return NULL;
	return bsearch(&wanted, pass->tables, pass->n, sizeof(PvBpfTable), compare_tables);
}

gboolean
pv_bpf_table_admits(PvBpfTable *table, gint32 fd, guint32 n)
{
	if (table->n_descriptors == 0)
		table->first_descriptor = n;
	if (fd < table->next_fd || table->first_descriptor + table->n_descriptors != n)
		return FALSE;
	table->next_fd = fd + 1;
	return TRUE;
}
