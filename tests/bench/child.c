/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Starting children and waiting for them.
 *
 * By fork(2) and not by posix_spawn(3): a child that borrows the memory of its parent until it
 * executes something is charged with the parent's peak (ru_maxrss). A forked one begins with next
 * to nothing.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CANNOT_EXECUTE = 127,
};

static void
be_child(char **argv, const ChildFiles *files)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	dup2(files->in >= 0 ? files->in : nothing, STDIN_FILENO);
	dup2(files->out >= 0 ? files->out : nothing, STDOUT_FILENO);
	dup2(files->err >= 0 ? files->err : nothing, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(CANNOT_EXECUTE);
}

pid_t
child_start(char **argv, const ChildFiles *files)
{
	pid_t pid = fork();

	if (pid == 0)
		be_child(argv, files);
	return pid;
}

int
child_wait(pid_t pid, struct rusage *usage)
{
	int status = 0;

	while (wait4(pid, &status, 0, usage) < 0)
		if (errno != EINTR)
			return -1;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == CANNOT_EXECUTE)
		return -1;
	return WEXITSTATUS(status);
}

char *
child_output(char **argv)
{
	g_autoptr(GString) output = g_string_new(NULL);
	char buffer[512];
	int ends[2];
	ssize_t n;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	pid = child_start(argv, &(ChildFiles){-1, ends[1], ends[1]});
	close(ends[1]);
	while (pid > 0 && (n = read(ends[0], buffer, sizeof(buffer))) > 0)
		g_string_append_len(output, buffer, n);
	close(ends[0]);
	if (pid < 0 || child_wait(pid, NULL) < 0)
		return NULL;
	return g_string_free(g_steal_pointer(&output), FALSE);
}
