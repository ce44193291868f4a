/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How far is it?  One line on stderr, if that is a terminal, once a scan has taken a second; it is
 * wiped out before anything else is written. Needs no more of the terminal than carriage return.
 */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PATIENCE_US G_USEC_PER_SEC

void
progress_init(struct progress *progress)
{
	progress->wanted = isatty(STDERR_FILENO);
	progress->start_us = g_get_monotonic_time();
	progress->drawn = 0;
}

static const char *
name_step(ProcviewStep step)
{
	switch (step) {
	case PROCVIEW_STEP_TASKS:
		return "listing processes";
	case PROCVIEW_STEP_GROUPING:
		return "comparing descriptor tables";
	case PROCVIEW_STEP_FILES:
		return "reading descriptor tables";
	}
	return "scanning";
}

void
progress_report(ProcviewStep step, guint done, guint total, gpointer data)
{
	struct progress *progress = data;
	g_autofree char *text = NULL;
	struct winsize size;
	int room = 79;

	if (!progress->wanted || g_get_monotonic_time() - progress->start_us < PATIENCE_US)
		return;
	if (total > 0)
		text = g_strdup_printf("%s: %u of %u", name_step(step), done, total);
	else
		text = g_strdup_printf("%s: %u", name_step(step), done);
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		room = size.ws_col - 1;
	fprintf(stderr, "\r%-*.*s", MIN(progress->drawn, room), room, text);
	progress->drawn = MAX(progress->drawn, (int)strlen(text));
	fflush(stderr);
}

void
progress_erase(struct progress *progress)
{
	struct winsize size;
	int width = progress->drawn;

	if (width == 0)
		return;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		width = MIN(width, size.ws_col - 1);
	fprintf(stderr, "\r%*s\r", width, "");
	fflush(stderr);
	progress->drawn = 0;
}
