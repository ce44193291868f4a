/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How does a picture stay in its place, and the terminal as the user had it?
 *
 * The picture is on the alternate screen, so that what was there before is there again afterwards.
 * Each frame is one write: line by line over the old one, the rest of the line wiped out, and never
 * the whole screen, which would flicker. A line that fills the width leaves nothing to wipe; where
 * the cursor is then, terminals disagree. The sequences are those of ECMA-48 and xterm, which all
 * terminals of today know; one that calls itself "dumb" gets none.
 *
 * Keys come as they are pressed, unseen, if stdin is the terminal. Whatever ends or stops ptree,
 * but for SIGKILL, gives the terminal back first.
 */
#include "watch-screen.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "clip.h"
#include "names.h"
#include "terminal.h"
#include "watch-signals.h"

/* The alternate screen, no cursor, no line that goes on in the next; and back. */
#define ENTER	  "\033[?1049h\033[?25l\033[?7l"
#define LEAVE	  "\033[m\033[?7h\033[?25h\033[?1049l"
#define WIPE_LINE "\033[K"
#define WIPE_REST "\033[J"

#define HEIGHT_UNKNOWN 24

static gboolean entered;
static gboolean has_keys;
static gboolean keys_ended;
static struct termios as_it_was;

gboolean
screen_is_there(void)
{
	const char *term = g_getenv("TERM");

	return isatty(STDOUT_FILENO) && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

/* Only the job in the foreground changes the terminal. */
static gboolean
is_ours(int terminal)
{
	pid_t group = tcgetpgrp(terminal);

	return group < 0 || group == getpgrp();
}

static void
take_keys(void)
{
	struct termios raw;

	has_keys = isatty(STDIN_FILENO) && is_ours(STDIN_FILENO) &&
		   tcgetattr(STDIN_FILENO, &as_it_was) == 0;
	if (!has_keys)
		return;
	raw = as_it_was;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

/* May be called by a handler of signals. */
static void
give_back(void)
{
	if (!entered)
		return;
	entered = FALSE;
	if (!is_ours(STDOUT_FILENO))
		return;
	if (has_keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &as_it_was);
	signals_write(STDOUT_FILENO, LEAVE, strlen(LEAVE));
}

void
screen_enter(void)
{
	/* What a job in the background would find is how the shell has set the terminal. */
	if (!is_ours(STDOUT_FILENO))
		raise(SIGTTOU);
	give_back();
	take_keys();
	entered = TRUE;
	signals_on_crash(give_back);
	signals_write(STDOUT_FILENO, ENTER, strlen(ENTER));
}

void
screen_leave(void)
{
	give_back();
}

int
screen_get_keys(void)
{
	return has_keys && !keys_ended ? STDIN_FILENO : -1;
}

char
screen_read_key(void)
{
	char key = 0;

	/* Who has hung up presses no more. */
	if (read(STDIN_FILENO, &key, 1) != 1)
		keys_ended = TRUE;
	return key;
}

guint
screen_get_height(void)
{
	const char *lines = g_getenv("LINES");
	struct winsize size;
	guint64 height;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
		return size.ws_row;
	if (lines != NULL && g_ascii_string_to_unsigned(lines, 10, 1, G_MAXUINT16, &height, NULL))
		return (guint)height;
	return HEIGHT_UNKNOWN;
}

static guint
find_width(void)
{
	struct terminal terminal;

	terminal_look(&terminal, COLOR_NEVER);
	return MAX(terminal.width, 1);
}

static guint
count_lines(const char *text)
{
	guint n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* Where so many lines end. */
static gsize
measure_lines(const char *text, guint n)
{
	const char *p = text;

	for (; n > 0 && *p != '\0'; p++)
		n -= *p == '\n';
	return (gsize)(p - text);
}

static char *
cut_lines(const char *text, guint height, guint n_more)
{
	guint n = count_lines(text) + n_more;
	const char *ellipsis = names_are_utf8() ? "\342\200\246" : "...";
	guint kept = MAX(height, 1) - 1;

	if (n <= height)
		return g_strdup(text);
	return g_strdup_printf("%.*s%s %u more line%s\n", (int)measure_lines(text, kept), text,
			       ellipsis, n - kept, n - kept == 1 ? "" : "s");
}

char *
screen_fit(const char *lines, guint n_more)
{
	g_autofree char *cut = cut_lines(lines, screen_get_height(), n_more);
	char *text = NULL;
	gsize length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		return NULL;
	clip_print(out, cut, find_width(), names_are_utf8() ? "\342\200\246" : "~");
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

char *
screen_paint(const char *lines)
{
	GString *frame = g_string_new(NULL);
	guint width = find_width();
	g_auto(GStrv) split = g_strsplit(lines, "\n", -1);
	guint n = 0;

	for (; split[n] != NULL && split[n + 1] != NULL; n++) {
		g_string_append_printf(frame, "\033[%u;1H%s", n + 1, split[n]);
		if (clip_measure(split[n]) < width)
			g_string_append(frame, WIPE_LINE);
	}
	if (n < screen_get_height())
		g_string_append_printf(frame, "\033[%u;1H" WIPE_REST, n + 1);
	return g_string_free(frame, FALSE);
}
