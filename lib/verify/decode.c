// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A struct page in words. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <memmapsim/verify.h>

static const char *const zone_names[] = {
	[MMS_ZONE_DMA] = "DMA",         [MMS_ZONE_DMA32] = "DMA32",   [MMS_ZONE_NORMAL] = "NORMAL",
	[MMS_ZONE_MOVABLE] = "MOVABLE", [MMS_ZONE_DEVICE] = "DEVICE",
};

/* The members of a page, in order, gapless; compound metadata is laid over them. */
struct part {
	const char *name;
	uint8_t offset, size;
};

static uint64_t value_of(const struct mms_decoded_field *field, const unsigned char *image)
{
	uint64_t value = 0;

	memcpy(&value, image + field->offset, field->size);
	return value;
}

static size_t append(char *text, size_t size, size_t length, const char *format, ...)
{
	va_list args;
	int written;

	if (length >= size)
		return length;
	va_start(args, format);
	written = vsnprintf(text + length, size - length, format, args);
	va_end(args);
	return length + (written > 0 ? (size_t)written : 0);
}

/* Node, zone, last_cpupid and set flags; the low byte is an order in tail 1 of some releases. */
static void describe_flags(const struct mms_kernel *kernel, uint64_t flags, bool order_inside,
                           char *text, size_t size)
{
	unsigned int zone = flags >> MMS_ZONES_SHIFT & ((1u << MMS_ZONES_WIDTH) - 1);
	size_t length = append(text, size, 0, "0x%016" PRIx64 " (nid %u, zone ", flags,
	                       (unsigned int)(flags >> MMS_NODES_SHIFT));
	unsigned int bit = 0;

	if (zone < sizeof(zone_names) / sizeof(*zone_names))
		length = append(text, size, length, "%s", zone_names[zone]);
	else
		length = append(text, size, length, "%u", zone);
	length = append(text, size, length, ", last_cpupid 0x%x",
	                (unsigned int)(flags >> MMS_LAST_CPUPID_SHIFT) &
	                        ((1u << MMS_LAST_CPUPID_WIDTH) - 1));
	if (order_inside) {
		length = append(text, size, length, ", order %u", (unsigned int)(flags & 0xff));
		bit = 8;
	}
	for (; bit < kernel->nr_pageflags; bit++)
		if (flags >> bit & 1)
			length = append(text, size, length, ", %s", kernel->pageflags[bit]);
	append(text, size, length, ")");
}

static void describe(const struct mms_kernel *kernel, bool order_in_flags, bool signed_count,
                     const unsigned char *image, struct mms_decoded_field *field)
{
	uint64_t value = value_of(field, image);

	if (strcmp(field->name, "flags") == 0)
		describe_flags(kernel, value, order_in_flags, field->value, sizeof(field->value));
	else if (signed_count && field->size == 4)
		snprintf(field->value, sizeof(field->value), "%" PRId32, (int32_t)value);
	else if (field->size < 8)
		snprintf(field->value, sizeof(field->value), "%" PRIu64, value);
	else if (field->offset == 24 && value == MMS_TAIL_MAPPING)
		snprintf(field->value, sizeof(field->value), "0x%016" PRIx64 " (TAIL_MAPPING)",
		         value);
	else
		snprintf(field->value, sizeof(field->value), "0x%016" PRIx64, value);
}

static const struct mms_metadata_field *metadata_from(const struct mms_kernel *kernel,
                                                      unsigned int offset)
{
	const struct mms_metadata_field *next = NULL;

	for (unsigned int i = 0; i < kernel->nr_metadata; i++)
		if (kernel->metadata[i].offset >= offset &&
		    (!next || kernel->metadata[i].offset < next->offset))
			next = &kernel->metadata[i];
	return next;
}

size_t mms_page_decode(const struct mms_kernel *kernel, enum mms_page_kind kind, uint64_t tail,
                       const void *image, struct mms_decoded_field *fields)
{
	bool is_tail = kind == MMS_PAGE_TAIL;
	bool has_lru =
		kind == MMS_PAGE_ALTMAP || kind == MMS_PAGE_RESERVED || kind == MMS_PAGE_FREE;
	bool has_metadata = is_tail && tail == 1;
	/* To v6.16 tail 2's own init wipes the list, and it is a tail like the others. */
	bool has_list = is_tail && tail == 2 && kernel->deferred_list &&
	                kernel->prep_head != MMS_PREP_HEAD_AFTER_TAIL_1;
	const char *link =
		kernel->tail_link == MMS_TAIL_LINK_MASK ? "compound_info" : "compound_head";
	const struct part parts[] = {
		{"flags", 0, 8},
		{is_tail   ? link
	         : has_lru ? "lru.next"
	                   : "pgmap",
	         8, 8},
		{has_list  ? "_deferred_list.next"
	         : has_lru ? "lru.prev"
	                   : "zone_device_data",
	         16, 8},
		{has_list ? "_deferred_list.prev" : "mapping", 24, 8},
		{"index", 32, 8},
		{"private", 40, 8},
		{kind == MMS_PAGE_FREE ? "page_type" : "_mapcount", 48, 4},
		{"_refcount", 52, 4},
		{"memcg_data", 56, 8},
	};
	const struct part *part = parts;
	size_t count = 0;

	for (unsigned int offset = 0; offset < 64; count++) {
		struct mms_decoded_field *field = &fields[count];
		const struct mms_metadata_field *metadata =
			has_metadata ? metadata_from(kernel, offset) : NULL;

		while (part->offset + part->size <= offset)
			part++;
		if (metadata && metadata->offset == offset) {
			*field = (struct mms_decoded_field){metadata->name, metadata->offset,
			                                    metadata->size, ""};
			describe(kernel, false, metadata->value != MMS_METADATA_NR_PAGES, image,
			         field);
		} else {
			unsigned int end = part->offset + part->size;

			if (metadata && metadata->offset < end)
				end = metadata->offset;
			*field = (struct mms_decoded_field){
				end - offset == part->size ? part->name : "(unused)",
				(uint8_t)offset, (uint8_t)(end - offset), ""};
			describe(kernel, has_metadata && kernel->order_in_flags, part->size == 4,
			         image, field);
		}
		offset += field->size;
	}
	return count;
}
