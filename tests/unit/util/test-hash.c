/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The keyed hash: that it is SipHash-1-3, that nothing of key or text is lost, and that kernel
 * addresses, which differ in few bits, spread.
 */
#include <string.h>

#include "util/hash.h"

#define N_BUCKETS   4096
#define N_ADDRESSES 32768
/* Size of a struct file's slab object; its addresses are multiples of this. */
#define OBJECT_BYTES 256

/* The key of the paper: bytes 00 to 0f. */
static const guint64 paper_key[2] = {G_GUINT64_CONSTANT(0x0706050403020100),
				     G_GUINT64_CONSTANT(0x0f0e0d0c0b0a0908)};
static const guint64 zero_key[2] = {0, 0};

/*
 * Of texts of bytes 00, 01, ... The values under the key of zeros are those of CPython's hash of
 * bytes, which is the same function; the others are of a second implementation, checked by these.
 */
static void
test_vectors(void)
{
	static const struct {
		gsize length;
		guint64 by_paper_key;
		guint64 by_zero_key;
	} vectors[] = {
		{0, 0xabac0158050fc4dc, 0xd1fba762150c532c},
		{1, 0xc9f49bf37d57ca93, 0x68a914128e01e473},
		{7, 0xd3927d989bb11140, 0x2f098ab0c751325a},
		{8, 0x369095118d299a8e, 0xead411e67ebe2eea},
		{9, 0x25a48eb36c063de4, 0x75927f9d95124362},
		{15, 0xd320d86d2a519956, 0xf30eb725bb91c9ea},
		{16, 0xcc4fdd1a7d908b66, 0x8972188433a5c5b7},
		{63, 0x9d199062b7bbb3a8, 0x385d3e39e5f37359},
		{64, 0xf17997ec4b4a6065, 0x75e05fd5bbc870c6},
		{255, 0xf76214e3153c4a15, 0x5dc1f93ea135eb43},
		{256, 0x75b3e64e167de370, 0x31ae646afba70308},
	};

	if (G_BYTE_ORDER != G_LITTLE_ENDIAN) {
		g_test_skip("words are taken in the byte order of the machine");
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(vectors); i++) {
		gsize length = vectors[i].length;
		g_autofree char *text = g_malloc(length + 1);
		char *odd = text + 1;

		for (gsize j = 0; j < length; j++)
			text[j] = (char)j;
		g_assert_cmphex(pv_hash_bytes(paper_key, text, length), ==,
				vectors[i].by_paper_key);
		/* Where it lies does not matter. */
		memmove(odd, text, length);
		g_assert_cmphex(pv_hash_bytes(zero_key, odd, length), ==, vectors[i].by_zero_key);
	}
}

/* Of half a thousand bits of key and text each one changes the hash, in about half of its bits. */
static void
check_flip(guint64 before, guint64 after, guint *n_changed)
{
	guint n = 0;

	for (guint64 x = before ^ after; x != 0; x &= x - 1)
		n++;
	g_assert_cmpuint(n, >, 8);
	*n_changed += n;
}

static void
test_every_bit_counts(void)
{
	char text[48];
	guint64 key[2] = {paper_key[0], paper_key[1]};
	guint64 before;
	guint n_changed = 0;
	guint n_flips = 128 + sizeof(text) * 8;

	memset(text, 'x', sizeof(text));
	before = pv_hash_bytes(key, text, sizeof(text));
	for (guint bit = 0; bit < 128; bit++) {
		key[bit / 64] ^= G_GUINT64_CONSTANT(1) << bit % 64;
		check_flip(before, pv_hash_bytes(key, text, sizeof(text)), &n_changed);
		key[bit / 64] ^= G_GUINT64_CONSTANT(1) << bit % 64;
	}
	for (guint bit = 0; bit < sizeof(text) * 8; bit++) {
		text[bit / 8] ^= 1 << bit % 8;
		check_flip(before, pv_hash_bytes(key, text, sizeof(text)), &n_changed);
		text[bit / 8] ^= 1 << bit % 8;
	}
	g_assert_cmphex(pv_hash_bytes(key, text, sizeof(text)), ==, before);
	g_assert_cmpuint(n_changed, >, n_flips * 28);
	g_assert_cmpuint(n_changed, <, n_flips * 36);
}

/* NULs at the end are part of the text. */
static void
test_length_counts(void)
{
	static const char zeros[64];
	guint64 seen[64];

	for (guint length = 0; length < G_N_ELEMENTS(seen); length++) {
		seen[length] = pv_hash_bytes(paper_key, zeros, length);
		for (guint i = 0; i < length; i++)
			g_assert_cmphex(seen[i], !=, seen[length]);
	}
}

static void
test_spread(void)
{
	g_autofree guint *buckets = g_new0(guint, N_BUCKETS);
	g_autofree guint *folded = g_new0(guint, N_BUCKETS);
	guint fullest = 0;

	for (guint64 i = 0; i < N_ADDRESSES; i++) {
		guint64 address = G_GUINT64_CONSTANT(0xffff888104000000) + i * OBJECT_BYTES;
		guint64 hash = pv_hash_bytes(paper_key, (const char *)&address, sizeof(address));

		buckets[hash % N_BUCKETS]++;
		folded[pv_hash_fold(hash) % N_BUCKETS]++;
	}
	/* Eight in each on average; at random, 30 in one of them is a matter of one in 10^5 keys. */
	for (guint i = 0; i < N_BUCKETS; i++)
		fullest = MAX(fullest, MAX(buckets[i], folded[i]));
	g_assert_cmpuint(fullest, <, 30);
}

static void
test_fold(void)
{
	g_assert_cmphex(pv_hash_fold(0), ==, 0);
	g_assert_cmphex(pv_hash_fold(G_GUINT64_CONSTANT(0x12345678)), ==, 0x12345678);
	g_assert_cmphex(pv_hash_fold(G_GUINT64_CONSTANT(0x1234567800000000)), ==, 0x12345678);
	g_assert_cmphex(pv_hash_fold(G_GUINT64_CONSTANT(0xffffffff0f0f0f0f)), ==, 0xf0f0f0f0);
}

/* Whoever has one scanner's key has that one's alone. */
static void
test_keys_differ(void)
{
	guint64 keys[16][2] = {{0}};

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		pv_hash_init(keys[i]);
		g_assert_true(keys[i][0] != 0 || keys[i][1] != 0);
		for (guint j = 0; j < i; j++)
			g_assert_cmpint(memcmp(keys[i], keys[j], sizeof(keys[i])), !=, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/util/hash/vectors", test_vectors);
	g_test_add_func("/util/hash/every-bit-counts", test_every_bit_counts);
	g_test_add_func("/util/hash/length-counts", test_length_counts);
	g_test_add_func("/util/hash/spread", test_spread);
	g_test_add_func("/util/hash/fold", test_fold);
	g_test_add_func("/util/hash/keys-differ", test_keys_differ);
	return g_test_run();
}
