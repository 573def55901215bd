// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* On which NUMA node a memmap's memory is: asking for one, and looking what came of it. */
#include <errno.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "memmap/limits.h"
#include "memmap/memmap.h"
#include "memmap/sysfile.h"

/* As many as page flags have room for. */
#define MAX_NODES (1u << MMS_NODES_WIDTH)

static void node_directory(unsigned int node, char *text, size_t size)
{
	snprintf(text, size, "/sys/devices/system/node/node%u", node);
}

/* Bytes that a line of the node's meminfo has. */
static uint64_t meminfo(const char *root, unsigned int node, const char *what)
{
	char directory[64], key[64];
	uint64_t kib = 0;

	node_directory(node, directory, sizeof(directory));
	snprintf(key, sizeof(key), "Node %u %s", node, what);
	mms_sysfile_field(root, directory, "meminfo", key, &kib);
	return kib * 1024;
}

/* MemAvailable is known of the whole machine only; this is what it is made of. */
static uint64_t available(const char *root, unsigned int node)
{
	return meminfo(root, node, "MemFree:") + meminfo(root, node, "Active(file):") +
	       meminfo(root, node, "Inactive(file):");
}

static uint64_t free_hugepages(const char *root, unsigned int node, uint64_t page_size)
{
	char directory[128];
	uint64_t nr = 0;

	snprintf(directory, sizeof(directory),
	         "/sys/devices/system/node/node%u/hugepages/hugepages-%" PRIu64 "kB", node,
	         page_size / 1024);
	mms_sysfile_number(root, directory, "free_hugepages", &nr);
	return nr * page_size;
}

int mms_check_node(const char *root, unsigned int node, uint64_t hugepage_size, uint64_t needed)
{
	char directory[64];
	uint64_t left;
	FILE *file;

	node_directory(node, directory, sizeof(directory));
	file = mms_sysfile_open(root, directory, "meminfo");
	if (!file)
		return mms_fail(EINVAL,
		                "there is no NUMA node %u to put the memmap on (there is no %s)",
		                node, directory);
	fclose(file);
	left = hugepage_size ? free_hugepages(root, node, hugepage_size) : available(root, node);
	if (needed <= left)
		return 0;
	return mms_fail(ENOMEM,
	                "the memmap needs %" PRIu64 " MiB %sand NUMA node %u has %" PRIu64
	                " MiB left; take another node or a smaller namespace",
	                mms_mib_up(needed), hugepage_size ? "of hugepages " : "", node, left >> 20);
}

int mms_place_on_node(void *address, size_t bytes, unsigned int node)
{
	enum { BITS = 8 * sizeof(unsigned long) };
	unsigned long nodes[MAX_NODES / BITS] = {0};

	if (node >= MAX_NODES)
		return mms_fail(EINVAL, "NUMA node %u is beyond the last there can be, %u", node,
		                MAX_NODES - 1);
	nodes[node / BITS] = 1ul << node % BITS;
	/* The kernel takes the number of bits to be one less than it is told. */
	if (syscall(SYS_mbind, address, bytes, MPOL_BIND, nodes, (unsigned long)MAX_NODES + 1, 0))
		return mms_fail(errno, "the memmap can't be put on NUMA node %u: %s", node,
		                strerror(errno));
	return 0;
}

/* Add up the "N0=512" of a line of numa_maps, whose pages are of the size that ends it. */
static void count_line(char *line, uint64_t *bytes)
{
	const char *size = strstr(line, " kernelpagesize_kB=");
	uint64_t kib = 4, pages;
	unsigned int node;
	char *word;

	if (size)
		sscanf(size, " kernelpagesize_kB=%" SCNu64, &kib);
	while ((word = strsep(&line, " \n")))
		if (sscanf(word, "N%u=%" SCNu64, &node, &pages) == 2 && node < MAX_NODES)
			bytes[node] += pages * kib * 1024;
}

void mms_find_node(const struct mms_memmap *map, struct mms_memmap_info *info)
{
	FILE *file = mms_sysfile_open("", "/proc/self", "numa_maps");
	uint64_t bytes[MAX_NODES] = {0}, start;
	char *line = NULL;
	size_t size = 0;

	info->node = -1;
	if (!file)
		return;
	while (getline(&line, &size, file) > 0)
		if (sscanf(line, "%" SCNx64 " ", &start) == 1 && mms_memmap_maps(map, start))
			count_line(line, bytes);
	free(line);
	fclose(file);
	for (unsigned int i = 0; i < MAX_NODES; i++) {
		if (bytes[i] > info->node_bytes) {
			info->node = (int)i;
			info->node_bytes = bytes[i];
		}
	}
}
