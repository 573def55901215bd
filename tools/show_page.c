// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <string.h>

#include "show_page.h"
#include "wrap.h"

/* Where values begin, and how wide two of them side by side are. */
#define VALUE_COLUMN 38
#define VALUE_WIDTH  38
#define LINE_WIDTH   100

static uint64_t index_in_compound(const struct mms_geometry *geometry, uint64_t pfn)
{
	return pfn & (mms_pgmap_vmemmap_nr(&geometry->pgmap) - 1);
}

static size_t decode(const struct mms_geometry *geometry, uint64_t pfn, const void *image,
                     struct mms_decoded_field *fields)
{
	return mms_page_decode(geometry->kernel, mms_geometry_page_kind(geometry, pfn),
	                       index_in_compound(geometry, pfn), image, fields);
}

void page_kind_text(const struct mms_geometry *geometry, uint64_t pfn, char *text, size_t size)
{
	unsigned int order = geometry->pgmap.vmemmap_shift;
	uint64_t index = index_in_compound(geometry, pfn);

	switch (mms_geometry_page_kind(geometry, pfn)) {
	case MMS_PAGE_OUTSIDE:
		snprintf(text, size, "outside of the pgmap");
		break;
	case MMS_PAGE_NEVER_WRITTEN:
		snprintf(text, size, "no code writes it, so whatever was there stays");
		break;
	case MMS_PAGE_ALTMAP:
		snprintf(text, size, "altmap page, which holds a part of the memmap");
		break;
	case MMS_PAGE_SINGLE:
		snprintf(text, size, "device page without compound");
		break;
	case MMS_PAGE_HEAD:
		snprintf(text, size, "head of a compound of order %u", order);
		break;
	case MMS_PAGE_TAIL:
		snprintf(text, size, "tail %" PRIu64 " of the order-%u compound at pfn 0x%" PRIx64,
		         index, order, pfn - index);
		break;
	case MMS_PAGE_RESERVED:
		snprintf(text, size, "reserved, or in no memory: boot initialized it");
		break;
	case MMS_PAGE_FREE:
		snprintf(text, size, "free memory");
		break;
	}
}

void show_page(FILE *stream, const struct mms_geometry *geometry, uint64_t pfn, const char *title,
               const void *image)
{
	struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS];
	size_t count = decode(geometry, pfn, image, fields);

	fprintf(stream, "    offset size  %-20s %s\n", "field", title);
	for (size_t i = 0; i < count; i++) {
		char head[VALUE_COLUMN + 32];

		snprintf(head, sizeof(head), "    %6u %4u  %-20s ", fields[i].offset,
		         fields[i].size, fields[i].name);
		print_hanging(stream, head, fields[i].value, VALUE_COLUMN, LINE_WIDTH);
	}
}

static bool differs(const struct mms_decoded_field *field, const void *expected, const void *found)
{
	return memcmp((const char *)expected + field->offset, (const char *)found + field->offset,
	              field->size) != 0;
}

/* As much of @text as fits into a column, cut at a blank if there is one. */
static int column_length(const char *text)
{
	size_t length = strlen(text);

	if (length <= VALUE_WIDTH)
		return (int)length;
	for (length = VALUE_WIDTH; length && text[length] != ' '; length--)
		;
	return length ? (int)length : VALUE_WIDTH;
}

static void show_columns(FILE *stream, const char *left, const char *right)
{
	for (;;) {
		int left_length = column_length(left), right_length = column_length(right);

		fprintf(stream, "%-*.*s  %.*s\n", VALUE_WIDTH, left_length, left, right_length,
		        right);
		left += left_length;
		right += right_length;
		left += *left == ' ';
		right += *right == ' ';
		if (!*left && !*right)
			return;
		fprintf(stream, "%*s", VALUE_COLUMN, "");
	}
}

void show_page_difference(FILE *stream, const struct mms_geometry *geometry, uint64_t pfn,
                          const void *expected, const void *found)
{
	struct mms_decoded_field wanted[MMS_MAX_DECODED_FIELDS], got[MMS_MAX_DECODED_FIELDS];
	size_t count = decode(geometry, pfn, expected, wanted);
	const char *separator = "";
	char kind[96];

	decode(geometry, pfn, found, got);
	page_kind_text(geometry, pfn, kind, sizeof(kind));
	fprintf(stream, "  pfn %" PRIu64 " (0x%" PRIx64 "), %s: wrong in ", pfn, pfn, kind);
	for (size_t i = 0; i < count; i++) {
		if (!differs(&wanted[i], expected, found))
			continue;
		fprintf(stream, "%s%s", separator, wanted[i].name);
		separator = ", ";
	}
	fprintf(stream, "\n    offset size  %-20s %-*s  found\n", "field", VALUE_WIDTH, "expected");
	for (size_t i = 0; i < count; i++) {
		fprintf(stream, "  %c %6u %4u  %-20s ",
		        differs(&wanted[i], expected, found) ? '>' : ' ', wanted[i].offset,
		        wanted[i].size, wanted[i].name);
		show_columns(stream, wanted[i].value, got[i].value);
	}
}

json_t *page_difference_json(const struct mms_geometry *geometry, uint64_t pfn,
                             const void *expected, const void *found)
{
	struct mms_decoded_field wanted[MMS_MAX_DECODED_FIELDS], got[MMS_MAX_DECODED_FIELDS];
	size_t count = decode(geometry, pfn, expected, wanted);
	json_t *fields = json_array();
	char kind[96];

	decode(geometry, pfn, found, got);
	page_kind_text(geometry, pfn, kind, sizeof(kind));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(fields,
		                      json_pack("{s:s, s:i, s:i, s:s, s:s, s:b}", "name",
		                                wanted[i].name, "offset", (int)wanted[i].offset,
		                                "size", (int)wanted[i].size, "expected",
		                                wanted[i].value, "found", got[i].value, "differs",
		                                (int)differs(&wanted[i], expected, found)));
	return json_pack("{s:I, s:s, s:o}", "pfn", (json_int_t)pfn, "kind", kind, "fields", fields);
}
