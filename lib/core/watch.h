/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How a caller follows a scan and stops it.
 */
#pragma once

#include "core/error.h"

typedef struct {
	/* Asked from any thread; NULL: never. */
	gboolean (*cancelled)(gpointer user_data);
	/* Told in the thread that scans only; NULL: nobody listens. */
	void (*progress)(guint step, guint done, guint total, gpointer user_data);
	gpointer user_data;
} PvWatch;

static inline gboolean
pv_watch_cancelled(const PvWatch *watch)
{
	return watch != NULL && watch->cancelled != NULL && watch->cancelled(watch->user_data);
}

static inline gboolean
pv_watch_stop(GError **error)
{
	g_set_error_literal(error, PV_ERROR, PV_ERROR_CANCELLED, "The scan was cancelled");
	return FALSE;
}

/* Reports how far the step is. FALSE with an error: the caller wants no more. */
static inline gboolean
pv_watch_step(const PvWatch *watch, guint step, guint done, guint total, GError **error)
{
	if (pv_watch_cancelled(watch))
		return pv_watch_stop(error);
	if (watch == NULL || watch->progress == NULL)
		return TRUE;
	watch->progress(step, done, total, watch->user_data);
	/* Whoever is told may have had enough. */
	return !pv_watch_cancelled(watch) || pv_watch_stop(error);
}
