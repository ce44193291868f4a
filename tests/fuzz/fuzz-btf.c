/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parser of the kernel's BTF: what is found lies in a structure, and of what is refused
 * nothing is told.
 */
#include "backend/bpf/btf-parse.h"
#include "fuzz.h"

static const PvBtfMember members[] = {
	{"task", "pid"},
	{"task", "files"},
	{"task", "deep"},
	{"file", "inode"},
};
static const char *const functions[] = {"iterate", "bpf_iter_task"};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gint32 offsets[G_N_ELEMENTS(members)];
	guint32 ids[G_N_ELEMENTS(functions)];
	const PvBtfWanted wanted = {
		members, functions, offsets, ids, G_N_ELEMENTS(members), G_N_ELEMENTS(functions)};
	gboolean parsed = pv_btf_parse((const char *)data, size, &wanted);

	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		g_assert_true(offsets[i] == PV_BTF_ABSENT || (parsed && offsets[i] >= 0));
	for (guint i = 0; i < G_N_ELEMENTS(functions); i++)
		g_assert_cmpuint(ids[i], <=, parsed ? size / 12 : 0);
	return 0;
}
