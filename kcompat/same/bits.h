/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Bits, powers of two, and rounding. */
#ifndef KCOMPAT_SAME_BITS_H
#define KCOMPAT_SAME_BITS_H

#define BITS_PER_BYTE       8
#define BITS_PER_LONG       64
#define BITS_PER_LONG_LONG  64
#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)
#define BIT(nr)             (1UL << (nr))
#define BIT_ULL(nr)         (1ULL << (nr))
#define BIT_MASK(nr)        (1UL << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr)        ((nr) / BITS_PER_LONG)
#define BITS_TO_LONGS(nr)   (((nr) + BITS_PER_LONG - 1) / BITS_PER_LONG)
/* Ones from bit @low up to and with bit @high. */
#define GENMASK(high, low)     ((~0UL >> (BITS_PER_LONG - 1 - (high))) & (~0UL << (low)))
#define GENMASK_ULL(high, low) ((unsigned long long)GENMASK(high, low))

/* In the kernel a variable's bit is set by btsq with the number as an immediate, too. */
#define __set_bit(nr, address) kcompat_set_bit((long)(nr), (volatile unsigned long *)(address))
static __always_inline void kcompat_set_bit(long nr, volatile unsigned long *address)
{
	__asm__ volatile("btsq %1, %0" : "+m"(*address) : "Jr"(nr) : "cc", "memory");
}

#define __clear_bit(nr, address) kcompat_clear_bit((long)(nr), (volatile unsigned long *)(address))
static __always_inline void kcompat_clear_bit(long nr, volatile unsigned long *address)
{
	__asm__ volatile("btrq %1, %0" : "+m"(*address) : "Jr"(nr) : "cc", "memory");
}

#define set_bit(nr, address) kcompat_lock_set_bit((long)(nr), (volatile unsigned long *)(address))
static __always_inline void kcompat_lock_set_bit(long nr, volatile unsigned long *address)
{
	__asm__ volatile("lock btsq %1, %0" : "+m"(*address) : "Jr"(nr) : "cc", "memory");
}

#define clear_bit(nr, address)                                                                     \
	kcompat_lock_clear_bit((long)(nr), (volatile unsigned long *)(address))
static __always_inline void kcompat_lock_clear_bit(long nr, volatile unsigned long *address)
{
	__asm__ volatile("lock btrq %1, %0" : "+m"(*address) : "Jr"(nr) : "cc", "memory");
}

#define test_bit(nr, address)                                                                      \
	((((const volatile unsigned long *)(address))[(nr) / BITS_PER_LONG] >>                     \
	          ((nr) % BITS_PER_LONG) &                                                         \
	  1) != 0)

static __always_inline unsigned long __ffs(unsigned long word)
{
	return (unsigned long)__builtin_ctzl(word);
}

static __always_inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - (unsigned long)__builtin_clzl(word);
}

#define is_power_of_2(n) ((n) != 0 && ((n) & ((n)-1)) == 0)
#define ilog2(n)         ((n) < 2 ? 0 : BITS_PER_LONG - 1 - __builtin_clzl((unsigned long)(n)))
/* The order of the smallest power of two that is not below @n. */
#define order_base_2(n)         ((n) > 1 ? ilog2((n)-1) + 1 : 0)
#define roundup_pow_of_two(n)   (1UL << order_base_2(n))
#define rounddown_pow_of_two(n) (1UL << ilog2(n))

#define ALIGN(x, to)           (((x) + ((__typeof__(x))(to)-1)) & ~((__typeof__(x))(to)-1))
#define ALIGN_DOWN(x, to)      ((x) & ~((__typeof__(x))(to)-1))
#define IS_ALIGNED(x, to)      (((x) & ((__typeof__(x))(to)-1)) == 0)
#define PTR_ALIGN(pointer, to) ((__typeof__(pointer))ALIGN((unsigned long)(pointer), (to)))
#define round_up(x, to)        ALIGN(x, to)
#define round_down(x, to)      ALIGN_DOWN(x, to)
#define DIV_ROUND_UP(n, by)    (((n) + (by)-1) / (by))

#define min(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) min_a = (a);                                                         \
		__typeof__(b) min_b = (b);                                                         \
		min_a < min_b ? min_a : min_b;                                                     \
	})
#define max(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) max_a = (a);                                                         \
		__typeof__(b) max_b = (b);                                                         \
		max_a > max_b ? max_a : max_b;                                                     \
	})
#define min_t(type, a, b)   min((type)(a), (type)(b))
#define max_t(type, a, b)   max((type)(a), (type)(b))
#define MIN_T(type, a, b)   ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define MAX_T(type, a, b)   ((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define clamp(x, low, high) min(max(x, low), high)
#define swap(a, b)                                                                                 \
	do {                                                                                       \
		__typeof__(a) swap_a = (a);                                                        \
		(a) = (b);                                                                         \
		(b) = swap_a;                                                                      \
	} while (0)

#endif
