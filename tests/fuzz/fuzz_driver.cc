#include "tests/fuzz/fuzz_driver.h"

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "tests/fuzz/live_bytes.h"
#include "tests/fuzz/token_mutator.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t limit);

namespace keyrule::dsl {
namespace {

constexpr size_t kMemoryLimit = size_t{64} << 20;
constexpr double kSecondsLimit = 1;

// Of this thread alone: a busy machine is no hang.
double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

}  // namespace keyrule::dsl

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  keyrule::dsl::CountLiveBytes();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  keyrule::dsl::ResetPeak();
  const double begin = keyrule::dsl::ProcessorSeconds();
  keyrule::dsl::Try(text);
  keyrule::dsl::Require(
      keyrule::dsl::ProcessorSeconds() - begin <= keyrule::dsl::kSecondsLimit, "more than a second");
  keyrule::dsl::Require(keyrule::dsl::PeakBytes() <= keyrule::dsl::kMemoryLimit + size,
                        "more than 64 MiB beyond the text");
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t limit, unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, limit);
  const std::string changed = keyrule::dsl::MutateTokens(
      std::string_view(reinterpret_cast<const char*>(data), size), limit, random);
  std::copy(changed.begin(), changed.end(), data);
  return changed.size();
}
