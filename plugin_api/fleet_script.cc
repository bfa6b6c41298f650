#include "plugin_api/fleet_script.h"

#include <charconv>
#include <cstdio>
#include <system_error>
#include <utility>

namespace keyrule::plugin_api {
namespace {

using evaluator::FleetAnswer;
using evaluator::FleetKind;
using evaluator::FleetOrder;
using evaluator::FleetReport;
using store::RedisReply;

std::string Hex(uint64_t number) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return digits;
}

// Which hosts there are: a sorted set of their numbers by when they spoke last, and one member (-) whose score is when the
// server's data began: when it is another one, Redis has lost what it knew.
constexpr char kHosts[] = R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local life = redis.call('ZSCORE', KEYS[1], '-')
if not life then
  life = string.format('%.0f', now)
  redis.call('ZADD', KEYS[1], life, '-')
end
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[2]))) do
  if name ~= '-' then redis.call('ZREM', KEYS[1], name) end
end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {string.format('%.0f', tonumber(life)), redis.call('ZCARD', KEYS[1]) - 1}
)";

// Numbers of turns that nobody else gets: the first is the reply less the count.
constexpr char kTurns[] = R"(
local last = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return last
)";

// One limit: a hash with
//   p, u         of days and months: which one, and what was used of it
//   s<slot>      of windows: what was used in that sixtieth of the period
//   w            who waits for more than is left at once, until when, how much it needs
//   h<host>      round spent held expires slot owed born owed_slot: its last report; of what it held and lost by falling
//                silent, how much was counted as used; since when it counts; and where that was counted
// Whatever a host has not reported is taken for used when it falls silent. All it finds is read as numbers, or as 0.
constexpr char kLimit[] = R"(
local host, kind = 'h' .. ARGV[1], tonumber(ARGV[2])
local slot_us, period, most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local life, round, spent = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local held, used_here, needed = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local leaves, forget_ms, lasts_ms = ARGV[12] == '1', tonumber(ARGV[13]), tonumber(ARGV[14])
local born, pace = tonumber(ARGV[15]), tonumber(ARGV[16])
local WINDOW, PERIOD, AT_ONCE = 0, 1, 2

local t = redis.call('TIME')
local now_us = t[1] * 1000000 + t[2]
local now = math.floor(now_us / 1000)
local now_slot = kind == WINDOW and math.floor(now_us / slot_us) or 0
local function text(n) return string.format('%.0f', n) end
local function number(s)
  local n = tonumber(s)
  return n and n == n and math.abs(n) < 2 ^ 53 and n or 0
end

local all = redis.call('HGETALL', KEYS[1])
local slots, hosts, fields = {}, {}, {}
local changed, gone = {}, {}
for i = 1, #all, 2 do
  local field, value = all[i], all[i + 1]
  local first = string.sub(field, 1, 1)
  if first == 's' then
    local slot = number(string.sub(field, 2))
    if now_slot - slot > 60 then gone[#gone + 1] = field else slots[slot] = number(value) end
  elseif first == 'h' then
    local parts = {}
    for part in string.gmatch(value, '%S+') do parts[#parts + 1] = number(part) end
    hosts[field] = {round = parts[1] or 0, spent = parts[2] or 0, held = parts[3] or 0, expires = parts[4] or 0,
                    slot = parts[5] or 0, owed = parts[6] or 0, born = parts[7] or 0, owed_slot = parts[8] or 0}
    local h = hosts[field]
    if h.held == 0 and now - h.expires > lasts_ms then
      hosts[field] = nil
      gone[#gone + 1] = field
    end
  else
    fields[field] = value
  end
end

local function set(field, value) changed[#changed + 1] = field; changed[#changed + 1] = value end
local used_in_period = number(fields.u)
local function add(slot, amount)
  if amount == 0 then return end
  if kind == PERIOD then
    used_in_period = math.max(used_in_period + amount, 0)
  elseif kind == WINDOW then
    slots[slot] = (slots[slot] or 0) + amount
    set('s' .. text(slot), text(slots[slot]))
  end
end
-- What was counted in that slot, or before: what comes free is never later than what was used.
local function take_back(slot, amount)
  if kind == PERIOD then return add(0, -amount) end
  for s = slot, now_slot - 60, -1 do
    local there = math.min(slots[s] or 0, amount)
    if there > 0 then add(s, -there); amount = amount - there end
    if amount <= 0 then return end
  end
end
local function keep(field, h)
  set(field, table.concat({text(h.round), text(h.spent), text(h.held), text(h.expires), text(h.slot), text(h.owed),
                           text(h.born), text(h.owed_slot)}, ' '))
end

-- A host whose clock is far ahead does not end the day of all others.
if kind == PERIOD then
  local days = now / 86400000
  local most_period = lasts_ms > 3 * 86400000 and math.floor((1970 + days / 365.2425) * 12) + 1 or math.floor(days) + 1
  period = math.min(period, most_period)
  if number(fields.p) > most_period then fields.p = '0' end
end
if kind == PERIOD and period > number(fields.p) then
  used_in_period = 0
  set('p', text(period))
end

for field, h in pairs(hosts) do
  if field ~= host and h.held > 0 and h.expires < now then
    if kind == AT_ONCE then
      -- Its calls may still be out, for as long as a call lasts. What else it held is free.
      local held = now - h.expires > 600000 and 0 or math.min(h.held, h.spent)
      if held ~= h.held then h.held = held; keep(field, h) end
    else
      add(now_slot, h.held)
      h.owed, h.owed_slot = h.owed + h.held, now_slot
      h.held = 0
      keep(field, h)
    end
  end
end

local me = hosts[host]
local is_void = false
if me == nil then
  -- All that it has used is news.
  add(now_slot, used_here)
  me = {round = round, spent = spent, held = 0, slot = now_slot, owed = 0, born = born, owed_slot = 0}
else
  local ahead = (round - me.round) % 65536
  if me.born ~= born then
    -- What it told of the entry's last life is here.
    me.spent, me.born = 0, born
  elseif ahead == 0 or ahead >= 32768 then
    return {1, 0, 0, 0, 0, 0, 0}
  end
  if kind ~= AT_ONCE then
    local more = spent - me.spent
    if more < 0 then
      take_back(math.min(me.slot, now_slot), -more)
    elseif more >= me.owed then
      add(now_slot, more - me.owed)
    else
      take_back(math.min(me.owed_slot, now_slot), me.owed - more)
    end
    -- What was counted as used is not held any more, whatever a report says that was written before.
    if me.owed > 0 then is_void, held = true, 0 end
  end
  me.round, me.spent, me.slot, me.owed = round, spent, now_slot, 0
end
if kind == AT_ONCE then me.spent = used_here end
for i = 17, #ARGV, 2 do
  local slot = kind == WINDOW and math.floor((now_us - number(ARGV[i]) * 1000) / slot_us) or 0
  take_back(math.min(slot, now_slot), number(ARGV[i + 1]))
end

local used = 0
if kind == PERIOD then used = used_in_period end
if kind == WINDOW then for _, amount in pairs(slots) do used = used + amount end end
local others, speaking = 0, 1
for field, h in pairs(hosts) do
  if field ~= host and h.held > 0 then
    others = others + h.held
    if h.expires >= now then speaking = speaking + 1 end
  end
end

-- Whoever waits for more than is left at once comes first, for two seconds: others keep and get no more than a call's worth.
local waiter, wait_until, waits_for = nil, 0, 0
if fields.w then
  local parts = {}
  for part in string.gmatch(fields.w, '%S+') do parts[#parts + 1] = part end
  waiter, wait_until, waits_for = parts[1], number(parts[2]), number(parts[3])
  if wait_until < now or wait_until > now + 2000 or waiter == host then waiter = nil end
end

local granted, target = 0, 0
local room = most - used - others - held
local busy = kind == AT_ONCE and used_here or 0
local lacks = needed - (held - busy)
if not leaves and not is_void then
  -- What is left is for all who spend it now, and for one more who may come; nobody holds much more than it spends in a second.
  local fair = math.max(math.floor((most - used - (kind == AT_ONCE and others or 0) - busy) / (speaking + 1)), 0)
  -- What cannot be had, whatever others give up, is not waited for. Whoever has run out spends more than it could say.
  local can_be = needed <= most - used - busy
  if not can_be then lacks = 0 end
  if held - busy < needed then pace = math.max(2 * pace, math.floor(most / 16)) end
  target = math.min(fair, math.max(2 * needed, pace, math.floor(most / 50)))
  local wanted = math.max(target - (held - busy), lacks, 0)
  if waiter then
    local waiting = hosts[waiter]
    local short = waits_for - (waiting and waiting.held or 0)
    target = math.min(target, needed)
    wanted = math.max(math.min(lacks, room - math.max(short, 0)), 0)
  elseif lacks > room then
    local first = fields.w and string.sub(fields.w, 1, #host) == host and wait_until >= now
    set('w', host .. ' ' .. text(first and wait_until or now + 2000) .. ' ' .. text(needed))
  elseif fields.w and string.sub(fields.w, 1, #host) == host then
    gone[#gone + 1] = 'w'
  end
  granted = math.max(math.min(wanted, room), 0)
  -- Redis may have lost what it knew: first all have the time to notice, and to say what they have used.
  local began = number(redis.call('ZSCORE', KEYS[2], '-') or '0')
  if began ~= life or began + 1500 > now then granted = 0 end
  if lacks > granted and waiter then
    target = 0  -- what it has is of no use to it now
  elseif can_be then
    target = math.max(target, math.min(needed, held - busy + granted))
  end
  target = target + busy
end

-- When there may be more.
local free_ms = 0
if room - granted < math.max(needed, 1) and held + granted < math.max(needed, 1) then
  free_ms = -1
  if kind == WINDOW then
    local order = {}
    for slot, amount in pairs(slots) do if amount > 0 then order[#order + 1] = slot end end
    table.sort(order)
    local lacks = math.max(needed, 1) - (room - granted)
    for _, slot in ipairs(order) do
      lacks = lacks - slots[slot]
      if lacks <= 0 then
        free_ms = math.max(math.ceil(((slot + 61) * slot_us - now_us) / 1000), 1)
        break
      end
    end
  end
end

if leaves then me.held = 0 else me.held = held + granted end
me.expires = now + forget_ms
keep(host, me)
set('u', text(used_in_period))
for i = 1, #changed, 2 do redis.call('HSET', KEYS[1], changed[i], changed[i + 1]) end
if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end
redis.call('PEXPIRE', KEYS[1], text(lasts_ms))
return {0, text(life), text(granted), text(target), text(used), text(others), text(free_ms)}
)";

// Longer than anything in it can count.
int64_t LastsMs(const FleetReport& report) {
  constexpr int64_t kMinute = 60'000;
  constexpr int64_t kDay = 24 * 60 * kMinute;
  switch (report.kind.period) {
    case dsl::LimitPeriod::kHour: return 120 * kMinute;
    case dsl::LimitPeriod::kDay: return 2 * kDay;
    case dsl::LimitPeriod::kMonth: return 63 * kDay;
    default: return 15 * kMinute;
  }
}

bool ReadNumber(const RedisReply& reply, int64_t* number) {
  if (reply.kind == RedisReply::Kind::kInteger) {
    *number = reply.integer;
    return true;
  }
  if (reply.kind != RedisReply::Kind::kText) return false;
  const char* const end = reply.text.data() + reply.text.size();
  const auto [at, error] = std::from_chars(reply.text.data(), end, *number);
  return error == std::errc() && at == end;
}

}  // namespace

FleetScript::FleetScript(std::string prefix, uint64_t host) : prefix_(std::move(prefix)), host_(Hex(host)) {}

std::string_view FleetScript::HostsText() { return kHosts; }
std::string_view FleetScript::LimitText() { return kLimit; }
std::string_view FleetScript::TurnsText() { return kTurns; }

std::string FleetScript::KeyOf(std::string_view kind, uint64_t key) const {
  return prefix_ + ":" + std::string(kind) + ":" + Hex(key);
}

FleetCommand FleetScript::Hosts() const {
  return {{prefix_ + ":hosts"}, {host_, std::to_string(kHostGoneMs), std::to_string(kDataLastsMs)}};
}

FleetCommand FleetScript::Limit(const FleetReport& report) const {
  const int64_t slot_us = report.slots_ms * 1000 / 60;
  FleetCommand command{
      {KeyOf("limit", report.key), prefix_ + ":hosts"},
      {host_, std::to_string(static_cast<int>(report.kind.kind)), std::to_string(slot_us), std::to_string(report.period),
       std::to_string(report.most), std::to_string(report.life), std::to_string(report.cap.round),
       std::to_string(report.spent), std::to_string(report.held), std::to_string(report.used), std::to_string(report.needed),
       report.leaves ? "1" : "0", std::to_string(kForgetMs), std::to_string(LastsMs(report)),
       std::to_string(report.kind.made_ms), std::to_string(report.pace)}};
  for (const FleetReport::Refund& refund : report.refunds) {
    command.arguments.push_back(std::to_string(refund.age_ms));
    command.arguments.push_back(std::to_string(refund.amount));
  }
  return command;
}

FleetCommand FleetScript::Turns(const FleetOrder& order) const {
  constexpr int64_t kLastsMs = 24 * 3'600'000;
  return {{KeyOf("turns", order.key)}, {std::to_string(order.count), std::to_string(kLastsMs)}};
}

bool FleetScript::ReadHosts(const RedisReply& reply, uint64_t* life, uint64_t* hosts) {
  if (reply.kind != RedisReply::Kind::kArray || reply.items.size() != 2) return false;
  int64_t numbers[2];
  for (size_t i = 0; i < 2; ++i) {
    if (!ReadNumber(reply.items[i], &numbers[i]) || numbers[i] < 1) return false;
  }
  *life = static_cast<uint64_t>(numbers[0]);
  *hosts = static_cast<uint64_t>(numbers[1]);
  return true;
}

bool FleetScript::ReadLimit(const RedisReply& reply, FleetAnswer* answer) {
  if (reply.kind != RedisReply::Kind::kArray || reply.items.size() != 7) return false;
  int64_t numbers[7];
  for (size_t i = 0; i < 7; ++i) {
    if (!ReadNumber(reply.items[i], &numbers[i])) return false;
  }
  answer->is_stale = numbers[0] != 0;
  if (numbers[1] < 0 || numbers[2] < 0 || numbers[3] < 0) return false;
  answer->granted = numbers[2];
  answer->target = numbers[3];
  answer->used = numbers[4];
  answer->held_by_others = numbers[5];
  answer->free_ms = numbers[6];
  return true;
}

bool FleetScript::ReadTurns(const RedisReply& reply, const FleetOrder& order, uint64_t* first) {
  if (reply.kind != RedisReply::Kind::kInteger || reply.integer < static_cast<int64_t>(order.count)) return false;
  *first = static_cast<uint64_t>(reply.integer) - order.count;
  return true;
}

}  // namespace keyrule::plugin_api
