/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* Whether stdout is a terminal on which a picture can be painted over another. */
gboolean screen_is_there(void);
/* Takes the terminal, and gives it back as it was; each may be called again. */
void screen_enter(void);
void screen_leave(void);
/* The descriptor that keys come from, or -1: none do. */
int screen_get_keys(void);
/* The next of the keys that were pressed, or 0: no more were; they will never be, if it ends. */
char screen_read_key(void);
guint screen_get_height(void);
/* Makes the lines fit the terminal: as wide as it is, and no more than it has. So many more were
 * left out. */
char *screen_fit(const char *lines, guint n_more);
/* What paints them over whatever is there. */
char *screen_paint(const char *lines);
