/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "picture.h"

#define DRAW_STEP_WIDTH 2 /* of each branch down the tree */

/* Writes the lines that are not folded, under the headings. */
void draw_picture(struct picture *picture, FILE *out);
