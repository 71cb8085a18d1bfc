#include "loom/gwas/checkpoint.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "loom/gwas/analysis_identity.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// Saving may take this share of the time.
constexpr double kMostOfTime = 0.01;

constexpr const char* kAnalysis = "analysis";
constexpr const char* kChunk = "snps at a time";
constexpr const char* kComplete = "complete";
constexpr const char* kDecompositions = "decompositions";
constexpr const char* kProcesses = "processes";
constexpr const char* kScan = "scan";

json to_json(const DecompositionRecord& record) {
  return {{"snps", record.snps},
          {"eigenvalues", record.eigenvalues},
          {"fingerprint", record.fingerprint}};
}

void remove_file(const fs::path& file) {
  std::error_code ignored;  // that it is not there
  fs::remove(file, ignored);
}

void remove_decomposition(const fs::path& stem) {
  remove_file(eigenvalues_file(stem));
  remove_file(eigenvectors_file(stem));
}

}  // namespace

Checkpoint::Checkpoint(const ScanOptions& options, const std::function<json()>& identity,
                       std::int64_t chunk, RunReport& report)
    : options_(options), report_(report), chunk_(chunk), last_(report.seconds()) {
  if (options.resume && !enabled()) {
    throw ValueError(
        "[resume] only results that are written, with checkpoints, can be gone on with");
  }
  if (enabled()) identity_ = identity();
  if (options.resume && fs::exists(path())) read();
}

void Checkpoint::begin() {
  if (saved_ || !report_.has_output()) return;
  if (options_.resume) {
    report_.say(fmt::format("nothing to resume: there is no {}", path().string()));
  } else if (fs::exists(path())) {
    report_.say(fmt::format("{} of an earlier run is given up; --resume would have gone on with it",
                            path().string()));
  }
  remove();
}

bool Checkpoint::enabled() const {
  return report_.has_output() && options_.checkpoint_seconds && !options_.sink;
}

fs::path Checkpoint::path() const { return report_.path(".checkpoint"); }

fs::path Checkpoint::stem(const std::string& name) const {
  return report_.path(".checkpoint" + name);
}

void Checkpoint::read() {
  try {
    // A line of text, and behind it what is many numbers.
    const std::string content = read_text(path());
    const std::size_t end = std::min(content.find('\n'), content.size());
    const json found = json::parse(content.begin(), content.begin() + std::ptrdiff_t(end));
    const std::string differences = identity_differences(found.at(kAnalysis), identity_);
    if (!differences.empty()) {
      throw Error(
          fmt::format("{}: cannot resume another analysis: {}", path().string(), differences));
    }
    chunk_ = found.at(kChunk);
    positions_.files =
        json::from_cbor(std::string_view(content).substr(std::min(end + 1, content.size())));
    positions_.complete = found.at(kComplete);
    for (const auto& [name, entry] : found.at(kDecompositions).items()) {
      decompositions_[name] = {entry.at("snps"), entry.at("eigenvalues"), entry.at("fingerprint")};
    }
    state_ = found.at(kScan);
    processes_ = found.at(kProcesses).get<std::vector<std::int64_t>>();
  } catch (const json::exception& error) {
    throw IoError(fmt::format("{}: not a checkpoint: {}", path().string(), error.what()));
  }
  saved_ = true;
  report_.say(fmt::format("resuming from {}", path().string()));
}

KeptDecomposition Checkpoint::decomposition(const std::string& name, std::int64_t samples,
                                            const std::function<KeptDecomposition()>& compute) {
  if (const auto known = decompositions_.find(name); known != decompositions_.end()) {
    try {
      KeptDecomposition kept = read_kept(stem(name), known->second, samples);
      report_.say(fmt::format("eigenvectors from {}", eigenvectors_file(stem(name)).string()));
      return kept;
    } catch (const IoError& error) {
      report_.warn(fmt::format("{}; they are computed anew", error.what()));
    }
  }
  const double start = report_.seconds();
  KeptDecomposition kept = compute();
  if (enabled() && report_.seconds() - start >= *options_.checkpoint_seconds) {
    decompositions_[name] = write_kept(stem(name), kept, options_.monitor);
    save();
  }
  last_ = report_.seconds();
  return kept;
}

void Checkpoint::forget(const std::string& name) {
  // Until a scan is saved behind it, it would be needed again.
  if (decompositions_.contains(name)) forgotten_.push_back(name);
}

void Checkpoint::save() {
  json decompositions = json::object();
  for (const auto& [name, record] : decompositions_) decompositions[name] = to_json(record);
  const std::int64_t own = ::getpid();
  if (std::ranges::count(processes_, own) == 0) processes_.push_back(own);
  const json content = {{kAnalysis, identity_},           {kChunk, chunk_},
                        {kComplete, positions_.complete}, {kDecompositions, decompositions},
                        {kProcesses, processes_},         {kScan, state_}};
  OutputFile file(path());
  file.write(content.dump() + "\n");
  const std::vector<std::uint8_t> files = json::to_cbor(positions_.files);
  file.write(std::as_bytes(std::span(files)));
  file.commit();
  saved_ = true;
}

void Checkpoint::save_scan(AssociationOutputs& outputs, json state, bool complete) {
  const double start = report_.seconds();
  positions_ = outputs.checkpoint();
  positions_.complete = complete;
  state_ = std::move(state);
  for (const std::string& name : forgotten_) decompositions_.erase(name);
  save();
  for (const std::string& name : forgotten_) remove_decomposition(stem(name));
  forgotten_.clear();
  last_ = report_.seconds();
  last_cost_ = last_ - start;
}

void Checkpoint::after_chunk(AssociationOutputs& outputs, const std::function<json()>& state) {
  if (!enabled() || !outputs.resumable()) return;
  const double seconds = *options_.checkpoint_seconds, now = report_.seconds();
  const bool stopped = options_.monitor.stop.stop_requested() && now >= seconds;
  const double pause = seconds == 0 ? 0 : std::max(seconds, last_cost_ / kMostOfTime);
  if (stopped || now - last_ >= pause) save_scan(outputs, state(), false);
}

void Checkpoint::after_scan(AssociationOutputs& outputs, const json& state) {
  if (saved_ && outputs.resumable()) save_scan(outputs, state, true);
}

void Checkpoint::remove() {
  if (!report_.has_output()) return;
  const fs::path saved = path();
  const std::string prefix = saved.stem().string() + ".", beside = saved.filename().string() + ".";
  std::error_code ignored;  // that there is no folder
  for (const auto& entry : fs::directory_iterator(saved.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    const auto is_of = [&](std::int64_t process) {
      return name.starts_with(prefix) && name.ends_with(fmt::format(".partial-{}", process));
    };
    if (name.starts_with(beside) || std::ranges::any_of(processes_, is_of)) remove_file(entry);
  }
  remove_file(saved);
  decompositions_.clear();
  saved_ = false;
}

std::string Checkpoint::how_to_resume() const {
  return fmt::format("; the same command with --resume goes on from {}", path().string());
}

}  // namespace loom::gwas
