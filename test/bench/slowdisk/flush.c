/* Has every flush of a file take FLUSH_MICROSECONDS longer, as on a disk that
 * really writes. Loaded before the C library by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void disk(void) {
	const char *text = getenv("FLUSH_MICROSECONDS");
	long us = text ? atol(text) : 0;
	struct timespec t = {us / 1000000, us % 1000000 * 1000};
	nanosleep(&t, NULL);
}

int fsync(int fd) {
	static int (*real)(int);
	if (!real)
		real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
	disk();
	return real(fd);
}

int fdatasync(int fd) {
	static int (*real)(int);
	if (!real)
		real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
	disk();
	return real(fd);
}
