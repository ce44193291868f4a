/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Bits as words. The values are the kernel's ABI; those that the C library of an older system has
 * no name for are written as numbers.
 */
#include "export/bits.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

typedef struct {
	guint64 bits;
	const char *name;
} Name;

/* clang-format off */
static const Name epoll_names[] = {
	{EPOLLIN, "EPOLLIN"}, {EPOLLPRI, "EPOLLPRI"}, {EPOLLOUT, "EPOLLOUT"},
	{EPOLLERR, "EPOLLERR"}, {EPOLLHUP, "EPOLLHUP"}, {EPOLLRDNORM, "EPOLLRDNORM"},
	{EPOLLRDBAND, "EPOLLRDBAND"}, {EPOLLWRNORM, "EPOLLWRNORM"}, {EPOLLWRBAND, "EPOLLWRBAND"},
	{EPOLLMSG, "EPOLLMSG"}, {EPOLLRDHUP, "EPOLLRDHUP"}, {EPOLLEXCLUSIVE, "EPOLLEXCLUSIVE"},
	{EPOLLWAKEUP, "EPOLLWAKEUP"}, {EPOLLONESHOT, "EPOLLONESHOT"}, {0x80000000, "EPOLLET"},
};

static const Name inotify_names[] = {
	{IN_ACCESS, "IN_ACCESS"}, {IN_MODIFY, "IN_MODIFY"}, {IN_ATTRIB, "IN_ATTRIB"},
	{IN_CLOSE_WRITE, "IN_CLOSE_WRITE"}, {IN_CLOSE_NOWRITE, "IN_CLOSE_NOWRITE"},
	{IN_OPEN, "IN_OPEN"}, {IN_MOVED_FROM, "IN_MOVED_FROM"}, {IN_MOVED_TO, "IN_MOVED_TO"},
	{IN_CREATE, "IN_CREATE"}, {IN_DELETE, "IN_DELETE"}, {IN_DELETE_SELF, "IN_DELETE_SELF"},
	{IN_MOVE_SELF, "IN_MOVE_SELF"}, {IN_UNMOUNT, "IN_UNMOUNT"},
	{IN_Q_OVERFLOW, "IN_Q_OVERFLOW"}, {IN_IGNORED, "IN_IGNORED"}, {IN_ONLYDIR, "IN_ONLYDIR"},
	{IN_DONT_FOLLOW, "IN_DONT_FOLLOW"}, {IN_EXCL_UNLINK, "IN_EXCL_UNLINK"},
	{IN_MASK_CREATE, "IN_MASK_CREATE"}, {IN_MASK_ADD, "IN_MASK_ADD"}, {IN_ISDIR, "IN_ISDIR"},
	{0x80000000, "IN_ONESHOT"},
};

static const Name fanotify_names[] = {
	{0x1, "FAN_ACCESS"}, {0x2, "FAN_MODIFY"}, {0x4, "FAN_ATTRIB"}, {0x8, "FAN_CLOSE_WRITE"},
	{0x10, "FAN_CLOSE_NOWRITE"}, {0x20, "FAN_OPEN"}, {0x40, "FAN_MOVED_FROM"},
	{0x80, "FAN_MOVED_TO"}, {0x100, "FAN_CREATE"}, {0x200, "FAN_DELETE"},
	{0x400, "FAN_DELETE_SELF"}, {0x800, "FAN_MOVE_SELF"}, {0x1000, "FAN_OPEN_EXEC"},
	{0x4000, "FAN_Q_OVERFLOW"}, {0x8000, "FAN_FS_ERROR"}, {0x10000, "FAN_OPEN_PERM"},
	{0x20000, "FAN_ACCESS_PERM"}, {0x40000, "FAN_OPEN_EXEC_PERM"},
	{0x100000, "FAN_PRE_ACCESS"}, {0x1000000, "FAN_MNT_ATTACH"},
	{0x2000000, "FAN_MNT_DETACH"}, {0x8000000, "FAN_EVENT_ON_CHILD"},
	{0x10000000, "FAN_RENAME"}, {0x40000000, "FAN_ONDIR"},
};

static const Name fanotify_init_names[] = {
	{0x1, "FAN_CLOEXEC"}, {0x2, "FAN_NONBLOCK"}, {0x4, "FAN_CLASS_CONTENT"},
	{0x8, "FAN_CLASS_PRE_CONTENT"}, {0x10, "FAN_UNLIMITED_QUEUE"},
	{0x20, "FAN_UNLIMITED_MARKS"}, {0x40, "FAN_ENABLE_AUDIT"}, {0x80, "FAN_REPORT_PIDFD"},
	{0x100, "FAN_REPORT_TID"}, {0x200, "FAN_REPORT_FID"}, {0x400, "FAN_REPORT_DIR_FID"},
	{0x800, "FAN_REPORT_NAME"}, {0x1000, "FAN_REPORT_TARGET_FID"},
	{0x2000, "FAN_REPORT_FD_ERROR"}, {0x4000, "FAN_REPORT_MNT"},
};

static const Name seal_names[] = {
	{0x1, "F_SEAL_SEAL"}, {0x2, "F_SEAL_SHRINK"}, {0x4, "F_SEAL_GROW"},
	{0x8, "F_SEAL_WRITE"}, {0x10, "F_SEAL_FUTURE_WRITE"}, {0x20, "F_SEAL_EXEC"},
};

static const Name timerfd_names[] = {
	{TFD_TIMER_ABSTIME, "TFD_TIMER_ABSTIME"},
	{TFD_TIMER_CANCEL_ON_SET, "TFD_TIMER_CANCEL_ON_SET"},
};
/* clang-format on */

#define TABLE(names)                                                                               \
	{                                                                                          \
		names, G_N_ELEMENTS(names)                                                         \
	}

static const struct {
	const Name *names;
	gsize n;
} tables[PV_N_BITS] = {
	[PV_BITS_EPOLL] = TABLE(epoll_names),
	[PV_BITS_INOTIFY] = TABLE(inotify_names),
	[PV_BITS_FANOTIFY] = TABLE(fanotify_names),
	[PV_BITS_FANOTIFY_INIT] = TABLE(fanotify_init_names),
	[PV_BITS_SEALS] = TABLE(seal_names),
	[PV_BITS_TIMERFD] = TABLE(timerfd_names),
};

void
pv_bits_foreach(PvBits bits, guint64 value, PvBitFunc func, gpointer data)
{
	for (gsize i = 0; i < tables[bits].n; i++) {
		const Name *name = &tables[bits].names[i];

		if ((value & name->bits) != name->bits)
			continue;
		value &= ~name->bits;
		func(name->name, data);
	}
	if (value != 0) {
		char hex[24];

		snprintf(hex, sizeof(hex), "0x%" G_GINT64_MODIFIER "x", value);
		func(hex, data);
	}
}

/* clang-format off */
static const char *const signal_names[] = {
	[SIGHUP] = "SIGHUP", [SIGINT] = "SIGINT", [SIGQUIT] = "SIGQUIT", [SIGILL] = "SIGILL",
	[SIGTRAP] = "SIGTRAP", [SIGABRT] = "SIGABRT", [SIGBUS] = "SIGBUS", [SIGFPE] = "SIGFPE",
	[SIGKILL] = "SIGKILL", [SIGUSR1] = "SIGUSR1", [SIGSEGV] = "SIGSEGV",
	[SIGUSR2] = "SIGUSR2", [SIGPIPE] = "SIGPIPE", [SIGALRM] = "SIGALRM",
	[SIGTERM] = "SIGTERM", [SIGCHLD] = "SIGCHLD", [SIGCONT] = "SIGCONT",
	[SIGSTOP] = "SIGSTOP", [SIGTSTP] = "SIGTSTP", [SIGTTIN] = "SIGTTIN",
	[SIGTTOU] = "SIGTTOU", [SIGURG] = "SIGURG", [SIGXCPU] = "SIGXCPU",
	[SIGXFSZ] = "SIGXFSZ", [SIGVTALRM] = "SIGVTALRM", [SIGPROF] = "SIGPROF",
	[SIGWINCH] = "SIGWINCH", [SIGIO] = "SIGIO", [SIGPWR] = "SIGPWR", [SIGSYS] = "SIGSYS",
#ifdef SIGSTKFLT
	[SIGSTKFLT] = "SIGSTKFLT",
#endif
};
/* clang-format on */

/* The C library keeps the first of the kernel's real-time signals for itself. */
static void
tell_signal(int number, PvBitFunc func, gpointer data)
{
	char text[24];

	if (number < (int)G_N_ELEMENTS(signal_names) && signal_names[number] != NULL) {
		func(signal_names[number], data);
		return;
	}
	if (number >= SIGRTMIN)
		snprintf(text, sizeof(text), "SIGRTMIN+%d", number - SIGRTMIN);
	else
		snprintf(text, sizeof(text), "%d", number);
	func(text, data);
}

void
pv_signals_foreach(guint64 mask, PvBitFunc func, gpointer data)
{
	for (int i = 0; i < 64; i++) {
		if ((mask >> i & 1) != 0)
			tell_signal(i + 1, func, data);
	}
}

const char *
pv_clock_name(guint64 clock)
{
	static const char *const names[] = {
		[0] = "CLOCK_REALTIME",	      [1] = "CLOCK_MONOTONIC",	    [7] = "CLOCK_BOOTTIME",
		[8] = "CLOCK_REALTIME_ALARM", [9] = "CLOCK_BOOTTIME_ALARM",
	};

	return clock < G_N_ELEMENTS(names) ? names[clock] : NULL;
}
