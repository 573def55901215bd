// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdio.h>
#include <string.h>

#include "page/rules.h"

static const struct mms_choice counts[] = {{"0", 0}, {"1", 1}};
static const struct mms_choice answers[] = {{"no", false}, {"yes", true}};
static const struct mms_choice tail_links[] = {
	{"head", MMS_TAIL_LINK_HEAD},
	{"mask", MMS_TAIL_LINK_MASK},
};
static const struct mms_choice moments[] = {
	{"after-tail-2", MMS_PREP_HEAD_AFTER_TAIL_2},
	{"after-tail-1", MMS_PREP_HEAD_AFTER_TAIL_1},
	{"after-last-tail", MMS_PREP_HEAD_AFTER_LAST_TAIL},
};
static const struct mms_choice policies[] = {
	{"per-page", MMS_PAGEBLOCK_PER_PAGE},
	{"range", MMS_PAGEBLOCK_RANGE},
};
static const struct mms_choice bits[] = {{"4", 4}, {"8", 8}};
static const struct mms_choice orders[] = {{"9", 9}, {"10", 10}};

#define RULE(key, member, choices)                                                                 \
	{                                                                                          \
		key, offsetof(struct mms_kernel, member), choices,                                 \
			sizeof(choices) / sizeof(*(choices))                                       \
	}
#define NUMBER(key, member)                                                                        \
	{                                                                                          \
		key, offsetof(struct mms_kernel, member), NULL, 0                                  \
	}
const struct mms_rule mms_rules[] = {
	RULE("refcount.private", refcount[MMS_MEMORY_DEVICE_PRIVATE], counts),
	RULE("refcount.coherent", refcount[MMS_MEMORY_DEVICE_COHERENT], counts),
	RULE("refcount.fsdax", refcount[MMS_MEMORY_DEVICE_FS_DAX], counts),
	RULE("refcount.generic", refcount[MMS_MEMORY_DEVICE_GENERIC], counts),
	RULE("refcount.p2pdma", refcount[MMS_MEMORY_DEVICE_PCI_P2PDMA], counts),
	RULE("pgmap-by-folio", pgmap_by_folio, answers),
	RULE("init-apart", init_apart, answers),
	RULE("tail-link", tail_link, tail_links),
	RULE("prep-head", prep_head, moments),
	RULE("order-in-flags", order_in_flags, answers),
	RULE("deferred-list", deferred_list, answers),
	RULE("pageblock-policy", pageblock_policy, policies),
	RULE("pageblock-bits", pageblock_bits, bits),
	RULE("early-section-whole", early_section_whole, answers),
	RULE("fsdev", fsdev, answers),
	RULE("reserved-movable", reserved_movable, answers),
	RULE("deferred-order", deferred_order, orders),
	NUMBER("buddy-type", buddy_type),
	NUMBER("buddy-mask", buddy_mask),
	RULE("buddy-bit", buddy_bit, answers),
	RULE("dax-folios", dax_folios, answers),
	RULE("dax-share-stays", dax_share_stays, answers),
	RULE("dax-index-cleared", dax_index_cleared, answers),
};
const size_t mms_nr_rules = sizeof(mms_rules) / sizeof(*mms_rules);
_Static_assert(sizeof(bool) == 1, "choices are bytes");

const char *const mms_metadata_values[MMS_NR_METADATA_VALUES] = {
	[MMS_METADATA_ZERO] = "0",
	[MMS_METADATA_ONE] = "1",
	[MMS_METADATA_MINUS_ONE] = "-1",
	[MMS_METADATA_ORDER] = "order",
	[MMS_METADATA_NR_PAGES] = "nr-pages",
};

unsigned int mms_find_metadata(const struct mms_kernel *kernel, const char *name)
{
	unsigned int i = 0;

	while (i < kernel->nr_metadata && strcmp(kernel->metadata[i].name, name) != 0)
		i++;
	return i;
}

unsigned int mms_find_member(const struct mms_struct *structure, const char *name)
{
	unsigned int i = 0;

	while (i < structure->nr_members && strcmp(structure->members[i].name, name) != 0)
		i++;
	return i;
}

bool mms_is_kernel_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= MMS_MAX_KERNEL_NAME &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                    "0123456789._+-") == length;
}

void mms_rule_choices(const struct mms_rule *rule, char *text, size_t size)
{
	size_t length = 0;

	if (!rule->choices)
		snprintf(text, size, "a number of 32 bits");
	for (size_t i = 0; i < rule->nr_choices && length < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%s", i ? ", " : "",
		                           rule->choices[i].name);
}
