/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A process whose files have something to tell.
 */
#pragma once

/* In a network namespace of its own. Numbers of descriptors are those that test-detail-decode.c has. */
void open_detailed_files(void);
