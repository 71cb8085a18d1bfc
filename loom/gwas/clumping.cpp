#include "loom/gwas/clumping.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "loom/gwas/genotypes/block_feed.h"
#include "loom/gwas/genotypes/linkage.h"
#include "loom/support/file.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kSnpsAtOnce = 1024;

/// What a SNP is found by.
std::string key_of(std::string_view chromosome, std::string_view id, std::int64_t position) {
  return fmt::format("{}\t{}\t{}", chromosome, position, id);
}

/// A hit on its way into a clump.
struct Candidate {
  Hit hit;
  std::int64_t order = 0;  ///< in the data set
  std::size_t region = 0;
  std::optional<LinkedSnp> genotypes;
  bool taken = false;
};

/// Candidates that may belong together: behind each other on a chromosome, none farther from the
/// next than a clump reaches.
struct Region {
  std::size_t first = 0, last = 0;  ///< candidates [first, last)
  std::size_t awaited = 0;          ///< of which the genotypes are not there yet
};

/// The hits within reach of one that may be an index SNP, sorted by place.
std::vector<Candidate> candidates_of(std::vector<Hit> hits, const ClumpThresholds& thresholds) {
  const double reach = 1000 * thresholds.kb;
  const auto place = [](const Hit& hit) { return std::tie(hit.chromosome, hit.position); };
  std::ranges::stable_sort(hits, [&](const Hit& a, const Hit& b) { return place(a) < place(b); });
  std::vector<bool> near(hits.size());
  const auto sweep = [&](auto begin, auto end, auto index_of) {
    const Hit* index = nullptr;
    for (auto hit = begin; hit != end; ++hit) {
      if (hit->p <= thresholds.p1) index = &*hit;
      if (index != nullptr && index->chromosome == hit->chromosome &&
          std::abs(static_cast<double>(hit->position - index->position)) < reach) {
        near[index_of(hit)] = true;
      }
    }
  };
  sweep(hits.begin(), hits.end(), [&](auto hit) { return hit - hits.begin(); });
  sweep(hits.rbegin(), hits.rend(), [&](auto hit) { return hits.rend() - hit - 1; });
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (near[i]) candidates.emplace_back().hit = std::move(hits[i]);
  }
  return candidates;
}

std::vector<Region> regions_of(std::span<Candidate> candidates, double reach) {
  std::vector<Region> regions;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Hit& hit = candidates[i].hit;
    const Hit* before = i == 0 ? nullptr : &candidates[i - 1].hit;
    if (before == nullptr || before->chromosome != hit.chromosome ||
        static_cast<double>(hit.position - before->position) >= reach) {
      regions.push_back({i, i, 0});
    }
    ++regions.back().last;
    ++regions.back().awaited;
    candidates[i].region = regions.size() - 1;
  }
  return regions;
}

/// Forms the clumps of a region from the candidates that have genotypes.
void clump_region(std::span<Candidate> candidates, std::span<const std::int64_t> samples,
                  const ClumpThresholds& thresholds, std::vector<Clump>& clumps) {
  std::vector<Candidate*> order;
  for (Candidate& candidate : candidates) {
    if (candidate.genotypes) order.push_back(&candidate);
  }
  const std::vector<Candidate*> by_place = order;
  std::ranges::stable_sort(order, {}, [](const Candidate* c) {
    return std::tuple(-c->hit.log10p, c->hit.position, c->order);
  });
  for (Candidate* index : order) {
    if (index->hit.p > thresholds.p1) break;
    if (index->taken) continue;
    index->taken = true;
    std::vector<Candidate*> near;
    for (Candidate* other : by_place) {
      const auto distance = static_cast<double>(other->hit.position - index->hit.position);
      if (!other->taken && other->hit.p < thresholds.p2 &&
          std::abs(distance) < 1000 * thresholds.kb) {
        near.push_back(other);
      }
    }
    std::vector<double> r2(near.size());
    parallel_for(std::ssize(near), 4, [&](std::int64_t begin, std::int64_t end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        r2[i] = index->genotypes->r2(*near[i]->genotypes, samples);
      }
    });
    Clump& clump = clumps.emplace_back();
    clump.index = index->hit;
    for (std::size_t i = 0; i < near.size(); ++i) {
      if (!(r2[i] > thresholds.r2)) continue;
      near[i]->taken = true;
      clump.members.push_back(near[i]->hit);
    }
  }
}

}  // namespace

std::int64_t Clump::first() const {
  return members.empty() ? index.position : std::min(index.position, members.front().position);
}

std::int64_t Clump::last() const {
  return members.empty() ? index.position : std::max(index.position, members.back().position);
}

Clumps form_clumps(GenotypeReader& genotypes, std::span<const std::int64_t> samples,
                   std::vector<Hit> hits, const ClumpThresholds& thresholds,
                   const Monitor& monitor) {
  std::vector<Candidate> candidates = candidates_of(std::move(hits), thresholds);
  std::vector<Region> regions = regions_of(candidates, 1000 * thresholds.kb);
  std::unordered_map<std::string, Candidate*> by_key;
  for (Candidate& candidate : candidates) {
    const Hit& hit = candidate.hit;
    by_key.emplace(key_of(hit.chromosome, hit.id, hit.position), &candidate);
  }
  Clumps result;
  const auto close = [&](Region& region) {
    const std::span<Candidate> own(candidates.begin() + static_cast<std::ptrdiff_t>(region.first),
                                   candidates.begin() + static_cast<std::ptrdiff_t>(region.last));
    clump_region(own, samples, thresholds, result.clumps);
    for (Candidate& candidate : own) candidate.genotypes.reset();
  };
  std::int64_t order = 0;
  if (!candidates.empty()) {
    read_all(genotypes, kSnpsAtOnce, "clumping", monitor, [&](const GenotypeBlock& block) {
      for (std::int64_t i = 0; i < block.size(); ++i, ++order) {
        const Snp& snp = block.snps[static_cast<std::size_t>(i)];
        const auto found = by_key.find(key_of(snp.chromosome, snp.id, snp.position));
        if (found == by_key.end() ||
            block.places[static_cast<std::size_t>(i)].kind == GenotypeKind::none) {
          continue;
        }
        Candidate& candidate = *found->second;
        by_key.erase(found);  // of equal SNPs the first
        candidate.genotypes.emplace(block, i);
        candidate.order = order;
        Region& region = regions[candidate.region];
        if (--region.awaited == 0) close(region);
      }
    });
  }
  for (Region& region : regions) {
    result.not_found += static_cast<std::int64_t>(region.awaited);
    if (region.awaited > 0) close(region);
  }
  std::ranges::stable_sort(result.clumps, {}, [](const Clump& c) {
    return std::tuple(-c.index.log10p, c.index.chromosome, c.index.position);
  });
  return result;
}

void write_clumps(const std::filesystem::path& file, std::span<const Clump> clumps) {
  OutputFile output(file);
  output.write(std::string_view("chr\trs\tps\tp\tn_members\tfirst\tlast\tmembers\n"));
  for (const Clump& clump : clumps) {
    std::string members;
    for (const Hit& hit : clump.members) (members += members.empty() ? "" : ",") += hit.id;
    output.write(fmt::format("{}\t{}\t{}\t{:.6e}\t{}\t{}\t{}\t{}\n", clump.index.chromosome,
                             clump.index.id, clump.index.position, clump.index.p,
                             clump.members.size(), clump.first(), clump.last(),
                             members.empty() ? "NONE" : members));
  }
  output.commit();
}

}  // namespace loom::gwas
