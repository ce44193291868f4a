/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What changes while one looks?
 *
 * The scanner stays open, so that a view costs a scan and no more. What was asked for is looked up
 * anew for each: a path may appear, and be another file by then. The last two views are kept, for
 * the second to be compared with the first, and for the lines of what is gone.
 *
 * On a terminal the views are painted over each other; elsewhere they follow one another. From the
 * begin of one to that of the next is the interval. What takes longer delays the next; none is made
 * up for.
 *
 * A scan may fail for want of memory, or of a descriptor, and the next one succeed. That is told,
 * and the view before stays.
 */
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "report.h"
#include "watch-frame.h"
#include "watch-screen.h"
#include "watch-signals.h"

#define FAILURES_MAX 3

/* For what is not written when somebody wants the end. */
#define PATIENCE_S 0.5

enum reason {
	REASON_TIME, /* for another view */
	REASON_END,
};

struct watch {
	const struct options *options;
	GPtrArray *columns;
	GArray **whats;
	struct scan *scan;
	struct scan before;
	GDateTime *time;   /* of the view */
	GString *messages; /* likewise */
	char *told;	   /* those of the last, where they go to stderr */
	char *shown;	   /* on the screen */
	gboolean on_screen;
	gboolean began;	 /* something was written */
	gboolean broken; /* no more can be written */
	gboolean gave_up;
	guint n_failures;
};

static void
end_scan_on_signal(ProcviewStep step, guint done, guint total, gpointer cancellable)
{
	if (signals_ask_end())
		g_cancellable_cancel(cancellable);
}

/* In the first view they are as main.c has them, and it has complained. */
static void
read_words_anew(struct watch *watch)
{
	g_autoptr(GError) error = NULL;
	GArray *whats;

	if (watch->scan->selection == NULL)
		return;
	whats = whats_parse(watch->options->words, &error);
	if (whats == NULL) {
		message_print("%s", error->message);
		whats_forget_matches(*watch->whats);
		return;
	}
	g_array_unref(*watch->whats);
	*watch->whats = whats;
}

/* A struct scan that shares the scanner, and has found nothing. */
static struct scan
new_scan(const struct scan *scan, const struct options *options)
{
	struct scan next = *scan;

	next.overview = NULL;
	next.snapshot = NULL;
	next.selection = NULL;
	next.news = NULL;
	next.may_lose = !options->json && scan->selection != NULL && scan->selection->n_matched > 0;
	return next;
}

static gboolean
scan_anew(struct watch *watch, GError **error)
{
	struct scan next = new_scan(watch->scan, watch->options);

	read_words_anew(watch);
	if (scan_run(&next, watch->options, watch->columns, *watch->whats, error) &&
	    watch->scan->selection != NULL)
		next.news = news_new(watch->scan->selection, next.selection, watch->options, error);
	if (next.selection == NULL || (watch->scan->selection != NULL && next.news == NULL)) {
		scan_forget(&next);
		return FALSE;
	}
	scan_forget(&watch->before);
	watch->before = *watch->scan;
	*watch->scan = next;
	g_clear_pointer(&watch->time, g_date_time_unref);
	watch->time = g_date_time_new_now_local();
	return TRUE;
}

/* FALSE: that was it. */
static gboolean
look(struct watch *watch)
{
	g_autoptr(GError) error = NULL;

	if (scan_anew(watch, &error)) {
		watch->n_failures = 0;
		whats_tell_unmatched(*watch->whats, watch->scan->selection->n_matched);
		whats_tell_notes(*watch->whats);
		report_unseen(watch->scan);
		return TRUE;
	}
	if (signals_ask_end())
		return FALSE;
	message_print("cannot scan: %s", error->message);
	watch->n_failures++;
	watch->gave_up = watch->scan->selection == NULL || watch->n_failures == FAILURES_MAX;
	return !watch->gave_up;
}

/* What cannot be written now, when somebody wants the end, never will. */
static gboolean
write_all(struct watch *watch, const char *data, gsize length)
{
	while (length > 0 && !watch->broken) {
		struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
		gssize written = signals_write(STDOUT_FILENO, data, length);

		if (written >= 0) {
			data += written;
			length -= (gsize)written;
		} else if (errno == EAGAIN || errno == EINTR) {
			watch->broken = signals_poll(&out, 1, PATIENCE_S) != 1 && signals_ask_end();
		} else {
			if (errno != EPIPE)
				message_print("cannot write the output: %s", g_strerror(errno));
			watch->broken = TRUE;
		}
	}
	return !watch->broken;
}

static gboolean
out_of_memory(struct watch *watch)
{
	message_print("cannot write the output: %s", g_strerror(ENOMEM));
	watch->broken = TRUE;
	return FALSE;
}

static gboolean
paint(struct watch *watch)
{
	g_autofree char *frame = screen_paint(watch->shown);

	return write_all(watch, frame, strlen(frame));
}

static struct frame
get_frame(const struct watch *watch)
{
	return (struct frame){
		.options = watch->options,
		.columns = watch->columns,
		.scan = watch->scan,
		.before = &watch->before,
		.time = watch->time,
		.messages = watch->on_screen ? watch->messages->str : "",
	};
}

static gboolean
show_on_screen(struct watch *watch)
{
	struct frame frame = get_frame(watch);
	guint n_lines = screen_get_height();
	g_autofree char *text = frame_draw(&frame, "%T", &n_lines);

	if (text == NULL)
		return out_of_memory(watch);
	g_free(watch->shown);
	watch->shown = screen_fit(text, n_lines);
	return watch->shown != NULL ? paint(watch) : out_of_memory(watch);
}

/* Only what is new is told again. */
static void
tell_messages(struct watch *watch)
{
	if (g_strcmp0(watch->told, watch->messages->str) == 0)
		return;
	fputs(watch->messages->str, stderr);
	g_free(watch->told);
	watch->told = g_strdup(watch->messages->str);
}

static gboolean
show_below(struct watch *watch)
{
	struct frame frame = get_frame(watch);
	g_autofree char *text = frame_draw(&frame, "%F %T", NULL);

	if (text == NULL)
		return out_of_memory(watch);
	if (watch->began && !write_all(watch, "\n", 1))
		return FALSE;
	watch->began = TRUE;
	return write_all(watch, text, strlen(text));
}

static gboolean
show_json(struct watch *watch)
{
	struct frame frame = get_frame(watch);
	g_autoptr(GBytes) bytes = frame_tell_json(&frame);
	gconstpointer data;
	gsize length;

	watch->broken = bytes == NULL;
	if (bytes == NULL)
		return FALSE;
	data = g_bytes_get_data(bytes, &length);
	return write_all(watch, data, length);
}

/* A scan that failed has nothing to show but the message. */
static gboolean
show(struct watch *watch)
{
	if (watch->on_screen)
		return show_on_screen(watch);
	tell_messages(watch);
	if (watch->n_failures > 0)
		return TRUE;
	return watch->options->json ? show_json(watch) : show_below(watch);
}

static gboolean
take_signals(struct watch *watch, gboolean *again)
{
	if (signals_ask_end())
		return FALSE;
	if (!watch->on_screen)
		return TRUE;
	if (signals_take(SIGTSTP)) {
		screen_leave();
		signals_stop();
		screen_enter();
		*again = TRUE;
	}
	if (signals_take(SIGCONT)) {
		screen_enter();
		*again = TRUE;
	}
	if (signals_take(SIGWINCH) && !*again)
		return show_on_screen(watch);
	return TRUE;
}

/* Whoever reads may leave while there is nothing to write. */
static enum reason
wait_until(struct watch *watch, gint64 next_us)
{
	gboolean again = FALSE;

	do {
		/* What came while the view was written is not waited for. */
		gint64 left_us = signals_are_noted() ? 0 : next_us - g_get_monotonic_time();
		double left_s = (double)MAX(left_us, 0) / G_USEC_PER_SEC;
		struct pollfd fds[] = {
			{.fd = STDOUT_FILENO},
			{.fd = watch->on_screen ? screen_get_keys() : -1, .events = POLLIN}};
		int n = signals_poll(fds, G_N_ELEMENTS(fds), left_s);
		char key = n > 0 && fds[1].revents != 0 ? screen_read_key() : 0;

		if (n > 0 && (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
			watch->broken = TRUE;
		if (!take_signals(watch, &again) || watch->broken || key == 'q' || key == 'Q')
			return REASON_END;
		again = again || key == ' ';
	} while (!again && g_get_monotonic_time() < next_us);
	return REASON_TIME;
}

static void
show_until_end(struct watch *watch)
{
	gint64 interval_us = (gint64)(watch->options->watch_s * G_USEC_PER_SEC);
	gboolean goes_on = TRUE;

	while (goes_on) {
		gint64 start_us = g_get_monotonic_time();

		g_string_truncate(watch->messages, 0);
		message_collect(watch->messages);
		goes_on = look(watch);
		if (!watch->on_screen)
			message_collect(NULL);
		goes_on = goes_on && show(watch) &&
			  wait_until(watch, start_us + interval_us) == REASON_TIME;
	}
}

/* The last view stays readable, and so does what went wrong. */
static void
end(struct watch *watch)
{
	if (watch->on_screen)
		screen_leave();
	if (watch->shown != NULL && !watch->broken)
		write_all(watch, watch->shown, strlen(watch->shown));
	message_collect(NULL);
	if (watch->gave_up || (watch->on_screen && watch->broken))
		fputs(watch->messages->str, stderr);
}

static void
clear(struct watch *watch)
{
	scan_forget(&watch->before);
	g_clear_pointer(&watch->time, g_date_time_unref);
	g_clear_pointer(&watch->told, g_free);
	g_clear_pointer(&watch->shown, g_free);
}

gboolean
watch_run(struct scan *scan, const struct options *options, GPtrArray *columns, GArray **whats)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GString) messages = g_string_new(NULL);
	struct watch watch = {
		.options = options,
		.columns = columns,
		.whats = whats,
		.scan = scan,
		.messages = messages,
		.on_screen = !options->json && screen_is_there(),
	};

	scan->on_pace = end_scan_on_signal;
	scan->cancellable = cancellable;
	signals_catch(watch.on_screen);
	if (watch.on_screen)
		screen_enter();
	show_until_end(&watch);
	end(&watch);
	clear(&watch);
	return scan->selection != NULL && !watch.gave_up && !watch.broken;
}
