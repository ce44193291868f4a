/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What epoll, inotify and fanotify print of each thing that they watch. Pure.
 */
#pragma once

#include "backend/procfs/fdinfo-lines.h"
#include "core/store.h"

/* Each takes one line, or leaves it. FALSE: out of memory. */
gboolean pv_fdinfo_take_epoll(const PvLine *line, PvStore *store, guint32 file);
gboolean pv_fdinfo_take_inotify(const PvLine *line, PvStore *store, guint32 file);
gboolean pv_fdinfo_take_fanotify(const PvLine *line, PvStore *store, guint32 file);
