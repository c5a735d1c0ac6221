#define _GNU_SOURCE
#include "clinux.h"
#include <crypt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <termios.h>

// What crypt makes of a password, erased and freed by the caller; NULL if it cannot.
static struct crypt_data *made(const char *password, const char *setting) {
  struct crypt_data *data = calloc(1, sizeof *data);
  if (!data) return NULL;
  if (crypt_rn(password, setting, data, sizeof *data)) return data;
  free(data);
  return NULL;
}

static void forget(struct crypt_data *data) {
  explicit_bzero(data, sizeof *data);
  free(data);
}

int clinux_new_hash(const char *password, char *hash, int size) {
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  // NULL: the method that the library holds for the best, at its default cost, and a salt from the
  // kernel.
  if (!crypt_gensalt_rn(NULL, 0, NULL, 0, setting, sizeof setting)) return -1;
  struct crypt_data *data = made(password, setting);
  if (!data) return -1;
  int length = (int)strlen(data->output);
  if (length < size) memcpy(hash, data->output, (size_t)length + 1);
  forget(data);
  return length < size ? 0 : -1;
}

int clinux_matches_hash(const char *password, const char *hash) {
  struct crypt_data *data = made(password, hash);
  if (!data) return 0;
  size_t length = strlen(hash);
  unsigned char difference = strlen(data->output) != length;
  // All of it, wherever the first difference is. What follows the output is zero.
  for (size_t i = 0; i < length && i < sizeof data->output; i++)
    difference |= (unsigned char)(data->output[i] ^ hash[i]);
  forget(data);
  return difference == 0;
}

int clinux_is_hash(const char *hash) { return crypt_checksalt(hash) == CRYPT_SALT_OK; }

void clinux_lower_priority(void) { setpriority(PRIO_PROCESS, 0, 10); }

int clinux_set_echo(int terminal, int wanted) {
  struct termios settings;
  if (tcgetattr(terminal, &settings) < 0) return -1;
  if (wanted)
    settings.c_lflag |= ECHO;
  else
      settings.c_lflag &= ~(tcflag_t)ECHO;
  // What was typed before is thrown away: it was shown.
  return tcsetattr(terminal, TCSAFLUSH, &settings);
}

int64_t clinux_peer_user(int socket) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -1;
  return (int64_t)peer.uid;
}
