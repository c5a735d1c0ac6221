#define _GNU_SOURCE
#include "clinux.h"
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

int clinux_peek_child(pid_t pid, struct clinux_ended *result) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  memset(result, 0, sizeof *result);
  int outcome;
  do
    outcome = waitid(pid ? P_PID : P_ALL, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
  while (outcome < 0 && errno == EINTR);
  if (outcome < 0) return -1;
  result->pid = info.si_pid;
  result->code = -1;
  if (info.si_pid == 0) return 0;
  if (info.si_code == CLD_EXITED)
    result->code = info.si_status;
  else
    result->signal = info.si_status;
  result->dumped = info.si_code == CLD_DUMPED;
  return 0;
}

int clinux_reap_child(pid_t pid, int64_t *user, int64_t *system, int64_t *resident) {
  struct rusage usage;
  int status;
  pid_t outcome;
  do
    outcome = wait4(pid, &status, WNOHANG, &usage);
  while (outcome < 0 && errno == EINTR);
  if (outcome < 0) return -1;
  if (outcome == 0) {
    errno = EAGAIN;
    return -1;
  }
  *user = (int64_t)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec;
  *system = (int64_t)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
  *resident = usage.ru_maxrss;
  return 0;
}

int clinux_signal_descriptor(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

// Everything below the fork runs in the child: only calls that are safe after fork.

static _Noreturn void give_up(int report, int step) {
  struct clinux_failure failure = {step, errno};
  ssize_t ignored = write(report, &failure, sizeof failure);
  (void)ignored;
  _exit(127);
}

static void undo_oom_shield(void) {
  int descriptor = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  ssize_t ignored = write(descriptor, "0", 1);
  (void)ignored;
  close(descriptor);
}

static void reset_signals(void) {
  struct sigaction fresh;
  memset(&fresh, 0, sizeof fresh);
  fresh.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++) sigaction(number, &fresh, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void become_job(const struct clinux_job *job, pid_t parent, int gate, int report) {
  // Set first, checked second: a parent that died in between is noticed by getppid.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) give_up(report, CLINUX_STEP_SETUP);
  if (getppid() != parent) _exit(127);
  if (setpgid(0, 0) < 0) give_up(report, CLINUX_STEP_SETUP);

  char byte;
  ssize_t count;
  do
    count = read(gate, &byte, 1);
  while (count < 0 && errno == EINTR);
  if (count != 1) _exit(127);

  undo_oom_shield();
  // The descriptors of the run were opened above 2, so no dup2 overwrites a later source.
  if (dup2(job->standard_input, 0) < 0 || dup2(job->standard_output, 1) < 0 ||
      dup2(job->standard_error, 2) < 0)
    give_up(report, CLINUX_STEP_SETUP);
  // All others are marked, not closed: `report` must outlive a failing exec.
  if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
    give_up(report, CLINUX_STEP_SETUP);
  umask(job->mask);
  if (job->descriptor_limit) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
      limit.rlim_cur = job->descriptor_limit;
      setrlimit(RLIMIT_NOFILE, &limit);
    }
  }
  if (chdir(job->directory) < 0 && (!job->other_directory || chdir(job->other_directory) < 0))
    give_up(report, CLINUX_STEP_DIRECTORY);
  reset_signals();
  // execvp, not execvpe: that one would search the PATH of the supervisor.
  environ = (char **)job->environment;
  execvp(job->argv[0], job->argv);
  give_up(report, CLINUX_STEP_EXEC);
}

uint64_t clinux_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
  uint64_t former = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? 0 : former;
}

pid_t clinux_fork_job(const struct clinux_job *job, int gate_read, int gate_write, int report,
                      int lock) {
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid != 0) {
    // Both sides set the group: neither may act on it before it exists.
    if (pid > 0) setpgid(pid, pid);
    return pid;
  }
  close(gate_write);
  close(lock);
  become_job(job, parent, gate_read, report);
}

pid_t clinux_fork(void) { return fork(); }

int clinux_spawn_detached(const char *path, char *const *argv, char *const *environment,
                          int standard_input, int standard_output, int standard_error,
                          const int *inherited, int count, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int problem = posix_spawn_file_actions_init(&actions);
  if (problem) return problem;
  problem = posix_spawnattr_init(&attributes);
  if (problem) {
    posix_spawn_file_actions_destroy(&actions);
    return problem;
  }
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                            POSIX_SPAWN_SETSIGMASK);
  posix_spawn_file_actions_adddup2(&actions, standard_input, 0);
  posix_spawn_file_actions_adddup2(&actions, standard_output, 1);
  posix_spawn_file_actions_adddup2(&actions, standard_error, 2);
  // Onto itself: that only takes close-on-exec off, in the child alone.
  for (int i = 0; i < count; i++)
    posix_spawn_file_actions_adddup2(&actions, inherited[i], inherited[i]);
  problem = posix_spawn(pid, path, &actions, &attributes, argv, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return problem;
}

pid_t clinux_fork_foreground(char *const *argv, int report) {
  // Were it ignored, the kernel would keep no exit status.
  signal(SIGCHLD, SIG_DFL);
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid != 0) return pid;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) give_up(report, CLINUX_STEP_SETUP);
  if (getppid() != parent) _exit(127);
  // What this program ignores for itself; what was ignored before it stays so, as for nohup(1).
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execvp(argv[0], argv);
  give_up(report, CLINUX_STEP_EXEC);
}

static char **arguments;
static int argument_count;
// The NUL behind the last of them.
static char *end_of_arguments;

// glibc hands the arguments of main to constructors too. Swift's runtime looks for them in front of
// the environment, and finds none once a preloaded library has moved that by setenv.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  argument_count = count;
  arguments = values;
  if (count > 0) end_of_arguments = values[count - 1] + strlen(values[count - 1]);
}

char **clinux_arguments(int *count) {
  *count = argument_count;
  return arguments;
}

void clinux_show_arguments(char *const *words) {
  if (!end_of_arguments) return;
  char *place = arguments[0];
  // That byte stays NUL: another one would make the kernel show the environment too.
  char *end = end_of_arguments;
  for (; *words && place < end; words++) {
    size_t size = strlen(*words);
    if (size > (size_t)(end - place)) size = (size_t)(end - place);
    memcpy(place, *words, size);
    place += size;
    if (place < end) *place++ = 0;
  }
  memset(place, 0, (size_t)(end - place));
}
