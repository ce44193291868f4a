/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the user has to know and is not the answer: one line on stderr, after the command's name.
 * While a picture fills the terminal, such a line would spoil it: it is put aside, to become part
 * of the picture.
 */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>

#include "names.h"

static GString *collected;

void
message_collect(GString *lines)
{
	collected = lines;
}

void
message_print(const char *format, ...)
{
	g_autofree char *text = NULL;
	g_autofree char *safe = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	safe = names_dup_safe(text);
	if (collected != NULL)
		g_string_append_printf(collected, "ptree: %s\n", safe);
	else
		fprintf(stderr, "ptree: %s\n", safe);
}
