/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does a word of the command line stand for: a process or thread, a user, or a file?
 *
 * A path is looked at once, with statx(2) (Linux 4.11), which neither opens the file nor asks a
 * server on the network for fresh attributes. What the kernel gives no type (an eventfd and its
 * like, reached through /proc/PID/fd) has its inode in common with strangers, and is refused.
 *
 * A device has two numbers on btrfs and overlayfs: the one that stat(2) tells, and the one of the
 * superblock, which mounts, mappings and BPF tell. The second is looked up by the number of the
 * mount, which statx(2) tells since Linux 5.8.
 */
#include "what.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"

static gboolean
is_number(const char *word)
{
	return *word != '\0' && strspn(word, "0123456789") == strlen(word);
}

static gboolean
parse_id(struct what *what, GError **error)
{
	guint64 id;

	what->kind = WHAT_ID;
	if (!g_ascii_string_to_unsigned(what->word, 10, 1, G_MAXINT, &id, NULL)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "'%s' is not a process id (1 to %d)", what->word, G_MAXINT);
		return FALSE;
	}
	what->id = (int)id;
	return TRUE;
}

/* The number of the mount opens a line of mountinfo; the device is the third word. */
static struct device_number
find_mount_device(guint64 mount_id)
{
	g_autofree char *mounts = NULL;
	struct device_number device = {0, 0};

	if (!g_file_get_contents("/proc/self/mountinfo", &mounts, NULL, NULL))
		return device;
	for (const char *line = mounts; *line != '\0';) {
		struct device_number found;
		guint64 id;

		if (sscanf(line, "%" G_GINT64_MODIFIER "u %*u %u:%u", &id, &found.major,
			   &found.minor) == 3 &&
		    id == mount_id)
			return found;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return device;
}

static void
look_at_path(struct what *what)
{
	struct statx found;

	if (statx(AT_FDCWD, what->word, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO | STATX_MNT_ID,
		  &found) < 0) {
		message_print("cannot look at '%s': %s", what->word, g_strerror(errno));
		what->kind = WHAT_NOTHING;
		return;
	}
	if ((found.stx_mode & S_IFMT) == 0) {
		message_print("cannot look for '%s': it leads to an anonymous inode, which many "
			      "files have in common",
			      what->word);
		what->kind = WHAT_NOTHING;
		return;
	}
	what->kind = WHAT_FILE;
	what->is_socket = S_ISSOCK(found.stx_mode);
	what->inode = found.stx_ino;
	what->device = (struct device_number){found.stx_dev_major, found.stx_dev_minor};
	if ((found.stx_mask & STATX_MNT_ID) != 0)
		what->mount_device = find_mount_device(found.stx_mnt_id);
	what->rdev = (struct device_number){found.stx_rdev_major, found.stx_rdev_minor};
	what->node = S_ISCHR(found.stx_mode)   ? PROCVIEW_KIND_CHARDEV
		     : S_ISBLK(found.stx_mode) ? PROCVIEW_KIND_BLOCKDEV
					       : PROCVIEW_KIND_UNKNOWN;
}

static gboolean
parse_user(struct what *what, GError **error)
{
	const struct passwd *entry = *what->word != '\0' ? getpwnam(what->word) : NULL;

	if (entry == NULL) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "'%s' is neither a process id, a user nor a path (a path contains a /)",
			    what->word);
		return FALSE;
	}
	what->kind = WHAT_USER;
	what->uid = entry->pw_uid;
	return TRUE;
}

static gboolean
parse_word(struct what *what, GError **error)
{
	if (strchr(what->word, '/') != NULL)
		return TRUE;
	return is_number(what->word) ? parse_id(what, error) : parse_user(what, error);
}

GArray *
whats_parse(char **words, GError **error)
{
	g_autoptr(GArray) whats = g_array_new(FALSE, TRUE, sizeof(struct what));

	for (guint i = 0; words != NULL && words[i] != NULL; i++) {
		struct what what = {.word = words[i]};

		if (!parse_word(&what, error))
			return NULL;
		g_array_append_val(whats, what);
	}
	/* Only once the usage is known to be right: a complaint about a file is no usage error. */
	for (guint i = 0; i < whats->len; i++) {
		struct what *what = &g_array_index(whats, struct what, i);

		if (strchr(what->word, '/') != NULL)
			look_at_path(what);
	}
	return g_steal_pointer(&whats);
}

gboolean
whats_have(const GArray *whats, enum what_kind kind)
{
	for (guint i = 0; i < whats->len; i++) {
		if (g_array_index(whats, struct what, i).kind == kind)
			return TRUE;
	}
	return FALSE;
}

gboolean
whats_have_socket(const GArray *whats)
{
	for (guint i = 0; i < whats->len; i++) {
		if (g_array_index(whats, struct what, i).is_socket)
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_device(struct device_number device, guint major, guint minor)
{
	return device.major == major && device.minor == minor;
}

gboolean
what_is_file(const struct what *what, guint64 inode, guint major, guint minor)
{
	return what->kind == WHAT_FILE && inode == what->inode &&
	       (is_device(what->device, major, minor) ||
		is_device(what->mount_device, major, minor));
}

void
whats_forget_matches(GArray *whats)
{
	for (guint i = 0; i < whats->len; i++)
		g_array_index(whats, struct what, i).matched = FALSE;
}

void
whats_tell_unmatched(const GArray *whats)
{
	for (guint i = 0; i < whats->len; i++) {
		const struct what *what = &g_array_index(whats, struct what, i);

		if (what->matched)
			continue;
		if (what->kind == WHAT_ID)
			message_print("no process or thread %d", what->id);
		else if (what->kind == WHAT_USER)
			message_print("no process of user %s", what->word);
		else if (what->kind == WHAT_FILE)
			message_print("no process seen has '%s' open", what->word);
	}
}
