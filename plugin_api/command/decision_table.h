// Decisions as one row each, and the split of many.
#pragma once

#include <string>

#include "evaluator/decision.h"
#include "evaluator/request_builder.h"
#include "evaluator/snapshot.h"
#include "plugin_api/command/table.h"

namespace keyrule::command {

// request | verdict | credential | rule | why
Table DecisionTable();
void AddRow(size_t number, const evaluator::RequestBuilder& request,
            const evaluator::Decision& decision, const evaluator::Snapshot& snapshot, Table* table);

}  // namespace keyrule::command
