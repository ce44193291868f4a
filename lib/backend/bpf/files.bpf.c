// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task_file: one record for each descriptor of each task that the kernel visits.
 */
#include "file.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

static __always_inline int
show(struct bpf_iter__task_file *ctx, bool paths)
{
	struct shown shown;

	if (!take_shown(ctx, paths, &shown))
		return 0;
	write_shown(ctx, &shown);
	give_back(&shown.buffer->busy);
	return 0;
}

SEC("iter/task_file")
int
files(struct bpf_iter__task_file *ctx)
{
	return show(ctx, false);
}

SEC("iter/task_file")
int
named_files(struct bpf_iter__task_file *ctx)
{
	return show(ctx, true);
}
