/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A seccomp filter (seccomp(2), since 3.5), which cannot be taken off again: whoever installs one
 * does so in a process of its own.
 */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_CALLS 8
/* The lower half of the third argument of openat(2). */
#define FLAGS_AT (offsetof(struct seccomp_data, args[2]) + (G_BYTE_ORDER == G_BIG_ENDIAN ? 4 : 0))

void
pv_test_become_nobody(void)
{
	g_assert_cmpint(setgroups(0, NULL), ==, 0);
	g_assert_cmpint(setresgid(PV_TEST_NOBODY, PV_TEST_NOBODY, PV_TEST_NOBODY), ==, 0);
	g_assert_cmpint(setresuid(PV_TEST_NOBODY, PV_TEST_NOBODY, PV_TEST_NOBODY), ==, 0);
}

rlim_t
pv_test_limit_descriptors(rlim_t n)
{
	struct rlimit limit;
	rlim_t before;

	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	before = limit.rlim_cur;
	limit.rlim_cur = n;
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	return before;
}

static void
install(const struct sock_filter *code, guint length)
{
	struct sock_fprog program = {(unsigned short)length, (struct sock_filter *)code};

	g_assert_cmpint(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
	g_assert_cmpint(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), ==, 0);
}

void
pv_test_forbid(const long *calls, guint n_calls, int with_errno)
{
	struct sock_filter code[MAX_CALLS + 3];
	guint at = 0;

	g_assert_cmpuint(n_calls, <=, MAX_CALLS);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						  offsetof(struct seccomp_data, nr));
	for (guint i = 0; i < n_calls; i++)
		code[at++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (guint)calls[i], (guint8)(n_calls - i), 0);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						  SECCOMP_RET_ERRNO | (guint)with_errno);
	install(code, at);
	for (guint i = 0; i < n_calls; i++) {
		errno = 0;
		g_assert_cmpint(syscall(calls[i], -1, -1, -1, -1, -1), ==, -1);
		g_assert_cmpint(errno, ==, with_errno);
	}
}

void
pv_test_forbid_unmarked_files(void)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FLAGS_AT),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_CLOEXEC, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};

	install(code, G_N_ELEMENTS(code));
}

const char *
pv_test_call_name(long call)
{
	switch (call) {
	case SYS_bpf:
		return "bpf";
	case SYS_kcmp:
		return "kcmp";
	case SYS_pidfd_getfd:
		return "pidfd_getfd";
	case SYS_pidfd_open:
		return "pidfd_open";
	default:
		g_assert_not_reached();
	}
}
