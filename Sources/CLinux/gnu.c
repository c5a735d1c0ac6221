#define _GNU_SOURCE
#include "clinux.h"
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

void clinux_start_write_back(int descriptor) {
  sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int clinux_sync_file_system(int descriptor) { return syncfs(descriptor); }

int clinux_rename_new(int from, const char *name, int to, const char *new_name) {
  return renameat2(from, name, to, new_name, RENAME_NOREPLACE);
}

void clinux_trim_heap(void) { malloc_trim(0); }

void clinux_widen_pipe(int descriptor, int bytes) { fcntl(descriptor, F_SETPIPE_SZ, bytes); }

const char *clinux_signal_abbreviation(int number) { return sigabbrev_np(number); }

int clinux_accept(int listener, struct sockaddr_storage *peer, socklen_t *length) {
  return accept4(listener, (struct sockaddr *)peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_local_address(int socket, struct sockaddr_storage *address, socklen_t *length) {
  return getsockname(socket, (struct sockaddr *)address, length);
}
