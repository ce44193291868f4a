/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who is at the other end of a descriptor, as the places where one finds them: a process, a number
 * and a table, because threads of one process may have tables of their own.
 *
 * A list ends after 64 places. Thousands may have the other end of one pipe, and thousands this
 * one; whoever made them so must not make the document grow with the product.
 */
#include "core/ends.h"
#include "core/kind.h"
#include "core/query.h"
#include "export/json-details.h"
#include "export/json-items.h"

#define MAX_PLACES 64

typedef struct {
	PvJsonWriter *writer;
	const char *key;
	const PvDescriptor *self;
	guint n;
	gboolean more;
} List;

static gboolean
begin_place(List *list)
{
	if (list->n == MAX_PLACES) {
		list->more = TRUE;
		return FALSE;
	}
	if (list->n++ == 0) {
		pv_json_key(list->writer, list->key);
		pv_json_open(list->writer, '[');
	}
	pv_json_open(list->writer, '{');
	return TRUE;
}

static void
end_list(List *list)
{
	if (list->n > 0)
		pv_json_close(list->writer, ']');
}

static void
write_place(PvJsonWriter *writer, const PvStore *store, const PvDescriptor *descriptor)
{
	const PvTable *table = pv_store_table_of(store, descriptor);

	pv_json_member_int(writer, "pid", pv_store_process(store, table->owner)->pid);
	pv_json_member_int(writer, "fd", descriptor->fd);
	pv_json_member_uint(writer, "fd_table", (guint64)table->index + 1);
}

static gboolean
add_place(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	List *list = data;

	if (!begin_place(list))
		return FALSE;
	write_place(list->writer, store, descriptor);
	pv_json_close(list->writer, '}');
	return TRUE;
}

static gboolean
add_others(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	List *list = data;

	return descriptor == list->self || add_place(store, descriptor, data);
}

/* In a queue or a ring, from where the holdings say what it is. */
static gboolean
add_held(const PvStore *store, guint32 file, List *list)
{
	if ((pv_store_file(store, file)->known & PV_FILE_DESCRIBED) == 0)
		return TRUE;
	if (!begin_place(list))
		return FALSE;
	pv_json_member_uint(list->writer, "description", (guint64)file + 1);
	pv_json_close(list->writer, '}');
	return TRUE;
}

static gboolean
add_peer(const PvStore *store, guint32 file, gpointer data)
{
	List *list = data;
	guint n = list->n;

	if (!pv_ends_each_descriptor(store, file, add_place, data))
		return FALSE;
	return list->n > n || add_held(store, file, list);
}

static gboolean
add_watcher(const PvStore *store, guint32 file, gpointer data)
{
	return pv_ends_each_descriptor(store, file, add_place, data);
}

void
pv_json_write_peers(PvJsonWriter *writer, const PvDescriptor *descriptor)
{
	const PvStore *store = pv_store_of(descriptor);
	List peers = {writer, "peers", descriptor, 0, FALSE};
	List watchers = {writer, "watched_by", descriptor, 0, FALSE};

	if ((store->collected & PV_COLLECT_PEERS) == 0)
		return;
	if (pv_store_file(store, descriptor->file)->kind != PV_KIND_EVENTFD ||
	    pv_ends_each_descriptor(store, descriptor->file, add_others, &peers))
		pv_ends_each_peer(store, descriptor->file, add_peer, &peers);
	end_list(&peers);
	if (peers.more)
		pv_json_member_bool(writer, "more_peers", TRUE);
	pv_ends_each_watcher(store, descriptor->file, add_watcher, &watchers);
	end_list(&watchers);
	if (watchers.more)
		pv_json_member_bool(writer, "more_watchers", TRUE);
}

static void
member_text(PvJsonWriter *writer, const PvStore *store, const char *key, PvString string)
{
	if (string != 0)
		pv_json_member_string(writer, key, pv_store_string(store, string));
}

void
pv_json_write_mount(PvJsonWriter *writer, const PvMount *mount)
{
	const PvStore *store = pv_store_of(mount);

	pv_json_member_uint(writer, "mnt_id", mount->mount_id);
	if (mount->dev != 0)
		pv_json_member_dev(writer, "dev", mount->dev);
	member_text(writer, store, "fs_type", mount->type);
	member_text(writer, store, "source", mount->source);
	member_text(writer, store, "root", mount->root);
	member_text(writer, store, "point", mount->point);
}

static gboolean
write_first(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	write_place(data, store, descriptor);
	return FALSE;
}

/* All that lead to the holder are the same one; the first says where it is. */
void
pv_json_write_holding(PvJsonWriter *writer, const PvHolding *holding)
{
	const PvStore *store = pv_store_of(holding);

	pv_json_member_word(writer, "by", holding->how == PV_HELD_FIXED ? "ring" : "queue");
	pv_json_key(writer, "holder");
	pv_json_open(writer, '{');
	if (holding->holder != PV_NONE)
		pv_ends_each_descriptor(store, holding->holder, write_first, writer);
	pv_json_close(writer, '}');
	pv_json_member_uint(writer, "slot", holding->slot);
	pv_json_write_file(writer, pv_store_file(store, holding->file), NULL);
}
