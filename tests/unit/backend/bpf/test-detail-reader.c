/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What becomes of the recorded records (record-details.c) in a store.
 */
#include <string.h>
#include <unistd.h>

#include "backend/bpf/decode.h"
#include "backend/bpf/detail-decode.h"
#include "backend/bpf/detail-reader.h"
#include "backend/examine.h"
#include "core/kind.h"

#define EVERYTHING (PV_COLLECT_DETAILED | PV_COLLECT_PATHS)

static char *recording;
static gsize recording_length;

/* The file of a descriptor, as far as the detailed records ask for it. */
static guint32
add_file(PvStore *store, const struct pv_wire_file *wire, guint kind)
{
	PvFile *file = pv_store_add_descriptor(store, wire->fd, PV_CLOEXEC_OFF);

	g_assert_nonnull(file);
	file->ino = wire->ino;
	file->kind = kind;
	return file->index;
}

static guint
kind_of(guint32 fd)
{
	switch (fd) {
	case 10:
		return PV_KIND_PIPE;
	case 17:
		return PV_KIND_MEMFD;
	default:
		return PV_KIND_UNKNOWN;
	}
}

/* All records; of sockets without what the kernel tells of listeners since 6.10, if so wanted. */
static PvStore *
read_all(guint collect, gboolean old)
{
	PvStore *store = pv_store_new();
	g_auto(PvBpfDetails) details;
	g_autoptr(GError) error = NULL;
	guint32 file = PV_NONE;
	gsize size;

	pv_bpf_details_init(&details, store, collect);
	for (gsize at = 0; at < recording_length; at += size) {
		const char *text = recording + at;
		g_autofree char *record = NULL;
		const struct pv_wire_file *wire;
		const char *name;

		g_assert_cmpint(pv_wire_frame(text, recording_length - at, &size), ==,
				PV_WIRE_GOOD);
		if (pv_wire_sort(text) == PV_WIRE_PLAIN) {
			g_assert_true(pv_wire_take_file(text, size, &wire, &name));
			file = add_file(store, wire, kind_of(wire->fd));
			continue;
		}
		record = g_memdup2(text, size);
		if (old && pv_wire_sort(text) == PV_WIRE_SOCKET)
			((struct pv_wire_socket *)record)->listener_ino = 0;
		pv_bpf_details_take(&details, file, record, size, &error);
		g_assert_no_error(error);
	}
	pv_bpf_details_finish(&details);
	return store;
}

static guint64
ino_of(const PvStore *store, gint32 fd)
{
	for (guint32 i = 0; i < store->descriptors.n; i++) {
		if (pv_store_descriptor(store, i)->fd == fd)
			return pv_store_file(store, pv_store_descriptor(store, i)->file)->ino;
	}
	g_assert_not_reached();
}

static const PvSocket *
socket_of(const PvStore *store, gint32 fd)
{
	for (guint i = 0; i < store->details.sockets.n; i++) {
		const PvSocket *socket = pv_array_at(&store->details.sockets, PvSocket, i);

		if (socket->ino == ino_of(store, fd))
			return socket;
	}
	g_assert_not_reached();
}

/* Whether the kernel says which, or only that the two have a name in common. */
static void
test_listener(gconstpointer data)
{
	PvStore *store = read_all(EVERYTHING, GPOINTER_TO_INT(data));

	g_assert_cmpuint(socket_of(store, 41)->listener_ino, ==, ino_of(store, 40));
	g_assert_cmpuint(socket_of(store, 43)->listener_ino, ==, 0);
	pv_store_unref(store);
}

static void
test_names(void)
{
	PvStore *store = read_all(EVERYTHING, FALSE);
	const PvSocket *listener = socket_of(store, 40);
	const PvSocket *abstract = socket_of(store, 42);

	g_assert_cmpstr(pv_store_string(store, listener->name), ==, "/home/w/listener");
	g_assert_false(listener->name_is_abstract);
	g_assert_true(abstract->name_is_abstract);
	g_assert_cmpuint(abstract->name_len, ==, 13);
	g_assert_cmpmem(pv_store_string(store, abstract->name), 13, "abstract\0name", 13);
	g_assert_false(socket_of(store, 41)->known & PV_SOCKET_NAME);
	pv_store_unref(store);
}

static void
test_facts(void)
{
	PvStore *store = read_all(EVERYTHING, FALSE);
	const PvFact *fact;

	pv_details_settle(&store->details);
	fact = pv_details_find_fact(&store->details, 0, PV_FACT_PIPE_CAPACITY_BYTES);
	g_assert_nonnull(fact);
	g_assert_cmpuint(fact->value, ==, 2 * sysconf(_SC_PAGESIZE));
	for (guint32 i = 0; i < store->files.n; i++) {
		if (pv_store_file(store, i)->kind != PV_KIND_MEMFD)
			continue;
		fact = pv_details_find_fact(&store->details, i, PV_FACT_MEMFD_NAME);
		g_assert_nonnull(fact);
		g_assert_cmpstr(pv_store_string(store, fact->value), ==, "detail of a memfd");
	}
	pv_store_unref(store);
}

static void
test_held(void)
{
	static const char *const paths[] = {"/home/w/sent", "anon_inode:[eventfd]",
					    "/home/w/fixed"};
	PvStore *store = read_all(EVERYTHING, FALSE);

	g_assert_cmpuint(store->details.holdings.n, ==, G_N_ELEMENTS(paths));
	for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
		const PvHolding *holding = pv_array_at(&store->details.holdings, PvHolding, i);
		const PvFile *file = pv_array_at(&store->details.held_files, PvFile, holding->file);

		g_assert_cmpstr(pv_store_string(store, file->path), ==, paths[i]);
		g_assert_cmpuint(holding->how, ==, i == 2 ? PV_HELD_FIXED : PV_HELD_IN_FLIGHT);
		g_assert_cmphex(holding->address & ~G_GUINT64_CONSTANT(1), !=, 0);
	}
	pv_store_unref(store);
}

/* A pass tells all; nothing is kept that was not asked for. */
static void
test_groups(void)
{
	PvStore *store = read_all(PV_COLLECT_LOCKS, FALSE);

	g_assert_cmpuint(store->details.locks.n, ==, 4);
	g_assert_cmpuint(store->details.facts.n, ==, 0);
	g_assert_cmpuint(store->details.sockets.n, ==, 0);
	g_assert_cmpuint(store->details.marks.n, ==, 0);
	g_assert_cmpuint(store->details.registrations.n, ==, 0);
	g_assert_cmpuint(store->details.holdings.n, ==, 0);
	pv_store_unref(store);
}

static void
test_cut(void)
{
	struct pv_wire_list_cut cut = {
		.head = PV_WIRE_HEAD(PV_WIRE_LIST_CUT, sizeof(cut)),
		.sort = PV_WIRE_REGISTRATION,
	};
	PvStore *store = pv_store_new();
	g_auto(PvBpfDetails) details;
	const PvCutList *list;

	pv_bpf_details_init(&details, store, PV_COLLECT_DETAILS);
	g_assert_true(pv_bpf_details_take(&details, 7, (const char *)&cut, sizeof(cut), NULL));
	cut.sort = PV_WIRE_LOCK;
	g_assert_true(pv_bpf_details_take(&details, 8, (const char *)&cut, sizeof(cut), NULL));
	g_assert_cmpuint(store->details.cut_lists.n, ==, 1);
	list = pv_array_at(&store->details.cut_lists, PvCutList, 0);
	g_assert_cmpuint(list->file, ==, 7);
	g_assert_cmphex(list->group, ==, PV_COLLECT_DETAILS);
	g_assert_false(list->locked);
	cut.sort = PV_WIRE_REGISTRATION | PV_WIRE_LIST_LOCKED;
	g_assert_true(pv_bpf_details_take(&details, 7, (const char *)&cut, sizeof(cut), NULL));
	g_assert_cmpuint(store->details.cut_lists.n, ==, 2);
	g_assert_true(pv_array_at(&store->details.cut_lists, PvCutList, 1)->locked);
	cut.sort = PV_WIRE_N_SORTS;
	g_assert_false(pv_bpf_details_take(&details, 7, (const char *)&cut, sizeof(cut), NULL));
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	int status;

	g_test_init(&argc, &argv, NULL);
#ifndef __x86_64__
	g_print("1..0 # SKIP recorded on x86-64, whose layout and flags this machine has not\n");
	return 0;
#endif
	path = g_test_build_filename(G_TEST_DIST, "tests", "data", "bpf", "details.bin", NULL);
	g_file_get_contents(path, &recording, &recording_length, &error);
	g_assert_no_error(error);
	g_test_add_data_func("/backend/bpf/detail-reader/listener", GINT_TO_POINTER(FALSE),
			     test_listener);
	g_test_add_data_func("/backend/bpf/detail-reader/listener-until-6.9", GINT_TO_POINTER(TRUE),
			     test_listener);
	g_test_add_func("/backend/bpf/detail-reader/names", test_names);
	g_test_add_func("/backend/bpf/detail-reader/facts", test_facts);
	g_test_add_func("/backend/bpf/detail-reader/held", test_held);
	g_test_add_func("/backend/bpf/detail-reader/groups", test_groups);
	g_test_add_func("/backend/bpf/detail-reader/cut", test_cut);
	status = g_test_run();
	g_free(recording);
	return status;
}
