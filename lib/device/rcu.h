/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * All of RCU that the library uses, over liburcu's "bp" flavour: its readers needn't register, so
 * any thread of a user may call us, and it starts no thread as long as nobody uses call_rcu().
 *
 * ThreadSanitizer sees nothing of what happens inside liburcu. Publishing and dereferencing are C11
 * atomics here, which it understands (and which are plain moves on x86); that a grace period comes
 * after the readers that it waited for it is told.
 */
#ifndef LIB_DEVICE_RCU_H
#define LIB_DEVICE_RCU_H

#include <stdatomic.h>

#include <urcu/urcu-bp.h>

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define MMS_THREAD_SANITIZER 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define MMS_THREAD_SANITIZER 1
#endif

#ifdef MMS_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
/* The same address in the whole process; it stands for all grace periods. */
#define MMS_GRACE_PERIOD            ((void *)&urcu_bp_synchronize_rcu)
#define mms_rcu_reader_ends()       __tsan_release(MMS_GRACE_PERIOD)
#define mms_rcu_grace_period_ends() __tsan_acquire(MMS_GRACE_PERIOD)
#else
#define mms_rcu_reader_ends()       ((void)0)
#define mms_rcu_grace_period_ends() ((void)0)
#endif

static inline void mms_rcu_read_lock(void)
{
	urcu_bp_read_lock();
}

static inline void mms_rcu_read_unlock(void)
{
	mms_rcu_reader_ends();
	urcu_bp_read_unlock();
}

/* Wait for all readers that are there now. */
static inline void mms_synchronize_rcu(void)
{
	urcu_bp_synchronize_rcu();
	mms_rcu_grace_period_ends();
}

/* Read the _Atomic pointer @p, to follow it until the read-side section ends. */
#define mms_rcu_dereference(p) atomic_load_explicit(&(p), memory_order_acquire)

/* Let readers find @value at the _Atomic pointer @p, with all that was written to it before. */
#define mms_rcu_assign_pointer(p, value) atomic_store_explicit(&(p), value, memory_order_release)

#endif
