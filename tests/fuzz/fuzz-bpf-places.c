/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the decoders of what BPF tells of places and mapped files.
 */
#include <glib.h>
#include <string.h>

#include "backend/bpf/decode-places.h"
#include "fuzz.h"

static void
check_path(const char *path, gssize length)
{
	g_assert_cmpint(length, >=, -1);
	g_assert_cmpint(length, <, PV_PLACE_PATH_BYTES);
	if (length >= 0)
		g_assert_cmpint(path[length], ==, '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Records lie where an unsigned long long may. */
	g_autofree char *copy = g_memdup2(data, MAX(size, 1));
	char path[PV_PLACE_PATH_BYTES];
	const struct pv_wire_place *place;
	const struct pv_wire_vma *vma;
	gsize at = 0, taken;

	if (size == 0)
		return 0;
	check_path(path, pv_wire_take_place(copy, size, &place, path));
	check_path(path, pv_wire_take_vma(copy, size, &vma, path));
	while (pv_wire_frame(copy + at, size - at, &taken) == PV_WIRE_GOOD) {
		check_path(path, pv_wire_take_place(copy + at, taken, &place, path));
		check_path(path, pv_wire_take_vma(copy + at, taken, &vma, path));
		at += taken;
	}
	return 0;
}
