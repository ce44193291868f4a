/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "picture.h"

/* Lets one line stand for all those beside it that say the same; and aligns what is marked. */
void fold_picture(struct picture *picture);
