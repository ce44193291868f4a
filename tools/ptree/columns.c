/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which columns are there, and which are shown?
 */
#include "columns.h"

#include <stdio.h>
#include <string.h>

/* The one that the tree is drawn in; it takes what room is left, so it stands last. */
#define TREE_COLUMN "COMMAND"

static const struct column *
find_column(const char *name)
{
	const struct column *lists[] = {columns_of_processes, columns_of_files, columns_of_sockets};

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (const struct column *column = lists[i]; column->name != NULL; column++) {
			if (g_ascii_strcasecmp(column->name, name) == 0)
				return column;
		}
	}
	return NULL;
}

static void
add(GPtrArray *columns, const char *name)
{
	g_ptr_array_add(columns, (gpointer)find_column(name));
}

static GPtrArray *
choose_default(const struct options *options)
{
	GPtrArray *columns = g_ptr_array_new();

	add(columns, "PID");
	add(columns, "USER");
	add(columns, "THR");
	add(columns, "FDS");
	if (options->threads)
		add(columns, "TABLE");
	if (options->files && options->raw) {
		add(columns, "FD");
		add(columns, "MODE");
		add(columns, "KIND");
		add(columns, "NAME");
	}
	add(columns, TREE_COLUMN);
	return columns;
}

static GPtrArray *
refuse_name(const char *name, GError **error)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "no column is called '%s'; 'ptree -H' lists them", name);
	return NULL;
}

GPtrArray *
columns_choose(const struct options *options, GError **error)
{
	g_autoptr(GPtrArray) columns = NULL;
	g_auto(GStrv) names = NULL;
	gboolean extends;

	if (options->output == NULL)
		return choose_default(options);
	extends = options->output->str[0] == '+';
	columns = extends ? choose_default(options) : g_ptr_array_new();
	names = g_strsplit(options->output->str, ",", -1);
	for (guint i = 0; names[i] != NULL; i++) {
		const char *name = names[i] + (names[i][0] == '+' ? 1 : 0);
		const struct column *column = find_column(name);

		if (column == NULL)
			return refuse_name(name, error);
		if (!extends)
			g_ptr_array_add(columns, (gpointer)column);
		else if (!g_ptr_array_find(columns, column, NULL))
			g_ptr_array_insert(columns, (int)columns->len - 1, (gpointer)column);
	}
	/* Nothing splits into no part, not into an empty one. */
	return names[0] == NULL ? refuse_name("", error) : g_steal_pointer(&columns);
}

gboolean
columns_have(const GPtrArray *columns, const char *name)
{
	for (guint i = 0; i < columns->len; i++) {
		const struct column *column = g_ptr_array_index(columns, i);

		if (strcmp(column->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

ProcviewCollect
columns_get_needs(const GPtrArray *columns)
{
	ProcviewCollect needs = PROCVIEW_COLLECT_NOTHING;

	for (guint i = 0; i < columns->len; i++) {
		const struct column *column = g_ptr_array_index(columns, i);

		needs |= column->needs;
	}
	return needs;
}

gboolean
columns_draw_tree(const GPtrArray *columns, const struct options *options)
{
	return !options->raw && columns_have(columns, TREE_COLUMN);
}

gboolean
columns_tell_descriptors(const GPtrArray *columns)
{
	return (columns_get_needs(columns) &
		(PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_MAPPINGS)) != 0;
}

static void
print_list(const struct column *column)
{
	for (; column->name != NULL; column++)
		printf("%-9s %s\n", column->name, column->description);
}

void
columns_print_list(void)
{
	print_list(columns_of_processes);
	print_list(columns_of_files);
	print_list(columns_of_sockets);
}
