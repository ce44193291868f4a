/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "columns.h"

/* Each is a sequence for terminals that have colours; NULL: as the terminal likes. */
const char *paint_line(const struct row *row);
const char *paint_cell(const struct column *column, const struct row *row, const struct view *view);
const char *paint_mark(enum news news);
/* What stands in front of a row that is news; NULL: nothing. */
const char *paint_get_mark(enum news news);
