/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the files of the plugin share.
 *
 *   settings.c   the block of collectd.conf  ──►  targets
 *   members.c    a snapshot                  ──►  which process belongs to which target
 *   figures.c    the members of a target     ──►  values, given to collectd
 *   plugin.c     when all that happens, and with which scanner
 */
#pragma once

#include <collectd/core/daemon/plugin.h>
#include <regex.h>

#include <procview/procview.h>

/* Messages say who speaks, as those of collectd's own plugins do. */
#define SAYS "procview plugin: "

/* Processes that are reported together. */
typedef struct {
	char *name;	  /* plugin instance */
	char *comm;	  /* of processes; NULL: they are found by the pattern */
	regex_t *pattern; /* of their command lines */
	bool by_kind;
	bool sockets;
	bool per_process;
	/* What has been reported once is reported as 0 when there is none: a series does not end. */
	guint64 kinds_seen;
	GHashTable *states_seen;
} Target;

typedef struct {
	ProcviewBackend backend;
	bool machine;
	/* What blocks without their own are given. */
	bool by_kind;
	bool sockets;
	bool per_process;
	GPtrArray *targets; /* Target */
} Settings;

/* settings.c */
void settings_init(Settings *settings);
void settings_clear(Settings *settings);
/* 0, or what collectd takes for a failure; the reason has been logged. */
int settings_read(Settings *settings, const oconfig_item_t *block);

/* members.c */
typedef struct _Members Members;

Members *members_new(const Settings *settings);
void members_free(Members *members);
/* Finds out who belongs where. FALSE: a scan for command lines failed. */
gboolean members_update(Members *members, ProcviewScanner *scanner, ProcviewSnapshot *snapshot,
			GError **error);
/* Whether a process of the last snapshot belongs to a target; both by their indices. */
gboolean members_has(const Members *members, guint process, guint target);

/* figures.c */
typedef struct {
	const char *instance;
	Target *target;		    /* NULL: the whole machine */
	ProcviewSnapshot *snapshot; /* counts only */
	ProcviewSnapshot *detailed; /* of all processes whose descriptors are asked for */
	ProcviewProcess **processes;
	guint n_processes;
	cdtime_t time;
} Group;

/* Gives all of a group's values to collectd. FALSE: out of memory. */
gboolean figures_report(const Group *group, GError **error);
void figures_report_cost(cdtime_t time, double wall_s, double cpu_s);
