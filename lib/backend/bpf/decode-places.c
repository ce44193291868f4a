/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * As decode.c: what the programs wrote is checked, though nobody else can have written it.
 */
#include "backend/bpf/decode-places.h"

#include <string.h>

G_STATIC_ASSERT(sizeof(struct pv_wire_place) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_vma) % 8 == 0);

/* Puts names, the last one first and each with a NUL behind it, in order. -1: they are not. */
static gssize
join_names(const char *names, gsize length, guint marks, char *buffer)
{
	const struct pv_wire_path head = {
		.marks = marks & (PV_WIRE_PATH_DELETED | PV_WIRE_PATH_ABSENT),
		.length = (guint)length,
	};
	char text[sizeof(head) + PV_WIRE_MAX_PATH];
	const struct pv_wire_path *path;

	if (length > PV_WIRE_MAX_PATH)
		return -1;
	memcpy(text, &head, sizeof(head));
	memcpy(text + sizeof(head), names, length);
	return pv_wire_take_path(text, sizeof(head) + length, &path, buffer, PV_PLACE_PATH_BYTES);
}

gssize
pv_wire_take_place(const char *record, gsize size, const struct pv_wire_place **place, char *buffer)
{
	const struct pv_wire_place *wire = (const struct pv_wire_place *)record;

	*place = wire;
	buffer[0] = '\0';
	if (size < sizeof(*wire) || wire->length > size - sizeof(*wire) ||
	    wire->what > PV_WIRE_ROOT)
		return -1;
	if (wire->marks & (PV_WIRE_PATH_CUT | PV_WIRE_PATH_ABSENT))
		return 0;
	return join_names(record + sizeof(*wire), wire->length, wire->marks, buffer);
}

gssize
pv_wire_take_vma(const char *record, gsize size, const struct pv_wire_vma **vma, char *buffer)
{
	const struct pv_wire_vma *wire = (const struct pv_wire_vma *)record;

	*vma = wire;
	buffer[0] = '\0';
	if (size < sizeof(*wire) || wire->length > size - sizeof(*wire) ||
	    wire->length > PV_WIRE_MAX_PATH)
		return -1;
	if (wire->marks & PV_WIRE_PATH_CUT)
		return 0;
	if (wire->marks & PV_WIRE_VMA_NAMES)
		return join_names(record + sizeof(*wire), wire->length, wire->marks, buffer);
	memcpy(buffer, record + sizeof(*wire), wire->length);
	buffer[wire->length] = '\0';
	return wire->length;
}
