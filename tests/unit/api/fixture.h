/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Snapshots made by hand, for tests of what is done with one.
 *
 * Records are appended in the order in which they must lie: a process, its tasks, the next process,
 * …, then a table, its descriptors, the next table, …. A record that is returned may be filled
 * until the next one is appended.
 */
#pragma once

#include "core/store.h"

PvProcess *fixture_process(PvStore *store, gint32 pid);
/* Of the last process; the first one is its leader. With details, and without a table. */
PvTask *fixture_task(PvStore *store, gint32 tid, const char *comm);
/* Ended by 0. Whole, proven by kcmp, read by "pidfd", counted by nobody. */
PvTable *fixture_table(PvStore *store, const gint32 *tids);
/* In the last table, with a file of its own that nothing but the name is known of. */
PvDescriptor *fixture_descriptor(PvStore *store, gint32 fd, const char *path);
PvFile *fixture_last_file(PvStore *store);
PvString fixture_string(PvStore *store, const char *string);
void fixture_seal(PvStore *store);

/*
 * Sealed: process 2, a kernel thread; process 910 with the tasks 910 and 911, which share table 1,
 * 912, whose table 2 was denied, and 913, which has none. Table 1 holds the descriptors 0
 * (/dev/null) and 7, 8, both of the same file, a deleted one.
 */
PvStore *fixture_store(void);
