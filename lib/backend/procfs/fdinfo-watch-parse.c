/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * One line for each thing that is watched:
 *
 *   tfd:        3 events: 80000019 data:                3  pos:0 ino:40e sdev:10
 *   inotify wd:1 ino:a9e031 sdev:fe00000 mask:fff ignored_mask:0 fhandle-bytes:8 ...
 *   fanotify flags:6 event-flags:8000
 *   fanotify ino:a9e031 sdev:fe00000 mflags:0 mask:2 ignored_mask:2 fhandle-bytes:8 ...
 *   fanotify mnt_id:1b mflags:0 mask:8 ignored_mask:0
 *   fanotify sdev:1b mflags:0 mask:1 ignored_mask:0
 *
 * tfd and pos are decimal, all else is hexadecimal, wd too. ino and sdev of epoll since 4.13. sdev
 * is the kernel's own device number: 12 bits of major, 20 of minor, and of btrfs and overlayfs not
 * the one that stat(2) tells.
 *
 * tfd is the number under which a file was registered: it may have been closed since, and given to
 * another file. inotify does not show a watch whose inode is being removed just then.
 */
#include "backend/procfs/fdinfo-watch-parse.h"

#include "util/number.h"

/* The value in the word behind the key, as epoll pads it, or in the word itself. */
static gboolean
take_value(PvLine *line, const char *key, PvLine *value)
{
	PvLine word;

	if (!pv_line_word(line, &word) || !pv_line_value(&word, key, value))
		return FALSE;
	return value->p < value->end || pv_line_word(line, value);
}

static gboolean
take_target(PvLine line, PvRegistration *registration)
{
	guint64 events;
	PvLine word;

	if (!take_value(&line, "tfd:", &word) ||
	    pv_number_i32(word.p, word.end, &registration->fd) != word.end)
		return FALSE;
	if (!take_value(&line, "events:", &word) || !pv_word_hex(&word, &events) ||
	    events > G_MAXUINT32)
		return FALSE;
	registration->events = (guint32)events;
	return take_value(&line, "data:", &word) && pv_word_hex(&word, &registration->data);
}

static void
take_inode(PvLine line, guint64 *ino, guint32 *dev)
{
	guint64 number;
	PvLine word;

	while (pv_line_word(&line, &word)) {
		if (pv_word_hex_of(&word, "ino:", &number))
			*ino = number;
		else if (pv_word_hex_of(&word, "sdev:", &number) && number <= G_MAXUINT32)
			*dev = (guint32)number;
	}
}

gboolean
pv_fdinfo_take_epoll(const PvLine *line, PvStore *store, guint32 file)
{
	PvRegistration read = {0};
	PvRegistration *kept;

	if (!take_target(*line, &read))
		return TRUE;
	kept = pv_details_add_registration(&store->details, file);
	if (kept == NULL)
		return FALSE;
	kept->fd = read.fd;
	kept->events = read.events;
	kept->data = read.data;
	take_inode(*line, &kept->ino, &kept->dev);
	return TRUE;
}

static void
take_mark(PvLine words, PvMark *mark)
{
	guint64 number;
	PvLine word;

	take_inode(words, &mark->ino, &mark->dev);
	while (pv_line_word(&words, &word)) {
		if (pv_word_hex_of(&word, "mask:", &number))
			mark->mask = number;
		else if (pv_word_hex_of(&word, "ignored_mask:", &number))
			mark->ignored_mask = number;
	}
}

gboolean
pv_fdinfo_take_inotify(const PvLine *line, PvStore *store, guint32 file)
{
	PvLine words, word;
	guint64 wd;
	PvMark *mark;

	if (!pv_line_value(line, "inotify ", &words))
		return TRUE;
	if (!pv_line_word(&words, &word) || !pv_word_hex_of(&word, "wd:", &wd) || wd > G_MAXINT32)
		return TRUE;
	mark = pv_details_add_mark(&store->details, file);
	if (mark == NULL)
		return FALSE;
	mark->type = PV_MARK_INODE;
	mark->wd = (gint32)wd;
	take_mark(words, mark);
	return TRUE;
}

static gboolean
take_fanotify_flags(PvLine words, PvStore *store, guint32 file)
{
	guint64 number;
	PvLine word;

	while (pv_line_word(&words, &word)) {
		if (pv_word_hex_of(&word, "flags:", &number)) {
			if (!pv_details_add_number(&store->details, file, PV_FACT_FANOTIFY_FLAGS,
						   number))
				return FALSE;
		} else if (pv_word_hex_of(&word, "event-flags:", &number)) {
			if (!pv_details_add_number(&store->details, file,
						   PV_FACT_FANOTIFY_EVENT_FLAGS, number))
				return FALSE;
		}
	}
	return TRUE;
}

gboolean
pv_fdinfo_take_fanotify(const PvLine *line, PvStore *store, guint32 file)
{
	guint64 number;
	guint type;
	PvLine words, rest, word;
	PvMark *mark;

	if (!pv_line_value(line, "fanotify ", &words))
		return TRUE;
	rest = words;
	if (!pv_line_word(&rest, &word))
		return TRUE;
	if (pv_word_hex_of(&word, "flags:", &number))
		return take_fanotify_flags(words, store, file);
	if (pv_word_hex_of(&word, "ino:", &number))
		type = PV_MARK_INODE;
	else if (pv_word_hex_of(&word, "mnt_id:", &number) && number <= G_MAXUINT32)
		type = PV_MARK_MOUNT;
	else if (pv_word_hex_of(&word, "sdev:", &number))
		type = PV_MARK_FILE_SYSTEM;
	else
		return TRUE;
	mark = pv_details_add_mark(&store->details, file);
	if (mark == NULL)
		return FALSE;
	mark->type = type;
	if (type == PV_MARK_MOUNT)
		mark->mount_id = (guint32)number;
	take_mark(words, mark);
	return TRUE;
}
