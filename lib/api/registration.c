/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What an eventpoll set waits for.
 */
#include "api/private.h"

/**
 * ProcviewRegistration:
 *
 * What a file of kind %PROCVIEW_KIND_EVENTPOLL waits for: one call of epoll_ctl(2) with
 * `EPOLL_CTL_ADD`.
 *
 * The kernel remembers the open file description that was added, and the number it had then. When
 * that number is closed while another descriptor leads to the same description, the registration
 * stays, and the number may by now lead to another file: [method@Procview.Registration.get_target]
 * is the true target, [method@Procview.Registration.get_fd] the number of then.
 *
 * Part of a snapshot: immutable, readable from any thread, and a reference on it keeps the whole
 * snapshot alive.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE(ProcviewRegistration, procview_registration, procview_registration_ref,
		    procview_registration_unref)

/**
 * procview_registration_ref:
 * @registration: a registration
 *
 * Takes a reference on the snapshot of the registration. Safe from any thread.
 *
 * Returns: (transfer full): the registration
 *
 * Since: 0.1
 */
ProcviewRegistration *
procview_registration_ref(ProcviewRegistration *registration)
{
	g_return_val_if_fail(registration != NULL, NULL);

	pv_store_ref(pv_store_of(registration));
	return registration;
}

/**
 * procview_registration_unref:
 * @registration: (transfer full): a registration
 *
 * Drops a reference on the snapshot of the registration. Safe from any thread.
 *
 * Since: 0.1
 */
void
procview_registration_unref(ProcviewRegistration *registration)
{
	g_return_if_fail(registration != NULL);

	pv_store_unref(pv_store_of(registration));
}

/**
 * procview_registration_get_fd:
 * @registration: a registration
 *
 * The number under which the target was added: the field `tfd` of `/proc/PID/fdinfo/FD`. It may
 * lead to another file by now, or to none.
 *
 * Returns: a number, from 0
 *
 * Since: 0.1
 */
int
procview_registration_get_fd(ProcviewRegistration *registration)
{
	g_return_val_if_fail(registration != NULL, -1);

	return registration->fd;
}

/**
 * procview_registration_get_events:
 * @registration: a registration
 *
 * The events that are waited for, with the flags: `EPOLLIN`, `EPOLLONESHOT` and so on of
 * epoll_ctl(2); the field `events` of fdinfo. The kernel adds `EPOLLERR` and `EPOLLHUP` by itself.
 *
 * Returns: bits
 *
 * Since: 0.1
 */
guint
procview_registration_get_events(ProcviewRegistration *registration)
{
	g_return_val_if_fail(registration != NULL, 0);

	return registration->events;
}

/**
 * procview_registration_get_data:
 * @registration: a registration
 *
 * What the program gave to find the target again: `epoll_event.data`, the field `data` of fdinfo.
 * Often a number, often a pointer of the target process.
 *
 * Returns: a number that means something to the program only
 *
 * Since: 0.1
 */
guint64
procview_registration_get_data(ProcviewRegistration *registration)
{
	g_return_val_if_fail(registration != NULL, 0);

	return registration->data;
}

/**
 * procview_registration_get_target:
 * @registration: a registration
 *
 * The file that is waited for, also where its number has been closed or leads elsewhere.
 *
 * Where BPF reads it is the kernel's own pointer; elsewhere kcmp(2) with `KCMP_EPOLL_TFD` finds it
 * among the files of the snapshot.
 *
 * Returns: (transfer none) (nullable): a file, borrowed from the snapshot; %NULL if no descriptor
 *   of the snapshot leads to it, or it could not be found out
 *
 * Since: 0.1
 */
ProcviewFile *
procview_registration_get_target(ProcviewRegistration *registration)
{
	g_return_val_if_fail(registration != NULL, NULL);

	if (registration->target == PV_NONE)
		return NULL;
	return pv_store_file(pv_store_of(registration), registration->target);
}

/**
 * procview_registration_get_inode:
 * @registration: a registration
 * @inode: (out) (optional): the inode number
 *
 * The inode number of the target, known also where [method@Procview.Registration.get_target] is
 * not: the field `ino` of fdinfo, Linux 4.13. Many anonymous files share one inode.
 *
 * Returns: whether it is known; if not, @inode is set to 0
 *
 * Since: 0.1
 */
gboolean
procview_registration_get_inode(ProcviewRegistration *registration, guint64 *inode)
{
	gboolean known;

	g_return_val_if_fail(registration != NULL, FALSE);

	known = registration->ino != 0;
	if (inode != NULL)
		*inode = known ? registration->ino : 0;
	return known;
}

/**
 * procview_registration_get_device:
 * @registration: a registration
 * @major: (out) (optional): the major number
 * @minor: (out) (optional): the minor number
 *
 * The device of the file system that the target is on, as the kernel has it inside (`s_dev`): the
 * field `sdev` of fdinfo. On btrfs and overlayfs it is not what stat(2) says.
 *
 * Returns: whether it is known; if not, both are set to 0
 *
 * Since: 0.1
 */
gboolean
procview_registration_get_device(ProcviewRegistration *registration, guint *major, guint *minor)
{
	gboolean known;

	g_return_val_if_fail(registration != NULL, FALSE);

	known = registration->ino != 0;
	if (major != NULL)
		*major = known ? pv_dev_major(registration->dev) : 0;
	if (minor != NULL)
		*minor = known ? pv_dev_minor(registration->dev) : 0;
	return known;
}
