/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * ptree as it is typed, beside the commands that are typed for the same question.
 */
#pragma once

#include <glib.h>

/* What a user wants to know. */
typedef enum {
	QUESTION_TREE,
	QUESTION_PID,
	QUESTION_FILE,
	QUESTION_PORT,
	N_QUESTIONS,
} Question;

enum {
	ON_IDLE, /* nothing of ours runs, but for one process that has a file and a port */
	ON_SEED,
	ON_MANY,
	N_STAGES,
};

enum {
	PTREE_TREE,
	PSTREE_TREE,
	PTREE_PID,
	LSOF_PID,
	PTREE_FILE,
	LSOF_FILE,
	FUSER_FILE,
	PTREE_PORT,
	LSOF_PORT,
	SS_PORT,
	N_COMMANDS,
};

typedef struct {
	Question question;
	const char *title; /* as it is typed */
	/* PID, FILE, PORT and the like stand for what the question is about. */
	const char *words[6];
	gboolean is_lsof;
} Command;

/* Medians of the whole command, from its start to its end. */
typedef struct {
	guint n_runs; /* 0: did not take part */
	char *why;
	double wall_ms;
	double wall_min_ms;
	double wall_max_ms;
	double cpu_ms;
} CommandResult;

extern const Command commands[N_COMMANDS];
extern const char *const stage_names[N_STAGES];

/* ptree for the question that a command answers. */
guint command_of_ours(guint command);
