/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Errors: each errno that a caller can do something about has its code.
 */
#include <errno.h>

#include "core/error.h"

static void
test_domain(void)
{
	g_assert_cmpstr(g_quark_to_string(PV_ERROR), ==, "procview-error-quark");
}

static void
test_no_memory(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(pv_error_no_memory(&error));
	g_assert_error(error, PV_ERROR, PV_ERROR_NO_MEMORY);
	g_assert_false(pv_error_no_memory(NULL));
}

static void
test_from_errno(void)
{
	const struct {
		int saved_errno, code;
	} cases[] = {
		{EMFILE, PV_ERROR_NO_DESCRIPTORS},
		{ENFILE, PV_ERROR_NO_DESCRIPTORS},
		{ENOMEM, PV_ERROR_NO_MEMORY},
		{EPERM, PV_ERROR_PERMISSION},
		{EACCES, PV_ERROR_PERMISSION},
		{ENOSYS, PV_ERROR_NOT_SUPPORTED},
		{EIO, PV_ERROR_FAILED},
		{ESRCH, PV_ERROR_FAILED},
		{0, PV_ERROR_FAILED},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *message =
			g_strdup_printf("kcmp: %s", g_strerror(cases[i].saved_errno));

		g_assert_false(pv_error_from_errno(&error, "kcmp", cases[i].saved_errno));
		g_assert_error(error, PV_ERROR, cases[i].code);
		g_assert_cmpstr(error->message, ==, message);
	}
	g_assert_false(pv_error_from_errno(NULL, "kcmp", EIO));
}

/* A descriptor may have the number of an errno. */
static void
test_shortage(void)
{
	g_assert_true(pv_error_is_shortage(-ENOMEM));
	g_assert_true(pv_error_is_shortage(-EMFILE));
	g_assert_true(pv_error_is_shortage(-ENFILE));
	g_assert_false(pv_error_is_shortage(-EPERM));
	g_assert_cmpint(pv_error_only_shortage(-ENFILE), ==, -ENFILE);
	g_assert_cmpint(pv_error_only_shortage(-EPERM), ==, 0);
	g_assert_cmpint(pv_error_only_shortage(ENFILE), ==, 0);
	for (int status = 0; status < 256; status++)
		g_assert_false(pv_error_is_shortage(status));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/error/domain", test_domain);
	g_test_add_func("/core/error/no-memory", test_no_memory);
	g_test_add_func("/core/error/from-errno", test_from_errno);
	g_test_add_func("/core/error/shortage", test_shortage);
	return g_test_run();
}
