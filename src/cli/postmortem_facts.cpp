#include "cli/postmortem_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/report/derived.hpp"
#include "jobflip/view/black_box_document.hpp"

namespace jobflip::cli {
namespace {

constexpr Millis kLeastAround{10'000};
constexpr int kReadingsAround = 6;  // of the slowest queue
constexpr std::int64_t kMostOfOtherChain = 200;

/// What the settings say about the pool now; it may have been removed since.
struct PoolNow {
  WallTime store_time;
  std::vector<core::QueueSettings> queues;
  bool is_there{false};
};

Result<PoolNow> pool_now(ports::ReaderStore& store, const PoolName& pool) {
  const auto snapshot = store.snapshot();
  if (!snapshot) return snapshot.error();
  PoolNow out{snapshot->store_time, {}, false};
  const auto found = std::ranges::find(snapshot->pools, pool,
                                       [](const core::PoolView& one) { return one.settings.name; });
  if (found == snapshot->pools.end()) return out;
  out.is_there = true;
  out.queues = found->settings.queues;
  return out;
}

Millis least_around(const PoolNow& pool) {
  Millis slowest{};
  for (const auto& queue : pool.queues) slowest = std::max(slowest, queue.sample_every);
  return std::max(kLeastAround, kReadingsAround * slowest);
}

void read_queues(ports::ReaderStore& store, const PoolNow& pool, const report::SeriesRange& range,
                 report::Facts& facts) {
  facts.queues.clear();
  facts.queues_left_out = 0;
  for (const auto& queue : pool.queues) {
    if (facts.queues.size() == report::kMostQueues) {
      ++facts.queues_left_out;
      continue;
    }
    report::SeriesBuilder builder{queue.name, queue.done_kind, range};
    const auto read = store.samples({facts.incident.pool, queue.name, range.since, range.until},
                                    [&](const core::KeptSample& sample) {
                                      builder.add(sample);
                                      return true;
                                    });
    if (!read)
      facts.remarks.push_back(fmt::format("The readings of queue {} can't be read: {}",
                                          queue.name.str(), read.error().text));
    facts.queues.push_back(builder.finish());
  }
}

bool is_about(const core::AuditEvent& event, const PoolName& pool) {
  if (event.chain != core::kRefusalsChain) return true;
  const auto payload = view::read_document(event.payload);
  return payload && view::shown(*payload, "pool") == pool.str();
}

void read_chain(ports::ReaderStore& store, const std::string& chain, std::int64_t most,
                report::Facts& facts) {
  core::AuditQuery query{chain, std::numeric_limits<std::int64_t>::min(), most + 1, false, {}};
  query.filter.since = facts.since;
  query.filter.until = facts.until;
  auto events = store.audit(query);
  if (!events) {
    facts.remarks.push_back(
        fmt::format("The events of chain {} can't be read: {}", chain, events.error().text));
    return;
  }
  if (static_cast<std::int64_t>(events->size()) > most) {
    facts.events_left_out = true;
    events->resize(static_cast<std::size_t>(most));
  }
  for (auto& event : *events)
    if (is_about(event, facts.incident.pool)) facts.events.push_back(std::move(event));
}

/// Of the pool, and what concerns every pool. Sessions that kept a beat waiting are not in it.
void read_events(ports::ReaderStore& store, report::Facts& facts) {
  const auto most = static_cast<std::int64_t>(report::kMostEvents);
  read_chain(store, facts.incident.pool.str(), most, facts);
  for (const auto chain : {core::kStoreChain, core::kRefusalsChain})
    read_chain(store, std::string{chain}, kMostOfOtherChain, facts);
  std::ranges::stable_sort(facts.events, {}, &core::AuditEvent::at);
}

void read_flips(ports::ReaderStore& store, report::Facts& facts) {
  for (const auto id : facts.incident.flips) {
    if (facts.flips.size() == report::kMostFlips) {
      ++facts.flips_left_out;
      continue;
    }
    auto timeline = store.timeline(id);
    if (timeline)
      facts.flips.push_back(std::move(*timeline));
    else
      facts.remarks.push_back(
          fmt::format("Flip {} can't be read: {}", id.value, timeline.error().text));
  }
  std::ranges::stable_sort(facts.flips, {},
                           [](const core::FlipTimeline& one) { return one.flip.requested_at; });
}

void finish_facts(ports::ReaderStore& store, const PoolNow& pool, const WantedZone& zone,
                  report::Facts& facts) {
  if (!pool.is_there)
    facts.remarks.push_back("The pool has been removed since, so its queues are not known.");
  if (facts.incident.notes.size() > report::kMostNotes) {
    facts.remarks.push_back(fmt::format("The oldest {} of {} notes are on this page.",
                                        report::kMostNotes, facts.incident.notes.size()));
    facts.incident.notes.resize(report::kMostNotes);
  }
  facts.made_at = pool.store_time;
  facts.zone = zone_between(zone, facts.since, facts.until);
  read_events(store, facts);
}

void set_range(const report::SeriesRange& range, report::Facts& facts) {
  facts.since = range.since;
  facts.until = range.until;
}

}  // namespace

Result<report::Facts> facts_of_incident(ports::ReaderStore& store, core::Incident incident,
                                        const WantedZone& zone) {
  report::Facts facts;
  facts.incident = std::move(incident);
  const auto pool = pool_now(store, facts.incident.pool);
  if (!pool) return pool.error();
  const auto range = report::range_of(facts.incident, pool->store_time, least_around(*pool));
  set_range(range, facts);
  read_flips(store, facts);
  read_queues(store, *pool, range, facts);
  finish_facts(store, *pool, zone, facts);
  return facts;
}

Result<report::Facts> facts_of_flip(ports::ReaderStore& store, FlipId flip,
                                    const WantedZone& zone) {
  auto timeline = store.timeline(flip);
  if (!timeline) return timeline.error();
  report::Facts facts;
  facts.of_flip = true;
  facts.incident.pool = timeline->flip.pool;
  const auto pool = pool_now(store, facts.incident.pool);
  if (!pool) return pool.error();
  const auto least = least_around(*pool);
  // twice: only once it is known when the pool recovered is it known which readings the page needs
  read_queues(store, *pool, report::range_of(*timeline, pool->store_time, least), facts);
  facts.incident = report::incident_of(*timeline, facts.queues);
  const auto range = report::range_of(facts.incident, pool->store_time, least);
  set_range(range, facts);
  facts.remarks.clear();
  read_queues(store, *pool, range, facts);
  facts.incident = report::incident_of(*timeline, facts.queues);
  facts.flips.push_back(std::move(*timeline));
  finish_facts(store, *pool, zone, facts);
  return facts;
}

}  // namespace jobflip::cli
