/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the library makes of a capture's namespace, against what the capture says that its kernel
 * made of it. The pages themselves are for mms_verify_image().
 */
#ifndef TOOLS_CAPTURE_CHECK_H
#define TOOLS_CAPTURE_CHECK_H

#include "capture.h"

/* Something that the capture says and the library has otherwise. */
struct capture_difference {
	const char *fact; /* as the JSON file calls it: "pgmap.altmap.free" */
	char captured[80], computed[80];
};
#define MAX_CAPTURE_DIFFERENCES 20

struct capture_differences {
	size_t count;
	struct capture_difference items[MAX_CAPTURE_DIFFERENCES];
};

/*
 * The geometry of the capture's namespace.
 *
 * A capture says whether its namespace shares a section with System RAM, not which one. If only one
 * of its ends is inside a section, that one is meant. If both are, it is taken to be both unless
 * the capture's facts contradict that and agree with one end alone.
 * @return an enum status; what is wrong is printed
 */
int capture_geometry(const struct capture *capture, struct mms_geometry *geometry);

/* Hold all facts of @capture that do not stand in its pages against @geometry. */
void capture_compare(const struct capture *capture, const struct mms_geometry *geometry,
                     struct capture_differences *differences);

#endif
