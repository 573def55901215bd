// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A litmus test of what the store tracer takes from the manuals, on the processor at hand: one CPU
 * streams a line and then sets a flag by a plain store, another waits for the flag and reads the
 * line.
 *
 * What it can show: that this processor lets the flag overtake the line where nothing drains, if it
 * is seen to happen. What it can't: that it never does, if it isn't seen; that holds for other
 * processors, other loads on the buffers, and the next run. So nothing is asserted of the stores
 * without a drain, which is why drains are proven by following the program and not by trying it.
 * That nothing overtakes a drained line is asserted, since one case of it would refute the rules
 * that the tracer goes by.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "skip.h"

/* A round takes less than a microsecond, but much more on CPUs that others want too. */
enum { ROUNDS = 200000, SECONDS = 3, WORDS = 8 };

/* Lines that are far apart, so that no prefetcher takes them for one. */
static struct {
	_Alignas(4096) uint64_t line[WORDS];
	_Alignas(4096) uint64_t flag;
	_Alignas(4096) uint64_t answer;
} shared;

struct writer {
	int cpu;
	unsigned int words; /* of the line; a part of it stays in its buffer longer */
	bool drains;
};

static void bind_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
}

static uint64_t load(const uint64_t *from)
{
	uint64_t value;

	__asm__ volatile("mov %1, %0" : "=r"(value) : "m"(*from) : "memory");
	return value;
}

static void store(uint64_t *to, uint64_t value)
{
	__asm__ volatile("mov %1, %0" : "=m"(*to) : "r"(value) : "memory");
}

/* Wait until there is @round or a later one. */
static uint64_t await(const uint64_t *from, uint64_t round)
{
	uint64_t value;

	for (unsigned int spins = 0; (value = load(from)) < round; spins++)
		if (spins % 4096 == 4095)
			sched_yield();
	return value;
}

static void *write_rounds(void *context)
{
	const struct writer *writer = context;
	uint64_t round = 0;

	bind_to(writer->cpu);
	do {
		round++;
		for (unsigned int i = 0; i < writer->words; i++)
			__asm__ volatile("movnti %1, %0"
			                 : "=m"(shared.line[i])
			                 : "r"(round)
			                 : "memory");
		if (writer->drains)
			__asm__ volatile("sfence" : : : "memory");
		store(&shared.flag, round);
	} while (await(&shared.answer, round) == round);
	return NULL;
}

/* How many of *@rounds had their flag seen before their line. */
static unsigned int count_overtakings(struct writer writer, int reader_cpu, unsigned int *rounds)
{
	const time_t end = time(NULL) + SECONDS;
	unsigned int overtakings = 0;
	uint64_t round = 0;
	pthread_t thread;

	shared.flag = shared.answer = 0;
	for (unsigned int i = 0; i < WORDS; i++)
		shared.line[i] = 0;
	bind_to(reader_cpu);
	assert_int_equal(pthread_create(&thread, NULL, write_rounds, &writer), 0);
	do {
		bool late = false;

		/* The next round starts from a line that has arrived. */
		for (unsigned int i = 0; i < writer.words; i++)
			await(&shared.line[i], round);
		store(&shared.answer, round);

		await(&shared.flag, ++round);
		for (unsigned int i = writer.words; i-- > 0;)
			late |= load(&shared.line[i]) != round;
		overtakings += late;
	} while (round < ROUNDS && time(NULL) < end);
	store(&shared.answer, UINT64_MAX);
	pthread_join(thread, NULL);
	*rounds = (unsigned int)round;
	return overtakings;
}

static void flag_overtakes_no_drained_line(void **state)
{
	int cpus[2] = {-1, -1}, found = 0;
	cpu_set_t allowed;

	(void)state;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		skip_because("the CPUs of this process are unknown");
	for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
		if (CPU_ISSET((size_t)cpu, &allowed))
			cpus[found++] = cpu;
	if (found < 2)
		skip_because("it takes two CPUs");

	for (unsigned int words = 1; words <= WORDS; words += WORDS - 1) {
		struct writer writer = {.cpu = cpus[1], .words = words};
		unsigned int rounds, overtakings = count_overtakings(writer, cpus[0], &rounds);

		print_message("# words streamed: %u, no drain; flag seen first: %u of %u times\n",
		              words, overtakings, rounds);
		writer.drains = true;
		assert_int_equal(count_overtakings(writer, cpus[0], &rounds), 0);
	}
	sched_setaffinity(0, sizeof(allowed), &allowed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flag_overtakes_no_drained_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
