/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Scheduling, interrupts, and saving of registers that user space has anyhow. */
#ifndef KCOMPAT_EMPTY_SCHED_H
#define KCOMPAT_EMPTY_SCHED_H

#define cond_resched()              0
#define might_sleep()               ((void)0)
#define might_resched()             ((void)0)
#define touch_nmi_watchdog()        ((void)0)
#define touch_softlockup_watchdog() ((void)0)
#define preempt_disable()           barrier()
#define preempt_enable()            barrier()
#define migrate_disable()           barrier()
#define migrate_enable()            barrier()
#define local_irq_save(flags)       ((void)((flags) = 0))
#define local_irq_restore(flags)    ((void)(flags))
#define rcu_read_lock()             ((void)0)
#define rcu_read_unlock()           ((void)0)
#define rcu_read_lock_sched()       ((void)0)
#define rcu_read_unlock_sched()     ((void)0)
#define kernel_fpu_begin()          barrier()
#define kernel_fpu_end()            barrier()
#define irq_fpu_usable()            true
#define in_interrupt()              false

#endif
