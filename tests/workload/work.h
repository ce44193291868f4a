/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the scenes of the workload program are written with.
 *
 * Three sorts of process take part. The *driver* is the program that the test started: it prints
 * the description and obeys stdin. The *subjects* are what the scene is about: they begin without
 * a single open descriptor, so that what a scene opens is all there is. The *janitor* removes the
 * scene's directory when the driver is gone, however it went.
 *
 * Driver and subjects talk through a shared page, the *board*, and futexes on it: no descriptor is
 * spent on it that the test would then see.
 *
 * Nothing outlives the driver: each subject asks for SIGKILL at the death of the one that made it.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Exit statuses. A kernel that cannot do it is not a scene that failed. */
enum {
	WORK_FAILED = 1,
	WORK_USAGE = 2,
	WORK_EPERM = 18,
	WORK_ENOSYS = 23,
	WORK_UNAVAILABLE = 77,
};

struct work_param {
	const char *name;
	const char *value;
};

/* Shared by the driver and all subjects. */
struct work_board {
	_Atomic uint32_t asked;	  /* number of the step asked for */
	_Atomic uint32_t done;	  /* number of the step done */
	_Atomic uint32_t arrived; /* subjects that are set up */
	_Atomic uint32_t never;	  /* nobody ever changes it: to sleep on */
	_Atomic uint32_t failed;  /* exit status, once anything failed */
	_Atomic uint32_t steps;	  /* announced */
	_Atomic uint32_t lock;	  /* of the text */
	_Atomic uint32_t has_dir; /* the next is set */
	char dir[64];
	char cgroup[96]; /* a directory to remove when nobody is in it; "": none */
	char failure[256];
	_Atomic int32_t numbers[16]; /* for the scene */
	size_t length;
	char text[];
};

struct work {
	struct work_board *board;
	size_t capacity; /* of the board's text */
	size_t printed;
	const char *dir; /* the scene's files; absolute */
	const struct work_param *params;
	unsigned n_params;
	/* Does a step in the driver; NULL: a subject does it. */
	void (*on_step)(struct work *w, unsigned step);
	pid_t driver;
	pid_t *children; /* of the driver */
	unsigned n_children;
	int janitor_fd; /* the janitor waits for its end */
};

struct work_scene {
	const char *name;
	const char *params;
	const char *summary;
	int (*unavailable)(void); /* NULL: always available; else 0 or an exit status */
	void (*run)(struct work *w);
};

extern const struct work_scene work_scenes[];

/* board.c */
struct work *work_new(void);
int work_unavailable_unless_root(void);
unsigned work_param(struct work *w, const char *name, unsigned fallback);
const char *work_param_string(struct work *w, const char *name, const char *fallback);
void work_say(struct work *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void work_announce(struct work *w, const char *step);
/* Ends the calling process; the driver tells it on stderr and exits with the status. */
void work_fail(struct work *w, int status, const char *what) __attribute__((noreturn));
/* As work_fail(), with the status that errno asks for. */
void work_fail_errno(struct work *w, const char *what) __attribute__((noreturn));

void work_park(struct work *w) __attribute__((noreturn));
void work_set_word(_Atomic uint32_t *word, uint32_t value);
/* Waits until the word has the value; fails, saying what is missing, when patience ends. */
void work_await_word(struct work *w, _Atomic uint32_t *word, uint32_t value, const char *what);
void work_arrive(struct work *w);
void work_await_arrivals(struct work *w, unsigned n);
/* Asks the subjects for a step and waits until it is done. */
void work_ask_step(struct work *w, unsigned step);
/* Only the first half of it. */
void work_wake_step(struct work *w);
void work_await_step(struct work *w, unsigned step);
void work_step_done(struct work *w, unsigned step);

/* subjects.c */
typedef void work_body(struct work *w, void *arg);

/* Ends all: kills, reaps, removes. Of the driver only. */
void work_end(struct work *w, int status) __attribute__((noreturn));
/* A child without descriptors that runs body and parks. */
pid_t work_spawn(struct work *w, work_body *body, void *arg);
/* As fork(2), but for the promise that the child dies with the caller. */
pid_t work_fork(struct work *w);
/* Likewise, with a number that was chosen: clone3(2), since 5.5. -1: somebody has it. */
pid_t work_fork_as(struct work *w, pid_t pid);
/* As work_spawn(), with the descriptor table shared and memory not: clone(CLONE_FILES). */
pid_t work_clone_files(struct work *w, work_body *body, void *arg);
void work_follow_to_death(pid_t parent);
void work_close_all(void);
void work_close_all_but(struct work *w, int fd);

/* Starts threads; returns when each has its tid in tids. With 64 KiB of stack each. */
void work_threads(struct work *w, unsigned n, work_body *body, void *arg, pid_t *tids);
void work_await_state(struct work *w, pid_t tid, char state);
void work_await_comm(struct work *w, pid_t pid, const char *comm);
/* Kills and reaps a child of the driver. */
void work_kill(struct work *w, pid_t pid);
void work_set_limit(struct work *w, unsigned descriptors);

/* files.c: making files and telling of them */
struct work_file {
	const char *kind;
	const char *path; /* as readlink(2) would tell it; NULL: not foretold, "": cannot be told */
	bool unlinked;	  /* the kernel adds " (deleted)" to it */
};

char *work_path(struct work *w, const char *name);
int work_open_at(struct work *w, const char *name, int flags, int number);
void work_remove(struct work *w, const char *name);
int work_move(struct work *w, int fd, int number);
void work_say_fd(struct work *w, pid_t tid, int fd, const struct work_file *file);
void work_say_regular(struct work *w, pid_t tid, int fd, const char *name);
void work_say_table(struct work *w, const pid_t *tids, unsigned n);
void work_say_count(struct work *w, pid_t tid, unsigned n);
void work_say_process(struct work *w);
/* KEY=PREFIX and the text in hexadecimal. */
void work_say_hex(struct work *w, const char *key, const char *prefix, const char *text);
/* Opens n files that cycle through four paths, one of which is a thousand; from number 0 on. */
void work_open_cycle(struct work *w, unsigned n);
/* Of these, every so many is left out; 0: none. */
void work_say_cycle(struct work *w, pid_t tid, unsigned n, unsigned gap);
void work_make_cycle(struct work *w, unsigned n);
void work_remove_tree(const char *dir);
