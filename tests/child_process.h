#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

namespace loom {

/// Runs `body`, which returns true for success, in a forked process, for tests that change limits,
/// users or signal handlers. Returns the exit status: 0 or 1 by `body`'s answer, 2 where it threw,
/// 128 + N where signal N ended it. `body` must not use the pool of threads, which a fork loses.
template <class Body>
int run_in_child(Body body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    int status = 2;
    try {
      status = body() ? 0 : 1;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "in the child: %s\n", error.what());
    }
    _exit(status);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace loom
