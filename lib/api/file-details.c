/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a file is beyond what all files have, and who is at its other end.
 */
#include "api/private.h"
#include "core/channel.h"
#include "core/ends.h"

/**
 * procview_file_get_number:
 * @file: a file
 * @fact: which fact
 * @value: (out) (optional): the number
 *
 * A fact of the file that is a number, a flag or bits: all but those of %PROCVIEW_FACT_TYPE_TEXT.
 *
 * Facts are collected with %PROCVIEW_COLLECT_DETAILS. They come from `/proc/PID/fdinfo/FD`, from
 * ioctl(2) and fcntl(2) on a copy of the descriptor, or from the kernel's own structures where BPF
 * reads; units are in the names of [enum@Procview.Fact].
 *
 * Returns: whether it is known, and the file is one that has it; if not, @value is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_file_get_number(ProcviewFile *file, ProcviewFact fact, guint64 *value)
{
	const PvFact *found;

	g_return_val_if_fail(file != NULL, FALSE);
	g_return_val_if_fail(pv_fact_type(fact) != PV_FACT_TEXT, FALSE);

	found = pv_details_find_fact(&pv_store_of(file)->details, file->index, fact);
	if (value != NULL)
		*value = found == NULL ? 0 : found->value;
	return found != NULL;
}

/**
 * procview_file_get_text:
 * @file: a file
 * @fact: which fact: one of %PROCVIEW_FACT_TYPE_TEXT
 *
 * A fact of the file that is text. Raw bytes: other processes choose most of these names.
 *
 * Returns: (transfer none) (nullable) (type filename): bytes, borrowed from the snapshot; %NULL if
 *   it is unknown, or the file is none that has it
 *
 * Since: 0.1
 */
const char *
procview_file_get_text(ProcviewFile *file, ProcviewFact fact)
{
	const PvStore *store;
	const PvFact *found;

	g_return_val_if_fail(file != NULL, NULL);
	g_return_val_if_fail(pv_fact_type(fact) == PV_FACT_TEXT, NULL);

	store = pv_store_of(file);
	found = pv_details_find_fact(&store->details, file->index, fact);
	return found == NULL ? NULL : pv_store_string(store, (PvString)found->value);
}

/**
 * procview_file_get_n_facts:
 * @file: a file
 *
 * How many facts of the file are known.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_DETAILS)
 *
 * Since: 0.1
 */
guint
procview_file_get_n_facts(ProcviewFile *file)
{
	guint n;

	g_return_val_if_fail(file != NULL, 0);

	pv_details_facts_of(&pv_store_of(file)->details, file->index, &n);
	return n;
}

/**
 * procview_file_get_fact:
 * @file: a file
 * @index: which one; less than [method@Procview.File.get_n_facts]
 *
 * One of the facts that are known of the file, in the order of [enum@Procview.Fact].
 *
 * Returns: a fact; %PROCVIEW_FACT_PIPE_USED_BYTES if @index is out of range, which is an error of
 *   the caller
 *
 * Since: 0.1
 */
ProcviewFact
procview_file_get_fact(ProcviewFile *file, guint index)
{
	const PvFact *facts;
	guint n;

	g_return_val_if_fail(file != NULL, PROCVIEW_FACT_PIPE_USED_BYTES);

	facts = pv_details_facts_of(&pv_store_of(file)->details, file->index, &n);
	g_return_val_if_fail(index < n, PROCVIEW_FACT_PIPE_USED_BYTES);

	return (ProcviewFact)facts[index].fact;
}

/**
 * procview_file_get_n_registrations:
 * @file: a file
 *
 * How many registrations an eventpoll set has, each something that it waits for.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_DETAILS)
 *
 * Since: 0.1
 */
guint
procview_file_get_n_registrations(ProcviewFile *file)
{
	guint n;

	g_return_val_if_fail(file != NULL, 0);

	pv_details_registrations_of(&pv_store_of(file)->details, file->index, &n);
	return n;
}

/**
 * procview_file_get_registration:
 * @file: a file
 * @index: which one; less than [method@Procview.File.get_n_registrations]
 *
 * One of the registrations of an eventpoll set, in the order of the kernel.
 *
 * Returns: (transfer none) (nullable): a registration, borrowed from the snapshot; %NULL if @index
 *   is out of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewRegistration *
procview_file_get_registration(ProcviewFile *file, guint index)
{
	ProcviewRegistration *found;
	guint n;

	g_return_val_if_fail(file != NULL, NULL);

	found = pv_details_registrations_of(&pv_store_of(file)->details, file->index, &n);
	g_return_val_if_fail(index < n, NULL);

	return &found[index];
}

/**
 * procview_file_get_n_marks:
 * @file: a file
 *
 * How many marks an inotify or fanotify group has, each something that it watches.
 *
 * Returns: a count; 0 if they were not asked for (%PROCVIEW_COLLECT_DETAILS)
 *
 * Since: 0.1
 */
guint
procview_file_get_n_marks(ProcviewFile *file)
{
	guint n;

	g_return_val_if_fail(file != NULL, 0);

	pv_details_marks_of(&pv_store_of(file)->details, file->index, &n);
	return n;
}

/**
 * procview_file_get_mark:
 * @file: a file
 * @index: which one; less than [method@Procview.File.get_n_marks]
 *
 * One of the marks of an inotify or fanotify group, in the order of the kernel.
 *
 * Returns: (transfer none) (nullable): a mark, borrowed from the snapshot; %NULL if @index is out
 *   of range, which is an error of the caller
 *
 * Since: 0.1
 */
ProcviewMark *
procview_file_get_mark(ProcviewFile *file, guint index)
{
	ProcviewMark *found;
	guint n;

	g_return_val_if_fail(file != NULL, NULL);

	found = pv_details_marks_of(&pv_store_of(file)->details, file->index, &n);
	g_return_val_if_fail(index < n, NULL);

	return &found[index];
}

/**
 * procview_file_get_socket:
 * @file: a file
 *
 * What a file of kind %PROCVIEW_KIND_SOCKET is.
 *
 * Returns: (transfer none) (nullable): a socket, borrowed from the snapshot; %NULL if the file is
 *   none, or nothing is known of it, or it was not asked for (%PROCVIEW_COLLECT_SOCKETS)
 *
 * Since: 0.1
 */
ProcviewSocket *
procview_file_get_socket(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, NULL);

	return (ProcviewSocket *)pv_socket_of(pv_store_of(file), file);
}

/**
 * procview_file_get_mount:
 * @file: a file
 *
 * The mount through which the file was opened.
 *
 * Returns: (transfer none) (nullable): a mount, borrowed from the snapshot; %NULL if nothing is
 *   known of it, or it was not asked for (%PROCVIEW_COLLECT_MOUNTS)
 *
 * Since: 0.1
 */
ProcviewMount *
procview_file_get_mount(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, NULL);

	if ((file->known & PV_FILE_MOUNT) == 0)
		return NULL;
	return pv_details_find_mount(&pv_store_of(file)->details, file->mount_id);
}

static gboolean
add_file(const PvStore *store, guint32 file, gpointer data)
{
	g_ptr_array_add(data, pv_store_file(store, file));
	return TRUE;
}

static gboolean
add_descriptor(const PvStore *store, const PvDescriptor *descriptor, gpointer data)
{
	g_ptr_array_add(data, (gpointer)descriptor);
	return TRUE;
}

/**
 * procview_file_list_descriptors:
 * @file: a file
 *
 * The descriptors that lead to the file, in the order of tables and numbers.
 *
 * One after dup(2), fork(2) or when the file was sent over a Unix socket has several, as far as
 * descriptions were compared (%PROCVIEW_COLLECT_DESCRIPTIONS). A file that is held by a queue or a
 * ring may have none.
 *
 * Without %PROCVIEW_COLLECT_PEERS all descriptors of the snapshot are looked at.
 *
 * Returns: (transfer container) (element-type ProcviewDescriptor): a new array of descriptors,
 *   borrowed from the snapshot
 *
 * Since: 0.1
 */
GPtrArray *
procview_file_list_descriptors(ProcviewFile *file)
{
	GPtrArray *descriptors;

	g_return_val_if_fail(file != NULL, NULL);

	descriptors = g_ptr_array_new();
	pv_ends_each_descriptor(pv_store_of(file), file->index, add_descriptor, descriptors);
	return descriptors;
}

/**
 * procview_file_list_peers:
 * @file: a file
 *
 * The files at the other end, each once, and never the file itself.
 *
 * Of a pipe or fifo: those that write if this one reads, and the other way round. Of a Unix socket:
 * the one that it is connected to and those that are connected to it; of a listener: those whose
 * connection waits to be accepted. Of TCP, UDP, SCTP and vsock: sockets of the same network
 * namespace whose addresses are these two, exchanged, and of UDP those that are bound to the
 * address which this one is connected to. Of a pseudoterminal: the slaves of a master and the
 * master of a slave, of the same devpts. Of a message queue: as of a pipe. Of an eventfd: nothing,
 * unless descriptions could not be compared; all who have it are its ends, see
 * [method@Procview.File.list_descriptors].
 *
 * What is at the other end of a machine, of a network namespace, or in a process that could not be
 * read is not here. %PROCVIEW_COLLECT_PEERS collects what is needed.
 *
 * Returns: (transfer container) (element-type ProcviewFile): a new array of files, borrowed from
 *   the snapshot; empty if there is none, or it was not asked for
 *
 * Since: 0.1
 */
GPtrArray *
procview_file_list_peers(ProcviewFile *file)
{
	GPtrArray *peers;

	g_return_val_if_fail(file != NULL, NULL);

	peers = g_ptr_array_new();
	pv_ends_each_peer(pv_store_of(file), file->index, add_file, peers);
	return peers;
}

/**
 * procview_file_list_watchers:
 * @file: a file
 *
 * The eventpoll sets that wait for the file: those that have a registration whose target it is.
 * %PROCVIEW_COLLECT_PEERS collects what is needed.
 *
 * Returns: (transfer container) (element-type ProcviewFile): a new array of files, borrowed from
 *   the snapshot; empty if there is none, or it was not asked for
 *
 * Since: 0.1
 */
GPtrArray *
procview_file_list_watchers(ProcviewFile *file)
{
	GPtrArray *watchers;

	g_return_val_if_fail(file != NULL, NULL);

	watchers = g_ptr_array_new();
	pv_ends_each_watcher(pv_store_of(file), file->index, add_file, watchers);
	return watchers;
}

/**
 * procview_file_get_peer_process:
 * @file: a file
 *
 * The process that a pidfd leads to; of one that leads to a thread (`PIDFD_THREAD`), the process of
 * that.
 *
 * Returns: (transfer none) (nullable): a process, borrowed from the snapshot; %NULL if the file is
 *   no pidfd, its process has ended or is not here, or it was not asked for
 *   (%PROCVIEW_COLLECT_DETAILS)
 *
 * Since: 0.1
 */
ProcviewProcess *
procview_file_get_peer_process(ProcviewFile *file)
{
	g_return_val_if_fail(file != NULL, NULL);

	return pv_ends_process(pv_store_of(file), file->index);
}
