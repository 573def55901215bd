/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef LIB_VERIFY_ORACLE_H
#define LIB_VERIFY_ORACLE_H

#include <memmapsim/verify.h>

/*
 * How many pages from @pfn on are declared alike: the same kind, and the same bytes if the kind has
 * any. At least 1; not necessarily as many as there are. Shared tails count like any.
 */
uint64_t mms_oracle_run(const struct mms_oracle *oracle, uint64_t pfn, enum mms_page_kind kind);

#endif
