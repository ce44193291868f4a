// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task_file: one record for each descriptor of each task that the kernel visits, without names
 * but where a name alone says what the file is.
 */
#include "file.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

SEC("iter/task_file")
int
files(struct bpf_iter__task_file *ctx)
{
	return show(ctx, false);
}
