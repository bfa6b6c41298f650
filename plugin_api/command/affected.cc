// keyrule affected FILE
#include <nlohmann/json.hpp>
#include <optional>

#include "evaluator/analysis/example_text.h"
#include "evaluator/compiler.h"
#include "plugin_api/command/affected_effect.h"
#include "plugin_api/command/affected_subject.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/diff_words.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

using analysis::PolicyDiff;

constexpr uint64_t kMostAffected = 20;

struct AffectedArguments {
  std::vector<std::string> files;
  SubjectArguments subject;
  CredentialInput credentials;
  std::optional<uint64_t> most;
};

std::string AffectedHead(const PolicyDiff& diff, const Subject& subject) {
  const std::string what = "without " + subject.kind + " " + subject.name + ": ";
  if (diff.equal == PolicyDiff::Equal::kYes) return what + "no request is affected";
  if (diff.equal == PolicyDiff::Equal::kNotDecided) return what + "not decided whether a request is affected";
  return what + (diff.undecided > 0 ? "at least " : "") + Count(diff.classes.size(), "kind") + " of requests " +
         (diff.classes.size() == 1 ? "is" : "are") + " affected";
}

std::string LeftText(const Effect& effect) {
  if (!effect.left) return "";
  return std::to_string(*effect.left) + " of " + std::to_string(*effect.of);
}

std::string SuchText(const Effect& effect) {
  std::string such = analysis::SettingsText(effect.example);
  if (such.empty()) such = "any request";
  if (effect.example.clock_ms) such += ", at " + analysis::TimestampText(*effect.example.clock_ms);
  return such;
}

std::string AffectedText(const PolicyDiff& diff, const Subject& subject, const DiffWriter& writer, const EffectFinder& finder,
                         size_t most) {
  std::string text = evaluator::Printable(AffectedHead(diff, subject)) + "\n";
  const auto line = [&](std::string_view title, const std::string& what) {
    if (!what.empty()) text += "  " + evaluator::Pad(title, 8) + evaluator::Printable(what) + "\n";
  };
  for (size_t i = 0; i < diff.classes.size() && i < most; ++i) {
    const DiffWords words = writer.Of(diff.classes[i]);
    const Effect effect = finder.Of(diff.classes[i]);
    const std::string left = LeftText(effect);
    text += "\n" + std::string(effect.word) + (left.empty() ? "" : " (" + left + ")") + ": requests of " +
            (writer.RuleOf(true, diff.classes[i].old_rule) == nullptr ? "the " : "") +
            evaluator::Printable(writer.NameOf(true, diff.classes[i].old_rule)) + "\n";
    line("when", words.when);
    line("was", words.was);
    line("now", effect.now.empty() ? words.now : effect.now);
    line("such as", SuchText(effect));
  }
  if (diff.classes.size() > most) text += "\nand " + std::to_string(diff.classes.size() - most) + " more; `--most N` shows more\n";
  if (diff.undecided > 0) text += "\nnot decided for " + Count(diff.undecided, "pair") + " of rules: they overlap in too many ways\n";
  return text;
}

std::string AffectedJson(const PolicyDiff& diff, const std::string& file, const Subject& subject, const DiffWriter& writer,
                         const EffectFinder& finder, size_t most) {
  using Ordered = nlohmann::ordered_json;
  const auto number_or_null = [](const std::optional<size_t>& number) { return number ? Ordered(*number) : Ordered(); };
  const auto line = [](const Ordered& json) { return json.dump(-1, ' ', false, Ordered::error_handler_t::replace) + "\n"; };
  std::string text;
  for (size_t i = 0; i < diff.classes.size() && i < most; ++i) {
    const analysis::ChangeClass& one = diff.classes[i];
    const Effect effect = finder.Of(one);
    const DiffWords words = writer.Of(one);
    const dsl::Rule* rule = writer.RuleOf(true, one.old_rule);
    Ordered json;
    json["effect"] = effect.word;
    json["rule"] = rule == nullptr ? "default" : std::string(rule->name.text);
    const dsl::Policy& policy = writer.policy(true);
    json["at"] = policy.sources->Where(rule == nullptr ? policy.fallback.name.span : rule->name.span);
    json["was"] = writer.AnswerOf(true, one.old_rule);
    json["now"] = effect.now.empty() ? words.now : effect.now;
    json["left"] = number_or_null(effect.left);
    json["of"] = number_or_null(effect.of);
    json["request"] = analysis::SettingsText(effect.example);
    json["clock"] = effect.example.clock_ms ? Ordered(analysis::TimestampText(*effect.example.clock_ms)) : Ordered();
    text += line(json);
  }
  Ordered sum;
  sum["file"] = file;
  sum["without"] = subject.kind;
  sum["name"] = subject.name;
  sum["affected"] = nullptr;
  if (diff.equal != PolicyDiff::Equal::kNotDecided) sum["affected"] = diff.equal == PolicyDiff::Equal::kNo;
  sum["classes"] = diff.classes.size();
  sum["undecided"] = diff.undecided;
  return text + line(sum);
}

Exit FindAffected(const AffectedArguments& given, const Options& options) {
  const Console& console = options.console();
  std::shared_ptr<const evaluator::CredentialSource> source;
  if (const Exit exit = OpenCredentials(given.credentials, options, &source); exit != Exit::kYes) return exit;
  const PolicyInput policy = ReadPolicy(given.files.front(), options);
  if (policy.exit != Exit::kYes) return policy.exit;
  std::vector<evaluator::Credential> rows;
  if (source != nullptr && !source->Candidates({}, &rows)) return Exit::kFile;
  const std::vector<evaluator::Credential>* known = source != nullptr ? &rows : nullptr;
  Subject subject;
  if (const Exit exit = FindSubject(given.subject, policy, known, options, &subject); exit != Exit::kYes) return exit;
  const std::shared_ptr<const evaluator::Program> without = evaluator::Compile(subject.without);
  PolicyDiff diff = analysis::DiffPolicies(policy.program, without);
  // Which of its own order or weights a pool goes by is nobody's loss.
  std::erase_if(diff.classes, [](const analysis::ChangeClass& one) { return one.kind == analysis::ChangeKind::kState; });
  if (diff.classes.empty() && diff.equal == PolicyDiff::Equal::kNo) diff.equal = PolicyDiff::Equal::kYes;
  const DiffWriter writer(*policy.program, *without);
  const EffectFinder finder(policy.program, without, subject, known);
  const size_t most = given.most.value_or(kMostAffected);
  console.Result(console.json() ? AffectedJson(diff, given.files.front(), subject, writer, finder, most)
                                : AffectedText(diff, subject, writer, finder, most));
  return diff.equal == PolicyDiff::Equal::kYes ? Exit::kYes : Exit::kNo;
}

Exit RunAffected(const Command& self, std::vector<std::string> arguments) {
  AffectedArguments given;
  Options options(self);
  options.Arguments(&given.files, 1, 1, "a policy file", ValueKind::kPolicy);
  AddSubjectOptions(&options, &given.subject);
  AddCredentialOptions(&options, &given.credentials, true);
  options.Number("--most N", &given.most, "shows at most so many kinds; 20 unless said, and how many more there are");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  return FindAffected(given, options);
}

}  // namespace

const Command kAffected = {
    "affected", "FILE [options]", "says which requests lose, move or are denied without a credential, pool, value or entry",
    "  keyrule affected billing.keyrule --credential prod-eu\n"
    "  keyrule affected billing.keyrule --credential prod-eu --store /var/lib/keyrule/store --tenant ws-bank\n"
    "  keyrule affected billing.keyrule --pool production\n"
    "  keyrule affected billing.keyrule --attribute app.id=invoices\n"
    "  keyrule affected billing.keyrule --table key_of_app[app-legal]\n"
    "\n"
    "Each kind of requests comes with one of them, decided with and without. Without a store or a catalog the credentials\n"
    "are those that the policy names. Exit code: 0 no request is affected, 1 some are or it is not decided.\n",
    RunAffected};

}  // namespace keyrule::command
