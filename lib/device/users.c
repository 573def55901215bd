// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "device/device.h"

void mms_users_init(struct mms_users *users)
{
	atomic_init(&users->count, 0);
	pthread_mutex_init(&users->lock, NULL);
	pthread_cond_init(&users->gone, NULL);
	users->done = false;
}

void mms_users_finish(struct mms_users *users)
{
	pthread_cond_destroy(&users->gone);
	pthread_mutex_destroy(&users->lock);
}

void mms_users_live(struct mms_users *users)
{
	users->done = false;
	atomic_store_explicit(&users->count, MMS_USERS_LIVE, memory_order_release);
}

bool mms_users_tryget_live(struct mms_users *users)
{
	uint64_t count = atomic_load_explicit(&users->count, memory_order_relaxed);

	do {
		if (!(count & MMS_USERS_LIVE))
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
		&users->count, &count, count + 1, memory_order_acquire, memory_order_relaxed));
	return true;
}

/* Only who puts the last reference of a dying device touches it after its own is given up. */
void mms_users_put(struct mms_users *users)
{
	if (atomic_fetch_sub_explicit(&users->count, 1, memory_order_acq_rel) != 1)
		return;
	pthread_mutex_lock(&users->lock);
	users->done = true;
	pthread_cond_signal(&users->gone);
	pthread_mutex_unlock(&users->lock);
}

void mms_users_kill(struct mms_users *users)
{
	if (atomic_fetch_and_explicit(&users->count, ~MMS_USERS_LIVE, memory_order_acq_rel) ==
	    MMS_USERS_LIVE)
		users->done = true;
}

void mms_users_wait(struct mms_users *users)
{
	pthread_mutex_lock(&users->lock);
	while (!users->done)
		pthread_cond_wait(&users->gone, &users->lock);
	pthread_mutex_unlock(&users->lock);
}
