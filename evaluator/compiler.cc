#include "evaluator/compiler.h"

#include <algorithm>
#include <unordered_map>

#include "evaluator/hash.h"
#include "evaluator/strategy.h"

namespace keyrule::evaluator {
namespace {

// Builds one program. Views in it point into the policy, which the program owns.
class Compiler {
 public:
  explicit Compiler(std::shared_ptr<const dsl::Policy> policy) : program_(Begin(std::move(policy))) {}

  std::shared_ptr<const Program> Run(const CompileOptions& options) {
    const dsl::Policy& policy = *program_->policy;
    program_->provider_slot = policy.FindSlot("provider");
    program_->model_slot = policy.FindSlot("model");
    program_->model_type_slot = policy.FindSlot("model.type");
    program_->tenant_slot = policy.FindSlot("tenant.id");
    kept_.assign(policy.slots.size(), false);
    Keep(program_->provider_slot);
    Keep(program_->model_slot);
    Keep(program_->model_type_slot);
    for (const dsl::Table& table : policy.tables) AddTable(table);
    program_->tokens_slot = policy.FindSlot("request.tokens");
    if (program_->tokens_slot != dsl::kUnresolved &&
        policy.slots[program_->tokens_slot].type != dsl::Type::kInt) {
      program_->tokens_slot = dsl::kUnresolved;
    }
    for (const dsl::Pool& pool : policy.pools) AddMembers(pool.members);
    for (const dsl::Meter& meter : policy.meters) AddMeter(meter);
    for (const dsl::Rule& rule : policy.rules) AddRule(rule);
    AddRule(policy.fallback);
    for (const dsl::Attribute& slot : policy.slots) program_->kinds.push_back(KindOf(slot.type));
    PlaceKept();
    RunPasses(program_.get(), options);
    program_->written_names = NameNumbers(std::move(names_));
    SetCourses();
    program_->Pack();
    program_->read_slots = std::move(kept_);
    const Atoms& atoms = program_->code.atoms;
    for (uint32_t atom = 0; atom < atoms.size(); ++atom) program_->read_slots[atoms[atom].slot] = true;
    return std::move(program_);
  }

 private:
  static std::shared_ptr<Program> Begin(std::shared_ptr<const dsl::Policy> policy) {
    auto program = std::make_shared<Program>();
    program->policy = std::move(policy);
    return program;
  }

  void SetCourses() {
    const Program& program = *program_;
    const bool counts =
        !program.meters.empty() || program.counts_tokens || program.counts_takes || program.counts_load;
    for (size_t rule = 0; rule < program.rules.size(); ++rule) {
      RuleLine& line = program_->lines[rule];
      const Arm& arm = program.rules[rule].first_arm;
      line.is_tagged = program.rules[rule].tag_count != 0;
      if (arm.kind == Arm::Kind::kHost) line.course = RuleLine::Course::kLeftToHost;
      if (arm.kind == Arm::Kind::kDeny) line.course = RuleLine::Course::kDenied;
      if (!counts && line.name != NameNumbers::kNone && arm.pool == dsl::kUnresolved) {
        line.course = RuleLine::Course::kTakesWritten;
      }
    }
  }
  void PlaceKept() {
    std::vector<uint32_t>& slots = program_->kept_slots;
    slots = {program_->provider_slot, program_->model_slot};  // kKeptProvider, kKeptModel
    for (uint32_t slot = 0; slot < kept_.size(); ++slot) {
      if (kept_[slot] && slot != program_->provider_slot && slot != program_->model_slot) slots.push_back(slot);
    }
    program_->kept_places.assign(kept_.size(), dsl::kUnresolved);
    for (uint32_t place = 0; place < slots.size(); ++place) program_->kept_places[slots[place]] = place;
  }
  void Keep(uint32_t slot) {
    if (slot < kept_.size()) kept_[slot] = true;
  }

  // Credential fields get slots of their own as they are met.
  uint32_t Field(std::string_view path) {
    auto [it, inserted] =
        fields_.try_emplace(std::string(path), static_cast<uint32_t>(program_->fields.size()));
    if (inserted) program_->fields.emplace_back(it->first);
    return it->second;
  }

  void AddTable(const dsl::Table& table) {
    std::shared_ptr<const TextMap>& map = tables_[table.rows.get()];
    if (map == nullptr) {
      std::vector<std::pair<std::string_view, std::string_view>> entries;
      entries.reserve(table.entries().size());
      for (const dsl::TableEntry& entry : table.entries()) {
        entries.emplace_back(entry.key.value, entry.value.value);
      }
      map = std::make_shared<const TextMap>(entries);
    }
    program_->tables.push_back(map);
  }

  void AddMeter(const dsl::Meter& meter) {
    CompiledMeter& out = program_->meters.emplace_back();
    out.name = meter.name.text;
    out.is_budget = meter.is_budget;
    out.each_credential = meter.each_credential;
    if (meter.each) {
      out.each_slot = meter.each->slot;
      Keep(out.each_slot);
    }
    for (const dsl::Limit& limit : meter.limits) {
      const std::string zone(limit.zone ? limit.zone->value.view() : "UTC");
      out.limits.push_back({limit.amount, limit.unit, limit.period, program_->zones.Get(zone), meter.each.has_value()});
      if (limit.unit == dsl::LimitUnit::kTokens) Keep(program_->tokens_slot);
    }
    out.has_members = !meter.members.empty();
    if (!out.has_members) return;
    out.pool = static_cast<uint32_t>(program_->pools.size());
    AddMembers(meter.members);
  }

  void AddMembers(const std::vector<dsl::Member>& list) {
    std::vector<CompiledMember>& members = program_->pools.emplace_back();
    for (const dsl::Member& member : list) {
      CompiledMember& out = members.emplace_back();
      out.tier = static_cast<uint16_t>(member.tier);
      out.weight = member.weight ? static_cast<uint32_t>(member.weight->value) : 0;
      if (const auto* name = std::get_if<dsl::Text>(&member.what)) {
        out.kind = CompiledMember::Kind::kName;
        out.name = name->value;
      } else if (const auto* all = std::get_if<dsl::AllOf>(&member.what)) {
        out.kind = CompiledMember::Kind::kPool;
        out.pool = all->index;
      } else {
        out.kind = CompiledMember::Kind::kWhere;
        out.where = AddWhere(std::get<dsl::Condition>(member.what));
      }
    }
  }

  Jump AddWhere(const dsl::Condition& condition) {
    Formulas formulas;
    const InternedConditions met = InternCondition(condition, &field_atoms_);
    const FormulaRef formula = Normaliser(*program_->policy, met, &formulas).OfAlone(condition);
    return CodeEmitter(formulas, &program_->field_code).Add(formula);
  }

  void AddRule(const dsl::Rule& rule) {
    CompiledRule& out = program_->rules.emplace_back();
    RuleLine& line = program_->lines.emplace_back();
    out.name = rule.name.text;
    out.more_arms = static_cast<uint32_t>(program_->more_arms.size());
    for (const dsl::Action& action : rule.chain.actions) {
      const Arm arm = ArmOf(action, ++out.arm_count);
      if (out.arm_count == 1) {
        out.first_arm = arm;
        if (arm.kind == Arm::Kind::kCredential && arm.value.kind == ValueRef::Kind::kLiteral) line.name = arm.value.table;
      } else {
        program_->more_arms.push_back(arm);
      }
    }
    if (rule.chain.retry) {
      out.retries = static_cast<uint32_t>(rule.chain.retry->times.value);
      out.retry_within_ms = rule.chain.retry->within.ms;
    }
    out.first_tag = static_cast<uint32_t>(program_->tags.size());
    out.tag_count = static_cast<uint32_t>(rule.chain.tags.size());
    for (const dsl::Tag& tag : rule.chain.tags) program_->tags.push_back({tag.name.text, ValueOf(tag.value)});
    program_->most_tags = std::max<size_t>(program_->most_tags, out.tag_count);
  }

  Arm ArmOf(const dsl::Action& action, uint32_t number) {
    Arm arm;
    arm.number = static_cast<uint16_t>(number);
    if (const auto* deny = std::get_if<dsl::Deny>(&action.what)) {
      arm.kind = Arm::Kind::kDeny;
      arm.value.BecomeLiteral(deny->reason.value);
    } else if (const auto* use = std::get_if<dsl::Use>(&action.what)) {
      if (use->waiting) arm.waiting_ms = use->waiting->ms;
      arm.budgets = AddBudgets(use->under);
      if (const auto* pool = std::get_if<dsl::UsePool>(&use->what)) {
        arm.kind = Arm::Kind::kPool;
        arm.pool = pool->pool.index;
        arm.strategy = pool->strategy.kind;
        program_->counts_takes = program_->counts_takes || Draws(arm.strategy) || GoesByLoad(arm.strategy);
        program_->counts_load = program_->counts_load || GoesByLoad(arm.strategy);
        if (arm.strategy == dsl::StrategyKind::kLeastUsed) {
          program_->counts_tokens = true;
          Keep(program_->tokens_slot);
        }
        if (pool->strategy.on) {
          arm.sticky_slot = pool->strategy.on->slot;
          Keep(arm.sticky_slot);
        }
        if (pool->narrow) {
          arm.narrow_field = Field(pool->narrow->field.text);
          arm.value = ValueOf(pool->narrow->value);
        }
      } else {
        const auto& credential = std::get<dsl::UseCredential>(use->what);
        arm.kind = Arm::Kind::kCredential;
        arm.value = ValueOf(credential.credential);
        if (arm.value.kind == ValueRef::Kind::kLiteral) arm.value.table = NumberOf(arm.value.literal());
        if (credential.from) arm.pool = credential.from->index;
      }
    }
    return arm;
  }

  uint32_t NumberOf(std::string_view name) {
    const auto [place, is_new] = numbers_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return place->second;
  }

  // Gives where they stand.
  uint32_t AddBudgets(const dsl::Few<dsl::MeterName>& names) {
    if (names.empty()) return 0;
    std::vector<uint32_t>& all = program_->budgets;
    const auto at = static_cast<uint32_t>(all.size());
    all.push_back(0);
    for (const dsl::MeterName& name : names) {
      if (std::find(all.begin() + at + 1, all.end(), name.index) != all.end()) continue;  // a call is charged once (KR0303)
      all.push_back(name.index);
      ++all[at];
    }
    return at;
  }

  ValueRef ValueOf(const dsl::Value& value) {
    ValueRef ref;
    if (const auto* text = std::get_if<dsl::Text>(&value.what)) {
      ref.BecomeLiteral(text->value);
      ref.hash = QuickHash(text->value);
    } else if (const auto* path = std::get_if<dsl::Path>(&value.what)) {
      ref.kind = ValueRef::Kind::kSlot;
      ref.slot = path->slot;
      Keep(ref.slot);
    } else {
      const auto& lookup = std::get<dsl::Lookup>(value.what);
      ref.kind = ValueRef::Kind::kLookup;
      ref.slot = lookup.key.slot;
      ref.table = lookup.index;
      Keep(ref.slot);
    }
    return ref;
  }

  std::shared_ptr<Program> program_;
  AtomBuilder field_atoms_{&program_->field_code.atoms, *program_->policy,
                           [this](const dsl::Path& path) { return Field(path.text); }};
  std::vector<bool> kept_;
  std::unordered_map<std::string, uint32_t> fields_;
  std::unordered_map<const void*, std::shared_ptr<const TextMap>> tables_;  // by their rows
  std::unordered_map<std::string_view, uint32_t> numbers_;                  // of credentials' names
  std::vector<std::string_view> names_;                                     // by number
};

}  // namespace

std::shared_ptr<const Program> Compile(std::shared_ptr<const dsl::Policy> policy, const CompileOptions& options) {
  return Compiler(std::move(policy)).Run(options);
}

}  // namespace keyrule::evaluator
