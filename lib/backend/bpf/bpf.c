/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Opening: the programs are loaded, which is all that takes a privilege (CAP_BPF and CAP_PERFMON,
 * both since 5.8), and what stays is one descriptor for each program. Maps live as long as their
 * programs, and links are made for each pass.
 *
 * The skeletons carry their own small loader, itself a program: where each member of the kernel's
 * structures lies is found in the kernel, so that neither libbpf nor libelf is needed here.
 *
 * What it cannot see: more than errno and the last line of the verifier's log, if it is refused.
 */
#include "backend/bpf/bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>

#include "backend/bpf/decode.h"
#include "backend/bpf/iterator.h"
#include "backend/bpf/loading.h"
#include "core/error.h"
#include "util/fd.h"
#include "util/hash.h"
#include "util/thread.h"

/* What bpftool generates, and what it includes, is not written for our warnings. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wwrite-strings"
#include "commands.lskel.h"
#include "contexts.lskel.h"
#include "details.lskel.h"
#include "files.lskel.h"
#include "names.lskel.h"
#include "places.lskel.h"
#include "settings.lskel.h"
#include "tasks.lskel.h"
#include "vmas.lskel.h"
#pragma GCC diagnostic pop

#define USER_NAMESPACE 6	   /* PV_NAMESPACE_USER */
#define FIRST_USER_NS  0xEFFFFFFDU /* PROC_USER_INIT_INO */

/*
 * Loads one skeleton, keeps copies of the descriptors of its programs and drops the rest. A macro,
 * since each skeleton is a type of its own. The log is asked for only when there is something to
 * say: it makes loading slower.
 */
#define load_skeleton(skeleton, log, keep)                                                         \
	({                                                                                         \
		struct skeleton *loaded = skeleton##__open();                                      \
		int status = loaded == NULL ? -ENOMEM : 0;                                         \
                                                                                                   \
		if (status == 0 && (log) != NULL) {                                                \
			loaded->ctx.log_level = 1;                                                 \
			loaded->ctx.log_buf = (gsize)(log);                                        \
			loaded->ctx.log_size = PV_BPF_LOG_BYTES;                                   \
		}                                                                                  \
		if (status == 0)                                                                   \
			status = skeleton##__load(loaded);                                         \
		if (status == 0)                                                                   \
			status = keep;                                                             \
		if (loaded != NULL)                                                                \
			skeleton##__destroy(loaded);                                               \
		status;                                                                            \
	})

/* Takes the descriptor out of the skeleton, which would close it. */
static int
keep_program(PvBpf *bpf, PvProgram program, int *fd)
{
	bpf->programs[program] = *fd;
	*fd = -1;
	return 0;
}

static int
load_tasks(PvBpf *bpf, char *log)
{
	return load_skeleton(pv_bpf_tasks, log,
			     (keep_program(bpf, PV_PROGRAM_TASKS, &loaded->progs.tasks.prog_fd),
			      keep_program(bpf, PV_PROGRAM_OWNERS, &loaded->progs.owners.prog_fd)));
}

static int
load_settings(PvBpf *bpf, char *log)
{
	return load_skeleton(pv_bpf_settings, log,
			     keep_program(bpf, PV_PROGRAM_TASKS_IN_CONTEXT,
					  &loaded->progs.tasks_in_context.prog_fd));
}

static int
load_files(PvBpf *bpf, char *log)
{
	return load_skeleton(pv_bpf_files, log,
			     keep_program(bpf, PV_PROGRAM_FILES, &loaded->progs.files.prog_fd));
}

static int
load_names(PvBpf *bpf, char *log)
{
	return load_skeleton(
		pv_bpf_names, log,
		keep_program(bpf, PV_PROGRAM_NAMED_FILES, &loaded->progs.named_files.prog_fd));
}

static int
load_details(PvBpf *bpf, char *log)
{
	return load_skeleton(pv_bpf_details, log,
			     keep_program(bpf, PV_PROGRAM_DETAILED_FILES,
					  &loaded->progs.detailed_files.prog_fd));
}

static int
load_places(PvBpf *bpf, char *log)
{
	return load_skeleton(pv_bpf_places, log,
			     keep_program(bpf, PV_PROGRAM_PLACES, &loaded->progs.places.prog_fd));
}

static int
load_commands(PvBpf *bpf, char *log)
{
	return load_skeleton(
		pv_bpf_commands, log,
		keep_program(bpf, PV_PROGRAM_COMMANDS, &loaded->progs.commands.prog_fd));
}

static int
load_contexts(PvBpf *bpf, char *log)
{
	return load_skeleton(
		pv_bpf_contexts, log,
		keep_program(bpf, PV_PROGRAM_CONTEXTS, &loaded->progs.contexts.prog_fd));
}

static int
load_vmas(PvBpf *bpf, char *log)
{
	return load_skeleton(pv_bpf_vmas, log,
			     keep_program(bpf, PV_PROGRAM_VMAS, &loaded->progs.vmas.prog_fd));
}

typedef struct {
	guint part; /* PV_BPF_*; 0: always */
	gboolean dispensable;
	PvProgram program; /* that it brings, among others */
	int (*load)(PvBpf *bpf, char *log);
} Part;

/* clang-format off */
static const Part known_parts[] = {
	{0, FALSE, PV_PROGRAM_TASKS, load_tasks},
	{PV_BPF_DETAILS, TRUE, PV_PROGRAM_DETAILED_FILES, load_details},
	{PV_BPF_FILES, FALSE, PV_PROGRAM_FILES, load_files},
	{PV_BPF_NAMES, FALSE, PV_PROGRAM_NAMED_FILES, load_names},
	{PV_BPF_COMMANDS, TRUE, PV_PROGRAM_PLACES, load_places},
	{PV_BPF_COMMANDS, TRUE, PV_PROGRAM_COMMANDS, load_commands},
	{PV_BPF_SETTINGS, FALSE, PV_PROGRAM_TASKS_IN_CONTEXT, load_settings},
	{PV_BPF_PLACES, TRUE, PV_PROGRAM_CONTEXTS, load_contexts},
	{PV_BPF_MAPPINGS, TRUE, PV_PROGRAM_VMAS, load_vmas},
};
/* clang-format on */

#define TASKS	(&known_parts[0])
#define DETAILS (&known_parts[1])

static char *
explain(PvBpf *bpf, const Part *part, int error)
{
	g_autofree char *log = NULL;
	g_autofree char *complaint = NULL;

	if (access("/sys/kernel/btf/vmlinux", F_OK) < 0 && errno == ENOENT)
		return g_strdup("the kernel has no BTF (/sys/kernel/btf/vmlinux)");
	if (error == EPERM)
		return g_strdup_printf("bpf: %s (needs CAP_BPF and CAP_PERFMON)",
				       g_strerror(error));
	if (error != EACCES && error != EINVAL && error != E2BIG)
		return g_strdup_printf("bpf: %s", g_strerror(error));
	log = g_malloc0(PV_BPF_LOG_BYTES);
	if (part->load(bpf, log) == 0)
		return g_strdup_printf("bpf: %s", g_strerror(error));
	complaint = pv_bpf_last_complaint(log);
	return g_strdup_printf("the kernel did not take a program: %s", complaint);
}

/* 0, or an errno. */
static int
load_part(PvBpf *bpf, const Part *part, const PvWatch *watch)
{
	int status = -EAGAIN;

	if (pv_watch_cancelled(watch))
		return ECANCELED;
	if (pv_bpf_has(bpf, part->program))
		return 0;
	for (guint i = 0; i < PV_BPF_MAX_ATTEMPTS && status == -EAGAIN; i++)
		status = part->load(bpf, NULL);
	return -status;
}

/* The caller has run out of something, or wants no more: no matter of the kernel. */
static gboolean
ends_loading(int error)
{
	return error == ECANCELED || pv_error_is_shortage(-error);
}

/* What the kernel does not take it never will; who may not load it now may later. */
static gboolean
may_be_had_later(int error)
{
	return error == EPERM || error == EAGAIN;
}

/* 0, or the errno of what cannot be done without: at opening some programs, and later none. */
static int
load_parts(PvBpf *bpf, guint parts, gboolean opening, const PvWatch *watch, const Part **failed)
{
	guint missing = 0;

	for (guint i = 1; i < G_N_ELEMENTS(known_parts); i++) {
		const Part *part = &known_parts[i];
		int error;

		if (!(part->part & parts))
			continue;
		error = load_part(bpf, part, watch);
		*failed = part;
		if (ends_loading(error) || (error != 0 && opening && !part->dispensable))
			return error;
		if (may_be_had_later(error))
			missing |= part->part;
	}
	bpf->parts |= parts & ~missing;
	return 0;
}

typedef struct {
	PvBpf *bpf;
	PvThread thread;
	int error;
} Apart;

static gpointer
load_apart(gpointer data)
{
	Apart *apart = data;

	apart->error = load_part(apart->bpf, DETAILS, NULL);
	return NULL;
}

/* Without a thread it is done here and now. */
static void
start_loading_details(Apart *apart)
{
	if (pv_thread_start(&apart->thread, load_apart, apart) != 0)
		load_apart(apart);
}

/* Descriptors with details have names as well; if those are not to be had, then names alone. */
static int
load_names_instead(PvBpf *bpf, guint parts, gboolean opening, const PvWatch *watch,
		   const Part **failed)
{
	if (!(parts & PV_BPF_DETAILS) || pv_bpf_has(bpf, PV_PROGRAM_DETAILED_FILES))
		return 0;
	return load_parts(bpf, PV_BPF_NAMES & ~bpf->parts, opening, watch, failed);
}

/*
 * The largest program is verified while the others are, if there is a processor for it; but not
 * before the first has shown that the kernel takes any at all.
 */
static int
load_all(PvBpf *bpf, guint parts, const PvWatch *watch, const Part **failed)
{
	Apart apart = {.bpf = bpf};
	int error;

	*failed = TASKS;
	error = load_part(bpf, TASKS, watch);
	if (error != 0)
		return error;
	if (parts & PV_BPF_DETAILS)
		start_loading_details(&apart);
	error = load_parts(bpf, parts & ~(guint)PV_BPF_DETAILS, TRUE, watch, failed);
	pv_thread_join(&apart.thread);
	if (error != 0 || !(parts & PV_BPF_DETAILS))
		return error;
	*failed = DETAILS;
	if (ends_loading(apart.error))
		return apart.error;
	bpf->parts |= may_be_had_later(apart.error) ? 0 : PV_BPF_DETAILS;
	return load_names_instead(bpf, parts, TRUE, watch, failed);
}

static PvBpf *
refuse(PvBpf *bpf, char *text, char **why)
{
	*why = text;
	pv_bpf_close(bpf);
	return NULL;
}

static PvBpf *
open_all(guint parts, const PvWatch *watch, char **why, int *error)
{
	PvBpf *bpf = g_new0(PvBpf, 1);
	const Part *failed;

	for (guint i = 0; i < PV_N_PROGRAMS; i++)
		bpf->programs[i] = -1;
	pv_hash_init(bpf->key);
	*error = load_all(bpf, parts, watch, &failed);
	if (*error != 0)
		return refuse(bpf, explain(bpf, failed, *error), why);
	*why = pv_bpf_probe(bpf, error);
	if (*why != NULL)
		return refuse(bpf, *why, why);
	return bpf;
}

PvBpf *
pv_bpf_open(guint parts, const PvWatch *watch, char **why, int *error)
{
	sigset_t before;
	PvBpf *bpf;

	pv_bpf_hold_signals(&before);
	bpf = open_all(parts, watch, why, error);
	pv_bpf_release_signals(&before);
	return bpf;
}

guint
pv_bpf_lacks(const PvBpf *bpf, guint parts)
{
	return parts & ~bpf->parts;
}

int
pv_bpf_add(PvBpf *bpf, guint parts, const PvWatch *watch)
{
	const Part *failed;
	sigset_t before;
	int error;

	parts = pv_bpf_lacks(bpf, parts);
	if (parts == 0)
		return 0;
	pv_bpf_hold_signals(&before);
	error = load_parts(bpf, parts, FALSE, watch, &failed);
	if (error == 0)
		error = load_names_instead(bpf, parts, FALSE, watch, &failed);
	pv_bpf_release_signals(&before);
	return error;
}

gboolean
pv_bpf_serves(const PvBpf *bpf, guint collect)
{
	if ((collect & PV_COLLECT_CONTEXT) && !pv_bpf_has(bpf, PV_PROGRAM_TASKS_IN_CONTEXT))
		return FALSE;
	if (!(collect & PV_COLLECT_DESCRIPTORS) || pv_bpf_has(bpf, PV_PROGRAM_NAMED_FILES) ||
	    pv_bpf_has(bpf, PV_PROGRAM_DETAILED_FILES))
		return TRUE;
	return !(collect & PV_COLLECT_PATHS) && pv_bpf_has(bpf, PV_PROGRAM_FILES);
}

void
pv_bpf_close(PvBpf *bpf)
{
	for (guint i = 0; i < PV_N_PROGRAMS; i++)
		pv_fd_close(&bpf->programs[i]);
	g_free(bpf);
}

/* Is it we whom a pass over ourselves alone shows? That is new in 6.1. */
static char *
judge_self(const char *record, gssize size)
{
	PvWireTask self;

	if (size == -EINVAL || size == -E2BIG)
		return g_strdup("iterators cannot be limited to one task (Linux 6.1)");
	if (size < 0)
		return g_strdup_printf("bpf: %s", g_strerror(-size));
	if (size == 0 || !pv_wire_take_task(record, size, &self) || self.task->pid != getpid())
		return g_strdup("the iterators do not show the caller itself");
	if (self.task->namespaces[USER_NAMESPACE] != FIRST_USER_NS)
		return g_strdup("the caller is in a user namespace of its own, and iterators have "
				"the users of the first");
	return NULL;
}

char *
pv_bpf_probe(PvBpf *bpf, int *error)
{
	g_auto(PvIterator) iterator;
	const char *record;
	gssize size;

	pv_iterator_init(&iterator, bpf);
	size = pv_iterator_start(&iterator, PV_PROGRAM_TASKS, PV_SCOPE_TASK, getpid());
	if (size == 0)
		size = pv_iterator_next(&iterator, &record);
	*error = size < 0 ? -size : ENOTSUP;
	return judge_self(record, size);
}

guint64
pv_bpf_key(const PvBpf *bpf, guint64 address)
{
	guint64 key;

	if (address == 0)
		return 0;
	key = pv_hash_bytes(bpf->key, (const char *)&address, sizeof(address));
	return key == 0 ? 1 : key;
}

const char *
pv_bpf_absence(void)
{
	return NULL;
}

/* No file lies at address 1. */
guint64
pv_bpf_id(const PvBpf *bpf)
{
	return pv_bpf_key(bpf, 1);
}
