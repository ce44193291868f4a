/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* Takes names, one after the other, and keeps the one that is most like a word. */
struct suggestion {
	const char *word;
	const char *name; /* NULL: none is like it */
	guint distance;
};

void suggest(struct suggestion *suggestion, const char *name);
