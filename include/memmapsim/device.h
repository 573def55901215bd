/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file device.h
 * Devices that look like nd_pmem and dax_pmem: bind and unbind, and what users do meanwhile.
 *
 * A device is a geometry with memory for its struct pages. Binding it makes those pages ones of its
 * pgmap: at once, or in the background, while users already come and wait for the pfns that they
 * need, and for no others. The memory stays until the device is destroyed, so a device that is
 * bound again finds what was there before, as one with map=dev does. The data itself is not
 * simulated.
 *
 * There is no global state. What the kernel's pgmap_array holds, the pgmaps that pfns belong to, is
 * a struct mms_devices here, and devices of one don't know of those of another.
 *
 * Thread safety: everything but creating and destroying may be called by any number of threads at
 * once, also on one device, and threads needn't be registered. Bind and unbind of one device wait
 * for each other; no call waits for another device. Different pages may fault at the same time,
 * faults of one page come one after the other.
 */
#ifndef MEMMAPSIM_DEVICE_H
#define MEMMAPSIM_DEVICE_H

#include <memmapsim/background.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The devices whose pfns are looked up together: a machine. */
struct mms_devices;

/** @param devices  to be given to mms_devices_destroy(). @return 0, or -ENOMEM */
MMS_API int mms_devices_create(struct mms_devices **devices);

/** NULL is fine. Its devices must be destroyed. */
MMS_API void mms_devices_destroy(struct mms_devices *devices);

/** @name Life of a device */
/** @{ */
struct mms_device;

struct mms_device_options {
	struct mms_memmap_options memmap; /**< of what kind the memory is */
	/**
	 * Debugging: let mms_dax_supported() ask for pfns and look at their struct pages, as
	 * kernels did at mount time before 2018. Mounting then waits for those pages.
	 */
	bool validate_pfns;
	/**
	 * Debugging: called by each fault when it has waited, with the struct page of its first
	 * pfn as the fault found it, before anything is changed; NULL: don't. Faults of other pages
	 * may call it at the same time. It must not fault or unbind.
	 */
	void (*fault_found)(void *context, uint64_t pfn, const struct mms_page *page);
	void *fault_context;
};

/**
 * Make a device, unbound. That of a pgmap for MMS_MEMORY_DEVICE_FS_DAX is an nd_pmem device, that
 * of one for MMS_MEMORY_DEVICE_GENERIC a dax_pmem device.
 *
 * @param devices   must outlive the device
 * @param geometry  copied
 * @param options   NULL: all 0
 * @param device    to be given to mms_device_destroy()
 * @return 0; -EINVAL: a pgmap of another type, or one for nd_pmem with compounds; else as
 *         mms_memmap_create()
 */
MMS_API int mms_device_create(struct mms_devices *devices, const struct mms_geometry *geometry,
                              const struct mms_device_options *options, struct mms_device **device);

/**
 * Unbind if bound, by MMS_UNBIND_CANCEL, and free. NULL is fine. Only for the owner: no other call
 * may be under way or follow, but for mms_put_dev_pagemap(), which this waits for.
 */
MMS_API void mms_device_destroy(struct mms_device *device);

/** @return "nd_pmem" or "dax_pmem". Static storage. */
MMS_API const char *mms_device_driver(const struct mms_device *device);

/** @return the device's memory, for jobs, for verifying, for dirtying while it is unbound. */
MMS_API struct mms_memmap *mms_device_memmap(struct mms_device *device);

/** Who initializes the pages at a bind, and whether it waits for them. */
enum mms_bind_by {
	MMS_BIND_BY_CALLER,     /**< the caller alone, who so waits for all */
	MMS_BIND_BY_POOL,       /**< a pool, while the caller waits for all */
	MMS_BIND_BY_BACKGROUND, /**< a pool, and nobody waits but for what they need */
};
#define MMS_NR_BIND_BYS 3

struct mms_bind_options {
	/** Has to outlive the bind, with everything else that is pointed to here. */
	const struct mms_initializer *initializer;
	enum mms_bind_by by;
	struct mms_pool *pool; /**< whose workers do it; not for MMS_BIND_BY_CALLER */
	/**
	 * For MMS_BIND_BY_POOL: who takes what of the jobs that mms_job_create() makes of
	 * mms_device_memmap(), one for each range, in order. May be used again at the next bind.
	 */
	const struct mms_schedule *schedule;
	unsigned int gates; /**< enum mms_gate, or'ed; those of a schedule are in its jobs */
	/** @name For MMS_BIND_BY_BACKGROUND, as in struct mms_background_options */
	/** @{ */
	enum mms_wait wait;
	enum mms_async async;
	int node;
	/** @} */
};

/**
 * Make a device's pages those of its pgmap, on memory with any contents. From then on its pfns can
 * be looked up. Once this has returned, pageblock types are as the kernel leaves them, but those
 * that initializers mark.
 *
 * @return 0; -EBUSY: bound already, or a range overlaps with one of another bound device, which
 *         mms_last_error() names; -EINVAL: what it takes to bind this way is missing, or the
 *         schedule is for other jobs; -ENOMEM; else what initializing gave, or starting to. The
 *         device is unbound then.
 */
MMS_API int mms_device_bind(struct mms_device *device, const struct mms_bind_options *options);

/** What an unbind does about initialization that is still going on. */
enum mms_unbind {
	MMS_UNBIND_WAIT,   /**< wait for all of it */
	MMS_UNBIND_CANCEL, /**< wait for the chunks that are under way; users may get -ECANCELED */
};
#define MMS_NR_UNBINDS 2

/**
 * Take a device away from its users, in the order of memunmap_pages(): nobody gets a new reference;
 * initialization ends; references that are held are put; look-ups that may still see the device
 * end. So a thread must not hold a reference to a device that it unbinds. Struct pages are left as
 * they are, also those of pages that are mapped.
 *
 * @return 0; -ENODEV: not bound; -EINVAL: no such way; else, unbound all the same, the first error
 *         of the initialization that MMS_UNBIND_WAIT waited for
 */
MMS_API int mms_device_unbind(struct mms_device *device, enum mms_unbind how);
/** @} */

/** @name Waiting for initialization */
/** @{ */

/**
 * The file memmap_state: "active" while struct pages are pending or under way in the background,
 * "idle" otherwise, also when unbound. Static storage.
 */
MMS_API const char *mms_device_state_show(struct mms_device *device);

/**
 * Write to memmap_state: "sync", with or without a newline at its end, waits until it is idle; also
 * for a bind or unbind that is under way, so who calls this must not hold a reference.
 * @return 0: idle; -EINVAL: other text; else the first error of the initialization
 */
MMS_API int mms_device_state_store(struct mms_device *device, const char *text);

/**
 * Wait until the device is idle.
 * @param timeout_ns  or MMS_FOREVER
 * @return 0: all pages are initialized; -ENODEV: not bound; else as mms_background_wait()
 */
MMS_API int mms_device_wait(struct mms_device *device, uint64_t timeout_ns);

/**
 * Wait for pfns [start, end), as mms_background_sync(). Who asks should hold a reference, since
 * otherwise the device may be unbound when this returns.
 * @return 0; -ENODEV: not bound; else as mms_background_sync()
 */
MMS_API int mms_device_sync(struct mms_device *device, uint64_t start_pfn, uint64_t end_pfn,
                            unsigned int *done);

/**
 * Where initialization is. After a bind that waited, all pages are done, and all else is 0.
 * @return 0, or -ENODEV: not bound
 */
MMS_API int mms_device_progress(struct mms_device *device,
                                struct mms_background_progress *progress);
/** @} */

/** @name Looking up pgmaps */
/** @{ */

/**
 * get_dev_pagemap(): the bound device that @p pfn belongs to, with a reference, or NULL. While it
 * is held the device stays bound and its struct pages may be read. They needn't be initialized,
 * see mms_device_sync(). Takes no lock.
 */
MMS_API struct mms_device *mms_get_dev_pagemap(struct mms_devices *devices, uint64_t pfn);

/** put_dev_pagemap(): give back a reference. NULL is fine. */
MMS_API void mms_put_dev_pagemap(struct mms_device *device);
/** @} */

/** @name Access. The data area of a device begins after info block and altmap. */
/** @{ */

/** @return how many pages the data area has. */
MMS_API uint64_t mms_device_data_pages(const struct mms_device *device);

/**
 * The direct_access() of an nd_pmem device: find data. Only who asks for a pfn waits, and only for
 * the pages asked for; all others are served as soon as the device is bound.
 *
 * @param pgoff     first page, in the data area
 * @param nr_pages  how many are wanted, at least 1
 * @param kaddr     where the kernel's direct map has it (4-level page tables, no KASLR); or NULL
 * @param pfn       its first pfn, with the struct pages of all wanted ones initialized; or NULL
 * @return how many pages there are from @p pgoff on, which may be less than wanted, or more;
 *         -EINVAL: none wanted; -ERANGE: not in the data area; -ENODEV: not bound; -EOPNOTSUPP: a
 *         dax_pmem device, which has no such operation; else as mms_background_sync()
 */
MMS_API int64_t mms_device_direct_access(struct mms_device *device, uint64_t pgoff,
                                         uint64_t nr_pages, uint64_t *kaddr, uint64_t *pfn);

/**
 * dax_supported(): what a file system asks for when it is mounted, the first and the last page of
 * the data area. Waits for nothing, except with validate_pfns.
 * @return 0; with validate_pfns also -EUCLEAN: not a struct page of this device; else as
 *         mms_device_direct_access()
 */
MMS_API int mms_dax_supported(struct mms_device *device);
/** @} */

/**
 * @name Events: who touches struct pages after a bind
 *
 * Each does what the kernel does to struct pages. Where it would warn of a state that can't be,
 * these refuse instead, with a sentence that names pfn and field, and change nothing.
 *
 * All return 0, or: -ENODEV: not bound; -ERANGE: not in the data area; -EINVAL: not aligned, or of
 * a size that this device has no faults of; -EUCLEAN: an impossible struct page; else as
 * mms_background_sync().
 */
/** @{ */

/** Part of a file that is mapped by one page table entry: an entry of the file's mapping. */
struct mms_dax_entry {
	uint64_t pgoff; /**< first page, in the data area */
	/**
	 * 0: 4 KiB, 9: 2 MiB, 18: 1 GiB. A dax_pmem device has faults of the size of its compounds,
	 * an nd_pmem device of 4 KiB and 2 MiB.
	 */
	unsigned int order;
	/**
	 * What struct page.mapping gets: stands for the address of the file's address_space, so a
	 * multiple of 4, and not 0.
	 */
	uint64_t mapping;
	uint64_t index; /**< where it begins in the file, in pages */
};

/** What an fsdax fault finds in its file. To dax_pmem devices all are the same. */
enum mms_dax_fault {
	MMS_DAX_FAULT_NEW,    /**< no entry, so it adds one */
	MMS_DAX_FAULT_SHARED, /**< likewise, and the extent is one of several files (reflink) */
	MMS_DAX_FAULT_AGAIN,  /**< the entry: another process, or the same one again, has it */
};
#define MMS_NR_DAX_FAULTS 3

/** The largest mm_struct.mm_id. */
#define MMS_MM_ID_MAX UINT32_C(0x7fffffff)

/**
 * A fault: a process gets @p entry mapped. Waits for the entry's pages.
 * @param mm_id  number that the process's mappings are counted under, 1 to MMS_MM_ID_MAX
 * @param done   what waiting took, as in mms_background_sync(); NULL: don't tell
 */
MMS_API int mms_device_fault(struct mms_device *device, const struct mms_dax_entry *entry,
                             enum mms_dax_fault fault, uint32_t mm_id, unsigned int *done);

/** The end of such a mapping: munmap(). */
MMS_API int mms_device_unmap(struct mms_device *device, const struct mms_dax_entry *entry,
                             uint32_t mm_id);

/**
 * An fsdax entry leaves its file: truncate, hole punch, eviction. Nobody may have it mapped.
 * @return as above; -EOPNOTSUPP: a dax_pmem device, which never takes pages back
 */
MMS_API int mms_device_delete_entry(struct mms_device *device, const struct mms_dax_entry *entry);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
