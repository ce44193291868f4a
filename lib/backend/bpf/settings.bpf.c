// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task: the same record for each task, and what a process is set in: its namespaces and its
 * cgroup. Each lies behind several pointers, and is seldom asked for.
 */
#include "task.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

SEC("iter/task")
int
tasks_in_context(struct bpf_iter__task *ctx)
{
	return tell_task(ctx, true);
}
