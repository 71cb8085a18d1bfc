# Installs the library, its headers, the command and a CMake package: find_package(loom).
include(CMakePackageConfigHelpers)

install(TARGETS loom EXPORT loom-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS loom_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY loom DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY include/loom DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/loom)
install(EXPORT loom-targets NAMESPACE loom:: DESTINATION ${package_folder})
configure_package_config_file(cmake/loom-config.cmake.in ${PROJECT_BINARY_DIR}/loom-config.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/loom-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/loom-config.cmake ${PROJECT_BINARY_DIR}/loom-config-version.cmake
        DESTINATION ${package_folder})
