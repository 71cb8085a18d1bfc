# Warnings, optimisation and sanitizers shared by every target of the project (never exported).
add_library(loom_options INTERFACE)
target_compile_options(loom_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow
                                              -Wno-unused-parameter)
# Results must not depend on whether a compiler fuses a multiply and an add behind our back: kernels
# that want a fused operation ask for it.
target_compile_options(loom_options INTERFACE -ffp-contract=off -fno-math-errno)

if(LOOM_SANITIZE)
  target_compile_options(loom_options INTERFACE -fsanitize=${LOOM_SANITIZE}
                                                -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(loom_options INTERFACE -fsanitize=${LOOM_SANITIZE})
  # The checks that sanitizers add make g++ 12 see uninitialised and overflowing things that are not.
  target_compile_options(loom_options INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow)
  target_compile_definitions(loom_options INTERFACE LOOM_SANITIZED=1)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_program(CCACHE ccache)
if(CCACHE)
  # Paths below the checkout count as relative ones, so that another checkout finds the same results.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
                                  CCACHE_NOHASHDIR=true ${CCACHE})
endif()
