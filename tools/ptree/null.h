/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <gio/gio.h>

/* A stream that writes to another, and NUL where a line ends. */
GOutputStream *null_stream_new(GOutputStream *base);
