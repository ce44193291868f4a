/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * An agent: opens its scanner as root, gives everything up, and answers process ids with JSON.
 *
 *   cc agent.c -o agent $(pkg-config --cflags --libs libprocview libcap-ng)
 *   echo 1 | sudo ./agent
 *
 * Where BPF works, it goes on to see the files of all users as nobody. That is a privilege that it
 * keeps, so who may ask it is to be chosen with care.
 */
#include <cap-ng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <procview/procview.h>

#define NOBODY 65534

/* The scanner knows what its scans will need: nothing with BPF, else what ptrace asks for. */
static gboolean
drop_privileges(ProcviewScanner *scanner, GError **error)
{
	g_autoptr(ProcviewRights) rights = procview_scanner_dup_rights(scanner, error);
	const char *const *uses = rights ? procview_rights_get_uses(rights) : NULL;

	if (rights == NULL)
		return FALSE;
	capng_clear(CAPNG_SELECT_BOTH);
	for (guint i = 0; uses[i] != NULL; i++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			     (guint)capng_name_to_capability(uses[i] + strlen("CAP_")));
	if (capng_change_id(NOBODY, NOBODY, CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		return TRUE;
	g_set_error_literal(error, PROCVIEW_ERROR, PROCVIEW_ERROR_PERMISSION,
			    "cannot become nobody");
	return FALSE;
}

static gboolean
answer(ProcviewScanner *scanner, int pid, GError **error)
{
	g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
	g_autoptr(ProcviewQuery) query = procview_query_new();
	g_autoptr(ProcviewSnapshot) now = NULL;
	GMemoryOutputStream *text = G_MEMORY_OUTPUT_STREAM(memory);

	/* Asking for one process costs one process, however many others there are. */
	procview_query_add_pid(query, pid);
	now = procview_scanner_scan(scanner, query, error);
	if (now == NULL || !procview_snapshot_write_json(now, memory, PROCVIEW_JSON_FILES, NULL,
							 NULL, NULL, error))
		return FALSE;
	fwrite(g_memory_output_stream_get_data(text), 1, g_memory_output_stream_get_data_size(text),
	       stdout);
	return fflush(stdout) == 0;
}

int
main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ProcviewScanner) scanner = procview_scanner_new(&error);
	gboolean works = scanner && (geteuid() != 0 || drop_privileges(scanner, &error));
	char line[16];

	/* A process that is not there is no error: it is not in the answer. */
	while (works && fgets(line, sizeof(line), stdin) != NULL)
		works = answer(scanner, atoi(line), &error);
	if (error != NULL)
		g_printerr("%s\n", error->message);
	return !works;
}
