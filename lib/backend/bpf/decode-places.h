/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records of fs_struct and mm_struct: bytes in, one record out. Pure.
 */
#pragma once

#include "backend/bpf/decode.h"
#include "backend/bpf/wire-places.h"

/* What a path may take once it is put together: PV_WIRE_MAX_PATH and some. */
#define PV_PLACE_PATH_BYTES (PV_WIRE_MAX_PATH + 64)

/*
 * Each takes one whole record, and writes the path into the buffer of PV_PLACE_PATH_BYTES, with a
 * NUL; its length, 0: it is unknown, -1: the record is not what it should be. A place that was
 * deleted has the kernel's word for that at its end, and so has a mapped file.
 */
gssize pv_wire_take_place(const char *record, gsize size, const struct pv_wire_place **place,
			  char *buffer);
gssize pv_wire_take_vma(const char *record, gsize size, const struct pv_wire_vma **vma,
			char *buffer);
