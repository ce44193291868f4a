/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * workload: sets up a situation with real processes and threads, says what it did, and waits.
 *
 *   workload --list                    the scenes
 *   workload --is-available SCENE      exit status 0, or why not
 *   workload SCENE [PARAM=VALUE...]
 *
 * On stdout, one fact a line, ended by the line "ready":
 *
 *   process=PID                        a process that is part of the scene
 *   ids=PID:PPID:PGID:SID:RUID:EUID:RGID:EGID
 *   nsids=PID:OUTER,INNER,...          its numbers in nested pid namespaces
 *   table=TID,TID,...                  tasks that have one descriptor table; all of them
 *   tableless=TID,...                  tasks without any
 *   count=TID:N                        how many descriptors the table of this task has
 *   fd=TID:FD:KIND:MAJ.MIN:INO:PATH:FLAGS:CLOEXEC:POS:NLINK:UNLINKED
 *                                      PATH in hexadecimal, "-" if not foretold, empty if the
 *                                      kernel cannot tell it; FLAGS octal; POS "-" if there is none
 *   ofd=TID:FD,TID:FD,...              descriptors with one open file description; all of them
 *   argument=TEXT                      an argument of the only process, in hexadecimal, in order
 *   exe=PID:PATH                       what it executes, in hexadecimal, as the kernel tells it
 *   wild=PID                           a process of which nothing holds still
 *   cwd=PID:PATH, root=PID:PATH        in hexadecimal, as the kernel tells them to the driver; empty
 *                                      if it cannot
 *   ns=PID:NAME:INODE                  a namespace that it is in
 *   unshared=PID:NAME                  and one that nobody of the driver's kin is in
 *   cgroup=PID:INODE                   its cgroup's directory
 *   socket=TID:FD:VARIANT:KEY=VALUE:... what a socket is: numbers in decimal; local, remote and name
 *                                      in hexadecimal; what is not foretold is not there
 *   pair=TID:FD,TID:FD                 sockets that are each other's other end
 *   sender=TID:FD,TID:FD               the first sends to the second, which has no other end
 *   waiting=TID:FD,TID:FD              the first is connected, and waits to be accepted by the second
 *   number=TID:FD:FACT:VALUE           a fact of the file, by GROUP.NAME as in JSON; text= likewise, in
 *                                      hexadecimal; most= one that falls, and was so much
 *   mark=TID:FD:TYPE:WD:INO:MAJ.MIN:MOUNT:MASK:IGNORED
 *                                      what is watched: TYPE inode, mount or filesystem; WD -1 if it
 *                                      has none; masks in hexadecimal
 *   target=TID:FD:PID                  whom a pidfd leads to
 *   peer=TID:FD:TID:FD                 the second is at the other end of the first
 *                                      (what few scenes say, they explain themselves)
 *   missing=KIND:WHY                   what this kernel did not let it make
 *   step=NAME                          a change that the command "step" makes, in this order
 *
 * Commands on stdin: "step" makes the next change, tells what came of it (the lines above, and
 * left=, exited= and replaced= with TIDs, died_ns= with how long the end of a process took) and
 * then "done". End of input ends everything.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "work.h"

#define MAX_PARAMS 16

static int
usage(void)
{
	fprintf(stderr, "usage: workload --list | --is-available SCENE | SCENE [PARAM=VALUE...]\n");
	return WORK_USAGE;
}

static const struct work_scene *
find_scene(const char *name)
{
	for (const struct work_scene *scene = work_scenes; scene->name != NULL; scene++)
		if (strcmp(scene->name, name) == 0)
			return scene;
	return NULL;
}

static int
list_scenes(void)
{
	for (const struct work_scene *scene = work_scenes; scene->name != NULL; scene++)
		printf("%-16s %-32s %s\n", scene->name, scene->params, scene->summary);
	return 0;
}

static int
is_available(const char *name)
{
	const struct work_scene *scene = find_scene(name);

	if (scene == NULL)
		return usage();
	return scene->unavailable != NULL ? scene->unavailable() : 0;
}

/* What a subject becomes by execve(2): a program that has said its name and sleeps. */
static void
be_parked(const char *comm)
{
	prctl(PR_SET_NAME, comm);
	for (;;)
		pause();
}

/* The same, for a scene that never rests: a program that is soon over. */
static void
be_brief(const char *life_us)
{
	int fd = open("/dev/null", O_RDWR);

	usleep((useconds_t)atoi(life_us));
	close(fd);
	_exit(0);
}

static void
parse_params(struct work *w, int n, char **args)
{
	static struct work_param params[MAX_PARAMS];

	for (int i = 0; i < n && w->n_params < MAX_PARAMS; i++) {
		char *equals = strchr(args[i], '=');

		if (equals == NULL)
			work_fail(w, WORK_USAGE, args[i]);
		*equals = '\0';
		params[w->n_params++] = (struct work_param){args[i], equals + 1};
	}
	w->params = params;
}

/* It makes the directory too: there is no moment at which nobody would remove it. */
static void
be_janitor(struct work *w, int fd)
{
	struct work_board *board = w->board;
	char byte;

	/* Out of reach of whoever kills the test's process group, and not holding its pipes. */
	setsid();
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	/* Not $TMPDIR: other users must reach what is in there, and paths have a length to keep. */
	snprintf(board->dir, sizeof(board->dir), "/tmp/procview-work.XXXXXX");
	if (mkdtemp(board->dir) == NULL || chmod(board->dir, 0755) < 0)
		work_fail_errno(w, board->dir);
	work_set_word(&board->has_dir, 1);
	while (read(fd, &byte, 1) < 0 && errno == EINTR)
		continue;
	work_remove_tree(board->dir);
	/* Those who were in it are on their way out. */
	for (unsigned i = 0; i < 5000 && rmdir(board->cgroup) < 0 && errno == EBUSY; i++)
		usleep(1000);
	_exit(0);
}

static void
make_dir(struct work *w)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		work_fail_errno(w, "pipe");
	pid = fork();
	if (pid < 0)
		work_fail_errno(w, "fork");
	if (pid == 0) {
		close(ends[1]);
		be_janitor(w, ends[0]);
	}
	close(ends[0]);
	w->janitor_fd = ends[1];
	work_await_word(w, &w->board->has_dir, 1, "the directory");
}

static void
print_new(struct work *w)
{
	size_t length = w->board->length;

	fwrite(w->board->text + w->printed, 1, length - w->printed, stdout);
	w->printed = length;
}

static void
do_step(struct work *w)
{
	uint32_t step = atomic_load(&w->board->asked) + 1;

	if (step > atomic_load(&w->board->steps))
		work_fail(w, WORK_USAGE, "there is no such step");
	if (w->on_step != NULL) {
		atomic_store(&w->board->asked, step);
		w->on_step(w, step);
	} else {
		work_ask_step(w, step);
	}
	print_new(w);
	printf("done\n");
	fflush(stdout);
}

static int
run_scene(const struct work_scene *scene, int n_args, char **args)
{
	struct work *w = work_new();
	char line[64];

	if (w == NULL)
		return WORK_FAILED;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	parse_params(w, n_args, args);
	make_dir(w);
	scene->run(w);
	print_new(w);
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (strcmp(line, "step\n") != 0)
			work_fail(w, WORK_USAGE, "an unknown command");
		do_step(w);
	}
	work_end(w, 0);
}

int
main(int argc, char **argv)
{
	const struct work_scene *scene;

	if (argc < 2)
		return usage();
	if (strcmp(argv[1], "--list") == 0)
		return list_scenes();
	if (strcmp(argv[1], "--is-available") == 0)
		return argc == 3 ? is_available(argv[2]) : usage();
	if (strcmp(argv[1], "--parked") == 0)
		be_parked(argc > 2 ? argv[2] : "parked");
	if (strcmp(argv[1], "--brief") == 0 && argc > 2)
		be_brief(argv[2]);
	scene = find_scene(argv[1]);
	return scene != NULL ? run_scene(scene, argc - 2, argv + 2) : usage();
}
