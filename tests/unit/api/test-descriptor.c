/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Descriptors and files: each fact is told with whether it is known, and every descriptor finds
 * its table, also among tables that hold nothing.
 */
#include <fcntl.h>

#include "api/private.h"
#include "fixture.h"

static void
test_known(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = fixture_store();
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);
	ProcviewFile *null =
		procview_descriptor_get_file(procview_fd_table_get_descriptor(table, 0));
	guint flags, major, minor, mount_id;
	guint64 inode;
	gint64 pos;

	g_assert_cmpint(procview_file_get_kind(null), ==, PROCVIEW_KIND_CHARDEV);
	g_assert_cmpstr(procview_file_get_path(null), ==, "/dev/null");
	g_assert_cmpuint(procview_file_get_description(null), ==, 1);
	g_assert_false(procview_file_is_deleted(null));
	g_assert_true(procview_file_get_flags(null, &flags));
	g_assert_cmpuint(flags, ==, O_RDWR);
	g_assert_true(procview_file_get_pos(null, &pos));
	g_assert_cmpint(pos, ==, 0);
	g_assert_true(procview_file_get_inode(null, &inode));
	g_assert_cmpuint(inode, ==, 4);
	g_assert_true(procview_file_get_device(null, &major, &minor));
	g_assert_cmpuint(major, ==, 0);
	g_assert_cmpuint(minor, ==, 5);
	g_assert_true(procview_file_get_rdev(null, &major, &minor));
	g_assert_cmpuint(major, ==, 1);
	g_assert_cmpuint(minor, ==, 3);
	g_assert_true(procview_file_get_mount_id(null, &mount_id));
	g_assert_cmpuint(mount_id, ==, 25);
	/* A device has a number and no size; a regular file the other way round. */
	g_assert_false(procview_file_get_size_bytes(null, NULL));
}

static void
test_same_description(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = fixture_store();
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);
	ProcviewDescriptor *seven = procview_fd_table_find_descriptor(table, 7);
	ProcviewDescriptor *eight = procview_fd_table_find_descriptor(table, 8);
	ProcviewFile *file = procview_descriptor_get_file(seven);
	guint64 size = 0;

	g_assert_null(procview_fd_table_find_descriptor(table, 1));
	g_assert_true(procview_fd_table_get_descriptor(table, 2) == eight);
	g_assert_true(procview_descriptor_get_file(eight) == file);
	g_assert_cmpuint(procview_file_get_description(file), ==, 2);
	g_assert_true(procview_file_is_deleted(file));
	g_assert_true(procview_file_get_size_bytes(file, &size));
	g_assert_cmpuint(size, ==, 4096);
	g_assert_false(procview_file_get_rdev(file, NULL, NULL));
}

static void
test_cloexec(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = fixture_store();
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);
	gboolean cloexec = TRUE;

	g_assert_true(procview_descriptor_get_cloexec(procview_fd_table_get_descriptor(table, 0),
						      &cloexec));
	g_assert_false(cloexec);
	g_assert_true(procview_descriptor_get_cloexec(procview_fd_table_get_descriptor(table, 1),
						      &cloexec));
	g_assert_true(cloexec);
	g_assert_false(procview_descriptor_get_cloexec(procview_fd_table_get_descriptor(table, 2),
						       &cloexec));
	g_assert_false(cloexec);
}

/* A snapshot with one table, and one file with these flags. */
static ProcviewSnapshot *
with_flags(guint32 flags, guint known)
{
	static const gint32 tids[] = {5, 0};
	PvStore *store = pv_store_new();

	fixture_process(store, 5);
	fixture_task(store, 5, "five");
	fixture_table(store, tids);
	fixture_descriptor(store, 0, NULL);
	fixture_last_file(store)->flags = flags;
	fixture_last_file(store)->known = known;
	fixture_last_file(store)->pos = 99;
	fixture_last_file(store)->ino = 99;
	fixture_last_file(store)->dev = 99;
	fixture_last_file(store)->extent = 99;
	fixture_last_file(store)->mount_id = 99;
	fixture_seal(store);
	return store;
}

static ProcviewFile *
only_file(ProcviewSnapshot *snapshot)
{
	ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, 0);

	return procview_descriptor_get_file(procview_fd_table_get_descriptor(table, 0));
}

static void
test_unknown(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = with_flags(O_RDWR, 0);
	ProcviewFile *file = only_file(snapshot);
	guint flags = 1, major = 1, minor = 1, mount_id = 1;
	guint64 inode = 1, size = 1;
	gint64 pos = 1;

	g_assert_null(procview_file_get_path(file));
	g_assert_cmpuint(procview_file_get_description(file), ==, 0);
	g_assert_cmpint(procview_file_get_access(file), ==, PROCVIEW_ACCESS_NONE);
	g_assert_false(procview_file_is_deleted(file));
	g_assert_false(procview_file_get_flags(file, &flags));
	g_assert_false(procview_file_get_pos(file, &pos));
	g_assert_false(procview_file_get_size_bytes(file, &size));
	g_assert_false(procview_file_get_inode(file, &inode));
	g_assert_false(procview_file_get_device(file, &major, NULL));
	g_assert_false(procview_file_get_rdev(file, NULL, &minor));
	g_assert_false(procview_file_get_mount_id(file, &mount_id));
	g_assert_cmpuint(flags | major | minor | mount_id, ==, 0);
	g_assert_cmpuint(inode | size | (guint64)pos, ==, 0);
}

static void
assert_access(guint32 flags, ProcviewAccess access)
{
	g_autoptr(ProcviewSnapshot) snapshot = with_flags(flags, PV_FILE_FLAGS);

	g_assert_cmpint(procview_file_get_access(only_file(snapshot)), ==, access);
}

static void
test_access(void)
{
	assert_access(O_RDONLY | O_NONBLOCK, PROCVIEW_ACCESS_READ);
	assert_access(O_WRONLY, PROCVIEW_ACCESS_WRITE);
	assert_access(O_RDWR, PROCVIEW_ACCESS_READ | PROCVIEW_ACCESS_WRITE);
	assert_access(3, PROCVIEW_ACCESS_NONE);
	assert_access(O_PATH, PROCVIEW_ACCESS_NONE);
	assert_access(O_PATH | O_DIRECTORY, PROCVIEW_ACCESS_NONE);
}

/* Tables as a scan may leave them: some hold nothing and say any place, and the order in which
 * they were read need not be theirs. */
static void
test_table_of_descriptor(void)
{
	static const gint32 tids[][2] = {{5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}};
	static const guint first[] = {4, 0, 0, 3, 900};
	static const guint n[] = {6, 0, 3, 1, 0};
	g_autoptr(ProcviewSnapshot) snapshot = pv_store_new();

	fixture_process(snapshot, 5);
	for (gint tid = 5; tid < 10; tid++)
		fixture_task(snapshot, tid, "t");
	for (guint i = 0; i < 5; i++)
		fixture_table(snapshot, tids[i]);
	for (gint fd = 0; fd < 10; fd++)
		fixture_descriptor(snapshot, fd, NULL);
	for (guint i = 0; i < 5; i++) {
		pv_store_table(snapshot, i)->first_descriptor = first[i];
		pv_store_table(snapshot, i)->n_descriptors = n[i];
	}
	fixture_seal(snapshot);
	for (guint i = 0; i < 5; i++) {
		ProcviewFdTable *table = procview_snapshot_get_fd_table(snapshot, i);

		for (guint j = 0; j < n[i]; j++)
			g_assert_true(procview_descriptor_get_fd_table(
					      procview_fd_table_get_descriptor(table, j)) == table);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/api/descriptor/known", test_known);
	g_test_add_func("/api/descriptor/same-description", test_same_description);
	g_test_add_func("/api/descriptor/cloexec", test_cloexec);
	g_test_add_func("/api/descriptor/unknown", test_unknown);
	g_test_add_func("/api/descriptor/access", test_access);
	g_test_add_func("/api/descriptor/table", test_table_of_descriptor);
	return g_test_run();
}
