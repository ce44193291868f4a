/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * The floor: what the kernel takes for going there, whoever asks and whatever is done with it.
 * Iterators (Linux 5.8) that write no record: one over tasks and one over files that do nothing,
 * and one over files that has the kernel make the name of each, bpf_d_path(), and forgets it.
 */
/* The types come before the header that uses them. */
/* clang-format off */
#include "floor-types.h"
#include <bpf/bpf_helpers.h>
/* clang-format on */

char licence[] SEC("license") = "Dual BSD/GPL";

#define MAX_PATH 4096

static char name[MAX_PATH];

SEC("iter/task")
int
floor_tasks(struct bpf_iter__task *ctx)
{
	return 0;
}

SEC("iter/task_file")
int
floor_files(struct bpf_iter__task_file *ctx)
{
	return 0;
}

SEC("iter/task_file")
int
floor_names(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;

	/* At the end the program is called once more, without a file. */
	if (file != 0)
		bpf_d_path(&file->f_path, name, sizeof(name));
	return 0;
}
