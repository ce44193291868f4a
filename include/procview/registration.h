/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_REGISTRATION (procview_registration_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_registration_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewRegistration *procview_registration_ref(ProcviewRegistration *registration);
PROCVIEW_AVAILABLE_IN_0_1
void procview_registration_unref(ProcviewRegistration *registration);

PROCVIEW_AVAILABLE_IN_0_1
int procview_registration_get_fd(ProcviewRegistration *registration);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_registration_get_events(ProcviewRegistration *registration);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_registration_get_data(ProcviewRegistration *registration);
PROCVIEW_AVAILABLE_IN_0_1
ProcviewFile *procview_registration_get_target(ProcviewRegistration *registration);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_registration_get_inode(ProcviewRegistration *registration, guint64 *inode);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_registration_get_device(ProcviewRegistration *registration, guint *major,
					  guint *minor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewRegistration, procview_registration_unref)

G_END_DECLS
