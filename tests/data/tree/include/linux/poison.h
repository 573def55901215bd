/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _LINUX_POISON_H
#define _LINUX_POISON_H

#define POISON_BASE  ((unsigned long)CONFIG_ILLEGAL_POINTER_VALUE)
#define TAIL_MAPPING ((void *)(POISON_BASE + 0x400))

#endif
