#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace loom {

/// Up to kCapacity elements in place. Those not used cost nothing, not even their construction.
template <class T, std::size_t kCapacity>
class FixedList {
 public:
  FixedList() = default;
  FixedList(const FixedList&) = delete;
  FixedList& operator=(const FixedList&) = delete;
  ~FixedList() { std::destroy_n(data(), size_); }

  /// Appends T(parts...); the caller knows that there is room.
  template <class... Parts>
  T& add(Parts&&... parts) {
    return *std::construct_at(data() + size_++, std::forward<Parts>(parts)...);
  }

  T* data() { return reinterpret_cast<T*>(memory_); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data()[i]; }

 private:
  alignas(T) std::byte memory_[kCapacity * sizeof(T)];
  std::size_t size_ = 0;
};

}  // namespace loom
