/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "picture.h"

/* The whole picture: every process of the selection where it belongs. */
void tree_add(struct picture *picture);
