/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Statuses, reasons and proofs as words. A word, once printed, is never changed.
 */
#include "core/reason.h"

static const char *
word_at(const char *const *words, gsize n, guint i)
{
	return i < n ? words[i] : "unknown";
}

const char *
pv_status_name(guint status)
{
	static const char *const words[] = {
		[PV_STATUS_OK] = "ok",
		[PV_STATUS_PARTIAL] = "partial",
		[PV_STATUS_DENIED] = "denied",
		[PV_STATUS_GONE] = "gone",
	};

	return word_at(words, G_N_ELEMENTS(words), status);
}

const char *
pv_reason_name(guint reason)
{
	static const char *const words[] = {
		[PV_REASON_NONE] = "none",
		[PV_REASON_DENIED] = "denied",
		[PV_REASON_EXITED] = "exited",
		[PV_REASON_CHANGED] = "changed",
		[PV_REASON_NO_DESCRIPTORS] = "no-descriptors",
		[PV_REASON_FAILED] = "failed",
	};

	return word_at(words, G_N_ELEMENTS(words), reason);
}

const char *
pv_proof_name(guint proof)
{
	static const char *const words[] = {
		[PV_PROOF_ASSUMED] = "assumed",
		[PV_PROOF_KCMP] = "kcmp",
		[PV_PROOF_KERNEL] = "kernel",
	};

	return word_at(words, G_N_ELEMENTS(words), proof);
}

const char *
pv_need_name(guint need)
{
	static const char *const words[] = {
		[PV_NEED_NOTHING] = NULL,
		[PV_NEED_PTRACE] = "CAP_SYS_PTRACE",
		[PV_NEED_SEARCH] = "CAP_DAC_READ_SEARCH",
		[PV_NEED_PTRACE_AND_SEARCH] = "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH",
		[PV_NEED_NOFILE] = "RLIMIT_NOFILE",
	};

	return need < G_N_ELEMENTS(words) ? words[need] : NULL;
}
