/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>
#include <poll.h>

/* From now on what ends, stops or resizes is noted, and taken by the functions below. */
void signals_catch(gboolean on_terminal);
/* Whether somebody wants the end; also during a scan, when nothing is let through. */
gboolean signals_ask_end(void);
/* Whether any came that was not taken yet. */
gboolean signals_are_noted(void);
/* Whether this one came since it was last asked for. */
gboolean signals_take(int number);
/* As poll(2), and write(2), which a signal ends early: EINTR. */
int signals_poll(struct pollfd *fds, guint n, double timeout_s);
gssize signals_write(int fd, const char *data, gsize length);
/* Stops the process, as the user asked; returns when it is to go on. */
void signals_stop(void);
/* What to do first if something ends the process that cannot be survived. It may call only what a
 * handler of signals may. */
void signals_on_crash(void (*restore)(void));
