#include "tests/evaluator/answers.h"

namespace keyrule::evaluator {

OracleAnswer AnswerOf(const Decision& decision, const Program& program) {
  OracleAnswer answer;
  answer.verdict = decision.verdict;
  answer.reason = decision.reason;
  answer.message = decision.message;
  if (decision.credential != nullptr) answer.credential = decision.credential->id;
  answer.rule = program.rules[decision.rule].name;
  answer.arm = decision.arm;
  for (const TagValue& tag : decision.tags) answer.tags[std::string(tag.name)] = tag.value;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.why != Skip::kNone) answer.skipped.emplace_back(candidate.name, candidate.why);
  }
  return answer;
}

std::string Text(const OracleAnswer& answer) {
  std::string text = std::string(ToString(answer.verdict)) + " reason=" +
                     std::string(ToString(answer.reason)) + " message=" + answer.message +
                     " credential=" + answer.credential + " rule=" + answer.rule +
                     " arm=" + std::to_string(answer.arm) + " tags=";
  for (const auto& [name, value] : answer.tags) text += name + ":" + value + ",";
  text += " skipped=";
  for (const auto& [name, why] : answer.skipped) {
    text += name + ":" + std::string(ToString(why)) + ",";
  }
  return text;
}

}  // namespace keyrule::evaluator
