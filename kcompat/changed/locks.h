/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Locks, all of one kind: a word that is swapped until it was free. Nobody sleeps. */
#ifndef KCOMPAT_CHANGED_LOCKS_H
#define KCOMPAT_CHANGED_LOCKS_H

typedef spinlock_t raw_spinlock_t;
struct mutex {
	spinlock_t lock;
};

#define __SPIN_LOCK_UNLOCKED(name)                                                                 \
	{                                                                                          \
		0                                                                                  \
	}
#define __RAW_SPIN_LOCK_UNLOCKED(name) __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_SPINLOCK(name)          spinlock_t name = {0}
#define DEFINE_RAW_SPINLOCK(name)      DEFINE_SPINLOCK(name)
#define DEFINE_MUTEX(name)             struct mutex name = {{0}}
#define spin_lock_init(lock)           spin_unlock(lock)
#define mutex_init(mutex)              mutex_unlock(mutex)

static __always_inline void spin_lock(spinlock_t *lock)
{
	while (xchg(&lock->locked, 1))
		cpu_relax();
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	smp_store_release(&lock->locked, 0);
}

#define spin_lock_irq(lock)   spin_lock(lock)
#define spin_unlock_irq(lock) spin_unlock(lock)
#define spin_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		(flags) = 0;                                                                       \
		spin_lock(lock);                                                                   \
	} while (0)
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))

#define raw_spin_lock(lock)                     spin_lock(lock)
#define raw_spin_unlock(lock)                   spin_unlock(lock)
#define raw_spin_lock_irqsave(lock, flags)      spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore(lock, flags)
#define mutex_lock(mutex)                       spin_lock(&(mutex)->lock)
#define mutex_unlock(mutex)                     spin_unlock(&(mutex)->lock)

#endif
