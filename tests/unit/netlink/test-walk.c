/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Ends of dumps, good and bad, among them one as Linux 6.18 sends it; and messages that are cut.
 */
#include <errno.h>
#include <string.h>

#include "netlink/walk.h"

#define SEQUENCE 1

typedef struct {
	GByteArray *bytes;
	guint n_taken;
	gboolean no_memory;
} Answer;

static Answer
new_answer(void)
{
	return (Answer){.bytes = g_byte_array_new()};
}

static void
answer_clear(Answer *answer)
{
	g_byte_array_unref(answer->bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static void
add(Answer *answer, guint16 type, guint16 flags, gconstpointer payload, guint n)
{
	static const guint8 padding[4];
	const struct nlmsghdr head = {NLMSG_LENGTH(n), type, flags, SEQUENCE, 0};

	g_byte_array_append(answer->bytes, (const guint8 *)&head, sizeof(head));
	if (n > 0)
		g_byte_array_append(answer->bytes, payload, n);
	g_byte_array_append(answer->bytes, padding, NLMSG_ALIGN(n) - n);
}

static void
add_int(Answer *answer, guint16 type, int number)
{
	add(answer, type, NLM_F_MULTI, &number, sizeof(number));
}

static gboolean
take(const struct nlmsghdr *message, gpointer data)
{
	Answer *answer = data;

	answer->n_taken++;
	return !answer->no_memory;
}

static int
walk(Answer *answer, gboolean *interrupted)
{
	PvNetlinkWalk self = {.sequence = SEQUENCE, .take = take, .data = answer};
	int status = pv_netlink_walk(&self, (const char *)answer->bytes->data, answer->bytes->len);

	if (interrupted != NULL)
		*interrupted = self.interrupted;
	return status;
}

static void
test_more(void)
{
	g_auto(Answer) answer = new_answer();

	g_assert_cmpint(walk(&answer, NULL), ==, PV_NETLINK_MORE);
	add(&answer, 20, NLM_F_MULTI, "abcde", 5);
	add(&answer, NLMSG_NOOP, NLM_F_MULTI, NULL, 0);
	add(&answer, 20, NLM_F_MULTI, NULL, 0);
	g_assert_cmpint(walk(&answer, NULL), ==, PV_NETLINK_MORE);
	g_assert_cmpuint(answer.n_taken, ==, 2);
}

static void
test_done(void)
{
	static const struct {
		int number;
		int status;
	} cases[] = {{0, 0}, {-ENOENT, -ENOENT}, {17, 0}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Answer) answer = new_answer();

		add(&answer, 20, NLM_F_MULTI, NULL, 0);
		add_int(&answer, NLMSG_DONE, cases[i].number);
		add(&answer, 20, NLM_F_MULTI, NULL, 0);
		g_assert_cmpint(walk(&answer, NULL), ==, cases[i].status);
		g_assert_cmpuint(answer.n_taken, ==, 1);
	}
}

static void
test_done_without_number(void)
{
	g_auto(Answer) answer = new_answer();

	add(&answer, NLMSG_DONE, NLM_F_MULTI, NULL, 0);
	g_assert_cmpint(walk(&answer, NULL), ==, 0);
}

static void
test_error(void)
{
	static const struct {
		guint16 type;
		int number;
		int status;
	} cases[] = {
		{NLMSG_ERROR, -EOPNOTSUPP, -EOPNOTSUPP},
		{NLMSG_ERROR, 0, 0},
		{NLMSG_ERROR, 5, -EBADMSG},
		{NLMSG_OVERRUN, 0, -ENOBUFS},
	};
	g_auto(Answer) empty = new_answer();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Answer) answer = new_answer();

		add_int(&answer, cases[i].type, cases[i].number);
		g_assert_cmpint(walk(&answer, NULL), ==, cases[i].status);
	}
	add(&empty, NLMSG_ERROR, 0, NULL, 0);
	g_assert_cmpint(walk(&empty, NULL), ==, -EBADMSG);
}

static void
test_interrupted(void)
{
	g_auto(Answer) answer = new_answer();
	gboolean interrupted;

	add(&answer, 20, NLM_F_MULTI, NULL, 0);
	g_assert_cmpint(walk(&answer, &interrupted), ==, PV_NETLINK_MORE);
	g_assert_false(interrupted);
	add(&answer, 20, NLM_F_MULTI | NLM_F_DUMP_INTR, NULL, 0);
	add_int(&answer, NLMSG_DONE, 0);
	g_assert_cmpint(walk(&answer, &interrupted), ==, 0);
	g_assert_true(interrupted);
}

/* An answer that comes late, to a request that was given up. */
static void
test_other_request(void)
{
	g_auto(Answer) answer = new_answer();

	add_int(&answer, NLMSG_DONE, -EIO);
	((struct nlmsghdr *)answer.bytes->data)->nlmsg_seq = SEQUENCE + 1;
	add(&answer, 20, NLM_F_MULTI, NULL, 0);
	g_assert_cmpint(walk(&answer, NULL), ==, PV_NETLINK_MORE);
	g_assert_cmpuint(answer.n_taken, ==, 1);
}

static void
test_cut(void)
{
	g_auto(Answer) answer = new_answer();
	gsize whole;

	add(&answer, 20, NLM_F_MULTI, "abcde", 5);
	whole = answer.bytes->len;
	for (guint n = 1; n < whole; n++) {
		g_byte_array_set_size(answer.bytes, n);
		g_assert_cmpint(walk(&answer, NULL), ==, -EBADMSG);
	}
	g_assert_cmpuint(answer.n_taken, ==, 0);
}

static void
test_length_lies(void)
{
	static const guint32 lengths[] = {0, 1, 15, 0x7fffffff, 0xffffffff};

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_auto(Answer) answer = new_answer();

		add(&answer, 20, NLM_F_MULTI, "abcde", 5);
		((struct nlmsghdr *)answer.bytes->data)->nlmsg_len = lengths[i];
		g_assert_cmpint(walk(&answer, NULL), ==, -EBADMSG);
		g_assert_cmpuint(answer.n_taken, ==, 0);
	}
}

static void
test_no_memory(void)
{
	g_auto(Answer) answer = new_answer();

	answer.no_memory = TRUE;
	add(&answer, 20, NLM_F_MULTI, NULL, 0);
	g_assert_cmpint(walk(&answer, NULL), ==, -ENOMEM);
}

/* No module for raw sockets: an error that hides in NLMSG_DONE. None for vsock: NLMSG_ERROR. */
static void
test_recorded(void)
{
	static const char *const names[] = {"raw-no-module.bin", "vsock-no-module.bin"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests", "data",
							      "sockets", names[i], NULL);
		g_autofree char *bytes = NULL;
		g_auto(Answer) answer = new_answer();
		PvNetlinkWalk self = {.sequence = SEQUENCE, .take = take, .data = &answer};
		gsize n;

		g_assert_true(g_file_get_contents(path, &bytes, &n, NULL));
		g_assert_cmpint(pv_netlink_walk(&self, bytes, n), ==, -ENOENT);
		g_assert_cmpuint(answer.n_taken, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/netlink/walk/more", test_more);
	g_test_add_func("/netlink/walk/done", test_done);
	g_test_add_func("/netlink/walk/done-without-number", test_done_without_number);
	g_test_add_func("/netlink/walk/error", test_error);
	g_test_add_func("/netlink/walk/interrupted", test_interrupted);
	g_test_add_func("/netlink/walk/other-request", test_other_request);
	g_test_add_func("/netlink/walk/cut", test_cut);
	g_test_add_func("/netlink/walk/length-lies", test_length_lies);
	g_test_add_func("/netlink/walk/no-memory", test_no_memory);
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
	g_test_add_func("/netlink/walk/recorded", test_recorded);
#endif
	return g_test_run();
}
