/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What would ptree show of a machine that was written down? The linker puts these functions in the
 * place of those that ask the kernel (--wrap), so that the whole command, unchanged, reads the tree
 * that the environment names (RECORDED_PROC) and asks nothing else.
 *
 * A tree of files has the texts and links of /proc. What a process learns by system calls is in
 * files beside them, which recorded_machine.py writes:
 *
 *   PID/seen/FD     mode, device, inode, size, links, device number; a socket has a second line
 *   same/TID        process and descriptor table; then each descriptor and its description
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/examine.h"
#include "backend/procfs/lister.h"
#include "backend/procfs/socket-entry.h"
#include "backend/registry.h"
#include "grouping/kcmp.h"
#include "snapshot/scanner.h"

/* As in <linux/kcmp.h>. */
#define TYPE_FILE  0
#define TYPE_FILES 2
/* Greater than any process id can be: this process is none of those that were written down. */
#define NOBODY G_MAXINT

PvScanner *__real_pv_scanner_open(const PvScannerOptions *options, GError **error);
PvScanner *__wrap_pv_scanner_open(const PvScannerOptions *options, GError **error);
gboolean __real_pv_context_probe(PvContext *context, const char *proc_path, GError **error);
gboolean __wrap_pv_context_probe(PvContext *context, const char *proc_path, GError **error);
gboolean __real_pv_procfs_list(const PvContext *context, const PvQuery *query, PvStore *store,
			       const PvWatch *watch, GError **error);
gboolean __wrap_pv_procfs_list(const PvContext *context, const PvQuery *query, PvStore *store,
			       const PvWatch *watch, GError **error);
const PvBackend *__wrap_pv_registry_choose(const PvContext *context, const char *name,
					   PvStore *refusals, GError **error);
void __wrap_pv_kcmp_init(PvKcmp *kcmp);
int __wrap_pv_kcmp_probe(PvKcmp *kcmp);
gboolean __real_pv_examine_name(PvExaminer *examiner, int dir_fd, const char *name, PvStore *store,
				PvFile *file);
gboolean __wrap_pv_examine_name(PvExaminer *examiner, int dir_fd, const char *name, PvStore *store,
				PvFile *file);
gboolean __wrap_pv_socket_entry_note(int fd_dir, const char *name, guint64 ino, guint32 uid,
				     PvStore *store);
pid_t __wrap_getpid(void);

static const char *
get_tree(void)
{
	const char *tree = g_getenv("RECORDED_PROC");

	if (tree == NULL)
		g_error("RECORDED_PROC names no tree");
	return tree;
}

pid_t
__wrap_getpid(void)
{
	return NOBODY;
}

PvScanner *
__wrap_pv_scanner_open(const PvScannerOptions *options, GError **error)
{
	PvScannerOptions recorded = *options;

	recorded.proc_path = get_tree();
	return __real_pv_scanner_open(&recorded, error);
}

/*
 * The numbers of a tree are not the kernel's, so nobody would try kcmp(2). Here it is tried; from
 * the listing on, nothing else is asked about these numbers.
 */
gboolean
__wrap_pv_context_probe(PvContext *context, const char *proc_path, GError **error)
{
	gboolean done = __real_pv_context_probe(context, proc_path, error);

	context->foreign = FALSE;
	return done;
}

int
__wrap_pv_kcmp_probe(PvKcmp *kcmp)
{
	(void)kcmp;
	return 0;
}

const PvBackend *
__wrap_pv_registry_choose(const PvContext *context, const char *name, PvStore *refusals,
			  GError **error)
{
	(void)context;
	(void)name;
	(void)refusals;
	(void)error;
	return pv_registry_last_resort();
}

gboolean
__wrap_pv_procfs_list(const PvContext *context, const PvQuery *query, PvStore *store,
		      const PvWatch *watch, GError **error)
{
	((PvContext *)context)->foreign = TRUE;
	return __real_pv_procfs_list(context, query, store, watch, error);
}

/* The number of what a task has: the process, a table, or the description behind a descriptor. */
static int
look_up(gint32 tid, int type, gulong fd)
{
	g_autofree char *path = g_strdup_printf("%s/same/%d", get_tree(), tid);
	FILE *file = fopen(path, "re");
	int found = -EBADF;
	int table, number, description;

	if (file == NULL)
		return -ESRCH;
	if (fscanf(file, "%d %d", &number, &table) != 2)
		found = -ESRCH;
	else if (type != TYPE_FILE)
		found = type == TYPE_FILES ? table : number;
	while (type == TYPE_FILE && found < 0 && fscanf(file, "%d %d", &number, &description) == 2)
		found = number == (int)fd ? description : -EBADF;
	fclose(file);
	return found;
}

static int
compare(gint32 tid, gint32 other_tid, int type, gulong index, gulong other_index,
	gpointer user_data)
{
	int one = look_up(tid, type, index);
	int other = look_up(other_tid, type, other_index);

	(void)user_data;
	if (one < 0 || other < 0)
		return MIN(one, other);
	return one == other ? 0 : 1 + (one > other);
}

void
__wrap_pv_kcmp_init(PvKcmp *kcmp)
{
	*kcmp = (PvKcmp){.call = compare};
}

static FILE *
open_seen(int fd_dir, const char *name)
{
	g_autofree char *path = g_strdup_printf("../seen/%s", name);
	int fd = openat(fd_dir, path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

gboolean
__wrap_pv_examine_name(PvExaminer *examiner, int dir_fd, const char *name, PvStore *store,
		       PvFile *file)
{
	guint mode, major, minor, n_links, device_major, device_minor;
	guint64 ino, size;
	FILE *seen = open_seen(dir_fd, name);

	if (seen != NULL &&
	    fscanf(seen, "%o %u:%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %u %u:%u", &mode,
		   &major, &minor, &ino, &size, &n_links, &device_major, &device_minor) == 8) {
		file->mode = (guint16)mode;
		file->dev = pv_dev(major, minor);
		file->ino = ino;
		file->known |= PV_FILE_INODE;
		if (S_ISREG(mode) || S_ISDIR(mode)) {
			file->extent = size;
			file->known |= PV_FILE_SIZE;
		} else if (S_ISCHR(mode) || S_ISBLK(mode)) {
			file->extent = pv_dev(device_major, device_minor);
			file->known |= PV_FILE_RDEV;
		}
		if (pv_file_has_pos(file))
			file->known |= PV_FILE_POS;
		examiner->n_links = n_links;
		examiner->uid = 0;
	}
	if (seen != NULL)
		fclose(seen);
	return __real_pv_examine_name(examiner, dir_fd, name, store, file);
}

static void
take_inet(PvSocket *socket, const char *line)
{
	char local[64], remote[64];
	guint type, protocol, state, port, remote_port;

	if (sscanf(line, "inet %u %u %u %63s %u %63s %u", &type, &protocol, &state, local, &port,
		   remote, &remote_port) != 7)
		return;
	socket->family = AF_INET;
	socket->type = (guint8)type;
	socket->protocol = protocol;
	socket->state = (guint8)state;
	inet_pton(AF_INET, local, socket->local);
	socket->local_port = port;
	inet_pton(AF_INET, remote, socket->remote);
	socket->remote_port = remote_port;
	socket->known |= PV_SOCKET_PROTOCOL | PV_SOCKET_LOCAL;
	if (remote_port != 0)
		socket->known |= PV_SOCKET_REMOTE;
}

static void
take_unix(PvSocket *socket, const char *line, PvStore *store)
{
	char name[108];
	guint type, state;

	if (sscanf(line, "unix %u %u %" G_GUINT64_FORMAT " %107s", &type, &state, &socket->peer_ino,
		   name) != 4)
		return;
	socket->family = AF_UNIX;
	socket->type = (guint8)type;
	socket->state = (guint8)state;
	if (strcmp(name, "-") == 0)
		return;
	socket->name = pv_strings_intern(&store->strings, name, strlen(name));
	socket->name_len = (guint32)strlen(name);
	socket->known |= PV_SOCKET_NAME;
}

gboolean
__wrap_pv_socket_entry_note(int fd_dir, const char *name, guint64 ino, guint32 uid, PvStore *store)
{
	PvSocket *socket = pv_array_append(&store->details.sockets);
	FILE *seen = open_seen(fd_dir, name);
	char line[512];

	if (socket == NULL || seen == NULL)
		g_error("a socket that was not written down");
	socket->ino = ino;
	socket->uid = uid;
	socket->netns = 1;
	socket->known = PV_SOCKET_UID | PV_SOCKET_NETNS | PV_SOCKET_FAMILY | PV_SOCKET_TYPE |
			PV_SOCKET_STATE;
	while (fgets(line, sizeof(line), seen) != NULL) {
		take_inet(socket, line);
		take_unix(socket, line, store);
	}
	fclose(seen);
	return TRUE;
}
