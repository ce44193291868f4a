/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which functions a program may use without a warning, by the releases it says it is for; the
 * meaning is that of GLib's macros. A release that adds functions adds a block of macros here.
 */
#pragma once

#include <glib.h>

/* The release 0.1, as the two macros below have it. */
#define PROCVIEW_VERSION_0_1 (G_ENCODE_VERSION(0, 1))

/* The release that these headers are of. The build fails where it is not that of the project. */
#define PROCVIEW_VERSION_CURRENT PROCVIEW_VERSION_0_1

/*
 * A program defines it before it includes a header, to be built with that release and later ones:
 * the compiler warns of what is deprecated since then. Without it, of everything deprecated.
 */
#ifndef PROCVIEW_VERSION_MIN_REQUIRED
#define PROCVIEW_VERSION_MIN_REQUIRED PROCVIEW_VERSION_CURRENT
#endif

/*
 * A program defines it before it includes a header, to go on being built with that release: the
 * compiler warns of functions that came later. Without it, of none.
 */
#ifndef PROCVIEW_VERSION_MAX_ALLOWED
#define PROCVIEW_VERSION_MAX_ALLOWED PROCVIEW_VERSION_CURRENT
#endif

#if PROCVIEW_VERSION_MAX_ALLOWED < PROCVIEW_VERSION_MIN_REQUIRED
#error "PROCVIEW_VERSION_MAX_ALLOWED is below PROCVIEW_VERSION_MIN_REQUIRED"
#endif

#if defined(__GNUC__) || defined(__clang__)
#define PROCVIEW_EXTERN __attribute__((visibility("default"))) extern
#else
#define PROCVIEW_EXTERN extern
#endif

/**
 * PROCVIEW_AVAILABLE_IN_0_1:
 *
 * Marks a symbol that the library exports since 0.1. Everything without such a mark is hidden.
 */
#if PROCVIEW_VERSION_MAX_ALLOWED < PROCVIEW_VERSION_0_1
#define PROCVIEW_AVAILABLE_IN_0_1 G_UNAVAILABLE(0, 1) PROCVIEW_EXTERN
#else
#define PROCVIEW_AVAILABLE_IN_0_1 PROCVIEW_EXTERN
#endif

/* In place of the mark above: exported for those who use it, replaced by the function named. */
#ifndef __GI_SCANNER__
#if PROCVIEW_VERSION_MIN_REQUIRED >= PROCVIEW_VERSION_0_1
#define PROCVIEW_DEPRECATED_IN_0_1_FOR(function) G_DEPRECATED_FOR(function) PROCVIEW_EXTERN
#else
#define PROCVIEW_DEPRECATED_IN_0_1_FOR(function) PROCVIEW_EXTERN
#endif
#endif
