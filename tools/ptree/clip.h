/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>
#include <stdio.h>

/* Writes lines, none of them wider than so many columns; the last line may lack its end. */
void clip_print(FILE *stream, const char *text, guint width);
