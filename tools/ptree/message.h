/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

/* One line on stderr. What is in it may come from anywhere: it is made safe. */
void message_print(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* From now on the lines go there, or for NULL to stderr again. */
void message_collect(GString *lines);
