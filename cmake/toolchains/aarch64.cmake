# 64-bit ARM from a machine of another kind: Debian's cross compiler, the libraries that
# scripts/sysroot unpacked, and an emulator that runs what was built.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

# Where a library or a package is for one architecture, it is in a folder that bears its name; what
# is for all of them may be this machine's.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH sysroot)
cmake_path(GET sysroot PARENT_PATH sysroot)
set(CMAKE_FIND_ROOT_PATH ${sysroot}/build/sysroot/aarch64)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

# -L is where the emulated program finds its C library, that of the cross compiler.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -cpu max -L /usr/aarch64-linux-gnu)
