/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>
#include <stdio.h>

/* Where the parts of a text begin, in bytes: in front of the first there may be more. */
struct clip_parts {
	gsize path;
	gsize more;
	gsize ends; /* who is at the other end; the length of the text: nobody */
};

/* The columns of a terminal that a text takes. */
guint clip_measure(const char *text);
/* The text, or as much of its begin as fits; the ellipsis takes one column. */
char *clip_end(const char *text, guint width, const char *ellipsis);
/* The same of a path: its end is kept. */
char *clip_path(const char *text, guint width, const char *ellipsis);
/* The same of a text of parts: what they need most stays of each. */
char *clip_parts(const char *text, const struct clip_parts *parts, guint width,
		 const char *ellipsis);
/* Prints lines, each as far as it fits. */
void clip_print(FILE *stream, const char *text, guint width, const char *ellipsis);
