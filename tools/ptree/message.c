/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the user has to know and is not the answer: one line on stderr, after the command's name.
 */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>

#include "names.h"

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
	fprintf(stderr, "ptree: %s\n", safe);
}
