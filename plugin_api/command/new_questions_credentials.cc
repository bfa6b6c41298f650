// The third question of `keyrule new`: which credentials.
#include <algorithm>
#include <set>

#include "plugin_api/command/new_questions.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

using Choice = Question::Choice;
using Words = std::vector<std::string>;
using Decides = NewAnswers::Decides;
using Rest = NewAnswers::Rest;

constexpr size_t kFewNames = 12;  // so many are written one by one

}  // namespace

std::optional<Problem> NewQuestions::TakePicks(const Words& words, bool others, std::vector<Pick>* picks) const {
  picks->clear();
  for (const std::string& word : words) {
    Problem problem;
    const std::optional<Pick> pick = known_.PickOf(word, others, &problem);
    if (!pick) return problem;
    picks->push_back(*pick);
  }
  if (!known_.any_source()) return std::nullopt;
  for (const std::string& provider : answers_.providers) {
    const bool served = std::any_of(known_.narrowed().begin(), known_.narrowed().end(), [&](const auto* credential) {
      return (credential->provider.empty() || credential->provider == provider) &&
             KnownCredentials::Takes(*picks, answers_.first, *credential);
    });
    if (!served) return Problem{"none of these serves `" + provider + "`", "name one that does, or leave that provider out"};
  }
  return std::nullopt;
}

// A label or a beginning of names that says what is asked for, else all that there are.
Words NewQuestions::UsualCredentials() const {
  if (!known_.any_source()) return {answers_.decides == Decides::kEnvironment ? answers_.values.front() + "-key" : std::string("main-key")};
  const Words names = known_.UsableNames();
  const std::string value = answers_.decides == Decides::kEnvironment && !answers_.values.empty() ? answers_.values.front() : std::string();
  const auto usable = [&](const Words& words) {
    std::vector<Pick> picks;
    return !TakePicks(words, false, &picks);
  };
  if (!value.empty()) {
    for (const auto& [label, count] : known_.Labels()) {
      const Words words = {"labels." + label.key + "=" + label.text};
      if (label.text == value && usable(words)) return words;
    }
    Words fitting;
    for (const std::string& name : names) {
      if (name.starts_with(value.substr(0, 4))) fitting.push_back(name);
    }
    if (!fitting.empty() && fitting.size() <= kFewNames && usable(fitting)) return fitting;
  }
  return !names.empty() && names.size() <= kFewNames && answers_.decides != Decides::kNode ? names : Words{"all"};
}

std::vector<Choice> NewQuestions::CredentialChoices() const {
  std::vector<Choice> choices;
  if (!known_.any_source()) return choices;
  for (const auto& [label, count] : known_.Labels()) {
    if (count > 1) choices.push_back({"labels." + label.key + "=" + label.text, Count(count, "credential")});
    if (choices.size() == kFewNames) break;
  }
  for (const std::string& name : known_.Names()) choices.push_back({name, ""});
  return choices;
}

Exit NewQuestions::AskCredentials() {
  interview_.Part("3 of 5: which credentials");
  Question question;
  question.flag = "--credentials";
  switch (answers_.decides) {
    case Decides::kEnvironment:
    case Decides::kApp:
      question.text = "Which credentials do these spend?";
      break;
    case Decides::kNode:
      question.text = "Which credentials may be named on a node?";
      break;
    case Decides::kNothing:
      question.text = "Which credentials?";
      break;
  }
  question.text += " Names, patterns as in `prod-*`, labels as in `labels.stage=production`, or `all`:";
  question.choices = CredentialChoices();
  question.several = true;
  if (answers_.values.empty() && answers_.decides == Decides::kEnvironment) answers_.values = {"production"};  // not known yet
  question.usual = UsualCredentials();
  question.take = [&](const Words& words) { return TakePicks(words, false, &answers_.first); };
  return interview_.Ask(question, words_.credentials);
}

bool NewQuestions::AnyOthers() const {
  std::set<std::string> without(answers_.providers.begin(), answers_.providers.end());
  for (const Pick& pick : answers_.first) {
    if (pick.kind == Pick::Kind::kAll) return false;
  }
  if (!known_.any_source()) return true;
  size_t others = 0;
  for (const auto* credential : known_.narrowed()) {
    if (KnownCredentials::Takes(answers_.first, {}, *credential)) continue;
    ++others;
    if (credential->provider.empty()) return true;
    without.erase(credential->provider);
  }
  return others > 0 && without.empty();
}

Exit NewQuestions::AskRest() {
  if (answers_.decides == Decides::kNothing) {
    answers_.rest_is = Rest::kNone;
    return interview_.Idle("--rest", words_.rest);
  }
  Question question;
  question.flag = "--rest";
  question.text = "And which does all else spend?";
  question.choices = {{"same", "the same credentials"}, {std::string("none"), "no credential"}};
  if (AnyOthers()) question.choices.insert(question.choices.begin(), {"others", "all that are not among those, also new ones"});
  question.complete = known_.any_source() ? known_.Names() : Words();
  question.several = true;
  question.usual = {answers_.decides == Decides::kNode ? "same" : AnyOthers() ? "others" : std::string("none")};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    const bool named = known_.any_source() && std::find(question.complete.begin(), question.complete.end(), words.front()) != question.complete.end();
    answers_.rest.clear();
    answers_.rest_is = Rest::kPicks;
    if (words.size() == 1 && !named && (words.front() == "none" || words.front() == "same")) {
      answers_.rest_is = words.front() == "same" ? Rest::kSame : Rest::kNone;
      return std::nullopt;
    }
    if (!named && words.front() == "others" && !AnyOthers()) {
      return Problem{"there are no others", "`same`, `none`, or names"};
    }
    return TakePicks(words, true, &answers_.rest);
  };
  return interview_.Ask(question, words_.rest);
}

}  // namespace keyrule::command
