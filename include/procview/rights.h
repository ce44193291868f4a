/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

#define PROCVIEW_TYPE_RIGHTS (procview_rights_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_rights_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewRights *procview_rights_ref(ProcviewRights *rights);
PROCVIEW_AVAILABLE_IN_0_1
void procview_rights_unref(ProcviewRights *rights);

PROCVIEW_AVAILABLE_IN_0_1
const char *procview_rights_get_backend_name(ProcviewRights *rights, ProcviewStep step);
PROCVIEW_AVAILABLE_IN_0_1
guint procview_rights_get_n_refusals(ProcviewRights *rights);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_rights_get_refusal(ProcviewRights *rights, guint index, ProcviewStep *step,
					const char **backend);

PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_rights_sees_all(ProcviewRights *rights, ProcviewStep step);
PROCVIEW_AVAILABLE_IN_0_1
const char *const *procview_rights_get_needs(ProcviewRights *rights, ProcviewStep step);
PROCVIEW_AVAILABLE_IN_0_1
const char *const *procview_rights_get_opening_needs(ProcviewRights *rights);
PROCVIEW_AVAILABLE_IN_0_1
const char *const *procview_rights_get_uses(ProcviewRights *rights);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewRights, procview_rights_unref)

G_END_DECLS
