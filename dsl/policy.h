// A policy that is whole, resolved and checked: what the evaluator compiles. Made by Load (load.h);
// immutable after.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dsl/ast.h"
#include "dsl/source.h"

namespace keyrule::dsl {

struct Policy {
  std::shared_ptr<const Sources> sources;    // never null
  std::string schema;                        // name
  std::vector<Attribute> schema_attributes;  // as declared, maps included, in order
  // What a request can carry and a rule can read, by index (Path::slot): the declared attributes
  // that are not maps, in order of declaration, then the map entries that the policy mentions.
  // `provider` and `model` are always among them.
  std::vector<Attribute> slots;
  std::vector<Let> lets;
  std::vector<Table> tables;
  std::vector<Pool> pools;
  std::vector<Meter> meters;  // quotas and budgets
  std::vector<Rule> rules;    // in the order that decides
  Rule fallback;              // `default`
  std::vector<Claim> claims;
  std::vector<Test> tests;  // imported ones included
  std::string revision;     // "sha256:…" over all texts that were read, in order

  // Index into slots, or kUnresolved.
  uint32_t FindSlot(std::string_view path) const;
  // The map attribute that `path` is an entry of ("inputs.client"), or null. *key gets the entry's
  // name.
  const Attribute* FindMap(std::string_view path, std::string_view* key) const;
};

}  // namespace keyrule::dsl
