/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/procview.h>

/* The next process that has the table, each once; NULL: no more. It begins with *at = 0. */
ProcviewProcess *sharers_next(ProcviewFdTable *table, guint *at);
