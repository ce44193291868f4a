/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which of the words can a file be?
 *
 * Somebody who names two thousand files on a machine that has a million open must not wait for two
 * thousand million comparisons. A word that is one file is looked up by its inode, a device node
 * also by its device; what is found is then compared in full. What is not known by such a number,
 * as a directory tree or a port, is compared with every file: of these nobody names thousands.
 *
 * The lower half of the inode number is enough to look it up, and all that the kernel tells of the
 * file that a socket is bound to.
 */
#include "candidates.h"

static gpointer
make_key(struct device_number device)
{
	return GUINT_TO_POINTER(device.major << 20 ^ device.minor);
}

static void
add(GHashTable *index, gpointer key, guint word)
{
	GArray *words = g_hash_table_lookup(index, key);

	if (words == NULL) {
		words = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(index, key, words);
	}
	g_array_append_val(words, word);
}

static void
add_what(struct candidates *candidates, const struct what *what, guint word)
{
	switch (what->kind) {
	case WHAT_ID:
	case WHAT_NAME:
	case WHAT_PATTERN:
	case WHAT_NOTHING:
		return;
	case WHAT_FILE:
		break;
	default:
		g_array_append_val(candidates->always, word);
		return;
	}
	add(candidates->by_inode, GUINT_TO_POINTER((guint32)what->inode), word);
	if (what->node != PROCVIEW_KIND_UNKNOWN)
		add(candidates->by_rdev, make_key(what->rdev), word);
	candidates->have_socket |= what->is_socket;
}

static GHashTable *
new_index(void)
{
	return g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
}

struct candidates *
candidates_new(const GArray *whats)
{
	struct candidates *candidates = g_new0(struct candidates, 1);

	candidates->by_inode = new_index();
	candidates->by_rdev = new_index();
	candidates->always = g_array_new(FALSE, FALSE, sizeof(guint));
	candidates->found = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < whats->len; i++)
		add_what(candidates, &g_array_index(whats, struct what, i), i);
	return candidates;
}

void
candidates_free(struct candidates *candidates)
{
	g_hash_table_unref(candidates->by_inode);
	g_hash_table_unref(candidates->by_rdev);
	g_array_unref(candidates->always);
	g_array_unref(candidates->found);
	g_free(candidates);
}

static void
append(struct candidates *candidates, const GArray *words)
{
	if (words != NULL && words->len > 0)
		g_array_append_vals(candidates->found, words->data, words->len);
}

static void
look_up_inode(struct candidates *candidates, guint64 inode)
{
	append(candidates,
	       g_hash_table_lookup(candidates->by_inode, GUINT_TO_POINTER((guint32)inode)));
}

static void
look_up_device(struct candidates *candidates, ProcviewFile *file)
{
	struct device_number device;

	if (g_hash_table_size(candidates->by_rdev) > 0 &&
	    procview_file_get_rdev(file, &device.major, &device.minor))
		append(candidates, g_hash_table_lookup(candidates->by_rdev, make_key(device)));
}

static void
look_up_binding(struct candidates *candidates, ProcviewFile *file)
{
	ProcviewSocket *socket = candidates->have_socket ? procview_file_get_socket(file) : NULL;
	guint64 inode;

	if (socket != NULL && procview_socket_get_file(socket, &inode, NULL, NULL))
		look_up_inode(candidates, inode);
}

const GArray *
candidates_for_file(struct candidates *candidates, ProcviewFile *file)
{
	guint64 inode;

	g_array_set_size(candidates->found, 0);
	append(candidates, candidates->always);
	if (procview_file_get_inode(file, &inode))
		look_up_inode(candidates, inode);
	look_up_device(candidates, file);
	look_up_binding(candidates, file);
	return candidates->found;
}

const GArray *
candidates_for_place(struct candidates *candidates, const struct place *place)
{
	guint64 inode;

	g_array_set_size(candidates->found, 0);
	append(candidates, candidates->always);
	if (place_get_inode(place, &inode))
		look_up_inode(candidates, inode);
	return candidates->found;
}
