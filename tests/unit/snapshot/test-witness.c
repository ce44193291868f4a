/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Two threads share a table and one of them leaves it. Comparing the two cannot tell which; the
 * order among the tables of other processes can.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grouping/kcmp.h"
#include "snapshot/scanner.h"
#include "util/pidfd.h"

#define N_OTHERS   60
#define MAX_ROUNDS 6

typedef struct {
	pthread_barrier_t barrier;
	gint32 tid;
	int failed;
} Leaver;

static gpointer
leave(gpointer data)
{
	Leaver *leaver = data;

	leaver->tid = gettid();
	pthread_barrier_wait(&leaver->barrier);
	pthread_barrier_wait(&leaver->barrier);
	leaver->failed = unshare(CLONE_FILES);
	pthread_barrier_wait(&leaver->barrier);
	pthread_barrier_wait(&leaver->barrier);
	return NULL;
}

static guint
membership_of(const PvStore *store, const PvTable *table, const guint8 *memberships, gint32 tid)
{
	for (guint i = 0; i < table->n_members; i++) {
		if (pv_store_task(store, pv_store_member(store, table->first_member + i))->tid ==
		    tid)
			return memberships[i];
	}
	g_assert_not_reached();
}

/* What is said must be true; TRUE: both were told. */
static gboolean
check_round(PvScanner *scanner)
{
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *memberships = NULL;
	Leaver leaver = {0};
	PvStore *store;
	const PvTable *table;
	pthread_t thread;
	guint content;
	guint of_leaver;
	guint of_other;

	pthread_barrier_init(&leaver.barrier, NULL, 2);
	pthread_create(&thread, NULL, leave, &leaver);
	pthread_barrier_wait(&leaver.barrier);
	store = pv_scanner_scan(scanner, NULL, NULL, &error);
	g_assert_no_error(error);
	pthread_barrier_wait(&leaver.barrier);
	pthread_barrier_wait(&leaver.barrier);
	g_assert_cmpint(leaver.failed, ==, 0);
	table = pv_store_table(store, pv_store_find_task(store, leaver.tid)->table);
	memberships = g_new0(guint8, table->n_members);
	g_assert_true(pv_scanner_revalidate(scanner, table, NULL, memberships, &content, &error));
	of_leaver = membership_of(store, table, memberships, leaver.tid);
	of_other = membership_of(store, table, memberships, getpid());
	g_assert_true(of_leaver == PV_MEMBERSHIP_LEFT || of_leaver == PV_MEMBERSHIP_UNKNOWN);
	g_assert_true(of_other == PV_MEMBERSHIP_SHARING || of_other == PV_MEMBERSHIP_UNKNOWN);
	pthread_barrier_wait(&leaver.barrier);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&leaver.barrier);
	pv_store_unref(store);
	return of_leaver == PV_MEMBERSHIP_LEFT && of_other == PV_MEMBERSHIP_SHARING;
}

static void
test_two_threads(void)
{
	PvScannerOptions options = {.backend = PV_BACKEND_AUTO};
	PvScanner *scanner = pv_scanner_open(&options, NULL);
	pid_t others[N_OTHERS];
	guint n_told = 0;
	guint n_rounds = 0;

	for (guint i = 0; i < N_OTHERS; i++) {
		others[i] = fork();
		if (others[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
	}
	while (n_told == 0 && n_rounds < MAX_ROUNDS) {
		n_told += check_round(scanner);
		n_rounds++;
	}
	for (guint i = 0; i < N_OTHERS; i++) {
		kill(others[i], SIGKILL);
		waitpid(others[i], NULL, 0);
	}
	pv_scanner_close(scanner);
	g_test_message("told in round %u", n_rounds);
	g_assert_cmpuint(n_told, ==, 1);
}

int
main(int argc, char **argv)
{
	PvPidfdSupport support;
	PvKcmp kcmp;

	g_test_init(&argc, &argv, NULL);
	pv_pidfd_probe(&support);
	pv_kcmp_init(&kcmp);
	if (!support.identity || pv_kcmp_probe(&kcmp) != 0) {
		g_print("1..0 # SKIP needs kcmp and identities of pidfs, Linux 6.9\n");
		return 0;
	}
	g_test_add_func("/snapshot/witness/two-threads", test_two_threads);
	return g_test_run();
}
