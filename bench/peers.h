/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What one would pick instead of own stores: memcpy() and, if it was found at build time, libpmem.
 * They are initializers like any other, and leave a right memmap: our plan, written by somebody
 * else's copying.
 */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <memmapsim/init.h>

/* The peers that were built; NULL past the last. Static storage. */
const struct mms_initializer *mms_peer_at(size_t index);

#endif
