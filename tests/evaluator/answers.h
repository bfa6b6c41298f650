// What the evaluator and its oracle must agree on, in one form.
#pragma once

#include <string>

#include "evaluator/decision.h"
#include "evaluator/oracle.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// The decision as the oracle would say it.
OracleAnswer AnswerOf(const Decision& decision, const Program& program);
// Everything of an answer as one line.
std::string Text(const OracleAnswer& answer);

}  // namespace keyrule::evaluator
