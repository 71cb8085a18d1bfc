#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace loom {

/// Runs `body` in a child made by fork(), which SIGALRM ends after 30 seconds, and returns its
/// status: 0 where `body` returned true, 1 where it did not or threw, 128 + n for signal n.
template <class Body>
int status_in_child(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    bool passed = false;
    try {
      passed = body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    std::_Exit(passed ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#ifdef __SANITIZE_THREAD__
inline constexpr bool kCanFork = false;  ///< the sanitizer ends a child that has begun threads
#else
inline constexpr bool kCanFork = true;
#endif

}  // namespace loom
