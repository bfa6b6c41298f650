#include "evaluator/analysis/text_regions.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "dsl/unicode.h"

namespace keyrule::analysis {
namespace {

std::vector<char32_t> LettersOf(std::string_view text) {
  std::vector<char32_t> letters;
  for (size_t at = 0; at < text.size();) {
    const dsl::Character character = dsl::DecodeAt(text, at);
    letters.push_back(character.code);
    at += character.size;
  }
  return letters;
}

bool HasBit(const uint64_t* state, size_t bit) { return (state[bit / 64] >> (bit % 64) & 1) != 0; }
void SetBit(uint64_t* state, size_t bit) { state[bit / 64] |= uint64_t{1} << (bit % 64); }

// The prefixes (and the texts that are taken) letter by letter.
struct Trie {
  struct Node {
    std::map<char32_t, uint32_t> next;
    uint32_t deepest = 0;  // prefix that ends here or above
    bool taken = false;
  };
  std::vector<Node> nodes = std::vector<Node>(1);

  uint32_t Add(std::string_view text) {
    uint32_t at = 0;
    for (const char32_t letter : LettersOf(text)) {
      const auto [next, is_new] = nodes[at].next.try_emplace(letter, static_cast<uint32_t>(nodes.size()));
      const uint32_t to = next->second;
      if (is_new) nodes.emplace_back();
      at = to;
    }
    return at;
  }
  // What ends at a node counts for all below it.
  void Spread(uint32_t at, uint32_t deepest) {
    std::vector<std::pair<uint32_t, uint32_t>> open = {{at, deepest}};
    while (!open.empty()) {
      const auto [node, above] = open.back();
      open.pop_back();
      if (nodes[node].deepest == 0) nodes[node].deepest = above;
      for (const auto& [letter, next] : nodes[node].next) open.emplace_back(next, nodes[node].deepest);
    }
  }
};

constexpr uint32_t kOffTrie = UINT32_MAX;

// The words so far that cannot be told apart by what is still to come.
struct State {
  uint32_t node = 0;  // of the trie; kOffTrie: no prefix can be completed any more
  uint32_t deepest = 0;
  std::vector<uint64_t> globs;  // one behind the other

  auto operator<=>(const State&) const = default;
};

class RegionSearch {
 public:
  RegionSearch(const std::vector<std::string_view>& prefixes, const std::vector<std::string_view>& globs,
               const TextRegionLimits& limits)
      : limits_(limits) {
    std::vector<std::string_view> texts = prefixes;
    texts.insert(texts.end(), globs.begin(), globs.end());
    other_ = UnusedLetter(texts);
    for (const std::string_view glob : globs) {
      globs_.emplace_back(glob);
      glob_letters_.insert(globs_.back().letters().begin(), globs_.back().letters().end());
      places_.push_back(words_);
      words_ += globs_.back().words();
    }
    for (size_t i = 0; i < prefixes.size(); ++i) {
      trie_.nodes[trie_.Add(prefixes[i])].deepest = static_cast<uint32_t>(i) + 1;
    }
    trie_.Spread(0, 0);
  }

  void Take(std::string_view text) {
    trie_.nodes[trie_.Add(text)].taken = true;
    trie_.Spread(0, 0);
  }

  // Breadth first, so that the first word of a region is a shortest one.
  bool Run(std::vector<TextRegion>* regions) {
    regions->clear();
    steps_.clear();
    edges_.clear();
    std::map<State, size_t> seen;
    std::map<std::pair<uint32_t, std::vector<bool>>, size_t> found;
    std::vector<Step>& steps = steps_;
    State start;
    start.globs.resize(words_, 0);
    for (size_t g = 0; g < globs_.size(); ++g) globs_[g].Begin(&start.globs[places_[g]]);
    const auto visit = [&](State state, size_t from, char32_t letter) {
      const auto [place, is_new] = seen.try_emplace(std::move(state), steps.size());
      if (is_new) steps.push_back({&place->first, from, letter, kNoRegion});
      if (letter != 0) edges_.push_back({from, place->second, letter});
    };
    visit(start, 0, 0);
    for (size_t at = 0; at < steps.size(); ++at) {
      if (steps.size() > limits_.states || steps.size() * globs_.size() > limits_.steps ||
          regions->size() > limits_.regions) {
        return false;
      }
      const State& state = *steps[at].state;
      const bool taken = state.node != kOffTrie && trie_.nodes[state.node].taken;
      if (at > 0 && !taken) {  // the empty text is absent
        std::vector<bool> accepts;
        for (size_t g = 0; g < globs_.size(); ++g) {
          accepts.push_back(globs_[g].Accepts(&state.globs[places_[g]]));
        }
        const auto [place, is_new] = found.try_emplace({state.deepest, accepts}, regions->size());
        steps[at].region = place->second;
        if (is_new) {
          TextRegion& region = regions->emplace_back();
          region.prefix = state.deepest;
          region.accepts = std::move(accepts);
          std::vector<char32_t> letters;
          for (size_t back = at; back > 0; back = steps[back].from) letters.push_back(steps[back].letter);
          std::for_each(letters.rbegin(), letters.rend(),
                        [&](char32_t letter) { dsl::AppendUtf8(region.word, letter); });
        }
      }
      const auto go = [&](char32_t letter) {
        State next;
        next.deepest = state.deepest;
        next.node = kOffTrie;
        if (state.node != kOffTrie) {
          const auto edge = trie_.nodes[state.node].next.find(letter);
          if (edge != trie_.nodes[state.node].next.end()) {
            next.node = edge->second;
            next.deepest = trie_.nodes[next.node].deepest;
          }
        }
        next.globs.resize(words_, 0);
        for (size_t g = 0; g < globs_.size(); ++g) {
          globs_[g].Step(&state.globs[places_[g]], letter, &next.globs[places_[g]]);
        }
        visit(std::move(next), at, letter);
      };
      go(other_);
      for (const char32_t letter : glob_letters_) go(letter);
      if (state.node == kOffTrie) continue;
      for (const auto& [letter, next] : trie_.nodes[state.node].next) {
        if (!glob_letters_.contains(letter)) go(letter);
      }
    }
    for (Step& step : steps) step.state = nullptr;  // they end with `seen`
    return true;
  }

  // Of regions that have only few words, all of them. A letter that stands for all others stands for more than few.
  std::vector<std::string> FiniteWords() const {
    std::vector<std::vector<size_t>> into(steps_.size());  // edges
    std::vector<std::vector<size_t>> out(steps_.size());
    std::vector<size_t> open(steps_.size(), 0);
    for (size_t edge = 0; edge < edges_.size(); ++edge) {
      into[edges_[edge].to].push_back(edge);
      out[edges_[edge].from].push_back(edge);
      // One more that is never taken off.
      open[edges_[edge].to] += edges_[edge].letter == other_ ? 2 : 1;
    }
    // Whatever is not behind a circle is taken off in order; its words are those of what leads to it.
    std::vector<std::vector<std::u32string>> words(steps_.size());
    std::vector<bool> finite(steps_.size(), false);
    std::vector<size_t> ready;
    if (open[0] == 0) ready.push_back(0);
    words[0] = {U""};
    while (!ready.empty()) {
      const size_t step = ready.back();
      ready.pop_back();
      bool few = true;
      for (const size_t edge : into[step]) {
        const Edge& from = edges_[edge];
        few = few && finite[from.from];
        for (const std::u32string& word : words[from.from]) words[step].push_back(word + from.letter);
      }
      few = few && words[step].size() <= kFewWords;
      finite[step] = few;
      if (!few) words[step].clear();
      for (const size_t edge : out[step]) {
        if (--open[edges_[edge].to] == 0) ready.push_back(edges_[edge].to);
      }
    }
    std::map<size_t, bool> region_is_finite;
    for (size_t step = 0; step < steps_.size(); ++step) {
      if (steps_[step].region == kNoRegion) continue;
      region_is_finite.try_emplace(steps_[step].region, true).first->second &= finite[step];
    }
    std::vector<std::string> all;
    for (size_t step = 0; step < steps_.size(); ++step) {
      if (steps_[step].region == kNoRegion || !region_is_finite[steps_[step].region]) continue;
      for (const std::u32string& word : words[step]) {
        std::string& text = all.emplace_back();
        for (const char32_t letter : word) dsl::AppendUtf8(text, letter);
      }
    }
    return all;
  }

 private:
  static constexpr size_t kNoRegion = SIZE_MAX;
  static constexpr size_t kFewWords = 200;

  struct Step {
    const State* state;
    size_t from;  // index of the step it came from
    char32_t letter;
    size_t region;
  };
  struct Edge {
    size_t from, to;
    char32_t letter;
  };

  const TextRegionLimits limits_;
  std::vector<Step> steps_;
  std::vector<Edge> edges_;
  std::vector<GlobRun> globs_;
  std::vector<size_t> places_;  // of each glob's words in a state
  size_t words_ = 0;            // of all
  std::set<char32_t> glob_letters_;
  char32_t other_ = U'1';
  Trie trie_;
};

}  // namespace

GlobRun::GlobRun(std::string_view pattern) {
  bool star = false;
  std::string literal;
  for (size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '*') {
      star = true;
      ++i;
      continue;
    }
    if (pattern[i] == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '*') ++i;
    const dsl::Character character = dsl::DecodeAt(pattern, i);
    letters_.push_back(character.code);
    stars_.push_back(star);
    star = false;
    i += character.size;
  }
  stars_.push_back(star);
}

void GlobRun::Prune(uint64_t* state) const {
  for (size_t position = letters_.size() + 1; position-- > 0;) {
    if (!HasBit(state, position) || !StarAt(position)) continue;
    for (size_t before = 0; before < position; ++before) state[before / 64] &= ~(uint64_t{1} << (before % 64));
    return;
  }
}

void GlobRun::Begin(uint64_t* state) const { SetBit(state, 0); }

void GlobRun::Step(const uint64_t* state, char32_t letter, uint64_t* next) const {
  for (size_t position = 0; position <= letters_.size(); ++position) {
    if (!HasBit(state, position)) continue;
    if (StarAt(position)) SetBit(next, position);
    if (position < letters_.size() && letters_[position] == letter) SetBit(next, position + 1);
  }
  Prune(next);
}

bool GlobRun::Accepts(const uint64_t* state) const { return HasBit(state, letters_.size()); }

bool FindTextRegions(const std::vector<std::string_view>& prefixes, const std::vector<std::string_view>& globs,
                     const std::function<bool(std::string_view)>& taken, const TextRegionLimits& limits,
                     std::vector<TextRegion>* regions, std::vector<std::string>* finite) {
  RegionSearch search(prefixes, globs, limits);
  for (;;) {
    if (!search.Run(regions)) return false;
    // A first word that has a class of its own stands for nothing here: it is taken out, and another looked for.
    bool again = false;
    for (const TextRegion& region : *regions) {
      if (!taken(region.word)) continue;
      search.Take(region.word);
      again = true;
    }
    if (again) continue;
    if (finite != nullptr) *finite = search.FiniteWords();
    return true;
  }
}

char32_t UnusedLetter(const std::vector<std::string_view>& texts) {
  std::set<char32_t> used;
  for (const std::string_view text : texts) {
    for (const char32_t letter : LettersOf(text)) used.insert(letter);
  }
  for (const char c : std::string_view("1x0z2y9q8w7k6j5v4u3hgbnmprtscdlfioea")) {
    if (!used.contains(static_cast<char32_t>(c))) return static_cast<char32_t>(c);
  }
  char32_t letter = 0x3B1;  // the Greek alphabet, and on
  while (used.contains(letter)) ++letter;
  return letter;
}

PrefixTree::PrefixTree(const std::vector<std::string_view>& sorted) : sorted_(sorted), parents_(sorted.size() + 1, 0) {
  for (uint32_t i = 1; i < sorted_.size(); ++i) {
    uint32_t above = i;  // index + 1 of the text before it
    while (above != 0 && !sorted_[i].starts_with(sorted_[above - 1])) above = parents_[above];
    parents_[i + 1] = above;
  }
}

uint32_t PrefixTree::Deepest(std::string_view text) const {
  const auto after = std::upper_bound(sorted_.begin(), sorted_.end(), text);
  auto prefix = static_cast<uint32_t>(after - sorted_.begin());
  while (prefix != 0 && !text.starts_with(sorted_[prefix - 1])) prefix = parents_[prefix];
  return prefix;
}

}  // namespace keyrule::analysis
