/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The other side of a runner: a process that is one contestant and nothing else, so that its memory
 * and its processor time are its own.
 */
#pragma once

#include "contestants.h"

/* Serves stdin until its end; returns the exit status. */
int worker_main(const Contestant *contestant);
