// The typed syntax tree of a policy file. lower.cc makes it, resolve.cc fills the fields marked "resolved". Texts are as a rule
// those of the sources, which must live as long (words.h); every node that a diagnostic can point at carries a byte span.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dsl/few.h"
#include "dsl/rare.h"
#include "dsl/source.h"
#include "dsl/words.h"

namespace keyrule::dsl {

inline constexpr uint32_t kUnresolved = UINT32_MAX;

struct Name {  // an identifier as written
  Words text;
  Span span;
};

struct Text {  // a quoted text, decoded
  Words value;
  Span span;
};

struct Integer {
  int64_t value = 0;
  Span span;
};

struct Duration {
  int64_t ms = 0;
  Span span;
};

struct Timestamp {
  int64_t unix_ms = 0;
  Span span;
};

struct Money {
  int64_t micro_usd = 0;  // 1,000,000 = 1 USD
  Span span;
};

// A dotted path. In rules it is a request attribute, in a pool's `where` a field of the credential.
struct Path {
  Words text;  // canonical: without the quotes of quoted parts
  Span span;
  uint32_t slot = kUnresolved;  // resolved: index into Policy::slots; stays unresolved for credential fields
};

// ---- conditions

enum class CompareOp { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
enum class TextOp { kStartsWith, kEndsWith, kContains, kLike, kMatches };

struct Condition;

struct All {  // a and b and …
  std::vector<Condition> terms;
};
struct Any {  // a or b or …
  std::vector<Condition> terms;
};
struct Not {
  std::vector<Condition> term;  // exactly one
};
struct Bare {  // a condition's name, or a bool attribute
  Path path;
  uint32_t let = kUnresolved;  // resolved: index into Policy::lets, or unresolved for a bool attribute
};
struct Presence {
  Path path;
  bool set = true;  // false: `is not set`
};
struct Comparison {
  Path path;
  CompareOp op = CompareOp::kEqual;
  std::variant<Text, Integer, Timestamp> constant;
};
// `in 10%..20% salted "x"`; bounds in hundredths of a percent, 0…10000, half open.
struct Share {
  uint32_t from = 0;
  uint32_t to = 0;
  Words salt;
  Span span;
};
struct TextList {
  Few<Text> items;
  Span span;
};
struct IntegerList {
  Few<Integer> items;
  Span span;
};
struct ListName {  // a list by `let`, or a table (its keys)
  Name name;
  uint32_t let = kUnresolved;    // resolved: one of the two
  uint32_t table = kUnresolved;  // resolved
};
struct Membership {
  Path path;
  bool negated = false;
  std::variant<Share, TextList, IntegerList, ListName> set;
};
struct TextTest {
  Path path;
  TextOp op = TextOp::kStartsWith;
  Text text;  // kMatches: the pattern without its slashes, `\/` undone
};
enum class ClockField { kTime, kWeekday, kDate };
// kTime: milliseconds since midnight, 0…86,400,000. kWeekday: 0 = monday. kDate: days since 1970-01-01.
struct Moment {
  int64_t value = 0;
  Span span;
  bool valid = true;  // false: not of this kind, which has been said
};
struct MomentRange {  // one moment alone: first == last
  Moment first;
  Moment last;
};
struct ClockTest {
  ClockField field = ClockField::kTime;
  bool negated = false;
  std::optional<CompareOp> compare;  // with ranges[0].first as the operand; otherwise `in` ranges
  std::vector<MomentRange> ranges;
  Text zone;  // IANA name
};

struct Condition {
  std::variant<All, Any, Not, Bare, Presence, Comparison, Membership, TextTest, ClockTest> node;
  Span span;
};

// ---- declarations

enum class Type { kString, kInt, kBool, kTimestamp, kEnum, kListOfString, kMapOfString };

struct Attribute {
  Path path;
  Type type = Type::kString;
  Few<Text> values;  // of an enum
  bool optional = false;
  bool untrusted = false;
  Words doc;
  Span span;
};

struct SchemaStatement {
  Text name;
  bool defines = false;  // `schema "x" { … }` in a schema file, not `with`
  std::vector<Attribute> attributes;
  Span span;
};

struct Import {
  Text file;
  Span span;
};

struct Let {
  Name name;
  std::variant<TextList, IntegerList, Condition> value;
  Span span;
};

struct TableEntry {
  Text key;
  Text value;
};
struct Table {
  Name name;
  // Shared by the tables that map the same columns of a file; null: none.
  std::shared_ptr<const std::vector<TableEntry>> rows;
  // `from "f.csv" maps "key" to "value"`; rows are then filled by the loader.
  struct File {
    Text file, key_column, value_column;
  };
  Rare<File> file;
  Span span;

  const std::vector<TableEntry>& entries() const {
    static const std::vector<TableEntry> kNone;
    return rows == nullptr ? kNone : *rows;
  }
};

enum class Outcome {
  kOk, kRateLimited, kUnauthorized, kOutOfCredit, kTimedOut, kServerError, kCallerError
};

struct AllOf {
  Name pool;
  uint32_t index = kUnresolved;  // resolved: into Policy::pools
};
struct Member {
  std::variant<Text, AllOf, Condition> what;  // by name, another pool's, by a condition on the credential
  Rare<Integer> weight;
  uint32_t tier = 1;  // 1 + the number of `then` above
  Span span;
};
struct Cooling {  // `after 3 server_error cool 20s up to 5m`
  uint32_t count = 1;
  Outcome outcome = Outcome::kRateLimited;
  Span outcome_span;
  Duration first;
  Duration most;
  Span span;
};
struct Pool {
  Name name;
  std::vector<Text> providers;  // `of`; empty: every provider
  std::vector<Member> members;
  std::vector<Cooling> coolings;
  std::vector<Span> thens;  // where each `then` stands
  Span span;
};

enum class LimitUnit { kRequests, kTokens, kUsd };
enum class LimitPeriod { kAtOnce, kSecond, kMinute, kHour, kDay, kMonth };
struct Limit {
  int64_t amount = 0;  // requests, tokens, or micro-USD
  LimitUnit unit = LimitUnit::kRequests;
  LimitPeriod period = LimitPeriod::kMinute;
  Span period_span;  // `minute`, `at once`
  Rare<Text> zone;
  Span span;
};
// A quota (the provider's limit) or a budget (our own).
struct Meter {
  bool is_budget = false;
  Name name;
  bool each_credential = false;
  Rare<Path> each;  // `for each app.id`
  std::vector<Member> members;
  std::vector<Limit> limits;
  Span span;
};

// ---- rules

struct Lookup {  // key_of[app.id]
  Name table;
  Path key;
  uint32_t index = kUnresolved;  // resolved: into Policy::tables
};
struct Value {
  std::variant<Text, Lookup, Path> what;
  Span span;
};

enum class StrategyKind {
  kRoundRobin, kWeightedRoundRobin, kRandom, kWeightedRandom, kFirstAvailable,
  kLeastInFlight, kLeastUsed, kHeadroom, kLatency, kSticky
};
struct Strategy {
  StrategyKind kind = StrategyKind::kRoundRobin;
  Span span;
  Rare<Path> on;  // sticky
};
struct PoolName {
  Name name;
  uint32_t index = kUnresolved;  // resolved: into Policy::pools
};
struct UseCredential {  // use credential VALUE [from POOL]
  Value credential;
  Rare<PoolName> from;
};
struct Narrow {  // where FIELD == VALUE
  Path field;
  Value value;
};
struct UsePool {  // use POOL [where …] by STRATEGY
  PoolName pool;
  Rare<Narrow> narrow;
  Strategy strategy;
};
struct MeterName {
  Name name;
  uint32_t index = kUnresolved;  // resolved: into Policy::meters
};
struct Use {
  std::variant<UsePool, UseCredential> what;
  Few<MeterName> under;
  Rare<Duration> waiting;
};
struct Deny {
  Text reason;
};
struct LeaveToHost {};
struct Action {
  std::variant<Use, Deny, LeaveToHost> what;
  Span span;
};
struct Retry {
  Integer times;
  Duration within;
  Span span;
};
struct Tag {
  Name name;
  Value value;
};
struct Chain {
  Few<Action> actions;  // at least one
  Rare<Retry> retry;
  Few<Tag> tags;
};
struct Rule {  // also the default: name "default", no `when`
  Name name;
  std::optional<Condition> when;
  Chain chain;
  Span span;
};

struct Claim {
  bool never = true;  // false: always
  Name name;
  Rare<Condition> when;
  std::variant<PoolName, Text, Deny, LeaveToHost> what;  // Text: use credential "x"; Deny's reason is empty
  Span span;
};

// ---- tests

struct Unique {};
struct Setting {  // KEY = VALUE
  Path key;       // resolved for requests
  std::variant<Text, Integer, Timestamp, TextList, Duration, Money, bool, Unique> value;
  Span span;
};
struct Repeat {
  int64_t times = 1;
  bool at_once = false;
  Rare<Duration> every;
};
struct GivenStep {
  Text credential;
  Rare<Text> provider;
  std::vector<Setting> settings;
};
struct ClockStep {
  Timestamp at;
};
struct RequestStep {  // again: repeats the last request as a new call
  bool again = false;
  Repeat repeat;
  std::vector<Setting> settings;
};
struct NextStep {};
struct ReportStep {
  Outcome outcome = Outcome::kOk;
  std::vector<Setting> settings;  // retry_after, tokens, latency, cost
};
struct WaitStep {
  Duration duration;
};
struct WantRule { Name rule; };
struct WantDefault {};
struct WantCredential { Text name; };
struct WantCredentialIn { PoolName pool; };
struct WantSame { bool same = true; };  // false: another credential
struct WantDeny { Rare<Text> reason; };
struct WantHost {};
struct WantWait { Rare<Duration> duration; };
struct WantTag { Name name; Text value; };
struct WantSkipped { Text credential; Name reason; };
struct WantCount { int64_t least = 0, most = 0; Text credential; };
struct Want {
  std::variant<WantRule, WantDefault, WantCredential, WantCredentialIn, WantSame, WantDeny, WantHost,
               WantWait, WantTag, WantSkipped, WantCount>
      what;
  Span span;
};
struct ExpectStep {
  std::vector<Want> wants;
};
struct Step {
  std::variant<GivenStep, ClockStep, RequestStep, NextStep, ReportStep, WaitStep, ExpectStep> what;
  Span span;
};
struct Test {
  Text name;
  std::vector<Step> steps;
  Span span;
};

using Statement =
    std::variant<SchemaStatement, Import, Let, Table, Pool, Meter, Rule, Claim, Test>;

struct File {
  uint32_t source = 0;
  int64_t edition = 1;
  Span edition_span;
  std::deque<Statement> statements;
  // False: the parser left something out after an error, so nothing may be concluded from what is missing here.
  bool complete = true;
};

// One visitor out of several lambdas.
template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace keyrule::dsl
