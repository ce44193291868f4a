/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "view.h"

/* What the row of each kind says at the branch of the tree. */
void text_append_command(GString *out, const struct row *row, const struct view *view);
void text_append_thread(GString *out, const struct row *row, const struct view *view);
void text_append_table(GString *out, const struct row *row, const struct view *view);
void text_append_descriptor(GString *out, const struct row *row, const struct view *view);
void text_append_place(GString *out, const struct row *row, const struct view *view);
void text_append_held(GString *out, const struct row *row, const struct view *view);

/* Notes where the parts of the text begin that are cut each in its own way; the last begins here. */
void text_note_parts(const struct row *row, const GString *out, gsize path, gsize more);

/* A capability is had or not; a limit or a sysctl would have to be another. */
const char *text_before_need(const char *needs);
/* Whether several tasks are only taken to share the table. */
gboolean text_is_assumed(ProcviewFdTable *table);
const char *text_of_access(ProcviewFile *file);
/* By what it is held. */
const char *text_of_holding(ProcviewHolding *holding);
void text_drop_trailing_blanks(GString *out, gsize start);
