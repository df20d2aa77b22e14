#include <algorithm>
#include <span>

#include "core/field_json.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/evidence.hpp"
#include "jobflip/core/sample_fields.hpp"

namespace jobflip::core {
namespace {

constexpr std::size_t kMaxTextBytes = 300;

/// Without control characters, and always valid UTF-8.
Json text_json(std::string_view raw) {
  return printable(raw, kMaxTextBytes);
}
Json text_or_null(std::string_view raw) {
  return raw.empty() ? Json{} : text_json(raw);
}

std::size_t size_of(const Json& value) {
  return value.dump().size();
}

/// What the store gets as the last sample, but for the one text of an application.
Json sample_json(const QueueSample& sample) {
  auto out = Json::object();
  add_fields(out, sample, sample_fields(), Absent::is_null);
  if (sample.head) out["head"] = text_json(*sample.head);
  return out;
}

/// Without its samples.
Json queue_json(const QueueEvidence& q) {
  return Json{{"queue", text_json(q.queue.str())},
              {"verdict", q.verdict ? text_json(name_of(*q.verdict)) : Json{}},
              {"verdict_age_ms", q.verdict_age.count()},
              {"window_ms", json_of(q.window)},
              {"quiet_ms", json_of(q.quiet)},
              {"reason", text_json(q.reason)},
              {"samples_newest_first", Json::array()},
              {"samples_left_out", q.newest_first.size()}};
}

Json gates_json(const FlipPlan& plan) {
  Json out = Json::array();
  for (const GateResult& gate : plan.gates)
    out.push_back(Json{{"rule", text_json(name_of(gate.rule))},
                       {"allows", gate.allows},
                       {"applies", gate.applies},
                       {"text", text_json(gate.text)}});
  return out;
}

/// What is left of the bytes of a document, for values of its lists. Its counts of what is left out
/// begin with all that there is: they never grow.
class Room {
 public:
  Room(std::size_t max_bytes, const Json& document)
      : left_{max_bytes - std::min(max_bytes, size_of(document))} {}

  bool take(const Json& value, std::size_t keep_free = 0) {
    const std::size_t wanted = size_of(value) + 1;
    if (wanted + keep_free > left_) return false;
    left_ -= wanted;
    return true;
  }

 private:
  std::size_t left_;
};

void put_candidates(Json& document, Room& room, const FlipPlan& plan, std::size_t keep_free) {
  std::size_t left_out = 0;
  for (const CandidateResult& candidate : plan.candidates) {
    Json one{{"node", text_json(candidate.node.str())},
             {"eligible", candidate.eligible},
             {"text", text_json(candidate.text)},
             {"priority", candidate.priority},
             {"crashes", candidate.crashes}};
    if (room.take(one, keep_free))
      document["candidates"].push_back(std::move(one));
    else
      ++left_out;
  }
  document["candidates_left_out"] = left_out;
}

/// 0 if it is not there, or nothing that can be.
Millis length_of(const Json& queue, const char* key) {
  const auto found = queue.find(key);
  if (found == queue.end() || !found->is_number_integer()) return Millis{};
  return Millis{std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, kLengthMax.count())};
}

bool is_stalled(const QueueEvidence* queue) {
  return queue->verdict && is_stuck(*queue->verdict);
}

struct PutQueue {
  const QueueEvidence* queue;
  Json json;
  bool is_full{false};
};

/// First the queues, then the newest sample of each, the next one of each, and so on.
std::vector<Json> put_group(Room& room, std::span<const QueueEvidence* const> group) {
  std::vector<PutQueue> put;
  std::size_t most_samples = 0;
  for (const QueueEvidence* queue : group) {
    Json json = queue_json(*queue);
    if (!room.take(json)) continue;
    put.push_back({queue, std::move(json)});
    most_samples = std::max(most_samples, queue->newest_first.size());
  }
  for (std::size_t nth = 0; nth < most_samples; ++nth) {
    for (PutQueue& one : put) {
      if (one.is_full || nth >= one.queue->newest_first.size()) continue;
      Json sample = sample_json(one.queue->newest_first[nth]);
      one.is_full = !room.take(sample);
      if (!one.is_full) one.json["samples_newest_first"].push_back(std::move(sample));
    }
  }
  std::vector<Json> out;
  for (PutQueue& one : put) {
    one.json["samples_left_out"] =
        one.queue->newest_first.size() - one.json["samples_newest_first"].size();
    out.push_back(std::move(one.json));
  }
  return out;
}

/// What is STALLED is what it is about: it comes with all that there is room for before the rest.
void put_queues(Json& document, Room& room, const std::vector<QueueEvidence>& queues) {
  std::vector<const QueueEvidence*> order;
  for (const QueueEvidence& queue : queues) order.push_back(&queue);
  const auto rest = std::stable_partition(order.begin(), order.end(), is_stalled);
  const auto stalled = static_cast<std::size_t>(rest - order.begin());
  const std::span<const QueueEvidence*> all{order.data(), order.size()};
  Json& list = document["queues"];
  for (const auto& group : {all.first(stalled), all.subspan(stalled)})
    for (Json& queue : put_group(room, group)) list.push_back(std::move(queue));
  document["queues_left_out"] = queues.size() - list.size();
}

}  // namespace

std::string evidence_json(const Evidence& e, std::size_t max_bytes) {
  Json crash_loop;
  if (const auto& c = e.crashing_holder)
    crash_loop = Json{{"node", text_json(c->node.str())},
                      {"ends", c->crashes},
                      {"within_ms", json_of(c->crashed_within)},
                      {"reason", text_json(c->crash_reason)}};
  Json document{{"automatic", e.automatic},
                {"pool", text_json(e.pool.str())},
                {"epoch", e.epoch.value},
                {"holder", text_or_null(e.holder.str())},
                {"asked", Json{{"from", text_or_null(e.intent.from.str())},
                               {"to", text_or_null(e.intent.to.str())},
                               {"host_is_off", e.intent.host_is_off}}},
                {"to", e.plan.target ? text_json(e.plan.target->str()) : Json{}},
                {"restart", e.plan.restart},
                {"crash_loop", std::move(crash_loop)},
                {"gates", gates_json(e.plan)},
                {"candidates", Json::array()},
                {"candidates_left_out", e.plan.candidates.size()},
                {"queues", Json::array()},
                {"queues_left_out", e.queues.size()}};
  Room room{max_bytes, document};
  put_candidates(document, room, e.plan, max_bytes / 2);
  put_queues(document, room, e.queues);
  return document.dump();
}

Millis quiet_before(const std::string& document) {
  const auto evidence = Json::parse(document, nullptr, false);
  if (!evidence.is_object() || !evidence.contains("queues")) return Millis{};
  Millis longest{};
  for (const Json& queue : evidence["queues"]) {
    if (!queue.is_object()) continue;
    const auto name = queue.value("verdict", Json{});
    const auto verdict =
        name.is_string() ? parse_queue_state(name.get<std::string>()) : std::nullopt;
    if (!verdict || !is_stuck(*verdict)) continue;
    longest = std::max({longest, length_of(queue, "quiet_ms"),
                        length_of(queue, "verdict_age_ms") + length_of(queue, "window_ms")});
  }
  return longest;
}

}  // namespace jobflip::core
