/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The composer: from tasks to a sealed snapshot.
 */
#pragma once

#include "backend/backend.h"
#include "backend/bpf/bpf.h"
#include "grouping/kcmp.h"

typedef struct {
	const PvContext *context;
	const PvBackend *backend; /* reads the tables */
	gboolean by_name;	  /* the caller asked for that backend and no other */
	int kcmp_errno;		  /* 0: kcmp(2) works */
	PvBpf *bpf;		  /* does all of it; NULL: not used */
	gboolean own_view;	  /* no more than the caller could see without it */
} PvPlan;

void pv_plan_note_no_kcmp(const PvPlan *plan, PvStore *store);
PvStore *pv_build(const PvPlan *plan, const PvQuery *query, const PvWatch *watch, GError **error);
