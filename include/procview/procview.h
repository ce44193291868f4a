/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/changes.h>
#include <procview/collect.h>
#include <procview/counts.h>
#include <procview/descriptor.h>
#include <procview/enums.h>
#include <procview/error.h>
#include <procview/fact.h>
#include <procview/fd-table.h>
#include <procview/file.h>
#include <procview/fs-context.h>
#include <procview/holding.h>
#include <procview/json.h>
#include <procview/lock.h>
#include <procview/mapping.h>
#include <procview/mark.h>
#include <procview/memory.h>
#include <procview/mount.h>
#include <procview/process.h>
#include <procview/query.h>
#include <procview/registration.h>
#include <procview/revalidation.h>
#include <procview/rights.h>
#include <procview/scanner.h>
#include <procview/snapshot.h>
#include <procview/socket.h>
#include <procview/task.h>
#include <procview/types.h>
#include <procview/version.h>
