#include "evaluator/analysis/mutation_tester.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/mutant_scenes.h"
#include "evaluator/analysis/policy_diff.h"
#include "evaluator/analysis/winner_change.h"
#include "evaluator/compiler.h"
#include "evaluator/test_runner.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kWidestTestName = 100;
constexpr size_t kFirstScenes = 32;  // that are tried before others are looked at

// "notices that == became != in rule billing".
std::string NameOfNoticing(const Mutation& mutation) {
  std::string what = mutation.what;
  std::erase(what, '`');
  std::erase(what, '"');
  const bool rules = what.starts_with("rule");  // says where by itself
  return evaluator::Shorten("notices that " + what + (rules ? std::string() : " in " + mutation.place), kWidestTestName);
}

}  // namespace

bool EditedReader::Read(const std::string& path, std::string* text, std::string* error) const {
  const auto found = texts_.find(RealPath(path));
  if (found == texts_.end()) return reader_.Read(path, text, error);
  *text = found->second;
  return true;
}

MutationTester::MutationTester(std::shared_ptr<const evaluator::Program> program, const dsl::FileReader& reader,
                               std::string path, const dsl::LoadOptions& options)
    : program_(std::move(program)), reader_(reader), path_(std::move(path)), options_(options) {
  options_.deny_warnings = false;  // a mistake may well be worth a warning
  const dsl::Policy& policy = *program_->policy;
  evaluator::Coverage coverage(program_);
  std::vector<uint64_t> before(coverage.items().size(), 0);
  for (const dsl::Test& test : policy.tests) {
    if (!RunTest(program_, test, &coverage).passed) failing_.emplace_back(test.name.value);
    std::vector<uint32_t>& rules = rules_of_.emplace_back();
    for (size_t i = 0; i < before.size(); ++i) {
      const evaluator::CoverageItem& item = coverage.items()[i];
      if (item.kind == evaluator::CoverageItem::Kind::kRule && item.count > before[i]) rules.push_back(item.rule);
      before[i] = item.count;
    }
    std::sort(rules.begin(), rules.end());
    names_.emplace(test.name.value);
    for (const dsl::Step& step : test.steps) {
      const auto* expect = std::get_if<dsl::ExpectStep>(&step.what);
      if (expect == nullptr) continue;
      for (const dsl::Want& want : expect->wants) {
        const auto* rule = std::get_if<dsl::WantRule>(&want.what);
        if (rule != nullptr) named_in_.emplace(rule->rule.text, test.name.value);
      }
    }
  }
}

MutationTester::MutationTester(const MutationTester& first)
    : program_(first.program_),
      reader_(first.reader_),
      path_(first.path_),
      options_(first.options_),
      rules_of_(first.rules_of_),
      named_in_(first.named_in_),
      names_(first.names_),
      failing_(first.failing_) {}

std::shared_ptr<const evaluator::Program> MutationTester::Load(const Mutation* mutation, const std::string& appended,
                                                               const std::vector<size_t>* only) const {
  EditedReader reader(reader_);
  const dsl::Policy& policy = *program_->policy;
  const dsl::Sources& sources = *policy.sources;
  const uint32_t edited = mutation != nullptr ? mutation->edits.front().span.source : 0;
  std::vector<TextEdit> edits;
  if (mutation != nullptr) edits = mutation->edits;
  for (size_t i = 0; only != nullptr && i < policy.tests.size(); ++i) {
    const dsl::Test& test = policy.tests[i];
    if (test.span.source != edited || std::binary_search(only->begin(), only->end(), i)) continue;
    edits.push_back({test.span, {}});
  }
  std::sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) { return a.span.begin < b.span.begin; });
  std::string text = Edited(sources.at(edited).text(), edits);
  if (edited == 0) {
    text += appended;
  } else if (!appended.empty()) {
    reader.Put(sources.at(0).name(), std::string(sources.at(0).text()) + appended);
  }
  reader.Put(sources.at(edited).name(), std::move(text));
  const dsl::LoadResult loaded = dsl::Load(reader, path_, options_);
  return loaded.policy == nullptr ? nullptr : evaluator::Compile(loaded.policy);
}

std::vector<size_t> MutationTester::TestsFor(const Mutation& mutation, std::vector<size_t>* others) const {
  std::vector<size_t> tests;
  const uint32_t first = mutation.rules.empty() ? 0 : mutation.rules.front();
  for (size_t i = 0; i < rules_of_.size(); ++i) {
    const std::vector<uint32_t>& rules = rules_of_[i];
    const bool about = std::any_of(rules.begin(), rules.end(), [&](uint32_t rule) {
      return std::binary_search(mutation.rules.begin(), mutation.rules.end(), rule);
    });
    if (about) {
      tests.push_back(i);
    } else if (mutation.onwards && !rules.empty() && rules.back() >= first) {
      others->push_back(i);
    }
  }
  return tests;
}

std::string MutationTester::FirstFailing(const std::shared_ptr<const evaluator::Program>& mutant,
                                         const std::vector<size_t>& tests) const {
  std::map<std::string_view, const dsl::Test*> by_name;
  for (const dsl::Test& test : mutant->policy->tests) by_name.emplace(test.name.value, &test);
  for (const size_t i : tests) {
    const std::string_view name = program_->policy->tests[i].name.value;
    if (!RunTest(mutant, *by_name.at(name)).passed) return std::string(name);
  }
  return {};
}

// Whether no request meets any of the rules that it is about.
bool MutationTester::NeverMet(const Mutation& mutation) {
  if (mutation.onwards) return false;
  if (model_ == nullptr) model_ = std::make_unique<PolicyModel>(program_->policy);
  return std::all_of(mutation.rules.begin(), mutation.rules.end(), [&](uint32_t rule) {
    return model_->RequestOf(rule).answer == Reached::Answer::kNone;
  });
}

MutantResult MutationTester::Try(const Mutation& mutation) {
  MutantResult result;
  const dsl::Policy& policy = *program_->policy;
  if (mutation.removed != dsl::kUnresolved) {
    // A test that names the rule has nothing to name.
    const auto named = named_in_.find(policy.rules[mutation.removed].name.text);
    if (named != named_in_.end()) return {MutantResult::Fate::kNoticed, named->second};
  }
  std::vector<size_t> others;
  const std::vector<size_t> tests = TestsFor(mutation, &others);
  std::shared_ptr<const evaluator::Program> mutant = Load(&mutation, {}, &tests);
  if (mutant == nullptr) return result;
  result.noticed_by = FirstFailing(mutant, tests);
  if (result.noticed_by.empty() && !others.empty()) {
    mutant = Load(&mutation, {}, &others);
    if (mutant == nullptr) return result;
    result.noticed_by = FirstFailing(mutant, others);
  }
  if (!result.noticed_by.empty()) {
    result.fate = MutantResult::Fate::kNoticed;
    return result;
  }
  const bool same = NeverMet(mutation) ||
                    ChangeOfWinner(policy, mutation, *mutant->policy).answer == WinnerChange::Answer::kNone ||
                    DiffPolicies(program_, mutant, {.only_whether = true}).equal == PolicyDiff::Equal::kYes;
  result.fate = same ? MutantResult::Fate::kSame : MutantResult::Fate::kSurvived;
  return result;
}

TestSuggester& MutationTester::Suggester() {
  if (suggester_ == nullptr) suggester_ = std::make_unique<TestSuggester>(program_);
  return *suggester_;
}

std::optional<SuggestedTest> MutationTester::TestFor(const Mutation& mutation) {
  const std::shared_ptr<const evaluator::Program> mutant = Load(&mutation, {});
  if (mutant == nullptr) return std::nullopt;
  const std::vector<Steps> scenes = ScenesFor(program_, mutation, mutant, &Suggester());
  // The simplest come first, and mostly one of them will do.
  size_t begin = 0;
  for (size_t most = kFirstScenes; begin < scenes.size(); most *= 4) {
    const size_t end = std::min(scenes.size(), begin + most);
    if (auto test = TestAmong({scenes.begin() + begin, scenes.begin() + end}, mutation)) return test;
    begin = end;
  }
  return std::nullopt;
}

// Of scenes of which one cannot be loaded.
std::optional<SuggestedTest> MutationTester::TestInHalves(const std::vector<Steps>& scenes, const Mutation& mutation) const {
  if (scenes.size() < 2) return std::nullopt;
  const auto middle = scenes.begin() + static_cast<std::ptrdiff_t>(scenes.size() / 2);
  if (auto test = TestAmong({scenes.begin(), middle}, mutation)) return test;
  return TestAmong({middle, scenes.end()}, mutation);
}

std::optional<SuggestedTest> MutationTester::TestAmong(const std::vector<Steps>& scenes, const Mutation& mutation) const {
  SuggestedTest test;
  test.answer = SuggestedTest::Answer::kFound;
  test.name = NameOfNoticing(mutation);
  const auto block = [&](size_t number, const Steps& steps) {
    SuggestedTest one{SuggestedTest::Answer::kFound, "scene " + std::to_string(number) + " of " + test.name, steps};
    return "\n" + one.Block();
  };
  // First what the policy itself makes of each scene, then which of those expectations the mutant does not meet.
  std::string tried;
  for (size_t i = 0; i < scenes.size(); ++i) {
    Steps steps = scenes[i];
    steps.push_back("expect default");  // replaced by what comes of it
    tried += block(i, steps);
  }
  const std::shared_ptr<const evaluator::Program> asked = Load(nullptr, tried);
  if (asked == nullptr) return TestInHalves(scenes, mutation);
  std::vector<Steps> wanted;  // with what to expect
  // The tests of imported files may stand anywhere among them: those that were added are the last.
  const size_t first = asked->policy->tests.size() - scenes.size();
  for (size_t i = 0; i < scenes.size(); ++i) {
    RunTest(asked, asked->policy->tests[first + i], nullptr, [&](const evaluator::Session& session) {
      for (std::string& expect : ExpectationsOf(session)) {
        wanted.push_back(scenes[i]);
        wanted.back().push_back(std::move(expect));
      }
    });
  }
  std::string again;
  for (size_t i = 0; i < wanted.size(); ++i) again += block(i, wanted[i]);
  const std::shared_ptr<const evaluator::Program> confirmed = Load(nullptr, again);
  if (confirmed == nullptr) return std::nullopt;
  const std::shared_ptr<const evaluator::Program> noticing = Load(&mutation, again);
  const size_t own = program_->policy->tests.size();
  const auto passes = [&](const std::shared_ptr<const evaluator::Program>& program, size_t i) {
    return RunTest(program, program->policy->tests[own + i]).passed;
  };
  for (size_t i = 0; i < wanted.size(); ++i) {
    test.steps = wanted[i];
    if (noticing != nullptr) {
      if (!passes(noticing, i) && passes(confirmed, i)) return test;
      continue;
    }
    // The mutant lost a rule that a test names; one that names it is enough.
    if (mutation.removed == dsl::kUnresolved) return TestInHalves(scenes, mutation);
    if (!passes(confirmed, i)) continue;
    SuggestedTest probe = test;
    std::set<std::string> names = names_;
    probe.name = FreeName(test.name, &names);
    if (Load(&mutation, "\n" + probe.Block()) == nullptr) return test;
  }
  return std::nullopt;
}

}  // namespace keyrule::analysis
