#pragma once

#include <stdexcept>
#include <string>

// The error types of Loom. A message begins with the operation or the file it concerns and carries
// the values that matter: "[matmul] inner dimensions differ: (3, 4) @ (5, 6)",
// "mouse.bim: line 12: expected 6 fields, found 5".
namespace loom {

/// Root of every error that Loom throws.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Shapes, axes or sizes that do not fit the operation.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// An index, or an axis, outside of the array.
class IndexError : public ShapeError {
 public:
  using ShapeError::ShapeError;
};

/// A dtype that the operation does not define.
class DTypeError : public Error {
 public:
  using Error::Error;
};

/// An argument other than shape or dtype that is out of its domain (a mode, a count, a name).
class ValueError : public Error {
 public:
  using Error::Error;
};

/// A backend that is unknown or failed while it computed.
class BackendError : public Error {
 public:
  using Error::Error;
};

/// A backend that exists but cannot run on this machine.
class BackendUnavailableError : public BackendError {
 public:
  using BackendError::BackendError;
};

/// A factorisation that does not exist or did not converge.
class LinAlgError : public Error {
 public:
  using Error::Error;
};

/// Work that would need more memory than the machine or its limit has; thrown before allocation.
class MemoryPlanError : public Error {
 public:
  using Error::Error;
};

/// Work that was ended by a request to stop.
class CancelledError : public Error {
 public:
  using Error::Error;
};

/// A file that cannot be read or written, or whose content is not what its format says.
class IoError : public Error {
 public:
  using Error::Error;
};

}  // namespace loom
