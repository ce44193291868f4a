/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Do lines end where the terminal ends, and is progress shown late, on one line, and wiped out?
 */
#include <fcntl.h>
#include <glib.h>
#include <locale.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clip.h"
#include "progress.h"

static void
check_clip(const char *text, guint width, const char *expected)
{
	char *out = NULL;
	size_t length;
	FILE *stream = open_memstream(&out, &length);

	clip_print(stream, text, width, "~");
	fclose(stream);
	g_assert_cmpstr(out, ==, expected);
	free(out);
}

static void
test_clip(void)
{
	check_clip("", 5, "");
	check_clip("abcdefg", 5, "abcd~\n");
	check_clip("abcde\nabcdef\n", 5, "abcde\nabcd~\n");
	check_clip("\n\nabc\n", 2, "\n\na~\n");
	check_clip("a\342\224\224\342\224\200b", 3, "a\342\224\224~\n");
	/* Two columns wide: it does not fit into one. */
	check_clip("ab\346\227\245c", 4, "ab~\n");
	check_clip("ab\346\227\245cd", 5, "ab\346\227\245~\n");
	/* A mark upon the last letter belongs to it. */
	check_clip("abe\314\201f", 4, "abe\314\201f\n");
	check_clip("abe\314\201fg", 4, "abe\314\201~\n");
	check_clip("abe\314\201fg", 3, "ab~\n");
	/* So do a colour of skin, and the second half of a flag. */
	check_clip("\360\237\221\215\360\237\217\275xyz", 4, "~\n");
	check_clip("a\360\237\207\251\360\237\207\252xyz", 3, "a~\n");
}

static void
test_clip_keeps_colors(void)
{
	check_clip("\033[1mabcdef\033[0m\nxyz", 3, "\033[1mab~\033[0m\nxyz\n");
	check_clip("\033[1mab\033[0m", 2, "\033[1mab\033[0m\n");
	check_clip("abc\033[1", 1, "~\033[1\n");
}

static void
check_cut(const char *text, guint width, const char *expected)
{
	g_autofree char *cut = clip_path(text, width, "~");

	g_assert_cmpstr(cut, ==, expected);
}

/* The name of the file and its mark stay; the folders in front of it go. */
static void
test_clip_path(void)
{
	check_cut("/a/long/way/to/file (deleted)", 40, "/a/long/way/to/file (deleted)");
	check_cut("/a/long/way/to/file (deleted)", 15, "~file (deleted)");
	check_cut("/a/e\314\201x", 3, "~e\314\201x");
	check_cut("/a/e\314\201x", 2, "~x");
	check_cut("/a/\346\227\245x", 3, "~x");
	check_cut("/a", 1, "~");
	check_cut("/a", 0, "");
}

static void
check_parts(const char *head, const char *path, const char *more, const char *ends, guint width,
	    const char *expected)
{
	g_autofree char *text = g_strconcat(head, path, more, ends, NULL);
	struct clip_parts parts = {
		.path = strlen(head),
		.more = strlen(head) + strlen(path),
		.ends = strlen(head) + strlen(path) + strlen(more),
	};
	g_autofree char *cut = clip_parts(text, &parts, width, "~");

	g_assert_cmpstr(cut, ==, expected);
	g_assert_cmpuint(clip_measure(cut), <=, width);
}

/* Who is at the other end is told longer than the folders of the path. */
static void
test_clip_parts(void)
{
	check_parts(" 3 rw ", "/long/way/to/file", "", "", 30, " 3 rw /long/way/to/file");
	check_parts(" 3 rw ", "/long/way/to/file", "", "", 15, " 3 rw ~/to/file");
	check_parts(" 3 rw ", "/long/way/to/file", " (deleted)", "", 21, " 3 rw ~file (deleted)");
	check_parts(" 3 rw ", "/long/way/to/file", "", " -> 12 nc fd 3", 30,
		    " 3 rw ~y/to/file -> 12 nc fd 3");
	check_parts(" 3 rw ", "pipe:[123456]", "", " -> 12 nc fd 3", 21, " 3 rw ~ -> 12 nc fd 3");
	check_parts(" 3 rw ", "", "tcp 127.0.0.1:80", " -> 12 nc fd 3", 26,
		    " 3 rw tcp 1~ -> 12 nc fd 3");
	check_parts(" 3 rw ", "/a/b/c/d/e", "  more of it", " -> 12 nc fd 3", 18,
		    " 3 rw ~d/e  m~ ->~");
	check_parts(" 3 rw ", "/long/way", "", " -> 12", 8, " 3 rw /~");
}

/* What looks like one character is kept or cut as one. */
static void
test_clip_clusters(void)
{
	/* A family; a heart that is a picture; a syllable in three letters. */
	check_clip("\360\237\221\251\342\200\215\360\237\221\247abc", 4, "~\n");
	check_clip("\360\237\221\251\342\200\215\360\237\221\247abc", 5,
		   "\360\237\221\251\342\200\215\360\237\221\247~\n");
	check_clip("a\342\235\244\357\270\217bcd", 4, "a\342\235\244\357\270\217~\n");
	check_clip("a\342\235\244\357\270\217bcd", 3, "a~\n");
	check_clip("\341\204\222\341\205\241\341\206\253abc", 3,
		   "\341\204\222\341\205\241\341\206\253~\n");
	check_clip("\341\204\222\341\205\241\341\206\253abc", 2, "~\n");
}

/* What was written to the terminal since the last look. */
static char *
look(int master)
{
	char bytes[512];
	ssize_t n = read(master, bytes, sizeof(bytes) - 1);

	return g_strndup(bytes, n > 0 ? (gsize)n : 0);
}

static void
check_screen(int master, const char *expected)
{
	g_autofree char *found = look(master);

	g_assert_cmpstr(found, ==, expected);
}

static void
test_progress(void)
{
	struct winsize size = {.ws_row = 24, .ws_col = 40};
	struct progress progress;
	int master, slave, before = dup(STDERR_FILENO);

	g_assert_no_errno(openpty(&master, &slave, NULL, NULL, &size));
	g_assert_no_errno(fcntl(master, F_SETFL, O_NONBLOCK));
	dup2(slave, STDERR_FILENO);

	progress_init(&progress);
	progress_report(PROCVIEW_STEP_TASKS, 1, 0, &progress);
	progress_erase(&progress);
	check_screen(master, "");

	progress.start_us -= 2 * G_USEC_PER_SEC;
	progress_report(PROCVIEW_STEP_TASKS, 12, 0, &progress);
	check_screen(master, "\rlisting processes: 12");
	progress_report(PROCVIEW_STEP_TASKS, 5, 0, &progress);
	check_screen(master, "\rlisting processes: 5 ");
	progress_report(PROCVIEW_STEP_FILES, 1000, 20000, &progress);
	check_screen(master, "\rreading descriptor tables: 1000 of 2000");
	progress_erase(&progress);
	check_screen(master, "\r                                       \r");
	progress_erase(&progress);
	check_screen(master, "");

	dup2(before, STDERR_FILENO);
	close(before);
	close(slave);
	close(master);
}

static void
test_progress_needs_a_terminal(void)
{
	struct progress progress;
	int ends[2], before = dup(STDERR_FILENO);

	g_assert_no_errno(pipe(ends));
	g_assert_no_errno(fcntl(ends[0], F_SETFL, O_NONBLOCK));
	dup2(ends[1], STDERR_FILENO);
	progress_init(&progress);
	progress.start_us -= 2 * G_USEC_PER_SEC;
	progress_report(PROCVIEW_STEP_TASKS, 12, 0, &progress);
	progress_erase(&progress);
	check_screen(ends[0], "");
	dup2(before, STDERR_FILENO);
	close(before);
	close(ends[0]);
	close(ends[1]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (setlocale(LC_ALL, "C.UTF-8") == NULL) {
		g_print("1..0 # SKIP there is no locale C.UTF-8\n");
		return 0;
	}
	g_test_add_func("/ptree/screen/clip", test_clip);
	g_test_add_func("/ptree/screen/clip-keeps-colors", test_clip_keeps_colors);
	g_test_add_func("/ptree/screen/clip-path", test_clip_path);
	g_test_add_func("/ptree/screen/clip-parts", test_clip_parts);
	g_test_add_func("/ptree/screen/clip-clusters", test_clip_clusters);
	g_test_add_func("/ptree/screen/progress", test_progress);
	g_test_add_func("/ptree/screen/progress-needs-a-terminal", test_progress_needs_a_terminal);
	return g_test_run();
}
