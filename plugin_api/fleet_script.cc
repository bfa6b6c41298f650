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

// Which hosts there are: a sorted set of their numbers by when they spoke last.
constexpr char kHosts[] = R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[2]))
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
)";

// Numbers of turns that nobody else gets: the first is the reply less the count.
constexpr char kTurns[] = R"(
local last = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return last
)";

// One limit: a hash with
//   e            which life of the key this is: its first moment, in microseconds
//   r            until when nothing is granted: others may have to say first what they have used
//   p, u         of days and months: which one, and what was used of it
//   s<slot>      of windows: what was used in that sixtieth of the period
//   h<host>      round spent held expires slot owed born: its last report; of what it held and lost by falling silent, how
//                much was counted as used; and since when it counts
// Whatever a host has not reported is taken for used when it falls silent. All it finds is read as numbers, or as 0.
constexpr char kLimit[] = R"(
local host, kind = 'h' .. ARGV[1], tonumber(ARGV[2])
local slot_us, period, most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local epoch, round, spent = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local held, used_here, needed = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local leaves, forget_ms, lasts_ms = ARGV[12] == '1', tonumber(ARGV[13]), tonumber(ARGV[14])
local born = tonumber(ARGV[15])
local WINDOW, PERIOD, AT_ONCE = 0, 1, 2

local t = redis.call('TIME')
local now_us = t[1] * 1000000 + t[2]
local now = math.floor(now_us / 1000)
local now_slot = kind == WINDOW and math.floor(now_us / slot_us) or 0
local function text(n) return string.format('%.0f', n) end
local function number(s) return tonumber(s) or 0 end

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
                    slot = parts[5] or 0, owed = parts[6] or 0, born = parts[7] or 0}
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
                           text(h.born)}, ' '))
end

if kind == PERIOD and period > number(fields.p) then
  used_in_period = 0
  set('p', text(period))
end

local is_new = fields.e == nil
if is_new then
  fields.e = text(now_us)
  set('e', fields.e)
  -- A host that knows it as it was: Redis has lost it. Before anything is granted, all have the time to speak.
  if epoch ~= '0' then
    fields.r = text(now + 1000)
    set('r', fields.r)
  end
end

for field, h in pairs(hosts) do
  if field ~= host and h.held > 0 and h.expires < now then
    if kind == AT_ONCE then
      -- Its calls may still be out, for as long as a call lasts. What else it held is free.
      local held = now - h.expires > 600000 and 0 or math.min(h.held, h.spent)
      if held ~= h.held then h.held = held; keep(field, h) end
    else
      add(now_slot, h.held)
      h.owed = h.owed + h.held
      h.held = 0
      keep(field, h)
    end
  end
end

local me = hosts[host]
if me == nil or me.born ~= born then
  if kind ~= AT_ONCE then add(now_slot, used_here) end
  me = {round = round, spent = spent, held = 0, slot = now_slot, owed = 0, born = born}
else
  local ahead = (round - me.round) % 65536
  if ahead == 0 or ahead >= 32768 then return {1, 0, 0, 0, 0, 0, 0} end
  if me.held > 0 and me.expires < now and kind ~= AT_ONCE then
    -- It was silent for too long, and nobody has counted what it held as used.
    me.held = 0
  end
  if kind ~= AT_ONCE then
    local more = spent - me.spent
    if more < 0 then
      take_back(math.min(me.slot, now_slot), -more)
    else
      add(now_slot, math.max(more - me.owed, 0))
    end
  end
  me.round, me.spent, me.slot, me.owed = round, spent, now_slot, 0
end
if kind == AT_ONCE then me.spent = used_here end
for i = 16, #ARGV, 2 do
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

local granted, target = 0, 0
local room = most - used - others - held
if not leaves then
  -- What is left is for all who spend it now, and for one more who may come.
  target = math.max(math.floor((most - used) / (speaking + 1)), 0)
  if kind == AT_ONCE then target = used_here + math.max(math.floor((most - others - used_here) / (speaking + 1)), 0) end
  local wanted = math.max(target - held, 0)
  local busy = kind == AT_ONCE and used_here or 0
  if held - busy < needed then wanted = math.max(wanted, needed - (held - busy)) end
  granted = math.max(math.min(wanted, room), 0)
  if number(fields.r) > now then granted = 0 end
  target = math.max(target, needed + busy)
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
return {0, fields.e, text(granted), text(target), text(used), text(others), text(free_ms)}
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

FleetCommand FleetScript::Hosts() const { return {prefix_ + ":hosts", {host_, std::to_string(kHostGoneMs)}}; }

FleetCommand FleetScript::Limit(const FleetReport& report) const {
  const int64_t slot_us = report.slots_ms * 1000 / 60;
  FleetCommand command{
      KeyOf("limit", report.key),
      {host_, std::to_string(static_cast<int>(report.kind.kind)), std::to_string(slot_us), std::to_string(report.period),
       std::to_string(report.most), std::to_string(report.epoch), std::to_string(report.cap.round),
       std::to_string(report.spent), std::to_string(report.held), std::to_string(report.used), std::to_string(report.needed),
       report.leaves ? "1" : "0", std::to_string(kForgetMs), std::to_string(LastsMs(report)),
       std::to_string(report.kind.made_ms)}};
  for (const FleetReport::Refund& refund : report.refunds) {
    command.arguments.push_back(std::to_string(refund.age_ms));
    command.arguments.push_back(std::to_string(refund.amount));
  }
  return command;
}

FleetCommand FleetScript::Turns(const FleetOrder& order) const {
  constexpr int64_t kLastsMs = 24 * 3'600'000;
  return {KeyOf("turns", order.key), {std::to_string(order.count), std::to_string(kLastsMs)}};
}

bool FleetScript::ReadHosts(const RedisReply& reply, uint64_t* hosts) {
  if (reply.kind != RedisReply::Kind::kInteger || reply.integer < 1) return false;
  *hosts = static_cast<uint64_t>(reply.integer);
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
  answer->epoch = static_cast<uint64_t>(numbers[1]);
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
