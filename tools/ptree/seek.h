/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "conditions.h"
#include "select.h"

/* Notes in the selection where the files are that were named, and in the conditions who has them;
 * own is the process id of this command. */
void seek_files(struct selection *selection, struct conditions *conditions, int own);
/* Forgets of these what nobody has who matched. */
void seek_forget_others(struct selection *selection);
