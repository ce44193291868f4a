/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What does the user want of a command that runs on: its end, a pause, another size?
 *
 * Signals are held back all the time, so that no scan is disturbed, and let through only while
 * there is nothing to do and while something is written: a terminal that was halted, or a pipe that
 * nobody reads, must not keep the command from ending. Between the look at what has come and the
 * begin of a write(2) there is a moment in which a signal would be missed; so whoever wants the end
 * is heard again each second.
 *
 * What was ignored when ptree was started stays so: nohup(1), and background jobs of a shell.
 */
#include "watch-signals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define REPEAT_S 1

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int of_terminal[] = {SIGTSTP, SIGCONT, SIGWINCH};
static const int crashes[] = {SIGABRT, SIGBUS,	  SIGFPE,    SIGILL, SIGIO,   SIGPROF,
			      SIGPWR,  SIGSEGV,	  SIGSTKFLT, SIGSYS, SIGTRAP, SIGUSR1,
			      SIGUSR2, SIGVTALRM, SIGXCPU,   SIGXFSZ};

static volatile sig_atomic_t end_wanted;
static volatile sig_atomic_t noted[NSIG];
static void (*restore_terminal)(void);

/* The signals that are let through while waiting. */
static sigset_t open_mask;
static sigset_t caught;

static void
note(int number)
{
	noted[number] = 1;
}

static void
note_end(int number)
{
	end_wanted = 1;
	alarm(REPEAT_S);
}

/* Back from here, it ends in the way that it would have. */
static void
crash(int number)
{
	if (restore_terminal != NULL)
		restore_terminal();
	raise(number);
}

static void
listen_for(int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	struct sigaction before;

	if (sigaction(number, NULL, &before) < 0 || before.sa_handler == SIG_IGN)
		return;
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
	if ((flags & (int)SA_RESETHAND) == 0)
		sigaddset(&caught, number);
}

void
signals_catch(gboolean on_terminal)
{
	sigemptyset(&caught);
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
		listen_for(ends[i], note_end, 0);
	listen_for(SIGALRM, note_end, 0);
	for (gsize i = 0; on_terminal && i < G_N_ELEMENTS(of_terminal); i++)
		listen_for(of_terminal[i], note, 0);
	for (gsize i = 0; on_terminal && i < G_N_ELEMENTS(crashes); i++)
		listen_for(crashes[i], crash, (int)SA_RESETHAND);
	sigprocmask(SIG_BLOCK, &caught, &open_mask);
}

void
signals_on_crash(void (*restore)(void))
{
	restore_terminal = restore;
}

gboolean
signals_ask_end(void)
{
	sigset_t waiting;

	if (end_wanted)
		return TRUE;
	if (sigpending(&waiting) < 0)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		if (sigismember(&caught, ends[i]) && sigismember(&waiting, ends[i]))
			return TRUE;
	}
	return FALSE;
}

gboolean
signals_are_noted(void)
{
	gboolean noted_any = end_wanted != 0;

	for (gsize i = 0; i < G_N_ELEMENTS(of_terminal); i++)
		noted_any = noted_any || noted[of_terminal[i]] != 0;
	return noted_any;
}

gboolean
signals_take(int number)
{
	gboolean came = noted[number] != 0;

	noted[number] = 0;
	return came;
}

int
signals_poll(struct pollfd *fds, guint n, double timeout_s)
{
	const time_t seconds = (time_t)timeout_s;
	const struct timespec timeout = {
		.tv_sec = seconds,
		.tv_nsec = (long)((timeout_s - (double)seconds) * 1e9),
	};

	return ppoll(fds, n, timeout_s < 0 ? NULL : &timeout, &open_mask);
}

gssize
signals_write(int fd, const char *data, gsize length)
{
	gssize written;
	int why;

	sigprocmask(SIG_SETMASK, &open_mask, NULL);
	written = write(fd, data, length);
	why = errno;
	sigprocmask(SIG_BLOCK, &caught, NULL);
	errno = why;
	return written;
}

void
signals_stop(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	struct sigaction ours;

	sigemptyset(&plain.sa_mask);
	sigaction(SIGTSTP, &plain, &ours);
	raise(SIGTSTP);
	sigprocmask(SIG_SETMASK, &open_mask, NULL);
	sigprocmask(SIG_BLOCK, &caught, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	noted[SIGCONT] = 0;
}
