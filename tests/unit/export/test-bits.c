/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Bits as words.
 */
#include <signal.h>

#include "export/bits.h"

static void
add(const char *name, gpointer data)
{
	GString *text = data;

	g_string_append_printf(text, "%s%s", text->len == 0 ? "" : " ", name);
}

static void
assert_bits(PvBits bits, guint64 value, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);

	pv_bits_foreach(bits, value, add, text);
	g_assert_cmpstr(text->str, ==, expected);
}

static void
test_bits(void)
{
	assert_bits(PV_BITS_EPOLL, 0, "");
	assert_bits(PV_BITS_EPOLL, 0x8000001d, "EPOLLIN EPOLLOUT EPOLLERR EPOLLHUP EPOLLET");
	assert_bits(PV_BITS_INOTIFY, 0x40000300, "IN_CREATE IN_DELETE IN_ISDIR");
	assert_bits(PV_BITS_FANOTIFY, 0x48000020, "FAN_OPEN FAN_EVENT_ON_CHILD FAN_ONDIR");
	assert_bits(PV_BITS_FANOTIFY_INIT, 0x205, "FAN_CLOEXEC FAN_CLASS_CONTENT FAN_REPORT_FID");
	assert_bits(PV_BITS_SEALS, 0x1f,
		    "F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE F_SEAL_FUTURE_WRITE");
	assert_bits(PV_BITS_TIMERFD, 3, "TFD_TIMER_ABSTIME TFD_TIMER_CANCEL_ON_SET");
	/* Nothing is lost of what there is no word for. */
	assert_bits(PV_BITS_SEALS, G_GUINT64_CONSTANT(0x8000000000000001),
		    "F_SEAL_SEAL 0x8000000000000000");
}

static void
test_signals(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) all = g_string_new(NULL);

	pv_signals_foreach(1 | 1 << (SIGKILL - 1) | G_GUINT64_CONSTANT(3) << 31 |
				   G_GUINT64_CONSTANT(1) << 63,
			   add, text);
	g_assert_cmpstr(text->str, ==, "SIGHUP SIGKILL 32 33 SIGRTMIN+30");
	pv_signals_foreach(G_MAXUINT64, add, all);
	g_assert_true(g_str_has_prefix(all->str, "SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT "));
}

static void
test_clocks(void)
{
	g_assert_cmpstr(pv_clock_name(0), ==, "CLOCK_REALTIME");
	g_assert_cmpstr(pv_clock_name(9), ==, "CLOCK_BOOTTIME_ALARM");
	g_assert_null(pv_clock_name(2));
	g_assert_null(pv_clock_name(G_MAXUINT64));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/bits/bits", test_bits);
	g_test_add_func("/export/bits/signals", test_signals);
	g_test_add_func("/export/bits/clocks", test_clocks);
	return g_test_run();
}
