/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The look back over a grouping: n calls of kcmp(2) for n groups, and one for each that has more
 * than one member.
 *
 * kcmp(2) compares what is there at the moment of the call, and the answers lie apart in time. If
 * all speakers are in order at the end, and the last member of each group has what its speaker
 * has, then no answer that mattered has gone stale; a search that went the wrong way, because a
 * speaker had turned into a zombie, has left its group out of order.
 */
#include "grouping/survey.h"

/* The groups of the tree in order. */
typedef struct {
	PvGrouper *grouper;
	PvArray in_order; /* guint32 */
	guint32 rank;
	gboolean settled;
} Survey;

static gboolean
note_group(guint32 group_index, gpointer user_data)
{
	Survey *survey = user_data;
	guint32 *place = pv_array_append(&survey->in_order);

	if (place == NULL)
		return FALSE;
	*place = group_index;
	pv_grouper_group(survey->grouper, group_index)->rank = ++survey->rank;
	return TRUE;
}

/*
 * A speaker that has exited is no witness. Another member may take its place, but then those that
 * were compared with it have to be compared again.
 */
static gboolean
has_voice(Survey *survey, guint32 group_index)
{
	PvGrouper *grouper = survey->grouper;

	if (pv_grouper_has_table_now(grouper, pv_grouper_group(grouper, group_index)->speaker))
		return TRUE;
	if (!pv_grouper_replace_speaker(grouper, group_index))
		return FALSE;
	survey->settled = FALSE;
	return TRUE;
}

/*
 * Finds the place of a group behind those that were kept so far: those at the end that have no
 * table any more are dropped. FALSE: it has none itself.
 */
static gboolean
follow(Survey *survey, const guint32 *kept, guint32 *n_kept, guint32 upper)
{
	PvGrouper *grouper = survey->grouper;

	while (*n_kept > 0) {
		guint32 lower = kept[*n_kept - 1];

		if (pv_grouper_compare(lower, upper, grouper) == PV_ORDER_LESS)
			return TRUE;
		if (!has_voice(survey, upper))
			return FALSE;
		if (!has_voice(survey, lower)) {
			(*n_kept)--;
			continue;
		}
		/* Both live: were they compared while one of them changed? */
		if (pv_grouper_compare(lower, upper, grouper) != PV_ORDER_LESS) {
			pv_grouper_group(grouper, lower)->unproven = TRUE;
			pv_grouper_group(grouper, upper)->unproven = TRUE;
			survey->settled = FALSE;
		}
		return TRUE;
	}
	return TRUE;
}

static void
check_order(Survey *survey)
{
	guint32 *kept = survey->in_order.data;
	guint32 n_kept = 0;

	for (guint32 i = 0; i < survey->in_order.n; i++) {
		guint32 group = kept[i];

		if (follow(survey, kept, &n_kept, group))
			kept[n_kept++] = group;
	}
}

/* Has the last that joined what the speaker has? Tasks without a table by now do not count. */
static void
check_members(Survey *survey, guint32 group_index)
{
	PvGrouper *grouper = survey->grouper;
	PvGroup *group = pv_grouper_group(grouper, group_index);
	PvOrder order;

	if (group->assumed || group->n_members == 1 || !has_voice(survey, group_index))
		return;
	order = pv_kcmp_tables(grouper->kcmp, pv_grouper_tid(grouper, group->speaker),
			       pv_grouper_tid(grouper, group->last));
	if (order == PV_ORDER_EQUAL || order == PV_ORDER_ERROR ||
	    !pv_grouper_has_table_now(grouper, group->last))
		return;
	group->unsettled = TRUE;
	survey->settled = FALSE;
}

gboolean
pv_grouper_is_settled(PvGrouper *grouper)
{
	Survey survey = {.grouper = grouper, .settled = TRUE};

	pv_array_init(&survey.in_order, sizeof(guint32));
	grouper->no_memory = !pv_kcmp_tree_each(&grouper->tree, note_group, &survey);
	check_order(&survey);
	pv_array_clear(&survey.in_order);
	for (guint32 i = 0; i < grouper->groups.n; i++)
		check_members(&survey, i);
	return survey.settled;
}
