/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Driver and name of character and block devices, whichever backend found them; each device number
 * is looked up once.
 *
 * The slave of a Unix98 pseudoterminal has its index in its device number, and lies on its devpts.
 * Those of a master are part of no number: fdinfo and BPF tell the index, pidfd and BPF the devpts.
 */
#include "snapshot/devices.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "backend/devices.h"
#include "core/error.h"
#include "util/order.h"

#define UNIX98_SLAVE_MAJOR 136

static gboolean
is_device(const PvFile *file)
{
	return (file->known & PV_FILE_RDEV) && (S_ISCHR(file->mode) || S_ISBLK(file->mode));
}

static int
compare_files(const void *a, const void *b, void *user_data)
{
	const PvFile *x = pv_store_file((PvStore *)user_data, *(const guint32 *)a);
	const PvFile *y = pv_store_file((PvStore *)user_data, *(const guint32 *)b);
	int order = pv_order_u64(S_ISBLK(x->mode), S_ISBLK(y->mode));

	return order != 0 ? order : pv_order_u64(x->extent, y->extent);
}

static gboolean
list_devices(PvStore *store, PvArray *files)
{
	for (guint32 i = 0; i < store->files.n; i++) {
		guint32 *added;

		if (!is_device(pv_store_file(store, i)))
			continue;
		added = pv_array_append(files);
		if (added == NULL)
			return FALSE;
		*added = i;
	}
	if (files->n > 1)
		qsort_r(files->data, files->n, sizeof(guint32), compare_files, store);
	return TRUE;
}

typedef struct {
	PvString driver; /* 0: unknown */
	PvString name;
} Names;

static gboolean
keep(PvStore *store, const PvLine *text, PvString *string)
{
	*string = pv_strings_intern(&store->strings, text->p, (gsize)(text->end - text->p));
	return *string != 0;
}

static gboolean
look_up(PvDevices *devices, PvStore *store, const PvFile *file, Names *names)
{
	gboolean block = S_ISBLK(file->mode);
	PvLine text;

	*names = (Names){0};
	if (pv_devices_find_driver(devices, block, (guint32)file->extent, &text) &&
	    !keep(store, &text, &names->driver))
		return FALSE;
	if (!pv_devices_find_name(devices, block, (guint32)file->extent, &text))
		return devices->status == 0;
	return keep(store, &text, &names->name);
}

static gboolean
add(PvStore *store, const PvFile *file, const Names *names)
{
	PvDetails *details = &store->details;
	guint32 dev = (guint32)file->extent;

	if (names->driver != 0 &&
	    !pv_details_add_number(details, file->index, PV_FACT_DRIVER, names->driver))
		return FALSE;
	if (names->name != 0 &&
	    !pv_details_add_number(details, file->index, PV_FACT_DEVICE_NAME, names->name))
		return FALSE;
	if (!S_ISCHR(file->mode) || pv_dev_major(dev) != UNIX98_SLAVE_MAJOR)
		return TRUE;
	return pv_details_add_number(details, file->index, PV_FACT_PTY_INDEX, pv_dev_minor(dev)) &&
	       pv_details_add_number(details, file->index, PV_FACT_PTY_DEV, file->dev);
}

static gboolean
note(PvStore *store, PvDevices *devices, const PvArray *files)
{
	const PvFile *before = NULL;
	Names names;

	for (guint i = 0; i < files->n; i++) {
		const PvFile *file = pv_store_file(store, *pv_array_at(files, guint32, i));

		if ((before == NULL || before->extent != file->extent ||
		     (before->mode & S_IFMT) != (file->mode & S_IFMT)) &&
		    !look_up(devices, store, file, &names))
			return FALSE;
		if (!add(store, file, &names))
			return FALSE;
		before = file;
	}
	return TRUE;
}

gboolean
pv_devices_note(PvEnrichment *step, GError **error)
{
	PvDevices devices;
	PvArray files;
	gboolean done;
	int status = 0;

	pv_array_init(&files, sizeof(guint32));
	done = list_devices(step->store, &files);
	if (done && files.n > 0) {
		status = pv_devices_read(&devices, step->plan->context);
		done = status == 0 && note(step->store, &devices, &files);
		pv_devices_clear(&devices);
	}
	pv_array_clear(&files);
	return done || pv_error_from_errno(error, "/proc/devices", status < 0 ? -status : ENOMEM);
}
