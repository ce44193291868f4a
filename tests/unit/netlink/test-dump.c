/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Dumps over a carrier that plays the kernel: each try is a line of what it does.
 */
#include <errno.h>
#include <string.h>

#include "netlink/dump.h"

#define MAX_TRIES 5

typedef enum {
	MESSAGE,     /* one message of 8 bytes */
	INTERRUPTED, /* the same, marked */
	LONG,	     /* one of 40,000 bytes */
	DONE,
	FAILED, /* NLMSG_DONE with -EPERM */
	OVERRUN,
	STRANGER,
	SILENCE,
	SIGNAL,
	END, /* nothing more is asked for */
} Step;

typedef struct {
	PvNetlink netlink;
	const Step *tries[MAX_TRIES];
	guint n_tries; /* requests that were sent */
	guint n_resets;
	guint at;
	guint n_taken;
	guint cancel_at; /* how many messages are taken before that; 0: never */
} World;

static int
send_request(PvNetlink *netlink, const struct nlmsghdr *request)
{
	World *world = (World *)netlink;

	g_assert_cmpuint(request->nlmsg_flags, ==, NLM_F_REQUEST | NLM_F_DUMP);
	g_assert_cmpuint(world->n_tries, <, MAX_TRIES);
	world->n_tries++;
	world->at = 0;
	return 0;
}

static gssize
put(World *world, char *buffer, gsize size, guint16 type, guint16 flags, int number, guint n)
{
	struct nlmsghdr *message = (struct nlmsghdr *)buffer;
	guint length = NLMSG_LENGTH(n);

	if (length > size)
		return -EMSGSIZE;
	memset(buffer, 0, length);
	*message = (struct nlmsghdr){length, type, flags, world->netlink.sequence, 0};
	memcpy(buffer + NLMSG_HDRLEN, &number, sizeof(number));
	return length;
}

static gssize
receive(PvNetlink *netlink, char *buffer, gsize size)
{
	World *world = (World *)netlink;
	const Step *steps = world->tries[world->n_tries - 1];

	g_assert_nonnull(steps);
	switch (steps[world->at]) {
	case MESSAGE:
		world->at++;
		return put(world, buffer, size, 20, NLM_F_MULTI, 0, 8);
	case INTERRUPTED:
		world->at++;
		return put(world, buffer, size, 20, NLM_F_MULTI | NLM_F_DUMP_INTR, 0, 8);
	case LONG:
		world->at++;
		return put(world, buffer, size, 20, NLM_F_MULTI, 0, 40000);
	case DONE:
		world->at++;
		return put(world, buffer, size, NLMSG_DONE, NLM_F_MULTI, 0, 4);
	case FAILED:
		world->at++;
		return put(world, buffer, size, NLMSG_DONE, NLM_F_MULTI, -EPERM, 4);
	case OVERRUN:
		return -ENOBUFS;
	case STRANGER:
		world->at++;
		return 0;
	case SIGNAL:
		world->at++;
		return -EINTR;
	case SILENCE:
		return -EAGAIN;
	default:
		g_assert_not_reached();
	}
}

static int
reset(PvNetlink *netlink)
{
	((World *)netlink)->n_resets++;
	return 0;
}

static const PvNetlinkCarrier carrier = {send_request, receive, reset};

static gboolean
take(const struct nlmsghdr *message, gpointer data)
{
	World *world = data;

	world->n_taken++;
	return TRUE;
}

static gboolean
is_cancelled(gpointer data)
{
	const World *world = data;

	return world->cancel_at != 0 && world->n_taken >= world->cancel_at;
}

static int
dump(World *world)
{
	const PvWatch watch = {.cancelled = is_cancelled, .user_data = world};
	struct nlmsghdr request = {.nlmsg_len = sizeof(request), .nlmsg_type = 20};
	int status;

	world->netlink.carrier = &carrier;
	status = pv_netlink_dump(&world->netlink, &request, take, world, &watch);
	g_assert_cmpuint(world->n_resets, ==, world->n_tries - 1);
	pv_netlink_clear(&world->netlink);
	return status;
}

static const Step good[] = {MESSAGE, SIGNAL, STRANGER, MESSAGE, DONE, END};
static const Step interrupted[] = {MESSAGE, INTERRUPTED, DONE, END};
static const Step overrun[] = {MESSAGE, OVERRUN, END};
static const Step failed[] = {MESSAGE, FAILED, END};
static const Step silent[] = {MESSAGE, SILENCE};
static const Step longer[] = {MESSAGE, LONG, DONE, END};

static void
test_good(void)
{
	World world = {.tries = {good}};

	g_assert_cmpint(dump(&world), ==, 0);
	g_assert_cmpuint(world.n_taken, ==, 2);
	g_assert_cmpuint(world.n_tries, ==, 1);
}

static void
test_repeated(void)
{
	World once = {.tries = {interrupted, good}};
	World twice = {.tries = {overrun, interrupted, good}};

	g_assert_cmpint(dump(&once), ==, 0);
	g_assert_cmpuint(once.n_tries, ==, 2);
	g_assert_cmpuint(once.n_taken, ==, 4);
	g_assert_cmpint(dump(&twice), ==, 0);
	g_assert_cmpuint(twice.n_tries, ==, 3);
}

/* There is an end to patience. */
static void
test_bounded(void)
{
	World changing = {
		.tries = {interrupted, interrupted, interrupted, interrupted, interrupted}};
	World flooded = {.tries = {overrun, overrun, overrun, overrun, overrun}};
	World mute = {.tries = {silent}};

	g_assert_cmpint(dump(&changing), ==, PV_NETLINK_INCOMPLETE);
	g_assert_cmpuint(changing.n_tries, ==, 5);
	g_assert_cmpint(dump(&flooded), ==, -ENOBUFS);
	g_assert_cmpuint(flooded.n_tries, ==, 5);
	g_assert_cmpint(dump(&mute), ==, -ETIMEDOUT);
	g_assert_cmpuint(mute.n_tries, ==, 1);
}

static void
test_failed(void)
{
	World world = {.tries = {failed}};

	g_assert_cmpint(dump(&world), ==, -EPERM);
	g_assert_cmpuint(world.n_tries, ==, 1);
}

static void
test_longer(void)
{
	World world = {.tries = {longer, longer}};

	g_assert_cmpint(dump(&world), ==, 0);
	g_assert_cmpuint(world.n_tries, ==, 2);
	g_assert_cmpuint(world.n_taken, ==, 3);
}

static void
test_cancelled(void)
{
	World world = {.tries = {good}, .cancel_at = 1};

	g_assert_cmpint(dump(&world), ==, -ECANCELED);
	g_assert_cmpuint(world.n_taken, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/netlink/dump/good", test_good);
	g_test_add_func("/netlink/dump/repeated", test_repeated);
	g_test_add_func("/netlink/dump/bounded", test_bounded);
	g_test_add_func("/netlink/dump/failed", test_failed);
	g_test_add_func("/netlink/dump/longer", test_longer);
	g_test_add_func("/netlink/dump/cancelled", test_cancelled);
	return g_test_run();
}
