/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * SipHash-1-3: short, fast, and not to be foreseen by those who choose what is hashed.
 */
#include "util/hash.h"

#include <string.h>
#include <sys/random.h>

void
pv_hash_init(guint64 key[2])
{
	/* Early at boot the pool may be empty: a weak key is better than waiting. */
	if (getrandom(key, 2 * sizeof(*key), GRND_NONBLOCK) < 0) {
		key[0] = (guint64)g_get_monotonic_time() ^ (gsize)key;
		key[1] = 0;
	}
}

static inline guint64
rotate(guint64 x, guint bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void
mix(guint64 v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 of Aumasson and Bernstein; words in the byte order of the machine. */
guint64
pv_hash_bytes(const guint64 key[2], const char *bytes, gsize length)
{
	guint64 v[4] = {key[0] ^ G_GUINT64_CONSTANT(0x736f6d6570736575),
			key[1] ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
			key[0] ^ G_GUINT64_CONSTANT(0x6c7967656e657261),
			key[1] ^ G_GUINT64_CONSTANT(0x7465646279746573)};
	guint64 last = (guint64)length << 56;
	guint64 word;
	gsize i;

	for (i = 0; i + 8 <= length; i += 8) {
		memcpy(&word, bytes + i, 8);
		v[3] ^= word;
		mix(v);
		v[0] ^= word;
	}
	for (guint shift = 0; i < length; i++, shift += 8)
		last |= (guint64)(guint8)bytes[i] << shift;
	v[3] ^= last;
	mix(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (guint n = 0; n < 3; n++)
		mix(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
