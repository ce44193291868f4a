/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which columns are there, and which are shown?
 */
#include "columns.h"

#include <stdio.h>
#include <string.h>

#include "suggest.h"

/* The one that the tree is drawn in; it takes what room is left, so it stands last. */
#define TREE_COLUMN "COMMAND"

static const struct column *const column_lists[] = {columns_of_processes, columns_of_files,
						    columns_of_sockets};

static const struct column *
find_column(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(column_lists); i++) {
		for (const struct column *column = column_lists[i]; column->name != NULL;
		     column++) {
			if (g_ascii_strcasecmp(column->name, name) == 0)
				return column;
		}
	}
	return NULL;
}

/* A sign before the name says which end comes first. */
static const char *
skip_sign(const char *name)
{
	return *name == '-' || *name == '+' ? name + 1 : name;
}

const struct column *
columns_find_sort(const struct options *options)
{
	return options->sort != NULL ? find_column(skip_sign(options->sort)) : NULL;
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
	add(columns, "LIMIT");
	if (options->threads)
		add(columns, "TABLE");
	if (options->files && (options->raw || options->sort != NULL)) {
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
	struct suggestion suggestion = {.word = name};

	for (gsize i = 0; i < G_N_ELEMENTS(column_lists); i++) {
		for (const struct column *column = column_lists[i]; column->name != NULL; column++)
			suggest(&suggestion, column->name);
	}
	if (suggestion.name != NULL)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "no column is called '%s'; did you mean %s? 'ptree -H' lists them",
			    name, suggestion.name);
	else
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

	if (options->sort != NULL && columns_find_sort(options) == NULL)
		return refuse_name(skip_sign(options->sort), error);
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

GPtrArray *
columns_add_table(const GPtrArray *columns)
{
	GPtrArray *more = g_ptr_array_new();

	for (guint i = 0; i < columns->len; i++) {
		g_ptr_array_add(more, g_ptr_array_index(columns, i));
		if (i + 1 < columns->len &&
		    g_ptr_array_index(columns, i) == (gpointer)find_column("LIMIT"))
			add(more, "TABLE");
	}
	return more;
}

gboolean
columns_have(const GPtrArray *columns, const char *name)
{
	for (guint i = 0; columns != NULL && i < columns->len; i++) {
		const struct column *column = g_ptr_array_index(columns, i);

		if (*column->name == *name && strcmp(column->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
columns_ask_for(const GPtrArray *columns, const struct options *options, const char *name)
{
	const struct column *sort = columns_find_sort(options);

	return columns_have(columns, name) || (sort != NULL && strcmp(sort->name, name) == 0);
}

ProcviewCollect
columns_get_needs(const GPtrArray *columns, const struct options *options)
{
	const struct column *sort = columns_find_sort(options);
	ProcviewCollect needs = sort != NULL ? sort->needs : PROCVIEW_COLLECT_NOTHING;

	for (guint i = 0; columns != NULL && i < columns->len; i++) {
		const struct column *column = g_ptr_array_index(columns, i);

		needs |= column->needs;
	}
	return needs;
}

gboolean
columns_draw_tree(const GPtrArray *columns, const struct options *options)
{
	return !options->raw && options->sort == NULL && columns_have(columns, TREE_COLUMN);
}

static gboolean
are_of_descriptors(ProcviewCollect needs)
{
	return (needs & (PROCVIEW_COLLECT_DESCRIPTORS | PROCVIEW_COLLECT_MAPPINGS)) != 0;
}

gboolean
columns_are_of_descriptors(const struct column *column)
{
	return are_of_descriptors(column->needs);
}

gboolean
columns_tell_descriptors(const GPtrArray *columns, const struct options *options)
{
	return are_of_descriptors(columns_get_needs(columns, options));
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
