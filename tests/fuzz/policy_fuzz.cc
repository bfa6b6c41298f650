// Any bytes as a policy: parser, names, checks and every rendering. A crash, more than a second of processor time or more
// than 64 MiB beyond the text is a bug, and so is a policy that does not load and says no error.
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "dsl/load.h"
#include "dsl/render.h"
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

// The policy under test imports itself, a library or a table.
class FuzzReader : public FileReader {
 public:
  explicit FuzzReader(std::string_view text) : text_(text) {}
  bool Read(const std::string& path, std::string* text, std::string* error) const override {
    if (path.ends_with("policy.keyrule")) {
      *text = text_;
    } else if (path.ends_with(".csv")) {
      *text = "app,key\r\ninvoices,\"prod\"\"eu\"\r\nsearch,prod-us\r\n";
    } else if (path.ends_with(".keyrule")) {
      *text =
          "keyrule 1\nschema \"dify\"\nlet paid = [\"a\", \"b\"]\npool production { \"k1\" \"k2\" "
          "}\n";
    } else {
      *error = "no such file";
      return false;
    }
    return true;
  }

 private:
  std::string_view text_;
};

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "policy_fuzz: %s\n", what);
  std::abort();
}

void Try(std::string_view text) {
  const FuzzReader reader(text);
  const LoadResult result = LoadText(reader, "policy.keyrule", std::string(text));
  bool errors = false;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    errors |= diagnostic.severity == Severity::kError;
    for (const RenderStyle style : {RenderStyle::kColour, RenderStyle::kText, RenderStyle::kPlain})
      Require(Render(diagnostic, *result.sources, style).ends_with('\n'), "an unfinished line");
    Require(!RenderJson(diagnostic, *result.sources).empty(), "no JSON");
  }
  Require(errors == (result.policy == nullptr), "errors and a policy, or neither");
}

}  // namespace
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
