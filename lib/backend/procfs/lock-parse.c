/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Lines of /proc/locks, and of fdinfo behind "lock:", since 4.1:
 *
 *   1: POSIX  ADVISORY  WRITE 812 fe:00:4711 0 EOF         of a table
 *   2: OFDLCK ADVISORY  READ  -1 fe:00:4711 100 199        of an open file description
 *   3: FLOCK  ADVISORY  WRITE 812 fe:00:4711 0 EOF
 *   4: LEASE  ACTIVE    READ  812 fe:00:4711 0 EOF         DELEG: the same, of an NFS server
 *   5: -> POSIX  ADVISORY  READ  813 fe:00:4711 0 EOF      waits; in /proc/locks only
 *
 * A lease that is being broken is shown with what it is to become: READ, or UNLCK for none.
 */
#include "backend/procfs/lock-parse.h"

#include <string.h>

#include "core/detail.h"
#include "util/number.h"

static gboolean
take_type(const PvLine *word, guint8 *type)
{
	static const struct {
		const char *word;
		guint8 type;
	} types[] = {
		{"POSIX", PV_LOCK_POSIX},
		/* Of programs of other systems that the kernel once ran: the same lock. */
		{"ACCESS", PV_LOCK_POSIX},
		{"OFDLCK", PV_LOCK_OFD},
		{"FLOCK", PV_LOCK_FLOCK},
		{"LEASE", PV_LOCK_LEASE},
		{"DELEG", PV_LOCK_DELEGATION},
	};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		if (pv_line_is(word, types[i].word)) {
			*type = types[i].type;
			return TRUE;
		}
	}
	return FALSE;
}

/* "fe:00:4711"; "<none>:0" where the kernel has no inode. */
static guint64
take_inode(const PvLine *word)
{
	const char *colon = memrchr(word->p, ':', (gsize)(word->end - word->p));
	guint64 ino;

	if (colon == NULL || pv_number_u64(colon + 1, word->end, &ino) != word->end)
		return 0;
	return ino;
}

static gboolean
take_range(PvLine *line, PvLockLine *lock)
{
	PvLine word;

	if (!pv_line_word(line, &word) || !pv_word_u64(&word, &lock->start) ||
	    !pv_line_word(line, &word))
		return FALSE;
	lock->end = G_MAXUINT64;
	return pv_line_is(&word, "EOF") || pv_word_u64(&word, &lock->end);
}

static gboolean
take_number(PvLine *line)
{
	PvLine word;
	guint64 number;
	const char *end;

	if (!pv_line_word(line, &word))
		return FALSE;
	end = pv_number_u64(word.p, word.end, &number);
	return end != NULL && end + 1 == word.end && *end == ':';
}

gboolean
pv_lock_parse(const PvLine *text, PvLockLine *lock)
{
	PvLine line = *text;
	PvLine word;

	*lock = (PvLockLine){0};
	if (!take_number(&line) || !pv_line_word(&line, &word))
		return FALSE;
	lock->blocked = pv_line_is(&word, "->");
	if (lock->blocked && !pv_line_word(&line, &word))
		return FALSE;
	if (!take_type(&word, &lock->type) || !pv_line_word(&line, &word))
		return FALSE;
	lock->breaking = pv_line_is(&word, "BREAKING");
	if (!pv_line_word(&line, &word))
		return FALSE;
	/* flock(2) had locks of that name once. */
	lock->write = pv_line_is(&word, "WRITE") || pv_line_is(&word, "RW");
	if (!pv_line_word(&line, &word) ||
	    pv_number_i32(word.p, word.end, &lock->pid) != word.end || !pv_line_word(&line, &word))
		return FALSE;
	lock->pid = MAX(lock->pid, 0);
	lock->ino = take_inode(&word);
	return take_range(&line, lock);
}
