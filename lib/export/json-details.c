/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Facts as one object for each group, then what an eventpoll set waits for, what is watched, where
 * the file lies, and the socket. Bits are lists of words where the kernel's headers have some.
 */
#include "export/json-details.h"

#include "core/channel.h"
#include "core/ends.h"
#include "core/kind.h"
#include "export/bits.h"
#include "export/json-items.h"
#include "export/open-flags.h"

/* A longer list is not written with each of the descriptors that have it. */
#define MAX_REPEATED 64

static void
add_word(const char *name, gpointer data)
{
	pv_json_word(data, name);
}

static void
member_bits(PvJsonWriter *writer, const char *key, PvBits bits, guint64 value)
{
	pv_json_key(writer, key);
	pv_json_open(writer, '[');
	pv_bits_foreach(bits, value, add_word, writer);
	pv_json_close(writer, ']');
}

void
pv_json_member_dev(PvJsonWriter *writer, const char *key, guint32 dev)
{
	char text[32];

	g_snprintf(text, sizeof(text), "%u:%u", pv_dev_major(dev), pv_dev_minor(dev));
	pv_json_member_word(writer, key, text);
}

static void
write_clock(PvJsonWriter *writer, const PvFact *fact)
{
	const char *name = pv_clock_name(fact->value);

	if (name != NULL)
		pv_json_member_word(writer, pv_fact_name(fact->fact), name);
	else
		pv_json_member_uint(writer, pv_fact_name(fact->fact), fact->value);
}

static void
write_signals(PvJsonWriter *writer, const PvFact *fact)
{
	pv_json_member_uint(writer, pv_fact_name(fact->fact), fact->value);
	pv_json_key(writer, "signals");
	pv_json_open(writer, '[');
	pv_signals_foreach(fact->value, add_word, writer);
	pv_json_close(writer, ']');
}

/* Numbers, with anything between them. */
static void
write_numbers(PvJsonWriter *writer, const char *key, const char *text)
{
	pv_json_key(writer, key);
	pv_json_open(writer, '[');
	while (text != NULL && *text != '\0') {
		char *end;

		if (!g_ascii_isdigit(*text)) {
			text++;
			continue;
		}
		pv_json_uint(writer, g_ascii_strtoull(text, &end, 10));
		text = end;
	}
	pv_json_close(writer, ']');
}

static void
write_open_flags(PvJsonWriter *writer, const PvFact *fact)
{
	pv_json_key(writer, pv_fact_name(fact->fact));
	pv_json_open(writer, '[');
	pv_open_flags_foreach((guint32)fact->value, add_word, writer);
	pv_json_close(writer, ']');
}

static void
write_plain(PvJsonWriter *writer, const PvStore *store, const PvFact *fact)
{
	const char *key = pv_fact_name(fact->fact);
	const char *text;

	switch (pv_fact_type(fact->fact)) {
	case PV_FACT_TEXT:
		text = pv_store_string(store, (PvString)fact->value);
		if (text != NULL)
			pv_json_member_string(writer, key, text);
		break;
	case PV_FACT_FLAG:
		if (fact->value != 0)
			pv_json_member_bool(writer, key, TRUE);
		break;
	default:
		pv_json_member_uint(writer, key, fact->value);
	}
}

static void
write_fact(PvJsonWriter *writer, const PvStore *store, const PvFact *fact)
{
	const char *key = pv_fact_name(fact->fact);

	switch (fact->fact) {
	case PV_FACT_TIMERFD_CLOCK:
		write_clock(writer, fact);
		break;
	case PV_FACT_TIMERFD_FLAGS:
		member_bits(writer, key, PV_BITS_TIMERFD, fact->value);
		break;
	case PV_FACT_SIGNALFD_MASK:
		write_signals(writer, fact);
		break;
	case PV_FACT_FANOTIFY_FLAGS:
		member_bits(writer, key, PV_BITS_FANOTIFY_INIT, fact->value);
		break;
	case PV_FACT_FANOTIFY_EVENT_FLAGS:
		write_open_flags(writer, fact);
		break;
	case PV_FACT_MEMFD_SEALS:
		member_bits(writer, key, PV_BITS_SEALS, fact->value);
		break;
	case PV_FACT_PIDFD_PID: /* -1: has ended */
		pv_json_member_int(writer, key, (gint64)fact->value);
		break;
	case PV_FACT_PIDFD_NSPID:
		write_numbers(writer, key, pv_store_string(store, (PvString)fact->value));
		break;
	case PV_FACT_PTY_DEV:
		pv_json_member_dev(writer, key, (guint32)fact->value);
		break;
	default:
		write_plain(writer, store, fact);
	}
}

static gboolean
is_first_of_group(const PvFact *facts, guint i)
{
	for (guint j = 0; j < i; j++) {
		if (g_str_equal(pv_fact_group(facts[j].fact), pv_fact_group(facts[i].fact)))
			return FALSE;
	}
	return TRUE;
}

/* A group that got a fact in a later release does not lie in one piece. */
static void
write_facts(PvJsonWriter *writer, const PvFile *file)
{
	const PvStore *store = pv_store_of(file);
	guint n;
	const PvFact *facts = pv_details_facts_of(&store->details, file->index, &n);

	for (guint i = 0; i < n; i++) {
		const char *group = pv_fact_group(facts[i].fact);

		if (!is_first_of_group(facts, i))
			continue;
		pv_json_key(writer, group);
		pv_json_open(writer, '{');
		for (guint j = i; j < n; j++) {
			if (g_str_equal(pv_fact_group(facts[j].fact), group))
				write_fact(writer, store, &facts[j]);
		}
		pv_json_close(writer, '}');
	}
}

/* The true one, which need not be what the number leads to by now. */
static void
write_target_file(PvJsonWriter *writer, const PvStore *store, const PvFile *file)
{
	const char *path = pv_store_string(store, file->path);

	if ((file->known & PV_FILE_DESCRIBED) != 0)
		pv_json_member_uint(writer, "description", (guint64)file->index + 1);
	pv_json_member_word(writer, "kind", pv_kind_name(file->kind));
	if (path != NULL)
		pv_json_member_string(writer, "path", path);
}

static void
write_target(PvJsonWriter *writer, const PvRegistration *registration)
{
	const PvStore *store = pv_store_of(registration);

	pv_json_open(writer, '{');
	pv_json_member_int(writer, "fd", registration->fd);
	member_bits(writer, "events", PV_BITS_EPOLL, registration->events);
	pv_json_member_uint(writer, "data", registration->data);
	if (registration->target != PV_NONE)
		write_target_file(writer, store, pv_store_file(store, registration->target));
	if (registration->ino != 0) {
		pv_json_member_uint(writer, "ino", registration->ino);
		pv_json_member_dev(writer, "dev", registration->dev);
	}
	pv_json_close(writer, '}');
}

static gboolean
take_first(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	*(const PvDescriptor **)data = descriptor;
	return FALSE;
}

/*
 * Whether a list goes with this descriptor. Thousands of processes may have inherited a set of
 * thousands: a long one goes with the first of them, the others tell how long it is.
 */
static gboolean
goes_here(PvJsonWriter *writer, const PvFile *file, const PvDescriptor *at, guint n,
	  const char *count_key)
{
	const PvStore *store = pv_store_of(file);
	const PvDescriptor *first = at;

	if (n > MAX_REPEATED && at != NULL && store->details.by_file.n > 0)
		pv_ends_each_descriptor(store, file->index, take_first, &first);
	if (n > 0 && first != at)
		pv_json_member_uint(writer, count_key, n);
	return n > 0 && first == at;
}

static void
write_targets(PvJsonWriter *writer, const PvFile *file, const PvDescriptor *at)
{
	guint n;
	const PvRegistration *found =
		pv_details_registrations_of(&pv_store_of(file)->details, file->index, &n);

	if (!goes_here(writer, file, at, n, "n_targets"))
		return;
	pv_json_key(writer, "targets");
	pv_json_open(writer, '[');
	for (guint i = 0; i < n; i++)
		write_target(writer, &found[i]);
	pv_json_close(writer, ']');
}

static void
write_mark(PvJsonWriter *writer, const PvMark *mark, PvBits bits)
{
	static const char *const types[] = {
		[PV_MARK_INODE] = "inode",
		[PV_MARK_MOUNT] = "mount",
		[PV_MARK_FILE_SYSTEM] = "file-system",
	};

	pv_json_open(writer, '{');
	if (mark->type < G_N_ELEMENTS(types))
		pv_json_member_word(writer, "type", types[mark->type]);
	if (mark->wd >= 0)
		pv_json_member_int(writer, "wd", mark->wd);
	if (mark->ino != 0)
		pv_json_member_uint(writer, "ino", mark->ino);
	if (mark->dev != 0)
		pv_json_member_dev(writer, "dev", mark->dev);
	if (mark->type == PV_MARK_MOUNT)
		pv_json_member_uint(writer, "mnt_id", mark->mount_id);
	member_bits(writer, "mask", bits, mark->mask);
	if (mark->ignored_mask != 0)
		member_bits(writer, "ignored_mask", bits, mark->ignored_mask);
	pv_json_close(writer, '}');
}

static void
write_marks(PvJsonWriter *writer, const PvFile *file, const PvDescriptor *at)
{
	guint n;
	const PvMark *found = pv_details_marks_of(&pv_store_of(file)->details, file->index, &n);

	if (!goes_here(writer, file, at, n, "n_marks"))
		return;
	pv_json_key(writer, "marks");
	pv_json_open(writer, '[');
	for (guint i = 0; i < n; i++)
		write_mark(writer, &found[i],
			   file->kind == PV_KIND_FANOTIFY ? PV_BITS_FANOTIFY : PV_BITS_INOTIFY);
	pv_json_close(writer, ']');
}

static void
write_file_system(PvJsonWriter *writer, const PvFile *file)
{
	const PvStore *store = pv_store_of(file);
	const PvMount *mount = (file->known & PV_FILE_MOUNT) == 0
				       ? NULL
				       : pv_details_find_mount(&store->details, file->mount_id);

	if (mount == NULL)
		return;
	pv_json_key(writer, "fs");
	pv_json_open(writer, '{');
	if (mount->type != 0)
		pv_json_member_string(writer, "type", pv_store_string(store, mount->type));
	if (mount->source != 0)
		pv_json_member_string(writer, "source", pv_store_string(store, mount->source));
	pv_json_close(writer, '}');
}

void
pv_json_write_details(PvJsonWriter *writer, const PvFile *file, const PvDescriptor *at)
{
	const PvSocket *socket = pv_socket_of(pv_store_of(file), file);

	write_file_system(writer, file);
	write_facts(writer, file);
	write_targets(writer, file, at);
	write_marks(writer, file, at);
	if (socket != NULL)
		pv_json_write_socket(writer, socket);
}

static void
write_lock(PvJsonWriter *writer, const PvLock *lock)
{
	static const char *const types[] = {
		[PV_LOCK_POSIX] = "posix",	     [PV_LOCK_OFD] = "ofd",
		[PV_LOCK_FLOCK] = "flock",	     [PV_LOCK_LEASE] = "lease",
		[PV_LOCK_DELEGATION] = "delegation",
	};

	pv_json_open(writer, '{');
	if (lock->type < G_N_ELEMENTS(types))
		pv_json_member_word(writer, "type", types[lock->type]);
	pv_json_member_word(writer, "access", lock->write ? "write" : "read");
	if (lock->breaking)
		pv_json_member_bool(writer, "breaking", TRUE);
	pv_json_member_uint(writer, "start", lock->start);
	if (lock->end != G_MAXUINT64)
		pv_json_member_uint(writer, "end", lock->end);
	if (lock->pid != 0)
		pv_json_member_int(writer, "pid", lock->pid);
	pv_json_close(writer, '}');
}

void
pv_json_write_locks(PvJsonWriter *writer, const PvDescriptor *descriptor)
{
	guint n;
	const PvLock *found =
		pv_details_locks_of(&pv_store_of(descriptor)->details, descriptor->index, &n);

	if (n == 0)
		return;
	pv_json_key(writer, "locks");
	pv_json_open(writer, '[');
	for (guint i = 0; i < n; i++)
		write_lock(writer, &found[i]);
	pv_json_close(writer, ']');
}
