/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * stat and status: recorded ones, hostile ones, and each of them cut at every byte.
 */
#include <string.h>
#include <unistd.h>

#include "backend/procfs/task-parse.h"

/* Linux 6.18. */
#define STAT_TAIL                                                                                  \
	" R 14783 14783 2909 0 -1 4194304 97 0 0 0 0 0 0 0 20 0 1 0 188497 3133440 382 "           \
	"18446744073709551615 94649150951424 94649150971305 140723348338688 0 0 0 0 0 0 0 0 0 "    \
	"17 1 0 0 0 0 0 94649150987312 94649150988928 94649890226176 140723348343396 "             \
	"140723348343442 140723348343442 140723348344811 0\n"
#define STAT_KTHREAD                                                                               \
	"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 31 0 0 "                       \
	"18446744073709551615 0 0 0 0 0 0 0 2147483647 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"

#define STATUS_HEAD "Name:\tcat\nUmask:\t0022\nState:\tR (running)\nTgid:\t14832\nNgid:\t0\n"
#define STATUS_IDS                                                                                 \
	"Pid:\t14833\nPPid:\t14783\nTracerPid:\t0\nUid:\t33\t0\t1\t2\nGid:\t34\t5\t6\t7\n"
#define STATUS_SIZE "FDSize:\t256\nGroups:\t4 24 27 \n"
#define STATUS_NS   "NStgid:\t14832\t1\nNSpid:\t14833\t2\nNSpgid:\t14783\t0\nNSsid:\t2909\t0\n"
#define STATUS_TAIL                                                                                \
	"Kthread:\t0\nVmPeak:\t    3060 kB\nuntag_mask:\t0xffffffffffffffff\nThreads:\t2\n"        \
	"SigQ:\t0/96365\nvoluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t1\n"
#define NO_NS  STATUS_HEAD STATUS_IDS STATUS_SIZE
#define STATUS STATUS_HEAD STATUS_IDS STATUS_SIZE STATUS_NS STATUS_TAIL

/* Parses a copy in a block of exactly its size, and lets comm point into the text given. */
static gboolean
parse_stat(const char *text, gsize length, PvStat *stat)
{
	g_autofree char *copy = length == 0 ? NULL : g_memdup2(text, length);
	gboolean parsed = pv_stat_parse(copy, length, stat);

	if (parsed) {
		g_assert_true(stat->comm >= copy);
		g_assert_true(stat->comm + stat->comm_len < copy + length);
		stat->comm = text + (stat->comm - copy);
	}
	return parsed;
}

static gboolean
parse_status(const char *text, gsize length, PvStatus *status)
{
	g_autofree char *copy = length == 0 ? NULL : g_memdup2(text, length);

	return pv_status_parse(copy, length, status);
}

static void
assert_comm(const PvStat *stat, const char *comm)
{
	g_assert_cmpmem(stat->comm, stat->comm_len, comm, strlen(comm));
}

static void
test_stat_recorded(void)
{
	static const char text[] = "14829 (cat)" STAT_TAIL;
	static const char old[] = "7 (a b) Z 0 -1 -1 0 -1 4 0 0 0 0 0 0 0 0 20 -5 0 0 99\n";
	PvStat stat;

	g_assert_true(parse_stat(text, strlen(text), &stat));
	assert_comm(&stat, "cat");
	g_assert_cmpint(stat.state, ==, 'R');
	g_assert_cmpint(stat.pid, ==, 14829);
	g_assert_cmpint(stat.ppid, ==, 14783);
	g_assert_cmpint(stat.pgid, ==, 14783);
	g_assert_cmpint(stat.sid, ==, 2909);
	g_assert_cmpuint(stat.flags, ==, 4194304);
	g_assert_cmpuint(stat.n_threads, ==, 1);
	g_assert_cmpuint(stat.start_ticks, ==, 188497);

	g_assert_true(parse_stat(STAT_KTHREAD, strlen(STAT_KTHREAD), &stat));
	assert_comm(&stat, "kthreadd");
	g_assert_cmpuint(stat.flags, ==, 2129984);
	g_assert_cmpuint(stat.start_ticks, ==, 31);

	/* Nothing behind field 22, as it was long ago; a task that is being buried. */
	g_assert_true(parse_stat(old, strlen(old), &stat));
	assert_comm(&stat, "a b");
	g_assert_cmpint(stat.pgid, ==, -1);
	g_assert_cmpuint(stat.n_threads, ==, 0);
	g_assert_cmpuint(stat.start_ticks, ==, 99);
}

static void
test_stat_hostile_comm(void)
{
	static const char *const comms[] = {
		"", ")", "(", "a) R 1 (b", ") Z 1 1 1 1 1", "a\nb", "\n", " ", "\xff\xfe)(\x1b[2J",
	};

	for (guint i = 0; i < G_N_ELEMENTS(comms); i++) {
		g_autofree char *text = g_strconcat("12 (", comms[i], ")", STAT_TAIL, NULL);
		PvStat stat;

		g_assert_true(parse_stat(text, strlen(text), &stat));
		assert_comm(&stat, comms[i]);
		g_assert_cmpint(stat.ppid, ==, 14783);
		g_assert_cmpuint(stat.start_ticks, ==, 188497);
		for (gsize n = 0; n < strlen(text); n++)
			g_assert_false(parse_stat(text, n, &stat));
	}
}

static void
test_stat_malformed(void)
{
	static const char *const texts[] = {
		"\n",
		"12\n",
		"12 cat" STAT_TAIL,
		"12 (cat" STAT_TAIL,
		"12 cat)" STAT_TAIL,
		"12(cat)" STAT_TAIL,
		"(cat)" STAT_TAIL,
		"0 (cat)" STAT_TAIL,
		"-1 (cat)" STAT_TAIL,
		"2147483648 (cat)" STAT_TAIL,
		" 12 (cat)" STAT_TAIL,
		"12 (cat) R 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0\n",
		"12 (cat) R 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 \n",
		"12 (cat) R 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 18446744073709551616\n",
		"12 (cat) R 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 -1\n",
		"12 (cat) R 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5x\n",
		"12 (cat) R 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 -1 0 5\n",
		"12 (cat) R 1 1 1 0 -1 4294967296 1 1 1 1 1 1 1 1 20 0 1 0 5\n",
		"12 (cat) R 2147483648 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5\n",
		"12 (cat) R  1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5\n",
		"12 (cat) 5 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5\n",
		"12 (cat) RR 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5\n",
		"12 (cat) R 1 1 1 x -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5\n",
		"12 (cat)R 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5\n",
	};
	PvStat stat;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("case %u", i);
		g_assert_false(parse_stat(texts[i], strlen(texts[i]), &stat));
	}
	g_assert_false(parse_stat(NULL, 0, &stat));
}

static void
test_status_recorded(void)
{
	PvStatus status;

	g_assert_true(parse_status(STATUS, strlen(STATUS), &status));
	g_assert_cmpint(status.tgid, ==, 14832);
	g_assert_cmpuint(status.uid, ==, 33);
	g_assert_cmpuint(status.euid, ==, 0);
	g_assert_cmpuint(status.gid, ==, 34);
	g_assert_cmpuint(status.egid, ==, 5);
	g_assert_cmpuint(status.fd_size, ==, 256);
	g_assert_cmpuint(status.n_ns_tids, ==, 2);
	g_assert_cmpint(status.ns_tids[0], ==, 14833);
	g_assert_cmpint(status.ns_tids[1], ==, 2);
}

/* Before 4.1, and without pid namespaces. A zombie's table has no slots. */
static void
test_status_without_namespaces(void)
{
	static const char text[] = STATUS_HEAD STATUS_IDS
		"FDSize:\t0\nGroups:\t\nThreads:\t1\nSigQ:\t0/1\n";
	PvStatus status;

	g_assert_true(parse_status(text, strlen(text), &status));
	g_assert_cmpuint(status.fd_size, ==, 0);
	g_assert_cmpuint(status.n_ns_tids, ==, 0);
}

static void
assert_cut(const char *text)
{
	PvStatus whole, part;
	gboolean enough = FALSE;

	g_assert_true(parse_status(text, strlen(text), &whole));
	for (gsize n = 0; n < strlen(text); n++) {
		if (!parse_status(text, n, &part)) {
			g_assert_false(enough);
			continue;
		}
		enough = TRUE;
		g_assert_cmpmem(&part, sizeof(part), &whole, sizeof(whole));
	}
	g_assert_true(enough);
}

/* What is left of a cut text gives all of the answer or none, and never another one. */
static void
test_status_cut(void)
{
	assert_cut(STATUS);
	assert_cut(STATUS_HEAD STATUS_IDS STATUS_SIZE STATUS_TAIL);
}

static void
test_status_hostile(void)
{
	/* The kernel escapes the newline; were it not to, its own line would still be behind. */
	static const char escaped[] = "Name:\tx\\nTgid:\t1\\nUid:\t0\t0\t0\t0\n" STATUS;
	static const char twice[] = STATUS_HEAD STATUS_IDS
		"Tgid:\t1\nUid:\t9\t9\t9\t9\n"
		"FDSize:\t3\nFDSize:\t4\nNSpid:\t8\nNSpid:\t9\n";
	static const char inside[] =
		"Name:\tTgid:\t1\n Tgid:\t2\nxTgid:\t3\nTgid :\t4\ntgid:\t5\nTgid\t6\n" STATUS;
	PvStatus status;

	g_assert_true(parse_status(escaped, strlen(escaped), &status));
	g_assert_cmpint(status.tgid, ==, 14832);
	g_assert_cmpuint(status.uid, ==, 33);
	g_assert_true(parse_status(twice, strlen(twice), &status));
	g_assert_cmpint(status.tgid, ==, 14832);
	g_assert_cmpuint(status.uid, ==, 33);
	g_assert_cmpuint(status.fd_size, ==, 3);
	g_assert_cmpuint(status.n_ns_tids, ==, 1);
	g_assert_cmpint(status.ns_tids[0], ==, 8);
	g_assert_true(parse_status(inside, strlen(inside), &status));
	g_assert_cmpint(status.tgid, ==, 14832);
}

static void
test_status_malformed(void)
{
	static const char *const texts[] = {
		"\n",
		"Name:\tx\n",
		/* One line missing each. */
		STATUS_IDS STATUS_SIZE STATUS_NS STATUS_TAIL,
		STATUS_HEAD STATUS_SIZE STATUS_NS STATUS_TAIL,
		STATUS_HEAD STATUS_IDS STATUS_NS STATUS_TAIL,
		STATUS_HEAD "Uid:\t1\t1\t1\t1\n" STATUS_SIZE STATUS_NS STATUS_TAIL,
		/* One line wrong each, and before the right one. */
		"Tgid:\t\n" STATUS,
		"Tgid: 1\n" STATUS,
		"Tgid:\t-1\n" STATUS,
		"Tgid:\t1 \n" STATUS,
		"Tgid:\t99999999999\n" STATUS,
		"Uid:\t1\t1\t1\n" STATUS,
		"Uid:\t1\t1\t1\t1\t1\n" STATUS,
		"Uid:\t1\t1\t1\t4294967296\n" STATUS,
		"Gid:\t-1\t1\t1\t1\n" STATUS,
		"Gid:\n" STATUS,
		"FDSize:\t\n" STATUS,
		"FDSize:\t64 \n" STATUS,
		NO_NS "NSpid:\n",
		NO_NS "NSpid:\t\n",
		NO_NS "NSpid:\t1\t\n",
		NO_NS "NSpid:\t1 2\n",
		NO_NS "NSpid:\t-1\n",
	};
	PvStatus status;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("case %u", i);
		g_assert_false(parse_status(texts[i], strlen(texts[i]), &status));
	}
	g_assert_false(parse_status(NULL, 0, &status));
}

static char *
nested_status(guint depth)
{
	GString *text = g_string_new(STATUS_HEAD STATUS_IDS STATUS_SIZE "NSpid:");

	for (guint i = 0; i < depth; i++)
		g_string_append_printf(text, "\t%u", 1000 - i);
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}

static void
test_status_deepest_namespace(void)
{
	g_autofree char *deepest = nested_status(PV_MAX_NS_TIDS);
	g_autofree char *too_deep = nested_status(PV_MAX_NS_TIDS + 1);
	PvStatus status;

	g_assert_true(parse_status(deepest, strlen(deepest), &status));
	g_assert_cmpuint(status.n_ns_tids, ==, PV_MAX_NS_TIDS);
	g_assert_cmpint(status.ns_tids[0], ==, 1000);
	g_assert_cmpint(status.ns_tids[PV_MAX_NS_TIDS - 1], ==, 1001 - PV_MAX_NS_TIDS);
	g_assert_false(parse_status(too_deep, strlen(too_deep), &status));
}

/* What this very kernel says of this very process. */
static void
test_live(void)
{
	g_autofree char *stat_text = NULL, *status_text = NULL;
	gsize stat_length, status_length;
	PvStat stat;
	PvStatus status;

	g_assert_true(g_file_get_contents("/proc/self/stat", &stat_text, &stat_length, NULL));
	g_assert_true(parse_stat(stat_text, stat_length, &stat));
	g_assert_cmpint(stat.pid, ==, getpid());
	g_assert_cmpint(stat.ppid, ==, getppid());
	g_assert_cmpint(stat.pgid, ==, getpgid(0));
	g_assert_cmpint(stat.sid, ==, getsid(0));
	g_assert_cmpint(stat.state, ==, 'R');
	g_assert_cmpuint(stat.n_threads, >=, 1);
	g_assert_cmpuint(stat.start_ticks, >, 0);

	g_assert_true(g_file_get_contents("/proc/self/status", &status_text, &status_length, NULL));
	g_assert_true(parse_status(status_text, status_length, &status));
	g_assert_cmpint(status.tgid, ==, getpid());
	g_assert_cmpuint(status.uid, ==, getuid());
	g_assert_cmpuint(status.euid, ==, geteuid());
	g_assert_cmpuint(status.gid, ==, getgid());
	g_assert_cmpuint(status.egid, ==, getegid());
	g_assert_cmpuint(status.fd_size, >=, 3);
	if (status.n_ns_tids > 0)
		g_assert_cmpint(status.ns_tids[0], ==, getpid());
	assert_cut(status_text);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/task-parse/stat-recorded", test_stat_recorded);
	g_test_add_func("/backend/procfs/task-parse/stat-hostile-comm", test_stat_hostile_comm);
	g_test_add_func("/backend/procfs/task-parse/stat-malformed", test_stat_malformed);
	g_test_add_func("/backend/procfs/task-parse/status-recorded", test_status_recorded);
	g_test_add_func("/backend/procfs/task-parse/status-without-namespaces",
			test_status_without_namespaces);
	g_test_add_func("/backend/procfs/task-parse/status-cut", test_status_cut);
	g_test_add_func("/backend/procfs/task-parse/status-hostile", test_status_hostile);
	g_test_add_func("/backend/procfs/task-parse/status-malformed", test_status_malformed);
	g_test_add_func("/backend/procfs/task-parse/status-deepest-namespace",
			test_status_deepest_namespace);
	g_test_add_func("/backend/procfs/task-parse/live", test_live);
	return g_test_run();
}
