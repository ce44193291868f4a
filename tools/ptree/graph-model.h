/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include "scan.h"

#define SPOT_NONE G_MAXUINT

/* Where a line can end: a process, all that share a table, or somebody who is not here. */
enum spot_kind {
	SPOT_PROCESS,
	SPOT_TABLE,
	SPOT_HOST,
};

struct spot {
	enum spot_kind kind;
	ProcviewProcess *process; /* of SPOT_TABLE: the one that stands for all of them */
	ProcviewFdTable *table;	  /* of SPOT_TABLE */
	char *host;		  /* of SPOT_HOST: safe */
	guint cluster;		  /* of SPOT_PROCESS: the table in which it is drawn */
	guint n_members;	  /* of SPOT_TABLE: processes that are drawn in it */
	guint n_alike;		  /* of SPOT_PROCESS: how many it stands for, itself too */
	gboolean matched;
	gboolean shown;
};

/* A descriptor, by whom it is held. Those of one open file description are beside each other. */
struct end {
	ProcviewFile *file;
	guint description;
	guint spot;
	int fd;
};

/* By what processes talk; each sort is drawn in its own way. */
enum link_sort {
	LINK_PIPE,
	LINK_FIFO,
	LINK_MQUEUE,
	LINK_UNIX,
	LINK_INET,
	LINK_PTY,
	LINK_EVENTFD,
	LINK_SHARED, /* an open file description */
	LINK_SORTS,
};

enum part {
	PART_SENDS = 1 << 0, /* or is the client, or just one of two */
	PART_RECEIVES = 1 << 1,
	PART_SHARES = 1 << 2,
};

/* Who takes part in it. */
struct member {
	guint spot;
	guint parts;
	guint n;     /* how often: connections */
	int sent_by; /* descriptors; -1: none */
	int received_by;
};

/* One object by which processes talk: a pipe, a listener with its clients, a shared file. */
struct medium {
	enum link_sort sort;
	gboolean directed;
	char *label; /* safe; NULL: the descriptors say it */
	char *name;  /* of what has a long one: all of it, safe */
	GArray *members;
	gboolean examined; /* whether it connects anybody is known */
	gboolean connects;
};

#define LABELS_NAMED 3

/* What a line or a node says of the media that it stands for: the first few that differ. */
struct labels {
	char *texts[LABELS_NAMED];
	char *names[LABELS_NAMED]; /* of those that were cut */
	guint counts[LABELS_NAMED];
	guint n;
	guint n_more;
};

/* What is drawn between two spots: all of one sort that goes the same way. */
struct edge {
	guint from;
	guint to;
	enum link_sort sort;
	gboolean directed;
	struct labels labels;
};

/* A medium that has a node of its own; or several, if they have the same members. */
struct hub {
	enum link_sort sort;
	gboolean directed;
	struct labels labels;
	GArray *members;
};

struct graph {
	const struct selection *selection;
	ProcviewSnapshot *snapshot;
	gboolean utf8;
	GArray *spots;
	GHashTable *of_process; /* process to its spot, plus one */
	GHashTable *of_table;
	GArray *ends; /* by description, spot and number */
	GPtrArray *media;
	GHashTable *by_key; /* of those that more can join */
	GPtrArray *edges;
	GPtrArray *hubs;
};

struct spot *graph_get_spot(const struct graph *graph, guint spot);
/* Who has the descriptors of a table; SPOT_NONE: it is not part of the picture. */
guint graph_find_table(const struct graph *graph, ProcviewFdTable *table);
guint graph_add_host(struct graph *graph, const char *host);
/* The run of ends that lead to a file. */
guint graph_find_ends(const struct graph *graph, ProcviewFile *file, guint *n);
guint graph_measure_run(const struct graph *graph, guint first);
struct end *graph_get_end(const struct graph *graph, guint i);

/* The medium of a key, or a new one; NULL as key: it is alone. */
struct medium *graph_add_medium(struct graph *graph, enum link_sort sort, const char *key,
				gboolean *is_new);
void graph_add_member(struct medium *medium, guint spot, guint parts, int fd);
/* Each holder of a file once. */
void graph_add_holders(struct graph *graph, struct medium *medium, ProcviewFile *file, guint parts);
/* A name of anybody's choosing, as it may be shown. */
char *graph_dup_safe(const struct graph *graph, const char *name);

/* Tells who is where; graph-spots.c. */
void graph_find_spots(struct graph *graph);
/* graph-media.c */
void graph_find_pipes(struct graph *graph);
void graph_find_shared(struct graph *graph);
/* graph-sockets.c */
void graph_find_peers(struct graph *graph);
/* graph-hosts.c */
void graph_find_hosts(struct graph *graph);
/* graph-edges.c: what is drawn, and who is shown for it */
void graph_draw_edges(struct graph *graph);
void graph_free_edge(gpointer data);
void graph_free_hub(gpointer data);
/* graph-fold.c: what looks alike becomes one; then not all lines end at what is shown */
void graph_fold(struct graph *graph);
/* graph-dot.c */
void graph_write(const struct graph *graph);
