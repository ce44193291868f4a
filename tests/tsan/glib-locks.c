/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Tells the thread sanitizer of GLib's locks.
 *
 * GLib makes mutexes and conditions of futexes, and reference counts in code that was compiled
 * without the sanitizer. So the sanitizer does not see that one thread waits for another, and
 * takes everything that is guarded by them for a race. This library is preloaded: it does what
 * GLib does, by calling it, and says at each place what happens before what.
 *
 * What it cannot see: accesses within GLib itself, and locks that are not listed here. GLib's own
 * allocator has to be out of the way (G_SLICE=always-malloc). .ci/run compiles and uses it.
 */
#include <dlfcn.h>
#include <glib.h>

/* Of the sanitizer's run-time library. Children of a test may run without it. */
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

/* GLib has some of these as macros too. */
#undef g_atomic_ref_count_inc
#undef g_atomic_ref_count_dec

#define REAL(name) ((__typeof__(&name))real(#name))

static void *
real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static void
acquire(const void *address)
{
	if (__tsan_acquire != NULL)
		__tsan_acquire((void *)address);
}

static void
release(const void *address)
{
	if (__tsan_release != NULL)
		__tsan_release((void *)address);
}

void
g_mutex_lock(GMutex *mutex)
{
	REAL(g_mutex_lock)(mutex);
	acquire(mutex);
}

gboolean
g_mutex_trylock(GMutex *mutex)
{
	gboolean locked = REAL(g_mutex_trylock)(mutex);

	if (locked)
		acquire(mutex);
	return locked;
}

void
g_mutex_unlock(GMutex *mutex)
{
	release(mutex);
	REAL(g_mutex_unlock)(mutex);
}

void
g_cond_wait(GCond *cond, GMutex *mutex)
{
	release(mutex);
	REAL(g_cond_wait)(cond, mutex);
	acquire(mutex);
}

gboolean
g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
	gboolean signalled;

	release(mutex);
	signalled = REAL(g_cond_wait_until)(cond, mutex, end_time);
	acquire(mutex);
	return signalled;
}

void
g_atomic_ref_count_inc(gatomicrefcount *count)
{
	REAL(g_atomic_ref_count_inc)(count);
}

/* Whoever lets go last sees all that the others did before they let go. */
gboolean
g_atomic_ref_count_dec(gatomicrefcount *count)
{
	gboolean last;

	release(count);
	last = REAL(g_atomic_ref_count_dec)(count);
	if (last)
		acquire(count);
	return last;
}
