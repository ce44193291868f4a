/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* What stdout is, and what it can show. */
struct terminal {
	gboolean is_terminal;
	gboolean cuts; /* lines end where it ends */
	gboolean draws_lines;
	gboolean shows_colors;
	guint width;
};

void terminal_look(struct terminal *terminal, enum color color);
