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
static const char *const structures[] = {"task", "file", "other"};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gint32 offsets[G_N_ELEMENTS(members)];
	guint32 ids[G_N_ELEMENTS(functions)];
	guint32 structure_ids[G_N_ELEMENTS(structures)];
	const PvBtfWanted wanted = {
		.members = members,
		.functions = functions,
		.structures = structures,
		.offsets = offsets,
		.ids = ids,
		.structure_ids = structure_ids,
		.n_members = G_N_ELEMENTS(members),
		.n_functions = G_N_ELEMENTS(functions),
		.n_structures = G_N_ELEMENTS(structures),
	};
	gboolean parsed = pv_btf_parse((const char *)data, size, &wanted);

	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		g_assert_true(offsets[i] == PV_BTF_ABSENT || (parsed && offsets[i] >= 0));
	for (guint i = 0; i < G_N_ELEMENTS(functions); i++)
		g_assert_cmpuint(ids[i], <=, parsed ? size / 12 : 0);
	for (guint i = 0; i < G_N_ELEMENTS(structures); i++)
		g_assert_cmpuint(structure_ids[i], <=, parsed ? size / 12 : 0);
	return 0;
}
