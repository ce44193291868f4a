// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Copyright the libprocview authors */
/*
 * iter/task_file: the same record for each descriptor, with the name of the file.
 */
#include "file.bpf.h"

char dual_licence[] SEC("license") = "Dual BSD/GPL";

SEC("iter/task_file")
int
named_files(struct bpf_iter__task_file *ctx)
{
	return show(ctx, true);
}
