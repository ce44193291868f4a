/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The enums inside of the library hold the values of the public ones, which the layers below the
 * API must not include.
 */
#include <procview/changes.h>
#include <procview/collect.h>
#include <procview/enums.h>
#include <procview/error.h>
#include <procview/process.h>
#include <procview/revalidation.h>

#include "core/change.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/query.h"
#include "core/reason.h"
#include "core/store.h"
#include "snapshot/scanner.h"

#define SAME(name)                                                                                 \
	{                                                                                          \
#name, (guint)PROCVIEW_##name, (guint)PV_##name                                    \
	}

static const struct {
	const char *name;
	guint outside, inside;
} pairs[] = {
	SAME(CHANGE_PROCESS_STARTED),
	SAME(CHANGE_PROCESS_ENDED),
	SAME(CHANGE_PROCESS_EXECUTED),
	SAME(CHANGE_TABLE_JOINED),
	SAME(CHANGE_TABLE_LEFT),
	SAME(CHANGE_DESCRIPTOR_OPENED),
	SAME(CHANGE_DESCRIPTOR_CLOSED),
	SAME(CHANGE_DESCRIPTOR_REPLACED),
	SAME(BACKEND_AUTO),
	SAME(BACKEND_PROCFS),
	SAME(BACKEND_PIDFD),
	SAME(BACKEND_BPF),
	SAME(STEP_TASKS),
	SAME(STEP_GROUPING),
	SAME(STEP_FILES),
	SAME(COLLECT_THREADS),
	SAME(COLLECT_COMMANDS),
	SAME(COLLECT_LIMITS),
	SAME(COLLECT_TABLES),
	SAME(COLLECT_DESCRIPTORS),
	SAME(COLLECT_PATHS),
	SAME(COLLECT_DESCRIPTIONS),
	SAME(COLLECT_ALL),
	SAME(COLLECT_CONTEXT),
	SAME(COLLECT_DETAILS),
	SAME(COLLECT_SOCKETS),
	SAME(COLLECT_LOCKS),
	SAME(COLLECT_MOUNTS),
	SAME(COLLECT_PLACES),
	SAME(COLLECT_MAPPINGS),
	SAME(COLLECT_PEERS),
	SAME(COLLECT_HOLDINGS),
	SAME(COLLECT_EVERYTHING),
	SAME(NAMESPACE_CGROUP),
	SAME(NAMESPACE_IPC),
	SAME(NAMESPACE_MNT),
	SAME(NAMESPACE_NET),
	SAME(NAMESPACE_PID),
	SAME(NAMESPACE_TIME),
	SAME(NAMESPACE_USER),
	SAME(NAMESPACE_UTS),
	SAME(STATUS_OK),
	SAME(STATUS_PARTIAL),
	SAME(STATUS_DENIED),
	SAME(STATUS_GONE),
	SAME(REASON_NONE),
	SAME(REASON_DENIED),
	SAME(REASON_EXITED),
	SAME(REASON_CHANGED),
	SAME(REASON_NO_DESCRIPTORS),
	SAME(REASON_FAILED),
	SAME(PROOF_ASSUMED),
	SAME(PROOF_KCMP),
	SAME(PROOF_KERNEL),
	SAME(KIND_UNKNOWN),
	SAME(KIND_REGULAR),
	SAME(KIND_DIRECTORY),
	SAME(KIND_SYMLINK),
	SAME(KIND_CHARDEV),
	SAME(KIND_BLOCKDEV),
	SAME(KIND_PIPE),
	SAME(KIND_FIFO),
	SAME(KIND_SOCKET),
	SAME(KIND_EVENTFD),
	SAME(KIND_EVENTPOLL),
	SAME(KIND_TIMERFD),
	SAME(KIND_SIGNALFD),
	SAME(KIND_INOTIFY),
	SAME(KIND_FANOTIFY),
	SAME(KIND_PIDFD),
	SAME(KIND_IO_URING),
	SAME(KIND_BPF_MAP),
	SAME(KIND_BPF_PROG),
	SAME(KIND_BPF_LINK),
	SAME(KIND_USERFAULTFD),
	SAME(KIND_PERF_EVENT),
	SAME(KIND_MEMFD),
	SAME(KIND_MQUEUE),
	SAME(KIND_NSFS),
	SAME(KIND_ANON_INODE),
	SAME(KIND_SECRETMEM),
	SAME(ERROR_FAILED),
	SAME(ERROR_NOT_SUPPORTED),
	SAME(ERROR_PERMISSION),
	SAME(ERROR_NO_PROCFS),
	SAME(ERROR_NO_MEMORY),
	SAME(ERROR_NO_DESCRIPTORS),
	SAME(ERROR_INVALID_ARGUMENT),
	SAME(ERROR_BUSY),
	SAME(MEMBERSHIP_UNKNOWN),
	SAME(MEMBERSHIP_SHARING),
	SAME(MEMBERSHIP_LEFT),
	SAME(MEMBERSHIP_EXITED),
	SAME(MEMBERSHIP_REPLACED),
	SAME(CONTENT_UNKNOWN),
	SAME(CONTENT_CURRENT),
	SAME(CONTENT_CHANGED),
	SAME(CONTENT_GONE),
};

static void
test_same_values(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		if (pairs[i].outside != pairs[i].inside)
			g_error("PROCVIEW_%s is %u, PV_%s is %u", pairs[i].name, pairs[i].outside,
				pairs[i].name, pairs[i].inside);
	}
}

/* How many names a public enum has in the list above. */
static guint
count_pairs(const char *prefix)
{
	guint n = 0;

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
		n += g_str_has_prefix(pairs[i].name, prefix) ? 1 : 0;
	return n;
}

/* Reads a public header, so that a value added there and forgotten here does not go unnoticed. */
static guint
count_in_header(const char *header, const char *prefix)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "include", "procview", header, NULL);
	g_autofree char *pattern = g_strdup_printf("(?m)^\\tPROCVIEW_%s[A-Z0-9_]+[ ,]", prefix);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, &error);
	g_autoptr(GMatchInfo) match = NULL;
	guint n = 0;

	g_assert_no_error(error);
	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	g_regex_match(regex, text, 0, &match);
	for (; g_match_info_matches(match); g_match_info_next(match, NULL))
		n++;
	return n;
}

static void
test_none_forgotten(void)
{
	static const struct {
		const char *header, *prefix;
		guint only_outside;
	} enums[] = {
		{"enums.h", "BACKEND_", 0},	   {"enums.h", "STEP_", 0},
		{"collect.h", "COLLECT_", 1}, /* NOTHING */
		{"enums.h", "STATUS_", 0},	   {"enums.h", "REASON_", 0},
		{"enums.h", "PROOF_", 0},	   {"enums.h", "KIND_", 0},
		{"error.h", "ERROR_", 0},	   {"revalidation.h", "MEMBERSHIP_", 0},
		{"revalidation.h", "CONTENT_", 0}, {"process.h", "NAMESPACE_", 0},
		{"changes.h", "CHANGE_", 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(enums); i++) {
		guint n = count_in_header(enums[i].header, enums[i].prefix);

		g_test_message("%s%s: %u", enums[i].prefix, "*", n);
		g_assert_cmpuint(n, >, 0);
		g_assert_cmpuint(n, ==, count_pairs(enums[i].prefix) + enums[i].only_outside);
	}
	g_assert_cmpuint(PV_N_CHANGE_KINDS, ==, count_pairs("CHANGE_"));
	g_assert_cmpuint(PV_N_KINDS, ==, count_pairs("KIND_"));
	g_assert_cmpuint(PV_N_STEPS, ==, count_pairs("STEP_"));
	g_assert_cmpuint(PV_N_NAMESPACES, ==, count_pairs("NAMESPACE_"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/enums/same-values", test_same_values);
	g_test_add_func("/core/enums/none-forgotten", test_none_forgotten);
	return g_test_run();
}
