/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who holds a file system if it is no process, and who a port?
 *
 * umount(8) says that its target is busy, and a list of processes may be empty all the same: another
 * mount on it, a loop device whose file is there, and swap hold it without a process. So does
 * another mount namespace hold the device, and a file may be that of a loop device, or swap. Each is
 * a line of its own, for the user to read.
 *
 * A port that no process has open may be taken nevertheless: for a minute after a connection was
 * closed, by connections that nobody has accepted, by the kernel. The kernel's own lists tell, of
 * our network namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "message.h"
#include "what.h"

#define MOST	     10	 /* lines of one sort */
#define LONGEST_LINE 256 /* of a list of sockets; those of IPv6 have 180 bytes */

struct notes {
	struct what *what;
	guint n;
};

static void tell(struct notes *notes, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
tell(struct notes *notes, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (notes->n++ >= MOST)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	message_print("%s: %s", notes->what->word, text);
}

static void
end_notes(struct notes *notes)
{
	if (notes->n > MOST)
		message_print("%s: and %u more", notes->what->word, notes->n - MOST);
	notes->n = 0;
}

/* A device node is mounted somewhere; on a mount point something is mounted. */
static void
tell_mounts(struct notes *notes)
{
	const struct what *what = notes->what;
	const GPtrArray *lines = what->views->own->lines;

	for (guint i = 0; i < lines->len; i++) {
		const struct mount_line *line = g_ptr_array_index(lines, i);

		if (what->mount_id == 0 && what_has_branch(what, line->device, NULL))
			tell(notes, "it is mounted on %s", line->point);
		else if (what->mount_id != 0 && line->parent == what->mount_id)
			tell(notes, "%s is mounted on it", line->point);
	}
	end_notes(notes);
}

static gboolean
is_there(const struct what *what, const char *path)
{
	const struct mount_view *own = what->kind == WHAT_FILE_SYSTEM ? what->views->own : NULL;
	const struct mount_line *line = own != NULL ? mount_view_look_up(own, path, NULL) : NULL;
	g_autofree char *inner = line != NULL ? mount_line_dup_inner_path(line, own, path) : NULL;

	return inner != NULL && what_has_branch(what, line->device, inner);
}

/* Of a file, by whatever name. Nothing is asked of file systems that it is not on: their server may
 * not answer. */
static gboolean
is_file(const struct what *what, const char *path)
{
	const struct mount_line *line =
		what->kind == WHAT_FILE ? mount_view_look_up(what->views->own, path, NULL) : NULL;
	struct statx found;

	return line != NULL &&
	       (device_is(line->device, what->device.major, what->device.minor) ||
		device_is(line->device, what->mount_device.major, what->mount_device.minor)) &&
	       statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, &found) == 0 &&
	       found.stx_ino == what->inode &&
	       device_is(what->device, found.stx_dev_major, found.stx_dev_minor);
}

static void
tell_loops(struct notes *notes)
{
	g_autoptr(GDir) devices = g_dir_open("/sys/block", 0, NULL);
	const char *name;

	while (devices != NULL && (name = g_dir_read_name(devices)) != NULL) {
		g_autofree char *entry =
			g_build_filename("/sys/block", name, "loop", "backing_file", NULL);
		g_autofree char *path = NULL;

		if (!g_str_has_prefix(name, "loop") ||
		    !g_file_get_contents(entry, &path, NULL, NULL))
			continue;
		g_strchomp(path);
		if (is_file(notes->what, path))
			tell(notes, "it is the file of /dev/%s", name);
		else if (is_there(notes->what, path))
			tell(notes, "/dev/%s has its file there: %s", name, path);
	}
	end_notes(notes);
}

static gboolean
is_node(const struct what *what, const char *path)
{
	struct stat st;

	return what->node == PROCVIEW_KIND_BLOCKDEV && g_str_has_prefix(path, "/dev/") &&
	       stat(path, &st) == 0 && S_ISBLK(st.st_mode) &&
	       device_is(what->rdev, major(st.st_rdev), minor(st.st_rdev));
}

static void
tell_swaps(struct notes *notes)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents("/proc/swaps", &text, NULL, NULL))
		return;
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
		g_autofree char *word = g_strndup(lines[i], strcspn(lines[i], " \t"));
		g_autofree char *path = g_strcompress(word);

		if (is_node(notes->what, path) || is_file(notes->what, path))
			tell(notes, "the system swaps to it");
		else if (is_there(notes->what, path))
			tell(notes, "the system swaps to a file there: %s", path);
	}
	end_notes(notes);
}

static const struct mount_line *
find_in_view(const struct what *what, const struct mount_view *view)
{
	for (guint i = 0; i < view->lines->len; i++) {
		const struct mount_line *line = g_ptr_array_index(view->lines, i);

		if (what_has_branch(what, line->device, line->root))
			return line;
	}
	return NULL;
}

static void
tell_namespaces(struct notes *notes)
{
	struct what *what = notes->what;

	mount_views_get_all(what->views);
	for (guint i = 0; i < what->views->others->len; i++) {
		const struct mount_view *view = g_ptr_array_index(what->views->others, i);
		const struct mount_line *line = find_in_view(what, view);
		ProcviewProcess *process =
			line != NULL && what->snapshot != NULL
				? procview_snapshot_find_process(what->snapshot, view->pid)
				: NULL;
		const char *name =
			process != NULL
				? procview_task_get_comm(procview_process_get_leader(process))
				: NULL;

		if (line != NULL)
			tell(notes, "another mount namespace has it too: process %d (%s) on %s",
			     view->pid, name != NULL ? name : "?", line->point);
	}
	end_notes(notes);
}

/* The root file system is never unmounted, and half of the machine is mounted on it. */
static gboolean
is_root(const struct what *what)
{
	const GPtrArray *lines = what->views->own->lines;

	for (guint i = 0; i < lines->len; i++) {
		const struct mount_line *line = g_ptr_array_index(lines, i);

		if (strcmp(line->point, "/") == 0 &&
		    (what->mount_id == line->id ||
		     (what->mount_id == 0 && what_has_branch(what, line->device, NULL))))
			return TRUE;
	}
	return FALSE;
}

void
whats_tell_notes(GArray *whats)
{
	for (guint i = 0; i < whats->len; i++) {
		struct what *what = &g_array_index(whats, struct what, i);
		struct notes notes = {.what = what};
		gboolean is_mount = what->kind == WHAT_FILE_SYSTEM;

		if (what->views == NULL || (!is_mount && what->kind != WHAT_FILE))
			continue;
		if (is_mount && (what->mount_id == 0 || !is_root(what)))
			tell_mounts(&notes);
		tell_loops(&notes);
		tell_swaps(&notes);
		if (is_mount && !is_root(what))
			tell_namespaces(&notes);
	}
}

/* Sockets of which the kernel's lists tell, and no descriptor that was seen. */
struct leftovers {
	guint n_time_wait;
	guint n_without_inode; /* closing, or not accepted yet */
	guint n_others;
};

/* The address is written as 32-bit numbers, each as the machine reads it from memory. */
static gboolean
parse_end(const char *text, guint8 address[16], struct port_end *end)
{
	const char *colon = strchr(text, ':');
	gsize n_digits = colon != NULL ? (gsize)(colon - text) : 0;

	if (n_digits != 8 && n_digits != 32)
		return FALSE;
	for (gsize i = 0; i < n_digits / 8; i++) {
		char digits[9] = "";
		guint32 word;

		memcpy(digits, text + 8 * i, 8);
		word = (guint32)g_ascii_strtoull(digits, NULL, 16);
		memcpy(address + 4 * i, &word, sizeof(word));
	}
	end->address = address;
	end->length = n_digits / 2;
	end->number = (guint)g_ascii_strtoull(colon + 1, NULL, 16);
	return TRUE;
}

/* sl local_address rem_address st ... inode */
static void
count_line(const struct port *port, const char *line, struct leftovers *left)
{
	char local[64], remote[64];
	guint8 local_address[16], remote_address[16];
	struct port_end own = {.is_local = TRUE};
	struct port_end other = {.is_local = FALSE};
	guint64 inode;
	guint state;

	if (sscanf(line, " %*s %63s %63s %x %*s %*s %*s %*s %*s %" G_GINT64_MODIFIER "u", local,
		   remote, &state, &inode) != 4 ||
	    !parse_end(local, local_address, &own) || !parse_end(remote, remote_address, &other))
		return;
	if (!port_is_end(port, &own) && !port_is_end(port, &other))
		return;
	if (state == 6)
		left->n_time_wait++;
	else if (inode == 0)
		left->n_without_inode++;
	else
		left->n_others++;
}

/*
 * A read ends where the next line finds no room in the kernel's page, or where there is no next
 * line. To be told so by one more read costs a second walk over all that the kernel's tables of
 * connections have room for, which is milliseconds.
 */
static char *
read_list(const char *path)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char page[4096];
	gssize n = sizeof(page);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	while (n > (gssize)sizeof(page) - LONGEST_LINE) {
		n = read(fd, page, sizeof(page));
		g_string_append_len(text, page, MAX(n, 0));
	}
	close(fd);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static struct leftovers
count_leftovers(const struct port *port)
{
	static const struct {
		const char *name;
		int protocol;
	} lists[] = {
		{"tcp", IPPROTO_TCP},  {"tcp6", IPPROTO_TCP},	     {"udp", IPPROTO_UDP},
		{"udp6", IPPROTO_UDP}, {"udplite", IPPROTO_UDPLITE}, {"udplite6", IPPROTO_UDPLITE},
	};
	struct leftovers left = {0};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *name = g_build_filename("/proc/self/net", lists[i].name, NULL);
		g_autofree char *text = NULL;
		g_auto(GStrv) lines = NULL;

		/* Of interfaces the lists say nothing. */
		if (port->interface != 0 ||
		    (port->protocol != 0 && port->protocol != lists[i].protocol))
			continue;
		text = read_list(name);
		if (text == NULL)
			continue;
		lines = g_strsplit(text, "\n", -1);
		for (guint j = 0; lines[j] != NULL; j++)
			count_line(port, lines[j], &left);
	}
	return left;
}

static void
append_count(GString *text, guint n, const char *one, const char *many)
{
	if (n > 0)
		g_string_append_printf(text, "%s%u %s", text->len > 0 ? ", " : "", n,
				       n == 1 ? one : many);
}

static void
tell_port(const struct what *what)
{
	struct leftovers left = count_leftovers(&what->port);
	g_autoptr(GString) text = g_string_new(NULL);

	append_count(text, left.n_others, "socket of the kernel, or of a process that was not seen",
		     "sockets of the kernel, or of processes that were not seen");
	append_count(text, left.n_without_inode, "connection that is closing or not accepted yet",
		     "connections that are closing or not accepted yet");
	append_count(text, left.n_time_wait, "closed connection in TIME_WAIT",
		     "closed connections in TIME_WAIT");
	if (text->len == 0)
		message_print("no process seen has '%s' open", what->word);
	else
		message_print("no process seen has '%s' open, but it is taken: %s", what->word,
			      text->str);
}

void
what_tell_unmatched(const struct what *what)
{
	if (what->kind == WHAT_PORT)
		tell_port(what);
	else if (what->kind == WHAT_LOST)
		message_print("cannot look at '%s': %s", what->word, g_strerror(ENOENT));
	else
		message_print("no process seen has '%s' open", what->word);
}
