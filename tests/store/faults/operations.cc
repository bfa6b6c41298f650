#include "tests/store/faults/operations.h"

#include <algorithm>
#include <cstdlib>
#include <random>

namespace keyrule::store {
namespace {

constexpr std::string_view kNamePrefix = "name-";

// `sizes[i]` changes of `kinds[i]`, of credentials that are named once in a step.
Step MakeStep(const std::vector<std::pair<ChangeKind, int>>& wanted, std::mt19937* random) {
  std::vector<int> order(kCredentials);
  for (int i = 0; i < kCredentials; ++i) order[static_cast<size_t>(i)] = i;
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[(*random)() % i]);
  Step step;
  for (const auto& [kind, count] : wanted) {
    for (int i = 0; i < count; ++i) step.push_back({kind, order[step.size()]});
  }
  return step;
}

}  // namespace

Operation OperationOf(uint32_t seed, unsigned long number) {
  using enum ChangeKind;
  std::seed_seq mixed{seed, static_cast<uint32_t>(number)};
  std::mt19937 random(mixed);
  Operation operation{number, number == 1 ? Act::kImport : static_cast<Act>(random() % kActs), {}};
  switch (operation.act) {
    case Act::kImport:
      operation.steps = {MakeStep({{kPut, number == 1 ? kCredentials : 15}}, &random)};
      break;
    case Act::kSync:
      operation.steps = {MakeStep({{kPut, 6}, {kRemove, 3}}, &random),
                         MakeStep({{kPut, 5}, {kRemove, 1}}, &random)};
      break;
    case Act::kRevoke:
      operation.steps = {MakeStep({{kRemove, 2}}, &random)};
      break;
    case Act::kDisable:
      operation.steps = {MakeStep({{kHold, 3}}, &random)};
      break;
    case Act::kEnable:
      operation.steps = {MakeStep({{kRelease, 20}}, &random)};
      break;
    case Act::kMasterKey:
    case Act::kDataKeys:
      break;
  }
  return operation;
}

void Apply(const Operation& operation, const Step& step, Contents* contents) {
  for (const Change& change : step) {
    Entry& entry = (*contents)[static_cast<size_t>(change.credential)];
    switch (change.kind) {
      case ChangeKind::kPut:
        entry.written_by = operation.number;
        break;
      case ChangeKind::kRemove:
        entry.written_by = 0;
        break;
      case ChangeKind::kHold:
        entry.held |= entry.written_by != 0;
        break;
      case ChangeKind::kRelease:
        entry.held &= entry.written_by == 0;
        break;
    }
  }
}

Metadata MetadataOf(int credential, unsigned long operation) {
  Metadata metadata;
  metadata.tenant = "tenant-" + std::to_string(credential % 4);
  metadata.provider = credential % 2 == 0 ? "openai" : "google";
  metadata.name = std::string(kNamePrefix) + std::to_string(credential);
  metadata.owner = std::to_string(operation);
  metadata.weight = 1;
  metadata.id = DerivedId(metadata);
  return metadata;
}

CredentialKey KeyOf(int credential) { return MetadataOf(credential, 0).key(); }

int CredentialOfName(const std::string& name) {
  if (!name.starts_with(kNamePrefix)) return -1;
  const int credential = std::atoi(name.c_str() + kNamePrefix.size());
  return credential < 0 || credential >= kCredentials ? -1 : credential;
}

std::string PayloadOf(int credential, unsigned long operation) {
  const std::string text = std::to_string(credential) + "-" + std::to_string(operation);
  return "{\"key\":\"" + text + "-" + std::string(500 + credential * 20, text.back()) + "\"}";
}

}  // namespace keyrule::store
