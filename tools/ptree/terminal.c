/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What can stdout show?
 *
 * Colours and drawn lines are for a terminal that has them: TERM says that it is no "dumb" one, the
 * locale that it knows the characters. NO_COLOR (no-color.org) stands above the terminal, and the
 * --color option above NO_COLOR: who asks for colours, always, gets what a terminal gets that has
 * them, drawn lines too. What is read by less(1) or watch(1) is seen on a terminal in the end. How
 * wide that is nobody knows, and less(1) can scroll; but watch(1) says it, in COLUMNS.
 */
#include "terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "names.h"

#define WIDTH_UNKNOWN 80

/* 0: not known. */
static guint
find_width(void)
{
	const char *columns = g_getenv("COLUMNS");
	guint64 width;
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns != NULL &&
	    g_ascii_string_to_unsigned(columns, 10, 1, G_MAXUINT16, &width, NULL))
		return (guint)width;
	return 0;
}

static gboolean
wants_no_color(void)
{
	const char *no_color = g_getenv("NO_COLOR");

	return no_color != NULL && *no_color != '\0';
}

void
terminal_look(struct terminal *terminal, enum color color)
{
	const char *term = g_getenv("TERM");
	gboolean able;

	terminal->is_terminal = isatty(STDOUT_FILENO);
	able = terminal->is_terminal && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
	terminal->draws_lines = (able || color == COLOR_ALWAYS) && names_are_utf8();
	terminal->shows_colors =
		color == COLOR_ALWAYS || (color == COLOR_AUTO && able && !wants_no_color());
	terminal->width = find_width();
	terminal->cuts = terminal->is_terminal || (color == COLOR_ALWAYS && terminal->width > 0);
	if (terminal->width == 0)
		terminal->width = WIDTH_UNKNOWN;
}
