/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records of the detailed pass: bytes in, one record out. Pure.
 */
#pragma once

#include "backend/bpf/wire-detail.h"
#include "backend/bpf/wire.h"
#include "core/detail.h"

/* What sort of record begins there: PV_WIRE_PLAIN, or one of the detailed ones. */
guint pv_wire_sort(const char *record);

/* Each takes one whole record of its sort; FALSE: it is not what it should be. */
gboolean pv_wire_take_fact(const char *record, gsize size, const struct pv_wire_fact **fact);
gboolean pv_wire_take_text(const char *record, gsize size, const struct pv_wire_text **text,
			   const char **bytes);
gboolean pv_wire_take_numbers(const char *record, gsize size, const struct pv_wire_text **numbers,
			      const gint32 **first);
gboolean pv_wire_take_socket(const char *record, gsize size, const struct pv_wire_socket **socket,
			     const char **name);
gboolean pv_wire_take_registration(const char *record, gsize size,
				   const struct pv_wire_registration **registration);
gboolean pv_wire_take_mark(const char *record, gsize size, const struct pv_wire_mark **mark);
gboolean pv_wire_take_lock(const char *record, gsize size, const struct pv_wire_lock **lock);
/* Writes its path into the buffer; *length is 0 where there is none. */
gboolean pv_wire_take_held(const char *record, gsize size, const struct pv_wire_held **held,
			   char *buffer, gsize buffer_size, gsize *length);
gboolean pv_wire_take_list_cut(const char *record, gsize size, const struct pv_wire_list_cut **cut);

/* Which PV_FACT_* it is; PV_N_FACTS: none. */
guint pv_wire_fact_of(guint wire_fact);
/* What the kernel's fields mean: all but name and inode of the socket. */
void pv_wire_read_socket(const struct pv_wire_socket *wire, PvSocket *socket);
/* Lock and mark as a caller shall have them, but for file, or descriptor. */
void pv_wire_read_lock(const struct pv_wire_lock *wire, PvLock *lock);
void pv_wire_read_mark(const struct pv_wire_mark *wire, PvMark *mark);
