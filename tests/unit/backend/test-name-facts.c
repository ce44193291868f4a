/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the kernel's names tell: of memfds that are called anything, and of namespaces.
 */
#include <string.h>

#include "backend/name-facts.h"
#include "core/kind.h"

static void
check(guint kind, const char *name, guint fact, const char *expected)
{
	PvStore *store = pv_store_new();
	PvFile *file = pv_array_append(&store->files);
	const PvFact *found;

	g_test_message("%s", name);
	file->kind = (guint8)kind;
	g_assert_true(pv_name_facts_note(store, file, name, strlen(name)));
	g_assert_cmpuint(store->details.facts.n, ==, expected == NULL ? 0 : 1);
	if (expected != NULL) {
		found = pv_details_find_fact(&store->details, 0, fact);
		g_assert_nonnull(found);
		g_assert_cmpstr(pv_store_string(store, (PvString)found->value), ==, expected);
	}
	pv_store_unref(store);
}

static void
test_memfds(void)
{
	static const char *const cases[][2] = {
		{"/memfd:x (deleted)", "x"},
		{"/memfd: (deleted)", ""},
		{"/memfd:a b/c\n (deleted)", "a b/c\n"},
		{"/memfd:x (deleted) (deleted)", "x (deleted)"},
		{"/memfd:x", "x"},
		{"/memf", NULL},
		{"/", NULL},
		{"", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		check(PV_KIND_MEMFD, cases[i][0], PV_FACT_MEMFD_NAME, cases[i][1]);
}

static void
test_namespaces(void)
{
	static const char *const cases[][2] = {
		{"net:[4026531833]", "net"},
		{"pid:[4026531836]", "pid"},
		{"/run/netns/a:b", NULL},
		{":[1]", NULL},
		{"net", NULL},
		{"", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		check(PV_KIND_NSFS, cases[i][0], PV_FACT_NAMESPACE_TYPE, cases[i][1]);
}

static void
test_others(void)
{
	check(PV_KIND_REGULAR, "/memfd:x (deleted)", 0, NULL);
	check(PV_KIND_REGULAR, "net:[1]", 0, NULL);
	check(PV_KIND_SOCKET, "socket:[1]", 0, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/name-facts/memfds", test_memfds);
	g_test_add_func("/backend/name-facts/namespaces", test_namespaces);
	g_test_add_func("/backend/name-facts/others", test_others);
	return g_test_run();
}
