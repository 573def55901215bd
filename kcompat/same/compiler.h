/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What kernel code says to the compiler. */
#ifndef KCOMPAT_SAME_COMPILER_H
#define KCOMPAT_SAME_COMPILER_H

#ifndef NULL
#define NULL ((void *)0)
#endif
#define false ((_Bool)0)
#define true ((_Bool)1)

#define likely(x)     __builtin_expect(!!(x), 1)
#define unlikely(x)   __builtin_expect(!!(x), 0)
#define barrier()     __asm__ volatile("" : : : "memory")
#define unreachable() __builtin_unreachable()
#define fallthrough   __attribute__((__fallthrough__))

#define __always_inline              inline __attribute__((__always_inline__))
#define noinline                     __attribute__((__noinline__))
#define noinline_for_stack           noinline
#define __maybe_unused               __attribute__((__unused__))
#define __always_unused              __attribute__((__unused__))
#define __used                       __attribute__((__used__))
#define __must_check                 __attribute__((__warn_unused_result__))
#define __pure                       __attribute__((__pure__))
#define __attribute_const__          __attribute__((__const__))
#define __packed                     __attribute__((__packed__))
#define __aligned(bytes)             __attribute__((__aligned__(bytes)))
#define __cold                       __attribute__((__cold__))
#define __flatten                    __attribute__((__flatten__))
#define ____cacheline_aligned        __aligned(64)
#define ____cacheline_aligned_in_smp __aligned(64)

#define typeof __typeof__
#define offsetof(type, member)              __builtin_offsetof(type, member)
#define sizeof_field(type, member)          sizeof(((type *)0)->member)
#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))
#define ARRAY_SIZE(array)                   (sizeof(array) / sizeof((array)[0]))
#define static_assert(condition, ...) _Static_assert(condition, "" __VA_ARGS__)

/* A load or store that is done once, as written. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)                                                                       \
	do {                                                                                       \
		*(volatile __typeof__(x) *)&(x) = (value);                                         \
	} while (0)
#define data_race(expression) (expression)

#endif
