/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the name that the kernel made up for a file tells of it. Pure.
 */
#pragma once

#include "core/store.h"

/*
 * Adds the name of a memfd, and the type of a namespace, of a file whose kind is known. name: as a
 * fd directory has it. FALSE: out of memory.
 */
gboolean pv_name_facts_note(PvStore *store, const PvFile *file, const char *name, gsize length);
