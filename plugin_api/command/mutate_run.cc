#include "plugin_api/command/mutate_run.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "plugin_api/command/in_parallel.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/text_diff.h"

namespace keyrule::command {
namespace {

using Fate = analysis::MutantResult::Fate;
using Clock = std::chrono::steady_clock;

// Round after round one of each place, so that all have been looked at when time is up.
std::vector<size_t> OrderOfTrying(const std::vector<TriedMutation>& all) {
  std::map<std::string, size_t> seen;
  std::vector<std::pair<size_t, size_t>> turns;  // and which
  for (size_t i = 0; i < all.size(); ++i) turns.emplace_back(seen[all[i].mutation.place]++, i);
  std::stable_sort(turns.begin(), turns.end());
  std::vector<size_t> order;
  for (const auto& [turn, index] : turns) order.push_back(index);
  return order;
}

}  // namespace

size_t MutationRun::Count(Fate fate) const {
  return static_cast<size_t>(std::count_if(
      all.begin(), all.end(), [&](const TriedMutation& one) { return one.tried && one.result.fate == fate; }));
}

size_t MutationRun::Untried() const {
  return static_cast<size_t>(std::count_if(all.begin(), all.end(), [](const TriedMutation& one) { return !one.tried; }));
}

uint64_t MutationRun::Hundredths() const {
  const uint64_t noticed = Count(Fate::kNoticed);
  const uint64_t all_of_them = noticed + Count(Fate::kSurvived);
  return all_of_them == 0 ? 10'000 : noticed * 10'000 / all_of_them;
}

MutationRun TryMutations(const std::string& file, uint64_t seconds, size_t tests, const Options& options) {
  MutationRun run;
  run.file = file;
  run.seconds = seconds;
  run.input = ReadPolicy(file, options);
  if (run.input.exit != Exit::kYes) return run;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  Progress progress(options.console(), "trying changes of " + file, "change");
  const dsl::DiskReader reader;
  dsl::LoadOptions load;
  load.schema_file = options.schema();
  analysis::MutationTester tester(run.input.program, reader, file, load);
  run.failing = tester.failing();
  if (!run.failing.empty()) return run;
  for (analysis::Mutation& mutation : analysis::MutationsOf(*run.input.loaded.policy)) {
    run.all.push_back({std::move(mutation), false, {}, {}});
  }
  std::vector<std::unique_ptr<analysis::MutationTester>> testers(Workers());
  const auto each = [&](size_t count, const auto& work) {
    std::atomic<uint64_t> done{0};
    InParallel(count, [&](size_t worker, size_t i) {
      if (Clock::now() > end) return false;
      progress.Set(done++, count);
      if (testers[worker] == nullptr) testers[worker] = std::make_unique<analysis::MutationTester>(tester);
      work(testers[worker].get(), i);
      return true;
    });
  };
  const std::vector<size_t> order = OrderOfTrying(run.all);
  each(order.size(), [&](analysis::MutationTester* its_own, size_t turn) {
    TriedMutation& one = run.all[order[turn]];
    one.result = its_own->Try(one.mutation);
    one.tried = true;
  });
  progress.Say("looking for tests", "survivor");
  std::vector<TriedMutation*> survivors;
  for (TriedMutation& one : run.all) {
    if (one.tried && one.result.fate == Fate::kSurvived && survivors.size() < tests) survivors.push_back(&one);
  }
  each(survivors.size(), [&](analysis::MutationTester* its_own, size_t i) {
    survivors[i]->test = its_own->TestFor(survivors[i]->mutation);
  });
  std::set<std::string> names;
  for (const dsl::Test& test : run.input.loaded.policy->tests) names.emplace(test.name.value);
  for (TriedMutation* one : survivors) {
    if (one->test) one->test->name = analysis::FreeName(one->test->name, &names);
  }
  return run;
}

std::string ChangedLines(const analysis::Mutation& mutation, const dsl::Sources& sources) {
  const std::string_view before = sources.at(mutation.at.source).text();
  const std::string diff = UnifiedDiff({}, before, analysis::Edited(before, mutation.edits));
  // Of what only stands elsewhere, what stands between is shown too: both lines would read alike.
  std::string changed, whole, between;
  std::vector<std::string_view> removed, added;
  size_t number = 0;
  for (size_t at = 0; at < diff.size(); ++number) {
    const size_t end = std::min(diff.find('\n', at), diff.size());
    const std::string_view line = std::string_view(diff).substr(at, end - at);
    at = end + 1;
    // The first two name the file.
    if (number < 2 || line.empty()) continue;
    const std::string shown = std::string(1, line[0]) + " " + std::string(line.substr(1)) + "\n";
    if (line[0] == ' ' && !changed.empty()) between += shown;
    if (line[0] != '-' && line[0] != '+') continue;
    (line[0] == '-' ? removed : added).push_back(line.substr(1));
    whole += between + shown;
    changed += shown;
    between.clear();
  }
  std::sort(removed.begin(), removed.end());
  std::sort(added.begin(), added.end());
  return removed == added ? whole : changed;
}

}  // namespace keyrule::command
