/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The configuration: what of an x86-64 distribution's has a bearing on struct pages. All else is
 * off, debugging above all. import-kernel --config FILE adds to it and takes away.
 */
#ifndef KCOMPAT_CHANGED_CONFIG_H
#define KCOMPAT_CHANGED_CONFIG_H

#define CONFIG_64BIT                                   1
#define CONFIG_X86                                     1
#define CONFIG_X86_64                                  1
#define CONFIG_MMU                                     1
#define CONFIG_SMP                                     1
#define CONFIG_NR_CPUS                                 8192
#define CONFIG_NUMA                                    1
#define CONFIG_NUMA_BALANCING                          1
#define CONFIG_NODES_SHIFT                             10
#define CONFIG_SPARSEMEM                               1
#define CONFIG_SPARSEMEM_EXTREME                       1
#define CONFIG_SPARSEMEM_VMEMMAP                       1
#define CONFIG_SPARSEMEM_VMEMMAP_ENABLE                1
#define CONFIG_MEMORY_HOTPLUG                          1
#define CONFIG_MEMORY_HOTREMOVE                        1
#define CONFIG_MEMORY_ISOLATION                        1
#define CONFIG_MEMORY_FAILURE                          1
#define CONFIG_MIGRATION                               1
#define CONFIG_COMPACTION                              1
#define CONFIG_CMA                                     1
#define CONFIG_ZONE_DMA                                1
#define CONFIG_ZONE_DMA32                              1
#define CONFIG_ZONE_DEVICE                             1
#define CONFIG_DEVICE_PRIVATE                          1
#define CONFIG_PCI_P2PDMA                              1
#define CONFIG_DEV_PAGEMAP_OPS                         1
#define CONFIG_FS_DAX                                  1
#define CONFIG_MEMCG                                   1
#define CONFIG_LRU_GEN                                 1
#define CONFIG_PAGE_MAPCOUNT                           1
#define CONFIG_MM_ID                                   1
#define CONFIG_HUGETLB_PAGE                            1
#define CONFIG_HUGETLB_PAGE_OPTIMIZE_VMEMMAP           1
#define CONFIG_TRANSPARENT_HUGEPAGE                    1
#define CONFIG_ARCH_HAS_GIGANTIC_PAGE                  1
#define CONFIG_ARCH_WANT_OPTIMIZE_VMEMMAP              1
#define CONFIG_ARCH_WANT_OPTIMIZE_DAX_VMEMMAP          1
#define CONFIG_ARCH_WANT_OPTIMIZE_HUGETLB_VMEMMAP      1
#define CONFIG_ARCH_WANT_HUGETLB_PAGE_OPTIMIZE_VMEMMAP 1
#define CONFIG_ARCH_WANT_HUGE_PMD_SHARE                1
#define CONFIG_ARCH_USES_PG_UNCACHED                   1
#define CONFIG_ARCH_USES_PG_ARCH_2                     1
#define CONFIG_PAGE_IDLE_FLAG                          1
#define CONFIG_HAVE_ALIGNED_STRUCT_PAGE                1
#define CONFIG_JUMP_LABEL                              1
#define CONFIG_TRACEPOINTS                             1
#define CONFIG_PGTABLE_LEVELS                          5
#define CONFIG_ILLEGAL_POINTER_VALUE                   0xdead000000000000
#define CONFIG_CC_IS_GCC                               1

/* 1 for an option that is built in, or a module, else 0: also where no #if can ask. */
#define IS_ENABLED(option)                    (KCOMPAT_ON(option) || KCOMPAT_ON(option##_MODULE))
#define IS_BUILTIN(option)                    KCOMPAT_ON(option)
#define IS_REACHABLE(option)                  KCOMPAT_ON(option)
#define IS_MODULE(option)                     KCOMPAT_ON(option##_MODULE)
#define KCOMPAT_ON(option)                    KCOMPAT_ON_BY(option)
#define KCOMPAT_ON_BY(value)                  KCOMPAT_SECOND(KCOMPAT_COMMA_FOR_##value 1, 0)
#define KCOMPAT_COMMA_FOR_1                   0,
#define KCOMPAT_SECOND(...)                   KCOMPAT_SECOND_OF(__VA_ARGS__, 0)
#define KCOMPAT_SECOND_OF(first, second, ...) second

#endif
