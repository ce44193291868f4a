/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has one of these open?
 */
#pragma once

#include "backend/sought.h"

/* NULL, or why numbers of tasks would not be the caller's own, to be freed. */
char *pv_bpf_judge_namespaces(void);
/* FALSE, and why, to be freed: it cannot be told, and nothing was found. Needs CAP_BPF and
 * CAP_PERFMON; the programs are gone when it returns. */
gboolean pv_bpf_find(const PvSought *sought, PvFound *found, char **why);
