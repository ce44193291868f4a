/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Files that no descriptor leads to: in the queue of a socket, registered with a ring, or mapped.
 *
 * BPF looks into queues and rings. The others know from fdinfo what a ring has, by name, and of a
 * queue how many files are in it; they tell no more, and nothing that is wrong. Up to 6.12 fdinfo has
 * the last part of the name alone, so that no path is known.
 */
#include <string.h>

#include "pv-test.h"

typedef struct {
	int tid;
	int fd;
	gboolean in_ring;
	guint slot;
	char *kind;
	char *device;
	guint64 inode;
	char *path;
} Told;

static char *
from_hex(const char *text)
{
	gsize n = strlen(text) / 2;
	char *bytes = g_malloc0(n + 1);

	for (gsize i = 0; i < n; i++)
		bytes[i] = (char)(g_ascii_xdigit_value(text[2 * i]) << 4 |
				  g_ascii_xdigit_value(text[2 * i + 1]));
	return bytes;
}

/* TID:FD:HOW:SLOT:KIND:MAJ.MIN:INO:PATH */
static Told *
parse(const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", -1);
	Told *told = g_new0(Told, 1);

	g_assert_cmpuint(g_strv_length(parts), ==, 8);
	told->tid = atoi(parts[0]);
	told->fd = atoi(parts[1]);
	told->in_ring = strcmp(parts[2], "ring") == 0;
	told->slot = (guint)atoi(parts[3]);
	told->kind = g_strdup(parts[4]);
	told->device = g_strdup(parts[5]);
	told->inode = g_ascii_strtoull(parts[6], NULL, 10);
	told->path = from_hex(parts[7]);
	return told;
}

static void
told_free(Told *told)
{
	g_free(told->kind);
	g_free(told->device);
	g_free(told->path);
	g_free(told);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Told, told_free)

static gboolean
is_in_fdinfo(const Told *told)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/fdinfo/%d", told->tid, told->fd);
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return strstr(text, told->path) != NULL;
}

/* The path is enough to know it by; the rest must be right where it is known. */
static ProcviewHolding *
find(ProcviewSnapshot *snapshot, const Told *told, gboolean by_bpf)
{
	const char *path = by_bpf || is_in_fdinfo(told) ? told->path : NULL;

	for (guint i = 0; i < procview_snapshot_get_n_holdings(snapshot); i++) {
		ProcviewHolding *here = procview_snapshot_get_holding(snapshot, i);
		gboolean in_ring = procview_holding_get_held_by(here) == PROCVIEW_HELD_BY_RING;

		if (in_ring != told->in_ring ||
		    (in_ring && procview_holding_get_slot(here) != told->slot))
			continue;
		if (g_strcmp0(procview_file_get_path(procview_holding_get_file(here)), path) == 0)
			return here;
	}
	return NULL;
}

static void
check_file(ProcviewFile *file, const Told *told, gboolean by_bpf)
{
	guint major, minor;
	guint64 inode;

	if (by_bpf)
		g_assert_cmpstr(procview_kind_to_string(procview_file_get_kind(file)), ==,
				told->kind);
	g_assert_true(!by_bpf || procview_file_get_inode(file, NULL));
	if (procview_file_get_inode(file, &inode))
		g_assert_cmpuint(inode, ==, told->inode);
	if (procview_file_get_device(file, &major, &minor)) {
		g_autofree char *device = g_strdup_printf("%u.%u", major, minor);

		g_assert_cmpstr(device, ==, told->device);
	}
}

static guint
check_holding(ProcviewSnapshot *snapshot, const char *line)
{
	g_autoptr(Told) told = parse(line);
	ProcviewFdTable *table = pv_test_table_of(snapshot, told->tid);
	gboolean by_bpf = strcmp(procview_fd_table_get_backend_name(table), "bpf") == 0;
	ProcviewFile *holder = pv_test_file_of(snapshot, told->tid, told->fd);
	ProcviewHolding *here = find(snapshot, told, by_bpf);

	/* In the queue of a socket that no descriptor leads to, because nobody has accepted it yet. */
	if ((!by_bpf && !told->in_ring) || strstr(told->path, "unaccepted") != NULL) {
		g_assert_null(here);
		return 0;
	}
	if (here == NULL) {
		g_printerr("# %s is not there\n", told->path);
		return 1;
	}
	check_file(procview_holding_get_file(here), told, by_bpf);
	if (procview_holding_get_holder(here) == holder)
		return 0;
	g_printerr("# %s is held by another\n", told->path);
	return 1;
}

static guint
n_held(PvTestScene *scene, int fd, const char *key)
{
	GPtrArray *lines = pv_test_scene_all(scene, key);
	guint n = 0;

	for (guint i = 0; i < lines->len; i++)
		n += pv_test_scene_number(scene, key, i, 1) == fd;
	return n;
}

/* What every backend can tell of a queue. */
static void
check_in_flight(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	static const int queues[] = {10, 12};

	for (guint i = 0; i < G_N_ELEMENTS(queues); i++) {
		int pid = pv_test_scene_number(scene, "process", 0, 0);
		ProcviewFile *file = pv_test_file_of(snapshot, pid, queues[i]);
		ProcviewSocket *socket = procview_file_get_socket(file);
		guint n = 0;

		g_assert_nonnull(socket);
		if (procview_socket_get_n_in_flight(socket, &n))
			g_assert_cmpuint(n, ==,
					 n_held(scene, queues[i], "held") +
						 n_held(scene, queues[i], "held-too"));
		else
			g_test_message("nothing is known of queue %d", queues[i]);
	}
}

static void
holdings(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("held", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *held, *too;
	guint n = 0;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_EVERYTHING);
	pv_test_assert_scene(scene, snapshot);
	held = pv_test_scene_all(scene, "held");
	too = pv_test_scene_all(scene, "held-too");
	for (guint i = 0; i < held->len; i++)
		n += check_holding(snapshot, g_ptr_array_index(held, i));
	for (guint i = 0; i < too->len; i++)
		n += check_holding(snapshot, g_ptr_array_index(too, i));
	g_assert_cmpuint(n, ==, 0);
	g_assert_cmpuint(procview_snapshot_get_n_holdings(snapshot), <=, held->len + too->len);
	check_in_flight(scene, snapshot);
}

/* Only with %PROCVIEW_COLLECT_HOLDINGS, and with nothing else. */
static void
alone(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("held", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) with = NULL;
	g_autoptr(ProcviewSnapshot) without = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	with = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_HOLDINGS);
	without = pv_test_scene_collect(scene, scanner,
					PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_DETAILS);
	g_assert_cmpuint(procview_snapshot_get_n_holdings(with), >, 0);
	g_assert_cmpuint(procview_snapshot_get_n_holdings(without), ==, 0);
	pv_test_assert_scene(scene, without);
}

/* That a descriptor leads to it, and a ring has it too, makes it one file. */
static void
held_twice(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("held", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	ProcviewFile *file;
	guint n = 0;
	int pid;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_EVERYTHING);
	pid = pv_test_scene_number(scene, "process", 0, 0);
	if (strcmp(procview_fd_table_get_backend_name(pv_test_table_of(snapshot, pid)), "bpf") != 0)
		return;
	file = pv_test_file_of(snapshot, pid, 17);
	for (guint i = 0; i < procview_snapshot_get_n_holdings(snapshot); i++)
		n += procview_holding_get_file(procview_snapshot_get_holding(snapshot, i)) == file;
	g_assert_cmpuint(n, ==, 2);
}

/* PID:MAJ.MIN:INO:PATH */
static void
mapped_only(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("held", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	GPtrArray *lines;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_MAPPINGS);
	lines = pv_test_scene_all(scene, "mapped");
	g_assert_cmpuint(lines->len, ==, 2);
	for (guint i = 0; i < lines->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(lines, i), ":", -1);
		g_autofree char *path = from_hex(parts[3]);
		ProcviewProcess *process = procview_snapshot_find_process(snapshot, atoi(parts[0]));
		ProcviewMemory *memory = procview_process_get_memory(process);
		ProcviewMapping *found = NULL;
		guint64 inode;

		g_assert_nonnull(memory);
		for (guint j = 0; j < procview_memory_get_n_mappings(memory); j++) {
			ProcviewMapping *mapping = procview_memory_get_mapping(memory, j);

			if (g_strcmp0(procview_mapping_get_path(mapping), path) == 0)
				found = mapping;
		}
		g_assert_nonnull(found);
		g_assert_true(procview_mapping_get_inode(found, &inode));
		g_assert_cmpuint(inode, ==, g_ascii_strtoull(parts[2], NULL, 10));
		g_assert_cmpuint(procview_mapping_get_size_bytes(found), ==, 8192);
		g_assert_cmpint(
			(procview_mapping_get_flags(found) & PROCVIEW_MAPPING_FLAGS_SHARED) != 0,
			==, strstr(path, "shared") != NULL);
	}
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	pv_test_add("/held/holdings", holdings);
	pv_test_add("/held/alone", alone);
	pv_test_add("/held/twice", held_twice);
	pv_test_add("/held/mapped-only", mapped_only);
	return g_test_run();
}
