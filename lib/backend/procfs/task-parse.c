/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Parsers for /proc/PID/stat (field numbers: proc(5)) and /proc/PID/status.
 *
 * A task chooses its own comm. In stat it stands raw between parentheses, and may hold
 * parentheses and newlines itself; no field behind it can, so it ends at the last one. In status
 * the kernel escapes its newlines, so a key at the start of a line is the kernel's; of two, the
 * first counts.
 */
#include "backend/procfs/task-parse.h"

#include <string.h>

#include "util/number.h"

/* Reads one numeric field and the space before it. */
static const char *
read_field(const char *p, const char *end, gint32 *value)
{
	if (p == NULL || p == end || *p != ' ')
		return NULL;
	return pv_number_i32(p + 1, end, value);
}

static const char *
read_unsigned_field(const char *p, const char *end, guint32 *value)
{
	if (p == NULL || p == end || *p != ' ')
		return NULL;
	return pv_number_u32(p + 1, end, value);
}

static const char *
skip_fields(const char *p, const char *end, guint n)
{
	for (; p != NULL && n > 0; n--) {
		guint64 any;

		if (p == end || *p != ' ')
			return NULL;
		p++;
		if (p < end && *p == '-')
			p++;
		p = pv_number_u64(p, end, &any);
	}
	return p;
}

/* Fields 3 to 22, from the space before them. */
static gboolean
parse_fields(const char *p, const char *end, PvStat *stat)
{
	if (end - p < 2 || p[0] != ' ' || !g_ascii_isalpha(p[1]))
		return FALSE;
	stat->state = p[1];
	p = read_field(p + 2, end, &stat->ppid);
	p = read_field(p, end, &stat->pgid);
	p = read_field(p, end, &stat->sid);
	p = skip_fields(p, end, 2);
	p = read_unsigned_field(p, end, &stat->flags);
	p = skip_fields(p, end, 10);
	p = read_unsigned_field(p, end, &stat->n_threads);
	p = skip_fields(p, end, 1);
	if (p == NULL || p == end || *p != ' ')
		return FALSE;
	p = pv_number_u64(p + 1, end, &stat->start_ticks);
	return p != NULL && p < end && (*p == ' ' || *p == '\n');
}

gboolean
pv_stat_parse(const char *text, gsize length, PvStat *stat)
{
	const char *end, *p, *close;

	*stat = (PvStat){0};
	if (length == 0 || text[length - 1] != '\n')
		return FALSE;
	end = text + length;
	p = pv_number_i32(text, end, &stat->pid);
	if (p == NULL || stat->pid < 1 || end - p < 2 || p[0] != ' ' || p[1] != '(')
		return FALSE;
	p += 2;
	close = memrchr(p, ')', (gsize)(end - p));
	if (close == NULL)
		return FALSE;
	stat->comm = p;
	stat->comm_len = (gsize)(close - p);
	return parse_fields(close + 1, end, stat);
}

/* The lines of status that are read, as bits of what was found. */
enum {
	FOUND_TGID = 1 << 0,
	FOUND_UID = 1 << 1,
	FOUND_GID = 1 << 2,
	FOUND_FD_SIZE = 1 << 3,
	FOUND_NS_TIDS = 1 << 4,
	FOUND_THREADS = 1 << 5,
	FOUND_NEEDED = FOUND_TGID | FOUND_UID | FOUND_GID | FOUND_FD_SIZE,
};

/* Reads the tab and the number behind it. */
static const char *
read_tabbed(const char *p, const char *end, guint32 *value)
{
	if (p == NULL || p == end || *p != '\t')
		return NULL;
	return pv_number_u32(p + 1, end, value);
}

/* Real, effective, saved and file system id. */
static gboolean
parse_ids(const char *p, const char *end, guint32 *real, guint32 *effective)
{
	guint32 other;

	p = read_tabbed(p, end, real);
	p = read_tabbed(p, end, effective);
	p = read_tabbed(p, end, &other);
	p = read_tabbed(p, end, &other);
	return p == end;
}

static gboolean
parse_tgid(const char *p, const char *end, gint32 *tgid)
{
	return p < end && *p == '\t' && pv_number_i32(p + 1, end, tgid) == end && *tgid >= 0;
}

static gboolean
parse_ns_tids(const char *p, const char *end, PvStatus *status)
{
	while (p < end) {
		gint32 *tid = &status->ns_tids[status->n_ns_tids];

		if (*p != '\t' || status->n_ns_tids == PV_MAX_NS_TIDS)
			return FALSE;
		p = pv_number_i32(p + 1, end, tid);
		if (p == NULL || *tid < 0)
			return FALSE;
		status->n_ns_tids++;
	}
	return status->n_ns_tids > 0;
}

static guint
find_key(const char *key, gsize length)
{
	static const struct {
		const char *name;
		guint found;
	} keys[] = {
		{"Tgid", FOUND_TGID},	   {"Uid", FOUND_UID},	     {"Gid", FOUND_GID},
		{"FDSize", FOUND_FD_SIZE}, {"NSpid", FOUND_NS_TIDS}, {"Threads", FOUND_THREADS},
	};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (strlen(keys[i].name) == length && memcmp(keys[i].name, key, length) == 0)
			return keys[i].found;
	}
	return 0;
}

/* Adds what the line gives to what was found; FALSE if it is not as it should be. */
static gboolean
parse_status_line(const char *p, const char *end, guint *found, PvStatus *status)
{
	const char *colon = memchr(p, ':', (gsize)(end - p));
	guint key = colon == NULL ? 0 : find_key(p, (gsize)(colon - p));

	if (key == 0 || (*found & key) != 0)
		return TRUE;
	*found |= key;
	p = colon + 1;
	switch (key) {
	case FOUND_TGID:
		return parse_tgid(p, end, &status->tgid);
	case FOUND_UID:
		return parse_ids(p, end, &status->uid, &status->euid);
	case FOUND_GID:
		return parse_ids(p, end, &status->gid, &status->egid);
	case FOUND_FD_SIZE:
		return read_tabbed(p, end, &status->fd_size) == end;
	case FOUND_NS_TIDS:
		return parse_ns_tids(p, end, status);
	default:
		return TRUE;
	}
}

gboolean
pv_status_parse(const char *text, gsize length, PvStatus *status)
{
	const char *end;
	guint found = 0;

	*status = (PvStatus){0};
	if (length == 0)
		return FALSE;
	end = text + length;
	/* NSpid may be missing; it would have come before Threads. */
	while ((found & (FOUND_NS_TIDS | FOUND_THREADS)) == 0) {
		const char *newline = memchr(text, '\n', (gsize)(end - text));

		if (newline == NULL || !parse_status_line(text, newline, &found, status))
			return FALSE;
		text = newline + 1;
	}
	return (found & FOUND_NEEDED) == FOUND_NEEDED;
}
