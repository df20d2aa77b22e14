#pragma once
/// What a simulated queue is like: how jobs arrive, how long they run, who works on them, what
/// goes wrong, and what the detector should make of it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "detector/random.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/detector.hpp"

namespace jobflip::detsim {

using namespace std::chrono_literals;

struct Arrivals {
  double per_hour{0};    // at random
  Millis batch_every{};  // and this many at once, so often
  Millis first_batch{};  // from the start
  int batch{0};
  Millis hole_from{}, hole_to{};  // nothing arrives in between
};

struct QueueShape {
  Arrivals arrivals;
  Millis run_time{1s};  // the median
  double spread{0.4};
};

enum class TroubleKind {
  deploy,     // no worker takes anything; what runs ends
  paused,     // the same, and the row says so
  refuses,    // what the jobs need refuses at once
  times_out,  // each attempt fails after 30 s
  poisoned,   // the first job fails each time, and the queue is a strict FIFO
  backup,     // the database is busy: readings fail or are slow, workers are slow
  hangs,      // so many workers do nothing more, until they are restarted
  deaf,       // workers live, end what they have, and take nothing more
};

struct Trouble {
  TroubleKind kind{};
  Millis from{};
  Millis length{};
  double share{1};         // of the workers: hangs
  bool takes_one{false};   // a worker takes one more job and hangs in it
  bool then_quiet{false};  // only as many jobs arrive as there are workers
  double slower{1};        // workers: backup
};

/// What should be said, at the latest so long after `from`.
struct Expected {
  std::vector<core::QueueState> verdicts;
  std::string_view note;  // or this is part of the sentence
  Millis from{};
  Millis within{};
};

struct Profile {
  std::vector<QueueShape> queues{QueueShape{}};  // the first one goes first
  int workers{10};
  int prefetch{0};        // jobs that a worker takes beside the one that it works on
  Millis claims_every{};  // workers take jobs only so often, and
  int claims_at_once{0};  // so many of them
  int quota_an_hour{0};
  Millis quota_from{};
  double failure_share{0};
  Millis back_off{15s};
  Millis longest_back_off{1h};
  int most_attempts{5};
  bool has_own_done{false};  // `done` or `last_done_at` is about this queue only
  double hiccups{0};         // so many readings fail
  Millis shifted_ages{};     // after the clock change, of jobs that became due before it
  Millis clock_change{-1};
  std::vector<Trouble> troubles;
  bool cured_by_flip{false};  // of the last trouble
  std::vector<Expected> expected;
  core::QueueSettings settings;
  Millis length{8h};
};

struct NamedProfile {
  std::string_view name;
  std::string_view wanted;  // for the table
  Profile (*make)(Random& random);
  double known_wrong{0};  // in so many seeds a flip is wanted that cures nothing, as is known
  int most_wrong{1};      // and in none of them more often
};

/// Those in which a flip is wrong, and those that a flip cures.
const std::vector<NamedProfile>& healthy_profiles();
const std::vector<NamedProfile>& faulty_profiles();

}  // namespace jobflip::detsim
