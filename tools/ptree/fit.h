/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "picture.h"

/* Cuts what is too wide for the terminal. */
void fit_picture(struct picture *picture);
