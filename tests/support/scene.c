/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A scene of the workload program as a child: started, read, stepped, ended.
 *
 * Not GSubprocess, whose helper thread and descriptors would be in the way of tests that look at
 * those of their own process. The child asks for SIGKILL at the death of the thread that started
 * it, so scenes are started by the main thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pv-test.h"

struct _PvTestScene {
	pid_t pid;
	FILE *to;
	FILE *from;
	GHashTable *facts; /* key: GPtrArray of values */
	guint n_steps;
};

extern char **environ;

GPtrArray *
pv_test_scene_all(PvTestScene *scene, const char *key)
{
	GPtrArray *values = g_hash_table_lookup(scene->facts, key);

	if (values == NULL) {
		values = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(scene->facts, g_strdup(key), values);
	}
	return values;
}

/* FALSE: the workload program ended instead. */
static gboolean
read_until(PvTestScene *scene, const char *end)
{
	char *line = NULL;
	gboolean found = FALSE;
	size_t size = 0;

	while (!found && getline(&line, &size, scene->from) > 0) {
		char *equals = strchr(line, '=');

		g_strchomp(line);
		found = strcmp(line, end) == 0;
		if (!found && equals != NULL) {
			*equals = '\0';
			g_ptr_array_add(pv_test_scene_all(scene, line), g_strdup(equals + 1));
		}
	}
	free(line);
	return found;
}

static void
spawn(PvTestScene *scene, char **argv)
{
	posix_spawn_file_actions_t actions;
	int to[2], from[2];

	g_assert_cmpint(pipe2(to, O_CLOEXEC), ==, 0);
	g_assert_cmpint(pipe2(from, O_CLOEXEC), ==, 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
	errno = posix_spawn(&scene->pid, argv[0], &actions, NULL, argv, environ);
	if (errno != 0)
		g_error("%s: %s", argv[0], g_strerror(errno));
	posix_spawn_file_actions_destroy(&actions);
	close(to[0]);
	close(from[1]);
	scene->to = fdopen(to[1], "w");
	scene->from = fdopen(from[0], "r");
}

static int
end(PvTestScene *scene)
{
	int status = 0;

	fclose(scene->to);
	fclose(scene->from);
	while (waitpid(scene->pid, &status, 0) < 0)
		g_assert_cmpint(errno, ==, EINTR);
	g_hash_table_unref(scene->facts);
	g_free(scene);
	return status;
}

PvTestScene *
pv_test_scene_start(const char *name, ...)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	const char *program = g_getenv("PROCVIEW_TEST_WORKLOAD");
	PvTestScene *scene = g_new0(PvTestScene, 1);
	const char *param;
	va_list params;
	int status;

	if (program == NULL)
		g_error("PROCVIEW_TEST_WORKLOAD does not say where the workload program is");
	g_ptr_array_add(argv, (char *)program);
	g_ptr_array_add(argv, (char *)name);
	va_start(params, name);
	while ((param = va_arg(params, const char *)) != NULL)
		g_ptr_array_add(argv, (char *)param);
	va_end(params);
	g_ptr_array_add(argv, NULL);
	scene->facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					     (GDestroyNotify)g_ptr_array_unref);
	spawn(scene, (char **)argv->pdata);
	if (read_until(scene, "ready"))
		return scene;
	status = end(scene);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	/* 18 and 23: EPERM and ENOSYS; see tests/workload/work.h. */
	if (status != 18 && status != 23 && status != 77)
		g_error("scene %s: exit status %d", name, status);
	g_test_skip("the scene is not available here");
	return NULL;
}

void
pv_test_scene_step(PvTestScene *scene, const char *step)
{
	GPtrArray *steps = pv_test_scene_all(scene, "step");

	g_assert_cmpuint(scene->n_steps, <, steps->len);
	g_assert_cmpstr(g_ptr_array_index(steps, scene->n_steps), ==, step);
	scene->n_steps++;
	fputs("step\n", scene->to);
	fflush(scene->to);
	g_assert_true(read_until(scene, "done"));
}

void
pv_test_scene_end(PvTestScene *scene)
{
	int status = end(scene);

	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

GArray *
pv_test_numbers(const char *value)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(int));

	while (*value != '\0') {
		char *rest;
		int number = (int)strtol(value, &rest, 10);

		if (rest == value)
			break;
		g_array_append_val(numbers, number);
		value = *rest != '\0' ? rest + 1 : rest;
	}
	return numbers;
}

int
pv_test_scene_number(PvTestScene *scene, const char *key, guint line, guint column)
{
	GPtrArray *values = pv_test_scene_all(scene, key);
	g_autoptr(GArray) numbers = NULL;

	g_assert_cmpuint(line, <, values->len);
	numbers = pv_test_numbers(g_ptr_array_index(values, line));
	g_assert_cmpuint(column, <, numbers->len);
	return g_array_index(numbers, int, column);
}

static char *
from_hex(const char *text)
{
	gsize n = strlen(text) / 2;
	char *bytes = g_malloc(n + 1);

	for (gsize i = 0; i < n; i++)
		bytes[i] = (char)(g_ascii_xdigit_value(text[2 * i]) << 4 |
				  g_ascii_xdigit_value(text[2 * i + 1]));
	bytes[n] = '\0';
	return bytes;
}

static void
descriptor_free(gpointer data)
{
	PvTestDescriptor *d = data;

	g_free(d->path);
	g_free(d->kind);
	g_free(d);
}

/* TID:FD:KIND:MAJ.MIN:INO:PATH:FLAGS:CLOEXEC:POS:NLINK:UNLINKED */
static PvTestDescriptor *
parse_descriptor(const char *value)
{
	g_auto(GStrv) parts = g_strsplit(value, ":", -1);
	PvTestDescriptor *d = g_new0(PvTestDescriptor, 1);

	g_assert_cmpuint(g_strv_length(parts), ==, 11);
	d->tid = atoi(parts[0]);
	d->fd = atoi(parts[1]);
	d->kind = g_strdup(parts[2]);
	g_assert_cmpint(sscanf(parts[3], "%u.%u", &d->major, &d->minor), ==, 2);
	d->ino = g_ascii_strtoull(parts[4], NULL, 10);
	d->foretold = strcmp(parts[5], "-") != 0;
	d->path = d->foretold && parts[5][0] != '\0' ? from_hex(parts[5]) : NULL;
	d->flags = (guint)g_ascii_strtoull(parts[6], NULL, 8);
	d->cloexec = parts[7][0] == '1';
	d->pos = parts[8][0] == '-' ? -1 : g_ascii_strtoll(parts[8], NULL, 10);
	d->n_links = g_ascii_strtoull(parts[9], NULL, 10);
	d->unlinked = parts[10][0] == '1';
	return d;
}

GPtrArray *
pv_test_scene_descriptors(PvTestScene *scene)
{
	GPtrArray *descriptors = g_ptr_array_new_with_free_func(descriptor_free);
	GPtrArray *values = pv_test_scene_all(scene, "fd");

	for (guint i = 0; i < values->len; i++)
		g_ptr_array_add(descriptors, parse_descriptor(g_ptr_array_index(values, i)));
	return descriptors;
}
