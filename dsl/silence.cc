#include "dsl/silence.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "dsl/allowance_comment.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

std::optional<Code> CodeNamed(std::string_view name) {
  for (const Code code : AllCodes()) {
    if (CodeName(code) == name) return code;
  }
  return std::nullopt;
}

bool SpeaksOfAllow(Code code) { return code == Code::KR0111 || code == Code::KR0112; }

// Found with more than reading the policy: by looking at all requests, by its tests, by a catalog. Whether they come is not known here.
bool NeedsMore(Code code) {
  switch (code) {
    case Code::KR0406:
    case Code::KR0407:
    case Code::KR0602:
    case Code::KR0603:
    case Code::KR0704:
    case Code::KR0902:
    case Code::KR0903: return true;
    default: return false;
  }
}

std::string WhyIdle(const std::string& name) {
  const std::optional<Code> code = CodeNamed(name);
  if (!code) {
    std::vector<std::string_view> names;
    for (const Code known : AllCodes()) names.push_back(CodeName(known));
    const std::string_view near = Nearest(name, names);
    return near.empty() ? "`keyrule explain --list` lists the codes"
                        : Cat({"did you mean `", near, "`?"});
  }
  if (DefaultSeverity(*code) == Severity::kError) {
    return Cat({name, " is an error; errors cannot be silenced"});
  }
  if (DefaultSeverity(*code) == Severity::kNote || SpeaksOfAllow(*code)) {
    return Cat({name, " cannot be silenced"});
  }
  return "remove it";
}

}  // namespace

Silencer::Silencer(const Sources& sources) {
  for (uint32_t source = 0; source < sources.size(); ++source) {
    for (AllowanceComment& comment : AllowanceComments(sources, source)) {
      for (std::string& code : comment.codes) {
        const Span& covers = comment.covers;
        Cover& cover =
            covers_.try_emplace({code, covers.source, comment.whole_statement, covers.begin},
                                Cover{covers.end, 0})
                .first->second;
        cover.last = allowances_.size();
        allowances_.push_back({std::move(code), comment.reason, comment.place, &cover});
      }
    }
  }
}

const std::string* Silencer::ReasonFor(const Diagnostic& warning) {
  if (warning.severity != Severity::kWarning || SpeaksOfAllow(warning.code)) return nullptr;
  const Allowance* last = nullptr;
  for (const bool whole_statement : {false, true}) {
    auto at = covers_.upper_bound({std::string(CodeName(warning.code)), warning.span.source,
                                   whole_statement, warning.span.begin});
    if (at == covers_.begin()) continue;
    --at;
    const Place& place = at->first;
    if (place.code != CodeName(warning.code) || place.source != warning.span.source ||
        place.whole_statement != whole_statement || warning.span.begin >= at->second.end) {
      continue;
    }
    at->second.used = true;
    const Allowance& allowance = allowances_[at->second.last];
    if (last == nullptr || last < &allowance) last = &allowance;
  }
  return last == nullptr ? nullptr : &last->reason;
}

Diagnostic Silencer::Idle(const Allowance& allowance) {
  return {Code::KR0112,
          DefaultSeverity(Code::KR0112),
          Cat({"`allow ", allowance.code, "` silences nothing"}),
          WhyIdle(allowance.code),
          allowance.place,
          {}};
}

void Silencer::AddRemarks(Diagnostics& diagnostics) const {
  for (const Allowance& allowance : allowances_) {
    const std::optional<Code> code = CodeNamed(allowance.code);
    const bool idle = !allowance.cover->used && !(code && NeedsMore(*code));
    if (idle) {
      // Where errors stand, warnings that it speaks for may be missing.
      if (diagnostics.has_errors()) continue;
      Diagnostic remark = Idle(allowance);
      diagnostics.Add(remark.code, remark.span, std::move(remark.message), std::move(remark.help));
    } else if (allowance.reason.empty()) {
      diagnostics.Add(Code::KR0111, allowance.place,
                      Cat({"`allow ", allowance.code, "` gives no reason"}),
                      Cat({"say why it is right here: `# allow ", allowance.code, ": …`"}));
    }
  }
}

}  // namespace keyrule::dsl
