#include "dsl/promises.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace keyrule::dsl {
namespace {

using List = std::vector<std::string_view>;

uint32_t PoolOf(const Member& member) {
  const auto* all_of = std::get_if<AllOf>(&member.what);
  return all_of == nullptr ? kUnresolved : all_of->index;
}

}  // namespace

Implied::Values Promises::Of(uint32_t index) {
  if (known_[index]) return *known_[index];
  const Pool& pool = policy_.pools[index];
  Implied::Values values;
  if (!pool.providers.empty()) {
    List own;
    for (const Text& provider : pool.providers) own.push_back(provider.value);
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    values = std::make_shared<const List>(std::move(own));
  } else {
    for (const Member& member : pool.members) {
      const uint32_t inner = PoolOf(member);
      const Implied::Values promise = inner == kUnresolved ? nullptr : Of(inner);
      if (promise == nullptr || promise == values) continue;
      if (values == nullptr) {
        values = promise;
        continue;
      }
      List common;
      std::set_intersection(values->begin(), values->end(), promise->begin(), promise->end(),
                            std::back_inserter(common));
      values = std::make_shared<const List>(std::move(common));
    }
  }
  known_[index] = values;
  return values;
}

bool Promises::Keeps(uint32_t pool, const Implied::Values& values) {
  const Implied::Values legal = Of(pool);
  return legal == nullptr || (values != nullptr && contained_.Of(legal, values));
}

Promises::Broken Promises::BrokenBy(uint32_t index, const Implied::Values& values) {
  const Pool* pool = &policy_.pools[index];
  const Member* by = nullptr;
  while (pool->providers.empty()) {
    const auto at =
        std::find_if(pool->members.begin(), pool->members.end(), [&](const Member& member) {
          return PoolOf(member) != kUnresolved && !Keeps(PoolOf(member), values);
        });
    if (at == pool->members.end()) break;
    if (by == nullptr) by = &*at;
    pool = &policy_.pools[PoolOf(*at)];
  }
  return {pool, by};
}

}  // namespace keyrule::dsl
