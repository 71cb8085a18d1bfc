#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "loom/dispatch/backend.h"

namespace loom::dispatch {

/// One backend in the registry: its table is ready once it was found available.
struct Slot {
  std::unique_ptr<Backend> backend;
  std::string name;
  BackendInfo info;
  KernelTable table;
  bool probed = false;
  bool replaced = false;  ///< by a later slot of the same name; scopes may still use this one
};

/// All backends of the process, in the order in which `auto` prefers them and a lack falls through:
/// built-in ones first, each one's table a copy of the one behind it; added ones stand on what
/// `auto` uses.
class Registry {
 public:
  static Registry& instance();
  /// To be called in the child of a fork, where a thread that held the mutex is not there to
  /// release it.
  static void begin_in_child();

  /// The slot of an available backend. Throws ValueError for a name that no backend has,
  /// BackendUnavailableError (with reason and remedy) for one that cannot run here or that this
  /// build does not contain.
  const Slot& available_slot(std::string_view name_or_alias);

  /// The slot that `auto` uses: the first available built-in one.
  const Slot& automatic_slot();

  /// What every backend says of itself, in order.
  std::vector<BackendInfo> backends();

  /// Adds a backend. Throws ValueError where the name is taken, BackendUnavailableError where its
  /// probe fails. Returns its name.
  std::string add(std::unique_ptr<Backend> backend);

  /// Adds a backend without a probe, which comes with its first use; one that cannot run here
  /// stays, with its reason. Replaces an added backend of that name; whoever uses that one
  /// keeps it (see `follow_replacement`). Throws ValueError where the name is an alias, "auto" or
  /// that of a backend of this build.
  void put(std::unique_ptr<Backend> backend);

  /// Installs one more kernel for a backend; tables that stand on it see it too. Throws as
  /// `available_slot`.
  void add_kernel(std::string_view backend, schema::OpId op, const Kernel& kernel);

  /// Adds a module's operation with the portable kernel that is its last resort everywhere. Throws
  /// ValueError where the name is taken.
  schema::OpId add_operation(const schema::OpRow& row, const Kernel& portable);

  /// Names of the operations that `backend` itself computes, in table order.
  std::vector<std::string> operations_of(std::string_view backend);

 private:
  Registry();
  std::optional<std::size_t> find(std::string_view name) const;
  std::size_t available_position(std::string_view name_or_alias);
  bool stands_on(std::size_t upper, std::size_t lower) const;
  void probe(std::size_t position);
  void install(std::size_t position, schema::OpId op, const Kernel& kernel);
  std::string unavailable_message(std::string_view asked, std::string_view reason,
                                  std::string_view remedy);

  std::recursive_mutex mutex_;
  std::deque<Slot> slots_;
  std::size_t builtin_count_ = 0;
  std::deque<KernelEntry> entries_;
};

/// Whether `name` is one of the documented aliases; no backend may be called so.
bool is_alias(std::string_view name);

/// What the alias `name` means here, or nothing for a name that is none. Whoever asks tells the
/// user itself: no line is written for this alias from now on.
std::optional<std::string_view> alias_meaning(std::string_view name);

/// The name that `name` stands for: itself, or what one of the documented aliases means here. The
/// first use of an alias writes one line to standard error.
std::string_view resolve_alias(std::string_view name);

}  // namespace loom::dispatch
