/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Records of the programs: bytes in, one record out. Pure.
 */
#pragma once

#include <glib.h>

#include "backend/bpf/wire.h"

typedef enum {
	PV_WIRE_END,	 /* nothing is left */
	PV_WIRE_PARTIAL, /* the rest of the record is still to come */
	PV_WIRE_GOOD,
	PV_WIRE_BAD, /* no program of ours wrote this */
} PvWireResult;

typedef struct {
	const struct pv_wire_task *task;
	const gint32 *numbers; /* task->n_numbers of them */
	gboolean is_leader;    /* what leaders alone have is there */
} PvWireTask;

/* Where the record at the beginning of the text ends. */
PvWireResult pv_wire_frame(const char *text, gsize length, gsize *size);
/* Each takes one whole record; FALSE: it is not what it should be. */
gboolean pv_wire_take_task(const char *record, gsize size, PvWireTask *task);
gboolean pv_wire_take_owner(const char *record, gsize size, const struct pv_wire_owner **owner);
/* The name has its NUL, and may be NULL: not asked for. */
gboolean pv_wire_take_file(const char *record, gsize size, const struct pv_wire_file **file,
			   const char **name);
gboolean pv_wire_take_command(const char *record, gsize size,
			      const struct pv_wire_command **command, const char **text);
/* Writes the path into the buffer, of PV_WIRE_MAX_PATH bytes and some; its length, or -1: bad. */
gssize pv_wire_take_path(const char *record, gsize size, const struct pv_wire_path **path,
			 char *buffer, gsize buffer_size);
/*
 * Writes names, the last one first and a NUL behind each, into the buffer as a path; its length, or
 * -1: they are not such names, or there is no room. marks: PV_WIRE_PATH_*.
 */
gssize pv_wire_join_names(const char *names, gsize length, guint marks, char *buffer,
			  gsize buffer_size);
/* stat(5)'s letter, of task_struct's two fields. */
char pv_wire_state(guint32 state, guint32 exit_state);
