/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Open file descriptions by kcmp(2), where one of the descriptors that are compared is closed, or
 * opened again, at any moment: nobody else's answer depends on it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/examine.h"
#include "core/kind.h"
#include "grouping/describe.h"

#define N	  12
#define SPEAKER	  100
#define FIRST_SET ((const gint32[N]){50, 10, 90, 50, 30, 70, 20, 60, 40, 80, 10, 90})
#define CLOSED	  0

/* All are of one inode. The order of the kernel's objects is that of their numbers. */
typedef struct {
	gint32 objects[N];
	guint n_calls;
	guint change_at; /* that call, and the calls from then on, every so many */
	guint every;	 /* 0: once */
	guint fd;
	gint32 to;
} Kernel;

static void
let_happen(Kernel *kernel)
{
	guint since = kernel->n_calls - kernel->change_at;

	if (kernel->n_calls++ < kernel->change_at || kernel->change_at == 0)
		return;
	if (since == 0 || (kernel->every > 0 && since % kernel->every == 0))
		kernel->objects[kernel->fd] =
			kernel->every > 0 ? 100 - kernel->objects[kernel->fd] + 1 : kernel->to;
}

static int
answer(gint32 tid, gint32 other_tid, int type, gulong fd, gulong other_fd, gpointer user_data)
{
	Kernel *kernel = user_data;
	gint32 x, y;

	let_happen(kernel);
	x = kernel->objects[fd];
	y = kernel->objects[other_fd];
	if (x == CLOSED || y == CLOSED)
		return -EBADF;
	return x == y ? 0 : x < y ? 1 : 2;
}

static PvStore *
make_store(void)
{
	PvStore *store = pv_store_new();
	PvTable *table = pv_array_append(&store->tables);

	table->n_descriptors = N;
	for (guint i = 0; i < N; i++) {
		PvFile *file = pv_store_add_descriptor(store, i, PV_CLOEXEC_OFF);

		file->ino = 5;
		file->mode = S_IFREG | 0644;
		file->kind = PV_KIND_REGULAR;
		file->flags = O_RDWR;
		file->known = PV_FILE_INODE | PV_FILE_FLAGS;
	}
	return store;
}

static PvStore *
describe(Kernel *kernel)
{
	const gint32 speaker = SPEAKER;
	PvStore *store = make_store();
	PvKcmp kcmp = {0};

	pv_kcmp_init(&kcmp);
	kcmp.call = answer;
	kcmp.user_data = kernel;
	memcpy(kernel->objects, FIRST_SET, sizeof(kernel->objects));
	kernel->n_calls = 0;
	g_assert_true(pv_describe(store, &kcmp, &speaker, NULL, NULL));
	return store;
}

static gboolean
is_described(const PvStore *store, guint fd)
{
	return (pv_store_file(store, pv_store_descriptor(store, fd)->file)->known &
		PV_FILE_DESCRIBED) != 0;
}

static gboolean
is_same(const PvStore *store, guint fd, guint other)
{
	return pv_store_descriptor(store, fd)->file == pv_store_descriptor(store, other)->file;
}

/* What is told of all but that one is right; of how many others nothing is told. */
static guint
check_others(const PvStore *store, guint but)
{
	guint n_unknown = 0;

	for (guint i = 0; i < N; i++) {
		if (i == but)
			continue;
		n_unknown += !is_described(store, i);
		for (guint j = 0; j < i && is_described(store, i); j++) {
			if (j != but && is_described(store, j))
				g_assert_cmpint(is_same(store, i, j), ==,
						FIRST_SET[i] == FIRST_SET[j]);
		}
	}
	return n_unknown;
}

static void
test_quiet(void)
{
	Kernel kernel = {0};
	PvStore *store = describe(&kernel);

	g_assert_cmpuint(check_others(store, N), ==, 0);
	g_assert_cmpuint(store->files.n, ==, 9);
	pv_store_unref(store);
}

static void
check_change(guint fd, gint32 to, guint max_unknown)
{
	Kernel kernel = {.fd = fd, .to = to, .change_at = 1};

	do {
		PvStore *store = describe(&kernel);

		g_assert_cmpuint(check_others(store, fd), <=, max_unknown);
		pv_store_unref(store);
	} while (++kernel.change_at < kernel.n_calls);
	g_assert_cmpuint(kernel.change_at, >, N);
}

/* Of a like that was compared with it already nothing is told either. */
static void
test_closed(void)
{
	for (guint fd = 0; fd < N; fd++)
		check_change(fd, CLOSED, 1);
}

static void
test_opened_again(void)
{
	for (guint fd = 0; fd < N; fd++) {
		check_change(fd, 5, 0);
		check_change(fd, 55, 0);
		check_change(fd, 95, 0);
	}
}

/* Faster than it can be compared. */
static void
test_never_still(void)
{
	for (guint every = 1; every < 20; every++) {
		Kernel kernel = {.fd = 4, .change_at = 1, .every = every};
		PvStore *store = describe(&kernel);

		check_others(store, kernel.fd);
		pv_store_unref(store);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grouping/describe/quiet", test_quiet);
	g_test_add_func("/grouping/describe/closed", test_closed);
	g_test_add_func("/grouping/describe/opened-again", test_opened_again);
	g_test_add_func("/grouping/describe/never-still", test_never_still);
	return g_test_run();
}
