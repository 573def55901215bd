/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* atomic_t, compare-and-swap, barriers of x86-64. */
#ifndef KCOMPAT_SAME_ATOMIC_H
#define KCOMPAT_SAME_ATOMIC_H

#define ATOMIC_INIT(value)                                                                         \
	{                                                                                          \
		(value)                                                                            \
	}

static __always_inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static __always_inline void atomic_set(atomic_t *v, int value)
{
	WRITE_ONCE(v->counter, value);
}

static __always_inline void atomic_add(int n, atomic_t *v)
{
	__atomic_fetch_add(&v->counter, n, __ATOMIC_SEQ_CST);
}

static __always_inline void atomic_sub(int n, atomic_t *v)
{
	__atomic_fetch_sub(&v->counter, n, __ATOMIC_SEQ_CST);
}

#define atomic_inc(v) atomic_add(1, v)
#define atomic_dec(v) atomic_sub(1, v)

static __always_inline s64 atomic64_read(const atomic64_t *v)
{
	return READ_ONCE(v->counter);
}

static __always_inline void atomic64_set(atomic64_t *v, s64 value)
{
	WRITE_ONCE(v->counter, value);
}

static __always_inline void atomic64_add(s64 n, atomic64_t *v)
{
	__atomic_fetch_add(&v->counter, n, __ATOMIC_SEQ_CST);
}

#define atomic_long_read(v)       atomic64_read(v)
#define atomic_long_set(v, value) atomic64_set(v, value)
#define atomic_long_add(n, v)     atomic64_add(n, v)

/* On failure *@old becomes what was there. */
#define try_cmpxchg(pointer, old, new)                                                             \
	__atomic_compare_exchange_n((pointer), (old), (new), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define cmpxchg(pointer, old, new)                                                                 \
	({                                                                                         \
		__typeof__(*(pointer)) cmpxchg_old = (old);                                        \
		try_cmpxchg((pointer), &cmpxchg_old, (new));                                       \
		cmpxchg_old;                                                                       \
	})
#define xchg(pointer, new) __atomic_exchange_n((pointer), (new), __ATOMIC_SEQ_CST)

#define mb()      __asm__ volatile("mfence" : : : "memory")
#define rmb()     __asm__ volatile("lfence" : : : "memory")
#define wmb()     __asm__ volatile("sfence" : : : "memory")
#define smp_mb()  __asm__ volatile("lock addl $0, -4(%%rsp)" : : : "memory", "cc")
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define smp_store_release(pointer, value)                                                          \
	do {                                                                                       \
		barrier();                                                                         \
		WRITE_ONCE(*(pointer), value);                                                     \
	} while (0)
#define smp_load_acquire(pointer)                                                                  \
	({                                                                                         \
		__typeof__(*(pointer)) acquired = READ_ONCE(*(pointer));                           \
		barrier();                                                                         \
		acquired;                                                                          \
	})
#define smp_store_mb(variable, value)                                                              \
	do {                                                                                       \
		(void)xchg(&(variable), (value));                                                  \
	} while (0)
#define cpu_relax()        __asm__ volatile("pause" : : : "memory")
#define prefetch(address)  __builtin_prefetch(address)
#define prefetchw(address) __builtin_prefetch(address, 1)

#endif
