#include "plugin_api/command/coverage_report.h"

#include <nlohmann/json.hpp>

#include "dsl/load.h"
#include "plugin_api/command/table.h"

namespace keyrule::command {
namespace {

using Json = nlohmann::ordered_json;
using Kind = evaluator::CoverageItem::Kind;

// Each is found by a search, run and printed: of more than these, `--suggest` has the rest.
constexpr size_t kMostSuggestions = 200;
constexpr std::string_view kImpossible = "no request meets it";
constexpr std::string_view kNotFound = "no test was found for it";

constexpr std::array<std::string_view, 3> kColumns = {"rules", "arms", "conditions"};

size_t ColumnOf(Kind kind) {
  if (kind == Kind::kRule) return 0;
  return kind == Kind::kArm ? 1 : 2;
}

std::string_view Word(Kind kind) {
  constexpr std::array<std::string_view, 4> kWords = {"rule", "arm", "true", "false"};
  return kWords[static_cast<size_t>(kind)];
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <typename Shares>
std::vector<std::string> Row(const std::string& name, const Shares& shares) {
  std::vector<std::string> row = {name};
  for (size_t i = 0; i < kColumns.size(); ++i) {
    row.push_back(std::to_string(shares[i].met) + " of " + std::to_string(shares[i].all));
  }
  row.push_back(PercentText(shares.back().Hundredths()));
  return row;
}

template <typename Shares>
Json SummaryJson(std::string_view kind, const Json& file, const Shares& shares) {
  Json json;
  json["coverage"] = kind;
  json["file"] = file;
  for (size_t i = 0; i < kColumns.size(); ++i) {
    json[std::string(kColumns[i])] = {{"covered", shares[i].met}, {"all", shares[i].all}};
  }
  json["percent"] = static_cast<double>(shares.back().Hundredths()) / 100;
  return json;
}

}  // namespace

void CoverageReport::Add(const evaluator::Coverage& coverage, std::shared_ptr<const evaluator::Program> program) {
  const dsl::DiskReader reader;
  const std::shared_ptr<const dsl::Sources>& sources = program->policy->sources;
  const auto suggester = std::make_shared<analysis::TestSuggester>(program);
  std::map<uint32_t, size_t> file_of;  // of these sources
  size_t index = 0;
  for (const evaluator::CoverageItem& item : coverage.items()) {
    auto [of, is_new] = file_of.try_emplace(item.span.source, 0);
    if (is_new) {
      const std::string& name = sources->at(item.span.source).name();
      const auto [place, unseen] = places_.try_emplace(reader.RealPath(name), files_.size());
      if (unseen) files_.push_back({name, {}});
      of->second = place->second;
    }
    auto [at, first] = files_[of->second].items.try_emplace(
        {item.span.begin, item.span.end, item.kind}, Item{item, sources, suggester, index++});
    if (!first) at->second.item.count += item.count;
  }
}

CoverageReport::Shares CoverageReport::SharesOf(const File& file) {
  Shares shares;
  for (const auto& [place, item] : file.items) {
    for (Share* share : {&shares[ColumnOf(item.item.kind)], &shares.back()}) {
      ++share->all;
      if (item.item.count > 0) ++share->met;
    }
  }
  return shares;
}

Share CoverageReport::Total() const {
  Share total;
  for (const File& file : files_) {
    const Share share = SharesOf(file).back();
    total.met += share.met;
    total.all += share.all;
  }
  return total;
}

std::vector<const CoverageReport::Item*> CoverageReport::Missing(
    std::map<const dsl::Sources*, dsl::Silencer>* silencers) const {
  std::vector<const Item*> missing;
  for (const File& file : files_) {
    for (const auto& [place, item] : file.items) {
      // A file that several policies import has the comments of the first one's reading.
      dsl::Silencer& silencer = silencers->try_emplace(item.sources.get(), *item.sources).first->second;
      if (item.item.count > 0 || silencer.ReasonFor(evaluator::NotCovered(item.item)) != nullptr) continue;
      missing.push_back(&item);
    }
  }
  return missing;
}

size_t CoverageReport::Show(const Console& console) const {
  std::map<const dsl::Sources*, dsl::Silencer> silencers;
  const std::vector<const Item*> missing = Missing(&silencers);
  size_t suggested = 0;
  for (const Item* item : missing) {
    dsl::Diagnostic warning = evaluator::NotCovered(item->item);
    if (!console.quiet() && suggested < kMostSuggestions) {
      ++suggested;
      const analysis::SuggestedTest test = item->suggester->For(item->index);
      if (test.answer == analysis::SuggestedTest::Answer::kFound) warning.help = "add " + test.Line();
      if (test.answer == analysis::SuggestedTest::Answer::kNone) warning.help = kImpossible;
    }
    console.Show(warning, *item->sources);
  }
  const size_t warnings = missing.size() + ShowIdle(silencers, console);
  if (console.json()) {
    ShowJson(console);
  } else {
    ShowTable(console);
  }
  return warnings;
}

void CoverageReport::ShowSuggestions(const Console& console) const {
  std::map<const dsl::Sources*, dsl::Silencer> silencers;
  for (const Item* item : Missing(&silencers)) {
    if (item->suggester->MetBefore(item->index)) continue;  // by a test above
    const analysis::SuggestedTest test = item->suggester->For(item->index);
    const bool found = test.answer == analysis::SuggestedTest::Answer::kFound;
    const std::string_view why = test.answer == analysis::SuggestedTest::Answer::kNone ? kImpossible : kNotFound;
    if (console.json()) {
      const dsl::Location at = item->sources->Locate(item->item.span);
      console.Result(Dump({{"suggested", found ? Json(test.Block()) : Json()},
                           {"file", item->sources->at(item->item.span.source).name()},
                           {"line", at.line},
                           {"column", at.column},
                           {"text", item->item.what},
                           {"why", found ? Json() : Json(why)}}));
    } else if (found) {
      console.Result("\n" + test.Block());
    } else {
      console.Note(item->sources->Where(item->item.span) + ": " + item->item.what + ": " + std::string(why));
    }
  }
}

// `# allow KR0704` where nothing is uncovered; a comment that speaks in one policy is not idle in
// another one that imports its file.
size_t CoverageReport::ShowIdle(const std::map<const dsl::Sources*, dsl::Silencer>& silencers,
                                const Console& console) {
  const dsl::DiskReader reader;
  struct Place {
    const dsl::Sources* sources;
    const dsl::Silencer::Allowance* allowance;
    bool used = false;
  };
  std::map<std::pair<std::string, uint32_t>, Place> places;
  for (const auto& [sources, silencer] : silencers) {
    for (const dsl::Silencer::Allowance& allowance : silencer.allowances()) {
      if (allowance.code != dsl::CodeName(dsl::Code::KR0704)) continue;
      const std::string file = reader.RealPath(sources->at(allowance.place.source).name());
      Place& place =
          places.try_emplace({file, allowance.place.begin}, Place{sources, &allowance})
              .first->second;
      place.used = place.used || allowance.cover->used;
    }
  }
  size_t idle = 0;
  for (const auto& [at, place] : places) {
    if (place.used) continue;
    ++idle;
    console.Show(dsl::Silencer::Idle(*place.allowance), *place.sources);
  }
  return idle;
}

void CoverageReport::ShowTable(const Console& console) const {
  Table table({"covered", "rules", "arms", "conditions", "all"});
  Shares total;
  for (const File& file : files_) {
    const Shares shares = SharesOf(file);
    for (size_t i = 0; i < shares.size(); ++i) {
      total[i].met += shares[i].met;
      total[i].all += shares[i].all;
    }
    table.Add(Row(file.name, shares));
  }
  if (files_.size() > 1) table.Add(Row("total", total));
  console.Result(table.Render(console.format()));
}

void CoverageReport::ShowJson(const Console& console) const {
  Shares total;
  for (const File& file : files_) {
    for (const auto& [place, item] : file.items) {
      const dsl::Location at = item.sources->Locate(item.item.span);
      console.Result(Dump({{"coverage", Word(item.item.kind)},
                           {"file", file.name},
                           {"line", at.line},
                           {"column", at.column},
                           {"text", item.item.what},
                           {"count", item.item.count}}));
    }
    const Shares shares = SharesOf(file);
    for (size_t i = 0; i < shares.size(); ++i) {
      total[i].met += shares[i].met;
      total[i].all += shares[i].all;
    }
    console.Result(Dump(SummaryJson("file", file.name, shares)));
  }
  console.Result(Dump(SummaryJson("total", nullptr, total)));
}

std::optional<uint64_t> ParsePercent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view rest = point == std::string_view::npos ? "0" : text.substr(point + 1);
  if (whole.empty() || whole.size() > 3 || rest.empty() || rest.size() > 2) return std::nullopt;
  uint64_t hundredths = 0;
  for (const char digit : std::string(whole) + std::string(rest) + (rest.size() == 1 ? "0" : "")) {
    if (digit < '0' || digit > '9') return std::nullopt;
    hundredths = hundredths * 10 + static_cast<uint64_t>(digit - '0');
  }
  if (hundredths > 10'000) return std::nullopt;
  return hundredths;
}

std::string PercentText(uint64_t hundredths) {
  const std::string rest = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + "." + (rest.size() == 1 ? "0" : "") + rest + " %";
}

}  // namespace keyrule::command
