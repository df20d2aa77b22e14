#pragma once
/// Everything that a post-mortem is made from. Whoever makes one gathers these from the store
/// (cli/postmortem_facts.hpp); the functions of this room read no store and no clock.
///
/// All texts in here are untrusted: reasons and notes of people, errors of databases, documents of
/// hosts. They are escaped where they are written (markdown.hpp, html.hpp, json.hpp).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/history.hpp"
#include "jobflip/core/incident.hpp"
#include "jobflip/report/series.hpp"
#include "jobflip/report/zone.hpp"

namespace jobflip::report {

inline constexpr std::size_t kMostQueues = 100;
inline constexpr std::size_t kMostFlips = 10;
inline constexpr std::size_t kMostEvents = 500;
inline constexpr std::size_t kMostNotes = 100;

struct Facts {
  core::Incident incident;
  bool of_flip{false};  // the store has no such incident: it was derived from a flip

  std::vector<core::FlipTimeline> flips;  // the oldest first
  std::vector<core::AuditEvent> events;   // of the pool, the oldest first
  std::vector<Series> queues;             // of the pool
  std::int64_t flips_left_out{0};
  bool events_left_out{false};
  std::int64_t queues_left_out{0};

  WallTime since;  // what the events and readings cover
  WallTime until;
  Zone zone;
  WallTime made_at;
  std::string version;               // of the program
  std::vector<std::string> remarks;  // what could not be read, a sentence each
};

}  // namespace jobflip::report
