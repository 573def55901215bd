/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file memmapsim.h
 * All of libmemmapsim. From the bottom up: kernel.h and page.h (what a struct page is), namespace.h
 * and zone.h (which ones there are), memmap.h (memory for them), init.h (writing them), plugin.h
 * (by code from elsewhere), pool.h (by many threads), buddy.h (freeing them), background.h (while
 * others go on), device.h (who those others are) and verify.h (proving them right).
 */
#ifndef MEMMAPSIM_MEMMAPSIM_H
#define MEMMAPSIM_MEMMAPSIM_H

#include <memmapsim/background.h>
#include <memmapsim/buddy.h>
#include <memmapsim/cpu.h>
#include <memmapsim/device.h>
#include <memmapsim/error.h>
#include <memmapsim/init.h>
#include <memmapsim/kernel.h>
#include <memmapsim/memmap.h>
#include <memmapsim/namespace.h>
#include <memmapsim/page.h>
#include <memmapsim/plugin.h>
#include <memmapsim/pool.h>
#include <memmapsim/verify.h>
#include <memmapsim/zone.h>

#endif
