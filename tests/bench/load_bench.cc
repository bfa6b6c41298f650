// What loading a policy costs, stage by stage: time, and memory at most and kept, as multiples of the text; beside one pass
// over its bytes and nlohmann::json reading as much text, in the same run. Time is the processor's: what else runs does not count.
//   load_bench [COUNT…]   how many rules (entries, tests); 1000, 10000 and 100000 if not said
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dsl/loading.h"
#include "evaluator/compiler.h"
#include "tests/bench/die.h"
#include "tests/bench/large_policies.h"
#include "tests/support/live_heap.h"

namespace keyrule::bench {
namespace {

struct NoFiles : dsl::FileReader {
  bool Read(const std::string& /*path*/, std::string* /*text*/, std::string* error) const override {
    *error = "no such file";
    return false;
  }
};

struct Cost {
  double ns = 0;
  size_t most = 0;  // bytes, beyond those live when it began
  size_t kept = 0;
};

double ProcessorNs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Body>
Cost Measure(Body&& body) {
  ResetPeakBytes();
  const size_t before = LiveBytes();
  Cost cost;
  const double begin = ProcessorNs();
  body();
  cost.ns = ProcessorNs() - begin;
  cost.most = PeakBytes() - before;
  cost.kept = LiveBytes() > before ? LiveBytes() - before : 0;
  return cost;
}

// A list of objects with the same strings, about as large as the policy.
std::string JsonOfSize(size_t bytes) {
  std::string text = "[";
  for (size_t i = 0; text.size() < bytes; ++i) {
    const std::string number = std::to_string(i);
    text += (i > 0 ? "," : "") + ("{\"rule\":\"r" + number + "\",\"all\":[[\"workflow.id\",\"eq\",\"wf-" + number) +
            "\"],[\"environment\",\"eq\",\"production\"]],\"use\":\"key-" + number + "\"}\n";
  }
  return text + "]";
}

void Print(const char* what, const Cost& cost, double text) {
  std::printf("  %-10s %9.2f ms %7.1f ns/byte %8.2f x text at most %8.2f x kept\n", what, cost.ns / 1e6,
              cost.ns / text, static_cast<double>(cost.most) / text, static_cast<double>(cost.kept) / text);
}

void Run(const Shape& shape, size_t count) {
  const std::string written = shape.make(count);
  const auto text = static_cast<double>(written.size());
  std::printf("%.*s %zu: %.2f MB\n", static_cast<int>(shape.name.size()), shape.name.data(), count, text / 1e6);

  volatile size_t lines = 0;
  Print("one pass", Measure([&] { lines = static_cast<size_t>(std::count(written.begin(), written.end(), '\n')); }), text);
  {
    const std::string json_text = JsonOfSize(written.size());
    nlohmann::json json;
    Print("json", Measure([&] { json = nlohmann::json::parse(json_text); }), text);
  }

  const NoFiles reader;
  const dsl::LoadOptions options;
  auto loading = std::make_unique<dsl::Loading>(reader, options);
  std::shared_ptr<const evaluator::Program> program;
  const size_t before = LiveBytes();
  size_t most = 0;
  double load_ns = 0;
  const auto stage = [&](const char* name, auto&& body) {
    const size_t live = LiveBytes();
    const Cost cost = Measure(body);
    most = std::max(most, live - before + cost.most);
    load_ns += cost.ns;
    Print(name, cost, text);
  };
  stage("read", [&] {
    loading->first_path = "p.keyrule";
    loading->first = loading->sources->Add("p.keyrule", written);
    loading->texts.push_back(loading->first);
  });
  for (const dsl::LoadStage& step : dsl::LoadStages()) {
    stage(step.name.data(), [&] { step.run(*loading); });
  }
  if (loading->diagnostics.has_errors()) Die(loading->diagnostics.all().front().message);
  Print("parse+check", {load_ns, most, LiveBytes() - before}, text);
  std::shared_ptr<dsl::Policy> policy;
  stage("finish", [&] {
    loading->policy.sources = loading->sources;
    policy = std::make_shared<dsl::Policy>(std::move(loading->policy));
    loading.reset();
  });
  stage("compile", [&] { program = evaluator::Compile(policy); });
  Print("in all", {load_ns, most, LiveBytes() - before}, text);
  policy.reset();
  Print("freeing", Measure([&] { program.reset(); }), text);
}

}  // namespace
}  // namespace keyrule::bench

int main(int argc, char** argv) {
  std::vector<size_t> counts;
  for (int i = 1; i < argc; ++i) counts.push_back(std::strtoull(argv[i], nullptr, 10));
  if (counts.empty()) counts = {1'000, 10'000, 100'000};
  for (const keyrule::bench::Shape& shape : keyrule::bench::kShapes) {
    for (const size_t count : counts) keyrule::bench::Run(shape, count);
  }
}
