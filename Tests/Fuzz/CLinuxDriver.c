// Calls every function of Sources/CLinux, for valgrind; the command is in README.md. It ends with
// 0 if each did what it should.
#include "clinux.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void files(const char *folder) {
  int directory = clinux_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int file = clinux_openat(directory, "a", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assert(directory >= 0 && file >= 0);
  struct stat status;
  assert(fstat(file, &status) == 0 && clinux_is_regular(status.st_mode));
  assert(!clinux_is_directory(status.st_mode) && !clinux_is_link(status.st_mode));
  assert(write(file, "text", 4) == 4);
  clinux_start_write_back(file);
  assert(clinux_sync_file_system(directory) == 0);
  assert(clinux_rename_new(directory, "a", directory, "b") == 0);
  assert(clinux_rename_new(directory, "a", directory, "b") == -1);

  int again = clinux_openat(directory, "b", O_RDWR | O_CLOEXEC, 0);
  assert(clinux_lock(file, 1) == 0 && clinux_is_locked(again) == 1);
  assert(clinux_lock(again, 1) == -1 && clinux_unlock(file) == 0 && clinux_is_locked(again) == 0);
  unlinkat(directory, "b", 0);
  close(again);
  close(file);
  close(directory);

  int memory = clinux_memory_file("driver"), ends[2];
  assert(memory >= 0 && clinux_pipe(ends) == 0);
  clinux_widen_pipe(ends[1], 1 << 20);
  close(memory);
  close(ends[0]);
  close(ends[1]);
}

static void signals(void) {
  assert(strcmp(clinux_signal_abbreviation(15), "TERM") == 0);
  assert(clinux_signal_abbreviation(12345) == NULL);
  clinux_ignore_signal(SIGPIPE);
  int numbers[] = {SIGCHLD, SIGTERM};
  int queue = clinux_signal_descriptor(numbers, 2);
  assert(queue >= 0);
  close(queue);
  int self = clinux_pidfd_open(getpid());
  if (self >= 0) {
    clinux_pidfd_send_signal(self, 0);
    close(self);
  }
}

static void sockets(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  assert(bind(listener, (struct sockaddr *)&any, sizeof any) == 0 && listen(listener, 1) == 0);
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  assert(clinux_local_address(listener, &address, &length) == 0);
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert(connect(client, (struct sockaddr *)&address, length) == 0);
  length = sizeof address;
  int accepted = clinux_accept(listener, &address, &length);
  assert(accepted >= 0);
  close(accepted);
  close(client);
  close(listener);
}

// One run of a command; `goes` tells whether its gate is opened.
static struct clinux_ended run(const char *program, const char *directory, int goes) {
  int gate[2], report[2];
  assert(clinux_pipe(gate) == 0 && clinux_pipe(report) == 0);
  int null = clinux_openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0);
  int lock = clinux_memory_file("lock");
  char *arguments[] = {(char *)program, NULL}, *environment[] = {"PATH=/usr/bin:/bin", NULL};
  struct clinux_job job = {
      .argv = arguments, .environment = environment, .directory = directory, .mask = 077,
      .standard_input = null, .standard_output = null, .standard_error = null,
      .descriptor_limit = 256};
  pid_t pid = clinux_fork_job(&job, gate[0], gate[1], report[1], lock);
  assert(pid > 0);
  close(gate[0]);
  close(report[1]);
  if (goes) assert(write(gate[1], "x", 1) == 1);
  close(gate[1]);
  struct clinux_failure failure;
  ssize_t count = read(report[0], &failure, sizeof failure);
  assert(count == 0 || count == sizeof failure);
  close(report[0]);
  close(null);
  close(lock);
  struct clinux_ended ended = {0};
  while (ended.pid == 0) assert(clinux_peek_child(pid, &ended) == 0);
  int64_t user, system, resident;
  assert(clinux_reap_child(pid, &user, &system, &resident) == 0);
  return ended;
}

static void passwords(void) {
  char hash[256];
  assert(clinux_new_hash("open sesame", hash, sizeof hash) == 0);
  assert(clinux_is_hash(hash) && !clinux_is_hash("open sesame") && !clinux_is_hash(""));
  assert(clinux_matches_hash("open sesame", hash) == 1);
  assert(clinux_matches_hash("open sesam", hash) == 0);
  assert(clinux_matches_hash("", "not a hash") == 0);
  assert(clinux_new_hash("open sesame", hash, 10) == -1);
}

int main(void) {
  char folder[] = "/tmp/clinux-XXXXXX";
  assert(mkdtemp(folder));
  files(folder);
  signals();
  sockets();
  passwords();
  assert(clinux_raise_descriptor_limit() > 0);
  assert(clinux_set_name("driver") == 0 && clinux_become_subreaper() == 0);
  assert(run("/bin/true", "/", 1).code == 0);
  assert(run("/bin/false", "/", 1).code == 1);
  assert(run("/no/such", "/", 1).pid > 0);
  assert(run("/bin/true", "/no/such", 1).pid > 0);
  assert(run("/bin/true", "/", 0).pid > 0);
  char *arguments[] = {"true", NULL}, *environment[] = {NULL};
  pid_t pid = 0;
  assert(clinux_spawn_detached("/bin/true", arguments, environment, 0, 1, 2, NULL, 0, &pid) == 0);
  struct clinux_ended ended = {0};
  while (ended.pid == 0) assert(clinux_peek_child(pid, &ended) == 0);
  int64_t user, system, resident;
  assert(clinux_reap_child(pid, &user, &system, &resident) == 0);
  assert(clinux_peek_child(0, &ended) == -1 && errno == ECHILD);
  assert(rmdir(folder) == 0);
  puts("every call did what it should");
  return 0;
}
