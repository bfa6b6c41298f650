#include "plugin_api/command/new_tests.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "dsl/wording.h"

namespace keyrule::command {
namespace {

using dsl::InQuotes;
using evaluator::Credential;
using Decides = NewAnswers::Decides;

constexpr size_t kMostTurns = 100;     // calls of a test that counts turns
constexpr uint64_t kMostCalls = 1000;  // of a test that uses up a limit
constexpr size_t kSamples = 2;         // credentials that stand for all that a `where` takes

// A credential of a test's world.
struct Sample {
  std::string name;
  std::map<std::string, std::string> labels;  // only those that the policy reads
  std::string provider;                       // empty: every one
  bool named = false;                         // by the policy, so that it is there by itself
};

class Tests {
 public:
  Tests(const NewPolicyPlan& plan, const KnownCredentials& known) : plan_(plan), answers_(plan.answers), known_(known) {
    for (const auto* picks : {&answers_.first, &answers_.rest}) {
      for (const Pick& pick : *picks) {
        if (pick.kind == Pick::Kind::kLabel) read_labels_.insert(pick.key);
        if (pick.kind == Pick::Kind::kName) named_.insert(pick.text);
      }
    }
    provider_ = answers_.providers.empty() ? std::string() : answers_.providers.front();
  }

  std::string Write() {
    if (answers_.decides == Decides::kNode) {
      OnTheNode();
    } else {
      Spends(plan_.first, answers_.first, FirstRequest(), plan_.one_rule() ? plan_.other_rule : plan_.first,
             plan_.one_rule() ? "calls spend these credentials" : "what is named spends its own credentials");
    }
    if (!plan_.one_rule()) AllElse();
    NoneIsFree();
    if (!answers_.limit.empty()) LimitIsReached();
    if (!answers_.providers.empty()) {
      Begin("other providers stay with the host");
      text_ += "request with provider = " + InQuotes(OtherThan(answers_.providers, "another-provider")) +
               "\nexpect default, host\n}\n\n";
    }
    return std::move(text_);
  }

 private:
  void Begin(std::string_view name) { text_ += "test " + InQuotes(name) + " {\n"; }

  static std::string OtherThan(const std::vector<std::string>& taken, std::string text) {
    while (std::find(taken.begin(), taken.end(), text) != taken.end()) text += "-2";
    return text;
  }

  // What the request has that the first pool answers.
  std::string FirstRequest() const {
    switch (answers_.decides) {
      case Decides::kEnvironment:
        return "environment = " + InQuotes(answers_.values.front());
      case Decides::kApp:
        return "app.id = " + InQuotes(answers_.values.front());
      case Decides::kNode:
      case Decides::kNothing:
        break;
    }
    return {};
  }
  std::string OtherRequest() const {
    if (answers_.decides == Decides::kEnvironment) return "environment = " + InQuotes(OtherThan(answers_.values, "staging"));
    if (answers_.decides == Decides::kApp) return "app.id = " + InQuotes(OtherThan(answers_.values, "another-app"));
    return {};
  }
  // ` with provider = "openai", …`; a sticky strategy needs something to stick to.
  std::string With(const std::string& own) const {
    std::string with;
    const auto add = [&](const std::string& set) { with += (with.empty() ? " with " : ", ") + set; };
    if (!provider_.empty()) add("provider = " + InQuotes(provider_));
    if (!own.empty()) add(own);
    if (!plan_.sticky.empty() && !own.starts_with(plan_.sticky + " ")) add(plan_.sticky + " = \"s-1\"");
    return with;
  }

  // Credentials that stand for those of the pool.
  std::vector<Sample> SamplesOf(const std::vector<Pick>& picks) const {
    std::vector<Sample> samples;
    for (const Pick& pick : picks) {
      if (pick.kind == Pick::Kind::kName) {
        samples.push_back({pick.text, {}, ProviderOf(pick.text), true});
        continue;
      }
      size_t found = 0;
      for (const Credential* credential : known_.narrowed()) {
        if (found == kSamples) break;
        const bool serves = provider_.empty() || credential->provider.empty() || credential->provider == provider_;
        if (!serves || !credential->enabled || named_.contains(credential->name)) continue;
        if (!KnownCredentials::Takes({pick}, answers_.first, *credential)) continue;
        if (std::any_of(samples.begin(), samples.end(), [&](const Sample& one) { return one.name == credential->name; })) {
          continue;
        }
        Sample& sample = samples.emplace_back();
        sample.name = credential->name;
        for (const auto& label : credential->labels) {
          if (read_labels_.contains(label.first) && !label.second.empty()) sample.labels.insert(label);
        }
        ++found;
      }
      if (found == 0) samples.push_back(MadeUp(pick));
    }
    return samples;
  }
  // Of whom nothing is known, or nothing but the names that the policy has.
  Sample MadeUp(const Pick& pick) const {
    Sample sample;
    sample.name = "example";
    if (pick.kind == Pick::Kind::kLabel) sample.labels[pick.key] = pick.text;
    if (pick.kind == Pick::Kind::kLike) {
      sample.name.clear();
      for (size_t i = 0; i < pick.text.size(); ++i) {
        const bool star = pick.text.compare(i, 2, "\\*") == 0;
        if (star) ++i;
        if (star || pick.text[i] != '*') sample.name += pick.text[i];
        if (!star && pick.text[i] == '*') sample.name += "1";
      }
    }
    while (named_.contains(sample.name)) sample.name += "-1";
    if (pick.kind == Pick::Kind::kOthers) {  // a name that the first pool's patterns do not fit
      for (const char* name : {"example", "other", "zz", "0"}) {
        Credential made_up;
        made_up.name = name;
        sample.name = name;
        if (!KnownCredentials::Takes(answers_.first, {}, made_up)) break;
      }
    }
    return sample;
  }
  // The one provider that a name is known of, if it is not the one that tests ask for.
  std::string ProviderOf(const std::string& name) const {
    std::string other;
    for (const Credential* credential : known_.narrowed()) {
      if (credential->name != name) continue;
      if (credential->provider.empty() || credential->provider == provider_) return {};
      other = credential->provider;
    }
    return answers_.providers.size() == 1 ? std::string() : other;
  }
  void Given(const std::vector<Sample>& samples) {
    for (const Sample& sample : samples) {
      if (sample.named && sample.provider.empty()) continue;
      text_ += "given credential " + InQuotes(sample.name);
      if (sample.named && !provider_.empty()) text_ += " of " + InQuotes(sample.provider);
      std::string with;
      for (const auto& [key, value] : sample.labels) {
        with += (with.empty() ? " with " : ", ") + LabelPath(key) + " = " + InQuotes(value);
      }
      text_ += with + "\n";
    }
  }

  // The turns that can be foretold: who is taken how often of so many calls. Empty: they cannot.
  std::string TurnsOf(const std::vector<Pick>& picks, size_t* calls) const {
    const bool weighted = answers_.strategy == "weighted_round_robin";
    if (!answers_.limit.empty() || (!weighted && answers_.strategy != "round_robin")) return {};
    std::string turns;
    std::set<std::string> seen;
    *calls = 0;
    for (const Pick& pick : picks) {
      if (pick.kind != Pick::Kind::kName) return {};
      if (!seen.insert(pick.text).second || (!provider_.empty() && !ProviderOf(pick.text).empty())) continue;
      const size_t times = weighted ? std::max<size_t>(pick.weight, 1) : 1;
      *calls += times;
      turns += ", " + std::to_string(times) + " on " + InQuotes(pick.text);
    }
    return *calls < 2 || *calls > kMostTurns ? std::string() : turns;
  }

  void Spends(const std::string& pool, const std::vector<Pick>& picks, const std::string& own, const std::string& rule,
              std::string_view name) {
    Begin(name);
    Given(SamplesOf(picks));
    size_t calls = 0;
    const std::string turns = TurnsOf(picks, &calls);
    text_ += "request " + (turns.empty() ? "" : std::to_string(calls) + " times") + With(own) + "\nexpect ";
    text_ += rule == "default" ? "default" : "rule " + rule;
    text_ += turns.empty() ? ", credential in " + pool + "\n" : turns + "\n";
    if (!plan_.sticky.empty() && answers_.limit.empty()) text_ += "again\nexpect same credential\n";
    text_ += "}\n\n";
  }

  void OnTheNode() {
    const std::vector<Sample> samples = SamplesOf(answers_.first);
    const auto serving = std::find_if(samples.begin(), samples.end(), [](const Sample& one) { return one.provider.empty(); });
    if (serving != samples.end()) {
      Begin("the author of an app names the credential on the node");
      Given(samples);
      text_ += "request" + With("node.credential = " + InQuotes(serving->name)) + "\nexpect rule " + plan_.first +
               ", credential " + InQuotes(serving->name) + "\n}\n\n";
    }
    Begin("a credential that is not there is no other one instead");
    text_ += "request" + With("node.credential = \"no such credential\"") + "\nexpect rule " + plan_.first + ", deny\n}\n\n";
  }

  void AllElse() {
    constexpr std::string_view kName = "all else spends the rest";
    if (plan_.other_pool.empty()) {
      Begin("all else gets no credential");
      text_ += "request" + With(OtherRequest()) + "\nexpect " + Decider() + ", " + plan_.ExpectedRefusal() + "\n}\n\n";
    } else {
      const bool same = plan_.other_pool == plan_.first;
      Spends(plan_.other_pool, same ? answers_.first : answers_.rest, OtherRequest(), plan_.other_rule,
             same ? "all else spends the same credentials" : kName);
    }
  }
  std::string Decider() const { return plan_.other_rule == "default" ? "default" : "rule " + plan_.other_rule; }

  void NoneIsFree() {
    const bool node = answers_.decides == Decides::kNode;
    if (node && plan_.other_pool.empty()) return;  // a name always comes first
    Begin("when no credential is free");
    for (const std::string& name : named_) text_ += "given credential " + InQuotes(name) + " with enabled = false\n";
    text_ += "request" + With(node ? OtherRequest() : FirstRequest()) + "\nexpect " + plan_.ExpectedRefusal() + "\n}\n\n";
  }

  void LimitIsReached() {
    std::istringstream words(answers_.limit);
    std::string amount, unit, per;
    words >> amount >> unit >> per;
    std::erase(amount, '_');
    uint64_t calls = 0;
    const auto [stop, error] = std::from_chars(amount.data(), amount.data() + amount.size(), calls);
    const bool counted = error == std::errc() && stop == amount.data() + amount.size() && unit.starts_with("request") &&
                         per == "per";
    const bool node = answers_.decides == Decides::kNode;
    if (!counted || calls < 1 || calls > kMostCalls || answers_.limit_for_each == "credential") return;
    if (node && plan_.other_pool.empty()) return;
    const bool other = node && plan_.other_pool != plan_.first;
    Begin("the limit is kept");
    Given(SamplesOf(other ? answers_.rest : answers_.first));
    text_ += "request " + std::to_string(calls) + " times" + With(node ? OtherRequest() : FirstRequest()) +
             "\nexpect credential in " + (node ? plan_.other_pool : plan_.first) + "\nagain\nexpect " + plan_.ExpectedRefusal() + "\n}\n\n";
  }

  const NewPolicyPlan& plan_;
  const NewAnswers& answers_;
  const KnownCredentials& known_;
  std::set<std::string> read_labels_;
  std::set<std::string> named_;  // credentials that the policy names
  std::string provider_;         // that the tests ask for; empty: none in particular
  std::string text_;
};

}  // namespace

std::string WriteNewTests(const NewPolicyPlan& plan, const KnownCredentials& known) { return Tests(plan, known).Write(); }

std::string LabelPath(std::string_view key) {
  const bool word = !key.empty() &&
                    std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; }) &&
                    std::isdigit(static_cast<unsigned char>(key.front())) == 0;
  return "labels." + (word ? std::string(key) : InQuotes(key));
}

}  // namespace keyrule::command
