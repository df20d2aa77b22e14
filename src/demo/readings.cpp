#include "demo/readings.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "demo/fleet.hpp"

namespace jobflip::demo {
namespace {

using Json = nlohmann::json;

// two beats and a call, with the timings of the demo's pool
constexpr Millis kFresh{1300};

std::string text_at(const Json& object, const char* key) {
  const auto& value = object.at(key);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

std::optional<Millis> millis_at(const Json& object, const char* key) {
  const auto& value = object.at(key);
  if (!value.is_number_integer()) return std::nullopt;
  return Millis{value.get<std::int64_t>()};
}

PoolReading pool_of(const Json& pool) {
  PoolReading reading;
  const auto& owner = pool.at("owner");
  reading.epoch = owner.at("epoch").get<std::int64_t>();
  if (text_at(owner, "state") == "held") reading.holder = text_at(owner, "holder");
  reading.beat_age = millis_at(owner, "beat_age_ms");
  for (const auto& node : pool.at("nodes")) {
    const bool fresh = millis_at(node, "beat_age_ms").value_or(Millis::max()) < kFresh;
    reading.ready_nodes += fresh && node.at("ready").get<bool>() ? 1 : 0;
  }
  if (!pool.at("queues").empty()) reading.verdict = text_at(pool.at("queues")[0], "verdict");
  return reading;
}

MoveReading move_of(const Json& entry) {
  MoveReading move;
  const auto kind = core::parse_history_kind(text_at(entry, "kind"));
  move.kind = kind.value_or(core::HistoryKind::damaged);
  if (entry.at("flip").is_number_integer()) move.flip = entry.at("flip").get<std::int64_t>();
  move.state = text_at(entry, "outcome");
  move.from = text_at(entry, "from");
  move.to = text_at(entry, "to");
  move.reason = text_at(entry, "reason");
  move.at = parse_rfc3339(text_at(entry, "at")).value_or(WallTime{});
  move.to_active = millis_at(entry, "to_active_ms");
  return move;
}

// JSON that breaks the verbs' promise is a bug of the program, and is shown as one
template <class T, class Read>
Result<T> read_json(const std::string& text, const Read& read) {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& fault) {
    return Error{ErrorCode::internal,
                 std::string{"unexpected output: "} + fault.what() + "\n" + text.substr(0, 500),
                 ""};
  }
}

}  // namespace

Result<PoolReading> parse_status(const std::string& json, const std::string& pool) {
  return read_json<PoolReading>(json, [&](const Json& document) -> Result<PoolReading> {
    for (const auto& one : document.at("pools"))
      if (text_at(one, "pool") == pool) return pool_of(one);
    return Error{ErrorCode::not_found, "status knows no pool " + pool, ""};
  });
}

Result<std::vector<MoveReading>> parse_history(const std::string& json) {
  using Moves = std::vector<MoveReading>;
  return read_json<Moves>(json, [](const Json& document) -> Result<Moves> {
    Moves moves;
    for (const auto& entry : document.at("history")) moves.push_back(move_of(entry));
    std::ranges::reverse(moves);
    return moves;
  });
}

Result<PoolReading> read_pool(const Fleet& fleet) {
  const auto output = fleet.verb({"status", "--format", "json"});
  if (!output) return output.error();
  return parse_status(*output, "mail");
}

Result<std::vector<MoveReading>> read_moves(const Fleet& fleet) {
  const auto output = fleet.verb({"history", "mail", "--format", "json"});
  if (!output) return output.error();
  return parse_history(*output);
}

}  // namespace jobflip::demo
