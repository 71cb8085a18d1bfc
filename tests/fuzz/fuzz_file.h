#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/genotypes/reader.h"

// What the fuzzers share. A fuzzer, NAME_fuzz.cpp, says what to do with a file's bytes and which
// files to begin with; libFuzzer makes others of them.
namespace loom::fuzz {

/// Defined by each fuzzer: reads an input. An Error that it throws is as it should be.
void read_input(std::string_view input);
/// Defined by each fuzzer: inputs that are well formed, one for each thing that the format has.
std::vector<std::string> seeds();

/// Writes a file of the folder that the process has for its files, and returns its path.
std::string write_file(const std::string& name, std::string_view bytes);

/// The input cut into `count` files, each but the last of which ends before a byte that is zero.
std::vector<std::string_view> parts(std::string_view input, std::size_t count);

/// Which dosages a format may hold.
enum class Dosages { from_0_to_2, any };

/// Reads all blocks and some from the middle. Ends the process where a block is not what the
/// interface of readers promises.
void read_everything(gwas::GenotypeReader& reader, Dosages dosages = Dosages::from_0_to_2);

}  // namespace loom::fuzz
