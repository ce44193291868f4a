/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What drivers print into fdinfo, since 3.8, behind the head and the locks:
 *
 *   pos: flags: mnt_id: ino:     the head (fdinfo-parse.c)
 *   lock: ...                    one line for each lock that this descriptor holds, 4.1
 *   KEY: VALUE                   the driver's own
 *
 * What the file is decides which lines are taken, so that nothing which one driver lets its users
 * write (the name of a dma-buf, say) is taken for a line of another. Lines that are cut, or not
 * as the kernel writes them, are left out: what they would have said is then unknown.
 *
 * What it cannot see: whatever the kernel does not print. That is how full a pipe is and how many
 * have it open, the attributes of a perf event, flags of an eventfd but for its semaphore.
 */
#include "backend/procfs/fdinfo-detail-parse.h"

#include <fcntl.h>
#include <string.h>

#include "backend/procfs/fdinfo-ring-parse.h"
#include "backend/procfs/fdinfo-watch-parse.h"
#include "backend/procfs/lock-parse.h"
#include "core/bpf-type.h"
#include "core/kind.h"
#include "util/number.h"

#define NS_PER_S	   G_GUINT64_CONSTANT(1000000000)
#define MEM_MAJOR	   1
#define UNIX98_SLAVE_MAJOR 136
/* Set by the kernel when a user has agreed with it on the interface: no feature. */
#define UFFD_INITIALIZED (G_GUINT64_CONSTANT(1) << 31)

/* The file under way. */
typedef struct {
	PvStore *store;
	guint32 file;
	guint kind;
} Subject;

typedef enum {
	DECIMAL,
	HEXADECIMAL,
	OCTAL,
	TEXT,
} Form;

typedef struct {
	const char *key;
	Form form;
	guint fact;
} Plain;

static gboolean
add_number(const Subject *subject, guint fact, guint64 value)
{
	return pv_details_add_number(&subject->store->details, subject->file, fact, value);
}

static gboolean
add_text(const Subject *subject, guint fact, const char *text, gsize length)
{
	PvString string = pv_strings_intern(&subject->store->strings, text, length);

	return string != 0 && add_number(subject, fact, string);
}

static gboolean
add_plain(const Subject *subject, const Plain *plain, const PvLine *value)
{
	guint64 number;
	guint32 octal;

	switch (plain->form) {
	case DECIMAL:
		return !pv_word_u64(value, &number) || add_number(subject, plain->fact, number);
	case HEXADECIMAL:
		return !pv_word_hex(value, &number) || add_number(subject, plain->fact, number);
	case OCTAL:
		return pv_number_octal(value->p, value->end, &octal) != value->end ||
		       add_number(subject, plain->fact, octal);
	case TEXT:
		return value->p == value->end ||
		       add_text(subject, plain->fact, value->p, (gsize)(value->end - value->p));
	}
	return TRUE;
}

static gboolean
take_plain(const Subject *subject, const PvLine *line, const Plain *plains, guint n)
{
	PvLine value;

	for (guint i = 0; i < n; i++) {
		if (pv_line_value(line, plains[i].key, &value))
			return add_plain(subject, &plains[i], &value);
	}
	return TRUE;
}

static gboolean
take_eventfd(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {
		{"eventfd-count:", HEXADECIMAL, PV_FACT_EVENTFD_COUNT},
		{"eventfd-id:", DECIMAL, PV_FACT_EVENTFD_ID},		    /* 5.2 */
		{"eventfd-semaphore:", DECIMAL, PV_FACT_EVENTFD_SEMAPHORE}, /* 6.5 */
	};

	return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
}

/* "(3599, 999968626)": seconds and nanoseconds. */
static gboolean
parse_time(const PvLine *value, guint64 *ns)
{
	const char *p = value->p;
	guint64 seconds, rest;

	if (p == value->end || *p != '(')
		return FALSE;
	p = pv_number_u64(p + 1, value->end, &seconds);
	if (p == NULL || value->end - p < 2 || memcmp(p, ", ", 2) != 0)
		return FALSE;
	p = pv_number_u64(p + 2, value->end, &rest);
	if (p == NULL || p + 1 != value->end || *p != ')' || rest >= NS_PER_S ||
	    seconds > (G_MAXUINT64 - rest) / NS_PER_S)
		return FALSE;
	*ns = seconds * NS_PER_S + rest;
	return TRUE;
}

/* 3.17. The time that is left counts on the timer's own clock; 0: it is not armed. */
static gboolean
take_timerfd(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {
		{"clockid:", DECIMAL, PV_FACT_TIMERFD_CLOCK},
		{"ticks:", DECIMAL, PV_FACT_TIMERFD_TICKS},
		{"settime flags:", OCTAL, PV_FACT_TIMERFD_FLAGS},
	};
	PvLine value;
	guint64 ns;

	if (pv_line_value(line, "it_value:", &value))
		return !parse_time(&value, &ns) ||
		       add_number(subject, PV_FACT_TIMERFD_REMAINING_NS, ns);
	if (pv_line_value(line, "it_interval:", &value))
		return !parse_time(&value, &ns) ||
		       add_number(subject, PV_FACT_TIMERFD_INTERVAL_NS, ns);
	return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
}

/* Signal 1 is bit 0. */
static gboolean
take_signalfd(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {{"sigmask:", HEXADECIMAL, PV_FACT_SIGNALFD_MASK}};

	return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
}

/* Numbers in nested pid namespaces, outermost first: tabs become single blanks. */
static gboolean
add_numbers(const Subject *subject, PvLine value)
{
	g_autofree char *text = g_try_malloc((gsize)(value.end - value.p) + 1);
	gsize length = 0;
	PvLine word;

	if (text == NULL)
		return FALSE;
	while (pv_line_word(&value, &word)) {
		guint64 number;

		if (!pv_word_u64(&word, &number))
			return TRUE;
		if (length > 0)
			text[length++] = ' ';
		memcpy(text + length, word.p, (gsize)(word.end - word.p));
		length += (gsize)(word.end - word.p);
	}
	return length == 0 || add_text(subject, PV_FACT_PIDFD_NSPID, text, length);
}

/* 5.3. -1: has been reaped; 0: not of this pid namespace, so that its number here is none. */
static gboolean
take_pidfd(const Subject *subject, const PvLine *line)
{
	PvLine value;
	gint64 pid;

	if (pv_line_value(line, "Pid:", &value)) {
		return pv_number_i64(value.p, value.end, &pid) != value.end || pid == 0 ||
		       add_number(subject, PV_FACT_PIDFD_PID, (guint64)pid);
	}
	return !pv_line_value(line, "NSpid:", &value) || add_numbers(subject, value);
}

static gboolean
take_type(const Subject *subject, const PvLine *value, const char *(*name_of)(guint))
{
	const char *name;
	guint64 type;

	if (!pv_word_u64(value, &type) || type > G_MAXUINT)
		return TRUE;
	name = name_of((guint)type);
	return add_number(subject, PV_FACT_BPF_TYPE, type) &&
	       (name == NULL || add_text(subject, PV_FACT_BPF_TYPE_NAME, name, strlen(name)));
}

static gboolean
take_bpf_map(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {
		{"key_size:", DECIMAL, PV_FACT_BPF_KEY_SIZE_BYTES},
		{"value_size:", DECIMAL, PV_FACT_BPF_VALUE_SIZE_BYTES},
		{"max_entries:", DECIMAL, PV_FACT_BPF_MAX_ENTRIES},
		{"map_id:", DECIMAL, PV_FACT_BPF_ID}, /* 5.8 */
	};
	PvLine value;

	if (pv_line_value(line, "map_type:", &value))
		return take_type(subject, &value, pv_bpf_map_type_name);
	return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
}

static gboolean
take_bpf_prog(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {
		{"prog_tag:", TEXT, PV_FACT_BPF_TAG},
		{"prog_id:", DECIMAL, PV_FACT_BPF_ID}, /* 5.8 */
	};
	PvLine value;

	if (pv_line_value(line, "prog_type:", &value))
		return take_type(subject, &value, pv_bpf_prog_type_name);
	return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
}

/* The type as a word; of a type that the kernel has no word for, "<12>". */
static gboolean
take_bpf_link(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {
		{"link_id:", DECIMAL, PV_FACT_BPF_ID},
		{"prog_tag:", TEXT, PV_FACT_BPF_TAG},
		{"prog_id:", DECIMAL, PV_FACT_BPF_PROG_ID},
	};
	PvLine value;
	guint type;

	if (pv_line_value(line, "link_type:", &value)) {
		gsize length = (gsize)(value.end - value.p);

		if (pv_bpf_link_type_from_name(value.p, length, &type) &&
		    !add_number(subject, PV_FACT_BPF_TYPE, type))
			return FALSE;
		return length == 0 || add_text(subject, PV_FACT_BPF_TYPE_NAME, value.p, length);
	}
	return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
}

/* "aa:80000000:80000000000001ff": interface, features, ioctls. 4.3. */
static gboolean
take_userfaultfd(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {{"pending:", DECIMAL, PV_FACT_USERFAULTFD_PENDING}};
	guint64 api, features;
	PvLine value;
	const char *p;

	if (!pv_line_value(line, "API:", &value))
		return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
	p = pv_number_hex(value.p, value.end, &api);
	if (p == NULL || p == value.end || *p != ':')
		return TRUE;
	p = pv_number_hex(p + 1, value.end, &features);
	if (p == NULL || p == value.end || *p != ':')
		return TRUE;
	return add_number(subject, PV_FACT_USERFAULTFD_FEATURES, features & ~UFFD_INITIALIZED);
}

/* tun, a pty's master, and graphics: 3.19, 5.6, 6.0. */
static gboolean
take_device(const Subject *subject, const PvLine *line)
{
	static const Plain plains[] = {
		{"iff:", TEXT, PV_FACT_TUN_INTERFACE},
		{"tty-index:", DECIMAL, PV_FACT_PTY_INDEX},
		{"drm-driver:", TEXT, PV_FACT_DRM_DRIVER},
		{"drm-client-id:", DECIMAL, PV_FACT_DRM_CLIENT_ID},
		{"drm-pdev:", TEXT, PV_FACT_DRM_PDEV},
	};

	return take_plain(subject, line, plains, G_N_ELEMENTS(plains));
}

/* How many files lie in the queue of a unix socket, not received yet: 5.10. */
static gboolean
take_socket(const Subject *subject, const PvLine *line)
{
	PvSocket *record;
	PvLine value;
	guint64 n;

	if (!pv_line_value(line, "scm_fds:", &value) || !pv_word_u64(&value, &n) || n > G_MAXUINT32)
		return TRUE;
	record = pv_array_append(&subject->store->details.sockets);
	if (record == NULL)
		return FALSE;
	record->ino = pv_store_file(subject->store, subject->file)->ino;
	record->in_flight = (guint32)n;
	record->known = PV_SOCKET_IN_FLIGHT;
	return TRUE;
}

/*
 * A dma-buf has no kind of its own: it is told by its first three lines. The fourth, its name, is
 * the user's. 4.20.
 */
static gboolean
take_dmabuf(const Subject *subject, PvLine text)
{
	PvLine line, size, count, exporter;
	guint64 bytes, number;

	if (!pv_line_next(&text, &line) || !pv_line_value(&line, "size:\t", &size) ||
	    !pv_word_u64(&size, &bytes) || !pv_line_next(&text, &line) ||
	    !pv_line_value(&line, "count:\t", &count) || !pv_word_u64(&count, &number) ||
	    !pv_line_next(&text, &line) || !pv_line_value(&line, "exp_name:\t", &exporter))
		return TRUE;
	return add_number(subject, PV_FACT_DMABUF_SIZE_BYTES, bytes) &&
	       add_text(subject, PV_FACT_DMABUF_EXPORTER, exporter.p,
			(gsize)(exporter.end - exporter.p));
}

static gboolean
take_line(const Subject *subject, const PvLine *line)
{
	switch (subject->kind) {
	case PV_KIND_EVENTFD:
		return take_eventfd(subject, line);
	case PV_KIND_EVENTPOLL:
		return pv_fdinfo_take_epoll(line, subject->store, subject->file);
	case PV_KIND_TIMERFD:
		return take_timerfd(subject, line);
	case PV_KIND_SIGNALFD:
		return take_signalfd(subject, line);
	case PV_KIND_INOTIFY:
		return pv_fdinfo_take_inotify(line, subject->store, subject->file);
	case PV_KIND_FANOTIFY:
		return pv_fdinfo_take_fanotify(line, subject->store, subject->file);
	case PV_KIND_PIDFD:
		return take_pidfd(subject, line);
	case PV_KIND_BPF_MAP:
		return take_bpf_map(subject, line);
	case PV_KIND_BPF_PROG:
		return take_bpf_prog(subject, line);
	case PV_KIND_BPF_LINK:
		return take_bpf_link(subject, line);
	case PV_KIND_USERFAULTFD:
		return take_userfaultfd(subject, line);
	case PV_KIND_CHARDEV:
		return take_device(subject, line);
	case PV_KIND_SOCKET:
		return take_socket(subject, line);
	default:
		return TRUE;
	}
}

/* Steps over the head, and over the locks, which take is called for. */
static gboolean
skip_common(PvLine *text, PvStore *store, guint32 file,
	    gboolean (*take)(const PvLine *value, PvStore *store, guint32 file))
{
	static const char *const keys[] = {"pos:\t", "flags:\t", "mnt_id:\t", "ino:\t"};
	PvLine line, value;
	PvLine rest = *text;

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (pv_line_next(&rest, &line) && pv_line_value(&line, keys[i], &value))
			*text = rest;
		else
			rest = *text;
	}
	while (pv_line_next(&rest, &line) && pv_line_value(&line, "lock:\t", &value)) {
		*text = rest;
		if (take != NULL && !take(&value, store, file))
			return FALSE;
	}
	return TRUE;
}

static gboolean
take_lock(const PvLine *value, PvStore *store, guint32 file)
{
	PvLockLine line;
	PvLock *lock;

	if (!pv_lock_parse(value, &line) || line.blocked)
		return TRUE;
	lock = pv_details_add_lock(&store->details, file);
	if (lock == NULL)
		return FALSE;
	lock->type = line.type;
	lock->write = line.write;
	lock->breaking = line.breaking;
	lock->pid = line.pid;
	lock->start = line.start;
	lock->end = line.end;
	return TRUE;
}

/* What most descriptors of devices lead to: /dev/null, and terminals. */
static gboolean
is_plain_device(const PvFile *file)
{
	guint32 major = pv_dev_major((guint32)file->extent);

	return (file->known & PV_FILE_RDEV) && (major == MEM_MAJOR || major == UNIX98_SLAVE_MAJOR);
}

gboolean
pv_fdinfo_has_details(const PvFile *file, guint collect)
{
	switch (file->kind) {
	case PV_KIND_EVENTFD:
	case PV_KIND_EVENTPOLL:
	case PV_KIND_TIMERFD:
	case PV_KIND_SIGNALFD:
	case PV_KIND_INOTIFY:
	case PV_KIND_FANOTIFY:
	case PV_KIND_PIDFD:
	case PV_KIND_BPF_MAP:
	case PV_KIND_BPF_PROG:
	case PV_KIND_BPF_LINK:
	case PV_KIND_USERFAULTFD:
	case PV_KIND_ANON_INODE:
		return (collect & PV_COLLECT_DETAILS) && !(file->flags & O_PATH);
	case PV_KIND_CHARDEV:
		return (collect & PV_COLLECT_DETAILS) && !(file->flags & O_PATH) &&
		       !is_plain_device(file);
	case PV_KIND_IO_URING:
		return collect & (PV_COLLECT_DETAILS | PV_COLLECT_HOLDINGS);
	case PV_KIND_SOCKET:
		return (collect & (PV_COLLECT_SOCKETS | PV_COLLECT_HOLDINGS)) &&
		       !(file->flags & O_PATH);
	default:
		return FALSE;
	}
}

gboolean
pv_fdinfo_locks_parse(const char *text, gsize length, PvStore *store, guint32 file)
{
	PvLine lines = {text, text + length};

	return length == 0 || skip_common(&lines, store, file, take_lock);
}

gboolean
pv_fdinfo_detail_parse(const char *text, gsize length, PvStore *store, guint32 file, guint collect)
{
	const PvFile *record = pv_store_file(store, file);
	const Subject subject = {store, file, record->kind};
	PvLine lines = {text, text + length};
	PvLine line;

	if (length == 0)
		return TRUE;
	if (!skip_common(&lines, store, file, collect & PV_COLLECT_LOCKS ? take_lock : NULL))
		return FALSE;
	if (!pv_fdinfo_has_details(record, collect))
		return TRUE;
	if (record->kind == PV_KIND_IO_URING)
		return pv_fdinfo_take_ring(lines, store, file, collect);
	if (record->kind == PV_KIND_ANON_INODE)
		return take_dmabuf(&subject, lines);
	while (pv_line_next(&lines, &line)) {
		if (!take_line(&subject, &line))
			return FALSE;
	}
	return TRUE;
}
