/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Are a record of one snapshot and a record of a later one the same task, program, table, file?
 *
 * The kernel gives tasks a start time, and since 6.9 an identity; tables and memories have an
 * address while they live, which we keep as a keyed hash; files have next to nothing. So for files
 * this looks for proof that they are different: each thing that cannot change while a file is open,
 * is known in both, and differs. What is unknown is no difference: a change that is told has
 * happened, and some that have happened are not told.
 *
 * On btrfs and overlayfs a file has two device numbers, and two inode numbers perhaps: what BPF
 * shows is the kernel's own, the other backends have those of stat(2).
 */
#include "snapshot/same.h"

#include <fcntl.h>
#include <string.h>

#include "core/association.h"
#include "core/kind.h"

#define DELETED_SUFFIX " (deleted)"

/*
 * Bits of the flags that no system call changes while a file is open. The kernel's values; open(2)
 * turns O_SYNC into both of its bits, and the C library has no name for one of them.
 */
#define LASTING_FLAGS (O_ACCMODE | O_PATH | O_DIRECTORY | O_NOFOLLOW | O_SYNC | O_TMPFILE)

static gboolean
differ_if_known(guint64 before, guint64 after)
{
	return before != 0 && after != 0 && before != after;
}

gboolean
pv_same_task(const PvTask *before, const PvTask *after)
{
	return before->tid == after->tid && !differ_if_known(before->identity, after->identity) &&
	       !differ_if_known(before->start_time_ns, after->start_time_ns);
}

static gboolean
share_keys(const PvStore *before, const PvStore *after)
{
	return before->key_id != 0 && before->key_id == after->key_id;
}

static gboolean
texts_differ(const char *before, const char *after)
{
	return before != NULL && after != NULL && strcmp(before, after) != 0;
}

static gsize
length_without_suffix(const char *path)
{
	gsize length = strlen(path), suffix = strlen(DELETED_SUFFIX);

	if (length > suffix && strcmp(path + length - suffix, DELETED_SUFFIX) == 0)
		length -= suffix;
	return length;
}

/* A program that was replaced on disk while it ran is still the same. */
static gboolean
programs_differ(const char *before, const char *after)
{
	gsize length;

	if (before == NULL || after == NULL)
		return FALSE;
	length = length_without_suffix(before);
	return length != length_without_suffix(after) || memcmp(before, after, length) != 0;
}

static gboolean
arguments_differ(const PvProcess *before, const PvProcess *after)
{
	const char *a, *b;

	if ((before->known & after->known & PV_PROCESS_COMMAND) == 0)
		return FALSE;
	if (before->cmdline_len != after->cmdline_len)
		return TRUE;
	if (before->cmdline == 0 || after->cmdline == 0)
		return before->cmdline != after->cmdline;
	a = pv_store_string(pv_store_of(before), before->cmdline);
	b = pv_store_string(pv_store_of(after), after->cmdline);
	return memcmp(a, b, before->cmdline_len) != 0;
}

static const PvMemory *
memory_of(const PvProcess *process)
{
	const PvStore *store = pv_store_of(process);
	guint32 memory = pv_store_memory_of(store, process->index);

	return memory == PV_NONE ? NULL : pv_store_memory_at(store, memory);
}

/* Which file the program is, if that is known of both: the surest but for the memory itself. */
static gboolean
knows_programs(const PvMemory *before, const PvMemory *after)
{
	return before != NULL && after != NULL && before->exe_ino != 0 && after->exe_ino != 0 &&
	       pv_same_numbers(before->backend, after->backend);
}

gboolean
pv_same_numbers(const char *backend, const char *other)
{
	return (g_strcmp0(backend, "bpf") == 0) == (g_strcmp0(other, "bpf") == 0);
}

gboolean
pv_same_process_executed(const PvProcess *before, const PvProcess *after)
{
	const PvStore *old = pv_store_of(before), *now = pv_store_of(after);
	const PvTask *was = pv_store_task(old, before->leader);
	const PvTask *is = pv_store_task(now, after->leader);
	const PvMemory *memory_before = memory_of(before), *memory_after = memory_of(after);

	/* Programs that the kernel starts begin as its own threads. */
	if ((was->known & PV_TASK_KTHREAD) && (is->known & PV_TASK_DETAILS) &&
	    !(is->known & PV_TASK_KTHREAD))
		return TRUE;
	/* Nothing but execve(2) gives a process another memory. */
	if (share_keys(old, now) && was->mm_key != 0 && is->mm_key != 0)
		return was->mm_key != is->mm_key;
	if (knows_programs(memory_before, memory_after))
		return memory_before->exe_ino != memory_after->exe_ino ||
		       memory_before->exe_dev != memory_after->exe_dev;
	/* A path changes when somebody renames a directory on it. */
	return programs_differ(pv_store_string(old, before->exe),
			       pv_store_string(now, after->exe)) &&
	       (arguments_differ(before, after) ||
		texts_differ(pv_store_string(old, was->comm), pv_store_string(now, is->comm)));
}

gboolean
pv_same_table_is_told(const PvTable *before, const PvTable *after)
{
	return before->key != 0 && after->key != 0 &&
	       share_keys(pv_store_of(before), pv_store_of(after));
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/*
 * File systems give the inode number of a file that is gone to the next one. A file without a link
 * gets neither another name nor a link again, unless it was made without one.
 */
static gboolean
number_was_reused(const PvFile *before, const PvFile *after)
{
	const char *was = pv_store_string(pv_store_of(before), before->path);
	const char *is = pv_store_string(pv_store_of(after), after->path);

	if (before->kind != PV_KIND_REGULAR || !(before->known & PV_FILE_DELETED) ||
	    !(before->known & PV_FILE_FLAGS) || (before->flags & O_TMPFILE) == O_TMPFILE)
		return FALSE;
	return !(after->known & PV_FILE_DELETED) ||
	       (was != NULL && is != NULL && strcmp(last_part(was), last_part(is)) != 0);
}

static gboolean
facts_differ(const PvFile *before, const PvFile *after, guint fact)
{
	const PvFact *was =
		pv_details_find_fact(&pv_store_of(before)->details, before->index, fact);
	const PvFact *is = pv_details_find_fact(&pv_store_of(after)->details, after->index, fact);

	return was != NULL && is != NULL && was->value != is->value;
}

/* A pidfd keeps its process, but forgets its number when the process has ended. */
static gboolean
has_ended(const PvFile *pidfd)
{
	const PvFact *pid =
		pv_details_find_fact(&pv_store_of(pidfd)->details, pidfd->index, PV_FACT_PIDFD_PID);

	return pid != NULL && (gint64)pid->value <= 0;
}

static gboolean
cookies_differ(const PvFile *before, const PvFile *after)
{
	const PvSocket *was, *is;

	if (!(before->known & after->known & PV_FILE_INODE))
		return FALSE;
	was = pv_details_find_socket(&pv_store_of(before)->details, before->ino);
	is = pv_details_find_socket(&pv_store_of(after)->details, after->ino);
	return was != NULL && is != NULL && differ_if_known(was->cookie, is->cookie);
}

/* Of those that have nothing but their kind in common with each other. */
static gboolean
identities_differ(const PvFile *before, const PvFile *after)
{
	switch (after->kind) {
	case PV_KIND_SOCKET:
		return cookies_differ(before, after);
	case PV_KIND_CHARDEV:
		/* Of /dev/ptmx: each opening makes another terminal. */
		return facts_differ(before, after, PV_FACT_PTY_INDEX);
	case PV_KIND_PIDFD:
		return facts_differ(before, after, PV_FACT_PIDFD_PID) && !has_ended(before) &&
		       !has_ended(after);
	case PV_KIND_EVENTFD:
		return facts_differ(before, after, PV_FACT_EVENTFD_ID);
	case PV_KIND_TIMERFD:
		return facts_differ(before, after, PV_FACT_TIMERFD_CLOCK);
	case PV_KIND_BPF_MAP:
	case PV_KIND_BPF_PROG:
	case PV_KIND_BPF_LINK:
		return facts_differ(before, after, PV_FACT_BPF_ID);
	case PV_KIND_ANON_INODE:
		/* The path is the name of what it is, and nobody renames it. */
		return texts_differ(pv_store_string(pv_store_of(before), before->path),
				    pv_store_string(pv_store_of(after), after->path));
	default:
		return FALSE;
	}
}

/* Without an inode there is nothing but the name to go by, and of two of its numbers neither. */
static gboolean
inodes_differ(const PvFile *before, const PvFile *after, gboolean same_numbers)
{
	gboolean known = (before->known & after->known & PV_FILE_INODE) != 0;

	if (known && before->ino == after->ino && before->dev == after->dev)
		return FALSE;
	if (known && (same_numbers || !pv_kind_is_mounted(after->kind)))
		return TRUE;
	return texts_differ(pv_store_string(pv_store_of(before), before->path),
			    pv_store_string(pv_store_of(after), after->path));
}

static gboolean
openings_differ(const PvFile *before, const PvFile *after)
{
	guint both = before->known & after->known;

	return ((both & PV_FILE_FLAGS) && ((before->flags ^ after->flags) & LASTING_FLAGS)) ||
	       ((both & PV_FILE_MOUNT) && before->mount_id != after->mount_id);
}

gboolean
pv_same_file(const PvFile *before, const PvFile *after, gboolean same_numbers)
{
	if (differ_if_known(before->kind, after->kind))
		return FALSE;
	return !inodes_differ(before, after, same_numbers) && !openings_differ(before, after) &&
	       !number_was_reused(before, after) && !identities_differ(before, after);
}
