/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <glib.h>

#include <procview/procview.h>

struct progress {
	gboolean wanted;
	gint64 start_us;
	int drawn; /* characters on the line */
};

void progress_init(struct progress *progress);
/* A ProcviewProgressFunc; data is the struct progress. */
void progress_report(ProcviewStep step, guint done, guint total, gpointer data);
void progress_erase(struct progress *progress);
