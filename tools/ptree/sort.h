/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "picture.h"

/* Whether what --sort asks for can be told of what will be shown. */
gboolean sort_check(const struct options *options, const GArray *whats, GError **error);
/* Puts the lines in the order of the column that --sort names. */
void sort_picture(struct picture *picture);
