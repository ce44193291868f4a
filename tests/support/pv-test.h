/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What integration tests share: requirements, scenes of the workload program, and the comparison
 * of a snapshot with what a scene says it did.
 *
 * A requirement that is not met ends the whole program with a TAP plan of no tests and the reason:
 * in TAP that is what exit status 77 is elsewhere. So tests with different needs are different
 * programs.
 */
#pragma once

#include <sys/types.h>

#include <procview/procview.h>

/* Begins a test program; no test of it may take longer than that, or the program is killed. */
void pv_test_init(int *argc, char ***argv, guint limit_seconds);
void pv_test_skip_all(const char *reason, ...) G_GNUC_PRINTF(1, 2) G_GNUC_NORETURN;
void pv_test_require_root(void);
void pv_test_require_kcmp(void);
void pv_test_require_pidfd(void);
void pv_test_require_bpf(void);

/* Registers PATH/auto, PATH/bpf, PATH/pidfd and PATH/procfs; the function gets the backend. */
typedef void PvTestFunc(ProcviewBackend backend);
void pv_test_add(const char *path, PvTestFunc *func);
const char *pv_test_backend_name(ProcviewBackend backend);
/*
 * NULL: the backend cannot be used here, and the test is marked as skipped. Where BPF must work
 * (root with its capabilities, a kernel with BTF, a build with the backend) that is a failure.
 */
ProcviewScanner *pv_test_scanner(ProcviewBackend backend);
/* The same, and the test goes on without it: NULL, and why in a message. */
ProcviewScanner *pv_test_scanner_if_any(ProcviewBackend backend);
/* Which backend a step of this snapshot was served by: "auto" may have been any. */
gboolean pv_test_served_by(ProcviewSnapshot *snapshot, ProcviewStep step, const char *backend);

/* A running scene. */
typedef struct _PvTestScene PvTestScene;

/* Parameters as PARAM=VALUE, ended by NULL. NULL: not available, the test is marked as skipped. */
PvTestScene *pv_test_scene_start(const char *name, ...) G_GNUC_NULL_TERMINATED;
void pv_test_scene_step(PvTestScene *scene, const char *step);
void pv_test_scene_end(PvTestScene *scene);
/* The values that were said for a key, in order; never NULL. */
GPtrArray *pv_test_scene_all(PvTestScene *scene, const char *key);
/* The numbers of a value, whatever separates them. */
GArray *pv_test_numbers(const char *value);
/* One number of one value; the test fails if it is not there. */
int pv_test_scene_number(PvTestScene *scene, const char *key, guint line, guint column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PvTestScene, pv_test_scene_end)

/* What a scene says of one descriptor. */
typedef struct {
	int tid;
	int fd;
	guint64 ino;
	guint64 n_links;
	guint major;
	guint minor;
	guint flags;
	gint64 pos; /* -1: has none */
	gboolean cloexec;
	gboolean unlinked;
	gboolean foretold; /* the path is */
	char *path;	   /* NULL: the kernel cannot tell it */
	char *kind;
} PvTestDescriptor;

GPtrArray *pv_test_scene_descriptors(PvTestScene *scene);

/* A query for the processes of a scene. */
ProcviewQuery *pv_test_scene_query(PvTestScene *scene, ProcviewCollect collect);
/* Scans the processes of a scene; with a scanner of that backend, NULL if it cannot be had. */
ProcviewSnapshot *pv_test_scene_collect(PvTestScene *scene, ProcviewScanner *scanner,
					ProcviewCollect collect);
ProcviewSnapshot *pv_test_scene_collect_by(PvTestScene *scene, ProcviewBackend backend,
					   ProcviewCollect collect);
/* The same with PROCVIEW_COLLECT_ALL. */
ProcviewSnapshot *pv_test_scene_scan(PvTestScene *scene, ProcviewScanner *scanner);

/* The comparisons: each is about all that the scene has said. */
void pv_test_assert_tables(PvTestScene *scene, ProcviewSnapshot *snapshot);
void pv_test_assert_descriptors(PvTestScene *scene, ProcviewSnapshot *snapshot);
void pv_test_assert_descriptions(PvTestScene *scene, ProcviewSnapshot *snapshot);
void pv_test_assert_scene(PvTestScene *scene, ProcviewSnapshot *snapshot);
/* The same for a snapshot that holds more than the scene. */
void pv_test_assert_within(PvTestScene *scene, ProcviewSnapshot *snapshot);
/*
 * The same while other processes leave their tables all the time. How many of the scene's tables
 * could not be confirmed and say so; what is said of them must be right nevertheless.
 */
guint pv_test_assert_within_storm(PvTestScene *scene, ProcviewSnapshot *snapshot);
/* Only who shares which table, and how many descriptors it has. */
guint pv_test_assert_tables_within_storm(PvTestScene *scene, ProcviewSnapshot *snapshot);
/* No descriptor of any scene leads to a file of this one, but those that it says. */
void pv_test_assert_exclusive(PvTestScene *scene, ProcviewSnapshot *snapshot);
/* Numbers and credentials of the processes, as they had them from the kernel. */
void pv_test_assert_ids(PvTestScene *scene, ProcviewSnapshot *snapshot);
/* What is true of any snapshot, whatever happened while it was taken. */
void pv_test_assert_sane(ProcviewSnapshot *snapshot);

/* The table of a task that must have one. */
ProcviewFdTable *pv_test_table_of(ProcviewSnapshot *snapshot, int tid);
ProcviewFile *pv_test_file_of(ProcviewSnapshot *snapshot, int tid, int fd);
/* The open descriptors of this process, as "FD LINK" lines. */
char *pv_test_own_descriptors(void);
guint pv_test_own_threads(void);
/* Of a thread of this process that is listed: who was joined may be so for a moment yet. */
gboolean pv_test_is_exiting(const char *tid);
