/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Devices to test with. Pools and the initializer that can be held are those of the background. */
#ifndef TESTS_DEVICE_SUPPORT_H
#define TESTS_DEVICE_SUPPORT_H

#include "../background/support.h"

#define K UINT64_C(0x400)
#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

/* Stands for a file's address_space. */
#define MAPPING UINT64_C(0xffff888123456780)

extern const struct mms_initializer *naive;

/* The device of a namespace that begins at 64 GiB; by @kernel's rules, NULL: the default's. */
struct mms_device *make_device(struct mms_devices *devices, const struct mms_kernel *kernel,
                               const struct mms_namespace *ns,
                               const struct mms_device_options *options);

/* An nd_pmem device with a data page for each pfn of @sections sections from 64 GiB on. */
struct mms_device *make_fsdax(struct mms_devices *devices, unsigned int sections);

/* Dirty the memory of an unbound device, and bind it. */
void bind_by_caller(struct mms_device *device);
void bind_in_background(struct mms_device *device, struct mms_pool *pool,
                        const struct mms_initializer *initializer, enum mms_wait wait);

/* A pfn of the data area. */
uint64_t data_pfn(struct mms_device *device, uint64_t pgoff);

/* An entry of 4 KiB of MAPPING, with as index what stands for it in the data area. */
struct mms_dax_entry page_entry(uint64_t pgoff);

/* mms_device_fault() that adds such an entry. */
int fault_page(struct mms_device *device, uint64_t pgoff, unsigned int *done);

/* Hold the initialization of the chunks that pages [pgoff, end) of the data area are in. */
void hold_pages(struct mms_device *device, uint64_t pgoff, uint64_t end);

/* Return when somebody sleeps because of the chunk that @pgoff is in, which must be under way. */
void await_waiter(struct mms_device *device, uint64_t pgoff);

/* A thread that does something to a device. */
struct doer {
	int (*what)(struct mms_device *device, uint64_t pgoff);
	struct mms_device *device;
	uint64_t pgoff;
	pthread_t thread;
	int err; /* what it returned */
	char sentence[256];
	atomic_bool returned;
};

void start_doer(struct doer *doer);
void join_doer(struct doer *doer);

/* Fail unless mms_last_error() has all of these words. NULL ends them. */
void assert_sentence(const char *word, ...);

#endif
