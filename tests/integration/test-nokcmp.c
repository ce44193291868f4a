/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where the kernel, or whoever confines the program, has taken system calls away: containers often
 * forbid kcmp(2) and pidfd_getfd(2), old kernels lack them. Each case runs in a program of its own
 * that installs a filter on itself, because a filter cannot be taken off again.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "confine.h"
#include "pv-test.h"

/* And BPF, with which nothing else would be asked for. */
static void
forbid(long call, int with_errno)
{
	const long calls[] = {call, SYS_bpf};

	pv_test_forbid(calls, G_N_ELEMENTS(calls), with_errno);
}

/* The refusal of a step is told, with the interface that was refused and a reason. */
static void
assert_refused(ProcviewSnapshot *snapshot, ProcviewStep step, const char *backend)
{
	for (guint i = 0; i < procview_snapshot_get_n_refusals(snapshot); i++) {
		ProcviewStep refused_step;
		const char *refused;
		const char *why =
			procview_snapshot_get_refusal(snapshot, i, &refused_step, &refused);

		g_test_message("step %d, %s: %s", refused_step, refused, why);
		g_assert_nonnull(why);
		g_assert_cmpstr(why, !=, "");
		if (refused_step == step && strcmp(refused, backend) == 0)
			return;
	}
	g_error("no word of the refused %s", backend);
}

static ProcviewSnapshot *
scan(PvTestScene *scene, ProcviewBackend backend)
{
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	ProcviewSnapshot *snapshot = pv_test_scene_scan(scene, scanner);

	pv_test_assert_sane(snapshot);
	return snapshot;
}

static const ProcviewBackend backends[] = {
	PROCVIEW_BACKEND_AUTO,
	PROCVIEW_BACKEND_PIDFD,
	PROCVIEW_BACKEND_PROCFS,
};

/* The threads of a process are taken to share, and nothing is said of descriptions. */
static void
assert_assumed(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	int pid = pv_test_scene_number(scene, "process", 0, 0);
	ProcviewProcess *process = procview_snapshot_find_process(snapshot, pid);
	ProcviewFdTable *table = pv_test_table_of(snapshot, pid);

	g_assert_cmpuint(procview_snapshot_get_n_fd_tables(snapshot), ==, 1);
	g_assert_cmpint(procview_fd_table_get_proof(table), ==, PROCVIEW_PROOF_ASSUMED);
	g_assert_cmpint(procview_fd_table_get_status(table), ==, PROCVIEW_STATUS_OK);
	g_assert_cmpuint(procview_fd_table_get_n_tasks(table), ==,
			 procview_process_get_n_tasks(process));
	g_assert_cmpuint(procview_fd_table_get_n_descriptors(table), ==, 6);
	for (guint i = 0; i < procview_fd_table_get_n_descriptors(table); i++) {
		ProcviewDescriptor *descriptor = procview_fd_table_get_descriptor(table, i);
		ProcviewFile *file = procview_descriptor_get_file(descriptor);

		g_assert_cmpuint(procview_file_get_description(file), ==, 0);
		g_assert_nonnull(procview_file_get_path(file));
	}
}

static void
without_kcmp(int with_errno)
{
	g_autoptr(PvTestScene) threads = pv_test_scene_start("threads", NULL);
	g_autoptr(PvTestScene) zombies = pv_test_scene_start("zombies", NULL);
	g_autoptr(PvTestScene) zombie_leader = pv_test_scene_start("zombie-leader", NULL);
	g_autoptr(PvTestScene) sharers = pv_test_scene_start("clone-files", NULL);

	forbid(SYS_kcmp, with_errno);
	for (guint i = 0; i < G_N_ELEMENTS(backends); i++) {
		g_autoptr(ProcviewSnapshot) one = scan(threads, backends[i]);
		g_autoptr(ProcviewSnapshot) two = scan(zombies, backends[i]);
		g_autoptr(ProcviewSnapshot) three = scan(zombie_leader, backends[i]);
		g_autoptr(ProcviewSnapshot) four = scan(sharers, backends[i]);
		ProcviewTask *task;

		assert_assumed(threads, one);
		assert_refused(one, PROCVIEW_STEP_GROUPING, "kcmp");
		pv_test_assert_descriptors(threads, one);
		/* Zombies have no table, whoever says so. */
		for (guint j = 0; j < 2; j++) {
			task = procview_snapshot_find_task(
				two, pv_test_scene_number(zombies, "tableless", 0, j));
			g_assert_null(procview_task_get_fd_table(task));
		}
		task = procview_snapshot_find_task(
			three, pv_test_scene_number(zombie_leader, "tableless", 0, 0));
		g_assert_null(procview_task_get_fd_table(task));
		pv_test_assert_descriptors(zombie_leader, three);
		/* Across processes nothing can be assumed. */
		g_assert_cmpuint(procview_snapshot_get_n_fd_tables(four), ==, 2);
	}
}

/* Nobody can say who shares, so nobody does. */
static void
revalidate_without_kcmp(int with_errno)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("leavers", NULL);
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(ProcviewRevalidation) now = NULL;
	g_autoptr(GError) error = NULL;

	forbid(SYS_kcmp, with_errno);
	scanner = pv_test_scanner(PROCVIEW_BACKEND_AUTO);
	snapshot = pv_test_scene_scan(scene, scanner);
	pv_test_scene_step(scene, "unshare");
	pv_test_scene_step(scene, "exit-thread");
	now = procview_scanner_revalidate(scanner, procview_snapshot_get_fd_table(snapshot, 0),
					  NULL, &error);
	g_assert_no_error(error);
	g_assert_false(procview_revalidation_is_valid(now));
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_EXITED), ==, 1);
	g_assert_cmpuint(procview_revalidation_count(now, PROCVIEW_MEMBERSHIP_SHARING), ==, 0);
}

/* By name it is an error, by itself the library takes what works, and says so. */
static void
without_pidfd(long call, int with_errno)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("unshared-leader", NULL);
	g_autoptr(ProcviewScanner) scanner = NULL;
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GError) error = NULL;

	forbid(call, with_errno);
	snapshot = scan(scene, PROCVIEW_BACKEND_AUTO);
	pv_test_assert_scene(scene, snapshot);
	g_assert_cmpstr(procview_snapshot_get_backend_name(snapshot, PROCVIEW_STEP_FILES), ==,
			"procfs");
	assert_refused(snapshot, PROCVIEW_STEP_FILES, "pidfd");
	scanner = procview_scanner_new_with_backend(PROCVIEW_BACKEND_PIDFD, &error);
	g_assert_null(scanner);
	g_assert_true(g_error_matches(error, PROCVIEW_ERROR, PROCVIEW_ERROR_NOT_SUPPORTED) ||
		      g_error_matches(error, PROCVIEW_ERROR, PROCVIEW_ERROR_PERMISSION));
	g_test_message("%s", error->message);
}

/* Runs the body in a program of its own: this one again, with this one test. */
#define CONFINED(name, body)                                                                       \
	static void name(void)                                                                     \
	{                                                                                          \
		if (g_test_subprocess()) {                                                         \
			body;                                                                      \
			return;                                                                    \
		}                                                                                  \
		g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);                 \
		g_test_trap_assert_passed();                                                       \
	}

CONFINED(kcmp_eperm, without_kcmp(EPERM))
CONFINED(kcmp_enosys, without_kcmp(ENOSYS))
CONFINED(revalidate_eperm, revalidate_without_kcmp(EPERM))
CONFINED(revalidate_enosys, revalidate_without_kcmp(ENOSYS))
CONFINED(getfd_eperm, without_pidfd(SYS_pidfd_getfd, EPERM))
CONFINED(getfd_enosys, without_pidfd(SYS_pidfd_getfd, ENOSYS))
CONFINED(open_eperm, without_pidfd(SYS_pidfd_open, EPERM))
CONFINED(open_enosys, without_pidfd(SYS_pidfd_open, ENOSYS))

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	/* The control: without a filter all of it works. */
	pv_test_require_kcmp();
	pv_test_require_pidfd();
	g_test_add_func("/nokcmp/kcmp/eperm", kcmp_eperm);
	g_test_add_func("/nokcmp/kcmp/enosys", kcmp_enosys);
	g_test_add_func("/nokcmp/revalidate/eperm", revalidate_eperm);
	g_test_add_func("/nokcmp/revalidate/enosys", revalidate_enosys);
	g_test_add_func("/nokcmp/pidfd-getfd/eperm", getfd_eperm);
	g_test_add_func("/nokcmp/pidfd-getfd/enosys", getfd_enosys);
	g_test_add_func("/nokcmp/pidfd-open/eperm", open_eperm);
	g_test_add_func("/nokcmp/pidfd-open/enosys", open_enosys);
	return g_test_run();
}
