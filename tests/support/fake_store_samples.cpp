// Kept readings in the model, and what was learned from them.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "jobflip/core/rhythm.hpp"
#include "support/fake_store.hpp"

namespace jobflip::test {
namespace {

Error over_limit(const std::string& what) {
  return Error{ErrorCode::usage, what + " is over its limit", ""};
}

std::int64_t taught_of(const std::string& document) {
  const auto known = core::parse_rhythm_document(document);
  return known ? known->taught : 0;
}

/// The stall that this flip was for had begun by then, or nobody knows; with 5 minutes to think.
bool is_for_stall_of(const FakeFlip& flip, Millis held_before) {
  const auto evidence = nlohmann::json::parse(flip.evidence, nullptr, false);
  std::optional<Millis> oldest;
  if (evidence.is_object() && evidence.contains("queues"))
    for (const auto& queue : evidence["queues"])
      if (queue["verdict"] == "STALLED" || queue["verdict"] == "HELD")
        oldest = std::max(oldest.value_or(Millis::min()),
                          Millis{queue["verdict_age_ms"].get<std::int64_t>()});
  return !oldest || *oldest >= held_before - Millis{300'000};
}

bool fits(const core::NewSample& one) {
  const auto within = [](Millis length) {
    return length >= Millis{} && length <= core::kSampleAgeMax;
  };
  return within(one.age) && within(one.took) && one.verdict.size() <= 63;
}

}  // namespace

bool FakeDatabase::has_queue(const PoolName& pool, const QueueName& queue) const {
  const auto found = rows.pools.find(pool);
  return found != rows.pools.end() &&
         std::ranges::count(found->second.queues, queue, &core::QueueSettings::name) > 0;
}

void FakeDatabase::forget_learned() {
  std::erase_if(rows.learned,
                [this](const auto& one) { return !has_queue(one.first.first, one.first.second); });
}

Result<bool> FakeDatabase::keep_samples(const std::string& login, const core::SampleBatch& batch) {
  if (auto error = begin(true)) return *error;
  if (batch.samples.size() > core::kSampleBatchMax || !std::ranges::all_of(batch.samples, fits))
    return over_limit("a batch of samples");
  if (auto error = check_login(login, batch.supervisor)) return *error;
  if (!is_leader(batch.supervisor, batch.supervisor_epoch)) return false;
  for (const core::NewSample& one : batch.samples) {
    if (!has_queue(one.pool, one.queue)) continue;
    auto& kept = rows.samples[{one.pool, one.queue}];
    kept.push_back({now - one.age, one.took, one.verdict, one.sample,
                    one.sample ? "" : one.error.substr(0, core::kSampleErrorMax), one.begins});
    std::ranges::stable_sort(kept, {}, &core::KeptSample::at);
  }
  // a day at a time, as the store drops its partitions
  const auto first_day = std::chrono::floor<std::chrono::days>(now - rows.keeping.samples_kept);
  for (auto& [queue, kept] : rows.samples)
    std::erase_if(kept, [&](const core::KeptSample& one) { return one.at < first_day; });
  return true;
}

Result<bool> FakeDatabase::keep_learned(const std::string& login, const core::LearnedBatch& batch) {
  if (auto error = begin(true)) return *error;
  const auto is_long = [](const core::Learned& one) {
    return one.document.size() > core::kLearnedDocumentMax;
  };
  if (batch.learned.size() > core::kLearnedBatchMax || std::ranges::any_of(batch.learned, is_long))
    return over_limit("what was learned");
  if (auto error = check_login(login, batch.supervisor)) return *error;
  if (!is_leader(batch.supervisor, batch.supervisor_epoch)) return false;
  for (const core::Learned& one : batch.learned)
    if (!one.document.starts_with('{') || !one.document.ends_with('}'))
      return Error{ErrorCode::usage, "what was learned is not a JSON object", ""};
  for (const core::Learned& one : batch.learned) {
    if (!has_queue(one.pool, one.queue)) continue;
    auto& kept = rows.learned[{one.pool, one.queue}];
    if (taught_of(kept) <= taught_of(one.document)) kept = one.document;
  }
  return true;
}

Result<core::OperatorAnswer> FakeDatabase::learn(const std::string& login,
                                                 const core::Learned& learned,
                                                 const core::OperatorContext& by) {
  if (auto error = begin(true)) return *error;
  if (learned.document.size() > core::kLearnedDocumentMax) return over_limit("what was learned");
  if (!learned.document.starts_with('{') || !learned.document.ends_with('}'))
    return Error{ErrorCode::usage, "what was learned is not a JSON object", ""};
  if (!has_queue(learned.pool, learned.queue))
    return Error{ErrorCode::not_found, "no queue " + learned.queue.str(), ""};
  auto& kept = rows.learned[{learned.pool, learned.queue}];
  if (taught_of(learned.document) != taught_of(kept) + 1)
    return core::OperatorAnswer{false, false, "learned-meanwhile", "somebody else was faster"};
  kept = learned.document;
  append_audit(
      learned.pool.str(), core::AuditKind::learned, login,
      {.actor = by.claimed_name, .reason = by.reason, .payload = {{"queue", learned.queue.str()}}});
  return core::OperatorAnswer{true, true, "", ""};
}

Result<std::vector<core::ObservedStalls>> FakeDatabase::observed_stalls() {
  if (auto error = begin(false)) return *error;
  std::vector<core::ObservedStalls> out;
  for (const auto& [name, pool] : rows.pools) {
    const auto chain = rows.audit.find(name.str());
    if (pool.mode != core::PoolMode::observe || chain == rows.audit.end()) continue;
    core::ObservedStalls one{name};
    bool in_stall = false;
    WallTime held_at;
    for (const core::AuditEvent& event : chain->second) {
      const bool hold = event.kind == "hold" && event.reason.starts_with("observe: ");
      if (hold && event.at > now - std::chrono::days{7}) {
        ++one.wanted;
        in_stall = true;
        held_at = event.at;
        one.last_is_flipped = false;
      }
      const bool by_hand =
          event.kind == "flip_requested" && std::ranges::any_of(rows.flips, [&](const auto& flip) {
            const auto since = std::chrono::duration_cast<Millis>(event.at - held_at);
            return event.flip == flip.first.value && !flip.second.view.automatic &&
                   flip.second.stalled && is_for_stall_of(flip.second, since);
          });
      if (!by_hand || !in_stall) continue;
      ++one.flipped;
      one.last_is_flipped = true;
      in_stall = false;
    }
    if (one.wanted > 0) out.push_back(one);
  }
  return out;
}

Result<std::vector<core::Learned>> FakeDatabase::learned() {
  if (auto error = begin(false)) return *error;
  std::vector<core::Learned> all;
  for (const auto& [queue, document] : rows.learned)
    all.push_back({queue.first, queue.second, document});
  return all;
}

Result<std::vector<core::KeptSample>> FakeDatabase::samples(const core::SampleQuery& query) {
  if (auto error = begin(false)) return *error;
  std::vector<core::KeptSample> found;
  const auto kept = rows.samples.find({query.pool, query.queue});
  if (kept == rows.samples.end()) return found;
  for (const core::KeptSample& one : kept->second)
    if (one.at >= query.since && one.at < query.until) found.push_back(one);
  return found;
}

/// What its supervisor published last of each queue in which jobs run.
core::LeftBehind FakeDatabase::running_jobs(const PoolName& pool) const {
  core::LeftBehind left;
  for (const core::QueueSettings& queue : rows.pools.at(pool).queues) {
    const auto row = rows.queues.find({pool, queue.name});
    if (row == rows.queues.end()) continue;
    const auto& [verdict, since_then, published_at] = row->second;
    const bool is_read = verdict.sample.has_value();
    if (is_read && verdict.sample->running == 0) continue;
    core::RunningJobs one{
        queue.name, queue.preset.value_or(""), std::nullopt, {}, since(published_at)};
    if (is_read) one.jobs = verdict.sample->running;
    if (is_read) one.ids = verdict.running_ids;
    left.jobs += one.jobs.value_or(0);
    left.queues.push_back(std::move(one));
  }
  std::ranges::stable_sort(left.queues, [](const auto& a, const auto& b) {
    return a.jobs.value_or(-1) > b.jobs.value_or(-1);
  });
  const auto kept = std::min<std::size_t>(left.queues.size(), 10);
  left.queues_left_out = static_cast<std::int64_t>(left.queues.size() - kept);
  left.queues.resize(kept);
  return left;
}

Result<bool> FakeDatabase::publish(const std::string& login, const core::VerdictReport& report) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, report.supervisor)) return *error;
  if (!is_leader(report.supervisor, report.supervisor_epoch)) return false;
  for (const core::QueueVerdict& verdict : report.queues) {
    FakeQueue& queue = rows.queues[{report.pool, verdict.queue}];
    if (queue.verdict.verdict != verdict.verdict) queue.since = now;
    queue.verdict = verdict;
    queue.published_at = now;
  }
  worsen_incident(report.pool);
  return true;
}

}  // namespace jobflip::test
