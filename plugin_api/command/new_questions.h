// The five questions of `keyrule new`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin_api/command/interview.h"
#include "plugin_api/command/known_credentials.h"
#include "plugin_api/command/new_answers.h"

namespace keyrule::command {

// The answers as options give them; an empty one is asked for.
struct NewWords {
  std::vector<std::string> providers;
  std::string by;
  std::vector<std::string> values;
  std::vector<std::string> credentials;
  std::vector<std::string> rest;
  std::string choose;
  std::string otherwise;
  std::string limit;
};

class NewQuestions {
 public:
  NewQuestions(const NewWords& words, KnownCredentials* known, Interview* interview)
      : words_(words), known_(*known), interview_(*interview) {}

  // What `--choose` can be, apart from `sticky on` any other attribute.
  static std::vector<std::string> Strategies();

  // All five, in order; anything but kYes has been said.
  Exit Ask(NewAnswers* answers);

 private:
  Exit AskProviders();
  Exit AskWhatDecides();
  Exit AskValues();
  Exit AskCredentials();
  Exit AskRest();
  Exit AskStrategy();
  Exit AskOtherwise();
  Exit AskLimit();

  std::optional<Problem> TakePicks(const std::vector<std::string>& words, bool others, std::vector<Pick>* picks) const;
  std::vector<std::string> UsualCredentials() const;
  std::vector<Question::Choice> CredentialChoices() const;
  bool AnyOthers() const;

  const NewWords& words_;
  KnownCredentials& known_;
  Interview& interview_;
  NewAnswers answers_;
};

}  // namespace keyrule::command
