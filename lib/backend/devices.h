/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Names of devices and of their drivers, as the machine has them now.
 */
#pragma once

#include "backend/backend.h"
#include "backend/procfs/devices-parse.h"
#include "util/fd.h"

enum {
	PV_DEVICES_DRIVERS,
	PV_DEVICES_MISC,
	PV_DEVICES_PARTITIONS,
	PV_DEVICES_TERMINALS,
	PV_N_DEVICE_LISTS,
};

typedef struct {
	PvBuffer texts[PV_N_DEVICE_LISTS];
	PvArray lists[PV_N_DEVICE_LISTS]; /* PvDeviceLine */
	PvBuffer link;
	int sys_dev; /* /sys/dev; negative: is not there */
	int status;  /* a negative errno, if a name was not found for want of memory */
} PvDevices;

/*
 * What cannot be read is taken as empty. 0, or a negative errno where memory or descriptors have run
 * out; clear it all the same.
 */
int pv_devices_read(PvDevices *devices, const PvContext *context);
void pv_devices_clear(PvDevices *devices);
/* FALSE: unknown. The names last until the devices are cleared, or asked again. */
gboolean pv_devices_find_driver(const PvDevices *devices, gboolean block, guint32 dev,
				PvLine *name);
gboolean pv_devices_find_name(PvDevices *devices, gboolean block, guint32 dev, PvLine *name);
