#include "loom/dispatch/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <new>
#include <set>

#include "loom/support/error.h"

namespace loom::dispatch {
namespace {

struct Alias {
  std::string_view name, means;
};

// Names that other systems use for engines of these kinds.
constexpr Alias kAliases[] = {
    {"python", "reference"}, {"numba", "jit"},   {"jax.scipy", "blas"}, {"jax", "blas"},
    {"jax.rust", "native"},  {"rust", "native"}, {"cpu", "native"},
};

const Alias* find_alias(std::string_view name) {
  for (const Alias& alias : kAliases) {
    if (alias.name == name) return &alias;
  }
  return nullptr;
}

/// Whether the user is now told for the first time what `alias` means.
bool first_told(const Alias& alias) {
  static std::mutex mutex;
  static std::set<std::string_view> told;
  const std::lock_guard lock(mutex);
  return told.insert(alias.name).second;
}

bool is_absent(std::string_view name) { return std::ranges::count(absent_backends(), name) > 0; }

std::atomic<Registry*> made;

// Held while the registry is made and while a built-in backend is probed, which may load libraries:
// a fork waits until that is done, because the child could never do it again. Backends of others
// are not waited for; theirs may in turn wait for the thread that forks.
std::recursive_mutex preparing;

// Said before there is a registry, since a fork that waits runs no handler that was added
// meanwhile.
[[maybe_unused]] const int kForks = pthread_atfork(
    [] { preparing.lock(); }, [] { preparing.unlock(); }, [] { Registry::begin_in_child(); });

}  // namespace

bool is_alias(std::string_view name) { return find_alias(name) != nullptr; }

std::optional<std::string_view> alias_meaning(std::string_view name) {
  const Alias* alias = find_alias(name);
  if (alias == nullptr) return std::nullopt;
  first_told(*alias);
  return alias->means;
}

std::string_view resolve_alias(std::string_view name) {
  const Alias* alias = find_alias(name);
  if (alias == nullptr) return name;
  if (first_told(*alias)) {
    fmt::print(stderr, "loom: backend name '{}' is an old one: it means '{}' here\n", name,
               alias->means);
  }
  return alias->means;
}

void KernelTable::inherit(const KernelTable& next) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    set(static_cast<schema::OpId>(i), next.find(static_cast<schema::OpId>(i)));
  }
}

void Registry::begin_in_child() {
  new (&preparing) std::recursive_mutex;  // it knows its owner by a number that the child has not
  Registry* const registry = made.load();
  if (registry != nullptr) new (&registry->mutex_) std::recursive_mutex;
}

Registry& Registry::instance() {
  if (Registry* registry = made.load(std::memory_order_acquire)) return *registry;
  const std::lock_guard lock(preparing);
  // Never destroyed: arrays of static lifetime end after it would.
  if (made.load(std::memory_order_relaxed) == nullptr) {
    made.store(new Registry, std::memory_order_release);
  }
  return *made.load(std::memory_order_relaxed);
}

Registry::Registry() {
  std::vector<std::unique_ptr<Backend>> backends = builtin_backends();
  builtin_count_ = backends.size();
  append_listed_backends(backends);
  for (std::unique_ptr<Backend>& backend : backends) {
    Slot& slot = slots_.emplace_back();
    slot.name = backend->name();
    slot.backend = std::move(backend);
  }
}

std::optional<std::size_t> Registry::find(std::string_view name) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].name == name && !slots_[i].replaced) return i;
  }
  return std::nullopt;
}

// A table stands on the table of the next available backend, so backends are probed from the last
// to the one asked for.
void Registry::probe(std::size_t position) {
  Slot& slot = slots_[position];
  if (slot.probed) return;
  std::unique_lock lock(preparing, std::defer_lock);
  if (position < builtin_count_) lock.lock();
  const Slot* next = nullptr;
  if (position >= builtin_count_) {
    next = &automatic_slot();
  } else {
    for (std::size_t i = builtin_count_ - 1; i > position; --i) {
      probe(i);
      if (slots_[i].info.available) next = &slots_[i];
    }
  }
  slot.info = slot.backend->probe();
  slot.info.name = slot.name;
  slot.probed = true;
  if (next != nullptr) slot.table.inherit(next->table);
  if (!slot.info.available) return;
  slot.backend->install(
      [&](schema::OpId op, const Kernel& kernel) { install(position, op, kernel); });
}

// A built-in table stands on every built-in one behind it; an added table stands on all built-in
// ones and carries none.
bool Registry::stands_on(std::size_t upper, std::size_t lower) const {
  return lower < builtin_count_ && (upper < lower || upper >= builtin_count_);
}

void Registry::install(std::size_t position, schema::OpId op, const Kernel& kernel) {
  Slot& slot = slots_[position];
  const KernelEntry* old = slot.table.find(op);
  const KernelEntry* entry = &entries_.emplace_back(kernel, slot.backend.get(), old);
  slot.table.set(op, entry);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].probed || !stands_on(i, position)) continue;
    const KernelEntry* above = slots_[i].table.find(op);
    if (above == old) {
      slots_[i].table.set(op, entry);
      continue;
    }
    // Tables share entries, so a table above may lead to the new one already.
    while (above != nullptr && above != entry && above->next != old) above = above->next;
    if (above != nullptr && above != entry) above->next = entry;
  }
}

std::string Registry::unavailable_message(std::string_view asked, std::string_view reason,
                                          std::string_view remedy) {
  std::vector<std::string> names;
  for (const BackendInfo& info : backends()) {
    if (info.available) names.push_back(fmt::format("'{}'", info.name));
  }
  return fmt::format(
      "Backend '{}' is not available.\nAvailable backends: [{}]\nReason: {}\nRemedy: {}", asked,
      fmt::join(names, ", "), reason, remedy);
}

std::size_t Registry::available_position(std::string_view name_or_alias) {
  const std::string_view name = resolve_alias(name_or_alias);
  const std::optional<std::size_t> position = find(name);
  if (!position && is_absent(name)) {
    throw BackendUnavailableError(unavailable_message(
        name_or_alias, fmt::format("this build of Loom does not contain the backend '{}'", name),
        "choose one of the available backends, or 'auto'"));
  }
  if (!position) {
    std::vector<std::string_view> names = {"auto"};
    for (const Slot& known : slots_) {
      if (!known.replaced) names.push_back(known.name);
    }
    const std::string meaning = name == name_or_alias ? "" : fmt::format(" (that is, '{}')", name);
    throw ValueError(fmt::format("unknown backend '{}'{}; known backends: {}", name_or_alias,
                                 meaning, fmt::join(names, ", ")));
  }
  probe(*position);
  const Slot& slot = slots_[*position];
  if (!slot.info.available) {
    throw BackendUnavailableError(
        unavailable_message(name_or_alias, slot.info.reason, slot.info.remedy));
  }
  return *position;
}

const Slot& Registry::available_slot(std::string_view name_or_alias) {
  std::lock_guard lock(mutex_);
  return slots_[available_position(name_or_alias)];
}

const Slot& Registry::automatic_slot() {
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < builtin_count_; ++i) {
    probe(i);
    if (slots_[i].info.available) return slots_[i];
  }
  throw BackendError("no backend of this build is available");
}

std::vector<BackendInfo> Registry::backends() {
  std::lock_guard lock(mutex_);
  std::vector<BackendInfo> infos;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].replaced) continue;
    probe(i);
    infos.push_back(slots_[i].info);
  }
  return infos;
}

std::string Registry::add(std::unique_ptr<Backend> backend) {
  std::lock_guard lock(mutex_);
  std::string name = backend->name();
  if (name == "auto" || is_alias(name) || find(name)) {
    throw ValueError(fmt::format("the name '{}' is taken", name));
  }
  Slot& slot = slots_.emplace_back();
  slot.name = name;
  slot.backend = std::move(backend);
  try {
    probe(slots_.size() - 1);
  } catch (...) {
    slots_.pop_back();
    throw;
  }
  if (slot.info.available) return name;
  const std::string message = unavailable_message(name, slot.info.reason, slot.info.remedy);
  slots_.pop_back();
  throw BackendUnavailableError(message);
}

void Registry::put(std::unique_ptr<Backend> backend) {
  std::lock_guard lock(mutex_);
  std::string name = backend->name();
  const std::optional<std::size_t> old = find(name);
  if (name == "auto" || is_alias(name) || (old && *old < builtin_count_)) {
    throw ValueError(fmt::format("the name '{}' is taken", name));
  }
  if (old) slots_[*old].replaced = true;
  Slot& slot = slots_.emplace_back();
  slot.name = std::move(name);
  slot.backend = std::move(backend);
}

void Registry::add_kernel(std::string_view backend, schema::OpId op, const Kernel& kernel) {
  std::lock_guard lock(mutex_);
  install(available_position(backend), op, kernel);
}

schema::OpId Registry::add_operation(const schema::OpRow& row, const Kernel& portable) {
  std::lock_guard lock(mutex_);
  const schema::OpId op = schema::add_row(row);
  probe(builtin_count_ - 1);
  install(builtin_count_ - 1, op, portable);
  return op;
}

std::vector<std::string> Registry::operations_of(std::string_view backend) {
  std::lock_guard lock(mutex_);
  const Slot& slot = available_slot(backend);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < schema::row_count(); ++i) {
    const auto op = static_cast<schema::OpId>(i);
    const KernelEntry* entry = slot.table.find(op);
    if (entry != nullptr && entry->provider == slot.backend.get()) {
      names.emplace_back(schema::row(op).name);
    }
  }
  return names;
}

}  // namespace loom::dispatch
