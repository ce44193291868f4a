/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What became different between two snapshots: its life, and its words.
 */
#include "core/change.h"

PvChanges *
pv_changes_new(PvStore *before, PvStore *after)
{
	PvChanges *changes = g_try_new0(PvChanges, 1);

	if (changes == NULL)
		return NULL;
	g_atomic_ref_count_init(&changes->refs);
	changes->before = pv_store_ref(before);
	changes->after = pv_store_ref(after);
	pv_array_init(&changes->changes, sizeof(PvChange));
	return changes;
}

PvChanges *
pv_changes_ref(PvChanges *changes)
{
	g_atomic_ref_count_inc(&changes->refs);
	return changes;
}

void
pv_changes_unref(PvChanges *changes)
{
	if (!g_atomic_ref_count_dec(&changes->refs))
		return;
	pv_store_unref(changes->before);
	pv_store_unref(changes->after);
	pv_array_clear(&changes->changes);
	g_free(changes);
}

const char *
pv_change_kind_name(guint kind)
{
	static const char *const words[PV_N_CHANGE_KINDS] = {
		[PV_CHANGE_PROCESS_STARTED] = "process-started",
		[PV_CHANGE_PROCESS_ENDED] = "process-ended",
		[PV_CHANGE_PROCESS_EXECUTED] = "process-executed",
		[PV_CHANGE_TABLE_JOINED] = "table-joined",
		[PV_CHANGE_TABLE_LEFT] = "table-left",
		[PV_CHANGE_DESCRIPTOR_OPENED] = "descriptor-opened",
		[PV_CHANGE_DESCRIPTOR_CLOSED] = "descriptor-closed",
		[PV_CHANGE_DESCRIPTOR_REPLACED] = "descriptor-replaced",
	};

	return kind < G_N_ELEMENTS(words) ? words[kind] : "unknown";
}
