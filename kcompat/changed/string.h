/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Memory functions are this system's. Those that write around the cache do it as kernels do on
 * x86-64, by movnti, for multiples of 8 bytes; the rest of a length goes through the cache.
 */
#ifndef KCOMPAT_CHANGED_STRING_H
#define KCOMPAT_CHANGED_STRING_H

#define memset(to, byte, length)  __builtin_memset(to, byte, length)
#define memcpy(to, from, length)  __builtin_memcpy(to, from, length)
#define memmove(to, from, length) __builtin_memmove(to, from, length)
#define memcmp(a, b, length)      __builtin_memcmp(a, b, length)

static __always_inline void kcompat_movnti(void *to, unsigned long value)
{
	__asm__ volatile("movnti %1, %0" : "=m"(*(volatile unsigned long *)to) : "r"(value));
}

static __always_inline void memcpy_flushcache(void *to, const void *from, size_t length)
{
	for (; length >= 8; length -= 8, to += 8, from += 8)
		kcompat_movnti(to, *(const unsigned long *)from);
	if (length)
		memcpy(to, from, length);
}

#define __memcpy_flushcache(to, from, length) memcpy_flushcache(to, from, length)
#define memcpy_and_pad(to, size, from, length, byte)                                               \
	(memset(to, byte, size), memcpy(to, from, min_t(size_t, size, length)))

#endif
