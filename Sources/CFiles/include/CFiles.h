// Files that the binary holds, by name.

#ifndef CFILES_H
#define CFILES_H

#include <stddef.h>

/// One file, all of it.
struct cfiles_file {
  const char *name;
  const unsigned char *bytes;
  size_t size;
};

/// The file of a name, or NULL. It lasts as long as the process.
const struct cfiles_file *cfiles_find(const char *name);

#endif
