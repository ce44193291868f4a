/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The plugin's block of collectd.conf, in the manner of the plugin "processes":
 *
 *	<Plugin procview>
 *	  ReportByKind true
 *	  Process "sshd"
 *	  <ProcessMatch "web" "^nginx: ">
 *	    ReportSockets true
 *	  </ProcessMatch>
 *	</Plugin>
 *
 * An option outside of Process and ProcessMatch holds for those that follow. What is not understood
 * is an error, and not a default: a monitor that watches something else than it was told to is worse
 * than none.
 */
#include <string.h>

#include "agent.h"

/* Room for "-" and the number of a process. */
#define MAX_NAME (DATA_MAX_NAME_LEN - 12)
/* The instance of the whole machine. */
#define MACHINE "machine"

static void
target_free(gpointer data)
{
	Target *target = data;

	if (target->pattern != NULL)
		regfree(target->pattern);
	g_free(target->pattern);
	g_free(target->name);
	g_free(target->comm);
	g_hash_table_unref(target->states_seen);
	g_free(target);
}

void
settings_init(Settings *settings)
{
	*settings = (Settings){.backend = PROCVIEW_BACKEND_AUTO, .machine = true};
	settings->targets = g_ptr_array_new_with_free_func(target_free);
}

void
settings_clear(Settings *settings)
{
	g_clear_pointer(&settings->targets, g_ptr_array_unref);
}

static bool
is_string(const oconfig_item_t *item, int index)
{
	return index < item->values_num && item->values[index].type == OCONFIG_TYPE_STRING;
}

static int
read_switch(const oconfig_item_t *item, bool *value)
{
	if (item->values_num != 1 || item->values[0].type != OCONFIG_TYPE_BOOLEAN) {
		ERROR(SAYS "%s wants true or false.", item->key);
		return -1;
	}
	*value = item->values[0].value.boolean != 0;
	return 0;
}

static int
read_backend(const oconfig_item_t *item, ProcviewBackend *backend)
{
	static const char *const names[] = {"auto", "procfs", "pidfd", "bpf"};

	for (guint i = 0; item->values_num == 1 && is_string(item, 0) && i < 4; i++) {
		if (strcasecmp(item->values[0].value.string, names[i]) == 0) {
			*backend = (ProcviewBackend)i;
			return 0;
		}
	}
	ERROR(SAYS "%s wants one of \"auto\", \"bpf\", \"pidfd\" and \"procfs\".", item->key);
	return -1;
}

/* A name is a directory of the csv writer, and a label of a series. */
static bool
is_name(const Settings *settings, const char *key, const char *name)
{
	const char *wrong = NULL;

	if (name[0] == '\0' || strchr(name, '/') != NULL || strlen(name) > MAX_NAME)
		wrong = "is empty, too long, or has a slash";
	else if (strcmp(name, MACHINE) == 0)
		wrong = "is taken by the sums over the whole machine";
	for (guint i = 0; wrong == NULL && i < settings->targets->len; i++) {
		const Target *other = g_ptr_array_index(settings->targets, i);

		if (strcmp(other->name, name) == 0)
			wrong = "is there twice";
	}
	if (wrong != NULL)
		ERROR(SAYS "the name \"%s\" of %s %s.", name, key, wrong);
	return wrong == NULL;
}

static int
compile(Target *target, const char *pattern)
{
	char why[256];
	int status;

	target->pattern = g_new0(regex_t, 1);
	status = regcomp(target->pattern, pattern, REG_EXTENDED | REG_NOSUB);
	if (status == 0)
		return 0;
	regerror(status, target->pattern, why, sizeof(why));
	g_clear_pointer(&target->pattern, g_free);
	ERROR(SAYS "the regex \"%s\" of ProcessMatch \"%s\": %s.", pattern, target->name, why);
	return -1;
}

static int
read_target_options(Target *target, const oconfig_item_t *item)
{
	for (int i = 0; i < item->children_num; i++) {
		const oconfig_item_t *child = &item->children[i];
		bool *value = NULL;

		if (strcasecmp(child->key, "ReportByKind") == 0)
			value = &target->by_kind;
		else if (strcasecmp(child->key, "ReportSockets") == 0)
			value = &target->sockets;
		else if (strcasecmp(child->key, "ReportPerProcess") == 0)
			value = &target->per_process;
		if (value == NULL) {
			ERROR(SAYS "there is no option %s in %s \"%s\".", child->key, item->key,
			      target->name);
			return -1;
		}
		if (read_switch(child, value) != 0)
			return -1;
	}
	return 0;
}

static int
read_target(Settings *settings, const oconfig_item_t *item, bool has_pattern)
{
	Target *target;

	if (item->values_num != 1 + has_pattern || !is_string(item, 0) ||
	    !is_string(item, has_pattern)) {
		ERROR(SAYS "%s wants %s.", item->key,
		      has_pattern ? "a name and a regex" : "the name of a process");
		return -1;
	}
	if (!is_name(settings, item->key, item->values[0].value.string))
		return -1;
	target = g_new0(Target, 1);
	target->name = g_strdup(item->values[0].value.string);
	target->states_seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	target->by_kind = settings->by_kind;
	target->sockets = settings->sockets;
	target->per_process = settings->per_process;
	g_ptr_array_add(settings->targets, target);
	if (!has_pattern)
		target->comm = g_strdup(target->name);
	else if (compile(target, item->values[1].value.string) != 0)
		return -1;
	return read_target_options(target, item);
}

static int
read_option(Settings *settings, const oconfig_item_t *item)
{
	if (strcasecmp(item->key, "Process") == 0)
		return read_target(settings, item, false);
	if (strcasecmp(item->key, "ProcessMatch") == 0)
		return read_target(settings, item, true);
	if (strcasecmp(item->key, "Backend") == 0)
		return read_backend(item, &settings->backend);
	if (strcasecmp(item->key, "ReportMachine") == 0)
		return read_switch(item, &settings->machine);
	if (strcasecmp(item->key, "ReportByKind") == 0)
		return read_switch(item, &settings->by_kind);
	if (strcasecmp(item->key, "ReportSockets") == 0)
		return read_switch(item, &settings->sockets);
	if (strcasecmp(item->key, "ReportPerProcess") == 0)
		return read_switch(item, &settings->per_process);
	ERROR(SAYS "there is no option %s.", item->key);
	return -1;
}

int
settings_read(Settings *settings, const oconfig_item_t *block)
{
	for (int i = 0; i < block->children_num; i++) {
		if (read_option(settings, &block->children[i]) != 0)
			return -1;
	}
	return 0;
}
