/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

/**
 * PROCVIEW_AVAILABLE_IN_0_1:
 *
 * Marks a symbol that the library exports since 0.1. Everything without such a mark is hidden.
 */
#if defined(__GNUC__) || defined(__clang__)
#define PROCVIEW_EXTERN __attribute__((visibility("default"))) extern
#else
#define PROCVIEW_EXTERN extern
#endif

#define PROCVIEW_AVAILABLE_IN_0_1 PROCVIEW_EXTERN
