/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>
#include <stdio.h>

/* The columns of a terminal that a text takes. */
guint clip_measure(const char *text);
/* The text, or as much of its begin as fits; the ellipsis takes one column. */
char *clip_end(const char *text, guint width, const char *ellipsis);
/* The same of a path behind so many bytes of other text: its end is kept. */
char *clip_path(const char *text, gsize head, guint width, const char *ellipsis);
/* Prints lines, each as far as it fits. */
void clip_print(FILE *stream, const char *text, guint width, const char *ellipsis);
