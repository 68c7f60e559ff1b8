// SPDX-License-Identifier: GPL-2.0-or-later
// Stands in for libFuzzer where there is none: runs a target once for every file of its corpus, so
// that what a fuzzer has found stays found. A crash, a sanitizer's report or an empty corpus fails.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/fuzz/fuzz.hh"

namespace {

bool run(const std::filesystem::path& path) {
  std::cerr << path.filename().string() << std::endl;  // the last one named is the one that crashed
  std::ifstream file(path, std::ios::binary);
  callgate::Bytes input{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return false;
  LLVMFuzzerTestOneInput(input.data(), input.size());
  return true;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS-DIRECTORY\n";
    return 2;
  }
  size_t files = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) {
    if (!run(entry.path())) return 1;
    files++;
  }
  std::cout << files << " inputs replayed from " << argv[1] << "\n";
  return files > 0 && !error ? 0 : 1;
}
