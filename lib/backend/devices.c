/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Drivers come from /proc/devices, by major number. Where several have registered parts of one
 * major number, /proc/tty/drivers tells terminals apart; others stay unknown.
 *
 * Names come from /proc/misc and /proc/partitions, and where these do not have them (most character
 * devices, disks without a size) from the link /sys/dev/char/M:N or /sys/dev/block/M:N, whose last
 * component is the kernel's name of the device; a "!" stands there for a "/".
 *
 * What it cannot see: what a device was called when it was opened, if it has been taken away since.
 * In a container /proc and /sys are the machine's, as far as it shows them.
 */
#include "backend/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "core/error.h"

typedef gboolean Parse(const char *text, gsize length, PvArray *lines);

static const struct {
	const char *path; /* below /proc */
	Parse *parse;
} sources[PV_N_DEVICE_LISTS] = {
	[PV_DEVICES_DRIVERS] = {"devices", pv_devices_parse},
	[PV_DEVICES_MISC] = {"misc", pv_misc_parse},
	[PV_DEVICES_PARTITIONS] = {"partitions", pv_partitions_parse},
	[PV_DEVICES_TERMINALS] = {"tty/drivers", pv_tty_drivers_parse},
};

int
pv_devices_read(PvDevices *devices, const PvContext *context)
{
	pv_autofd proc_dir = pv_open_dir(AT_FDCWD, context->proc_path);
	int status = MIN(proc_dir, 0);

	*devices =
		(PvDevices){.sys_dev = context->recorded ? -1 : pv_open_dir(AT_FDCWD, "/sys/dev")};
	for (guint i = 0; i < PV_N_DEVICE_LISTS; i++)
		pv_array_init(&devices->lists[i], sizeof(PvDeviceLine));
	for (guint i = 0; i < PV_N_DEVICE_LISTS && proc_dir >= 0; i++) {
		PvBuffer *text = &devices->texts[i];

		status = pv_read_at(proc_dir, sources[i].path, text);
		if (status == 0 && !sources[i].parse(text->data, text->n, &devices->lists[i]))
			status = -ENOMEM;
		if (pv_error_is_shortage(status))
			break;
	}
	if (!pv_error_is_shortage(status))
		status = MIN(devices->sys_dev, 0);
	return pv_error_only_shortage(status);
}

void
pv_devices_clear(PvDevices *devices)
{
	for (guint i = 0; i < PV_N_DEVICE_LISTS; i++) {
		pv_buffer_clear(&devices->texts[i]);
		pv_array_clear(&devices->lists[i]);
	}
	pv_buffer_clear(&devices->link);
	pv_fd_close(&devices->sys_dev);
}

static gboolean
is_line_of(const PvDeviceLine *line, gboolean block, guint32 dev)
{
	guint32 minor = pv_dev_minor(dev);

	return line->block == block && line->major == pv_dev_major(dev) &&
	       minor >= line->first_minor && minor <= line->last_minor;
}

/* From line first on. */
static const PvDeviceLine *
find_line(const PvArray *lines, guint first, gboolean block, guint32 dev)
{
	for (guint i = first; i < lines->n; i++) {
		const PvDeviceLine *line = pv_array_at(lines, PvDeviceLine, i);

		if (is_line_of(line, block, dev))
			return line;
	}
	return NULL;
}

static gboolean
are_equal(const PvLine *x, const PvLine *y)
{
	return x->end - x->p == y->end - y->p && memcmp(x->p, y->p, (gsize)(x->end - x->p)) == 0;
}

/* A terminal's driver is listed as "ttyS" or, a few of them, as "/dev/tty". */
static gboolean
is_called(const PvDeviceLine *driver, const PvDeviceLine *terminal)
{
	PvLine behind;

	return are_equal(&driver->name, &terminal->name) ||
	       (pv_line_value(&terminal->name, "/dev/", &behind) &&
		are_equal(&driver->name, &behind));
}

static const PvDeviceLine *
find_driver_of_terminal(const PvDevices *devices, guint32 dev)
{
	const PvArray *drivers = &devices->lists[PV_DEVICES_DRIVERS];
	const PvDeviceLine *terminal =
		find_line(&devices->lists[PV_DEVICES_TERMINALS], 0, FALSE, dev);

	for (guint i = 0; i < drivers->n && terminal != NULL; i++) {
		const PvDeviceLine *driver = pv_array_at(drivers, PvDeviceLine, i);

		if (is_line_of(driver, FALSE, dev) && is_called(driver, terminal))
			return driver;
	}
	return NULL;
}

gboolean
pv_devices_find_driver(const PvDevices *devices, gboolean block, guint32 dev, PvLine *name)
{
	const PvArray *drivers = &devices->lists[PV_DEVICES_DRIVERS];
	const PvDeviceLine *driver = find_line(drivers, 0, block, dev);

	if (driver != NULL &&
	    find_line(drivers, (guint)(driver - pv_array_at(drivers, PvDeviceLine, 0)) + 1, block,
		      dev) != NULL)
		driver = block ? NULL : find_driver_of_terminal(devices, dev);
	if (driver != NULL)
		*name = driver->name;
	return driver != NULL;
}

static gboolean
find_in_sysfs(PvDevices *devices, gboolean block, guint32 dev, PvLine *name)
{
	char path[32];
	char *base;
	int status;

	g_snprintf(path, sizeof(path), "%s/%u:%u", block ? "block" : "char", pv_dev_major(dev),
		   pv_dev_minor(dev));
	if (devices->sys_dev < 0)
		return FALSE;
	status = pv_readlink_at(devices->sys_dev, path, &devices->link);
	if (pv_error_is_shortage(status))
		devices->status = status;
	if (status < 0)
		return FALSE;
	base = strrchr(devices->link.data, '/');
	if (base == NULL || base[1] == '\0')
		return FALSE;
	*name = (PvLine){base + 1, devices->link.data + devices->link.n};
	for (char *p = base; p < name->end; p++)
		*p = *p == '!' ? '/' : *p;
	return TRUE;
}

gboolean
pv_devices_find_name(PvDevices *devices, gboolean block, guint32 dev, PvLine *name)
{
	guint list = block ? PV_DEVICES_PARTITIONS : PV_DEVICES_MISC;
	const PvDeviceLine *line = find_line(&devices->lists[list], 0, block, dev);

	if (line == NULL)
		return find_in_sysfs(devices, block, dev, name);
	*name = line->name;
	return TRUE;
}
