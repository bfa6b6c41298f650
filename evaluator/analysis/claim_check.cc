#include "evaluator/analysis/claim_check.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

#include "dsl/wording.h"
#include "evaluator/analysis/breach_search.h"
#include "evaluator/analysis/breach_witness.h"
#include "evaluator/analysis/overlap_text.h"

namespace keyrule::analysis {
namespace {

using dsl::Cat;
using dsl::Tick;

constexpr size_t kMostBreaches = 10;   // shown of one claim
constexpr size_t kMostLookedAt = 100;   // of one claim, for the smallest

class ClaimCheck {
 public:
  ClaimCheck(PolicyModel* model, size_t most_errors)
      : model_(*model), terms_(*model->claims()), search_(model), maker_(model), most_errors_(most_errors) {}

  std::vector<dsl::Diagnostic> Run() {
    const std::vector<dsl::Claim>& claims = model_.policy().claims;
    for (uint32_t claim = 0; claim < claims.size(); ++claim) Take(claim, claims[claim]);
    return std::move(found_);
  }

 private:
  struct Shown {
    Breach breach;
    Witness witness;
  };

  dsl::Diagnostic& Add(dsl::Code code, const dsl::Claim& claim, std::string message, std::string help) {
    dsl::Diagnostic& diagnostic = found_.emplace_back();
    diagnostic.code = code;
    diagnostic.severity = dsl::DefaultSeverity(code);
    diagnostic.span = claim.name.span;
    diagnostic.message = std::move(message);
    diagnostic.help = std::move(help);
    errors_ += diagnostic.severity == dsl::Severity::kError ? 1 : 0;
    return diagnostic;
  }

  void Take(uint32_t index, const dsl::Claim& claim) {
    BreachSearch::Found found = search_.Of(index);
    if (!found.when_is_met) {
      Add(dsl::Code::KR0602, claim, Cat({"no request meets the `when` of claim ", Tick(claim.name.text)}),
          "mend its `when`: so it says nothing");
      return;
    }
    stuck_.clear();
    const auto is_sure = [](const Breach& breach) { return breach.sure; };
    if (errors_ >= most_errors_ && std::any_of(found.breaches.begin(), found.breaches.end(), is_sure)) {
      Add(dsl::Code::KR0601, claim, Cat({"claim ", Tick(claim.name.text), " is broken"}), {});
      return;
    }
    for (const bool sure : {true, false}) {
      std::vector<Shown> shown;
      size_t more = 0;
      uint32_t last = UINT32_MAX;  // the rule that was shown: one breach of each
      for (Breach& breach : found.breaches) {
        if (breach.sure != sure || breach.rule == last) continue;
        if (shown.size() == kMostLookedAt) {
          ++more;
          last = breach.rule;
          continue;
        }
        search_.MakePlain(&breach);
        std::optional<Witness> witness = ShowBreach(claim, &breach);
        if (!witness) continue;
        last = breach.rule;
        shown.push_back({std::move(breach), std::move(*witness)});
      }
      std::stable_sort(shown.begin(), shown.end(), [](const Shown& a, const Shown& b) { return SizeOf(a) < SizeOf(b); });
      if (sure && !shown.empty()) return SayBroken(claim, shown, shown.size() + more);
      if (!sure) SayUnless(claim, shown);
    }
    SayUndecided(claim, found);
  }

  static size_t SizeOf(const Shown& shown) {
    return shown.witness.example.assignments.size() + (shown.witness.example.clock_ms ? 1 : 0);
  }

  std::optional<Witness> ShowBreach(const dsl::Claim& claim, Breach* breach) {
    const auto will_do = [&](const Witness& witness) {
      return !witness.HasTwin() || maker_.Contradiction(claim, *breach, witness).empty();
    };
    return maker_.Find(&search_, breach, will_do, &stuck_);
  }

  void Confirm(const dsl::Claim& claim, const Breach& breach, const Witness& witness) const {
    const std::string contradiction = maker_.Contradiction(claim, breach, witness);
    if (!contradiction.empty()) throw std::logic_error(contradiction);
  }

  std::string RuleText(uint32_t rule) const {
    return rule < model_.rule_count() ? Cat({"rule ", Tick(terms_.rule(rule).name.text)}) : std::string("`default`");
  }

  static bool IsAboutUse(const dsl::Claim& claim) {
    return std::holds_alternative<dsl::PoolName>(claim.what) || std::holds_alternative<dsl::Text>(claim.what);
  }

  void SayBroken(const dsl::Claim& claim, const std::vector<Shown>& shown, size_t all) {
    for (size_t i = 0; i < shown.size() && i < kMostBreaches; ++i) {
      const auto& [breach, witness] = shown[i];
      Confirm(claim, breach, witness);
      std::string answer, why, help = "mend the rule, or narrow the claim's `when`";
      switch (breach.what) {
        case Breach::What::kSpent:
          answer = witness.CredentialText();
          why = "this arm may spend it";
          if (breach.stake->spend->unbound && IsAboutUse(claim)) {
            why = "this may name any credential";
            help = "add `from <pool>`, or narrow the claim's `when`";
          }
          if (!witness.once.empty()) why += Cat({", once ", witness.once});
          break;
        case Breach::What::kHost:
          answer = "host";
          why = IsAboutUse(claim) ? "the host may spend anything" : "left to the host here";
          if (IsAboutUse(claim)) help = "write `deny \"…\"` there, or narrow the claim's `when`";
          break;
        case Breach::What::kDenied:
          answer = "deny";
          why = "refused here";
          break;
        case Breach::What::kRefused:
          answer = "deny";
          why = "refused while no credential of it is free";
          break;
      }
      dsl::Diagnostic& error = Add(dsl::Code::KR0601, claim,
                                   Cat({"claim ", Tick(claim.name.text), " is broken: ", witness.RequestText(), " → ",
                                        RuleText(breach.rule), " → ", answer}),
                                   std::move(help));
      const dsl::Rule& rule = terms_.rule(breach.rule);
      error.notes.push_back({std::move(why), rule.chain.actions[breach.arm].span});
      if (i + 1 != kMostBreaches || all <= kMostBreaches) continue;
      error.notes.push_back({Cat({"so do ", std::to_string(all - kMostBreaches), " more rules, the first here"}),
                             terms_.rule(shown[kMostBreaches].breach.rule).name.span});
    }
  }

  // What a breach that is not sure rests on.
  std::string UnlessText(const Breach& breach, const Witness& witness) const {
    std::string text;
    if (breach.what == Breach::What::kSpent && (!witness.told.fields.empty() || !witness.told.without.empty() || breach.passes_surely)) {
      text = witness.UnlessText(false);
    }
    if (breach.passes_surely) return text;
    return text.empty() ? witness.UnlessText(true) : Cat({text, ", and ", witness.UnlessText(true)});
  }

  void SayUnless(const dsl::Claim& claim, const std::vector<Shown>& shown) {
    std::map<std::string, size_t> said;  // and by which of found_
    for (const auto& [breach, witness] : shown) {
      std::string text = UnlessText(breach, witness);
      const dsl::Span& span = terms_.rule(breach.rule).chain.actions[breach.arm].span;
      if (const auto known = said.find(text); known != said.end()) {
        std::vector<dsl::Note>& notes = found_[known->second].notes;
        if (notes.size() < kMostNotesOfUnless) notes.push_back({"or here", span});
        continue;
      }
      if (said.size() == kMostBreaches) break;
      Confirm(claim, breach, witness);
      said.emplace(text, found_.size());
      dsl::Diagnostic& warning =
          Add(dsl::Code::KR0603, claim, Cat({"claim ", Tick(claim.name.text), " holds unless ", text}),
              "check with `--catalog`, or make the pools exclude each other");
      const char* does = breach.what == Breach::What::kSpent && breach.passes_surely ? " this arm may spend it"
                         : breach.what == Breach::What::kSpent                        ? " this arm may be the one that spends"
                         : breach.what == Breach::What::kHost                         ? " this arm leaves it to the host"
                                                                                      : " this arm refuses";
      warning.notes.push_back({Cat({"for ", witness.RequestText(), does}), span});
    }
  }

  void SayUndecided(const dsl::Claim& claim, const BreachSearch::Found& found) {
    std::string what;
    std::string help = "the rules " + OverlapText(model_.reach());
    const auto rules = [&](const std::vector<uint32_t>& all) {
      std::string text = RuleText(all.front());
      if (all.size() > 1) text += Cat({" and ", std::to_string(all.size() - 1), " more"});
      return text;
    };
    if (!found.when_is_decided) {
      what = claim.when ? "its `when`" : "the policy";  // in the time that there was
    } else if (found.trouble != nullptr) {
      what = found.trouble->trouble;
      help = Cat({"say in the `when` of ", RuleText(found.trouble_rule), " what the attribute is"});
    } else if (!stuck_.empty()) {
      what = StuckText(&help);
    } else if (!found.undecided.empty()) {
      what = Cat({"what reaches ", rules(found.undecided)});
    } else {
      return;
    }
    Add(dsl::Code::KR0604, claim,
        Cat({"claim ", Tick(claim.name.text), " is neither proved nor broken: ", what, " cannot be analysed"}),
        std::move(help));
  }

  std::string StuckText(std::string* help) const {
    const Space& space = model_.space();
    const Variable* about = &space[stuck_.front()];
    for (const uint32_t variable : stuck_) {
      const Variable& other = space[variable];
      if (other.kind == Variable::Kind::kPattern) {
        *help = "use `like` or a list instead of the pattern";
        return Cat({"the pattern ", Tick("/" + other.detail + "/")});
      }
    }
    const std::string_view path = terms_.credentials().IsField(about->slot)
                                      ? terms_.credentials().FieldOf(about->slot)
                                      : std::string_view(model_.policy().slots[about->slot].path.text);
    *help = "ask about it in fewer ways; several shares of one attribute have few values in common";
    return Cat({"what is asked of ", Tick(path)});
  }

  static constexpr size_t kMostNotesOfUnless = 3;

  PolicyModel& model_;
  const ClaimTerms& terms_;
  BreachSearch search_;
  WitnessMaker maker_;
  const size_t most_errors_;
  std::vector<dsl::Diagnostic> found_;
  size_t errors_ = 0;
  std::vector<uint32_t> stuck_;  // variables for which there was no text
};

}  // namespace

std::vector<dsl::Diagnostic> CheckClaims(PolicyModel* model, size_t most_errors) {
  if (model->policy().claims.empty() || model->claims() == nullptr) return {};
  return ClaimCheck(model, most_errors).Run();
}

}  // namespace keyrule::analysis
