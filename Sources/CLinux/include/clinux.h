// What Swift cannot import from the C library or the kernel: function-like
// macros, variadic calls, and the code that runs between fork and exec, where
// no Swift may run. Each entry says which of these makes it necessary.
#ifndef CLINUX_H
#define CLINUX_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// Kinds of directory entry, as told by fstat: macros over st_mode.
static inline int clinux_is_regular(mode_t mode) { return S_ISREG(mode); }
static inline int clinux_is_directory(mode_t mode) { return S_ISDIR(mode); }
static inline int clinux_is_link(mode_t mode) { return S_ISLNK(mode); }

// openat is variadic.
static inline int clinux_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags, mode);
}

// fcntl is variadic; whole-file open-file-description locks (fcntl(2)).
int clinux_lock(int descriptor, int exclusive);
int clinux_unlock(int descriptor);
// 1 if somebody else holds a conflicting lock, 0 if not, -1 with errno.
int clinux_is_locked(int descriptor);

// prctl is variadic.
static inline int clinux_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
static inline int clinux_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

// syscall is variadic, and glibc 2.36 wraps pidfd calls in C++-guarded headers only.
static inline int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
static inline int clinux_pidfd_send_signal(int pidfd, int number) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, number, 0, 0);
}

// Behind _GNU_SOURCE, which Swift's importer does not define.
int clinux_pipe(int ends[2]);                       // pipe2, close on exec
int clinux_memory_file(const char *name);           // memfd_create, close on exec
void clinux_start_write_back(int descriptor);       // sync_file_range, whole file
int clinux_sync_file_system(int descriptor);        // syncfs
int clinux_rename_new(int from, const char *name, int to,
                      const char *new_name);        // renameat2, RENAME_NOREPLACE
void clinux_trim_heap(void);                        // malloc_trim
void clinux_widen_pipe(int descriptor, int bytes);  // F_SETPIPE_SZ
const char *clinux_signal_abbreviation(int number); // sigabbrev_np: "TERM", or NULL

// accept4 is behind _GNU_SOURCE; non-blocking, close on exec. The address arguments of both
// calls are a transparent union in glibc, which Swift does not import.
int clinux_accept(int listener, struct sockaddr_storage *peer, socklen_t *length);
int clinux_local_address(int socket, struct sockaddr_storage *address, socklen_t *length);

// Decoding of wait statuses: macros. waitid's siginfo fields are macros too.
struct clinux_ended {
  pid_t pid;     // 0: nobody has ended
  int code;      // exit status, or -1
  int signal;    // ending signal, or 0
  int dumped;    // 1 if core was dumped
};
// Looks at an ended child without reaping it. pid 0: any child. 0 or -1 with errno.
int clinux_peek_child(pid_t pid, struct clinux_ended *result);
// Reaps a child known to have ended. 0 or -1 with errno.
int clinux_reap_child(pid_t pid, int64_t *user_microseconds, int64_t *system_microseconds,
                      int64_t *max_resident_kilobytes);

// sigset_t is built by functions over an opaque struct; one call is shorter and exact.
// Blocks the listed signals and returns a signalfd for them, or -1 with errno.
int clinux_signal_descriptor(const int *signals, int count);
// SIG_IGN is a cast macro.
static inline void clinux_ignore_signal(int number) { signal(number, SIG_IGN); }
static inline int clinux_is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Raises the soft limit of open files to the hard one (the resource argument's type
// differs between C libraries). Returns the former soft limit, or 0.
uint64_t clinux_raise_descriptor_limit(void);

// What the child of a run does between fork and exec.
struct clinux_job {
  char *const *argv;
  char *const *environment;
  const char *directory;          // working directory
  const char *other_directory;    // where that one cannot be entered; NULL: then nothing runs
  mode_t mask;                    // umask
  int standard_input, standard_output, standard_error;
  uint64_t descriptor_limit;      // soft RLIMIT_NOFILE, 0: leave
};
enum clinux_step {                // where a start failed
  CLINUX_STEP_SETUP = 1,
  CLINUX_STEP_DIRECTORY = 2,
  CLINUX_STEP_EXEC = 3
};
struct clinux_failure { int32_t step; int32_t code; };

// Forks the child of a run. It waits at the gate: a byte on `gate` lets it go on to
// exec, end of file makes it leave. What fails before exec is written to `report`
// as one clinux_failure; exec closes it without a word. The child closes `lock` at
// once: an open-file-description lock lives as long as any copy of its descriptor.
// Returns the pid, or -1 with errno.
pid_t clinux_fork_job(const struct clinux_job *job, int gate_read, int gate_write, int report,
                      int lock);

// Forks a command into this process's own group, with its environment and streams; the kernel kills
// it if this process ends first. A failure is written to `report` as one clinux_failure; exec
// closes it. Returns the pid, or -1 with errno.
pid_t clinux_fork_foreground(char *const *argv, int report);

// fork; what Swift may do in the child is its own business: there are no other threads.
pid_t clinux_fork(void);
// A connected pair of sockets that keep the bounds of messages, close on exec (flags of socketpair
// are an enum of their own kind). 0, or -1 with errno.
int clinux_message_sockets(int ends[2]);
// Messages with descriptors: macros over control data (cmsg(3)). At most CLINUX_MOST_DESCRIPTORS, which
// is the kernel's limit too.
#define CLINUX_MOST_DESCRIPTORS 253
ssize_t clinux_send_message(int socket, const void *bytes, size_t size, const int *descriptors,
                            int count);
// Received descriptors are closed on exec. 0: the other end is closed.
ssize_t clinux_receive_message(int socket, void *bytes, size_t size, int *descriptors, int *count);
// How long a receiver waits, in milliseconds; setsockopt's argument is a struct timeval.
int clinux_set_receive_timeout(int socket, int milliseconds);

// posix_spawn of a supervisor: own session, signals unmasked and at their defaults,
// the three standard descriptors as given, `inherited` ones under their own numbers.
// Returns 0 or an error number.
int clinux_spawn_detached(const char *path, char *const *argv, char *const *environment,
                          int standard_input, int standard_output, int standard_error,
                          const int *inherited, int count, pid_t *pid);

// crypt(3) works in a structure of 32 KiB that is best erased in C. A new hash by the method that the
// library prefers, at most size - 1 bytes; 0, or -1 with errno.
int clinux_new_hash(const char *password, char *hash, int size);
// 1 if a password is the one of a hash, 0 if not. Takes the time that the hash asks for.
int clinux_matches_hash(const char *password, const char *hash);
// 1 if a hash is by a method that is known and not outdated.
int clinux_is_hash(const char *hash);

// setpriority's first argument has another type in other C libraries.
void clinux_lower_priority(void);
// The flags of termios are macros. 0, or -1 with errno.
int clinux_set_echo(int terminal, int wanted);
// ioctl is variadic. 0, or -1 with errno.
static inline int clinux_window_size(int terminal, struct winsize *size) {
  return ioctl(terminal, TIOCGWINSZ, size);
}
// struct ucred is behind _GNU_SOURCE. The user at the other end of a unix socket, or -1.
int64_t clinux_peer_user(int socket);

// environ is a variable that Swift takes for shared mutable state.
static inline char **clinux_environment(void) {
  extern char **environ;
  return environ;
}

/// The arguments of main, the program's name first.
char **clinux_arguments(int *count);
// Overwrites the arguments that ps(1) shows, in the room that those of main took; nobody may read
// those afterwards.
void clinux_show_arguments(char *const *words);

#endif
