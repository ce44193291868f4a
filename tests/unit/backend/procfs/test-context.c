/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where a process stands, learned in both ways: through a pidfd, and from the links of /proc.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "backend/procfs/context.h"
#include "backend/procfs/lister.h"
#include "backend/registry.h"

static const char *const names[PV_N_NAMESPACES] = {"cgroup", "ipc",  "mnt",  "net",
						   "pid",    "time", "user", "uts"};

/* This process, or a child of it, as the lister leaves it. */
static PvStore *
list_one(const PvContext *context, guint collect, gint32 pid)
{
	g_autoptr(GError) error = NULL;
	PvStore *store = pv_store_new();
	PvQuery *query = pv_query_new();

	pv_query_set_collect(query, collect);
	g_assert_true(pv_procfs_list_one(context, query, pid, store, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(store->processes.n, ==, 1);
	pv_query_unref(query);
	return store;
}

static void
probe(PvContext *context)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_context_probe(context, NULL, &error));
	g_assert_no_error(error);
	if (context->foreign)
		g_error("/proc is of another pid namespace");
}

static guint32
inode_of(gint32 pid, const char *name)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/ns/%s", pid, name);
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_ino;
}

static void
assert_namespaces(const PvProcess *process, gint32 pid)
{
	g_assert_cmpuint(inode_of(getpid(), "mnt"), !=, 0);
	for (guint i = 0; i < PV_N_NAMESPACES; i++)
		g_assert_cmpuint(process->namespaces[i], ==, inode_of(pid, names[i]));
}

static void
assert_directories(const PvStore *store, const PvProcess *process)
{
	g_autofree char *cwd = g_file_read_link("/proc/self/cwd", NULL);
	g_autofree char *root = g_file_read_link("/proc/self/root", NULL);

	g_assert_cmpstr(pv_store_string(store, process->cwd), ==, cwd);
	g_assert_cmpstr(pv_store_string(store, process->root), ==, root);
}

static gboolean
has_calls(gboolean *has_cgroup)
{
	pv_autofd pidfd = pv_pidfd_open(getpid(), FALSE);
	guint32 inode;

	*has_cgroup = pidfd >= 0 && pv_pidfd_cgroup_id(pidfd) != 0;
	return pidfd >= 0 && pv_pidfd_namespace(pidfd, PV_PIDFD_UTS_NAMESPACE, &inode) == 0;
}

static void
test_by_links(void)
{
	PvContext context;
	PvStore *store;

	probe(&context);
	context.foreign = TRUE;
	store = list_one(&context, PV_COLLECT_CONTEXT, getpid());
	g_assert_cmpuint(pv_store_task(store, 0)->identity, ==, 0);
	assert_namespaces(pv_store_process(store, 0), getpid());
	assert_directories(store, pv_store_process(store, 0));
	g_assert_cmpuint(pv_store_process(store, 0)->cgroup_id, ==, 0);
	pv_store_unref(store);
}

static void
test_by_pidfd(void)
{
	PvContext context;
	PvStore *store;
	gboolean has_cgroup;

	probe(&context);
	has_calls(&has_cgroup);
	store = list_one(&context, PV_COLLECT_CONTEXT, getpid());
	assert_namespaces(pv_store_process(store, 0), getpid());
	assert_directories(store, pv_store_process(store, 0));
	g_assert_cmpint(pv_store_process(store, 0)->cgroup_id != 0, ==, has_cgroup);
	pv_store_unref(store);
}

/* What is known of a process whose directory is empty has not come from it. */
static void
read_without_links(const PvContext *context, PvStore *store)
{
	g_autofree char *path = g_dir_make_tmp(NULL, NULL);
	pv_autofd empty = pv_open_dir(AT_FDCWD, path);
	g_auto(PvBuffer) text = {0};

	g_assert_cmpint(empty, >=, 0);
	g_assert_cmpint(
		pv_procfs_read_context(context, store, pv_store_process(store, 0), empty, &text),
		==, 0);
	g_assert_cmpint(rmdir(path), ==, 0);
	g_assert_cmpuint(pv_store_process(store, 0)->cwd, ==, 0);
	g_assert_cmpuint(pv_store_process(store, 0)->root, ==, 0);
}

static void
test_without_links(void)
{
	PvContext context;
	PvStore *store;
	gboolean has_cgroup;

	probe(&context);
	if (!has_calls(&has_cgroup)) {
		g_test_skip("a pidfd does not lead to namespaces here");
		return;
	}
	store = list_one(&context, 0, getpid());
	read_without_links(&context, store);
	assert_namespaces(pv_store_process(store, 0), getpid());
	pv_store_unref(store);
}

/* The number belongs to another process than the one that was listed. */
static void
test_another_process(void)
{
	static const guint32 unknown[PV_N_NAMESPACES] = {0};
	PvContext context;
	PvStore *store;

	probe(&context);
	store = list_one(&context, 0, getpid());
	pv_store_task(store, 0)->identity ^= 1;
	read_without_links(&context, store);
	g_assert_cmpmem(pv_store_process(store, 0)->namespaces, sizeof(unknown), unknown,
			sizeof(unknown));
	g_assert_cmpuint(pv_store_process(store, 0)->cgroup_id, ==, 0);
	/* What is known from elsewhere stays. */
	pv_store_process(store, 0)->cgroup_id = 77;
	read_without_links(&context, store);
	g_assert_cmpuint(pv_store_process(store, 0)->cgroup_id, ==, 77);
	pv_store_unref(store);
}

static void
assert_zombie(const PvContext *context, gint32 pid)
{
	PvStore *store = list_one(context, PV_COLLECT_CONTEXT, pid);
	const PvProcess *process = pv_store_process(store, 0);

	g_assert_cmpint(pv_store_task(store, 0)->state, ==, 'Z');
	assert_namespaces(process, pid);
	g_assert_cmpuint(process->namespaces[PV_NAMESPACE_PID], !=, 0);
	g_assert_cmpuint(process->namespaces[PV_NAMESPACE_USER], !=, 0);
	g_assert_cmpuint(process->namespaces[PV_NAMESPACE_NET], ==, 0);
	g_assert_cmpuint(process->cwd, ==, 0);
	g_assert_cmpuint(process->root, ==, 0);
	pv_store_unref(store);
}

static void
test_zombie(void)
{
	PvContext context;
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	g_assert_cmpint(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), ==, 0);
	probe(&context);
	assert_zombie(&context, pid);
	context.foreign = TRUE;
	assert_zombie(&context, pid);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
test_look_up(void)
{
	PvContext context;
	PvStore *store;
	PvProcess *process;
	PvTask *leader;

	probe(&context);
	store = list_one(&context, 0, getpid());
	process = pv_store_process(store, 0);
	leader = pv_store_task(store, 0);
	process->known |= PV_PROCESS_LONG_CONTEXT;
	g_assert_cmpint(pv_procfs_look_up_context(&context, store, process), ==, 0);
	g_assert_false(process->known & PV_PROCESS_LONG_CONTEXT);
	assert_namespaces(process, getpid());
	assert_directories(store, process);

	/* Without an identity by the time of birth, and without that not at all. */
	leader->identity = 0;
	memset(process->namespaces, 0, sizeof(process->namespaces));
	g_assert_cmpint(pv_procfs_look_up_context(&context, store, process), ==, 0);
	assert_namespaces(process, getpid());
	memset(process->namespaces, 0, sizeof(process->namespaces));
	leader->start_time_ns += 10000000;
	process->known |= PV_PROCESS_LONG_CONTEXT;
	g_assert_cmpint(pv_procfs_look_up_context(&context, store, process), ==, -ESRCH);
	leader->start_time_ns = 0;
	g_assert_cmpint(pv_procfs_look_up_context(&context, store, process), ==, -ESRCH);
	/* Where there are identities nobody has that one. */
	leader->identity = 1;
	if (context.pidfd.identity)
		g_assert_cmpint(pv_procfs_look_up_context(&context, store, process), ==, -ESRCH);
	g_assert_cmpuint(process->namespaces[PV_NAMESPACE_MNT], ==, 0);
	g_assert_true(process->known & PV_PROCESS_LONG_CONTEXT);
	pv_store_unref(store);
}

static guint
count_open(void)
{
	pv_autofd dir = pv_open_dir(AT_FDCWD, "/proc/self/fd");
	g_auto(PvBuffer) numbers = {0};

	g_assert_cmpint(pv_list_numbers(dir, &numbers), ==, 0);
	return pv_numbers_count(&numbers);
}

static void
test_leaves_nothing_open(void)
{
	guint before = count_open();
	PvContext context;
	PvStore *store;

	probe(&context);
	store = list_one(&context, PV_COLLECT_CONTEXT, getpid());
	g_assert_cmpuint(count_open(), ==, before);
	g_assert_cmpint(pv_procfs_look_up_context(&context, store, pv_store_process(store, 0)), ==,
			0);
	pv_store_task(store, 0)->identity ^= 1;
	g_assert_cmpint(pv_procfs_look_up_context(&context, store, pv_store_process(store, 0)), <,
			0);
	g_assert_cmpuint(count_open(), ==, before);
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/context/by-links", test_by_links);
	g_test_add_func("/backend/procfs/context/by-pidfd", test_by_pidfd);
	g_test_add_func("/backend/procfs/context/without-links", test_without_links);
	g_test_add_func("/backend/procfs/context/another-process", test_another_process);
	g_test_add_func("/backend/procfs/context/zombie", test_zombie);
	g_test_add_func("/backend/procfs/context/look-up", test_look_up);
	g_test_add_func("/backend/procfs/context/leaves-nothing-open", test_leaves_nothing_open);
	return g_test_run();
}
