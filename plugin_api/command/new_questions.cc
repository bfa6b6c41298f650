#include "plugin_api/command/new_questions.h"

#include <algorithm>
#include <set>

#include "dsl/suggest.h"
#include "plugin_api/command/new_proof.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

using Choice = Question::Choice;
using Words = std::vector<std::string>;
using Decides = NewAnswers::Decides;
using Rest = NewAnswers::Rest;

constexpr std::string_view kEvery = "every";
constexpr std::string_view kNone = "none";
constexpr std::string_view kHost = "host";
constexpr size_t kFewNames = 12;  // so many are written one by one

Words One(const std::string& word) { return word.empty() ? Words() : Words{word}; }

std::optional<Problem> Unknown(const std::string& word, const std::vector<Choice>& choices) {
  std::vector<std::string_view> words;
  for (const Choice& choice : choices) words.push_back(choice.word);
  return Problem{"`" + word + "` is none of the answers", dsl::Suggest(word, words, "answers")};
}

bool IsOneOf(const std::string& word, const std::vector<Choice>& choices) {
  return std::any_of(choices.begin(), choices.end(), [&](const Choice& choice) { return choice.word == word; });
}

// Strategies with what they do.
std::vector<Choice> Common() {
  return {{"round_robin", "one after the other, exact turns"},
          {"weighted_round_robin", "turns by weight, three to one for example"},
          {"first_available", "the first, the next only while it cannot be used"},
          {"sticky on conversation.id", "the same for a conversation: the provider's cache helps"},
          {"sticky on user.id", "the same for a user"},
          {"least_in_flight", "the one with the fewest calls under way"},
          {"latency", "the one that answers fastest"},
          {"headroom", "by what their limits leave"}};
}

// Those that few ask for, and those that stick to something else.
Words Rare() { return {"random", "weighted_random", "least_used", "sticky on app.id", "sticky on user.session"}; }

}  // namespace

Words NewQuestions::Strategies() {
  Words words = Rare();
  for (const Choice& choice : Common()) words.push_back(choice.word);
  return words;
}

Exit NewQuestions::Ask(NewAnswers* answers) {
  for (const auto step : {&NewQuestions::AskProviders, &NewQuestions::AskWhatDecides, &NewQuestions::AskValues,
                          &NewQuestions::AskCredentials, &NewQuestions::AskRest, &NewQuestions::AskStrategy,
                          &NewQuestions::AskOtherwise, &NewQuestions::AskLimit}) {
    const Exit exit = (this->*step)();
    if (exit != Exit::kYes) return exit;
  }
  *answers = answers_;
  return interview_.Missing();
}

Exit NewQuestions::AskProviders() {
  interview_.Part("1 of 5: for whom");
  const auto known = known_.Providers();
  Question question;
  question.flag = "--provider";
  question.text = "Calls to which providers does the policy decide? The others stay with the host.";
  question.several = true;
  for (const auto& [provider, count] : known) question.choices.push_back({provider, Count(count, "credential")});
  question.choices.push_back({std::string(kEvery), "whatever provider is asked for"});
  question.usual = {known.size() == 1 ? known.front().first : std::string(kEvery)};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    answers_.providers.clear();
    for (const std::string& word : words) {
      const bool there = std::any_of(known.begin(), known.end(), [&](const auto& one) { return one.first == word; });
      if (!there && word == kEvery) {
        if (words.size() > 1) return Problem{"`every` stands alone", "it means all providers"};
        continue;
      }
      if (!there && !known.empty()) return Unknown(word, question.choices);
      if (word.empty()) return Problem{"a provider has a name", "write it as requests do, `openai` for one"};
      if (std::find(answers_.providers.begin(), answers_.providers.end(), word) == answers_.providers.end()) {
        answers_.providers.push_back(word);
      }
    }
    known_.Narrow(answers_.providers);
    return std::nullopt;
  };
  return interview_.Ask(question, words_.providers);
}

Exit NewQuestions::AskWhatDecides() {
  interview_.Part("2 of 5: what decides");
  Question question;
  question.flag = "--by";
  question.text = "What tells calls that spend one set of credentials from those that spend another?";
  question.choices = {{"environment", "production's keys are not for staging"},
                      {"app", "some apps have keys of their own"},
                      {"node", "the author of an app names the credential on the node"},
                      {"nothing", "all calls spend the same credentials"}};
  question.usual = {"environment"};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    if (!IsOneOf(words.front(), question.choices)) return Unknown(words.front(), question.choices);
    answers_.decides = words.front() == "environment" ? Decides::kEnvironment
                       : words.front() == "app"       ? Decides::kApp
                       : words.front() == "node"      ? Decides::kNode
                                                      : Decides::kNothing;
    return std::nullopt;
  };
  return interview_.Ask(question, One(words_.by));
}

Exit NewQuestions::AskValues() {
  const bool app = answers_.decides == Decides::kApp;
  if (!app && answers_.decides != Decides::kEnvironment) return interview_.Idle("--value", words_.values);
  Question question;
  question.flag = "--value";
  question.text = app ? "Which apps have credentials of their own? Their ids, as in the address of the app's page:"
                      : "Which environment has credentials of its own?";
  question.several = true;
  if (!app) question.usual = {"production"};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    answers_.values.clear();
    for (const std::string& word : words) {
      if (word.empty()) return Problem{"this is empty", "an empty value counts as absent, and nothing equals it"};
      if (std::find(answers_.values.begin(), answers_.values.end(), word) == answers_.values.end()) answers_.values.push_back(word);
    }
    return std::nullopt;
  };
  return interview_.Ask(question, words_.values);
}

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
  question.choices = {{"same", "the same credentials"}, {std::string(kNone), "no credential"}};
  if (AnyOthers()) question.choices.insert(question.choices.begin(), {"others", "all that are not among those, also new ones"});
  question.complete = known_.any_source() ? known_.Names() : Words();
  question.several = true;
  question.usual = {answers_.decides == Decides::kNode ? "same" : AnyOthers() ? "others" : std::string(kNone)};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    const bool named = known_.any_source() && std::find(question.complete.begin(), question.complete.end(), words.front()) != question.complete.end();
    answers_.rest.clear();
    answers_.rest_is = Rest::kPicks;
    if (words.size() == 1 && !named && (words.front() == kNone || words.front() == "same")) {
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

Exit NewQuestions::AskStrategy() {
  interview_.Part("4 of 5: how one is chosen");
  Question question;
  question.flag = "--choose";
  question.text = "Where several could be spent, which one?";
  question.choices = Common();
  question.complete = Rare();
  bool weighted = false;
  for (const auto* picks : {&answers_.first, &answers_.rest}) {
    for (const Pick& pick : *picks) weighted = weighted || pick.weight > 0;
    for (const auto* credential : known_.narrowed()) {
      weighted = weighted || (credential->weight > 0 && KnownCredentials::Takes(*picks, answers_.first, *credential));
    }
  }
  question.usual = {weighted ? "weighted_round_robin" : "round_robin"};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    const std::string& word = words.front() == "sticky" ? question.choices[3].word : words.front();
    const bool known = IsOneOf(word, question.choices) || std::count(question.complete.begin(), question.complete.end(), word) > 0;
    if (!known && !word.starts_with("sticky on ")) return Unknown(word, question.choices);
    answers_.strategy = word;
    return std::nullopt;
  };
  return interview_.Ask(question, One(words_.choose));
}

Exit NewQuestions::AskOtherwise() {
  Question question;
  question.flag = "--otherwise";
  question.text = "And when none of them can be spent? `host` leaves the call to the host; any other text refuses it and says so.";
  question.usual = {"no credential is free for this call"};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    answers_.leave_to_host = words.front() == kHost;
    answers_.reason = words.front();
    if (words.front().empty()) return Problem{"a refusal says why", "write a text, or `host`"};
    return std::nullopt;
  };
  return interview_.Ask(question, One(words_.otherwise));
}

Exit NewQuestions::AskLimit() {
  interview_.Part("5 of 5: how much");
  Question question;
  question.flag = "--limit";
  question.text = "A limit of your own? As in `600 requests per minute`, `50.00 usd per day`, `100 requests per hour for each app.id`:";
  question.choices = {};
  question.usual = {std::string(kNone)};
  question.take = [&](const Words& words) -> std::optional<Problem> {
    answers_.limit.clear();
    answers_.limit_for_each.clear();
    if (words.front() == kNone) return std::nullopt;
    constexpr std::string_view kForEach = " for each ";
    const size_t at = words.front().find(kForEach);
    answers_.limit = words.front().substr(0, at);
    if (at != std::string::npos) answers_.limit_for_each = words.front().substr(at + kForEach.size());
    return CheckLimit(answers_.limit, answers_.limit_for_each);
  };
  return interview_.Ask(question, One(words_.limit));
}

}  // namespace keyrule::command
