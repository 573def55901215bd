/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#define __ref __attribute__((__section__(".ref.text"))) noinline
#ifdef CONFIG_MEMORY_HOTPLUG
#define __meminit
#else
#define __meminit __attribute__((__section__(".init.text"), __cold__))
#endif

#endif
