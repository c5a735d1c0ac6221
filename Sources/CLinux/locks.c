#define _GNU_SOURCE
#include "clinux.h"
#include <string.h>

static struct flock whole_file(short type) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

int clinux_lock(int descriptor, int exclusive) {
  struct flock lock = whole_file(exclusive ? F_WRLCK : F_RDLCK);
  return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int clinux_unlock(int descriptor) {
  struct flock lock = whole_file(F_UNLCK);
  return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int clinux_is_locked(int descriptor) {
  struct flock lock = whole_file(F_WRLCK);
  if (fcntl(descriptor, F_OFD_GETLK, &lock) < 0) return -1;
  return lock.l_type != F_UNLCK;
}
