/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A snapshot as JSON: schema 1 to the byte, for a snapshot made by hand.
 */
#include <string.h>

#include "core/query.h"
#include "export/json.h"
#include "fixture.h"

static gboolean
gather(gpointer data, const char *bytes, gsize length, GError **error)
{
	g_string_append_len(data, bytes, length);
	return TRUE;
}

static char *
to_json(const PvStore *store, guint flags, PvJsonSelect select, gpointer select_data)
{
	GString *text = g_string_new(NULL);
	PvJsonOptions options = {
		.flags = flags,
		.version = "0.1.0",
		.select = select,
		.select_data = select_data,
		.write = gather,
		.write_data = text,
	};
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_json_write(store, &options, &error));
	g_assert_no_error(error);
	g_assert_true(g_utf8_validate(text->str, text->len, NULL));
	return g_string_free(text, FALSE);
}

/* clang-format off */
#define HEAD                                                                                       \
	"\"procview\":1,\"version\":\"0.1.0\",\"complete\":false,"                                 \
	"\"backend\":{\"tasks\":\"procfs\",\"grouping\":\"kcmp\",\"files\":\"pidfd\"},"            \
	"\"refused\":[{\"step\":\"files\",\"backend\":\"better\",\"reason\":\"not today\"}],"      \
	"\"collected\":[\"threads\",\"commands\",\"limits\",\"tables\",\"descriptors\","           \
	"\"paths\",\"descriptions\",\"context\"],"                                                 \
	"\"stats\":{\"processes\":2,\"tasks\":5,\"fd_tables\":2,\"descriptors\":3,"                \
	"\"duplicates_avoided\":3,\"kcmp_calls\":3,\"duration_ns\":9400000},"                      \
	"\"missing\":[{\"pid\":910,\"reason\":\"denied\",\"needs\":\"CAP_SYS_PTRACE\"}]"

#define KTHREADD                                                                                   \
	"\"pid\":2,\"ppid\":0,\"pgid\":0,\"sid\":0,\"uid\":0,\"euid\":0,\"gid\":0,\"egid\":0,"     \
	"\"comm\":\"kthreadd\",\"state\":\"S\",\"kthread\":true,\"start_time_ns\":0,"              \
	"\"n_tasks\":1,\"tasks\":[{\"tid\":2,\"comm\":\"kthreadd\",\"state\":\"S\"}]"

#define JAVA                                                                                       \
	"\"pid\":910,\"ppid\":1,\"pgid\":910,\"sid\":910,\"uid\":1000,\"euid\":0,\"gid\":100,"     \
	"\"egid\":101,\"comm\":\"java\",\"cmdline\":[\"java\",\"-jar\"],"                          \
	"\"exe\":\"/usr/bin/java\",\"state\":\"S\",\"kthread\":false,"                             \
	"\"start_time_ns\":1230000000,\"nspid\":[910,1],"                                          \
	"\"fd_limit\":{\"soft\":1024,\"hard\":\"unlimited\"},"                                     \
	"\"cwd\":\"/srv/java (deleted)\",\"root\":\"/\","                                        \
	"\"namespaces\":{\"net\":4026531833,\"pid\":4026532999},\"cgroup_id\":4294967298,"       \
	"\"fd_table\":1,\"n_tasks\":4,"                                                            \
	"\"tasks\":[{\"tid\":910,\"comm\":\"java\",\"state\":\"S\",\"fd_table\":1}"

#define THREADS                                                                                    \
	",{\"tid\":911,\"comm\":\"worker\",\"state\":\"R\",\"fd_table\":1}"                        \
	",{\"tid\":912,\"fd_table\":2},{\"tid\":913,\"comm\":\"gone\",\"state\":\"Z\"}"

#define TABLE_1                                                                                    \
	"\"id\":1,\"status\":\"ok\",\"proof\":\"kcmp\",\"owner\":910,\"tasks\":[910,911],"         \
	"\"n_descriptors\":3"

#define TABLE_2                                                                                    \
	"\"id\":2,\"status\":\"denied\",\"reason\":\"denied\",\"needs\":\"CAP_SYS_PTRACE\","       \
	"\"proof\":\"kcmp\",\"owner\":910,\"tasks\":[912]"

#define NULL_0                                                                                     \
	"{\"fd\":0,\"cloexec\":false,\"description\":1,\"kind\":\"chardev\","                      \
	"\"path\":\"/dev/null\",\"mode\":\"rw\",\"flags\":[\"O_RDWR\"],\"pos\":0,\"ino\":4,"       \
	"\"dev\":\"0:5\",\"rdev\":\"1:3\",\"mnt_id\":25}"

#define FILE_2                                                                                     \
	"\"description\":2,\"kind\":\"regular\",\"path\":\"/tmp/x\",\"deleted\":true,"             \
	"\"mode\":\"w\",\"flags\":[\"O_WRONLY\",\"O_APPEND\"],\"pos\":12,\"size\":4096,"           \
	"\"ino\":99,\"dev\":\"8:1\"}"

#define FD_7 "{\"fd\":7,\"cloexec\":true," FILE_2
#define FD_8 "{\"fd\":8," FILE_2
/* clang-format on */

static void
test_document(void)
{
	PvStore *store = fixture_store();
	g_autofree char *text = to_json(store, PV_JSON_THREADS | PV_JSON_FILES, NULL, NULL);

	g_assert_cmpstr(text, ==,
			"{" HEAD ",\"processes\":[\n{" KTHREADD "},\n{" JAVA THREADS
			"]}],\"fd_tables\":[\n{" TABLE_1 ",\"descriptors\":[\n" NULL_0 ",\n" FD_7
			",\n" FD_8 "]},\n{" TABLE_2 "}]}\n");
	pv_store_unref(store);
}

static void
test_brief(void)
{
	PvStore *store = fixture_store();
	g_autofree char *text = to_json(store, 0, NULL, NULL);

	g_assert_cmpstr(text, ==,
			"{" HEAD ",\"processes\":[\n{" KTHREADD "},\n{" JAVA
			"]}],\"fd_tables\":[\n{" TABLE_1 "},\n{" TABLE_2 "}]}\n");
	pv_store_unref(store);
}

static void
test_lines(void)
{
	PvStore *store = fixture_store();
	g_autofree char *text =
		to_json(store, PV_JSON_LINES | PV_JSON_THREADS | PV_JSON_FILES, NULL, NULL);

	g_assert_cmpstr(text, ==,
			"{\"type\":\"snapshot\"," HEAD "}\n"
			"{\"type\":\"process\"," KTHREADD "}\n"
			"{\"type\":\"process\"," JAVA THREADS "]}\n"
			"{\"type\":\"fd_table\"," TABLE_1 ",\"descriptors\":[" NULL_0 "," FD_7
			"," FD_8 "]}\n"
			"{\"type\":\"fd_table\"," TABLE_2 "}\n");
	pv_store_unref(store);
}

typedef struct {
	gint32 pid;
	guint extent;
} Choice;

static guint
choose(PvProcess *process, gpointer data)
{
	const Choice *choice = data;

	return process->pid == choice->pid ? choice->extent : PV_JSON_SKIP;
}

/* What is left out is left out of the lists, not of what is said of the whole. */
static void
test_select(void)
{
	PvStore *store = fixture_store();
	guint flags = PV_JSON_THREADS | PV_JSON_FILES;
	Choice kernel = {2, PV_JSON_FULL};
	Choice java = {910, PV_JSON_BRIEF};
	g_autofree char *without_tables = to_json(store, flags, choose, &kernel);
	g_autofree char *brief = to_json(store, flags, choose, &java);

	g_assert_cmpstr(without_tables, ==,
			"{" HEAD ",\"processes\":[\n{" KTHREADD "}],\"fd_tables\":[]}\n");
	g_assert_cmpstr(brief, ==,
			"{" HEAD ",\"processes\":[\n{" JAVA "],\"relative\":true}],"
			"\"fd_tables\":[\n{" TABLE_1 "},\n{" TABLE_2 "}]}\n");
	pv_store_unref(store);
}

static PvStore *
small_store(void)
{
	static const gint32 tids[] = {5, 0};
	PvStore *store = pv_store_new();

	fixture_process(store, 5);
	fixture_task(store, 5, "a\377\"\n");
	fixture_table(store, tids);
	store->collected = PV_COLLECT_TABLES | PV_COLLECT_DESCRIPTORS;
	store->backends[PV_STEP_FILES] = "pidfd";
	return store;
}

static void
assert_contains(const PvStore *store, const char *expected)
{
	g_autofree char *text = to_json(store, PV_JSON_FILES, NULL, NULL);

	g_test_message("%s", text);
	g_assert_nonnull(strstr(text, expected));
}

static void
test_hostile_names(void)
{
	PvStore *store = small_store();

	fixture_descriptor(store, 0, "/\033]0;x\007\\\342\202");
	fixture_seal(store);
	assert_contains(store, "\"comm\":\"a\\\\xff\\\"\\u000a\"");
	assert_contains(store, "\"path\":\"/\\u001b]0;x\\u0007\\\\\\\\\\\\xe2\\\\x82\"");
	/* Nothing else is known of it. */
	assert_contains(store, "{\"fd\":0,\"kind\":\"unknown\",\"path\":");
	pv_store_unref(store);
}

/* An empty table is not one that could not be read. */
static void
test_empty_table(void)
{
	PvStore *store = small_store();

	fixture_seal(store);
	assert_contains(store, "\"n_descriptors\":0,\"descriptors\":[]}");
	pv_store_unref(store);

	store = small_store();
	pv_store_table(store, 0)->status = PV_STATUS_GONE;
	pv_store_table(store, 0)->reason = PV_REASON_EXITED;
	fixture_seal(store);
	assert_contains(store, "\"status\":\"gone\",\"reason\":\"exited\",\"proof\":\"kcmp\","
			       "\"owner\":5,\"tasks\":[5]}");
	assert_contains(store, "\"missing\":[{\"pid\":5,\"reason\":\"gone\"}]");
	pv_store_unref(store);
}

static void
test_partial_table(void)
{
	PvStore *store = small_store();
	PvTable *table = pv_store_table(store, 0);

	table->status = PV_STATUS_PARTIAL;
	table->reason = PV_REASON_NO_DESCRIPTORS;
	table->needs = PV_NEED_NOFILE;
	table->backend = "procfs";
	fixture_descriptor(store, 3, NULL);
	fixture_seal(store);
	/* How many there are, nobody knows; one is here. */
	assert_contains(store, "\"status\":\"partial\",\"reason\":\"no-descriptors\","
			       "\"needs\":\"RLIMIT_NOFILE\",\"proof\":\"kcmp\","
			       "\"backend\":\"procfs\",\"owner\":5,\"tasks\":[5],"
			       "\"descriptors\":[\n{\"fd\":3,\"kind\":\"unknown\"}]");
	pv_store_table(store, 0)->open_count = 9;
	assert_contains(store, "\"tasks\":[5],\"n_descriptors\":9,\"descriptors\":[");
	pv_store_unref(store);
}

static void
test_hidden(void)
{
	PvStore *store = small_store();

	store->hidden = TRUE;
	store->hidden_need = PV_NEED_PTRACE;
	fixture_seal(store);
	assert_contains(store, "\"complete\":false,\"hidden\":true,");
	assert_contains(store,
			"\"missing\":[{\"reason\":\"hidden\",\"needs\":\"CAP_SYS_PTRACE\"}]");
	pv_store_unref(store);
}

/* Thread ids that have wrapped around: the leader need not be the first. */
static void
test_leader_in_the_middle(void)
{
	PvStore *store = pv_store_new();
	g_autofree char *all = NULL;

	fixture_process(store, 500)->leader = 1;
	fixture_task(store, 8, "early");
	fixture_task(store, 500, "leader")->state = 'T';
	fixture_task(store, 501, "late");
	fixture_seal(store);
	assert_contains(store, "\"comm\":\"leader\",\"state\":\"T\",\"kthread\":false,"
			       "\"start_time_ns\":0,\"n_tasks\":3,"
			       "\"tasks\":[{\"tid\":500,\"comm\":\"leader\",\"state\":\"T\"}]}");
	all = to_json(store, PV_JSON_THREADS, NULL, NULL);
	g_assert_nonnull(strstr(all, "\"tasks\":[{\"tid\":8,\"comm\":\"early\",\"state\":\"S\"},"
				     "{\"tid\":500,\"comm\":\"leader\",\"state\":\"T\"},"
				     "{\"tid\":501,"));
	pv_store_unref(store);
}

/* What was not asked for is absent, and not empty. */
static void
test_not_asked(void)
{
	PvStore *store = pv_store_new();
	g_autofree char *text = NULL;

	store->backends[PV_STEP_TASKS] = "procfs";
	fixture_seal(store);
	text = to_json(store, PV_JSON_THREADS | PV_JSON_FILES, NULL, NULL);
	g_assert_cmpstr(text, ==,
			"{\"procview\":1,\"version\":\"0.1.0\",\"complete\":true,"
			"\"backend\":{\"tasks\":\"procfs\"},\"collected\":[],"
			"\"stats\":{\"processes\":0,\"tasks\":0,\"duration_ns\":0},\"missing\":[],"
			"\"processes\":[]}\n");
	pv_store_unref(store);

	store = small_store();
	store->collected = PV_COLLECT_TABLES;
	fixture_seal(store);
	assert_contains(store, "\"owner\":5,\"tasks\":[5]}]}");
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/json/document", test_document);
	g_test_add_func("/export/json/brief", test_brief);
	g_test_add_func("/export/json/lines", test_lines);
	g_test_add_func("/export/json/select", test_select);
	g_test_add_func("/export/json/hostile-names", test_hostile_names);
	g_test_add_func("/export/json/empty-table", test_empty_table);
	g_test_add_func("/export/json/partial-table", test_partial_table);
	g_test_add_func("/export/json/hidden", test_hidden);
	g_test_add_func("/export/json/leader-in-the-middle", test_leader_in_the_middle);
	g_test_add_func("/export/json/not-asked", test_not_asked);
	return g_test_run();
}
