/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Types of maps, programs and links as words: those of the kernel's enumerators.
 */
#pragma once

#include <glib.h>

/* Static; NULL: not known here. */
const char *pv_bpf_map_type_name(guint type);
const char *pv_bpf_prog_type_name(guint type);
const char *pv_bpf_link_type_name(guint type);
/* A link's fdinfo has the word, and not the number. */
gboolean pv_bpf_link_type_from_name(const char *name, gsize length, guint *type);
