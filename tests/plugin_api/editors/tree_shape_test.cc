// The trees of the central constructs, whole: what queries of editors are written against.
#include <gtest/gtest.h>

#include <string>

#include "tests/plugin_api/editors/tree.h"

namespace keyrule::editors {
namespace {

std::string ShapeOf(const std::string& statement) {
  const Tree tree("keyrule 1 " + statement);
  EXPECT_TRUE(tree.sound());
  return tree.Shape();
}

// The same without the line breaks and indentation in which it is written here.
std::string File(const std::string& statement) {
  std::string text = "(file (header edition: (integer))";
  for (const char c : statement) {
    if (c != ' ' && c != '\n') {
      text += c;
    } else if (text.back() != ' ') {
      text += ' ';
    }
  }
  return text + ")";
}

TEST(TreeShapeTest, Pool) {
  EXPECT_EQ(ShapeOf(R"(
pool keys of "openai", "azure_openai" {
  "a" weight 3
  all of others
then
  where labels.tier == "gold"
  after 2 rate_limited cool 20s up to 5m
})"),
            File(R"(
  (pool name: (identifier) provider: (text) provider: (text)
    (pool_member credential: (text) (weight (integer)))
    (pool_member (all_of pool: (identifier)))
    (then)
    (pool_member (where (check path: (path) (compare) (text))))
    (cooling (integer) (outcome) (duration) (duration))))"));
}

TEST(TreeShapeTest, Rule) {
  EXPECT_EQ(ShapeOf(R"(
rule r {
  when app.id in apps
  use keys where labels.team == "x" by sticky on user.id under month, day waiting up to 3s
  else use credential key_of[app.id] from keys
  else deny "no"
  retry 2 times within 20s
  tag team = "x", app = app.id
})"),
            File(R"(
  (rule name: (identifier)
    (when (check path: (path) list: (identifier)))
    (use pool: (identifier) (narrow key: (path) value: (text)) (strategy (path))
      (under (identifier) (identifier)) (waiting (duration)))
    (else (use credential: (lookup table: (identifier) key: (path)) pool: (identifier)))
    (else (deny (text)))
    (retry (integer) (duration))
    (tag (tag_item name: (identifier) value: (text))
      (tag_item name: (identifier) value: (path)))))"));
}

TEST(TreeShapeTest, Condition) {
  EXPECT_EQ(ShapeOf(R"(
let open = weekday in [mon..thu, sat] at "UTC"
  and not (user.paid or user.id in 10%..20% salted "x" or model matches /^a/)
  and not closed and size >= -5)"),
            File(R"(
  (let name: (identifier) value: (and
    (clock (span (moment) (moment)) (span (moment)) (zone (text)))
    (not (group (or
      (check path: (path))
      (check path: (path) (share (percent) (percent) (text)))
      (check path: (path) (pattern)))))
    (not (path))
    (check path: (path) (compare) (integer)))))"));
}

TEST(TreeShapeTest, Test) {
  EXPECT_EQ(ShapeOf(R"(
test "t" {
  given credential "a" of "openai" with weight = 3, enabled = true
  clock 2026-01-05T12:00Z
  request 400 times at once with app.id = unique
  expect rule r, 300 on "a", skipped "b" as cooling, tag team = "x", wait
  wait 1s
  again
  report ok with retry_after = 60s, cost = 1.50
  next
})"),
            File(R"(
  (test name: (text)
    (given credential: (text) provider: (text)
      (with (set key: (path) value: (integer)) (set key: (path) value: (boolean))))
    (clock_set (timestamp))
    (request (many (integer)) (with (set key: (path) value: (unique))))
    (expect (want rule: (identifier)) (want (integer) (text)) (want (text) (reason))
      (want (want_tag name: (identifier) value: (text))) (want))
    (wait (duration))
    (again)
    (report (outcome) (with (set key: (path) value: (duration))
      (set key: (path) value: (decimal))))
    (next)))"));
}

TEST(TreeShapeTest, BudgetAndClaim) {
  EXPECT_EQ(ShapeOf(R"(
budget b for each user.id { "a" limit 5 requests at once limit 50.00 usd per month at "UTC" }
never spends { when a.b deny }
always uses { use credential "a" })"),
            File(R"(
  (budget name: (identifier) each: (path) credential: (text)
    (limit (integer) (unit))
    (limit (decimal) (period) (zone (text))))
  (claim name: (identifier) (when (check path: (path))) (deny))
  (claim name: (identifier) (spend credential: (text))))"));
}

// Words are keywords only in their place, and none before or behind a dot.
TEST(TreeShapeTest, WordsAsNames) {
  EXPECT_EQ(ShapeOf(R"(
pool host { where request.id is set and default.rule and inputs."client-id" is not set }
rule clock {
  when matches in list and set like "x" and request
  use by where with == enum[at] by random under for, each
  else use credential when.then.use from up
  tag by = enum[of]
}
test "t" { request with weight = 3, and = "x" expect rule clock, credential in host })"),
            File(R"(
  (pool name: (identifier) (pool_member (where (and
    (check path: (path)) (check path: (path)) (check path: (path))))))
  (rule name: (identifier)
    (when (and (check path: (path) list: (identifier)) (check path: (path) (text))
      (check path: (path))))
    (use pool: (identifier) (narrow key: (path) value: (lookup table: (identifier) key: (path)))
      (strategy) (under (identifier) (identifier)))
    (else (use credential: (path) pool: (identifier)))
    (tag (tag_item name: (identifier) value: (lookup table: (identifier) key: (path)))))
  (test name: (text)
    (request (with (set key: (path) value: (integer)) (set key: (path) value: (text))))
    (expect (want rule: (identifier)) (want pool: (identifier)))))"));
}

}  // namespace
}  // namespace keyrule::editors
