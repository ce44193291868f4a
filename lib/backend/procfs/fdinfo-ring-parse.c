/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * io_uring's fdinfo, since 5.10 or so:
 *
 *   SqMask:	0x7           entries are one more than the mask
 *   CqMask:	0xf
 *   UserFiles:	4             slots of the table of registered files, free ones counted
 *       0: /etc/hostname     blanks, newlines and backslashes as octal escapes
 *       2: socket:[4711]
 *   UserBufs:	2
 *       0: 0x7f95485bb000/4096
 *   PollList:
 *
 * Files that are registered stay open when their descriptors are closed, so that this may be the
 * only trace of them. Only the path is told: no inode, no flags. Kernels up to 6.12 at least print
 * the last component of the name alone, unescaped, nothing for a pipe or a socket, and free slots as
 * "<none>": what does not look like a name from a fd directory is kept without one. Where the ring is
 * in use just then, the kernel leaves the lists out.
 */
#include "backend/procfs/fdinfo-ring-parse.h"

#include <string.h>

#include "backend/procfs/escapes.h"
#include "core/kind.h"
#include "core/query.h"

#define MAX_ESCAPED 16384 /* a page of path, each byte an escape */

static gboolean
take_mask(const PvLine *line, const char *key, guint fact, PvStore *store, guint32 file)
{
	PvLine value;
	guint64 mask;

	if (!pv_line_value(line, key, &value) || value.end - value.p < 3 ||
	    memcmp(value.p, "0x", 2) != 0)
		return TRUE;
	value.p += 2;
	if (!pv_word_hex(&value, &mask) || mask == G_MAXUINT64)
		return TRUE;
	return pv_details_add_number(&store->details, file, fact, mask + 1);
}

static gboolean
take_count(const PvLine *line, const char *key, guint fact, PvStore *store, guint32 file)
{
	PvLine value;
	guint64 count;

	if (!pv_line_value(line, key, &value) || !pv_word_u64(&value, &count))
		return TRUE;
	return pv_details_add_number(&store->details, file, fact, count);
}

static gboolean
is_whole_name(const char *name)
{
	return name[0] == '/' || g_str_has_prefix(name, "anon_inode:") ||
	       strstr(name, ":[") != NULL;
}

static gboolean
keep_file(PvStore *store, const char *name, gsize length, guint32 *index)
{
	PvFile *file = pv_array_append(&store->details.held_files);
	const PvLook look = {.name = name};

	if (file == NULL)
		return FALSE;
	*index = file->index = store->details.held_files.n - 1;
	if (!is_whole_name(name))
		return TRUE;
	file->kind = pv_kind_classify(&look);
	file->path = pv_strings_intern(&store->strings, name, length);
	return file->path != 0;
}

static gboolean
keep_holding(PvStore *store, guint32 holder, guint32 slot, const PvLine *escaped)
{
	gsize length = (gsize)(escaped->end - escaped->p);
	g_autofree char *name = g_try_malloc(length + 1);
	PvHolding *holding;
	guint32 file;

	if (name == NULL)
		return FALSE;
	length = pv_unescape(escaped->p, length, name);
	name[length] = '\0';
	if (!keep_file(store, name, length, &file))
		return FALSE;
	holding = pv_array_append(&store->details.holdings);
	if (holding == NULL)
		return FALSE;
	*holding = (PvHolding){
		.index = store->details.holdings.n - 1,
		.holder = holder,
		.file = file,
		.slot = slot,
		.how = PV_HELD_FIXED,
	};
	return TRUE;
}

/* "    0: /etc/hostname"; FALSE in *is_slot: the list has ended. */
static gboolean
take_slot(const PvLine *line, PvStore *store, guint32 file, gboolean keep, gboolean *is_slot)
{
	PvLine rest = *line;
	PvLine word;
	guint64 slot;

	*is_slot = FALSE;
	if (line->p == line->end || !pv_line_word(&rest, &word) || word.end[-1] != ':')
		return TRUE;
	word.end--;
	if (!pv_word_u64(&word, &slot) || slot > G_MAXUINT32 || rest.p == rest.end)
		return TRUE;
	*is_slot = TRUE;
	rest.p++;
	if (!keep || pv_line_is(&rest, "<none>") || rest.end - rest.p > MAX_ESCAPED)
		return TRUE;
	return keep_holding(store, file, (guint32)slot, &rest);
}

static gboolean
take_facts(const PvLine *line, PvStore *store, guint32 file)
{
	return take_mask(line, "SqMask:", PV_FACT_IO_URING_SQ_ENTRIES, store, file) &&
	       take_mask(line, "CqMask:", PV_FACT_IO_URING_CQ_ENTRIES, store, file) &&
	       take_count(line, "UserFiles:", PV_FACT_IO_URING_N_FILES, store, file) &&
	       take_count(line, "UserBufs:", PV_FACT_IO_URING_N_BUFFERS, store, file);
}

gboolean
pv_fdinfo_take_ring(PvLine text, PvStore *store, guint32 file, guint collect)
{
	gboolean keep = (collect & PV_COLLECT_HOLDINGS) != 0;
	gboolean in_list = FALSE;
	PvLine line, value;

	while (pv_line_next(&text, &line)) {
		if (in_list && !take_slot(&line, store, file, keep, &in_list))
			return FALSE;
		if (in_list)
			continue;
		if ((collect & PV_COLLECT_DETAILS) && !take_facts(&line, store, file))
			return FALSE;
		in_list = pv_line_value(&line, "UserFiles:", &value);
	}
	return TRUE;
}
