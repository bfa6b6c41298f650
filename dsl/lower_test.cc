#include <utility>

#include "dsl/limits.h"
#include "dsl/lowering.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

Test Lowering::LowerTest(NodeView node) {
  Children children = node.children();
  Test test;
  test.span = node.span();
  test.name = LowerText(children.Take(NodeKind::kText));
  while (!children.done()) test.steps.push_back(LowerStep(children.Take()));
  return test;
}

Step Lowering::LowerStep(NodeView node) {
  Children children = node.children();
  Step step{.what = NextStep{}, .span = node.span()};
  const auto settings = [&](std::vector<Setting>& into) {
    while (children.Is(NodeKind::kSet)) into.push_back(LowerSetting(children.Take()));
  };
  switch (node.kind()) {
    case NodeKind::kGiven: {
      GivenStep given;
      given.credential = LowerText(children.Take(NodeKind::kText));
      if (children.Is(NodeKind::kGivenProvider)) {
        given.provider = LowerText(children.Take().children().Take(NodeKind::kText));
      }
      settings(given.settings);
      step.what = std::move(given);
      break;
    }
    case NodeKind::kClockSet:
      step.what = ClockStep{LowerTimestamp(children.Take(NodeKind::kTimestamp))};
      break;
    case NodeKind::kRequest:
    case NodeKind::kAgain: {
      RequestStep request;
      request.again = node.kind() == NodeKind::kAgain;
      if (children.Is(NodeKind::kMany)) request.repeat = LowerRepeat(children.Take());
      settings(request.settings);
      step.what = std::move(request);
      break;
    }
    case NodeKind::kReport: {
      ReportStep report;
      report.outcome = LowerOutcome(children.Take(NodeKind::kOutcome));
      settings(report.settings);
      step.what = std::move(report);
      break;
    }
    case NodeKind::kPause:
      step.what = WaitStep{LowerDuration(children.Take(NodeKind::kDuration))};
      break;
    case NodeKind::kExpect:
      step.what = LowerExpect(node);
      break;
    default:
      break;  // next
  }
  return step;
}

Repeat Lowering::LowerRepeat(NodeView node) {
  Children children = node.children();
  Repeat repeat;
  repeat.times =
      LowerInteger(children.Take(NodeKind::kInteger), "the number of requests", 1, kMaxRepeats)
          .value;
  if (children.Is(NodeKind::kAtOnce)) {
    repeat.at_once = true;
    if (repeat.times > kMaxAtOnce) {
      diagnostics_.Add(Code::KR0014, node.span(),
                       Cat({"the number of requests at once is larger than ",
                            Thousands(static_cast<uint64_t>(kMaxAtOnce))}),
                       "ask for fewer at once, or one after the other");
      repeat.times = kMaxAtOnce;
    }
  }
  if (children.Is(NodeKind::kEvery)) {
    repeat.every = LowerDuration(children.Take().children().Take(NodeKind::kDuration));
  }
  return repeat;
}

Setting Lowering::LowerSetting(NodeView node) {
  Children children = node.children();
  Setting setting{LowerPath(children.Take(NodeKind::kKey)), Unique{}, node.span()};
  const NodeView value = children.Take();
  switch (value.kind()) {
    case NodeKind::kText:
      setting.value = LowerText(value);
      break;
    case NodeKind::kTexts:
      setting.value = LowerTexts(value);
      break;
    case NodeKind::kInteger:
      setting.value = LowerInteger(value);
      break;
    case NodeKind::kTimestamp:
      setting.value = LowerTimestamp(value);
      break;
    case NodeKind::kDuration:
      setting.value = LowerDuration(value);
      break;
    case NodeKind::kMoney:
      setting.value = LowerMoney(value);
      break;
    case NodeKind::kTrue:
      setting.value = true;
      break;
    case NodeKind::kFalse:
      setting.value = false;
      break;
    default:
      break;  // unique
  }
  return setting;
}

ExpectStep Lowering::LowerExpect(NodeView node) {
  ExpectStep expect;
  for (Children wants = node.children(); !wants.done();) {
    expect.wants.push_back(LowerWant(wants.Take()));
  }
  return expect;
}

Want Lowering::LowerWant(NodeView node) {
  Children children = node.children();
  const auto want = [&](auto what) -> Want { return {std::move(what), node.span()}; };
  switch (node.kind()) {
    case NodeKind::kWantRule:
      return want(WantRule{LowerName(children.Take())});
    case NodeKind::kWantDefault:
      return want(WantDefault{});
    case NodeKind::kWantCredential: {
      const NodeView what = children.Take();
      if (what.kind() == NodeKind::kText) return want(WantCredential{LowerText(what)});
      return want(WantCredentialIn{PoolName{LowerName(what.children().Take())}});
    }
    case NodeKind::kWantSame:
      return want(WantSame{true});
    case NodeKind::kWantAnother:
      return want(WantSame{false});
    case NodeKind::kWantDeny: {
      WantDeny deny;
      if (!children.done()) deny.reason = LowerText(children.Take());
      return want(std::move(deny));
    }
    case NodeKind::kWantHost:
      return want(WantHost{});
    case NodeKind::kWantWait: {
      WantWait wait;
      if (!children.done()) wait.duration = LowerDuration(children.Take());
      return want(wait);
    }
    case NodeKind::kWantTag: {
      Name name = LowerName(children.Take());
      return want(WantTag{std::move(name), LowerText(children.Take())});
    }
    case NodeKind::kWantSkipped: {
      Text credential = LowerText(children.Take());
      return want(WantSkipped{std::move(credential), LowerName(children.Take())});
    }
    default: {  // how many
      constexpr std::string_view kWhat = "the number of requests";
      WantCount count;
      count.least = LowerInteger(children.Take(), kWhat, 0, kMaxRepeats).value;
      count.most = children.Is(NodeKind::kInteger)
                       ? LowerInteger(children.Take(), kWhat, 0, kMaxRepeats).value
                       : count.least;
      count.credential = LowerText(children.Take(NodeKind::kText));
      return want(std::move(count));
    }
  }
}

}  // namespace keyrule::dsl
