// Which rules of the grammar leave a node in the syntax tree.
#pragma once

#include "dsl/grammar.h"
#include "dsl/syntax_tree.h"

namespace keyrule::dsl {

template <class Rule>
inline constexpr NodeKind kNodeKind = NodeKind::kNone;

template <>
inline constexpr NodeKind kNodeKind<grammar::name> = NodeKind::kName;
template <>
inline constexpr NodeKind kNodeKind<grammar::path> = NodeKind::kPath;
template <>
inline constexpr NodeKind kNodeKind<grammar::key> = NodeKind::kKey;
template <>
inline constexpr NodeKind kNodeKind<grammar::text> = NodeKind::kText;
template <>
inline constexpr NodeKind kNodeKind<grammar::pattern> = NodeKind::kPattern;
template <>
inline constexpr NodeKind kNodeKind<grammar::integer> = NodeKind::kInteger;
template <>
inline constexpr NodeKind kNodeKind<grammar::money> = NodeKind::kMoney;
template <>
inline constexpr NodeKind kNodeKind<grammar::percent> = NodeKind::kPercent;
template <>
inline constexpr NodeKind kNodeKind<grammar::duration> = NodeKind::kDuration;
template <>
inline constexpr NodeKind kNodeKind<grammar::timestamp> = NodeKind::kTimestamp;
template <>
inline constexpr NodeKind kNodeKind<grammar::moment> = NodeKind::kMoment;
template <>
inline constexpr NodeKind kNodeKind<grammar::compare> = NodeKind::kCompare;
template <>
inline constexpr NodeKind kNodeKind<grammar::texts> = NodeKind::kTexts;
template <>
inline constexpr NodeKind kNodeKind<grammar::integers> = NodeKind::kIntegers;

template <>
inline constexpr NodeKind kNodeKind<grammar::header> = NodeKind::kHeader;
template <>
inline constexpr NodeKind kNodeKind<grammar::schema> = NodeKind::kSchema;
template <>
inline constexpr NodeKind kNodeKind<grammar::import_file> = NodeKind::kImport;
template <>
inline constexpr NodeKind kNodeKind<grammar::let> = NodeKind::kLet;
template <>
inline constexpr NodeKind kNodeKind<grammar::table> = NodeKind::kTable;
template <>
inline constexpr NodeKind kNodeKind<grammar::pool> = NodeKind::kPool;
template <>
inline constexpr NodeKind kNodeKind<grammar::quota> = NodeKind::kQuota;
template <>
inline constexpr NodeKind kNodeKind<grammar::budget> = NodeKind::kBudget;
template <>
inline constexpr NodeKind kNodeKind<grammar::rule> = NodeKind::kRule;
template <>
inline constexpr NodeKind kNodeKind<grammar::fallback> = NodeKind::kFallback;
template <>
inline constexpr NodeKind kNodeKind<grammar::claim> = NodeKind::kClaim;
template <>
inline constexpr NodeKind kNodeKind<grammar::test> = NodeKind::kTest;

template <>
inline constexpr NodeKind kNodeKind<grammar::attribute> = NodeKind::kAttribute;
template <>
inline constexpr NodeKind kNodeKind<grammar::type> = NodeKind::kType;
template <>
inline constexpr NodeKind kNodeKind<grammar::kw_optional> = NodeKind::kOptional;
template <>
inline constexpr NodeKind kNodeKind<grammar::kw_untrusted> = NodeKind::kUntrusted;
template <>
inline constexpr NodeKind kNodeKind<grammar::table_file> = NodeKind::kTableFile;
template <>
inline constexpr NodeKind kNodeKind<grammar::entry> = NodeKind::kEntry;
template <>
inline constexpr NodeKind kNodeKind<grammar::providers> = NodeKind::kProviders;
template <>
inline constexpr NodeKind kNodeKind<grammar::member> = NodeKind::kMember;
template <>
inline constexpr NodeKind kNodeKind<grammar::all_of> = NodeKind::kAllOf;
template <>
inline constexpr NodeKind kNodeKind<grammar::weight> = NodeKind::kWeight;
template <>
inline constexpr NodeKind kNodeKind<grammar::then> = NodeKind::kThen;
template <>
inline constexpr NodeKind kNodeKind<grammar::cooling> = NodeKind::kCooling;
template <>
inline constexpr NodeKind kNodeKind<grammar::up_to> = NodeKind::kUpTo;
template <>
inline constexpr NodeKind kNodeKind<grammar::outcome> = NodeKind::kOutcome;
template <>
inline constexpr NodeKind kNodeKind<grammar::limit> = NodeKind::kLimit;
template <>
inline constexpr NodeKind kNodeKind<grammar::unit> = NodeKind::kUnit;
template <>
inline constexpr NodeKind kNodeKind<grammar::at_once> = NodeKind::kAtOnce;
template <>
inline constexpr NodeKind kNodeKind<grammar::period> = NodeKind::kPeriod;
template <>
inline constexpr NodeKind kNodeKind<grammar::zone> = NodeKind::kZone;
template <>
inline constexpr NodeKind kNodeKind<grammar::each> = NodeKind::kEach;
template <>
inline constexpr NodeKind kNodeKind<grammar::each_credential> = NodeKind::kEach;

template <>
inline constexpr NodeKind kNodeKind<grammar::condition> = NodeKind::kCondition;
template <>
inline constexpr NodeKind kNodeKind<grammar::and_terms> = NodeKind::kAndTerms;
template <>
inline constexpr NodeKind kNodeKind<grammar::or_terms> = NodeKind::kOrTerms;
template <>
inline constexpr NodeKind kNodeKind<grammar::term> = NodeKind::kTerm;
template <>
inline constexpr NodeKind kNodeKind<grammar::negation> = NodeKind::kNegation;
template <>
inline constexpr NodeKind kNodeKind<grammar::group> = NodeKind::kGroup;
template <>
inline constexpr NodeKind kNodeKind<grammar::bare> = NodeKind::kBare;
template <>
inline constexpr NodeKind kNodeKind<grammar::clock> = NodeKind::kClock;
template <>
inline constexpr NodeKind kNodeKind<grammar::clock_field> = NodeKind::kClockField;
template <>
inline constexpr NodeKind kNodeKind<grammar::span> = NodeKind::kSpan;
template <>
inline constexpr NodeKind kNodeKind<grammar::check> = NodeKind::kCheck;
template <>
inline constexpr NodeKind kNodeKind<grammar::presence> = NodeKind::kPresence;
template <>
inline constexpr NodeKind kNodeKind<grammar::membership> = NodeKind::kMembership;
template <>
inline constexpr NodeKind kNodeKind<grammar::share> = NodeKind::kShare;
template <>
inline constexpr NodeKind kNodeKind<grammar::salt> = NodeKind::kSalt;
template <>
inline constexpr NodeKind kNodeKind<grammar::list_name> = NodeKind::kListName;
template <>
inline constexpr NodeKind kNodeKind<grammar::starts_with> = NodeKind::kStartsWith;
template <>
inline constexpr NodeKind kNodeKind<grammar::ends_with> = NodeKind::kEndsWith;
template <>
inline constexpr NodeKind kNodeKind<grammar::contains> = NodeKind::kContains;
template <>
inline constexpr NodeKind kNodeKind<grammar::like> = NodeKind::kLike;
template <>
inline constexpr NodeKind kNodeKind<grammar::matches> = NodeKind::kMatches;
template <>
inline constexpr NodeKind kNodeKind<grammar::comparison> = NodeKind::kComparison;

template <>
inline constexpr NodeKind kNodeKind<grammar::when> = NodeKind::kWhen;
template <>
inline constexpr NodeKind kNodeKind<grammar::action> = NodeKind::kAction;
template <>
inline constexpr NodeKind kNodeKind<grammar::use> = NodeKind::kUse;
template <>
inline constexpr NodeKind kNodeKind<grammar::use_credential> = NodeKind::kUseCredential;
template <>
inline constexpr NodeKind kNodeKind<grammar::from_pool> = NodeKind::kFromPool;
template <>
inline constexpr NodeKind kNodeKind<grammar::use_pool> = NodeKind::kUsePool;
template <>
inline constexpr NodeKind kNodeKind<grammar::narrow> = NodeKind::kNarrow;
template <>
inline constexpr NodeKind kNodeKind<grammar::strategy> = NodeKind::kStrategy;
template <>
inline constexpr NodeKind kNodeKind<grammar::under> = NodeKind::kUnder;
template <>
inline constexpr NodeKind kNodeKind<grammar::waiting> = NodeKind::kWaiting;
template <>
inline constexpr NodeKind kNodeKind<grammar::deny> = NodeKind::kDeny;
template <>
inline constexpr NodeKind kNodeKind<grammar::leave> = NodeKind::kLeave;
template <>
inline constexpr NodeKind kNodeKind<grammar::retry> = NodeKind::kRetry;
template <>
inline constexpr NodeKind kNodeKind<grammar::tag> = NodeKind::kTag;
template <>
inline constexpr NodeKind kNodeKind<grammar::tag_item> = NodeKind::kTagItem;
template <>
inline constexpr NodeKind kNodeKind<grammar::value> = NodeKind::kValue;
template <>
inline constexpr NodeKind kNodeKind<grammar::lookup> = NodeKind::kLookup;
template <>
inline constexpr NodeKind kNodeKind<grammar::spend> = NodeKind::kSpend;
template <>
inline constexpr NodeKind kNodeKind<grammar::bare_deny> = NodeKind::kBareDeny;

template <>
inline constexpr NodeKind kNodeKind<grammar::set> = NodeKind::kSet;
template <>
inline constexpr NodeKind kNodeKind<grammar::many> = NodeKind::kMany;
template <>
inline constexpr NodeKind kNodeKind<grammar::every> = NodeKind::kEvery;
template <>
inline constexpr NodeKind kNodeKind<grammar::given> = NodeKind::kGiven;
template <>
inline constexpr NodeKind kNodeKind<grammar::given_provider> = NodeKind::kGivenProvider;
template <>
inline constexpr NodeKind kNodeKind<grammar::clock_set> = NodeKind::kClockSet;
template <>
inline constexpr NodeKind kNodeKind<grammar::request> = NodeKind::kRequest;
template <>
inline constexpr NodeKind kNodeKind<grammar::again> = NodeKind::kAgain;
template <>
inline constexpr NodeKind kNodeKind<grammar::next> = NodeKind::kNext;
template <>
inline constexpr NodeKind kNodeKind<grammar::report> = NodeKind::kReport;
template <>
inline constexpr NodeKind kNodeKind<grammar::pause> = NodeKind::kPause;
template <>
inline constexpr NodeKind kNodeKind<grammar::expect> = NodeKind::kExpect;
template <>
inline constexpr NodeKind kNodeKind<grammar::kw_true> = NodeKind::kTrue;
template <>
inline constexpr NodeKind kNodeKind<grammar::kw_false> = NodeKind::kFalse;
template <>
inline constexpr NodeKind kNodeKind<grammar::kw_unique> = NodeKind::kUnique;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_rule> = NodeKind::kWantRule;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_default> = NodeKind::kWantDefault;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_credential> = NodeKind::kWantCredential;
template <>
inline constexpr NodeKind kNodeKind<grammar::in_pool> = NodeKind::kInPool;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_same> = NodeKind::kWantSame;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_another> = NodeKind::kWantAnother;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_deny> = NodeKind::kWantDeny;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_host> = NodeKind::kWantHost;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_wait> = NodeKind::kWantWait;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_tag> = NodeKind::kWantTag;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_skipped> = NodeKind::kWantSkipped;
template <>
inline constexpr NodeKind kNodeKind<grammar::reason> = NodeKind::kReason;
template <>
inline constexpr NodeKind kNodeKind<grammar::want_count> = NodeKind::kWantCount;

}  // namespace keyrule::dsl
