// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Getting hwloc to load a topology, and to say in words why it doesn't. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "pool/source.h"

/* hwloc makes whatever is described; this is where it is stopped: ten times the largest machine. */
#define MAX_CPUS (1u << 17)
#define XML      ".xml"

static bool is_file(const char *description)
{
	size_t length = strlen(description);

	return strchr(description, '/') ||
	       (length > strlen(XML) && strcmp(description + length - strlen(XML), XML) == 0);
}

/* An upper bound of how many CPUs a synthetic description asks for: the product of its numbers. */
static bool is_too_large(const char *description)
{
	uint64_t cpus = 1;

	while (*description && cpus <= MAX_CPUS) {
		if (*description == '(') { /* attributes, "(memory=16GB)" */
			description += strcspn(description, ")");
		} else if (isdigit((unsigned char)*description)) {
			char *end;
			unsigned long number = strtoul(description, &end, 10);

			cpus = number > MAX_CPUS ? number : cpus * (number ? number : 1);
			description = end;
		} else if (isalpha((unsigned char)*description)) {
			/* A digit in a name, "l3:1", is no number of anything. */
			description += strcspn(description, ": ");
		} else {
			description++;
		}
	}
	return cpus > MAX_CPUS;
}

static int set_source(hwloc_topology_t topology, const char *description)
{
	struct stat file;

	if (!description)
		return 0;
	if (is_file(description)) {
		if (stat(description, &file) || access(description, R_OK))
			return mms_fail(errno, "topology %s can't be read: %s", description,
			                strerror(errno));
		/* A pipe would be waited for. */
		if (!S_ISREG(file.st_mode) || hwloc_topology_set_xml(topology, description))
			return mms_fail(EINVAL,
			                "%s is no topology in XML; make one with: lstopo FILE.xml",
			                description);
		return 0;
	}
	if (is_too_large(description))
		return mms_fail(EINVAL, "topology \"%s\" has more CPUs than are supported, %u",
		                description, MAX_CPUS);
	if (hwloc_topology_set_synthetic(topology, description))
		return mms_fail(EINVAL,
		                "topology \"%s\" is not understood; write it as \"numa:8 core:28 "
		                "pu:1\", or as the name of a file that ends in .xml",
		                description);
	return 0;
}

/* "0-3,8", without blanks. @return whether it is one that makes sense */
static bool parse_cpus(const char *text, hwloc_bitmap_t cpus)
{
	do {
		unsigned long first, last;
		char *end;

		if (!isdigit((unsigned char)*text))
			return false;
		first = last = strtoul(text, &end, 10);
		if (*end == '-') {
			if (!isdigit((unsigned char)end[1]))
				return false;
			last = strtoul(end + 1, &end, 10);
		}
		if (last < first || last > INT_MAX || (*end && *end != ',') ||
		    hwloc_bitmap_set_range(cpus, (unsigned int)first, (int)last))
			return false;
		text = end + 1;
		if (!*end)
			return true;
	} while (true);
}

/* Leave only CPUs of @cpus, which must be there. */
static int restrict_to(hwloc_topology_t topology, const char *text, hwloc_bitmap_t cpus)
{
	hwloc_const_bitmap_t all = hwloc_topology_get_topology_cpuset(topology);
	char present[256] = "";

	if (!parse_cpus(text, cpus))
		return mms_fail(EINVAL, "\"%s\" is no list of CPUs; write it as 0-3,8", text);
	if (!hwloc_bitmap_isincluded(cpus, all)) {
		hwloc_bitmap_list_snprintf(present, sizeof(present), all);
		return mms_fail(EINVAL, "CPUs %s are not all there; there are %s", text, present);
	}
	if (hwloc_topology_restrict(topology, cpus, 0))
		return mms_fail(errno, "the topology can't be restricted to CPUs %s: %s", text,
		                strerror(errno));
	return 0;
}

/*
 * Leave out what taskset(1) and the like keep this thread from. (Of what cgroups don't allow hwloc
 * knows by itself.) A topology that isn't this machine's has no such limit.
 */
static void restrict_to_affinity(hwloc_topology_t topology, hwloc_bitmap_t cpus)
{
	if (hwloc_topology_is_thissystem(topology) &&
	    !hwloc_get_cpubind(topology, cpus, HWLOC_CPUBIND_THREAD))
		hwloc_topology_restrict(topology, cpus, 0);
}

int mms_topology_load(const char *description, const char *cpus, hwloc_topology_t *topology)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	hwloc_topology_t made;
	int err;

	if (!set || hwloc_topology_init(&made)) {
		hwloc_bitmap_free(set);
		return mms_fail(ENOMEM, "no memory for a topology");
	}
	/* One way for hwloc to look at CPUs is to run on each in turn; callers wouldn't expect
	 * that. */
	hwloc_topology_set_flags(made, HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING);
	err = set_source(made, description);
	if (!err && hwloc_topology_load(made))
		err = mms_fail(EINVAL, "%s describes no topology that hwloc can make sense of",
		               description ? description : "this system");
	if (!err) {
		restrict_to_affinity(made, set);
		hwloc_bitmap_zero(set);
	}
	if (!err && cpus)
		err = restrict_to(made, cpus, set);
	hwloc_bitmap_free(set);
	if (err)
		hwloc_topology_destroy(made);
	else
		*topology = made;
	return err;
}
