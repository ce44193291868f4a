/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * BTF, as Documentation/bpf/btf.rst describes it: a header, types one behind the other, and
 * strings. Types have no index and are of many sizes, so all are walked over, once. There are some
 * hundred thousand, and half of them have a name that might be wanted: of each name four
 * characters are looked at, and the rest of those few that pass.
 *
 * A type is found again by its number through an index of every 256th: members may lie in unions
 * and structures without a name, whose type may come earlier or later.
 *
 * Where several structures have one name, each that has the member must have it in the same place,
 * or it is absent: nobody could say which of them is meant.
 *
 * What it cannot see: members of arrays; bit fields, which have no address; types of modules.
 */
#include "backend/bpf/btf-parse.h"

#include <string.h>

#define MAGIC	       0xEB9F
#define VERSION	       1
#define IDS_PER_MARK   256
#define FILTER_BITS    2048
#define MAX_CANDIDATES 64
#define MAX_DEPTH      8
#define AMBIGUOUS      G_MAXUINT32
/* Of all candidates together; 6.18 has 1100. */
#define MAX_MEMBERS 100000

/* As <linux/btf.h> has them since 6.0; it may be older than the kernel. */
enum {
	KIND_INT = 1,
	KIND_STRUCT = 4,
	KIND_UNION = 5,
	KIND_FUNC = 12,
	N_KINDS = 20,
};

typedef struct {
	guint16 magic;
	guint8 version;
	guint8 flags;
	guint32 header_bytes;
	guint32 types_at; /* behind the header */
	guint32 types_bytes;
	guint32 strings_at;
	guint32 strings_bytes;
} Header;

typedef struct {
	guint32 name;
	guint32 info; /* 16 bits: how many; 5 bits, from the 24th: the kind; the last: bit fields */
	guint32 size_or_type;
} Type;

typedef struct {
	guint32 name;
	guint32 type;
	guint32 offset;
} Member;

/* What follows a type: so many bytes, and so many for each of what it has. */
static const struct {
	guint8 fixed;
	guint8 each;
} tails[N_KINDS] = {
	[KIND_INT] = {4, 0},
	[3] = {12, 0}, /* array */
	[KIND_STRUCT] = {0, sizeof(Member)},
	[KIND_UNION] = {0, sizeof(Member)},
	[6] = {0, 8},	/* enum */
	[13] = {0, 8},	/* function's prototype */
	[14] = {4, 0},	/* variable */
	[15] = {0, 12}, /* section */
	[17] = {4, 0},	/* tag of a declaration */
	[19] = {0, 12}, /* enum of 64 bits */
};

typedef struct {
	guint64 bits[FILTER_BITS / 64];
} Filter;

typedef struct {
	const PvBtfWanted *wanted;
	const char *types;
	const char *types_end;
	const char *strings; /* the last byte is 0 */
	gsize strings_bytes;
	const char **marks; /* types 1, 257 and so on */
	guint32 n_types;    /* the last id; 0 is void, and not there */
	const char *candidates[MAX_CANDIDATES];
	guint n_candidates;
	guint n_looked_at; /* members */
	Filter structures;
	Filter functions;
} Parser;

/*
 * No type is copied as a whole: what is loaded again from a copy is what the walk would wait for.
 */
static inline guint32
word_at(const char *type, gsize offset)
{
	guint32 word;

	memcpy(&word, type + offset, sizeof(word));
	return word;
}

static inline guint32
info_of(const char *type)
{
	return word_at(type, G_STRUCT_OFFSET(Type, info));
}

static inline guint
kind_of(const char *type)
{
	return info_of(type) >> 24 & 0x1f;
}

static inline guint
count_of(const char *type)
{
	return info_of(type) & 0xffff;
}

/* NULL: there is no such string. Each that there is ends before the section does. */
static inline const char *
string_at(const Parser *parser, guint32 at)
{
	return at < parser->strings_bytes ? parser->strings + at : NULL;
}

/* Of four characters at once. */
static inline guint
filter_bit(const char *name)
{
	return word_at(name, 0) * 2654435761U / (G_MAXUINT32 / FILTER_BITS + 1);
}

/* A name of less than four characters would be mixed up with what is behind it. */
static void
filter_add(Filter *filter, const char *name)
{
	guint bit;

	if (strlen(name) < sizeof(guint32)) {
		memset(filter->bits, 0xff, sizeof(filter->bits));
		return;
	}
	bit = filter_bit(name);
	filter->bits[bit / 64] |= G_GUINT64_CONSTANT(1) << bit % 64;
}

static inline gboolean
filter_passes(const Parser *parser, const Filter *filter, const char *name)
{
	guint bit;

	if (parser->strings + parser->strings_bytes - name < (gssize)sizeof(guint32))
		return TRUE;
	bit = filter_bit(name);
	return filter->bits[bit / 64] >> bit % 64 & 1;
}

/* With all that follows it; 0: it is cut off, or of an unknown kind. */
static inline gsize
bytes_of(const Parser *parser, const char *type)
{
	gsize room = parser->types_end - type;
	gsize bytes;
	guint kind;

	if (room < sizeof(Type))
		return 0;
	kind = kind_of(type);
	if (kind == 0 || kind >= N_KINDS)
		return 0;
	bytes = sizeof(Type) + tails[kind].fixed + (gsize)count_of(type) * tails[kind].each;
	return bytes <= room ? bytes : 0;
}

static gboolean
take_structure(Parser *parser, const char *name, const char *type)
{
	const PvBtfWanted *wanted = parser->wanted;

	for (guint i = 0; i < wanted->n_members; i++) {
		if (strcmp(wanted->members[i].structure, name) != 0)
			continue;
		if (parser->n_candidates == MAX_CANDIDATES)
			return FALSE;
		parser->candidates[parser->n_candidates++] = type;
		return TRUE;
	}
	return TRUE;
}

/* Of several that have one name none is meant. */
static void
take_structure_id(const Parser *parser, const char *name, guint32 id)
{
	const PvBtfWanted *wanted = parser->wanted;

	for (guint i = 0; i < wanted->n_structures; i++) {
		if (strcmp(wanted->structures[i], name) == 0)
			wanted->structure_ids[i] = wanted->structure_ids[i] == 0 ? id : AMBIGUOUS;
	}
}

static void
take_function(const Parser *parser, const char *name, guint32 id)
{
	const PvBtfWanted *wanted = parser->wanted;

	for (guint i = 0; i < wanted->n_functions; i++) {
		if (strcmp(wanted->functions[i], name) == 0)
			wanted->ids[i] = id;
	}
}

static inline gboolean
take_type(Parser *parser, const char *type)
{
	guint kind = kind_of(type);
	const char *name;

	if (kind != KIND_STRUCT && kind != KIND_FUNC)
		return TRUE;
	name = string_at(parser, word_at(type, G_STRUCT_OFFSET(Type, name)));
	if (name == NULL)
		return FALSE;
	if (kind == KIND_FUNC && filter_passes(parser, &parser->functions, name))
		take_function(parser, name, parser->n_types);
	if (kind == KIND_STRUCT && filter_passes(parser, &parser->structures, name)) {
		take_structure_id(parser, name, parser->n_types);
		return take_structure(parser, name, type);
	}
	return TRUE;
}

static inline void
count_type(Parser *parser, const char *type)
{
	if (parser->n_types % IDS_PER_MARK == 0)
		parser->marks[parser->n_types / IDS_PER_MARK] = type;
	parser->n_types++;
}

/*
 * Half of all types are functions, hundreds in a row, and all of one size: the processor need not
 * have read one to go on to the next. NULL: there is one that cannot be.
 */
static const char *
walk_functions(Parser *parser, const char *at)
{
	while (parser->types_end - at >= (gssize)sizeof(Type) && kind_of(at) == KIND_FUNC) {
		count_type(parser, at);
		if (!take_type(parser, at))
			return NULL;
		at += sizeof(Type);
	}
	return at;
}

static gboolean
walk(Parser *parser)
{
	const char *at = parser->types;

	while (at != NULL && at < parser->types_end) {
		gsize bytes = bytes_of(parser, at);

		if (bytes == 0)
			return FALSE;
		count_type(parser, at);
		if (!take_type(parser, at))
			return FALSE;
		at = walk_functions(parser, at + bytes);
	}
	return at != NULL;
}

/* NULL: there is no such type. */
static const char *
find_type(const Parser *parser, guint32 id)
{
	const char *at;

	if (id == 0 || id > parser->n_types)
		return NULL;
	at = parser->marks[(id - 1) / IDS_PER_MARK];
	for (guint32 i = (id - 1) % IDS_PER_MARK; i > 0; i--)
		at += bytes_of(parser, at);
	return at;
}

/* Of its beginning, in bits. A bit field is none that can be loaded. */
static gboolean
take_offset(const char *type, const Member *member, guint64 *bits)
{
	gboolean has_bit_fields = info_of(type) >> 31;

	*bits = has_bit_fields ? member->offset & 0xffffff : member->offset;
	return *bits % 8 == 0 && (!has_bit_fields || member->offset >> 24 == 0);
}

/* In bits from the beginning of the structure. FALSE: it has no such member. */
static gboolean
find_member(Parser *parser, const char *type, const char *wanted, guint depth, guint64 *bits)
{
	if (type == NULL || depth == MAX_DEPTH ||
	    (kind_of(type) != KIND_STRUCT && kind_of(type) != KIND_UNION))
		return FALSE;
	for (guint i = 0; i < count_of(type); i++) {
		const char *name;
		Member member;
		guint64 inner;

		if (parser->n_looked_at++ >= MAX_MEMBERS)
			return FALSE;
		memcpy(&member, type + sizeof(Type) + i * sizeof(member), sizeof(member));
		name = string_at(parser, member.name);
		if (name == NULL || !take_offset(type, &member, bits))
			continue;
		if (strcmp(name, wanted) == 0)
			return TRUE;
		if (name[0] != '\0' ||
		    !find_member(parser, find_type(parser, member.type), wanted, depth + 1, &inner))
			continue;
		*bits += inner;
		return TRUE;
	}
	return FALSE;
}

static gint32
find_offset(Parser *parser, const PvBtfMember *wanted)
{
	gint32 found = PV_BTF_ABSENT;

	for (guint i = 0; i < parser->n_candidates; i++) {
		const char *type = parser->candidates[i];
		const char *name = string_at(parser, word_at(type, G_STRUCT_OFFSET(Type, name)));
		guint64 bits;

		if (strcmp(name, wanted->structure) != 0 ||
		    !find_member(parser, type, wanted->member, 0, &bits))
			continue;
		if (bits / 8 > G_MAXINT32 ||
		    (found != PV_BTF_ABSENT && found != (gint32)(bits / 8)))
			return PV_BTF_ABSENT;
		found = bits / 8;
	}
	return found;
}

static gboolean
lies_in(guint64 at, guint64 bytes, guint64 size)
{
	return at <= size && bytes <= size - at;
}

static gboolean
take_header(Parser *parser, const char *bytes, gsize size)
{
	Header header;
	gsize room;

	if (size < sizeof(header))
		return FALSE;
	memcpy(&header, bytes, sizeof(header));
	if (header.magic != MAGIC || header.version != VERSION ||
	    header.header_bytes < sizeof(header) || header.header_bytes > size)
		return FALSE;
	room = size - header.header_bytes;
	if (!lies_in(header.types_at, header.types_bytes, room) ||
	    !lies_in(header.strings_at, header.strings_bytes, room) || header.strings_bytes == 0)
		return FALSE;
	parser->types = bytes + header.header_bytes + header.types_at;
	parser->types_end = parser->types + header.types_bytes;
	parser->strings = bytes + header.header_bytes + header.strings_at;
	parser->strings_bytes = header.strings_bytes;
	return parser->strings[parser->strings_bytes - 1] == '\0';
}

static void
forget(const PvBtfWanted *wanted)
{
	for (guint i = 0; i < wanted->n_members; i++)
		wanted->offsets[i] = PV_BTF_ABSENT;
	for (guint i = 0; i < wanted->n_functions; i++)
		wanted->ids[i] = 0;
	for (guint i = 0; i < wanted->n_structures; i++)
		wanted->structure_ids[i] = 0;
}

static gboolean
parse(Parser *parser)
{
	const PvBtfWanted *wanted = parser->wanted;

	for (guint i = 0; i < wanted->n_members; i++)
		filter_add(&parser->structures, wanted->members[i].structure);
	for (guint i = 0; i < wanted->n_functions; i++)
		filter_add(&parser->functions, wanted->functions[i]);
	for (guint i = 0; i < wanted->n_structures; i++)
		filter_add(&parser->structures, wanted->structures[i]);
	if (!walk(parser))
		return FALSE;
	for (guint i = 0; i < wanted->n_structures; i++) {
		if (wanted->structure_ids[i] == AMBIGUOUS)
			wanted->structure_ids[i] = 0;
	}
	for (guint i = 0; i < wanted->n_members; i++)
		wanted->offsets[i] = find_offset(parser, &wanted->members[i]);
	return parser->n_looked_at <= MAX_MEMBERS;
}

gboolean
pv_btf_parse(const char *bytes, gsize size, const PvBtfWanted *wanted)
{
	g_autofree const char **marks = NULL;
	Parser parser = {.wanted = wanted};
	gsize most;

	forget(wanted);
	if (!take_header(&parser, bytes, size))
		return FALSE;
	most = (parser.types_end - parser.types) / sizeof(Type);
	marks = parser.marks = g_try_new(const char *, most / IDS_PER_MARK + 1);
	if (marks != NULL && parse(&parser))
		return TRUE;
	forget(wanted);
	return FALSE;
}
