/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a run came to, in three forms.
 */
#pragma once

#include "verdict.h"

/* For people: a table for each scene. */
char *report_text(const Bench *bench, GPtrArray *verdicts);
/* For README.md. */
char *report_markdown(const Bench *bench);
/* For programs. */
char *report_json(const Bench *bench, GPtrArray *verdicts);
/* report-costs.c: what groups of facts add, as rows of text and as a table. */
void report_add_costs(GString *text, const Bench *bench);
void report_add_costs_markdown(GString *text, const Bench *bench);

/* report-agent.c: the same for what an agent pays. */
void report_add_agent(GString *text, const Bench *bench);
void report_add_agent_markdown(GString *text, const Bench *bench);

/* report-commands.c */
gboolean report_has_commands(const Bench *bench);
void report_add_commands(GString *text, const Bench *bench);
void report_add_commands_markdown(GString *text, const Bench *bench);

/* "Linux 6.18, 2 processors": what figures of one machine depend on. */
char *report_machine(void);
/* Any contestant's that knows it; NULL: nobody ran. */
const Sample *report_size(const Bench *bench, guint scene);
gboolean report_was_run(const Bench *bench, guint scene);
/* Why a contestant took no part anywhere; NULL: it did, or its scenes were not run. */
const char *report_left_out(const Bench *bench, guint contestant);
