#include "plugin_api/command/new_questions.h"

#include <algorithm>

#include "dsl/suggest.h"
#include "plugin_api/command/new_proof.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

using Choice = Question::Choice;
using Words = std::vector<std::string>;
using Decides = NewAnswers::Decides;

constexpr std::string_view kEvery = "every";
constexpr std::string_view kNone = "none";
constexpr std::string_view kHost = "host";

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
