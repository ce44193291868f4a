/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is there to say of a file that has a kind of its own?
 *
 * A few words, the ones that a reader looks for first; all that is known is in the JSON. What was
 * not asked for, or the backend cannot see, is left out.
 */
#include "detail.h"

#include <linux/fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* More of a kind than these are counted, not named. */
#define SIGNALS_NAMED 6
#define LOCKS_NAMED   3

struct word {
	guint64 number;
	const char *word;
};

static gboolean
get(ProcviewFile *file, ProcviewFact fact, guint64 *value)
{
	return procview_file_get_number(file, fact, value);
}

/* Words are told apart by commas, names by blanks. */
static void
begin(GString *out, gsize start)
{
	if (out->len > start)
		g_string_append(out, ", ");
}

static void
append_counted(GString *out, gsize start, guint64 n, const char *one, const char *many)
{
	begin(out, start);
	g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s", n, n == 1 ? one : many);
}

static void
append_number(GString *out, gsize start, ProcviewFile *file, ProcviewFact fact, const char *word)
{
	guint64 value;

	if (!get(file, fact, &value))
		return;
	begin(out, start);
	g_string_append_printf(out, "%s %" G_GUINT64_FORMAT, word, value);
}

/* What somebody called it. */
static void
append_text(GString *out, gsize start, ProcviewFile *file, ProcviewFact fact, const char *word,
	    const struct view *view)
{
	const char *text = procview_file_get_text(file, fact);

	if (text == NULL || *text == '\0')
		return;
	begin(out, start);
	if (word != NULL)
		g_string_append_printf(out, "%s ", word);
	view_append_word(view, out, text);
}

static const char *
find_word(const struct word *words, gsize n, guint64 number)
{
	for (gsize i = 0; i < n; i++) {
		if (words[i].number == number)
			return words[i].word;
	}
	return NULL;
}

static void
append_pipe(GString *out, gsize start, ProcviewFile *file)
{
	guint64 used, capacity, n;

	if (get(file, PROCVIEW_FACT_PIPE_USED_BYTES, &used)) {
		begin(out, start);
		g_string_append_printf(out, "%" G_GUINT64_FORMAT, used);
		if (get(file, PROCVIEW_FACT_PIPE_CAPACITY_BYTES, &capacity))
			g_string_append_printf(out, "/%" G_GUINT64_FORMAT, capacity);
		g_string_append(out, " bytes");
	}
	/* Nobody will ever read, or write, this any more. */
	if (get(file, PROCVIEW_FACT_PIPE_READERS, &n) && n == 0) {
		begin(out, start);
		g_string_append(out, "no reader");
	}
	if (get(file, PROCVIEW_FACT_PIPE_WRITERS, &n) && n == 0) {
		begin(out, start);
		g_string_append(out, "no writer");
	}
}

static void
append_eventfd(GString *out, gsize start, ProcviewFile *file)
{
	guint64 semaphore;

	append_number(out, start, file, PROCVIEW_FACT_EVENTFD_COUNT, "count");
	if (get(file, PROCVIEW_FACT_EVENTFD_SEMAPHORE, &semaphore) && semaphore != 0) {
		begin(out, start);
		g_string_append(out, "semaphore");
	}
}

static void
append_time(GString *out, guint64 ns)
{
	g_string_append_printf(out, "%" G_GUINT64_FORMAT ".%03u s",
			       ns / G_GUINT64_CONSTANT(1000000000), (guint)(ns / 1000000 % 1000));
}

static void
append_timer(GString *out, gsize start, ProcviewFile *file)
{
	static const struct word clocks[] = {
		{CLOCK_REALTIME, "realtime"},
		{CLOCK_MONOTONIC, "monotonic"},
		{CLOCK_BOOTTIME, "boottime"},
		{CLOCK_REALTIME_ALARM, "realtime alarm"},
		{CLOCK_BOOTTIME_ALARM, "boottime alarm"},
	};
	guint64 clock, ns;

	if (get(file, PROCVIEW_FACT_TIMERFD_CLOCK, &clock)) {
		const char *word = find_word(clocks, G_N_ELEMENTS(clocks), clock);

		begin(out, start);
		if (word != NULL)
			g_string_append(out, word);
		else
			g_string_append_printf(out, "clock %" G_GUINT64_FORMAT, clock);
	}
	if (get(file, PROCVIEW_FACT_TIMERFD_REMAINING_NS, &ns)) {
		begin(out, start);
		g_string_append(out, ns > 0 ? "in " : "not set");
		if (ns > 0)
			append_time(out, ns);
	}
	if (get(file, PROCVIEW_FACT_TIMERFD_INTERVAL_NS, &ns) && ns > 0) {
		begin(out, start);
		g_string_append(out, "every ");
		append_time(out, ns);
	}
	if (get(file, PROCVIEW_FACT_TIMERFD_TICKS, &ns) && ns > 0)
		append_counted(out, start, ns, "expiration unread", "expirations unread");
}

static void
append_signal(GString *out, int number)
{
	/* Real-time signals have no names, and where they begin the C library decides. */
	const char *name = number < SIGRTMIN ? sigabbrev_np(number) : NULL;

	if (name != NULL)
		g_string_append(out, name);
	else
		g_string_append_printf(out, "%d", number);
}

static void
append_signals(GString *out, gsize start, ProcviewFile *file)
{
	guint64 mask;
	guint n = 0;

	if (!get(file, PROCVIEW_FACT_SIGNALFD_MASK, &mask))
		return;
	begin(out, start);
	if (mask == 0)
		g_string_append(out, "no signal");
	for (int i = 0; i < 64; i++) {
		if ((mask >> i & 1) == 0 || n++ >= SIGNALS_NAMED)
			continue;
		if (n > 1)
			g_string_append_c(out, ' ');
		append_signal(out, i + 1);
	}
	if (n > SIGNALS_NAMED)
		g_string_append_printf(out, " +%u", n - SIGNALS_NAMED);
}

static void
append_ring(GString *out, gsize start, ProcviewFile *file)
{
	guint64 n;

	append_number(out, start, file, PROCVIEW_FACT_IO_URING_SQ_ENTRIES, "sq");
	append_number(out, start, file, PROCVIEW_FACT_IO_URING_CQ_ENTRIES, "cq");
	if (get(file, PROCVIEW_FACT_IO_URING_N_FILES, &n) && n > 0)
		append_counted(out, start, n, "file", "files");
	if (get(file, PROCVIEW_FACT_IO_URING_N_BUFFERS, &n) && n > 0)
		append_counted(out, start, n, "buffer", "buffers");
}

static void
append_bpf(GString *out, gsize start, ProcviewFile *file, const struct view *view)
{
	guint64 type;

	append_number(out, start, file, PROCVIEW_FACT_BPF_ID, "id");
	append_text(out, start, file, PROCVIEW_FACT_BPF_TYPE_NAME, NULL, view);
	if (procview_file_get_text(file, PROCVIEW_FACT_BPF_TYPE_NAME) == NULL &&
	    get(file, PROCVIEW_FACT_BPF_TYPE, &type)) {
		begin(out, start);
		g_string_append_printf(out, "type %" G_GUINT64_FORMAT, type);
	}
	append_text(out, start, file, PROCVIEW_FACT_BPF_NAME, "name", view);
	append_number(out, start, file, PROCVIEW_FACT_BPF_MAX_ENTRIES, "entries");
	append_number(out, start, file, PROCVIEW_FACT_BPF_PROG_ID, "prog");
}

static void
append_perf(GString *out, gsize start, ProcviewFile *file)
{
	static const struct word types[] = {
		{PERF_TYPE_HARDWARE, "hardware"},
		{PERF_TYPE_SOFTWARE, "software"},
		{PERF_TYPE_TRACEPOINT, "tracepoint"},
		{PERF_TYPE_HW_CACHE, "hw_cache"},
		{PERF_TYPE_RAW, "raw"},
		{PERF_TYPE_BREAKPOINT, "breakpoint"},
	};
	guint64 type, config;
	const char *word;

	if (!get(file, PROCVIEW_FACT_PERF_TYPE, &type))
		return;
	begin(out, start);
	word = find_word(types, G_N_ELEMENTS(types), type);
	if (word != NULL)
		g_string_append(out, word);
	else
		g_string_append_printf(out, "type %" G_GUINT64_FORMAT, type);
	if (get(file, PROCVIEW_FACT_PERF_CONFIG, &config))
		g_string_append_printf(out, " 0x%" G_GINT64_MODIFIER "x", config);
}

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020
#endif

static void
append_seals(GString *out, gsize start, ProcviewFile *file)
{
	static const struct word seals[] = {
		{F_SEAL_SEAL, "seal"}, {F_SEAL_SHRINK, "shrink"},
		{F_SEAL_GROW, "grow"}, {F_SEAL_WRITE, "write"},
		{F_SEAL_EXEC, "exec"}, {F_SEAL_FUTURE_WRITE, "future_write"},
	};
	const char *separator = "sealed ";
	guint64 mask;

	if (!get(file, PROCVIEW_FACT_MEMFD_SEALS, &mask) || mask == 0)
		return;
	begin(out, start);
	for (gsize i = 0; i < G_N_ELEMENTS(seals); i++) {
		if ((mask & seals[i].number) == 0)
			continue;
		g_string_append_printf(out, "%s%s", separator, seals[i].word);
		mask &= ~seals[i].number;
		separator = "|";
	}
	if (mask != 0)
		g_string_append_printf(out, "%s0x%" G_GINT64_MODIFIER "x", separator, mask);
}

static void
append_queue(GString *out, gsize start, ProcviewFile *file)
{
	guint64 n, most;

	if (!get(file, PROCVIEW_FACT_MQUEUE_N_MESSAGES, &n))
		return;
	begin(out, start);
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, n);
	if (get(file, PROCVIEW_FACT_MQUEUE_MAX_MESSAGES, &most))
		g_string_append_printf(out, "/%" G_GUINT64_FORMAT, most);
	g_string_append(out, " messages");
}

static void
append_watches(GString *out, gsize start, ProcviewFile *file, const char *one, const char *many)
{
	guint n = procview_file_get_n_marks(file);

	if (n > 0)
		append_counted(out, start, n, one, many);
}

static void
append_by_kind(GString *out, ProcviewDescriptor *descriptor, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(descriptor);
	gsize start = out->len;

	switch (procview_file_get_kind(file)) {
	case PROCVIEW_KIND_PIPE:
	case PROCVIEW_KIND_FIFO:
		append_pipe(out, start, file);
		break;
	case PROCVIEW_KIND_SOCKET:
		detail_append_socket(out, procview_file_get_socket(file), view);
		break;
	case PROCVIEW_KIND_EVENTFD:
		append_eventfd(out, start, file);
		break;
	case PROCVIEW_KIND_EVENTPOLL:
		detail_append_targets(out, descriptor, view);
		break;
	case PROCVIEW_KIND_TIMERFD:
		append_timer(out, start, file);
		break;
	case PROCVIEW_KIND_SIGNALFD:
		append_signals(out, start, file);
		break;
	case PROCVIEW_KIND_INOTIFY:
		append_watches(out, start, file, "watch", "watches");
		break;
	case PROCVIEW_KIND_FANOTIFY:
		append_watches(out, start, file, "mark", "marks");
		break;
	case PROCVIEW_KIND_IO_URING:
		append_ring(out, start, file);
		break;
	case PROCVIEW_KIND_BPF_MAP:
	case PROCVIEW_KIND_BPF_PROG:
	case PROCVIEW_KIND_BPF_LINK:
		append_bpf(out, start, file, view);
		break;
	case PROCVIEW_KIND_PERF_EVENT:
		append_perf(out, start, file);
		break;
	case PROCVIEW_KIND_MEMFD:
		append_seals(out, start, file);
		break;
	case PROCVIEW_KIND_MQUEUE:
		append_queue(out, start, file);
		break;
	default:
		break;
	}
}

/* Devices, and what only some drivers tell. */
static void
append_device(GString *out, gsize start, ProcviewFile *file, const struct view *view)
{
	append_text(out, start, file, PROCVIEW_FACT_DRM_DRIVER, NULL, view);
	append_number(out, start, file, PROCVIEW_FACT_DRM_CLIENT_ID, "client");
	append_text(out, start, file, PROCVIEW_FACT_TUN_INTERFACE, "interface", view);
	append_text(out, start, file, PROCVIEW_FACT_DMABUF_EXPORTER, "dma-buf of", view);
	append_number(out, start, file, PROCVIEW_FACT_USERFAULTFD_PENDING, "pending");
	append_text(out, start, file, PROCVIEW_FACT_NAMESPACE_TYPE, "namespace", view);
}

static void
append_driver(GString *out, gsize start, ProcviewFile *file, const struct view *view)
{
	append_text(out, start, file, PROCVIEW_FACT_DRIVER, "driver", view);
	append_text(out, start, file, PROCVIEW_FACT_DEVICE_NAME, "device", view);
	append_number(out, start, file, PROCVIEW_FACT_PTY_INDEX, "pts");
}

void
detail_append(GString *out, ProcviewDescriptor *descriptor, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(descriptor);
	gsize start = out->len;

	append_by_kind(out, descriptor, view);
	append_device(out, start, file, view);
	append_driver(out, start, file, view);
}

/* Of memory and terminals the name of the node says it: major 1, 4, 5, and 136 to 143. */
static gboolean
is_common_device(ProcviewFile *file)
{
	guint major, minor;

	if (procview_file_get_kind(file) != PROCVIEW_KIND_CHARDEV ||
	    !procview_file_get_rdev(file, &major, &minor))
		return FALSE;
	return major == 1 || major == 4 || major == 5 || (major >= 136 && major <= 143);
}

void
detail_append_news(GString *out, ProcviewDescriptor *descriptor, const struct view *view)
{
	ProcviewFile *file = procview_descriptor_get_file(descriptor);
	gsize start = out->len;
	guint major, minor;

	append_by_kind(out, descriptor, view);
	if (procview_file_get_n_facts(file) == 0)
		return;
	if (procview_file_get_kind(file) != PROCVIEW_KIND_NSFS)
		append_device(out, start, file, view);
	if (!is_common_device(file))
		append_driver(out, start, file, view);
	else if (procview_file_get_rdev(file, &major, &minor) && major == 5 && minor == 2)
		append_number(out, start, file, PROCVIEW_FACT_PTY_INDEX, "pts");
}

static const char *
name_lock(ProcviewLock *lock)
{
	switch (procview_lock_get_lock_type(lock)) {
	case PROCVIEW_LOCK_TYPE_POSIX:
		return "POSIX";
	case PROCVIEW_LOCK_TYPE_OFD:
		return "OFD";
	case PROCVIEW_LOCK_TYPE_FLOCK:
		return "flock";
	case PROCVIEW_LOCK_TYPE_LEASE:
		return "lease";
	case PROCVIEW_LOCK_TYPE_DELEGATION:
		return "delegation";
	}
	return "lock";
}

static void
append_lock(GString *out, ProcviewLock *lock)
{
	guint64 first = procview_lock_get_start(lock);
	guint64 last;
	gboolean ends = procview_lock_get_end(lock, &last);

	g_string_append_printf(out, "%s %s", name_lock(lock),
			       procview_lock_is_write(lock) ? "write" : "read");
	if (ends)
		g_string_append_printf(out, " %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, first,
				       last);
	else if (first > 0)
		g_string_append_printf(out, " %" G_GUINT64_FORMAT "-", first);
	if (procview_lock_is_breaking(lock))
		g_string_append(out, " breaking");
}

void
detail_append_locks(GString *out, ProcviewDescriptor *descriptor)
{
	guint n = procview_descriptor_get_n_locks(descriptor);

	for (guint i = 0; i < MIN(n, LOCKS_NAMED); i++) {
		if (i > 0)
			g_string_append(out, ", ");
		append_lock(out, procview_descriptor_get_lock(descriptor, i));
	}
	if (n > LOCKS_NAMED)
		g_string_append_printf(out, " +%u", n - LOCKS_NAMED);
}

gboolean
detail_says_name(ProcviewFile *file)
{
	ProcviewKind kind = procview_file_get_kind(file);
	const char *path = procview_file_get_path(file);

	if (kind == PROCVIEW_KIND_SOCKET)
		return TRUE;
	if (kind == PROCVIEW_KIND_ANON_INODE || kind == PROCVIEW_KIND_UNKNOWN || path == NULL)
		return FALSE;
	return g_str_has_prefix(path, "anon_inode:") ||
	       (kind == PROCVIEW_KIND_PIDFD && g_str_has_prefix(path, "pidfd:"));
}
