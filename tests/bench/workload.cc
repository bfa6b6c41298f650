#include "tests/bench/workload.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/bench/die.h"

namespace keyrule::bench {
namespace {

using Json = nlohmann::json;

bool Holds(const Workload& workload, const Condition& condition, const std::string& value) {
  switch (condition.op) {
    case Op::kEqual: return value == condition.value;
    case Op::kNotEqual: return value != condition.value;
    case Op::kPrefix: return value.starts_with(condition.value);
    case Op::kIn: break;
  }
  const auto& any = condition.list == kNoList ? condition.any : workload.lists[condition.list];
  return std::find(any.begin(), any.end(), value) != any.end();
}

Condition ReadCondition(const Json& json, const std::map<std::string, uint16_t>& columns) {
  Condition condition;
  condition.attribute = columns.at(json[0].get<std::string>());
  const std::string op = json[1].get<std::string>();
  if (op == "in") {
    condition.op = Op::kIn;
    condition.any = json[2].get<std::vector<std::string>>();
    return condition;
  }
  condition.value = json[2].get<std::string>();
  condition.like = op == "like";
  if (condition.like) {
    if (condition.value.find('*') != condition.value.size() - 1) Die("`like` with another star than one at the end");
    condition.value.pop_back();
  } else if (op != "eq" && op != "ne" && op != "prefix") {
    Die("the operator " + op + " is not known");
  }
  condition.op = op == "eq" ? Op::kEqual : op == "ne" ? Op::kNotEqual : Op::kPrefix;
  return condition;
}

Json Written(const Workload& workload, const Condition& condition) {
  static constexpr const char* kWords[] = {"eq", "ne", "in", "prefix"};
  Json json = {workload.attributes[condition.attribute], kWords[static_cast<size_t>(condition.op)]};
  if (condition.op == Op::kIn) {
    json.push_back(condition.list == kNoList ? condition.any : workload.lists[condition.list]);
  } else if (condition.like) {
    json[1] = "like";
    json.push_back(condition.value + "*");
  } else {
    json.push_back(condition.value);
  }
  return json;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted += '"';
}

std::string Items(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) text += (text.size() > 1 ? ", " : "") + Quoted(item);
  return text += "]";
}

// Lists of even numbers are lists, those of odd numbers are the keys of tables.
std::string ListStatement(size_t number, const std::vector<std::string>& items) {
  const std::string name = "list" + std::to_string(number);
  if (number % 2 == 0) return "let " + name + " = " + Items(items) + "\n";
  std::string text = "table " + name + " {\n";
  for (const std::string& item : items) text += "  " + Quoted(item) + " : \"x\"\n";
  return text + "}\n";
}

std::string Words(const Workload& workload, const Condition& condition) {
  std::string text(PathOf(workload.attributes[condition.attribute]));
  switch (condition.op) {
    case Op::kEqual: return text + " == " + Quoted(condition.value);
    case Op::kNotEqual: return text + " != " + Quoted(condition.value);
    case Op::kPrefix:
      if (!condition.like) return text + " starts with " + Quoted(condition.value);
      return text + " like " + Quoted(condition.value + "*");
    case Op::kIn: break;
  }
  if (condition.list == kNoList) return text + " in " + Items(condition.any);
  return text + " in list" + std::to_string(condition.list);
}

}  // namespace

size_t FirstMatch(const Workload& workload, const std::vector<std::string>& request) {
  const auto matches = [&](const Rule& rule) {
    return std::all_of(rule.all.begin(), rule.all.end(), [&](const Condition& condition) {
      return Holds(workload, condition, request[condition.attribute]);
    });
  };
  const auto found = std::find_if(workload.rules.begin(), workload.rules.end(), matches);
  return static_cast<size_t>(found - workload.rules.begin());
}

Workload ReadWorkload(const std::string& path) try {
  std::ifstream file(path);
  const Json json = Json::parse(file);
  Workload workload;
  workload.shape = json.at("shape").get<std::string>();
  workload.attributes = json.at("attributes").get<std::vector<std::string>>();
  std::map<std::string, uint16_t> columns;
  for (const std::string& attribute : workload.attributes) {
    columns.emplace(attribute, static_cast<uint16_t>(columns.size()));
  }
  for (const Json& rule : json.at("rules")) {
    workload.rules.push_back({rule.at("use").get<std::string>(), {}});
    for (const Json& condition : rule.at("all")) {
      workload.rules.back().all.push_back(ReadCondition(condition, columns));
    }
  }
  workload.requests = json.at("requests").get<std::vector<std::vector<std::string>>>();
  workload.expected = json.at("expected").get<std::vector<std::string>>();
  const bool whole = std::all_of(workload.requests.begin(), workload.requests.end(), [&](const auto& request) {
    return request.size() == workload.attributes.size();
  });
  if (!whole || workload.expected.size() != workload.requests.size()) Die(path + " is not whole");
  return workload;
} catch (const std::exception& error) {  // of the JSON library, or a column that is not there
  Die(path + ": " + error.what());
}

void WriteWorkload(const Workload& workload, const std::string& path) {
  Json rules = Json::array();
  for (const Rule& rule : workload.rules) {
    Json all = Json::array();
    for (const Condition& condition : rule.all) all.push_back(Written(workload, condition));
    rules.push_back({{"use", rule.use}, {"all", std::move(all)}});
  }
  std::ofstream file(path);
  file << Json{{"shape", workload.shape},       {"n", workload.rules.size()}, {"attributes", workload.attributes},
               {"rules", std::move(rules)},     {"requests", workload.requests},
               {"expected", workload.expected}};
  if (!file.flush()) Die(path + " cannot be written");
}

std::string_view PathOf(std::string_view attribute) {
  if (attribute == "tenant") return "account";
  if (attribute == "provider") return "vendor";
  return attribute;
}

std::string PolicyText(const Workload& workload) {
  std::string text = "keyrule 1\nschema \"workload\" {\n  provider : string\n";
  for (const std::string& attribute : workload.attributes) {
    text += "  " + std::string(PathOf(attribute)) + " : string" + (attribute == "model" ? "\n" : " optional\n");
  }
  const auto& names = workload.attributes;
  if (std::find(names.begin(), names.end(), "model") == names.end()) text += "  model : string optional\n";
  text += "}\n";
  for (size_t i = 0; i < workload.lists.size(); ++i) text += ListStatement(i, workload.lists[i]);
  for (size_t i = 0; i < workload.rules.size(); ++i) {
    text += "rule r" + std::to_string(i) + " { when ";
    for (size_t k = 0; k < workload.rules[i].all.size(); ++k) {
      text += (k > 0 ? " and " : "") + Words(workload, workload.rules[i].all[k]);
    }
    text += " use credential " + Quoted(workload.rules[i].use) + " }\n";
  }
  return text + "default { leave to host }\n";
}

}  // namespace keyrule::bench
